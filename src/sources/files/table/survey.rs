//! What whole columns show of the way their dates and amounts are written.

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use super::Mapping;
use super::cell::Shown;
use super::date::{self, Order};
use super::fields::{Shape, shape};
use super::figure::{self, Mark};
use super::lines::Lines;

/// What the columns of a table show; see [`survey`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// How many rows there are.
    pub rows: u64,
    columns: BTreeMap<String, Seen>,
}

/// What a column shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    order: Met<Order>,
    mark: Met<Mark>,
}

/// What was met first, and whether something else was met too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Met<T> {
    first: Option<T>,
    mixed: bool,
}

impl<T> Default for Met<T> {
    fn default() -> Self {
        Self { first: None, mixed: false }
    }
}

impl<T: Copy + PartialEq> Met<T> {
    fn add(&mut self, met: Option<T>) {
        self.mixed |= met.is_some() && self.first.is_some() && met != self.first;
        self.first = self.first.or(met);
    }

    /// The only one that was met.
    fn only(self) -> Option<T> {
        self.first.filter(|_| !self.mixed)
    }
}

impl Survey {
    /// What a column shows, else what the mapping says. A column that is written in both ways shows nothing.
    pub(super) fn shown(&self, column: &str, mapping: &Mapping) -> Shown {
        let seen = self.columns.get(column).copied().unwrap_or_default();
        let said = mapping.day_first.map(|first| if first { Order::DayFirst } else { Order::MonthFirst });
        let order = seen.order.only().or(said);
        let said = mapping.decimal_comma.map(|comma| if comma { Mark::Comma } else { Mark::Point });
        Shown { order, mark: seen.mark.only().or(said) }
    }
}

/// Goes through a whole table once and sees how its columns are written.
///
/// # Errors
/// When the stream itself fails.
pub fn survey<R: BufRead>(input: R, mapping: &Mapping) -> io::Result<Survey> {
    let mut lines = Lines::new(input)?;
    let looked_at = |heading: &String| mapping.columns.get(heading).map(|field| shape(mapping.kind, field));
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

fn look(shape: Option<Shape>, cell: &str, seen: &mut Seen) {
    match shape {
        Some(Shape::Day | Shape::Instant) => seen.order.add(date::shows(cell)),
        Some(Shape::Money | Shape::Number | Shape::Percent | Shape::Count) => {
            seen.mark.add(figure::written(cell).and_then(|written| written.shows()));
        }
        _ => {}
    }
}
