//! Days and spans that words name, as seen on a day: a point to count from, a period, what follows "last" or "next".

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::word::{number, ordinal, singular, unit_days, weekday, year};
use crate::domain::time::day_text;
use crate::language::month;

/// The day words of time are seen from, and which way they look where they do not say: "in September" is the last
/// one for what was said, and the next one for what is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Today.
    pub today: NaiveDate,
    /// Whether the question is for what comes.
    pub forward: bool,
}

impl Seen {
    /// "The 15th": the last one, or the next where it looks ahead.
    fn day_of_month(self, number: u32) -> Option<NaiveDate> {
        let this = self.today.with_day(1)?;
        let months = if self.forward {
            [Some(this), this.checked_add_months(Months::new(1))]
        } else {
            [Some(this), this.checked_sub_months(Months::new(1))]
        };
        let fits = |day: &NaiveDate| if self.forward { *day >= self.today } else { *day <= self.today };
        months.into_iter().flatten().filter_map(|month| month.with_day(number)).find(fits)
    }

    /// The same day, looking back.
    fn back(self) -> Self {
        Self { forward: false, ..self }
    }

    /// The year of a month or quarter named without one: the latest in which `first` has begun, or, looking forward,
    /// the next in which `last` is not over.
    fn year(self, first: u32, last: u32) -> i32 {
        let (year, month) = (self.today.year(), self.today.month());
        match self.forward {
            true if last < month => year + 1,
            false if first > month => year - 1,
            _ => year,
        }
    }

    fn weekday(self, weekday: Weekday) -> Option<NaiveDate> {
        let (today, wanted) = (self.today.weekday().num_days_from_monday(), weekday.num_days_from_monday());
        if self.forward {
            self.today.checked_add_days(Days::new(u64::from((wanted + 6 - today) % 7 + 1)))
        } else {
            self.today.checked_sub_days(Days::new(u64::from((today + 6 - wanted) % 7 + 1)))
        }
    }
}

/// The last day a limit names: `the end of June`, `the end of the month`, `July 4`; and whether it was named as an end.
pub(super) fn limit(words: &[&str], seen: Seen) -> Option<(NaiveDate, usize, bool)> {
    match words {
        ["the", rest @ ..] if !rest.is_empty() => limit(rest, seen).map(|(day, used, ends)| (day, used + 1, ends)),
        ["end", "of", rest @ ..] => {
            let skip = rest.iter().take_while(|word| matches!(**word, "the" | "this")).count();
            let whole = rest.get(skip).and_then(|unit| enclosing(unit, seen.today)).map(|span| (span, 1));
            let ((_, end), used) = whole.or_else(|| period(&rest[skip..], seen))?;
            Some((end, 2 + skip + used, true))
        }
        _ => point(words, seen).map(|(day, used)| (day, used, false)),
    }
}

/// `30 days`, `two weeks`, `month`, `quarter` after "next".
pub(super) fn ahead(words: &[&str], seen: Seen) -> Option<(u64, usize, String)> {
    if let Some(days) = ahead_count(words) {
        let (count, unit) = (words[0], words[1]);
        return Some((days, 2, format!("in the next {count} {unit}")));
    }
    let unit = words.first()?;
    let days = match singular(unit) {
        "week" => 7,
        "month" => (seen.today.checked_add_months(Months::new(1))? - seen.today).num_days().unsigned_abs(),
        "quarter" => 92,
        "year" => 365,
        _ => return None,
    };
    Some((days, 1, format!("in the next {days} days")))
}

pub(super) fn ahead_count(words: &[&str]) -> Option<u64> {
    number(words.first()?)?.checked_mul(unit_days(words.get(1)?)?).filter(|days| *days <= 3_660)
}

