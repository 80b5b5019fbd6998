//! Mail: a letter as a message that any mail program opens, as a link, and, where a server is configured, sent.
//!
//! Whether a letter may go out is decided elsewhere; nothing here looks at drafts.

mod link;
mod message;
mod smtp;

pub use link::{CUT, mailto};
pub use message::{Envelope, eml};
pub use smtp::{Mailer, SendError};
