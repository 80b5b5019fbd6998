//! Why Slack says no: the short name it gives, with what it adds.

use serde_json::{Map, Value};

/// Why Slack says no.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Slack's name for it.
    pub error: String,
    /// What stands beside it in the answer.
    pub more: Map<String, Value>,
}

impl Refusal {
    /// With something beside it in the answer.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }
}

impl From<&str> for Refusal {
    fn from(error: &str) -> Self {
        Self { error: error.to_owned(), more: Map::new() }
    }
}
