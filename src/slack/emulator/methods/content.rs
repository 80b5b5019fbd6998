//! What a message is to say: text, blocks, attachments or Markdown, checked as Slack checks it.

use serde_json::{Value, json};

use super::super::world::Refusal;
use super::Args;
use crate::slack::rules::{Surface, check_blocks};

/// The longest Markdown.
const MOST_MARKDOWN: usize = 12_000;
/// The longest text that is not cut.
const MOST_TEXT: usize = 40_000;
/// The longest text a message can be changed to, in bytes.
const MOST_CHANGED: usize = 4_000;
/// The most letters that all blocks together show.
const MOST_SHOWN: usize = 13_200;

/// What a message is to say.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// The text; none when it was not given.
    pub text: Option<String>,
    /// The blocks; none when they were not given.
    pub blocks: Option<Vec<Value>>,
    /// The attachments; none when they were not given.
    pub attachments: Option<Value>,
}

impl Content {
    /// Reads it from the arguments of a call.
    pub fn read(args: &Args) -> Result<Self, Refusal> {
        let blocks = checked_blocks(args, "blocks", Surface::Message)?;
        let attachments = args.structure("attachments")?;
        if attachments.as_ref().is_some_and(|attachments| !attachments.is_array()) {
            return Err("invalid_attachments".into());
        }
        let text = args.0.get("text").and_then(Value::as_str).map(str::to_owned);
        if let Some(markdown) = args.text("markdown_text") {
            if text.as_ref().is_some_and(|text| !text.is_empty()) || blocks.is_some() {
                return Err("markdown_text_conflict".into());
            }
            check_markdown(markdown)?;
            let block = json!({"type": "markdown", "text": markdown});
            return Ok(Self { text: Some(markdown.to_owned()), blocks: Some(vec![block]), attachments });
        }
        Ok(Self { text, blocks, attachments })
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.text.as_ref().is_none_or(String::is_empty)
            && self.blocks.as_ref().is_none_or(Vec::is_empty)
            && self.attachments.as_ref().is_none_or(|list| list.as_array().is_none_or(Vec::is_empty))
    }

    /// The text, cut where Slack cuts it.
    pub fn cut_text(&self) -> String {
        self.text.as_deref().unwrap_or_default().chars().take(MOST_TEXT).collect()
    }

    /// Refuses a text too long to change a message to.
    pub fn check_change(&self) -> Result<(), Refusal> {
        let markdown =
            self.blocks.as_ref().is_some_and(|blocks| blocks.iter().any(|block| block["type"] == "markdown"));
        let most = if markdown { MOST_MARKDOWN } else { MOST_CHANGED };
        if self.text.as_ref().is_some_and(|text| text.len() > most) { Err("msg_too_long".into()) } else { Ok(()) }
    }
}

/// Refuses Markdown that is too long.
pub fn check_markdown(text: &str) -> Result<(), Refusal> {
    if text.chars().count() > MOST_MARKDOWN { Err("msg_too_long".into()) } else { Ok(()) }
}

/// The blocks under this name, refused as Slack refuses them.
pub fn checked_blocks(args: &Args, name: &str, surface: Surface) -> Result<Option<Vec<Value>>, Refusal> {
    let Some(blocks) = args.structure(name)? else { return Ok(None) };
    check(&blocks, surface, "invalid_blocks")?;
    Ok(Some(blocks.as_array().cloned().unwrap_or_default()))
}

/// Refuses blocks that Slack would refuse, under this error.
pub fn check(blocks: &Value, surface: Surface, error: &str) -> Result<(), Refusal> {
    let faults = check_blocks(blocks, surface);
    if faults.is_empty() {
        if surface == Surface::Message && shown_letters(blocks) > MOST_SHOWN {
            return Err("msg_blocks_too_long".into());
        }
        return Ok(());
    }
    let messages: Vec<String> =
        faults.iter().map(|fault| format!("[ERROR] {} [json-pointer:{}]", fault.message, fault.pointer)).collect();
    let errors: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    let metadata = json!({"messages": messages});
    Err(Refusal::from(error).with("errors", json!(errors)).with("response_metadata", metadata))
}

/// The letters blocks show: every text in them.
fn shown_letters(value: &Value) -> usize {
    match value {
        Value::Array(values) => values.iter().map(shown_letters).sum(),
        Value::Object(fields) => {
            let own = fields.get("text").and_then(Value::as_str).map_or(0, |text| text.chars().count());
            own + fields.values().map(shown_letters).sum::<usize>()
        }
        _ => 0,
    }
}

/// The metadata of a message; none when none was given, or when it is taken away.
pub fn metadata(args: &Args) -> Result<Option<Value>, Refusal> {
    let Some(metadata) = args.structure("metadata")? else { return Ok(None) };
    if metadata.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(Some(Value::Null));
    }
    let named = metadata["event_type"].as_str().is_some_and(|name| !name.is_empty());
    let known = metadata["event_payload"].is_object() || metadata["entities"].is_array();
    if (named && known) || metadata["entities"].is_array() {
        return Ok(Some(metadata));
    }
    Err("invalid_metadata_format".into())
}
