//! The days people name when somebody leaves or is away: past and future, in four languages.

use std::ops::Range;

use chrono::{Datelike, Days, Months, NaiveDate};

use super::lexicon::Kind;
use super::sentence::Sentence;

/// A day, and the words that name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::model::reader) struct Dated {
    pub day: NaiveDate,
    pub end: usize,
}

/// Days that a day of the past may lie ahead when its year is not said.
const AHEAD: i64 = 45;

/// The first day that is named in a stretch of words, said on `said`; `ahead` where it lies in the future.
pub(in crate::model::reader) fn day_in(
    sentence: &Sentence<'_>,
    words: Range<usize>,
    said: NaiveDate,
    ahead: bool,
) -> Option<NaiveDate> {
    words.clone().find_map(|at| day_at(sentence, at, said, ahead)).map(|dated| dated.day)
}

/// All days that are named in a stretch of words, in their order.
pub(in crate::model::reader) fn days_in(
    sentence: &Sentence<'_>,
    words: Range<usize>,
    said: NaiveDate,
    ahead: bool,
) -> Vec<NaiveDate> {
    let (mut found, mut at) = (Vec::new(), words.start);
    while at < words.end {
        match day_at(sentence, at, said, ahead) {
            Some(dated) => {
                found.push(dated.day);
                at = dated.end.max(at + 1);
            }
            None => at += 1,
        }
    }
    found
}

/// The day that is named at a word.
fn day_at(sentence: &Sentence<'_>, at: usize, said: NaiveDate, ahead: bool) -> Option<Dated> {
    date_at(sentence, at, said, ahead).or_else(|| relative(sentence, at, said, ahead))
}

/// The day of the calendar, or the month, that is named at a word.
pub(in crate::model::reader) fn date_at(
    sentence: &Sentence<'_>,
    at: usize,
    said: NaiveDate,
    ahead: bool,
) -> Option<Dated> {
    spelled(sentence, at, said, ahead)
        .or_else(|| figures(sentence, at, said, ahead))
        .or_else(|| month_alone(sentence, at, said, ahead))
}

/// The number of the month a word names. "May" and "march" are words of their own in small letters.
fn month(sentence: &Sentence<'_>, at: usize) -> Option<u32> {
    let number = (1..=12).find(|number| sentence.at(Kind::Month(*number), at).is_some())?;
    let own_word = matches!(sentence.word(at), "may" | "march" | "mar" | "mai" | "mars");
    (!own_word || sentence.words.get(at).is_some_and(|word| word.capital)).then_some(number)
}

/// `30`, `30th`, `1er`.
fn day_number(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|letter: char| letter.is_alphabetic());
    let ending = &word[digits.len()..];
    let fits = ending.is_empty() || matches!(ending, "st" | "nd" | "rd" | "th" | "er" | "e");
    digits.parse().ok().filter(|day| fits && (1..=31).contains(day))
}

fn year(word: &str) -> Option<i32> {
    word.parse().ok().filter(|year| (2000..2100).contains(year))
}

/// `30 October`, `October 30th`, `the 30th of October 2026`, `30. Oktober`.
fn spelled(sentence: &Sentence<'_>, at: usize, said: NaiveDate, ahead: bool) -> Option<Dated> {
    let (day, month, mut end) = match (day_number(sentence.word(at)), month(sentence, at)) {
        (Some(day), _) => {
            let of = usize::from(matches!(sentence.word(at + 1), "of" | "de" | "d"));
            (day, month(sentence, at + 1 + of)?, at + 2 + of)
        }
        (None, Some(month)) => (day_number(sentence.word(at + 1))?, month, at + 2),
        _ => return None,
    };
    end += usize::from(matches!(sentence.word(end), "de" | "del") && year(sentence.word(end + 1)).is_some());
    let told = year(sentence.word(end));
    let day = dated(told, month, day, said, ahead)?;
    Some(Dated { day, end: end + usize::from(told.is_some()) })
}

