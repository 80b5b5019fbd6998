//! Days and spans that words name, as seen on a day: a point to count from, a period, what follows "last" or "next".

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::named::{explicit, fiscal_unit};
use super::seen::{Seen, Span, after, ahead_of, before, enclosing};
use super::word::{number, ordinal, singular, unit_days, weekday, year};
use crate::domain::time::day_text;
use crate::language::month;

/// The last day a limit names: `the end of June`, `the end of the month`, `July 4`; and whether it was named as an end.
pub(super) fn limit(words: &[&str], seen: Seen) -> Option<(NaiveDate, usize, bool)> {
    match words {
        ["the", rest @ ..] if !rest.is_empty() => limit(rest, seen).map(|(day, used, ends)| (day, used + 1, ends)),
        ["end", "of", rest @ ..] => {
            let skip = rest.iter().take_while(|word| matches!(**word, "the" | "this")).count();
            let unit = rest.get(skip).map(|unit| singular(unit));
            let whole = unit.and_then(|unit| enclosing(unit, seen.today)).map(|span| (span, 1));
            let ((_, end), used) = whole.or_else(|| period(&rest[skip..], seen))?;
            Some((end, 2 + skip + used, true))
        }
        _ => point(words, seen).map(|(day, used)| (day, used, false)),
    }
}

/// `30 days`, `two weeks`, `month` that roll on from today, after "in the next".
pub(super) fn ahead(words: &[&str], seen: Seen) -> Option<(Span, usize, String)> {
    if let Some(days) = ahead_count(words) {
        let (count, unit) = (words[0], words[1]);
        let end = seen.today.checked_add_days(Days::new(days))?;
        return Some(((seen.today, end), 2, format!("in the next {count} {unit}")));
    }
    let unit = words.first()?;
    let end = match singular(unit) {
        "week" => seen.today.checked_add_days(Days::new(7))?,
        "month" => seen.today.checked_add_months(chrono::Months::new(1))?,
        _ => return None,
    };
    let days = (end - seen.today).num_days();
    Some(((seen.today, end), 1, format!("in the next {days} days")))
}

/// What "next" names on the calendar: `next week`, `next quarter`, `next fiscal year`, `next Friday`, `next weekend`.
pub(super) fn next(words: &[&str], seen: Seen) -> Option<(Span, usize, String)> {
    let first = *words.first()?;
    if let Some(weekday) = weekday(first) {
        let day = seen.weekday_of_week(weekday, 1)?;
        return Some(((day, day), 1, format!("on {}", day_text(day, seen.today))));
    }
    if let Some(unit) = fiscal_unit(words) {
        let span = after(seen.today, |day| seen.fiscal(unit, day))?;
        return Some((span, 2, format!("next fiscal {unit} ({})", from_to(span, seen))));
    }
    if matches!(words, ["business" | "working" | "work", "day", ..]) {
        let day = business_day(seen.today, true)?;
        return Some(((day, day), 2, format!("on {}", day_text(day, seen.today))));
    }
    if first == "weekend" {
        let saturday = seen.weekday_of_week(Weekday::Sat, 1)?;
        return Some((weekend(saturday)?, 1, "next weekend".to_owned()));
    }
    if let Some(month) = month(first) {
        let span = super::seen::months(Seen { forward: true, ..seen }.year(month, month), month, 1)?;
        return Some((span, 1, format!("in {}", span.0.format("%B %Y"))));
    }
    let unit = singular(first);
    let span = after(seen.today, |day| enclosing(unit, day))?;
    Some((span, 1, format!("next {unit} ({})", from_to(span, seen))))
}

pub(super) fn ahead_count(words: &[&str]) -> Option<u64> {
    number(words.first()?)?.checked_mul(unit_days(words.get(1)?)?).filter(|days| *days <= 3_660)
}

