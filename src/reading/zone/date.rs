//! The day that a line of a mail program names, in any of the languages.

use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};
use regex::Regex;

use super::lexicon::month;

struct Patterns {
    year_first: Regex,
    year_last: Regex,
    word: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    Some(Patterns {
        year_first: Regex::new(r"\b(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})").ok()?,
        year_last: Regex::new(r"\b(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})\b").ok()?,
        word: Regex::new(r"\d+|\p{L}+").ok()?,
    })
});

/// The first year of which a mail may say that an earlier one is.
const FIRST_YEAR: i32 = 1990;

/// The day a text names with its year; `text` is as [`super::line::plain`] makes it. The day is none after `sent`, the day
/// of the mail that holds the text. Of two readings the one nearest before that is taken; without it a clock of twelve
/// hours tells that the month comes first, and nothing else does.
pub(super) fn stated_day(text: &str, sent: Option<NaiveDate>) -> Option<NaiveDate> {
    // Clocks differ by up to a day.
    let last = sent.and_then(|sent| sent.succ_opt());
    let mut days = readings(text);
    days.retain(|day| last.is_none_or(|last| *day <= last));
    if sent.is_some() || days.len() < 2 {
        return days.into_iter().max();
    }
    days.get(1).copied().filter(|_| has_clock_of_twelve(text))
}

/// The day a text names with its year, ahead or not; of two readings the one whose order is `day_first`.
pub(super) fn day_in(text: &str, day_first: bool) -> Option<NaiveDate> {
    let days = readings(text);
    let month_first = !day_first || has_clock_of_twelve(text);
    days.get(usize::from(month_first && days.len() > 1)).copied()
}

/// Whether a text names a day with its year, be it one or the other.
pub(super) fn names_day(text: &str) -> bool {
    !readings(text).is_empty()
}

/// The days that a text may mean; of two, the one whose month comes second is first.
fn readings(text: &str) -> Vec<NaiveDate> {
    let Some(patterns) = PATTERNS.as_ref() else { return Vec::new() };
    let number = |found: Option<regex::Match<'_>>| found.and_then(|found| found.as_str().parse::<u32>().ok());
    let day = |year: i32, month, day| NaiveDate::from_ymd_opt(year, month, day).filter(|_| year >= FIRST_YEAR);
    if let Some(found) = patterns.year_first.captures(text)
        && let (Some(year), Some(month), Some(of_month)) =
            (number(found.get(1)), number(found.get(2)), number(found.get(3)))
        && let Some(found) = i32::try_from(year).ok().and_then(|year| day(year, month, of_month))
    {
        return vec![found];
    }
    if let Some(found) = patterns.year_last.captures(text)
        && let (Some(first), Some(second), Some(year)) =
            (number(found.get(1)), number(found.get(3)), number(found.get(4)))
    {
        let year = if found[4].len() == 2 { full(year) } else { i32::try_from(year).unwrap_or_default() };
        // Nobody writes the month first before a point.
        let both = [Some((first, second)), Some((second, first)).filter(|_| &found[2] != ".")];
        let mut days: Vec<NaiveDate> =
            both.into_iter().flatten().filter_map(|(of_month, month)| day(year, month, of_month)).collect();
        days.dedup();
        if !days.is_empty() {
            return days;
        }
    }
    let words = patterns.word.find_iter(text).map(|word| word.as_str()).collect::<Vec<_>>();
    in_words(&words).filter(|day| day.year() >= FIRST_YEAR).into_iter().collect()
}

fn has_clock_of_twelve(text: &str) -> bool {
    static TWELVE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d ?[ap]\.? ?m\b").ok());
    TWELVE.as_ref().is_some_and(|twelve| twelve.is_match(text))
}

/// `9 November 2026`, else `November 9, 2026`.
fn in_words(words: &[&str]) -> Option<NaiveDate> {
    let number = |at: usize, most: u32| words.get(at)?.parse::<u32>().ok().filter(|number| (1..=most).contains(number));
    let year = |from: usize| (from..from + 3).find_map(|at| number(at, 2_999).filter(|year| *year >= 1_970));
    let months = || words.iter().enumerate().filter_map(|(at, word)| Some((at, month(word)?)));
    let before = months().find_map(|(at, month)| {
        let day = (1..=2).find_map(|back| number(at.checked_sub(back)?, 31))?;
        // `26` after the month is a year of two figures.
        let year = year(at + 1)
            .or_else(|| number(at + 1, 99).filter(|_| words[at + 1].len() == 2).map(|short| full(short) as u32))?;
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    });
    before.or_else(|| {
        months().find_map(|(at, month)| {
            NaiveDate::from_ymd_opt(i32::try_from(year(at + 2)?).ok()?, month, number(at + 1, 31)?)
        })
    })
}

fn full(year: u32) -> i32 {
    let year = match year {
        0..=89 => year + 2_000,
        90..=99 => year + 1_900,
        _ => year,
    };
    i32::try_from(year).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::line::plain;
    use super::*;

    #[test]
    fn a_day_is_read_as_mail_programs_write_it() {
        for text in [
            "On Mon, Nov 9, 2026 at 10:00 AM",
            "Am Mo., 9. Nov. 2026 um 10:00 Uhr",
            "Le lun. 9 nov. 2026 à 10:00",
            "El lun, 9 nov 2026 a las 10:00",
            "Em seg., 9 de nov. de 2026 às 10:00",
            "Op ma 9 nov 2026 om 10:00",
            "Il giorno lun 9 nov 2026 alle ore 10:00",
            "ma 9. marraskuuta 2026 klo 10.00",
            "pon., 9 lis 2026 o 10:00",
            "po 9. 11. 2026 v 10:00",
            "9 Kas 2026 Pzt, 10:00",
            "2026-11-09 10:00 GMT+01:00",
            "11/9/2026 10:00 AM",
            "09.11.26 10:00",
            "2026年11月9日",
            "Monday, November 9th, 2026",
        ] {
            assert_eq!(stated_day(&plain(text), None), NaiveDate::from_ymd_opt(2026, 11, 9), "{text}");
        }
        assert_eq!(stated_day("on 3 november you wrote", None), None);
    }

    #[test]
    fn a_day_of_two_readings_is_the_one_nearest_before_the_mail() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day);
        for (text, sent, wanted) in [
            ("11/9/2026 15:00", None, None),
            ("11/9/2026 15:00", day(11, 10), day(11, 9)),
            ("11/9/2026 15:00", day(10, 1), day(9, 11)),
            ("9/11/2026 15:00", day(11, 10), day(11, 9)),
            ("11/9/2026 3:00PM", None, day(11, 9)),
            ("11/9/2026 3:00 p.m.", None, day(11, 9)),
            ("09-11-2026 10:00", day(11, 10), day(11, 9)),
            ("9.11.2026 10:00", None, day(11, 9)),
            ("9.11.2026 10:00", day(10, 1), None),
            ("9/23/2026 15:00", None, day(9, 23)),
            ("11/11/2026 15:00", None, day(11, 11)),
            ("2026-11-11 00:30", day(11, 10), day(11, 11)),
            ("2026-11-12 00:30", day(11, 10), None),
            ("0000-03-01 10:00", None, None),
            ("30.11.0001 10:00", None, None),
            ("30.11.98 10:00", None, NaiveDate::from_ymd_opt(1998, 11, 30)),
            ("0001-11-30 10:00", day(11, 30), None),
        ] {
            assert_eq!(stated_day(&plain(text), sent), wanted, "{text} {sent:?}");
        }
    }
}
