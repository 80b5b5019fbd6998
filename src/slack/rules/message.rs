//! The arguments of a message: `chat.postMessage`, `chat.update`, `chat.postEphemeral` and answers to a response address.

use serde_json::{Map, Value};

use super::shape::Kind::{Flag, Hidden, OneOf, Url};
use super::shape::{Field, ID, MANY, may};
use super::walk::Walker;
use super::{Fault, Surface, limits, whole};

/// The arguments that are checked by themselves.
static ARGUMENTS: &[Field] = &[
    may("channel", ID),
    may("user", ID),
    may("ts", ID),
    may("thread_ts", ID),
    may("markdown_text", Hidden(1, limits::MARKDOWN)),
    may("mrkdwn", Flag),
    may("parse", OneOf(&["none", "full"])),
    may("link_names", Flag),
    may("unfurl_links", Flag),
    may("unfurl_media", Flag),
    may("reply_broadcast", Flag),
    may("icon_emoji", ID),
    may("icon_url", Url(limits::URL)),
    may("username", Hidden(1, MANY)),
    may("response_type", OneOf(&["ephemeral", "in_channel"])),
    may("replace_original", Flag),
    may("delete_original", Flag),
];

/// What Slack would refuse of these arguments. An argument `ts` tells an update.
///
/// A message with blocks but without `text`, which Slack takes, is a fault too: nothing would stand in the notification.
#[must_use]
pub fn check_message(arguments: &Value) -> Vec<Fault> {
    let mut walker = Walker::new(Surface::Message);
    if let Some(fields) = walker.fields(arguments) {
        for (name, value) in fields {
            argument(&mut walker, name, value);
        }
        text(&mut walker, fields);
        walker.within("blocks", whole::totals);
    }
    walker.faults
}

fn argument(walker: &mut Walker, name: &str, value: &Value) {
    walker.within(name, |walker| match name {
        "blocks" => whole::blocks(walker, value),
        "attachments" => attachments(walker, value),
        "metadata" => metadata(walker, value),
        // Looked at together with what it stands beside.
        "text" => {}
        _ => match ARGUMENTS.iter().find(|argument| argument.name == name) {
            Some(argument) => walker.value(value, &argument.kind),
            None => walker.fault("is not an argument Slack knows here"),
        },
    });
}

fn text(walker: &mut Walker, fields: &Map<String, Value>) {
    let markdown = fields.contains_key("markdown_text");
    let says = |name: &str| fields.get(name).and_then(Value::as_array).is_some_and(|items| !items.is_empty());
    let deletes = fields.get("delete_original") == Some(&Value::Bool(true));
    match fields.get("text") {
        Some(_) if markdown => walker.fault_at("markdown_text", "must not stand beside text"),
        Some(text) => walker.within("text", |walker| {
            let Some((text, _)) = walker.text(text, 1, limits::TEXT) else { return };
            let bytes = text.len();
            if text.trim().is_empty() && !text.is_empty() {
                walker.fault("must not be blank");
            } else if fields.contains_key("ts") && bytes > limits::UPDATE_TEXT_BYTES {
                walker
                    .fault(format!("of an update must have at most {} bytes, has {bytes}", limits::UPDATE_TEXT_BYTES));
            }
        }),
        None if markdown || deletes => {}
        None if says("blocks") || says("attachments") => {
            walker.fault_at("text", "is missing: nothing would stand in the notification");
        }
        None => walker.fault_at("text", "is missing"),
    }
    if markdown && says("blocks") {
        walker.fault_at("markdown_text", "must not stand beside blocks");
    }
}

/// Secondary attachments: only how many, and the blocks within them.
fn attachments(walker: &mut Walker, value: &Value) {
    let Some(items) = value.as_array() else { return walker.fault("must be an array") };
    walker.count(items.len(), 0, limits::ATTACHMENTS);
    for (index, item) in items.iter().enumerate() {
        walker.within(&index.to_string(), |walker| {
            let blocks = walker.fields(item).and_then(|fields| fields.get("blocks"));
            if let Some(blocks) = blocks {
                walker.within("blocks", |walker| whole::blocks(walker, blocks));
            }
        });
    }
}

fn metadata(walker: &mut Walker, value: &Value) {
    let Some(fields) = walker.fields(value) else { return };
    match fields.get("event_type") {
        Some(event_type) => walker.within("event_type", |walker| walker.value(event_type, &ID)),
        None => walker.fault_at("event_type", "is missing"),
    }
    match fields.get("event_payload") {
        Some(payload) if payload.is_object() => {}
        Some(_) => walker.fault_at("event_payload", "must be an object"),
        None => walker.fault_at("event_payload", "is missing"),
    }
    for name in fields.keys().filter(|name| !matches!(name.as_str(), "event_type" | "event_payload")) {
        walker.fault_at(name, "is not a field Slack knows here");
    }
}
