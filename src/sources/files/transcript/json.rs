//! Transcripts as call recorders write them in JSON. The shapes are read by the names of their fields: a list of what was
//! said, or lists of it for each speaker, with a list of people beside it.

use chrono::DateTime;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use super::Spoken;
use super::cue::seconds;
use super::turns::{Said, joined};
use crate::domain::activity::{Participant, Side};
use crate::domain::time::{Moment, Zone, parse_instant};

type Object = Map<String, Value>;

/// Where what was said is listed.
const LISTS: [&str; 13] = [
    "sentences",
    "transcript",
    "transcripts",
    "utterances",
    "monologues",
    "segments",
    "entries",
    "transcriptEntries",
    "transcript_entries",
    "turns",
    "paragraphs",
    "results",
    "speech",
];
const PEOPLE: [&str; 5] = ["parties", "speakers", "participants", "meeting_attendees", "attendees"];
const TEXT: [&str; 6] = ["text", "raw_text", "transcript", "content", "sentence", "words"];
const SPEAKER: [&str; 8] =
    ["speaker_name", "speakerName", "speaker", "speaker_label", "speakerId", "speaker_id", "participant", "name"];
const START: [&str; 10] = [
    "start",
    "start_time",
    "startTime",
    "start_ms",
    "startMs",
    "start_timestamp",
    "timestamp",
    "time",
    "offset",
    "begin",
];
const END: [&str; 6] = ["end", "end_time", "endTime", "end_ms", "endMs", "end_timestamp"];

/// Fewer words a second than this, and the times are in thousandths.
const SLOWEST: f64 = 0.05;

/// Each call of a file.
pub(super) fn calls(text: &str, zone: Zone) -> Vec<Result<Spoken, String>> {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            return vec![Err(format!("the file is not valid JSON (line {}, column {})", error.line(), error.column()))];
        }
    };
    let mut value = &value;
    // What an API wraps its answer in.
    while let Some(inner) =
        ["data", "response", "result"].iter().find_map(|name| value.get(name).filter(|inner| inner.is_object()))
    {
        value = inner;
    }
    let several = value.get("callTranscripts").or_else(|| value.get("calls")).and_then(Value::as_array);
    let listed =
        value.as_array().filter(|list| list.iter().all(|item| list_of(item).is_some() && text_of(item).is_none()));
    match several.or(listed).filter(|list| !list.is_empty()) {
        Some(list) => list.iter().map(|item| call(item, Some(value), zone)).collect(),
        None => vec![call(value, None, zone)],
    }
}

/// One call; its people may stand beside it.
fn call(value: &Value, beside: Option<&Value>, zone: Zone) -> Result<Spoken, String> {
    let value = value.get("transcript").filter(|inner| inner.is_object() && list_of(inner).is_some()).unwrap_or(value);
    let list = value.as_array().or_else(|| list_of(value));
    let list = list.ok_or("the file lists nothing that was said; export the transcript as WebVTT")?;
    let people = People::of(value, beside);
    let mut said: Vec<(Said, Option<Moment>)> = Vec::new();
    for item in list {
        utterance(item, "", &people, &mut said);
    }
    let started_at =
        ["started", "started_at", "startedAt", "start_time", "startTime", "date", "scheduled", "created_at"]
            .iter()
            .find_map(|name| value.get(name).or_else(|| value.get("metaData")?.get(name)))
            .and_then(|value| moment(value, zone));
    relative(&mut said, started_at);
    let mut said: Vec<Said> = said.into_iter().map(|(said, _)| said).collect();
    in_seconds(&mut said, list);
    let ends = said.iter().filter_map(|said| said.end).fold(0.0, f64::max);
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| value.get(name).or_else(|| value.get("metaData")?.get(name)));
        found.and_then(|value| value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|id| id.to_string())))
    };
    let unknown = people.addresses.len();
    Ok(Spoken {
        id: text(&["id", "callId", "call_id", "transcript_id", "recording_id"]).filter(|id| id.len() < 200),
        title: text(&["title", "meeting_title", "topic", "subject"]),
        started_at,
        url: text(&["url", "transcript_url"]),
        participants: people.participants,
        left_out: if unknown == 0 {
            Vec::new()
        } else {
            vec![format!("{unknown} of those who took part are of no known side")]
        },
        addresses: people.addresses,
        turns: joined(said),
        ends,
    })
}

/// The list of what was said in an object.
fn list_of(value: &Value) -> Option<&Vec<Value>> {
    let lists = LISTS.iter().filter_map(|name| value.get(name).and_then(Value::as_array));
    lists.into_iter().find(|list| {
        list.iter().any(|item| text_of(item).is_some() || list_of(item).is_some() || item.get("elements").is_some())
    })
}

fn text_of(value: &Value) -> Option<&str> {
    TEXT.iter().find_map(|name| value.get(name).and_then(Value::as_str))
}

