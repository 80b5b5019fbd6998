//! What was written and said, read before anything is made of it: whose words stand where in a mail, and who is who.
//!
//! Pure: nothing in here waits, and nothing knows a database. [`zone`] cuts a text into lines that each say what they
//! are; [`earlier`] makes mails of the mails it holds; [`people`] tells who is meant by a name and on whose side they are.

pub mod people;
pub mod zone;

mod earlier;

pub use earlier::{Earlier, earlier, zones_of};