/// What follows "last": `30 days`, `two weeks`, `week`, `quarter`, `Monday`.
pub(super) fn last(words: &[&str], rolling: bool, seen: Seen) -> Option<(NaiveDate, Option<NaiveDate>, usize, String)> {
    let first = words.first()?;
    if matches!(*first, "couple" | "few") {
        let skip = 1 + usize::from(words.get(1) == Some(&"of"));
        let count = if *first == "couple" { 2 } else { 3 };
        let unit = words.get(skip)?;
        let days = unit_days(unit)? * count;
        return Some((
            seen.today.checked_sub_days(Days::new(days))?,
            None,
            skip + 1,
            format!("in the last {count} {unit}"),
        ));
    }
    if let Some(count) = number(first) {
        let unit = words.get(1)?;
        let days = count.checked_mul(unit_days(unit)?).filter(|days| *days <= 36_600)?;
        return Some((seen.today.checked_sub_days(Days::new(days))?, None, 2, format!("in the last {count} {unit}")));
    }
    if let Some(weekday) = weekday(first) {
        let day = seen.back().weekday(weekday)?;
        return Some((day, Some(day), 1, format!("on {}", day_text(day, seen.today))));
    }
    if let Some(month) = month(first) {
        let (start, end) = month_span(seen.year(month, month), month)?;
        return Some((start, Some(end), 1, format!("in {}", start.format("%B %Y"))));
    }
    let unit = singular(first);
    let days = unit_days(unit)?;
    if unit != *first {
        // "the last months": several, not counted.
        let since = seen.today.checked_sub_days(Days::new(days * 3))?;
        return Some((since, None, 1, format!("in the last {} days", days * 3)));
    }
    if rolling {
        return Some((seen.today.checked_sub_days(Days::new(days))?, None, 1, format!("in the last {days} days")));
    }
    let (current, _) = enclosing(unit, seen.today)?;
    let end = current.pred_opt()?;
    let (start, _) = enclosing(unit, end)?;
    Some((
        start,
        Some(end),
        1,
        format!("last {unit} ({} to {})", day_text(start, seen.today), day_text(end, seen.today)),
    ))
}

/// A single day to count from: `March`, `last week`, `Monday`, `the 4th of March`, `two weeks ago`, `2026-03-04`.
pub(super) fn point(words: &[&str], seen: Seen) -> Option<(NaiveDate, usize)> {
    match words {
        ["the", rest @ ..] if !rest.is_empty() => point(rest, seen).map(|(day, used)| (day, used + 1)),
        ["yesterday", ..] => Some((seen.today.pred_opt()?, 1)),
        ["today", ..] => Some((seen.today, 1)),
        ["start" | "beginning", "of", rest @ ..] => point(rest, seen).map(|(day, used)| (day, used + 2)),
        ["last" | "past", unit, ..] if unit_days(unit).is_some() && number(unit).is_none() => {
            Some((seen.today.checked_sub_days(Days::new(unit_days(unit)?))?, 2))
        }
        ["last", rest @ ..] => last(rest, false, seen).map(|(since, _, used, _)| (since, used + 1)),
        ["this", unit, ..] => enclosing(unit, seen.today).map(|(start, _)| (start, 2)),
        [count, unit, "ago", ..] => {
            let days = number(count)?.checked_mul(unit_days(unit)?)?;
            Some((seen.today.checked_sub_days(Days::new(days))?, 3))
        }
        [name, ..] if weekday(name).is_some() => Some((seen.weekday(weekday(name)?)?, 1)),
        _ => explicit(words, seen).map(|((start, _), used)| (start, used)),
    }
}

pub(super) fn period_or_point(words: &[&str], seen: Seen) -> Option<((NaiveDate, NaiveDate), usize)> {
    period(words, seen).or_else(|| point(words, seen).map(|(day, used)| ((day, day), used)))
}

/// A period named after "in": `March`, `Q3`, `2025`, `the last two weeks`.
pub(super) fn period(words: &[&str], seen: Seen) -> Option<((NaiveDate, NaiveDate), usize)> {
    match words {
        ["the", rest @ ..] if !rest.is_empty() => period(rest, seen).map(|(span, used)| (span, used + 1)),
        // Behind a preposition it is a month.
        ["may", rest @ ..] if rest.first().is_none_or(|next| ordinal(next).is_none() && year(next).is_none()) => {
            month_span(seen.year(5, 5), 5).map(|span| (span, 1))
        }
        ["last" | "past" | "previous", rest @ ..] => {
            let (since, until, used, _) = last(rest, words[0] == "past", seen)?;
            Some(((since, until.unwrap_or(seen.today)), used + 1))
        }
        ["this", unit, ..] => enclosing(unit, seen.today).map(|span| (span, 2)),
        ["yesterday", ..] => Some(((seen.today.pred_opt()?, seen.today.pred_opt()?), 1)),
        [name, ..] if weekday(name).is_some() => {
            let day = seen.weekday(weekday(name)?)?;
            Some(((day, day), 1))
        }
        _ => explicit(words, seen),
    }
}

