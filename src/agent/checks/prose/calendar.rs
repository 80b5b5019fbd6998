//! Days in a text: by the calendar, by the month alone, by the day of the week, or by how far off they are.

use std::ops::Range;

use chrono::{Datelike, Duration, NaiveDate, Weekday};

use super::number::Number;
use crate::language::{Word, is_stop_word, month};

/// A day as a text names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A day of the calendar, the year as far as it is said.
    Day {
        /// From 1.
        month: u32,
        /// From 1.
        day: u32,
        /// Where it is said.
        year: Option<i32>,
    },
    /// A month.
    Month {
        /// From 1.
        month: u32,
        /// Where it is said.
        year: Option<i32>,
    },
    /// "The twelfth".
    OfMonth(u32),
    /// "Friday".
    Weekday(Weekday),
    /// "Yesterday", as days from the day it is said.
    Away(i64),
    /// "The end of next week", as weeks from the one it is said in.
    WeekEnd(i64),
}

/// A day where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// How it is named.
    pub named: Named,
    /// The words that name it.
    pub words: Range<usize>,
}

/// The days named in `words`, in order.
pub(super) fn mentions(text: &str, words: &[Word<'_>], numbers: &[Number]) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for at in 0..words.len() {
        let from = found.last().map_or(0, |last| last.words.end);
        if at < from {
            continue;
        }
        found.extend(mention(words, numbers, at, from));
        let beside =
            found.last().filter(|last| last.words.contains(&at)).and_then(|last| beside(text, words, numbers, last));
        found.extend(beside);
    }
    found
}

/// Days that are named by how far off they are.
const AWAY: [(&str, i64); 3] = [("yesterday", -1), ("today", 0), ("tomorrow", 1)];