/// What follows "last": `30 days`, `two weeks`, `week`, `quarter`, `Monday`, `fiscal year`, `weekend`.
pub(super) fn last(words: &[&str], rolling: bool, seen: Seen) -> Option<(NaiveDate, Option<NaiveDate>, usize, String)> {
    let first = words.first()?;
    if matches!(*first, "couple" | "few") {
        let skip = 1 + usize::from(words.get(1) == Some(&"of"));
        let count = if *first == "couple" { 2 } else { 3 };
        let unit = words.get(skip)?;
        let since = before(seen.today, count, singular(unit))?;
        return Some((since, None, skip + 1, format!("in the last {count} {unit}")));
    }
    if let Some(count) = number(first) {
        let unit = words.get(1)?;
        let counted = if singular(unit) == "hour" { (count.div_ceil(24), "day") } else { (count, singular(unit)) };
        let since =
            before(seen.today, counted.0, counted.1).filter(|since| (seen.today - *since).num_days() <= 36_600)?;
        return Some((since, None, 2, format!("in the last {count} {unit}")));
    }
    if let Some(weekday) = weekday(first) {
        let day = seen.back().weekday(weekday)?;
        return Some((day, Some(day), 1, format!("on {}", day_text(day, seen.today))));
    }
    if let Some(month) = month(first) {
        let span = super::seen::months(seen.back().year(month, month), month, 1)?;
        return Some((span.0, Some(span.1), 1, format!("in {}", span.0.format("%B %Y"))));
    }
    if matches!(words, ["business" | "working" | "work", "day", ..]) {
        let day = business_day(seen.today, false)?;
        return Some((day, Some(day), 2, format!("on {}", day_text(day, seen.today))));
    }
    if *first == "weekend" {
        let (saturday, sunday) = past_weekend(seen)?;
        return Some((saturday, Some(sunday), 1, "last weekend".to_owned()));
    }
    if let Some(unit) = fiscal_unit(words) {
        let span = ahead_of(seen.today, |day| seen.fiscal(unit, day))?;
        return Some((span.0, Some(span.1), 2, format!("last fiscal {unit} ({})", from_to(span, seen))));
    }
    let unit = singular(first);
    let days = unit_days(unit)?;
    if unit != *first {
        // "the last months": several, not counted.
        let since = before(seen.today, 3, unit)?;
        return Some((since, None, 1, format!("in the last {} days", days * 3)));
    }
    if rolling {
        let since = before(seen.today, 1, unit)?;
        return Some((since, None, 1, format!("in the last {} days", (seen.today - since).num_days())));
    }
    let span = ahead_of(seen.today, |day| enclosing(unit, day))?;
    Some((span.0, Some(span.1), 1, format!("last {unit} ({})", from_to(span, seen))))
}

/// What follows "this": `week`, `quarter`, `Friday`, `weekend`, `fiscal year`.
pub(super) fn this(words: &[&str], seen: Seen) -> Option<(Span, usize, String)> {
    let first = *words.first()?;
    if let Some(weekday) = weekday(first) {
        let day = seen.weekday_of_week(weekday, 0)?;
        return Some(((day, day), 1, format!("on {}", day_text(day, seen.today))));
    }
    if let Some(unit) = fiscal_unit(words) {
        let span = seen.fiscal(unit, seen.today)?;
        return Some((span, 2, format!("this fiscal {unit} ({})", from_to(span, seen))));
    }
    if first == "weekend" {
        return Some((weekend(seen.weekday_of_week(Weekday::Sat, 0)?)?, 1, "this weekend".to_owned()));
    }
    let unit = singular(first);
    enclosing(unit, seen.today).map(|span| (span, 1, format!("this {unit}")))
}

