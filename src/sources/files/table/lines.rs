//! The rows of a table as they stand there: encodings, delimiters, line numbers and headings.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};
use rustc_hash::FxHashMap;

use crate::sources::files::text::{Plain, of_eight_bits};

/// The largest row read, in bytes. A quotation that has no end would take the rest of the file for one row.
const LONGEST_ROW: usize = 32 * 1024 * 1024;

/// A row as it stands there.
#[derive(Debug)]
pub(super) struct Row {
    pub line: u64,
    pub cells: Vec<String>,
}

/// The headings and rows of a table.
pub(super) struct Lines<R: BufRead> {
    rows: csv::Reader<Guard<BufReader<Plain<R>>>>,
    left: Rc<Cell<usize>>,
    /// Lines before the first that was parsed.
    before: u64,
    pub headings: Vec<String>,
    record: ByteRecord,
}

/// Lets no more bytes through for one row than [`LONGEST_ROW`], and gives every line the same end.
struct Guard<R> {
    input: R,
    left: Rc<Cell<usize>>,
    last: u8,
    ended: bool,
}

impl<R: Read> Guard<R> {
    fn new(input: R, left: Rc<Cell<usize>>) -> Self {
        Self { input, left, last: b'\n', ended: false }
    }

    /// Turns each end of a line into one line feed, in place; how many bytes are left.
    fn with_line_feeds(&mut self, bytes: &mut [u8]) -> usize {
        let mut kept = 0;
        for at in 0..bytes.len() {
            let byte = bytes[at];
            if byte != b'\n' || self.last != b'\r' {
                bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
            self.last = byte;
        }
        kept
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !into.is_empty() {
            let read = self.input.read(into)?;
            if read == 0 {
                self.ended = true;
                if !matches!(self.last, b'\n' | b'\r') {
                    into[0] = b'\n';
                    return Ok(1);
                }
                break;
            }
            let Some(left) = self.left.get().checked_sub(read) else {
                return Err(io::Error::other("a row is too long; a quotation mark may be open in it"));
            };
            self.left.set(left);
            let kept = self.with_line_feeds(&mut into[..read]);
            if kept > 0 {
                return Ok(kept);
            }
        }
        Ok(0)
    }
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> io::Result<Self> {
        let mut plain = BufReader::with_capacity(64 * 1024, Plain::new(input)?);
        let beginning = plain.fill_buf()?;
        let (delimiter, said) = delimiter(beginning);
        plain.consume(said);
        let left = Rc::new(Cell::new(LONGEST_ROW));
        let guard = Guard::new(plain, Rc::clone(&left));
        let rows = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(guard);
        let before = u64::from(said > 0);
        let mut lines = Self { rows, left, before, headings: Vec::new(), record: ByteRecord::new() };
        if let Some(row) = lines.next()? {
            lines.headings = told_apart(row.cells);
        }
        Ok(lines)
    }

    /// The next row that is not blank; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        loop {
            self.left.set(LONGEST_ROW);
            if !self.rows.read_byte_record(&mut self.record).map_err(io::Error::other)? {
                return Ok(None);
            }
            let within = self.record.as_slice().split(|byte| *byte == b'\n').count() as u64;
            let line = self.rows.position().line().saturating_sub(within);
            // Blank lines may stand before the row.
            let line = self.before + line.max(self.record.position().map_or(0, csv::Position::line));
            let cells: Vec<String> = self.record.iter().map(cell).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                return Ok(Some(Row { line, cells }));
            }
        }
    }
}

/// The text of a cell, without control characters that nobody meant.
fn cell(bytes: &[u8]) -> String {
    let unmeant = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    of_eight_bits(bytes).replace(unmeant, "").trim().to_owned()
}

/// What parts the columns, and how many bytes a line takes that only says so (`sep=;`).
fn delimiter(beginning: &[u8]) -> (u8, usize) {
    let end = beginning.iter().position(|byte| *byte == b'\n').map_or(beginning.len(), |at| at + 1);
    let first = beginning.get(..end).unwrap_or_default();
    if let [sign] = first.strip_prefix(b"sep=").map(<[u8]>::trim_ascii_end).unwrap_or_default() {
        return (*sign, end);
    }
    let looked_at = beginning.get(..beginning.len().min(16 * 1024)).unwrap_or_default();
    let mut best = (b',', (0, 0));
    for sign in [b',', b';', b'\t', b'|'] {
        let mut rows = ReaderBuilder::new().delimiter(sign).has_headers(false).flexible(true).from_reader(looked_at);
        let counts: Vec<usize> = rows.byte_records().take(20).filter_map(Result::ok).map(|row| row.len()).collect();
        let columns = counts.first().copied().unwrap_or_default();
        let same = counts.iter().filter(|count| **count == columns).count();
        // The last row may be cut off.
        let fits = columns > 1 && same + 1 >= counts.len();
        let score = if columns > 1 { (usize::from(fits), columns) } else { (0, 0) };
        if score > best.1 {
            best = (sign, score);
        }
    }
    (best.0, 0)
}

/// Headings that are all different: a second `Amount` is `Amount (2)`, one that is blank `column 3`.
fn told_apart(headings: Vec<String>) -> Vec<String> {
    let mut met: FxHashMap<String, usize> = FxHashMap::default();
    let numbered = headings.into_iter().enumerate().map(|(place, heading)| {
        let heading = if heading.is_empty() { format!("column {}", place + 1) } else { heading };
        let count = met.entry(heading.clone()).or_default();
        *count += 1;
        if *count == 1 { heading } else { format!("{heading} ({count})") }
    });
    numbered.collect()
}
