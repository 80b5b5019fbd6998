//! What is kept of Slack: teams, what was received, threads and their turns, what was sent, what Slack says of users and
//! channels, and which account a channel is about.
//!
//! A message's text is kept only while it waits to be answered, or was said in a thread the agent is in.

mod inbox;
mod known;
mod link;
mod post;
mod received;
mod team;
mod thread;
mod turn;

pub use inbox::InboxRow;
pub use link::ChannelLink;
pub(in crate::store) use post::enqueue_cards;
pub use post::{ClaimedPost, NewPost, PostRow};
pub use received::{Outcome, Received, ReceivedMessage, Sorted, Writable};
pub use team::{TeamRow, Tokens};
pub use thread::ThreadRow;
pub use turn::{SaidInThread, TurnRow, TurnState};
