//! The day that a line of a mail program names, in any of the languages.

use std::sync::LazyLock;

use chrono::NaiveDate;
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

/// The day a text names with its year; `text` is as [`super::line::plain`] makes it.
pub(super) fn stated_day(text: &str) -> Option<NaiveDate> {
    let patterns = PATTERNS.as_ref()?;
    let number = |found: Option<regex::Match<'_>>| found.and_then(|found| found.as_str().parse::<u32>().ok());
    if let Some(found) = patterns.year_first.captures(text) {
        let (year, month, day) = (number(found.get(1))?, number(found.get(2))?, number(found.get(3))?);
        return NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
    }
    if let Some(found) = patterns.year_last.captures(text) {
        let (first, second, year) = (number(found.get(1))?, number(found.get(3))?, full(number(found.get(4))?));
        // A slash and a clock of twelve hours are American.
        let american = found.get(2)?.as_str() == "/" && (text.contains(" am") || text.contains(" pm"));
        let (day, month) = if second > 12 || american && first <= 12 { (second, first) } else { (first, second) };
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    in_words(&patterns.word.find_iter(text).map(|word| word.as_str()).collect::<Vec<_>>())
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
            .or_else(|| number(at + 1, 99).filter(|_| words.len() > at + 1).map(|short| full(short) as u32))?;
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    });
    before.or_else(|| {
        months().find_map(|(at, month)| {
            NaiveDate::from_ymd_opt(i32::try_from(year(at + 2)?).ok()?, month, number(at + 1, 31)?)
        })
    })
}

fn full(year: u32) -> i32 {
    let year = if year < 100 { year + 2_000 } else { year };
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
            assert_eq!(stated_day(&plain(text)), NaiveDate::from_ymd_opt(2026, 11, 9), "{text}");
        }
        assert_eq!(stated_day("on 3 november you wrote"), None);
    }
}
