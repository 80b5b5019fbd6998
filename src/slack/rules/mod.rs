//! What Slack takes and what it refuses: limits and places of blocks, as one table.
//!
//! | file | what it holds |
//! |---|---|
//! | `limits` | the numbers, with names, for those who have to keep them |
//! | `blocks`, `elements`, `objects`, `rich_text`, `charts`, `chunks` | the table: each shape with its fields, one a line |
//! | `shape` | the words the table is written in |
//! | `walk` | the walker: holds a payload against the table |
//! | `whole` | what is told only by looking at all blocks: how many tables, how many characters, which ids twice |
//! | `message`, `view`, `stream` | what stands around blocks: the arguments of a message, a view, the chunks of a stream |
//!
//! What Slack would refuse is told before it is asked, by the renderer's tests, by the client before each post and by the
//! emulator in Slack's place. The table is closed: a field or a type that is not in it is a fault, since Slack drops or
//! refuses what it does not know. Where Slack's sources disagree the narrower reading stands.

mod blocks;
mod charts;
mod chunks;
mod elements;
pub mod limits;
mod message;
mod objects;
mod rich_text;
mod shape;
mod stream;
#[cfg(test)]
mod tests;
mod view;
mod walk;
mod whole;

use serde_json::Value;

pub use message::check_message;
pub use stream::check_stream_chunks;
pub use view::check_view;

use walk::Walker;

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

impl Surface {
    /// What a person calls it.
    const fn name(self) -> &'static str {
        match self {
            Self::Message => "a message",
            Self::Modal => "a modal",
            Self::Home => "the Home tab",
        }
    }
}

/// One thing Slack would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, as a JSON pointer below what was checked: `/blocks/0/text/text`.
    pub pointer: String,
    /// What is wrong. It quotes nothing of the payload.
    pub message: String,
}

/// What Slack would refuse of these blocks on that surface.
#[must_use]
pub fn check_blocks(blocks: &Value, surface: Surface) -> Vec<Fault> {
    let mut walker = Walker::new(surface);
    walker.within("blocks", |walker| {
        whole::blocks(walker, blocks);
        whole::totals(walker);
    });
    walker.faults
}
