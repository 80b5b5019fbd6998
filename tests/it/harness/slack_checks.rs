//! What holds for everything the agent shows in any test: Slack takes it, Slack's own packages take it, there are words
//! for a screen reader, and nobody else's words act in it.

use serde_json::Value;
use success_agent::slack::rules::{Fault, Surface, check_blocks, check_message, check_stream_chunks, check_view};

use super::slack::SlackWorld;
use super::slack_validators as judges;

/// What a customer wrote, so that it would call everybody and lead elsewhere if it were not made harmless.
pub const PLANTED: &str = "<!channel> <@U_MONICA> <https://evil.example|click> [click](https://evil.example)";

impl SlackWorld {
    /// Looks at all that was shown in this test.
    pub async fn check(&self) {
        let calls = self.get("/calls?after=0").await;
        let mut judged = Vec::new();
        for call in calls.as_array().unwrap() {
            let (method, arguments) = (call["method"].as_str().unwrap(), &call["arguments"]);
            let faults = match method {
                "chat.postMessage" | "chat.update" | "chat.postEphemeral" | "response_url" => {
                    assert!(arguments["text"].as_str().is_some_and(|text| !text.trim().is_empty()), "{call:#}");
                    judged.push((call, judges::message(arguments)));
                    harmless(method, arguments, "");
                    check_message(arguments)
                }
                "views.open" | "views.push" | "views.update" | "views.publish" => {
                    judged.push((call, judges::view(&arguments["view"])));
                    harmless(method, &arguments["view"], "");
                    check_view(&arguments["view"])
                }
                "chat.startStream" | "chat.appendStream" | "chat.stopStream" => {
                    let mut faults: Vec<Fault> = Vec::new();
                    if let Some(chunks) = arguments.get("chunks") {
                        judged.push((call, judges::chunks(chunks)));
                        harmless(method, chunks, "");
                        faults.extend(check_stream_chunks(chunks));
                    }
                    if let Some(blocks) = arguments.get("blocks") {
                        judged.push((call, judges::message(blocks)));
                        harmless(method, blocks, "");
                        faults.extend(check_blocks(blocks, Surface::Message));
                    }
                    faults
                }
                _ => continue,
            };
            assert!(faults.is_empty(), "{faults:#?}\n{call:#}");
        }
        let payloads: Vec<Value> = judged.iter().map(|(_, payload)| payload.clone()).collect();
        let said = tokio::task::spawn_blocking(move || judges::validate(&payloads)).await.unwrap();
        for ((call, _), faults) in judged.iter().zip(said) {
            assert!(faults.is_empty(), "{faults:#?}\n{call:#}");
        }
    }
}

/// Looks for words that act. What Slack shows as it stands, and what is only sent back, cannot.
fn harmless(method: &str, value: &Value, name: &str) {
    const AS_IT_STANDS: [&str; 6] = ["value", "initial_value", "private_metadata", "url", "event_payload", "metadata"];
    const ACT: [&str; 6] = ["<!channel", "<!here", "<!everyone", "<@", "<https://evil", "<http://evil"];
    match value {
        Value::String(text) if !AS_IT_STANDS.contains(&name) => {
            for act in ACT {
                assert!(!text.contains(act), "{method}: {act} acts in {text}");
            }
        }
        Value::Array(values) => values.iter().for_each(|value| harmless(method, value, name)),
        Value::Object(fields) => {
            let kind = fields.get("type").and_then(Value::as_str).unwrap_or_default();
            if kind.starts_with("markdown") {
                let text = fields.get("text").and_then(Value::as_str).unwrap_or_default();
                assert!(!text.contains("](https://evil"), "{method}: a link acts in {text}");
            }
            if !matches!(kind, "plain_text" | "rich_text") {
                fields.iter().for_each(|(name, value)| harmless(method, value, name));
            }
        }
        _ => {}
    }
}
