//! What Slack sends, read from the raw JSON with tolerant types of our own: a field that is new, absent or of another
//! shape never costs the rest of a payload.

mod command;
mod event;
mod interaction;

use serde_json::Value;

pub use command::Command;
pub use event::{Delivery, Event, Message, message_key};
pub use interaction::{Clicked, Interaction, Place, Shortcut, Submission};

/// The text at a JSON pointer; none where it is absent, empty or something else.
#[must_use]
pub fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer)?.as_str().filter(|text| !text.is_empty())
}

fn owned(value: &Value, pointer: &str) -> Option<String> {
    text(value, pointer).map(str::to_owned)
}

fn flag(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_bool).unwrap_or_default()
}

/// Reads `application/x-www-form-urlencoded`; a field that comes twice counts as it came first.
#[must_use]
pub fn form(body: &[u8]) -> Value {
    let mut fields = serde_json::Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        fields.entry(name.into_owned()).or_insert_with(|| Value::String(value.into_owned()));
    }
    Value::Object(fields)
}
