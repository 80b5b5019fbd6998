//! What people see in Slack: pure functions from domain types to messages and views. Nothing here awaits, reads a clock
//! or decides anything; the present moment is an argument.
//!
//! | file | what it makes |
//! |---|---|
//! | [`answer`] | an answer with its evidence, split where it is long |
//! | [`progress`] | what is on screen while an answer is made |
//! | [`proposal`], [`draft`] | cards with buttons, and what became of them |
//! | [`account`], [`history`], [`list`] | the account card, the chart of a score, lists of accounts |
//! | [`close_loop`] | who asked for what shipped |
//! | [`home`] | the Home tab |
//! | [`modal`] | dialogs |
//! | [`note`], [`help`] | short replies, and what can be typed |
//! | [`unfurl`] | Work Objects for links to accounts |
//! | [`action_id`] | the ids and values that buttons and dialogs send back |
//!
//! Text that a customer, a colleague or a model wrote goes through [`escape`] on its way into a block.

pub mod account;
pub mod action_id;
pub mod answer;
pub mod close_loop;
pub mod digest;
pub mod draft;
pub mod escape;
pub mod help;
pub mod history;
pub mod home;
pub mod list;
pub mod modal;
pub mod note;
pub mod progress;
pub mod proposal;
pub mod unfurl;

mod block;
mod message;
mod pieces;
mod when;

#[cfg(test)]
mod tests;

pub use message::{Links, Message, View};
