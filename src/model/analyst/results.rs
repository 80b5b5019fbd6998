//! What the tools have returned so far in the turn, by call.

use std::collections::HashMap;

use serde::Deserialize as _;

use crate::domain::tool::ToolArgs;
use crate::model::chat::{Message, ToolResult};

/// Tool results by call id.
pub struct Results<'a> {
    by_call: HashMap<&'a str, &'a ToolResult>,
}

impl<'a> Results<'a> {
    /// The results among `messages`.
    pub fn new(messages: &'a [Message]) -> Self {
        let by_call = messages
            .iter()
            .filter_map(|message| match message {
                Message::Result(result) => Some((result.call_id.as_str(), result.as_ref())),
                _ => None,
            })
            .collect();
        Self { by_call }
    }

    /// Whether a call has been made.
    pub fn made(&self, call_id: &str) -> bool {
        self.by_call.contains_key(call_id)
    }

    /// The output of a call: none while it has not been made, the reason when it gave none.
    pub fn get<T: ToolArgs>(&self, call_id: &str) -> Option<Result<T::Output, String>> {
        let result = self.by_call.get(call_id)?;
        Some(match &result.output {
            Ok(value) => T::Output::deserialize(value)
                .map_err(|error| format!("{} returned something unexpected: {error}", T::NAME)),
            Err(reason) => Err(reason.clone()),
        })
    }
}