/// A single day to count from: `March`, `last week`, `Monday`, `the 4th of March`, `two weeks ago`, `2026-03-04`.
pub(super) fn point(words: &[&str], seen: Seen) -> Option<(NaiveDate, usize)> {
    match words {
        ["the", rest @ ..] if !rest.is_empty() => point(rest, seen).map(|(day, used)| (day, used + 1)),
        ["yesterday", ..] => Some((seen.today.pred_opt()?, 1)),
        ["today", ..] => Some((seen.today, 1)),
        ["tomorrow", ..] => Some((seen.today.succ_opt()?, 1)),
        ["start" | "beginning", "of", rest @ ..] => point(rest, seen).map(|(day, used)| (day, used + 2)),
        ["last" | "past", unit, ..] if unit_days(unit).is_some() && number(unit).is_none() => {
            Some((seen.today.checked_sub_days(Days::new(unit_days(unit)?))?, 2))
        }
        ["last", rest @ ..] => last(rest, false, seen).map(|(since, _, used, _)| (since, used + 1)),
        ["next", rest @ ..] => next(rest, seen).map(|((since, _), used, _)| (since, used + 1)),
        ["this", rest @ ..] => this(rest, seen).map(|((start, _), used, _)| (start, used + 1)),
        [count, unit, "ago", ..] => Some((before(seen.today, number(count)?, singular(unit))?, 3)),
        [name, rest @ ..] if weekday(name).is_some() && !dated(rest) => Some((seen.weekday(weekday(name)?)?, 1)),
        _ => explicit(words, seen).map(|((start, _), used)| (start, used)),
    }
}

pub(super) fn period_or_point(words: &[&str], seen: Seen) -> Option<(Span, usize)> {
    period(words, seen).or_else(|| point(words, seen).map(|(day, used)| ((day, day), used)))
}

/// A period named after "in": `March`, `Q3`, `2025`, `the last two weeks`.
pub(super) fn period(words: &[&str], seen: Seen) -> Option<(Span, usize)> {
    match words {
        ["the", rest @ ..] if !rest.is_empty() => period(rest, seen).map(|(span, used)| (span, used + 1)),
        // Behind a preposition it is a month.
        ["may", rest @ ..] if rest.first().is_none_or(|next| ordinal(next).is_none() && year(next).is_none()) => {
            super::seen::months(seen.year(5, 5), 5, 1).map(|span| (span, 1))
        }
        ["last", "day" | "week", "of" | "in", ..] => explicit(words, seen),
        ["last" | "past" | "previous", rest @ ..] => {
            let (since, until, used, _) = last(rest, words[0] == "past", seen)?;
            Some(((since, until.unwrap_or(seen.today)), used + 1))
        }
        ["next", rest @ ..] => next(rest, seen).map(|(span, used, _)| (span, used + 1)),
        ["this" | "current", rest @ ..] => this(rest, seen).map(|(span, used, _)| (span, used + 1)),
        ["yesterday", ..] => Some(((seen.today.pred_opt()?, seen.today.pred_opt()?), 1)),
        ["tomorrow", ..] => Some(((seen.today.succ_opt()?, seen.today.succ_opt()?), 1)),
        ["weekend", ..] => {
            let span =
                if seen.forward { weekend(seen.weekday_of_week(Weekday::Sat, 0)?)? } else { past_weekend(seen)? };
            Some((span, 1))
        }
        [name, rest @ ..] if weekday(name).is_some() && !dated(rest) => {
            let day = seen.weekday(weekday(name)?)?;
            Some(((day, day), 1))
        }
        _ => explicit(words, seen),
    }
}

/// Whether a day of the month follows a weekday.
fn dated(words: &[&str]) -> bool {
    let words = words.strip_prefix(&["the"]).unwrap_or(words);
    words.first().is_some_and(|word| ordinal(word).is_some())
}

fn weekend(saturday: NaiveDate) -> Option<Span> {
    Some((saturday, saturday.succ_opt()?))
}

/// The latest weekend that has begun, and is over unless today is its Sunday.
fn past_weekend(seen: Seen) -> Option<Span> {
    let back = match seen.today.weekday() {
        Weekday::Sun => 1,
        other => u64::from(other.num_days_from_monday()) + 2,
    };
    weekend(seen.today.checked_sub_days(Days::new(back))?)
}

/// The nearest day from Monday to Friday before or after a day.
fn business_day(today: NaiveDate, forward: bool) -> Option<NaiveDate> {
    let step = |back: u64| {
        let days = Days::new(back);
        if forward { today.checked_add_days(days) } else { today.checked_sub_days(days) }
    };
    (1..=3).filter_map(step).find(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}

/// `March 1 to March 31`.
pub(super) fn from_to((start, end): Span, seen: Seen) -> String {
    format!("{} to {}", day_text(start, seen.today), day_text(end, seen.today))
}
