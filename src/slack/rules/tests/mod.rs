//! Each limit from both sides, each rule broken once, and anything at all without a panic.

mod edges;
mod refusals;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Fault, Surface, check_blocks, check_message, check_stream_chunks, check_view};

/// `/blocks/0/text must be …`, one a line.
fn told(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.message)).collect::<Vec<_>>().join("\n")
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn mrkdwn(text: &str) -> Value {
    json!({"type": "mrkdwn", "text": text})
}

fn section(text: &str) -> Value {
    json!({"type": "section", "text": mrkdwn(text)})
}

fn button(text: &str) -> Value {
    json!({"type": "button", "text": plain(text)})
}

/// So many characters, of two bytes each.
fn long(length: usize) -> String {
    "é".repeat(length)
}

/// So many of it.
fn times(item: &Value, count: usize) -> Value {
    Value::Array(vec![item.clone(); count])
}

/// Words that lead deep into the table.
fn word() -> impl Strategy<Value = String> {
    let known = [
        "type",
        "blocks",
        "text",
        "elements",
        "section",
        "actions",
        "button",
        "rows",
        "table",
        "data_table",
        "input",
        "element",
        "fields",
        "options",
        "option_groups",
        "initial_option",
        "plain_text",
        "mrkdwn",
        "rich_text",
        "modal",
        "home",
        "title",
        "chart",
        "series",
        "axis_config",
        "data_visualization",
        "bar",
        "pie",
        "segments",
        "accessory",
        "static_select",
        "number_input",
        "min_value",
        "max_value",
        "container",
        "child_blocks",
        "chunks",
        "markdown_text",
        "block_id",
        "action_id",
        "datepicker",
        "initial_date",
        "image",
        "image_url",
        "attachments",
        "metadata",
        "ts",
    ];
    prop_oneof![4 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(word(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(value in anything()) {
        for surface in [Surface::Message, Surface::Modal, Surface::Home] {
            let _ = check_blocks(&value, surface);
        }
        let _ = (check_message(&value), check_view(&value), check_stream_chunks(&value));
    }

    #[test]
    fn a_fault_points_at_what_is_there_or_missing_there(value in anything()) {
        let message = json!({"text": "Hello", "blocks": value});
        for fault in check_message(&message) {
            let parent = fault.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            prop_assert!(message.pointer(parent).is_some(), "{}", fault.pointer);
        }
    }
}
