//! What Salesforce sends.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An access token, given for client credentials.
#[derive(Clone, Deserialize)]
pub(super) struct Token {
    pub access_token: String,
    #[serde(default)]
    pub instance_url: Option<String>,
}

/// The answer to a query.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Found {
    #[serde(default)]
    pub total_size: usize,
    #[serde(default)]
    pub next_records_url: Option<String>,
    #[serde(default)]
    pub records: Vec<Row>,
}

/// A record, with the fields that were asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Row(pub Map<String, Value>);

impl Row {
    /// What a field says, as text that is not blank. A field of another record is written with a dot.
    pub fn text(&self, field: &str) -> Option<String> {
        let text = match self.value(field)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(yes) => yes.to_string(),
            _ => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// What a field says; none where that is nothing.
    pub fn value(&self, field: &str) -> Option<&Value> {
        let value = match field.split_once('.') {
            Some((other, field)) => self.0.get(other)?.get(field)?,
            None => self.0.get(field)?,
        };
        Some(value).filter(|value| !value.is_null())
    }

    /// Whether a field says yes.
    pub fn flag(&self, field: &str) -> bool {
        self.value(field).and_then(Value::as_bool).unwrap_or_default()
    }

    /// Its identifier.
    pub fn id(&self) -> Option<String> {
        self.text("Id")
    }
}

/// What an object is made of.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Described {
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// A field of an object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Field {
    pub name: String,
}

/// An item as it is kept: what Salesforce sent, and where it can be opened.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The record.
    pub sent: Row,
    /// Its address.
    pub url: String,
    /// Identifiers of accounts that were merged into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<String>,
}
