//! What BuildBetter knows, in companies, people, calls and signals.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::wire::{self, Attendee, Person, Words, id};
use crate::domain::account::Contact;
use crate::domain::activity::{Call, Participant, Side, Signal, SignalKind, SpokenTurn};
use crate::domain::record::Record;
use crate::domain::time::{Moment, Zone, parse_instant};
use crate::sources::{Access, Company, Found, Whose};

/// How our own side is known.
#[derive(Clone, Debug)]
pub(super) struct Ours {
    /// What the persona of colleagues is called.
    pub persona: String,
    /// Domains of our own.
    pub domains: Vec<String>,
}

impl Ours {
    fn side(&self, person: &Person) -> Side {
        let persona = person.persona.as_ref().and_then(|persona| persona.name.as_deref()).unwrap_or_default();
        let host =
            person.email.as_deref().and_then(|email| email.rsplit_once('@')).map(|(_, host)| host.to_lowercase());
        let at_home = host.is_some_and(|host| self.domains.contains(&host));
        if at_home || persona.trim().eq_ignore_ascii_case(&self.persona) { Side::Team } else { Side::Customer }
    }
}

/// A company; nothing of our own.
pub(super) fn company(ours: &Ours, raw: &Value) -> Result<Vec<Found>, String> {
    let company: wire::Company = read(raw)?;
    let id = id(&company.id).ok_or("the company has no identifier")?;
    let domain = filled(company.domain.as_ref());
    if domain.as_ref().is_some_and(|domain| ours.domains.contains(&domain.to_lowercase())) {
        return Ok(Vec::new());
    }
    let name =
        filled(company.name.as_ref()).or_else(|| domain.clone()).ok_or("the company has neither name nor domain")?;
    Ok(vec![Found::Company(Box::new(Company {
        id,
        name,
        domains: domain.into_iter().collect(),
        ..Company::default()
    }))])
}

/// Somebody at a customer; nothing of colleagues and of people who belong nowhere.
pub(super) fn person(ours: &Ours, raw: &Value) -> Result<Vec<Found>, String> {
    let person: Person = read(raw)?;
    let whose = whose([&person], ours);
    let Some(name) = name_of(&person) else { return Ok(Vec::new()) };
    if whose.is_empty() {
        return Ok(Vec::new());
    }
    let (email, title) = (filled(person.email.as_ref()), filled(person.title.as_ref()));
    Ok(vec![Found::Contact(whose, Contact { name, email, title, primary: false })])
}

pub(super) fn call(access: &Access, ours: &Ours, raw: &Value) -> Result<Vec<Found>, String> {
    let call: wire::Interview = read(raw)?;
    let own = id(&call.id).ok_or("the call has no identifier")?;
    let times = [&call.started_at, &call.recorded_at, &call.display_ts, &call.created_at];
    let started_at = times.into_iter().find_map(|time| filled(time.as_ref())).ok_or("the call has no date")?;
    let started_at = instant(&started_at)?;
    let participants = call.attendees.iter().filter_map(|attendee| {
        let person = attendee.person.as_ref()?;
        let (name, email) = (name_of(person)?, filled(person.email.as_ref()));
        Some(Participant { name, email, side: ours.side(person) })
    });
    let participants: Vec<Participant> = participants.collect();
    let words = if call.monologues.is_empty() { &call.sentences } else { &call.monologues };
    let summary = [&call.summary, &call.transcript_summary, &call.short_summary];
    let record = Call {
        id: access.record_id(&own),
        account: String::new(),
        title: filled(call.name.as_ref()).unwrap_or_else(|| "Untitled call".to_owned()),
        started_at,
        duration_seconds: duration(&call, started_at),
        transcript: words.iter().filter_map(|words| turn(words, &call.attendees)).collect(),
        participants,
        summary: summary.into_iter().find_map(|text| filled(text.as_ref())),
        url: call.asset_url.as_deref().and_then(lasting),
    };
    let people = call.attendees.iter().filter_map(|attendee| attendee.person.as_ref());
    Ok(vec![Found::Record(whose(people, ours), Box::new(Record::Call(record)))])
}

