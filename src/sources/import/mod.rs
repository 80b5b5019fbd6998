//! The import format: JSON Lines, one record a line, told apart by `type`.
//!
//! [`RecordReader`] takes any stream of bytes and gives, line by line, a record or the reason why the line holds none.
//! A record that is laid out over several lines is read as if it stood on one. A line passes through `lines` (bytes to
//! numbered lines, never more than one in memory), `clean` (control characters), `local` (times without an offset), `parse`
//! (JSON to a record, `explain` for what is wrong) and `check` (what a type cannot say). Nothing here writes.

mod check;
mod clean;
mod explain;
mod host;
mod known;
mod lines;
mod local;
mod parse;
mod schema;

use std::collections::BTreeSet;
use std::io;

use tokio::io::AsyncBufRead;

use crate::domain::record::Record;
use crate::domain::time::Zone;
use crate::sources::Whose;
use lines::{Line, Lines};

pub use known::{known_beside, meant_by};
pub use parse::{read_line, read_line_in};
pub use schema::schema;

/// A record that did not come in as a line, checked as lines are.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn checked(mut record: Record) -> Result<Record, String> {
    check::check(&mut record)?;
    Ok(record)
}

/// Stands for the account while a record is read that does not name one.
pub(in crate::sources) const NOBODY: &str = "nobody.invalid";

/// The longest line read, in bytes.
pub const LONGEST_LINE: usize = 32 * 1024 * 1024;

/// A record that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The record, checked.
    pub record: Record,
    /// Fields of the line that are not part of the format, as paths (`contacts[].phone`).
    pub ignored: BTreeSet<String>,
    /// To whom it belongs, where the line does not name an account: the first of these that leads to one. An account with
    /// this is no account but the contacts of one.
    pub whose: Option<Vec<Whose>>,
}

/// What one line gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The line's number, from 1, blank lines counted.
    pub line: u64,
    /// Its length in bytes.
    pub bytes: usize,
    /// The record, or why there is none and what to do.
    pub outcome: Result<Parsed, String>,
}

/// Reads records from a stream, a line at a time.
pub struct RecordReader<R> {
    lines: Lines<R>,
    /// Whether a line that is not blank was seen.
    begun: bool,
    /// Whether the rest of the input cannot be lines of records.
    given_up: bool,
    /// A line that was read ahead.
    ahead: Option<(u64, Line)>,
    /// Where times are of that say nothing themselves.
    zone: Zone,
}

impl<R: AsyncBufRead + Unpin> RecordReader<R> {
    /// Over `input`, with lines of up to [`LONGEST_LINE`] bytes.
    pub fn new(input: R) -> Self {
        Self::with_limit(input, LONGEST_LINE)
    }

    /// Over `input`, with lines of up to `longest` bytes.
    pub fn with_limit(input: R, longest: usize) -> Self {
        Self { lines: Lines::new(input, longest), begun: false, given_up: false, ahead: None, zone: Zone::UTC }
    }

    /// The same, where times without an offset are of `zone`.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// What the next line that is not blank gives; none at the end. Input that is something else altogether (UTF-16,
    /// compressed, one JSON document) gives a single reason and ends.
    ///
    /// # Errors
    /// When the stream itself fails.
    pub async fn next(&mut self) -> io::Result<Option<Item>> {
        if self.given_up {
            return Ok(None);
        }
        loop {
            let next = match self.ahead.take() {
                Some(ahead) => Some(ahead),
                None => self.lines.next().await?,
            };
            let Some((line, text)) = next else { return Ok(None) };
            let mut bytes = match text {
                Line::Whole(bytes) => bytes,
                Line::TooLong => {
                    self.begun = true;
                    let reason = explain::too_long(self.lines.longest());
                    return Ok(Some(Item { line, bytes: 0, outcome: Err(reason) }));
                }
            };
            let length = bytes.len();
            if line == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            if let Some(reason) = (!self.begun).then(|| explain::foreign(&bytes)).flatten() {
                self.given_up = true;
                return Ok(Some(Item { line, bytes: length, outcome: Err(reason) }));
            }
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let first = !std::mem::replace(&mut self.begun, true);
            if explain::goes_on(&bytes) {
                return self.laid_out(line, bytes).await.map(Some);
            }
            let outcome = read_line_in(&bytes, self.zone);
            if let Some(reason) = (first && outcome.is_err()).then(|| explain::document(&bytes)).flatten() {
                self.given_up = true;
                return Ok(Some(Item { line, bytes: length, outcome: Err(reason) }));
            }
            return Ok(Some(Item { line, bytes: length, outcome }));
        }
    }

    /// The record that begins with `bytes` and goes on over the lines below, up to where its braces are closed. A line
    /// that is a record by itself ends one that was broken off.
    async fn laid_out(&mut self, line: u64, mut bytes: Vec<u8>) -> io::Result<Item> {
        let mut open = Braces::default();
        open.read(&bytes);
        while open.count > 0 {
            match self.lines.next().await? {
                Some((_, Line::Whole(more))) if !explain::is_record(&more) => {
                    open.read(&more);
                    bytes.push(b'\n');
                    bytes.extend_from_slice(&more);
                    if bytes.len() > self.lines.longest() {
                        let reason = explain::too_long(self.lines.longest());
                        return Ok(Item { line, bytes: 0, outcome: Err(reason) });
                    }
                }
                ahead => {
                    self.ahead = ahead;
                    let outcome = Err(explain::broken_off(line));
                    return Ok(Item { line, bytes: bytes.len(), outcome });
                }
            }
        }
        Ok(Item { line, bytes: bytes.len(), outcome: read_line_in(&bytes, self.zone) })
    }
}

/// How many braces and brackets are open at the end of what was read, outside of texts.
#[derive(Default)]
struct Braces {
    count: usize,
    in_text: bool,
    escaped: bool,
}

impl Braces {
    fn read(&mut self, line: &[u8]) {
        for byte in line {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_text => self.escaped = true,
                b'"' => self.in_text = !self.in_text,
                _ if self.in_text => {}
                b'{' | b'[' => self.count += 1,
                b'}' | b']' => self.count = self.count.saturating_sub(1),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
