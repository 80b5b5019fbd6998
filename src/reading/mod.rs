//! What was written, read before anything is made of it: whose words stand where in a mail.
//!
//! Pure: nothing in here waits, and nothing knows a database. [`zone`] cuts a text into lines that each say what they
//! are; [`earlier`] makes mails of the mails it holds.

pub mod zone;

mod earlier;

pub use earlier::{Earlier, earlier, zones_of};