/// What somebody says, or the list of it.
fn utterance(value: &Value, speaker: &str, people: &People, said: &mut Vec<(Said, Option<Moment>)>) {
    let own = SPEAKER.iter().find_map(|name| value.get(name).and_then(|value| people.called(value)));
    let speaker = own.unwrap_or_else(|| speaker.to_owned());
    let words = value.get("elements").and_then(Value::as_array).map(|elements| {
        elements.iter().filter_map(|element| element.get("value").and_then(Value::as_str)).collect::<String>()
    });
    let text = text_of(value).map(str::to_owned).or(words);
    let Some(text) = text else {
        for item in list_of(value).into_iter().flatten() {
            utterance(item, &speaker, people, said);
        }
        return;
    };
    let lines: Vec<String> = vec![text.split_whitespace().collect::<Vec<_>>().join(" ")];
    let first = value.get("elements").and_then(Value::as_array).and_then(|elements| elements.first());
    let start = START.iter().find_map(|name| value.get(name)).or_else(|| first.and_then(|element| element.get("ts")));
    let end = END.iter().find_map(|name| value.get(name));
    let at = start.and_then(Value::as_str).and_then(|text| text.parse::<Moment>().ok());
    if lines.iter().any(|line| !line.is_empty()) {
        said.push((Said { speaker, lines, start: start.and_then(time), end: end.and_then(time) }, at));
    }
}

/// A time in the unit it is written in.
fn time(value: &Value) -> Option<f64> {
    let time = value.as_f64().or_else(|| value.as_str().and_then(|text| seconds(text.trim_end_matches('s'))))?;
    (time.is_finite() && time >= 0.0).then_some(time)
}

/// Times of day become seconds from the start, or from the first words.
fn relative(said: &mut [(Said, Option<Moment>)], started_at: Option<Moment>) {
    let first = said.iter().filter_map(|(_, at)| *at).min();
    let Some(first) = first else { return };
    let start = started_at.filter(|started| *started <= first).unwrap_or(first);
    for (said, at) in said {
        if let Some(at) = at {
            said.start = Some((*at - start).num_milliseconds() as f64 / 1000.0);
            said.end = None;
        }
    }
}

/// Thousandths become seconds: where the fields say so, or nobody speaks so slowly.
fn in_seconds(said: &mut [Said], list: &[Value]) {
    let named = list.iter().any(|item| item.get("start_ms").or_else(|| item.get("startMs")).is_some());
    let words: usize = said.iter().map(|said| said.text().split_whitespace().count()).sum();
    let last = said.iter().filter_map(|said| said.end.or(said.start)).fold(0.0, f64::max);
    let whole = said.iter().filter_map(|said| said.start).all(|start| start.fract() == 0.0);
    if !(named || whole && last > 0.0 && words as f64 / last < SLOWEST) {
        return;
    }
    for said in said {
        said.start = said.start.map(|start| start / 1000.0);
        said.end = said.end.map(|end| end / 1000.0);
    }
}

/// A moment as text, or as seconds or thousandths since 1970.
fn moment(value: &Value, zone: Zone) -> Option<Moment> {
    match value {
        Value::String(text) => parse_instant(text, zone).ok(),
        Value::Number(number) => {
            let number = number.as_f64()?;
            let seconds = if number > 1e11 { number / 1000.0 } else { number };
            DateTime::from_timestamp(seconds as i64, 0).filter(|_| seconds > 6e8).map(Moment::from)
        }
        _ => None,
    }
}

/// Those who took part, by what the transcript calls them.
#[derive(Default)]
struct People {
    names: FxHashMap<String, String>,
    participants: Vec<Participant>,
    addresses: Vec<String>,
}

impl People {
    fn of(value: &Value, beside: Option<&Value>) -> Self {
        let mut people = Self::default();
        let objects = [Some(value), beside].into_iter().flatten();
        for list in objects.flat_map(|value| PEOPLE.iter().filter_map(|name| value.get(name).and_then(Value::as_array)))
        {
            list.iter().filter_map(Value::as_object).for_each(|person| people.add(person));
        }
        people
    }

    fn add(&mut self, person: &Object) {
        let text = |names: &[&str]| {
            let found = names.iter().find_map(|name| person.get(*name).and_then(Value::as_str));
            found.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let email = text(&["emailAddress", "email", "email_address"]);
        let name = text(&["name", "displayName", "display_name", "full_name"]);
        let id =
            ["speakerId", "speaker_id", "id", "participant_id"].iter().find_map(|name| person.get(*name).and_then(key));
        if let Some((id, name)) = id.zip(name.clone().or_else(|| email.clone())) {
            self.names.insert(id, name);
        }
        let side = match text(&["affiliation"]).unwrap_or_default().to_lowercase().as_str() {
            "internal" => Some(Side::Team),
            "external" => Some(Side::Customer),
            _ => None,
        };
        match (side, name.or_else(|| email.clone())) {
            (Some(side), Some(name)) => self.participants.push(Participant { name, email, side }),
            _ => self.addresses.extend(email),
        }
    }

    /// What somebody is called: by the list of people, else as it is written; a bare number is a speaker's.
    fn called(&self, value: &Value) -> Option<String> {
        if let Some(person) = value.as_object() {
            return ["name", "displayName", "id"]
                .iter()
                .find_map(|name| person.get(*name).and_then(|name| self.called(name)));
        }
        let key = key(value)?;
        let short = key.len() < 4 && key.bytes().all(|byte| byte.is_ascii_digit());
        Some(self.names.get(&key).cloned().unwrap_or_else(|| if short { format!("Speaker {key}") } else { key }))
    }
}

/// A name or number something is known by.
fn key(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
