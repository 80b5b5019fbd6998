//! Days by their name: dates of the calendar and days of the week.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::due::Meaning;
use super::months::is_near;
use crate::language::{Word, month};

/// `March 4`, `4th of March 2027`, `the 12th`, `2027-03-04`.
pub(super) fn calendar_day<'w>(word: &impl Fn(usize) -> &'w str, today: NaiveDate) -> Option<(usize, Meaning)> {
    if let Ok(day) = word(0).parse::<NaiveDate>() {
        return Some((1, Meaning::Day(day)));
    }
    if let Some(month) = month(word(0)) {
        let day = ordinal(word(1)).or_else(|| word(1).parse().ok())?;
        let (length, year) = year_at(word(2)).map_or((2, None), |year| (3, Some(year)));
        return dated(month, day, year, today).map(|day| (length, Meaning::Day(day)));
    }
    let the = usize::from(word(0) == "the");
    let bare: Option<u32> = word(the).parse().ok();
    let day = ordinal(word(the)).or(bare)?;
    let of = usize::from(word(the + 1) == "of");
    if let Some(month) = month(word(the + 1 + of)) {
        let at = the + 2 + of;
        let (length, year) = year_at(word(at)).map_or((at, None), |year| (at + 1, Some(year)));
        return dated(month, day, year, today).map(|day| (length, Meaning::Day(day)));
    }
    // "the 12th": this month, else the next that has one. "The first" and "the second" count more often than they date.
    let counts = matches!(word(the), "first" | "second" | "third");
    if the == 1 && bare.is_none() && of == 0 && !counts {
        return next_of_month(day, today).map(|next| (2, Meaning::Day(next)));
    }
    None
}

/// The day of this month, else of the next that has one.
pub(super) fn next_of_month(day: u32, today: NaiveDate) -> Option<NaiveDate> {
    (0..3).find_map(|ahead| {
        let day = today.with_day(1)?.checked_add_months(Months::new(ahead))?.with_day(day)?;
        (day >= today).then_some(day)
    })
}

pub(super) fn ordinal(text: &str) -> Option<u32> {
    const SPELT: [&str; 31] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
        "twenty-first",
        "twenty-second",
        "twenty-third",
        "twenty-fourth",
        "twenty-fifth",
        "twenty-sixth",
        "twenty-seventh",
        "twenty-eighth",
        "twenty-ninth",
        "thirtieth",
        "thirty-first",
    ];
    if let Some(index) = SPELT.iter().position(|spelt| *spelt == text) {
        return u32::try_from(index + 1).ok();
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| text.strip_suffix(ending))?;
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

fn year_at(text: &str) -> Option<i32> {
    text.parse().ok().filter(|year| (2000..2100).contains(year))
}

/// Without a year, the day that comes next; one that has just passed is still this year's, and one too far ahead is none.
pub(super) fn dated(month: u32, day: u32, year: Option<i32>, today: NaiveDate) -> Option<NaiveDate> {
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let this = NaiveDate::from_ymd_opt(today.year(), month, day);
    let passed = |date: NaiveDate| today.signed_duration_since(date).num_days() > 60;
    match this {
        Some(date) if !passed(date) => Some(date),
        _ => NaiveDate::from_ymd_opt(today.year() + 1, month, day).filter(|date| is_near(*date, today)),
    }
}

/// `Friday`, `next Tuesday`, `this Thursday`.
pub(super) fn weekday<'w>(
    word: &impl Fn(usize) -> &'w str,
    words: &[Word<'_>],
    at: usize,
    today: NaiveDate,
) -> Option<(usize, Meaning)> {
    let (length, next) = match word(0) {
        "next" => (2, true),
        "this" | "coming" => (2, false),
        _ => (1, false),
    };
    let name = word(length - 1);
    // Days of the week are written with a capital; "sat" and "sun" are words of their own.
    let written = words.get(at + length - 1)?.text;
    if !written.chars().next().is_some_and(char::is_uppercase) && name.len() <= 4 {
        return None;
    }
    let wanted = by_name(name)?;
    // "Tuesday the twelfth": the date says which Tuesday.
    if word(length) == "the"
        && let Some((more, date)) = calendar_day(&|offset| word(length + offset), today)
    {
        return Some((length + more, date));
    }
    // "Wednesday next week", "Friday week".
    let of = usize::from(word(length) == "of");
    let after = match (word(length + of), word(length + of + 1)) {
        ("next", "week") => of + 2,
        ("week", _) if of == 0 => 1,
        _ => 0,
    };
    if after > 0 {
        return Some((length + after, Meaning::Day(in_next_week(wanted, today)?)));
    }
    let wanted = u64::from(wanted.num_days_from_monday());
    let now = u64::from(today.weekday().num_days_from_monday());
    let ahead = if next { 7 + wanted - now } else { (wanted + 7 - now - 1) % 7 + 1 };
    Some((length, Meaning::Day(today.checked_add_days(Days::new(ahead))?)))
}

/// `next week Wednesday`, `next week on Wednesday`.
pub(super) fn weekday_of_next_week<'w>(word: &impl Fn(usize) -> &'w str, today: NaiveDate) -> Option<(usize, Meaning)> {
    if word(0) != "next" || word(1) != "week" {
        return None;
    }
    let on = usize::from(word(2) == "on");
    let day = in_next_week(by_name(word(2 + on))?, today)?;
    Some((3 + on, Meaning::Day(day)))
}

fn in_next_week(wanted: Weekday, today: NaiveDate) -> Option<NaiveDate> {
    let monday = today.checked_sub_days(Days::new(u64::from(today.weekday().num_days_from_monday())))?;
    monday.checked_add_days(Days::new(7 + u64::from(wanted.num_days_from_monday())))
}

fn by_name(lower: &str) -> Option<Weekday> {
    Some(match lower {
        "monday" | "mon" => Weekday::Mon,
        "tuesday" | "tue" | "tues" => Weekday::Tue,
        "wednesday" | "wed" => Weekday::Wed,
        "thursday" | "thu" | "thurs" => Weekday::Thu,
        "friday" | "fri" => Weekday::Fri,
        "saturday" => Weekday::Sat,
        "sunday" => Weekday::Sun,
        _ => return None,
    })
}