pub(super) fn signal(access: &Access, ours: &Ours, raw: &Value) -> Result<Vec<Found>, String> {
    let signal: wire::Extraction = read(raw)?;
    let own = id(&signal.id).ok_or("the signal has no identifier")?;
    let at = filled(signal.display_ts.as_ref()).or_else(|| filled(signal.created_at.as_ref()));
    let quote = signal.exact_quote.iter().find_map(|quote| filled(quote.text.as_ref()));
    let texts = [&signal.summary, &signal.context];
    let text = texts.into_iter().find_map(|text| filled(text.as_ref())).or_else(|| quote.clone());
    let kinds = signal.types.iter().filter_map(|of| Some(kind(of.of.as_ref()?.name.as_deref()?)));
    let kind = kinds.min_by_key(|kind| urgency(*kind)).unwrap_or(SignalKind::Other);
    let heard_in = signal.call.as_ref();
    let record = Signal {
        id: access.record_id(&own),
        account: String::new(),
        kind,
        occurred_at: instant(&at.ok_or("the signal has no date")?)?,
        text: text.ok_or("the signal says nothing")?,
        quote,
        score: score(kind, &signal.score),
        sentiment: sentiment(&signal.sentiment),
        call_id: id(&signal.interview_id).map(|call| access.record_id(&call)),
        url: filled(signal.url.as_ref()).or_else(|| heard_in?.asset_url.as_deref().and_then(lasting)),
    };
    let attendees = signal.attendee.iter().chain(heard_in.into_iter().flat_map(|call| &call.attendees));
    let people = attendees.filter_map(|attendee| attendee.person.as_ref());
    Ok(vec![Found::Record(whose(people, ours), Box::new(Record::Signal(record)))])
}

/// Whose something is that these people took part in: the companies of those who are not of our side, else their addresses.
fn whose<'a>(people: impl IntoIterator<Item = &'a Person>, ours: &Ours) -> Vec<Whose> {
    let customers: Vec<&Person> = people.into_iter().filter(|person| ours.side(person) == Side::Customer).collect();
    let mut whose: Vec<Whose> = Vec::new();
    for company in customers.iter().filter_map(|person| id(&person.company_id)) {
        let company = Whose::Company(company);
        if !whose.contains(&company) {
            whose.push(company);
        }
    }
    let mut addresses: Vec<String> = customers.iter().filter_map(|person| filled(person.email.as_ref())).collect();
    addresses.dedup();
    if !addresses.is_empty() {
        whose.push(Whose::Addresses(addresses));
    }
    whose
}

/// How long a call took, in seconds.
fn duration(call: &wire::Interview, started_at: Moment) -> u32 {
    let recorded = call.asset_duration_seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0);
    let completed = || {
        let completed = instant(call.completed_at.as_deref()?).ok()?;
        Some((completed - started_at).num_seconds() as f64)
    };
    recorded.or_else(completed).map_or(0, |seconds| seconds.round() as u32)
}

/// What somebody said, under their name where the label of the speaker is an attendee's.
fn turn(words: &Words, attendees: &[Attendee]) -> Option<SpokenTurn> {
    let text = words.text.clone().filter(|text| !text.trim().is_empty())?;
    let labelled =
        attendees.iter().find(|attendee| id(&attendee.speaker).is_some() && attendee.speaker == words.speaker);
    let name = labelled.and_then(|attendee| name_of(attendee.person.as_ref()?));
    let speaker = name.unwrap_or_else(|| match &words.speaker {
        Value::String(label) if !label.trim().is_empty() => label.trim().to_owned(),
        Value::Number(label) => format!("Speaker {label}"),
        _ => "Unknown speaker".to_owned(),
    });
    let at_seconds = words.start_sec.filter(|at| at.is_finite() && *at >= 0.0);
    Some(SpokenTurn { speaker, text, at_seconds })
}

/// What a person is called: the name, else the local part of the address.
fn name_of(person: &Person) -> Option<String> {
    let names = [&person.first_name, &person.last_name].map(|name| filled(name.as_ref()));
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let local = || Some(filled(person.email.as_ref())?.split('@').next()?.to_owned());
    Some(name).filter(|name| !name.is_empty()).or_else(local)
}

/// The kind a type of BuildBetter stands for, however a workspace writes it.
fn kind(name: &str) -> SignalKind {
    let letters = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' });
    let name = letters.collect::<String>().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    match name.strip_suffix('s').filter(|_| name != "nps").unwrap_or(&name) {
        "feature request" | "request" | "feature" | "suggestion" | "idea" => SignalKind::FeatureRequest,
        "issue" | "complaint" | "bug" | "problem" | "pain point" | "pain" | "objection" | "frustration" => {
            SignalKind::Complaint
        }
        "praise" | "positive feedback" | "compliment" => SignalKind::Praise,
        "nps" | "net promoter score" => SignalKind::Nps,
        "churn risk" | "churn" | "risk" => SignalKind::ChurnRisk,
        "escalation" => SignalKind::Escalation,
        "commitment" | "action item" | "next step" | "promise" => SignalKind::Commitment,
        "question" => SignalKind::Question,
        _ => SignalKind::Other,
    }
}

