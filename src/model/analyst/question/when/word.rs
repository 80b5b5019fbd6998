//! The words of time: units, numbers, ordinals, years, months and weekdays.

use chrono::Weekday;

pub(super) fn singular(unit: &str) -> &str {
    unit.strip_suffix('s').unwrap_or(unit)
}

pub(super) fn unit_days(unit: &str) -> Option<u64> {
    Some(match singular(unit) {
        "day" => 1,
        "week" => 7,
        "fortnight" => 14,
        "month" => 30,
        "quarter" => 91,
        "year" => 365,
        _ => return None,
    })
}

/// A small number in digits or words.
#[must_use]
pub fn number(word: &str) -> Option<u64> {
    const WORDS: [&str; 13] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    if word.len() <= 5
        && let Ok(number) = word.parse::<u64>()
    {
        return Some(number);
    }
    match word {
        "thirty" => Some(30),
        "sixty" => Some(60),
        "ninety" => Some(90),
        _ => WORDS.iter().position(|name| *name == word).map(|number| number as u64),
    }
}

pub(super) fn ordinal(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    if digits.is_empty() || !matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th") {
        return None;
    }
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

pub(super) fn year(word: &str) -> Option<i32> {
    word.parse().ok().filter(|year| (1990..=2100).contains(year))
}

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    if word.len() < 6 || !word.ends_with("day") {
        return None;
    }
    word.parse().ok()
}
