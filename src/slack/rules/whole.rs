//! What is told only by looking at all blocks: how many tables, how many characters, which ids twice.

use serde_json::Value;

use super::blocks::BLOCKS;
use super::walk::{Walker, too_long};
use super::{Surface, limits};

/// The blocks of a message or a view, at the walker's place.
pub fn blocks(walker: &mut Walker, blocks: &Value) {
    let Some(items) = blocks.as_array() else { return walker.fault("must be an array") };
    match walker.surface {
        // A message may be emptied of blocks by an update.
        Surface::Message => walker.count(items.len(), 0, limits::MESSAGE_BLOCKS),
        Surface::Modal | Surface::Home => walker.count(items.len(), 1, limits::VIEW_BLOCKS),
    }
    for (index, block) in items.iter().enumerate() {
        walker.within(&index.to_string(), |walker| walker.any(block, BLOCKS));
    }
}

/// What all blocks walked through add up to, at the walker's place.
pub fn totals(walker: &mut Walker) {
    if walker.surface != Surface::Message {
        if walker.focused > 1 {
            walker.fault("must have at most one element with focus_on_load");
        }
        return;
    }
    if walker.tables > limits::TABLES {
        walker.fault("must have at most one table or data_table");
    }
    if walker.charts > limits::CHARTS {
        walker.fault(format!("must have at most {} data_visualization blocks", limits::CHARTS));
    }
    if walker.markdown > limits::MARKDOWN {
        walker.fault(format!("markdown of all blocks {}", too_long(limits::MARKDOWN, walker.markdown)));
    }
    if walker.rendered > limits::RENDERED {
        walker.fault(format!("text of all blocks {}", too_long(limits::RENDERED, walker.rendered)));
    }
}