/// `2026-10-30`, `30.10.2026`, `30/10/26`, `30.10.`
fn figures(sentence: &Sentence<'_>, at: usize, said: NaiveDate, ahead: bool) -> Option<Dated> {
    let number = |at: usize| sentence.word(at).parse::<u32>().ok();
    let sign = |at: usize| Some(sentence.gap(at)).filter(|gap| matches!(*gap, "." | "/" | "-" | ". "));
    let (first, second) = (number(at)?, number(at + 1)?);
    let apart = sign(at + 1)?;
    if let Some(year) = year(sentence.word(at)) {
        let day = NaiveDate::from_ymd_opt(year, second, number(at + 2)?)?;
        return Some(Dated { day, end: at + 3 });
    }
    let third = sign(at + 2).filter(|other| *other == apart).and_then(|_| number(at + 2));
    let told = third.and_then(|year| match year {
        0..100 => Some(2000 + year.cast_signed()),
        2000..2100 => Some(year.cast_signed()),
        _ => None,
    });
    // Two figures with a dot are a day where another dot follows: "10.5" is a number.
    let dotted = apart.starts_with('.') && sentence.gap(at + 2).starts_with('.');
    if told.is_none() && !dotted {
        return None;
    }
    // Nobody writes the month first before a point.
    let orders = match (apart.starts_with('.'), sentence.day_first()) {
        (true, _) => [Some((first, second)), None],
        (false, true) => [Some((first, second)), Some((second, first))],
        (false, false) => [Some((second, first)), Some((first, second))],
    };
    let day = orders.into_iter().flatten().find_map(|(day, month)| dated(told, month, day, said, ahead))?;
    Some(Dated { day, end: at + 2 + usize::from(told.is_some()) })
}

/// `today`, `yesterday`, `Friday`.
fn relative(sentence: &Sentence<'_>, at: usize, said: NaiveDate, ahead: bool) -> Option<Dated> {
    let found = |kind: Kind| sentence.at(kind, at).map(|found| found.end);
    let one = Days::new(1);
    if let Some(end) = found(Kind::Today) {
        return Some(Dated { day: said, end });
    }
    if let Some(end) = found(Kind::Yesterday).filter(|_| !ahead) {
        return Some(Dated { day: said.checked_sub_days(one)?, end });
    }
    if let Some(end) = found(Kind::Tomorrow) {
        return Some(Dated { day: said.checked_add_days(one)?, end });
    }
    let (wanted, end) = (1..=7).find_map(|number| Some((number, found(Kind::Weekday(number))?)))?;
    let now = said.weekday().number_from_monday();
    let day = if ahead {
        said.checked_add_days(Days::new(u64::from((wanted + 6 - now) % 7 + 1)))?
    } else {
        said.checked_sub_days(Days::new(u64::from((now + 7 - wanted) % 7)))?
    };
    // "Friday, 30 October" is dated by what follows.
    Some(
        spelled(sentence, end, said, ahead)
            .or_else(|| figures(sentence, end, said, ahead))
            .unwrap_or(Dated { day, end }),
    )
}

/// `October`: its first day; `the end of October`: its last.
fn month_alone(sentence: &Sentence<'_>, at: usize, said: NaiveDate, ahead: bool) -> Option<Dated> {
    let number = month(sentence, at)?;
    let told = year(sentence.word(at + 1));
    let first = dated(told, number, 1, said, ahead)?;
    let at_end = (1..=2).any(|back| {
        at.checked_sub(back).and_then(|from| sentence.at(Kind::MonthEnd, from)).is_some_and(|found| found.end == at)
    });
    let day = if at_end { first.checked_add_months(Months::new(1))?.pred_opt()? } else { first };
    Some(Dated { day, end: at + 1 + usize::from(told.is_some()) })
}

/// Without a year, the nearest; of the past none that lies far ahead.
fn dated(year: Option<i32>, month: u32, day: u32, said: NaiveDate, ahead: bool) -> Option<NaiveDate> {
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let years = (said.year() - 1)..=(said.year() + 1);
    let days = years.filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
    let distance = |day: &NaiveDate| (*day - said).num_days();
    let fits = |day: &NaiveDate| if ahead { distance(day) > -AHEAD } else { distance(day) <= AHEAD };
    days.filter(fits).min_by_key(|day| distance(day).abs())
}
