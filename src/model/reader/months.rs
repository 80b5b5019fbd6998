//! Months and feasts by which something is due: "in July", "mid March", "before Christmas".

use chrono::{Datelike, Days, Months, NaiveDate};

use super::day::ordinal;
use super::due::Meaning;
use crate::language::{Word, month};

/// A month named without a year that lies further ahead than this was hardly meant: "end of March", said in April,
/// speaks of the March that has just passed.
const FURTHEST_AHEAD_DAYS: i64 = 275;

/// Whether a day that was told without its year may have been meant.
pub(super) fn is_near(day: NaiveDate, today: NaiveDate) -> bool {
    day.signed_duration_since(today).num_days() <= FURTHEST_AHEAD_DAYS
}

/// The first day of the coming month of this number; none when that is too far ahead to be meant.
pub(super) fn coming(today: NaiveDate, month: u32) -> Option<NaiveDate> {
    let year = if month < today.month() { today.year().checked_add(1)? } else { today.year() };
    NaiveDate::from_ymd_opt(year, month, 1).filter(|first| is_near(*first, today))
}

/// The last day of the coming month of this number; only words when that is too far ahead to be meant.
pub(super) fn end_of_month(today: NaiveDate, month: u32) -> Meaning {
    let last = coming(today, month).and_then(|first| first.checked_add_months(Months::new(1))?.pred_opt());
    last.map_or(Meaning::Words, Meaning::Day)
}

/// `in July`, `by June`, `mid March`, `early in May`, `at the beginning of August`, `before Christmas`.
pub(super) fn month_or_feast<'w>(
    word: &impl Fn(usize) -> &'w str,
    words: &[Word<'_>],
    at: usize,
    today: NaiveDate,
) -> Option<(usize, Meaning)> {
    let before = at.checked_sub(1).map_or("", |at| words[at].lower.as_ref());
    let mut length = 0;
    let preposition = matches!(word(0), "in" | "by" | "before" | "during");
    length += usize::from(preposition);
    let led = preposition || matches!(before, "until" | "till" | "for");
    if led && let Some((more, day)) = feast(&|offset| word(length + offset), today) {
        return Some((length + more, Meaning::Day(day)));
    }
    let part = part_of_month(&|offset| word(length + offset));
    length += part.map_or(0, |(more, _)| more);
    let named = words.get(at + length)?;
    let (name, mid) = named.lower.strip_prefix("mid-").map_or((named.lower.as_ref(), false), |name| (name, true));
    let number = month(name)?;
    // "may" and "march" are words of their own.
    let written = if mid { named.text.get(4..) } else { Some(named.text) };
    let capital = written.and_then(|text| text.chars().next()).is_some_and(char::is_uppercase);
    let next = word(length + 1);
    let dated = ordinal(next).is_some() || next.parse::<u32>().is_ok_and(|day| day < 32);
    if !(led || part.is_some() || mid) || !capital || dated {
        return None;
    }
    length += 1;
    let day_in = if mid { Some(15) } else { part.map(|(_, day)| day) };
    let meaning =
        match (day_in, word(0)) {
            (Some(day), _) => coming(today, number)
                .and_then(|first| {
                    if day > 28 { first.checked_add_months(Months::new(1))?.pred_opt() } else { first.with_day(day) }
                })
                .map_or(Meaning::Words, Meaning::Day),
            (None, "before") => {
                coming(today, number).and_then(|first| first.pred_opt()).map_or(Meaning::Words, Meaning::Day)
            }
            _ => end_of_month(today, number),
        };
    Some((length, meaning))
}

/// "mid", "early", "the beginning of": the number of words, and the day of the month it comes down to.
fn part_of_month<'w>(word: &impl Fn(usize) -> &'w str) -> Option<(usize, u32)> {
    let the = usize::from(word(0) == "the");
    let (length, day) = match word(the) {
        "mid" => (1, 15),
        "middle" if word(the + 1) == "of" => (2, 15),
        "early" => (1 + usize::from(word(the + 1) == "in"), 10),
        "beginning" | "start" if word(the + 1) == "of" => (2, 10),
        "late" => (1 + usize::from(word(the + 1) == "in"), 31),
        _ => return None,
    };
    Some((the + length, day))
}

/// "Christmas", "the new year": the last day before it.
fn feast<'w>(word: &impl Fn(usize) -> &'w str, today: NaiveDate) -> Option<(usize, NaiveDate)> {
    let the = usize::from(word(0) == "the");
    let (length, day) = match (word(the), word(the + 1)) {
        ("christmas", _) => (1, 24),
        ("new", "year" | "year's") => (2, 31),
        _ => return None,
    };
    let this = NaiveDate::from_ymd_opt(today.year(), 12, day)?;
    let next = if this < today { this.checked_add_days(Days::new(365))? } else { this };
    is_near(next, today).then_some((the + length, next))
}
