//! A table row by row.

use std::io::{self, BufRead};

use super::lines::Lines;
use super::row::Maker;
use super::survey::{Survey, survey};
use super::{Mapping, Preview};
use crate::domain::time::Zone;
use crate::sources::files::Piece;

/// The headings of a table, each different from the others.
///
/// # Errors
/// When the stream itself fails.
pub fn headings<R: BufRead>(input: R) -> io::Result<Vec<String>> {
    Lines::new(input).map(|lines| lines.headings)
}

/// Reads a table with a mapping, a row at a time.
pub struct Table<R: BufRead> {
    lines: Lines<R>,
    maker: Maker,
    number: u64,
}

impl<R: BufRead> Table<R> {
    /// Over `input`, whose columns are written as `survey` has seen. Times without an offset are of `zone`.
    ///
    /// # Errors
    /// When the stream itself fails.
    pub fn new(input: R, mapping: &Mapping, survey: &Survey, zone: Zone) -> io::Result<Self> {
        let lines = Lines::new(input)?;
        let maker = Maker::new(mapping, &lines.headings, survey, zone);
        Ok(Self { lines, maker, number: 0 })
    }

    /// What the next row that is not blank says; none at the end.
    ///
    /// # Errors
    /// When the stream itself fails, or a row is too long to be one.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        let Some(row) = self.lines.next()? else { return Ok(None) };
        self.number += 1;
        let (outcome, made) = match self.maker.make(&row) {
            Ok(found) => (Ok(vec![found]), self.maker.made().to_owned()),
            Err(reason) => (Err(format!("line {}, {reason}", row.line)), String::new()),
        };
        Ok(Some(Piece { number: self.number, line: row.line, outcome, made }))
    }

    /// What is made of the first `count` rows, and the columns that are not read. The whole table is surveyed for it.
    ///
    /// # Errors
    /// When a stream fails.
    pub fn preview(first: R, again: R, mapping: &Mapping, zone: Zone, count: usize) -> io::Result<Preview> {
        let survey = survey(first, mapping)?;
        let mut table = Self::new(again, mapping, &survey, zone)?;
        let unread =
            table.lines.headings.iter().filter(|heading| !mapping.columns.contains_key(*heading)).cloned().collect();
        let mut pieces = Vec::new();
        while pieces.len() < count {
            let Some(piece) = table.next_piece()? else { break };
            pieces.push(piece);
        }
        Ok(Preview { pieces, unread })
    }
}
