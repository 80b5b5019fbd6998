//! What PostHog answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The answer to a query: rows, each with its columns in the order they were asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Answer<Row> {
    #[serde(default = "Vec::new")]
    pub results: Vec<Row>,
    #[serde(default)]
    pub error: Option<Value>,
    /// The limit that was kept to, where it is said.
    #[serde(default)]
    pub limit: Option<usize>,
    #[serde(default, rename = "hasMore")]
    pub has_more: Option<bool>,
}

/// Company, day, active people, seats. A company without a key is null in some projects and empty in others.
#[derive(Debug, Deserialize)]
pub(super) struct UsageRow(pub Option<String>, pub String, pub Value, pub Value);

/// Key, name, domain, seats.
#[derive(Debug, Deserialize)]
pub(super) struct GroupRow(pub Option<String>, pub Value, pub Value, pub Value);

/// A group, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Group {
    pub key: String,
    #[serde(default)]
    pub name: Value,
    #[serde(default)]
    pub domain: Value,
    #[serde(default)]
    pub seats: Value,
}

/// The days of one company within one month, as they are kept.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Month {
    /// The group's key, or the domain.
    pub company: String,
    /// Whether `company` is the domain of e-mail addresses.
    #[serde(default)]
    pub by_domain: bool,
    /// The first of the month.
    pub from: String,
    /// The day after the last that is counted.
    pub until: String,
    /// Whether anything was heard of the company in the month before.
    #[serde(default)]
    pub known_before: bool,
    /// Day, active people, seats.
    #[serde(default)]
    pub days: Vec<(String, Value, Value)>,
}

/// A number that comes as a number or as text; none where it is neither, or no whole one from 0 on.
pub(super) fn whole(value: &Value) -> Option<u32> {
    match value {
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| text.strip_suffix(".0")?.parse().ok())
        }
        Value::Number(number) => {
            let wide =
                number.as_u64().or_else(|| number.as_f64().filter(|wide| wide.fract() == 0.0).map(|wide| wide as u64));
            wide.filter(|_| number.as_f64().is_some_and(|number| number >= 0.0)).and_then(|wide| wide.try_into().ok())
        }
        _ => None,
    }
}

/// Text that says something.
pub(super) fn filled(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}
