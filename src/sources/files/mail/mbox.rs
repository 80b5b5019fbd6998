//! A mailbox of the mbox family, message by message: what stands between two lines that begin with `From `.
//!
//! A line parts messages where it reads like one that a program wrote and a header follows it. Any other line that begins
//! with `From ` belongs to the message. Marks of quotation before `From ` are taken off, one each, as mboxrd and mboxo ask.

use std::io::{self, BufRead};

use super::message::read_message;
use crate::sources::files::Piece;

/// The largest message read, in bytes; a larger one is passed over and refused.
pub const LONGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// Longer lines are read in pieces.
const LONGEST_LINE: usize = 64 * 1024;

/// A message as it stands in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawMessage {
    /// Its number, from 1.
    pub number: u64,
    /// The line its separator stands on, from 1.
    pub line: u64,
    /// Its bytes without the separator and the marks before `From `; none where there are too many.
    pub bytes: Option<Vec<u8>>,
}

/// A line, or a piece of a long one.
#[derive(Debug, Default)]
struct Part {
    bytes: Vec<u8>,
    /// Whether a line begins here.
    begins: bool,
    /// The number of the line.
    line: u64,
}

/// Reads a mailbox from a stream, holding no more than one message.
pub struct Mbox<R> {
    input: R,
    longest: usize,
    /// What was read ahead.
    ahead: Option<Part>,
    /// Whether a line begins next, and its number.
    at_start: bool,
    line: u64,
    number: u64,
    /// The line of the separator that was met.
    begun: Option<u64>,
}

impl<R: BufRead> Mbox<R> {
    /// Over `input`, with messages of up to [`LONGEST_MESSAGE`] bytes.
    pub fn new(input: R) -> Self {
        Self::with_limit(input, LONGEST_MESSAGE)
    }

    /// Over `input`, with messages of up to `longest` bytes.
    pub fn with_limit(input: R, longest: usize) -> Self {
        Self { input, longest, ahead: None, at_start: true, line: 0, number: 0, begun: None }
    }

    /// What the next message says; none at the end.
    ///
    /// # Errors
    /// When the stream itself fails.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        let Some(raw) = self.next_raw()? else { return Ok(None) };
        let too_large = || {
            let megabytes = self.longest / (1024 * 1024);
            let reason = format!("the message is larger than {megabytes} MiB; take its attachments out of it");
            Piece { number: 0, line: 0, outcome: Err(reason), made: String::new() }
        };
        let piece = raw.bytes.as_deref().map_or_else(too_large, read_message);
        Ok(Some(Piece { number: raw.number, line: raw.line, ..piece }))
    }

    /// The next message as it stands there; none at the end.
    ///
    /// # Errors
    /// When the stream itself fails.
    pub fn next_raw(&mut self) -> io::Result<Option<RawMessage>> {
        let mut bytes = Vec::new();
        let mut fits = true;
        // What stands before the first separator is a message too, unless it is blank.
        let mut begun = self.begun.take();
        let mut after_blank = begun.is_none();
        while let Some(part) = self.part()? {
            if part.begins && self.separates(&part, after_blank)? {
                if begun.is_some() {
                    self.begun = Some(part.line);
                    break;
                }
                begun = Some(part.line);
                after_blank = false;
                continue;
            }
            let blank = part.bytes.iter().all(u8::is_ascii_whitespace);
            if begun.is_none() && blank {
                continue;
            }
            begun.get_or_insert(part.line);
            after_blank = part.begins && blank;
            let own = if part.begins { unquoted(&part.bytes) } else { &part.bytes };
            fits = fits && bytes.len() + own.len() <= self.longest;
            if fits {
                bytes.extend_from_slice(own);
            } else {
                bytes = Vec::new();
            }
        }
        let Some(line) = begun else { return Ok(None) };
        self.number += 1;
        without_last_blank(&mut bytes);
        Ok(Some(RawMessage { number: self.number, line, bytes: fits.then_some(bytes) }))
    }

    /// Whether a line parts two messages: it reads like a separator, and a header follows it.
    fn separates(&mut self, part: &Part, after_blank: bool) -> io::Result<bool> {
        if !part.bytes.starts_with(b"From ") || !(is_dated(&part.bytes) || after_blank && is_separator(&part.bytes)) {
            return Ok(false);
        }
        if self.ahead.is_none() {
            self.ahead = self.read_part()?;
        }
        Ok(self.ahead.as_ref().is_some_and(|next| is_header(&next.bytes)))
    }

    fn part(&mut self) -> io::Result<Option<Part>> {
        match self.ahead.take() {
            Some(part) => Ok(Some(part)),
            None => self.read_part(),
        }
    }

    /// The next line with its end, or the next piece of a long one.
    fn read_part(&mut self) -> io::Result<Option<Part>> {
        let mut part = Part { bytes: Vec::new(), begins: self.at_start, line: 0 };
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = buffer.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let room = LONGEST_LINE - part.bytes.len();
            let length = end.unwrap_or(buffer.len()).min(room);
            part.bytes.extend_from_slice(buffer.get(..length).unwrap_or_default());
            self.input.consume(length);
            let ended = part.bytes.last() == Some(&b'\n');
            if ended || length == 0 || part.bytes.len() == LONGEST_LINE {
                self.line += u64::from(part.begins && !part.bytes.is_empty());
                self.at_start = ended;
                part.line = self.line;
                return Ok((!part.bytes.is_empty()).then_some(part));
            }
        }
    }
}

/// Whether a line is one that parts messages: `From `, an address or a dash, and mostly a date.
pub(in crate::sources::files) fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let words = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    is_dated(line) || words.count() == 1 && (rest.contains(&b'@') || rest.starts_with(b"-"))
}

/// Whether a line names a day of the week, a month, a time and a year, as programs write them.
fn is_dated(line: &[u8]) -> bool {
    const DAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
    const MONTHS: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    if line.len() > 1000 {
        return false;
    }
    let words = || line.split(u8::is_ascii_whitespace).map(|word| word.strip_suffix(b",").unwrap_or(word));
    let is_time = |word: &[u8]| word.first().is_some_and(u8::is_ascii_digit) && word.contains(&b':');
    let is_year = |word: &[u8]| word.len() == 4 && word.iter().all(u8::is_ascii_digit);
    words().any(|word| DAYS.contains(&word))
        && words().any(|word| MONTHS.contains(&word))
        && words().any(is_time)
        && words().any(is_year)
}

/// Whether a line is a header: a name without blanks and a colon. An old separator may stand before them, quoted.
fn is_header(line: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else { return false };
    let name = line.get(..colon).unwrap_or_default();
    name.starts_with(b">From ")
        || !name.is_empty() && name.len() < 80 && name.iter().all(|byte| (33..=126).contains(byte))
}

/// A line without one mark of quotation, where only marks stand before `From `.
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    let quoted = marks > 0 && line.get(marks..).is_some_and(|rest| rest.starts_with(b"From "));
    line.get(usize::from(quoted)..).unwrap_or_default()
}

/// Takes off the blank line that ends a message in a mailbox.
fn without_last_blank(bytes: &mut Vec<u8>) {
    for end in [b"\r\n\r\n".as_slice(), b"\n\n"] {
        if bytes.ends_with(end) {
            bytes.truncate(bytes.len() - end.len() / 2);
            return;
        }
    }
}