/// Of several kinds the one that has to be seen first.
fn urgency(kind: SignalKind) -> usize {
    let order = [
        SignalKind::Escalation,
        SignalKind::ChurnRisk,
        SignalKind::Nps,
        SignalKind::FeatureRequest,
        SignalKind::Complaint,
        SignalKind::Commitment,
        SignalKind::Praise,
        SignalKind::Question,
    ];
    order.iter().position(|of| *of == kind).unwrap_or(order.len())
}

/// A score that lies on its scale.
fn score(kind: SignalKind, value: &Value) -> Option<f64> {
    let score = number(value)?;
    (kind != SignalKind::Nps || (0.0..=10.0).contains(&score)).then_some(score)
}

/// From −1 to 1, as a number or in words; none where it is something else.
fn sentiment(value: &Value) -> Option<f64> {
    let known = number(value).or_else(|| crate::domain::sentiment::sentiment(value.clone()).ok().flatten());
    known.filter(|sentiment| (-1.0..=1.0).contains(sentiment))
}

fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    number.filter(|number| number.is_finite())
}

/// An address that can be opened later as well; one with a signature in it cannot.
fn lasting(url: &str) -> Option<String> {
    let url = url.trim();
    let signed = ["X-Amz-", "Signature=", "signature=", "token=", "Expires="].iter().any(|part| url.contains(part));
    (!signed && url.starts_with("http")).then(|| url.to_owned())
}

