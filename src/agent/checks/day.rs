//! The days a model had looked between: its text may name them as days. It chose them itself, so their numbers support no
//! other figure.

use chrono::{Datelike, NaiveDate};

use super::named::Wordings;
use crate::domain::time::{Window, relative_text};
use crate::language::MONTHS;

/// How a text may name days.
pub(super) struct Days(Wordings);

impl Days {
    /// The first and the last days of `windows`.
    pub fn new(windows: &[Window], today: NaiveDate) -> Self {
        let days = windows.iter().flat_map(|window| [window.since, window.until]).flatten();
        Self(Wordings::new(days.flat_map(|day| wordings(day, today))))
    }

    /// The line without the words that name one of the days.
    pub fn taken_out(&self, line: &str) -> String {
        self.0.taken_out(line)
    }
}

/// The ways to name a day: by the calendar, by how long ago it was, and by the time since or until then.
fn wordings(day: NaiveDate, today: NaiveDate) -> Vec<Vec<String>> {
    let month = MONTHS[day.month0() as usize];
    let (number, year) = (day.day(), day.year());
    let mut named = vec![day.to_string()];
    for month in [month, &month[..3]] {
        named.extend([
            format!("{month} {number} {year}"),
            format!("{month} {number}"),
            format!("{number} {month} {year}"),
            format!("{number} {month}"),
            format!("{month} {year}"),
        ]);
    }
    let distance = relative_text(day, today);
    let stretch = distance.trim_start_matches("in ").trim_end_matches(" ago");
    let in_days = format!("{} days", (day - today).num_days().unsigned_abs());
    for stretch in [stretch, &in_days] {
        named.extend(["last", "past", "next", "within"].map(|which| format!("{which} {stretch}")));
    }
    named.push(distance);
    named.into_iter().map(|wording| wording.split(' ').map(str::to_owned).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_taken_out_where_it_is_named_and_nowhere_else() {
        let (since, today) = ("2026-05-18".parse().unwrap(), "2026-06-17".parse().unwrap());
        let days = Days::new(&[Window::since(since)], today);
        for named in ["Since May 18, nothing.", "Since 2026-05-18, nothing.", "In the last 30 days, nothing."] {
            assert!(!days.taken_out(named).contains(|letter: char| letter.is_ascii_digit()), "{named}");
        }
        for figure in ["They have 18 users.", "They pay $30.", "It took 30 days.", "May 1, 2026", "2026 seats"] {
            assert_eq!(days.taken_out(figure), figure);
        }
    }
}
