//! Puts a reply together from its pieces. Lenient about what servers leave out, strict about what a reply needs: an end,
//! and text or calls.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::answer::Usage;
use crate::model::chat::{Draft, ModelError, ModelReply, ToolCall};

/// One piece of a reply.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chunk {
    choices: Vec<Choice>,
    usage: Option<Spent>,
    error: Option<serde_json::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    delta: Delta,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Delta {
    content: Option<String>,
    tool_calls: Option<Vec<CallPiece>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CallPiece {
    index: usize,
    id: Option<String>,
    function: Option<FunctionPiece>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FunctionPiece {
    name: Option<String>,
    arguments: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spent {
    prompt_tokens: u64,
    completion_tokens: u64,
}

/// The longest text or arguments a reply may have, in bytes: nobody reads more, and an endpoint that never stops must not
/// fill the memory.
const LONGEST: usize = 64 * 1024;

/// Calls a reply may ask for at once.
const MOST_CALLS: usize = 16;

/// A reply as far as it has arrived.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    text: String,
    calls: BTreeMap<usize, (String, String, String)>,
    usage: Usage,
    finished: bool,
    bytes: usize,
}

impl Assembly {
    /// Adds a piece; text goes to `draft` at once.
    pub fn take(&mut self, chunk: Chunk, draft: Draft<'_>) -> Result<(), ModelError> {
        if chunk.error.is_some() {
            return Err(ModelError::Transient("the model stopped with an error".to_owned()));
        }
        if let Some(spent) = chunk.usage {
            self.usage.prompt_tokens = spent.prompt_tokens;
            self.usage.completion_tokens = spent.completion_tokens;
        }
        // Only one answer was asked for.
        let Some(choice) = chunk.choices.into_iter().next() else { return Ok(()) };
        if let Some(text) = choice.delta.content.filter(|text| !text.is_empty()) {
            self.bytes += text.len();
            draft(&text);
            self.text.push_str(&text);
        }
        for piece in choice.delta.tool_calls.unwrap_or_default() {
            let (id, name, arguments) = self.calls.entry(piece.index).or_default();
            id.push_str(&piece.id.unwrap_or_default());
            if let Some(function) = piece.function {
                name.push_str(&function.name.unwrap_or_default());
                let more = function.arguments.unwrap_or_default();
                self.bytes += more.len();
                arguments.push_str(&more);
            }
        }
        self.finished |= choice.finish_reason.is_some();
        if self.bytes > LONGEST || self.calls.len() > MOST_CALLS {
            return Err(ModelError::Permanent("the model does not come to an end".to_owned()));
        }
        Ok(())
    }

    /// The whole reply.
    pub fn finish(self) -> Result<ModelReply, ModelError> {
        if !self.finished {
            return Err(ModelError::Transient("the model's answer was cut off".to_owned()));
        }
        let mut calls = Vec::with_capacity(self.calls.len());
        for (place, (id, name, arguments)) in self.calls {
            let arguments = if arguments.trim().is_empty() { "{}" } else { &arguments };
            let arguments = serde_json::from_str(arguments).map_err(|_| {
                ModelError::Permanent(format!("the model called {name} with arguments that are no JSON"))
            })?;
            let id = if id.is_empty() { format!("call-{place}") } else { id };
            calls.push(ToolCall { id, name, arguments });
        }
        if calls.is_empty() && self.text.trim().is_empty() {
            return Err(ModelError::Permanent("the model's answer was empty".to_owned()));
        }
        let usage = Usage { requests: 1, ..self.usage };
        Ok(ModelReply { text: self.text, calls, usage, ..ModelReply::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assembled(chunks: &[&str]) -> (Result<ModelReply, ModelError>, String) {
        let drafted = std::sync::Mutex::new(String::new());
        let mut assembly = Assembly::default();
        for chunk in chunks {
            let taken =
                assembly.take(serde_json::from_str(chunk).unwrap(), &|text| drafted.lock().unwrap().push_str(text));
            if let Err(error) = taken {
                return (Err(error), drafted.into_inner().unwrap());
            }
        }
        (assembly.finish(), drafted.into_inner().unwrap())
    }

    #[test]
    fn pieces_make_a_reply() {
        let (reply, drafted) = assembled(&[
            r#"{"choices":[{"delta":{"role":"assistant","content":"All "}}]}"#,
            r#"{"choices":[{"delta":{"content":"well [1]."},"finish_reason":"stop"}]}"#,
            r#"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":4}}"#,
        ]);
        let reply = reply.unwrap();
        assert_eq!(
            (reply.text.as_str(), drafted.as_str(), reply.usage.tokens()),
            ("All well [1].", "All well [1].", 16)
        );
        let (reply, _) = assembled(&[
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"usage","arguments":"{\"acc"}},{"index":1,"id":"b","function":{"name":"portfolio"}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"ount\":\"hooli.com\"}"}}]},"finish_reason":"tool_calls"}]}"#,
        ]);
        let calls: Vec<_> = reply.unwrap().calls.into_iter().map(|call| (call.id, call.name, call.arguments)).collect();
        assert_eq!(
            calls,
            [
                ("a".to_owned(), "usage".to_owned(), serde_json::json!({"account": "hooli.com"})),
                ("b".to_owned(), "portfolio".to_owned(), serde_json::json!({})),
            ]
        );
    }

    #[test]
    fn what_is_no_reply_is_an_error() {
        for chunks in [
            &[r#"{"choices":[{"delta":{"content":"All "}}]}"#][..],
            &[r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#],
            &[r#"{"error":{"message":"out of memory"}}"#],
            &[
                r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"usage","arguments":"{oops"}}]},"finish_reason":"tool_calls"}]}"#,
            ],
            &[],
        ] {
            assert!(assembled(chunks).0.is_err(), "{chunks:?}");
        }
        let endless = format!(r#"{{"choices":[{{"delta":{{"content":"{}"}}}}]}}"#, "x".repeat(LONGEST));
        assert!(assembled(&[&endless, &endless]).0.is_err());
    }
}