fn filled(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn instant(text: &str) -> Result<Moment, String> {
    parse_instant(text, Zone::UTC).map_err(|_| "its date is none".to_owned())
}

fn read<T: DeserializeOwned>(raw: &Value) -> Result<T, String> {
    serde_path_to_error::deserialize(raw)
        .map_err(|error| format!("it is not of the shape BuildBetter documents, at `{}`", error.path()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn ours() -> Ours {
        Ours { persona: "Team Member".to_owned(), domains: vec!["acme.example".to_owned()] }
    }

    fn read_call(raw: &Value) -> Result<(Vec<Whose>, Call), String> {
        let access = Access { prefix: "buildbetter".to_owned(), ..Access::default() };
        match call(&access, &ours(), raw)?.remove(0) {
            Found::Record(whose, record) => match *record {
                Record::Call(call) => Ok((whose, call)),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn read_signal(raw: &Value) -> Result<Signal, String> {
        let access = Access { prefix: "buildbetter".to_owned(), ..Access::default() };
        match signal(&access, &ours(), raw)?.remove(0) {
            Found::Record(_, record) => match *record {
                Record::Signal(signal) => Ok(signal),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn our_side_is_known_by_persona_or_by_domain() {
        let raw = json!({"id": 1, "created_at": "2026-03-02T10:00:00", "attendees": [
            {"person": {"first_name": "Ida", "email": "ida@mill.example", "company_id": 7, "persona": {"name": "Customer"}}},
            {"person": {"first_name": "Bo", "persona": {"name": "team member"}, "company_id": 8}},
            {"person": {"email": "cy@Acme.example", "company_id": 8}},
            {"person": {"email": "dee@mill.example", "company_id": 7}},
            {"person": null}, {"person": {"first_name": " "}},
        ]});
        let (whose, call) = read_call(&raw).unwrap();
        let sides: Vec<_> = call.participants.iter().map(|one| (one.name.as_str(), one.side)).collect();
        assert_eq!(sides, [("Ida", Side::Customer), ("Bo", Side::Team), ("cy", Side::Team), ("dee", Side::Customer)]);
        let addresses = vec!["ida@mill.example".to_owned(), "dee@mill.example".to_owned()];
        assert_eq!(whose, [Whose::Company("7".to_owned()), Whose::Addresses(addresses)]);
    }

    #[test]
    fn speakers_are_called_by_name_where_their_label_is_an_attendees() {
        let raw = json!({"id": "1", "created_at": "2026-03-02T10:00:00+00:00", "attendees": [
            {"speaker": 0, "person": {"first_name": "Ida", "last_name": "Ness"}}, {"speaker": null, "person": {"first_name": "Bo"}},
        ], "sentences": [
            {"speaker": 0, "text": "Hello.", "start_sec": 0}, {"speaker": 3, "text": "Hi.", "start_sec": 2.5},
            {"speaker": "Guest", "text": "Hey.", "start_sec": -1}, {"speaker": null, "text": "Oh."}, {"speaker": 0, "text": " "},
        ]});
        let turns: Vec<_> =
            read_call(&raw).unwrap().1.transcript.into_iter().map(|turn| (turn.speaker, turn.at_seconds)).collect();
        let of = |name: &str, at| (name.to_owned(), at);
        assert_eq!(
            turns,
            [of("Ida Ness", Some(0.0)), of("Speaker 3", Some(2.5)), of("Guest", None), of("Unknown speaker", None)]
        );
    }

    #[test]
    fn a_call_takes_as_long_as_its_recording_or_until_it_was_completed() {
        let of = |raw: Value| read_call(&raw).unwrap().1.duration_seconds;
        let mut raw = json!({"id": 1, "started_at": "2026-03-02T10:00:00Z", "completed_at": "2026-03-02T10:30:00Z"});
        assert_eq!(of(raw.clone()), 1800);
        raw["asset_duration_seconds"] = json!(61.4);
        assert_eq!(of(raw.clone()), 61);
        raw["completed_at"] = json!("2026-03-02T09:30:00Z");
        raw["asset_duration_seconds"] = json!(null);
        assert_eq!(of(raw), 0);
    }

    #[test]
    fn an_address_that_expires_is_left_out() {
        let of = |url: &str| {
            read_call(&json!({"id": 1, "created_at": "2026-03-02T10:00:00Z", "asset_url": url})).unwrap().1.url
        };
        assert!(of("https://calls.example/1").is_some());
        assert!(of("https://media.example/1.mp4?X-Amz-Signature=ab").is_none() && of("s3://x").is_none());
    }

    #[test]
    fn types_in_any_spelling_are_kinds_and_the_most_urgent_counts() {
        let of = |names: Value| {
            read_signal(&json!({"id": 1, "summary": "x", "created_at": "2026-03-02", "types": names})).unwrap().kind
        };
        let typed = |name: &str| json!([{"type": {"name": name}}]);
        for (name, kind) in [
            ("Feature Requests", SignalKind::FeatureRequest),
            ("issues", SignalKind::Complaint),
            ("Churn-Risk", SignalKind::ChurnRisk),
            ("NPS", SignalKind::Nps),
            ("action_item", SignalKind::Commitment),
            ("Weather", SignalKind::Other),
        ] {
            assert_eq!(of(typed(name)), kind, "{name}");
        }
        assert_eq!(of(json!([{"type": {"name": "Praise"}}, {"type": {"name": "Escalation"}}])), SignalKind::Escalation);
        assert_eq!(of(json!([{"type": null}, {}])), SignalKind::Other);
        assert_eq!(of(Value::Null), SignalKind::Other);
    }

    #[test]
    fn sentiment_and_score_are_taken_where_they_lie_on_their_scales() {
        let of = |sentiment: Value, score: Value| {
            let raw = json!({"id": 1, "summary": "x", "created_at": "2026-03-02", "sentiment": sentiment, "score": score,
                "types": {"type": {"name": "nps"}}, "exact_quote": {"text": " Yes. "}});
            let signal = read_signal(&raw).unwrap();
            assert_eq!(signal.quote.as_deref(), Some("Yes."));
            (signal.sentiment, signal.score)
        };
        assert_eq!(of(json!(-0.85), json!(9)), (Some(-0.85), Some(9.0)));
        assert_eq!(of(json!("very negative"), json!("7")), (Some(-1.0), Some(7.0)));
        assert_eq!(of(json!(72), json!(11)), (None, None));
        assert_eq!(of(json!("lukewarm"), json!(null)), (None, None));
        assert_eq!(of(json!({"a": 1}), json!([])), (None, None));
    }

    #[test]
    fn what_cannot_be_read_is_set_aside_with_a_sentence() {
        assert!(read_call(&json!({"id": 1})).unwrap_err().contains("no date"));
        assert!(read_call(&json!({"id": 1, "started_at": "soon"})).unwrap_err().contains("is none"));
        assert!(read_call(&json!({"name": "x"})).unwrap_err().contains("not of the shape"));
        assert!(read_call(&json!({"id": 1, "attendees": 5})).unwrap_err().contains("attendees"));
        assert!(read_signal(&json!({"id": 1, "created_at": "2026-03-02"})).unwrap_err().contains("says nothing"));
        assert!(company(&ours(), &json!({"id": 1, "name": null})).unwrap_err().contains("neither name nor domain"));
        assert!(person(&ours(), &json!({"first_name": "Ida"})).unwrap().is_empty());
        assert!(company(&ours(), &json!({"id": 1, "name": "Acme", "domain": "Acme.example"})).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in ".*", number in proptest::num::f64::ANY) {
            let raw = json!({"id": text, "name": text, "created_at": text, "started_at": "2026-03-02T10:00:00Z",
                "completed_at": text, "asset_duration_seconds": number, "asset_url": text, "sentiment": text, "score": number,
                "summary": text, "types": [{"type": {"name": text}}], "attendees": [{"speaker": number, "person":
                {"first_name": text, "email": text}}], "monologues": [{"speaker": number, "text": text, "start_sec": number}]});
            let _ = (read_call(&raw), read_signal(&raw), company(&ours(), &raw), person(&ours(), &raw));
        }
    }
}
