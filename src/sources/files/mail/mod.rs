//! Mail: single messages (`.eml`, `.emlx`) and mailboxes (mbox).

mod body;
mod header;
mod mbox;
mod message;

#[cfg(test)]
mod tests;

pub use mbox::{LONGEST_MESSAGE, Mbox, RawMessage};
pub use message::read_message;

pub(super) use mbox::is_separator;
