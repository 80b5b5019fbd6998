//! Transcripts of calls: `WebVTT`, `SubRip`, and the JSON of call recorders.
//!
//! A transcript seldom says what call it is of. [`CallDetails`] come from whoever gives the file; what they leave out is
//! taken from the file itself, then from its name, and the beginning at last from when the file was changed.

mod cue;
mod details;
mod json;
mod turns;
mod voice;

#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

use super::checked::checked_record;
use super::text::decoded;
use super::{FileKind, Piece};
use crate::domain::activity::{Call, Participant, SpokenTurn};
use crate::domain::record::Record;
use crate::domain::time::{Moment, Zone};
use crate::sources::{Found, Whose};

pub use details::{CallDetails, named_in};

/// The largest transcript read, in bytes.
pub const LONGEST_TRANSCRIPT: usize = 64 * 1024 * 1024;

/// What a transcript itself says of its call.
#[derive(Clone, Debug, Default, PartialEq)]
struct Spoken {
    id: Option<String>,
    title: Option<String>,
    started_at: Option<Moment>,
    url: Option<String>,
    participants: Vec<Participant>,
    /// Addresses of people whose side is not known.
    addresses: Vec<String>,
    turns: Vec<SpokenTurn>,
    /// When the last words end, in seconds.
    ends: f64,
    /// What was left out, in a few words each.
    left_out: Vec<String>,
}

/// Reads a transcript of the kind it is; a file of JSON may hold several. Times without an offset are of `zone`.
#[must_use]
pub fn read_transcript(kind: FileKind, name: &str, bytes: &[u8], details: &CallDetails, zone: Zone) -> Vec<Piece> {
    if bytes.len() > LONGEST_TRANSCRIPT {
        let megabytes = LONGEST_TRANSCRIPT / (1024 * 1024);
        return vec![piece(1, Err(format!("the transcript is larger than {megabytes} MiB; no call is that long")))];
    }
    let text = decoded(bytes);
    let spoken = match kind {
        FileKind::WebVtt | FileKind::SubRip => vec![Ok(cues(&text, details))],
        FileKind::Transcript => json::calls(&text, zone),
        _ => vec![Err("the file is no transcript".to_owned())],
    };
    let several = spoken.len() > 1;
    let calls = spoken.into_iter().map(|spoken| spoken.and_then(|spoken| call(spoken, name, details, zone, several)));
    (1..).zip(calls).map(|(number, outcome)| piece(number, outcome)).collect()
}

fn piece(number: u64, outcome: Result<(Found, String), String>) -> Piece {
    let (outcome, made) = match outcome {
        Ok((found, made)) => (Ok(vec![found]), made),
        Err(reason) => (Err(reason), String::new()),
    };
    Piece { number, line: 1, outcome, made }
}

fn cues(text: &str, details: &CallDetails) -> Spoken {
    let cues = cue::cues(text);
    let ends = cues.iter().filter_map(|cue| cue.end).fold(0.0, f64::max);
    let known: Vec<&str> = details.participants.iter().map(|person| person.name.as_str()).collect();
    let untimed = cues.iter().filter(|cue| cue.start.is_none()).count();
    let left_out = if untimed == 0 { Vec::new() } else { vec![format!("{untimed} without a time")] };
    Spoken { turns: turns::joined(voice::said(&cues, &known)), ends, left_out, ..Spoken::default() }
}

/// The call that was spoken, as far as anybody says what it is.
fn call(
    spoken: Spoken,
    name: &str,
    details: &CallDetails,
    zone: Zone,
    several: bool,
) -> Result<(Found, String), String> {
    if spoken.turns.is_empty() {
        return Err("nobody says anything in the transcript".to_owned());
    }
    let hinted = named_in(name, zone);
    let mut made = vec![format!("call of {} turns", spoken.turns.len())];
    made.extend(spoken.left_out.iter().cloned());
    let own = if several { None } else { details.started_at };
    let stated = own.or(spoken.started_at).or(hinted.started_at);
    let started_at = stated.or_else(|| {
        made.push("its beginning taken from when the file was changed".to_owned());
        details.modified_at
    });
    let started_at = started_at.ok_or("the transcript does not say when the call began; say it beside the file")?;
    let mut participants = details.participants.clone();
    for person in spoken.participants {
        if !participants
            .iter()
            .any(|known| known.name == person.name || known.email.is_some() && known.email == person.email)
        {
            participants.push(person);
        }
    }
    let mut addresses: Vec<String> = participants.iter().filter_map(|person| person.email.clone()).collect();
    addresses.extend(spoken.addresses);
    addresses.retain(|address| address.contains('@') && !address.contains(char::is_control));
    let mut whose: Vec<Whose> = details.domain.iter().map(|domain| Whose::Domain(domain.clone())).collect();
    if !addresses.is_empty() {
        whose.push(Whose::Addresses(addresses));
    }
    if whose.is_empty() {
        return Err("nobody says whose call it is; give the account's domain or somebody's e-mail address".to_owned());
    }
    let title = if several { None } else { details.title.clone() };
    let last = spoken.turns.last().and_then(|turn| turn.at_seconds).unwrap_or_default();
    let call = Call {
        id: spoken.id.unwrap_or_else(|| hashed(&spoken.turns)),
        account: String::new(),
        title: title.or(spoken.title).or(hinted.title).unwrap_or_else(|| "Call".to_owned()),
        started_at,
        duration_seconds: spoken.ends.max(last).clamp(0.0, f64::from(u32::MAX)) as u32,
        participants,
        transcript: spoken.turns,
        summary: None,
        url: spoken.url,
    };
    let record = checked_record(&Record::Call(call))?;
    Ok((Found::Record(whose, Box::new(record)), made.join(", ")))
}

/// A name for a call that has none: the same for the same words.
fn hashed(turns: &[SpokenTurn]) -> String {
    let mut hash = Sha256::new();
    for part in turns.iter().flat_map(|turn| [&turn.speaker, &turn.text]) {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    format!("call-{}", hex::encode(digest.get(..16).unwrap_or_default()))
}
