//! BuildBetter's objects, made from records.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::domain::activity::{Call, Participant, Side, Signal, SignalKind};
use crate::domain::connection::Vendor;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::time::Moment;
use crate::sources::emulator::{Names, Tables};

/// The two personas.
const CUSTOMER: u64 = 246;
const TEAM: u64 = 247;

pub(super) fn tables(records: &[Record], now: Moment, names: &mut Names) -> Tables {
    let mut filling = Filling { tables: Tables::default(), now, first_at: BTreeMap::new() };
    for (id, name) in [(CUSTOMER, "Customer"), (TEAM, "Team Member")] {
        filling.tables.put("persona", id.to_string(), json!({"id": id, "name": name}));
    }
    for record in records {
        if let Record::Account(account) = record {
            filling.company(&account.domain, &account.name);
            for contact in &account.contacts {
                filling.person(&account.domain, &contact.name, contact.email.as_deref(), contact.title.as_deref());
            }
        }
    }
    for record in records {
        if let Record::Call(call) = record {
            let id = filling.call(call);
            names.insert(record.reference(), (Vendor::BuildBetter, id.to_string()));
        }
    }
    for record in records {
        if let Record::Signal(signal) = record {
            let id = filling.signal(signal, names);
            names.insert(record.reference(), (Vendor::BuildBetter, id.to_string()));
        }
    }
    filling.tables
}

struct Filling {
    tables: Tables,
    now: Moment,
    /// Somebody at each account, for signals that no call was heard in.
    first_at: BTreeMap<String, u64>,
}

impl Filling {
    fn company(&mut self, domain: &str, name: &str) -> u64 {
        let id = number_of(&["company", domain]);
        if self.tables.get("company", &id.to_string()).is_none() {
            let at = time(self.now);
            let company = json!({"id": id, "name": name, "domain": domain, "created_at": at, "updated_at": at});
            self.tables.put("company", id.to_string(), company);
        }
        id
    }

    /// Somebody at a customer. Whoever writes the name in another way is somebody else, as in life.
    fn person(&mut self, account: &str, name: &str, email: Option<&str>, title: Option<&str>) -> u64 {
        let company = self.company(account, account);
        let id = number_of(&["person", account, name, email.unwrap_or_default()]);
        self.first_at.entry(account.to_owned()).or_insert(id);
        self.put_person(id, name, email, title, Some(company))
    }

    fn put_person(&mut self, id: u64, name: &str, email: Option<&str>, title: Option<&str>, at: Option<u64>) -> u64 {
        if self.tables.get("person", &id.to_string()).is_none() {
            let (first, last) = match name.split_once(' ') {
                Some((first, last)) => (first, Some(last)),
                None => (name, None),
            };
            let time = time(self.now);
            let persona = if at.is_some() { CUSTOMER } else { TEAM };
            let person = json!({"id": id, "first_name": first, "last_name": last, "email": email, "title": title,
                "company_id": at, "persona_id": persona, "created_at": time, "updated_at": time});
            self.tables.put("person", id.to_string(), person);
        }
        id
    }

    fn participant(&mut self, account: &str, participant: &Participant) -> u64 {
        let (name, email) = (participant.name.as_str(), participant.email.as_deref());
        match participant.side {
            Side::Customer => self.person(account, name, email, None),
            Side::Team => {
                let id = number_of(&["colleague", name, email.unwrap_or_default()]);
                self.put_person(id, name, email, None, None)
            }
        }
    }

    fn call(&mut self, call: &Call) -> u64 {
        let id = number_of(&["interview", &call.id]);
        self.company(&call.account, &call.account);
        let mut attendees = Vec::new();
        for (label, participant) in call.participants.iter().enumerate() {
            let person = self.participant(&call.account, participant);
            attendees.push(json!({"id": number_of(&["attendee", &call.id, &label.to_string()]), "speaker": label,
                "person_id": person}));
        }
        // An unknown voice has a name of its own in place of an attendee's label.
        let label = |speaker: &str| -> Value {
            let known = call.participants.iter().position(|participant| participant.name == speaker);
            known.map_or_else(|| speaker.into(), Value::from)
        };
        let said: Vec<Value> = call
            .transcript
            .iter()
            .map(|turn| json!({"speaker": label(&turn.speaker), "text": turn.text, "start_sec": turn.at_seconds}))
            .collect();
        let at = time(call.started_at);
        let object = json!({
            "id": id, "name": call.title, "started_at": at, "recorded_at": at, "display_ts": at, "created_at": at,
            "updated_at": at, "deleted_at": null, "completed_at": null, "asset_url": call.url,
            "asset_duration_seconds": call.duration_seconds, "summary": call.summary, "attendees": attendees,
            "monologues": said, "sentences": said,
        });
        self.tables.put("interview", id.to_string(), object);
        id
    }

    fn signal(&mut self, signal: &Signal, names: &Names) -> u64 {
        let id = number_of(&["extraction", &signal.id]);
        let heard_in = signal.call_id.as_ref().and_then(|call| {
            let call = RecordRef { kind: RecordKind::Call, id: call.clone() };
            names.get(&call)?.1.parse::<u64>().ok()
        });
        let who = match (heard_in, self.first_at.get(&signal.account)) {
            (Some(_), _) => None,
            (None, Some(first)) => Some(*first),
            (None, None) => Some(self.person(&signal.account, "Customer", None, None)),
        };
        let quote = signal.quote.as_ref().map(|quote| json!({"id": id, "text": quote}));
        let at = time(signal.occurred_at);
        let object = json!({
            "id": id, "interview_id": heard_in, "summary": signal.text, "context": null, "sentiment": signal.sentiment,
            "score": signal.score, "url": signal.url, "created_at": at, "display_ts": at, "exact_quote": quote,
            "types": [{"type": {"id": 1, "name": type_of(signal.kind)}}],
            "attendee": who.map(|person| json!({"id": id, "speaker": null, "person_id": person})),
        });
        self.tables.put("extraction", id.to_string(), object);
        id
    }
}

/// What BuildBetter calls a kind.
fn type_of(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::FeatureRequest => "Feature Request",
        SignalKind::Complaint => "Issue",
        SignalKind::Praise => "Praise",
        SignalKind::Nps => "NPS",
        SignalKind::ChurnRisk => "Churn Risk",
        SignalKind::Escalation => "Escalation",
        SignalKind::Commitment => "Commitment",
        SignalKind::Question => "Question",
        SignalKind::Other => "Insight",
    }
}

/// A time as PostgreSQL writes it.
pub(super) fn time(at: Moment) -> String {
    at.utc().to_rfc3339_opts(SecondsFormat::Micros, false)
}

/// A number that is the same for the same parts.
fn number_of(parts: &[&str]) -> u64 {
    let digest = Sha256::digest(parts.join("\u{1f}").as_bytes());
    digest.iter().take(6).fold(0, |number, byte| number * 256 + u64::from(*byte))
}
