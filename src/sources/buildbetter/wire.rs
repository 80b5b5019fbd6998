//! What BuildBetter answers. Identifiers are numbers or text; everything but them may be absent.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// The answer to any request: failures come with status 200 as well.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    pub data: Option<Map<String, Value>>,
    #[serde(default)]
    pub errors: Vec<Failure>,
}

/// One failure.
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub extensions: Extensions,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Extensions {
    #[serde(default)]
    pub code: String,
}

/// A company.
#[derive(Debug, Deserialize)]
pub(super) struct Company {
    pub id: Value,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub domain: Option<String>,
}

/// Somebody; at a company or of our own side.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Person {
    #[serde(default)]
    pub first_name: Option<String>,
    #[serde(default)]
    pub last_name: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub company_id: Value,
    #[serde(default)]
    pub persona: Option<Named>,
}

/// Something of which the name matters.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    pub name: Option<String>,
}

/// Somebody in a call, under the label the transcript gives its speakers.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Attendee {
    #[serde(default)]
    pub speaker: Value,
    #[serde(default)]
    pub person: Option<Person>,
}

/// Somebody's words without a break; or one sentence.
#[derive(Debug, Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    pub speaker: Value,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub start_sec: Option<f64>,
}

/// A call.
#[derive(Debug, Deserialize)]
pub(super) struct Interview {
    pub id: Value,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub started_at: Option<String>,
    #[serde(default)]
    pub completed_at: Option<String>,
    #[serde(default)]
    pub recorded_at: Option<String>,
    #[serde(default)]
    pub display_ts: Option<String>,
    #[serde(default)]
    pub created_at: Option<String>,
    #[serde(default)]
    pub asset_url: Option<String>,
    #[serde(default)]
    pub asset_duration_seconds: Option<f64>,
    #[serde(default)]
    pub short_summary: Option<String>,
    #[serde(default)]
    pub summary: Option<String>,
    #[serde(default)]
    pub transcript_summary: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub attendees: Vec<Attendee>,
    #[serde(default, deserialize_with = "list")]
    pub monologues: Vec<Words>,
    #[serde(default, deserialize_with = "list")]
    pub sentences: Vec<Words>,
}

/// A signal.
#[derive(Debug, Deserialize)]
pub(super) struct Extraction {
    pub id: Value,
    #[serde(default)]
    pub interview_id: Value,
    #[serde(default)]
    pub summary: Option<String>,
    #[serde(default)]
    pub context: Option<String>,
    #[serde(default)]
    pub sentiment: Value,
    #[serde(default)]
    pub score: Value,
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub created_at: Option<String>,
    #[serde(default)]
    pub display_ts: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub exact_quote: Vec<Quote>,
    #[serde(default, deserialize_with = "list")]
    pub types: Vec<Typed>,
    #[serde(default)]
    pub attendee: Option<Attendee>,
    #[serde(default)]
    pub call: Option<CallOf>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Quote {
    #[serde(default)]
    pub text: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    #[serde(default, rename = "type")]
    pub of: Option<Named>,
}

/// The call a signal was heard in.
#[derive(Debug, Deserialize)]
pub(super) struct CallOf {
    #[serde(default)]
    pub asset_url: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub attendees: Vec<Attendee>,
}

/// A list, or one alone, or null.
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Many<T> {
        List(Vec<T>),
        One(T),
    }
    Ok(match Option::<Many<T>>::deserialize(deserializer)? {
        None => Vec::new(),
        Some(Many::List(list)) => list,
        Some(Many::One(one)) => vec![one],
    })
}

/// An identifier as text; none where there is none.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