/// Something that is a date whatever stands before it: `March 4 2025`, `4 March`, `March 2025`, `Q3`, `2026-03-04`.
pub(super) fn explicit(words: &[&str], seen: Seen) -> Option<((NaiveDate, NaiveDate), usize)> {
    let first = *words.first()?;
    if let Ok(day) = first.parse::<NaiveDate>() {
        return Some(((day, day), 1));
    }
    if let Some(quarter) =
        first.strip_prefix('q').and_then(|digit| digit.parse::<u32>().ok()).filter(|quarter| (1..=4).contains(quarter))
    {
        let (year, used) = match words.get(1).and_then(|word| year(word)) {
            Some(year) => (year, 2),
            None => (seen.year(quarter * 3 - 2, quarter * 3), 1),
        };
        let start = NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?;
        return Some(((start, start.checked_add_months(Months::new(3))?.pred_opt()?), used));
    }
    if let Some(year) = year(first) {
        return Some(((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?), 1));
    }
    // `4 March`, `4th of March`
    if let Some(number) = ordinal(first) {
        let skip = 1 + usize::from(words.get(1) == Some(&"of"));
        if let Some(month) = words.get(skip).and_then(|word| month(word)) {
            let (year, used) = words
                .get(skip + 1)
                .and_then(|word| year(word))
                .map_or_else(|| (seen.year(month, month), 0), |year| (year, 1));
            let day = NaiveDate::from_ymd_opt(year, month, number)?;
            return Some(((day, day), skip + 1 + used));
        }
        let day = seen.day_of_month(number).filter(|_| first.ends_with(|letter: char| letter.is_ascii_alphabetic()))?;
        return Some(((day, day), 1));
    }
    let month = month(first).filter(|_| !ambiguous_month(first) || words.len() > 1 && ordinal(words[1]).is_some())?;
    if let Some(number) = words.get(1).and_then(|word| ordinal(word)) {
        let (year, used) =
            words.get(2).and_then(|word| year(word)).map_or_else(|| (seen.year(month, month), 0), |year| (year, 1));
        let day = NaiveDate::from_ymd_opt(year, month, number)?;
        return Some(((day, day), 2 + used));
    }
    let (year, used) =
        words.get(1).and_then(|word| year(word)).map_or_else(|| (seen.year(month, month), 1), |year| (year, 2));
    month_span(year, month).map(|span| (span, used))
}

/// `may` and `march` are also verbs; without a day they count as months only behind a preposition, which the callers
/// have already consumed, so only the bare form is in doubt.
fn ambiguous_month(word: &str) -> bool {
    word == "may"
}

fn month_span(year: i32, month: u32) -> Option<(NaiveDate, NaiveDate)> {
    let start = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some((start, start.checked_add_months(Months::new(1))?.pred_opt()?))
}

/// First and last day of the week, month, quarter or year around `day`.
pub(super) fn enclosing(unit: &str, day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    match singular(unit) {
        "week" => {
            let start = day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))?;
            Some((start, start.checked_add_days(Days::new(6))?))
        }
        "month" => month_span(day.year(), day.month()),
        "quarter" => {
            let start = NaiveDate::from_ymd_opt(day.year(), (day.month() - 1) / 3 * 3 + 1, 1)?;
            Some((start, start.checked_add_months(Months::new(3))?.pred_opt()?))
        }
        "year" => Some((NaiveDate::from_ymd_opt(day.year(), 1, 1)?, NaiveDate::from_ymd_opt(day.year(), 12, 31)?)),
        _ => None,
    }
}