fn mention(words: &[Word<'_>], numbers: &[Number], at: usize, from: usize) -> Option<Mention> {
    let word = &words[at];
    let only = |named| Some(Mention { named, words: at..at + 1 });
    if let Some(date) = word.lower.get(..10).and_then(|begin| begin.parse::<NaiveDate>().ok()) {
        return only(Named::Day { month: date.month(), day: date.day(), year: Some(date.year()) });
    }
    if let Some((_, away)) = AWAY.iter().find(|(name, _)| *name == word.lower) {
        return only(Named::Away(*away));
    }
    if let Some(weekday) = weekday(word) {
        return only(Named::Weekday(weekday));
    }
    if word.lower == "week" && at >= 2 {
        let before = &words[at - 1].lower;
        let weeks = [("this", 0), ("next", 1)].into_iter().find(|(which, _)| which == before);
        let ends = words[..at].iter().rev().skip(1).take(3).any(|word| word.lower == "end");
        if let (Some((_, weeks)), true) = (weeks, ends) {
            return Some(Mention { named: Named::WeekEnd(weeks), words: at - 1..at + 1 });
        }
    }
    of_month(words, numbers, at, from).or_else(|| by_ordinal(words, numbers, at))
}

/// The 15 in "April 14 and 15".
fn beside(text: &str, words: &[Word<'_>], numbers: &[Number], last: &Mention) -> Option<Mention> {
    let Named::Day { month, year, .. } = last.named else { return None };
    let next = words.get(last.words.end)?;
    // "June 10–16": nothing stands between them but the dash.
    let dash = year.is_none() && &text[words[last.words.end - 1].end..next.start] == "–";
    let joined = dash || matches!(next.lower.as_ref(), "and" | "or" | "to");
    let at = last.words.end + usize::from(!dash);
    let number = numbers.iter().find(|number| number.words.start == at && (1.0..=31.0).contains(&number.value))?;
    let alone = number.joined.is_none() && words.get(number.words.end).is_none_or(|next| is_stop_word(&next.lower));
    (joined && alone)
        .then(|| Mention { named: Named::Day { month, day: number.value as u32, year }, words: number.words.clone() })
}

/// A month with the day before or behind it.
fn of_month(words: &[Word<'_>], numbers: &[Number], at: usize, from: usize) -> Option<Mention> {
    let word = &words[at];
    let named = word.lower.strip_prefix("mid-").unwrap_or(&word.lower);
    let month = month(named.trim_end_matches("'s"))?;
    let number_at = |place: usize| numbers.iter().find(|number| number.words.start == place);
    let is_day = |number: &&Number| (1.0..=31.0).contains(&number.value) && number.joined.is_none();
    let year_at =
        |place: usize| number_at(place).map(|number| number.value as i32).filter(|year| (1990..2100).contains(year));
    let behind = number_at(at + 1).filter(is_day).filter(|_| year_at(at + 1).is_none());
    let before_of = usize::from(at > 0 && words[at - 1].lower == "of");
    let before = numbers
        .iter()
        .find(|number| number.words.end + before_of == at && number.words.start >= from)
        .filter(is_day)
        .filter(|number| before_of == 0 || number.place);
    let capital = word.text.starts_with(char::is_uppercase) || named != word.lower;
    let (day, start, end) = match (before, behind) {
        (Some(number), _) => (number.value as u32, number.words.start, at + 1),
        (None, Some(number)) => (number.value as u32, at, number.words.end),
        (None, None) if capital && named.len() > 3 || word.text == "May" && at > 0 => {
            let year = year_at(at + 1);
            let named = Named::Month { month, year };
            return Some(Mention { named, words: at..at + 1 + usize::from(year.is_some()) });
        }
        _ => return None,
    };
    let year = year_at(end);
    let end = end + usize::from(year.is_some());
    Some(Mention { named: Named::Day { month, day, year }, words: start..end })
}

/// "By the twelfth": a place in a row that nothing follows of which it could be one.
fn by_ordinal(words: &[Word<'_>], numbers: &[Number], at: usize) -> Option<Mention> {
    let number = numbers.iter().find(|number| number.words.start == at && number.place && number.value <= 31.0)?;
    let the = at > 0 && words[at - 1].lower == "the";
    let next = words.get(number.words.end);
    let alone = next.is_none_or(|next| is_stop_word(&next.lower) && next.lower != "one" && next.lower != "of");
    (the && alone).then(|| Mention { named: Named::OfMonth(number.value as u32), words: number.words.clone() })
}

fn weekday(word: &Word<'_>) -> Option<Weekday> {
    let plain = word.lower.trim_end_matches("'s");
    (plain.len() > 5 && plain.ends_with("day")).then(|| plain.parse().ok()).flatten()
}

impl Named {
    /// Whether `date` is that day, or lies in that month, for somebody who says so on `today`.
    pub fn is(self, date: NaiveDate, today: NaiveDate) -> bool {
        match self {
            Self::Day { month, day, year } => {
                date.month() == month && date.day() == day && year.is_none_or(|year| date.year() == year)
            }
            Self::Month { month, year } => date.month() == month && year.is_none_or(|year| date.year() == year),
            Self::OfMonth(day) => date.day() == day,
            Self::Weekday(weekday) => date.weekday() == weekday,
            Self::Away(days) => date == today + Duration::days(days),
            Self::WeekEnd(weeks) => {
                let friday = week_end(today, weeks);
                date >= friday && date <= friday + Duration::days(2)
            }
        }
    }

    /// The days it can be for somebody who said so on `said`.
    pub fn dates(self, said: NaiveDate) -> Vec<NaiveDate> {
        match self {
            Self::Day { month, day, year } => {
                let years = year.map_or_else(|| vec![said.year() - 1, said.year(), said.year() + 1], |year| vec![year]);
                let dates = years.into_iter().filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
                dates.min_by_key(|date| (*date - said).num_days().abs()).into_iter().collect()
            }
            Self::Month { .. } => Vec::new(),
            Self::OfMonth(day) => {
                let months = [said - Duration::days(31), said, said + Duration::days(31)];
                months.into_iter().filter_map(|around| around.with_day(day)).collect()
            }
            Self::Weekday(weekday) => {
                let ahead = (1..=7).map(|days| said + Duration::days(days)).find(|date| date.weekday() == weekday);
                let back = (0..7).map(|days| said - Duration::days(days)).find(|date| date.weekday() == weekday);
                ahead.into_iter().chain(back).collect()
            }
            Self::Away(days) => vec![said + Duration::days(days)],
            Self::WeekEnd(weeks) => (0..3).map(|days| week_end(said, weeks) + Duration::days(days)).collect(),
        }
    }
}

/// The Friday of the week `weeks` after the one of `day`.
fn week_end(day: NaiveDate, weeks: i64) -> NaiveDate {
    day + Duration::days(4 - i64::from(day.weekday().num_days_from_monday()) + 7 * weeks)
}

/// The last day of a month.
pub(super) fn month_end(year: i32, month: u32) -> Option<NaiveDate> {
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
}

#[cfg(test)]
mod tests {
    use super::super::number::numbers;
    use super::*;
    use crate::language::words;

    fn named(text: &str) -> Vec<Named> {
        let cut = words(text);
        mentions(text, &cut, &numbers(&cut)).into_iter().map(|mention| mention.named).collect()
    }

    #[test]
    fn a_day_is_the_same_however_it_is_written() {
        let day = NaiveDate::from_ymd_opt(2026, 8, 11).unwrap();
        for text in [
            "2026-08-11",
            "August 11",
            "Aug 11, 2026",
            "the eleventh of August",
            "11 August 2026",
            "August 11th",
            "on the 11th",
            "2026-08-11T08:00:00Z",
        ] {
            let found = named(text);
            assert!(matches!(found.as_slice(), [only] if only.is(day, day)), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_only_looks_like_a_day_is_none() {
        for text in ["the third date", "we may come", "the second of them", "May I ask?", "first of all"] {
            assert_eq!(named(text), [], "{text}");
        }
        assert_eq!(named("in May"), [Named::Month { month: 5, year: None }]);
        assert_eq!(named("mid-July 2025"), [Named::Month { month: 7, year: Some(2025) }]);
    }

    #[test]
    fn words_of_time_are_told_from_the_day_they_are_said() {
        let said: NaiveDate = "2026-06-11".parse().unwrap();
        let dates = |text: &str| named(text)[0].dates(said).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(dates("by the sixteenth").contains(&"2026-06-16".to_owned()));
        assert!(dates("by Friday").contains(&"2026-06-12".to_owned()));
        assert!(dates("by the end of next week").contains(&"2026-06-19".to_owned()));
        assert_eq!(dates("on 3 January"), ["2026-01-03"]);
    }
}
