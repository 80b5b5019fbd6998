//! Dates as people and sheets write them.

use chrono::{DateTime, NaiveDate, NaiveTime};

use super::fields::meaning;
use crate::domain::time::{Zone, parse_instant};

/// A date of three numbers, as it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Numbers {
    first: u32,
    second: u32,
    year: i32,
    sign: char,
}

/// What a cell shows of the order of day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

/// The order a cell shows; none where it shows none.
pub(super) fn shows(text: &str) -> Option<Order> {
    let numbers = numbers(parts(text).0)?;
    match (numbers.first, numbers.second) {
        (13..=31, 1..=12) => Some(Order::DayFirst),
        (1..=12, 13..=31) => Some(Order::MonthFirst),
        _ => None,
    }
}

/// A cell as the import format writes it: `2026-12-31`, with the time where there is one.
pub(super) fn read(text: &str, order: Option<Order>) -> Result<String, String> {
    let text = text.trim();
    if parse_instant(text, Zone::UTC).is_ok() {
        return Ok(text.to_owned());
    }
    if let Some(instant) = epoch(text) {
        return Ok(instant);
    }
    let (day, time) = parts(text);
    let time = match time {
        "" => None,
        time => Some(clock(time).ok_or("is not a date; write 2026-12-31")?),
    };
    let day = match numbers(day) {
        Some(numbers) => ordered(numbers, order)?,
        None => named(day),
    };
    let day = day.ok_or("is not a date; write 2026-12-31")?;
    Ok(time.map_or_else(|| day.to_string(), |time| day.and_time(time).format("%Y-%m-%dT%H:%M:%S").to_string()))
}

/// Seconds or milliseconds since 1970.
fn epoch(text: &str) -> Option<String> {
    let number: i64 = text.parse().ok()?;
    let seconds = match text.len() {
        10 => number,
        13 => number / 1000,
        _ => return None,
    };
    DateTime::from_timestamp(seconds, 0).map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A cell's day, and its time behind the first blank that a time follows.
fn parts(text: &str) -> (&str, &str) {
    let text = text.trim();
    let colon = text.find(':');
    let cut = colon.and_then(|colon| text.get(..colon)?.rfind([' ', 'T']));
    cut.map_or((text, ""), |cut| {
        (
            text.get(..cut).unwrap_or_default().trim_end_matches([',', ' ']),
            text.get(cut + 1..).unwrap_or_default().trim(),
        )
    })
}

fn numbers(day: &str) -> Option<Numbers> {
    let sign = day.chars().find(|letter| !letter.is_ascii_digit()).filter(|sign| matches!(sign, '.' | '/' | '-'))?;
    let mut parts = day.split(sign).map(|part| (part.trim(), part.trim().parse::<u32>().ok()));
    let ((_, first), (_, second), (year, number)) = (parts.next()?, parts.next()?, parts.next()?);
    let year = match (year.len(), i32::try_from(number?).ok()?) {
        (4, year) => year,
        (2, year) => 2000 + year,
        _ => return None,
    };
    parts.next().is_none().then_some(Numbers { first: first?, second: second?, year, sign })
}

/// Dates with points have their day first, unless the column shows otherwise.
fn ordered(numbers: Numbers, order: Option<Order>) -> Result<Option<NaiveDate>, String> {
    let of = |day, month| NaiveDate::from_ymd_opt(numbers.year, month, day);
    let (day_first, month_first) = (of(numbers.first, numbers.second), of(numbers.second, numbers.first));
    Ok(match (day_first, month_first, order) {
        (day, None, _) | (None, day, _) => day,
        (day, other, None) if day == other => day,
        (Some(day), _, Some(Order::DayFirst)) | (_, Some(day), Some(Order::MonthFirst)) => Some(day),
        (Some(day), ..) if numbers.sign == '.' => Some(day),
        (Some(day), Some(other), None) => {
            return Err(format!("can be {day} or {other}; say whether the day stands first"));
        }
    })
}

/// `5 Jan 2026`, `Jan 5, 2026`, `5. Januar 2026`, `05-Jan-26`.
fn named(day: &str) -> Option<NaiveDate> {
    let words: Vec<&str> =
        day.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty() && *word != "de").collect();
    // A day of the week may stand before it.
    let words = match words.as_slice() {
        [_, rest @ ..] if rest.len() == 3 => rest,
        words => words,
    };
    let [first, second, year] = words else { return None };
    let number = |word: &str| word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']).parse::<u32>().ok();
    let month = |word: &str| meaning("month", word).and_then(|month| month.parse::<u32>().ok());
    let (day, month) = match (number(first), month(second)) {
        (Some(day), Some(month)) => (day, month),
        _ => (number(second)?, month(first)?),
    };
    let number: i32 = year.parse().ok()?;
    let year = match year.len() {
        4 => number,
        2 => 2000 + number,
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year, month, day)
}

/// `14:30`, `14:30:05`, `2:30 PM`.
fn clock(text: &str) -> Option<NaiveTime> {
    let text = text.trim().trim_end_matches(" UTC").trim_end_matches(" Uhr").to_uppercase().replace('.', "");
    let (text, half) = match (text.strip_suffix("AM"), text.strip_suffix("PM")) {
        (Some(time), _) => (time.trim(), Some(0)),
        (_, Some(time)) => (time.trim(), Some(12)),
        _ => (text.as_str(), None),
    };
    let mut parts = text.split(':').map(|part| part.parse::<u32>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().map_or(Some(0), |second| second)?;
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    parts.next().is_none().then(|| NaiveTime::from_hms_opt(hour, minute, second))?
}
