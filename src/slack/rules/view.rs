//! Views: modals and the Home tab.

use serde_json::Value;

use super::shape::Kind::{Flag, Hidden, Plain};
use super::shape::{Field, ID, may, need};
use super::walk::Walker;
use super::{Fault, Surface, limits, whole};

/// What stands around the blocks of a modal.
static MODAL: &[Field] = &[
    need("title", Plain(limits::VIEW_TITLE)),
    may("submit", Plain(limits::VIEW_TITLE)),
    may("close", Plain(limits::VIEW_TITLE)),
    may("callback_id", ID),
    may("external_id", ID),
    may("private_metadata", Hidden(0, limits::PRIVATE_METADATA)),
    may("clear_on_close", Flag),
    may("notify_on_close", Flag),
];

/// What stands around the blocks of the Home tab.
static HOME: &[Field] =
    &[may("callback_id", ID), may("external_id", ID), may("private_metadata", Hidden(0, limits::PRIVATE_METADATA))];

/// What Slack would refuse of this view, a modal or the Home tab as its `type` says.
#[must_use]
pub fn check_view(view: &Value) -> Vec<Fault> {
    let (surface, around) = match view.get("type").and_then(Value::as_str) {
        Some("home") => (Surface::Home, HOME),
        _ => (Surface::Modal, MODAL),
    };
    let mut walker = Walker::new(surface);
    let Some(fields) = walker.fields(view) else { return walker.faults };
    if !matches!(fields.get("type").and_then(Value::as_str), Some("home" | "modal")) {
        walker.fault_at("type", "must be one of modal, home");
    }
    for (name, value) in fields.iter().filter(|(name, _)| *name != "type") {
        walker.within(name, |walker| match around.iter().find(|field| field.name == name) {
            Some(field) => walker.value(value, &field.kind),
            None if name == "blocks" => whole::blocks(walker, value),
            None => walker.fault("is not a field Slack knows here"),
        });
    }
    let missing = around.iter().filter(|field| field.needed).map(|field| field.name).chain(["blocks"]);
    for name in missing.filter(|name| !fields.contains_key(*name)) {
        walker.fault_at(name, "is missing");
    }
    walker.within("blocks", whole::totals);
    if surface == Surface::Modal && walker.inputs && !fields.contains_key("submit") {
        walker.fault_at("submit", "is missing, and there is an input");
    }
    walker.faults
}
