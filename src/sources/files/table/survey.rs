//! What whole columns show of the way their dates and amounts are written.

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use super::cell::Shown;
use super::date::{self, Order};
use super::fields::{Shape, shape};
use super::figure::{self, Mark};
use super::read::Lines;
use super::{Mapping, RowKind};

/// What the columns of a table show; see [`survey`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// How many rows there are.
    pub rows: u64,
    columns: BTreeMap<String, Seen>,
}

/// How often each way is met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    day_first: bool,
    month_first: bool,
    comma: bool,
    point: bool,
}

impl Survey {
    /// What a column shows, else what the mapping says. A column that is written in both ways shows nothing.
    pub(super) fn shown(&self, column: &str, mapping: &Mapping) -> Shown {
        let seen = self.columns.get(column).copied().unwrap_or_default();
        let said = mapping.day_first.map(|first| if first { Order::DayFirst } else { Order::MonthFirst });
        let order = match (seen.day_first, seen.month_first) {
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => said,
        };
        let said = mapping.decimal_comma.map(|comma| if comma { Mark::Comma } else { Mark::Point });
        let mark = match (seen.comma, seen.point) {
            (true, false) => Some(Mark::Comma),
            (false, true) => Some(Mark::Point),
            _ => said,
        };
        Shown { order, mark }
    }
}

/// Goes through a whole table once and sees how its columns are written.
///
/// # Errors
/// When the stream itself fails.
pub fn survey<R: BufRead>(input: R, mapping: &Mapping) -> io::Result<Survey> {
    let mut lines = Lines::new(input)?;
    let looked_at = |heading: &String| mapping.columns.get(heading).map(|field| kind(mapping.kind, field));
    let columns: Vec<Option<Shape>> = lines.headings.iter().map(looked_at).collect();
    let mut survey = Survey::default();
    let mut seen = vec![Seen::default(); columns.len()];
    while let Some(row) = lines.next()? {
        survey.rows += 1;
        for ((shape, seen), cell) in columns.iter().zip(&mut seen).zip(&row.cells) {
            look(*shape, cell, seen);
        }
    }
    survey.columns = lines.headings.iter().cloned().zip(seen).collect();
    Ok(survey)
}

fn kind(rows: RowKind, field: &str) -> Shape {
    shape(rows, field)
}

fn look(shape: Option<Shape>, cell: &str, seen: &mut Seen) {
    match shape {
        Some(Shape::Day | Shape::Instant) => match date::shows(cell) {
            Some(Order::DayFirst) => seen.day_first = true,
            Some(Order::MonthFirst) => seen.month_first = true,
            None => {}
        },
        Some(Shape::Money | Shape::Number | Shape::Percent | Shape::Count) => {
            match figure::written(cell).and_then(|written| written.shows()) {
                Some(Mark::Comma) => seen.comma = true,
                Some(Mark::Point) => seen.point = true,
                None => {}
            }
        }
        _ => {}
    }
}
