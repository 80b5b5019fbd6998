//! Files people have at hand: mail, tables, and transcripts of calls.
//!
//! [`kind_of`] says what a file is, by what stands in it and then by its name. A reader of each kind gives what the file
//! holds one [`Piece`] at a time, in bounded memory: a message, a row, a call. What cannot be read is a piece too, with a
//! sentence that says why; nothing is left out without one. Nothing here writes, and nothing here knows the accounts:
//! whose a record is, is said as [`Whose`](super::Whose).

pub mod mail;
pub mod table;
pub mod transcript;

mod checked;
mod kind;
mod text;

pub use kind::{FileKind, kind_of, refusal};

use super::Found;

/// The bytes of a file's beginning that are enough for [`kind_of`].
pub const BEGINNING: usize = 16 * 1024;

/// What one message, row or call of a file gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Its number in the file, from 1.
    pub number: u64,
    /// The line it begins on, from 1.
    pub line: u64,
    /// What it says, or why it cannot be read and what to do.
    pub outcome: Result<Vec<Found>, String>,
    /// What was made of it, in a few words: `e-mail, 2 attachments left out`. Empty where it cannot be read.
    pub made: String,
}
