//! What is wrong with what the app did: noticed when it happened, or seen when somebody asks.

use serde::Serialize;
use serde_json::Value;

use super::{Message, World};

/// Something wrong with what the app did.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// What, in a few words.
    pub what: String,
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts: Option<String>,
    /// More about it.
    pub detail: String,
}

/// The most turns that are remembered.
const MOST_TURNS: usize = 50_000;

impl World {
    /// Looks at what the app posted.
    pub(super) fn look_at(&mut self, channel: &str, message: &Message) {
        if message.text.trim().is_empty() && message.stream.is_none() && message.files.is_empty() {
            let detail = "notifications and screen readers have nothing to read";
            self.notice("a message has no text", Some(channel), Some(message.ts), detail);
        }
        self.look_at_text(channel, message);
        let Some(metadata) = &message.metadata else { return };
        let Some(turn) = metadata.pointer("/event_payload/turn").filter(|turn| !turn.is_null()) else { return };
        let part = metadata.pointer("/event_payload/part").unwrap_or(&Value::Null);
        let key = format!("{} {turn} {part}", metadata["event_type"]);
        if self.turns.len() > MOST_TURNS {
            self.turns.clear();
        }
        let place = format!("{channel} {}", message.ts);
        if let Some(before) = self.turns.insert(key.clone(), place) {
            let detail = format!("{key}: also {before}");
            self.notice("two messages carry the same turn", Some(channel), Some(message.ts), detail);
        }
    }

    /// Looks for mentions of everybody in what the app wrote.
    pub(super) fn look_at_text(&mut self, channel: &str, message: &Message) {
        let mut found = Vec::new();
        collect_mentions(&message.text, &mut found);
        if let Some(stream) = &message.stream {
            collect_mentions(&stream.text, &mut found);
        }
        collect_in(&Value::Array(message.blocks.clone()), &mut found);
        if let Some(attachments) = &message.attachments {
            collect_in(attachments, &mut found);
        }
        for mention in found {
            self.notice("a control sequence was posted", Some(channel), Some(message.ts), mention);
        }
    }

    /// What was noticed, and what stands open now.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.noticed.iter().cloned().collect();
        let open = |what: &str, (channel, ts): &super::ThreadKey| Problem {
            what: what.to_owned(),
            channel: Some(channel.clone()),
            ts: Some(ts.to_string()),
            detail: String::new(),
        };
        problems.extend(self.streams(None).iter().map(|key| open("a stream is still open", key)));
        problems.extend(self.working().map(|key| open("a session is still processing", key)));
        problems
    }
}

fn collect_in(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => collect_mentions(text, found),
        Value::Array(values) => values.iter().for_each(|value| collect_in(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| collect_in(value, found)),
        _ => {}
    }
}

fn collect_mentions(text: &str, found: &mut Vec<String>) {
    for (at, _) in text.match_indices("<!") {
        let rest = &text[at..];
        // Dates are formatted on the reader's side and reach nobody.
        if rest.starts_with("<!date^") {
            continue;
        }
        if let Some(end) = rest.find('>') {
            found.push(rest[..=end].chars().take(80).collect());
        }
    }
}
