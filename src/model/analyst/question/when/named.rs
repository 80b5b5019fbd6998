//! Spans that are named whatever stands before them: dates, months, quarters, halves, weeks by number, fiscal years.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::seen::{Seen, Span, months, week_around};
use super::word::{ordinal, singular, weekday, year};
use crate::language::month;

/// Something that is a date whatever stands before it: `March 4 2025`, `4 March`, `March 2025`, `Q3`, `FY27 Q2`,
/// `2026-03-04`, `3/4/2027`, `Friday the 13th`, `week of March 3`, `early January`.
pub(super) fn explicit(words: &[&str], seen: Seen) -> Option<(Span, usize)> {
    let first = *words.first()?;
    if let Some(day) = first.parse::<NaiveDate>().ok().or_else(|| numeric(first, seen)) {
        return Some(((day, day), 1));
    }
    fiscal(words, seen)
        .or_else(|| quarter_or_half(words, seen))
        .or_else(|| week(words, seen))
        .or_else(|| part_of_month(words, seen))
        .or_else(|| weekday_and_day(words, seen))
        .or_else(|| year(first).and_then(|year| months(year, 1, 12)).map(|span| (span, 1)))
        .or_else(|| date(words, seen))
}

/// `3/4/2027`, `13/4/2027`, `10.06.2026`, `3/4`: by the order the workspace writes dates in, unless only the other fits.
/// Dots are for days first.
fn numeric(word: &str, seen: Seen) -> Option<NaiveDate> {
    let mark = word.chars().find(|letter| !letter.is_ascii_digit()).filter(|mark| matches!(mark, '/' | '.'))?;
    let parts: Vec<u32> = word.split(mark).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (one, two, given) = match parts.as_slice() {
        [one, two] if mark == '/' => (*one, *two, None),
        [one, two, year @ 0..=99] => (*one, *two, Some(2000 + i32::try_from(*year).ok()?)),
        [one, two, year] => (*one, *two, i32::try_from(*year).ok().filter(|year| (1990..=2100).contains(year))),
        _ => return None,
    };
    if parts.len() == 3 && given.is_none() {
        return None;
    }
    let day_first = mark == '.' || seen.calendar.day_first;
    let read = |day: u32, month: u32| match given {
        Some(year) => NaiveDate::from_ymd_opt(year, month, day),
        None => seen.day_in(month, day),
    };
    let (usual, other) = if day_first { ((one, two), (two, one)) } else { ((two, one), (one, two)) };
    read(usual.0, usual.1).or_else(|| read(other.0, other.1))
}

/// `FY27`, `FY27 Q2`, `Q2 FY27`, `FY26/27`, `fiscal 2027`.
fn fiscal(words: &[&str], seen: Seen) -> Option<(Span, usize)> {
    let named = |words: &[&str]| -> Option<(i32, usize)> {
        match words {
            ["fiscal" | "financial" | "fy", "year", given, ..] => year(given).map(|year| (year, 3)),
            ["fiscal" | "financial" | "fy", given, ..] => {
                two_digits(given).or_else(|| year(given)).map(|year| (year, 2))
            }
            [word, ..] => {
                let given = word.strip_prefix("fy").filter(|given| !given.is_empty())?;
                let last = given.rsplit(['/', '-']).next()?;
                two_digits(last).or_else(|| year(last)).map(|year| (year, 1))
            }
            [] => None,
        }
    };
    if let Some(number) = quarter(words.first()?)
        && let Some((year, used)) = named(&words[1..])
    {
        return Some((quarter_of(seen.fiscal_year(year)?, number)?, used + 1));
    }
    let (year, used) = named(words)?;
    let whole = seen.fiscal_year(year)?;
    match words.get(used).and_then(|word| quarter(word)) {
        Some(number) => Some((quarter_of(whole, number)?, used + 1)),
        None => Some((whole, used)),
    }
}

fn two_digits(word: &str) -> Option<i32> {
    (word.len() == 2).then(|| word.parse::<i32>().ok()).flatten().map(|year| 2000 + year)
}

fn quarter_of(year: Span, number: u32) -> Option<Span> {
    let start = year.0.checked_add_months(chrono::Months::new(3 * (number - 1)))?;
    months(start.year(), start.month(), 3)
}

fn quarter(word: &str) -> Option<u32> {
    word.strip_prefix('q').and_then(|digit| digit.parse().ok()).filter(|number| (1..=4).contains(number))
}

/// `Q3`, `Q1 2027`, `Q4 last year`, `H1`, `the second half of 2027`, `fourth quarter`.
fn quarter_or_half(words: &[&str], seen: Seen) -> Option<(Span, usize)> {
    let counted = |word: &str| ["first", "second", "third", "fourth"].iter().position(|name| *name == word);
    let (number, length, mut used) = match words {
        [word, ..] if quarter(word).is_some() => (quarter(word)?, 3, 1),
        ["h1", ..] => (1, 6, 1),
        ["h2", ..] => (2, 6, 1),
        [count, "quarter", ..] if counted(count).is_some() => (counted(count)? as u32 + 1, 3, 2),
        [count @ ("first" | "second"), "half", "of", ..] => (counted(count)? as u32 + 1, 6, 2),
        _ => return None,
    };
    let first = (number - 1) * length + 1;
    if words.get(used) == Some(&"of") {
        used += 1;
    }
    let (year, more) = match &words[used..] {
        [given, ..] if year(given).is_some() => (year(given)?, 1),
        ["last" | "previous", "year", ..] => (seen.today.year() - 1, 2),
        ["this" | "the", "year", ..] => (seen.today.year(), 2),
        ["next", "year", ..] => (seen.today.year() + 1, 2),
        _ if words[used - 1] == "of" => return None,
        _ => (seen.year(first, first + length - 1), 0),
    };
    Some((months(year, first, length)?, used + more))
}

/// `week of March 3`, `calendar week 23`, `2026-W33`, `week before last`, `week after next`.
fn week(words: &[&str], seen: Seen) -> Option<(Span, usize)> {
    let numbered =
        |year: i32, number: u32| NaiveDate::from_isoywd_opt(year, number, Weekday::Mon).and_then(week_around);
    let near = |number: u32| {
        let year = seen.today.iso_week().year();
        let over = |span: &Span| seen.forward && span.1 < seen.today;
        [year, year + 1].into_iter().filter_map(|year| numbered(year, number)).find(|span| !over(span))
    };
    match words {
        ["week", "of", rest @ ..] => {
            let rest_of = rest.strip_prefix(&["the"]).unwrap_or(rest);
            let ((day, _), used) = explicit(rest_of, seen)?;
            Some((week_around(day)?, 2 + used + rest.len() - rest_of.len()))
        }
        ["week", "before", "last", ..] => Some((week_around(seen.today.checked_sub_days(Days::new(14))?)?, 3)),
        ["week", "after", "next", ..] => Some((week_around(seen.today.checked_add_days(Days::new(14))?)?, 3)),
        ["calendar", "week", number, ..] => Some((near(number.parse().ok()?)?, 3)),
        ["cw" | "kw", number, ..] => Some((near(number.parse().ok()?)?, 2)),
        [word, ..] => {
            let (year, number) = word.split_once("-w").or_else(|| word.split_once('w'))?;
            Some((numbered(super::word::year(year)?, number.parse().ok()?)?, 1))
        }
        [] => None,
    }
}

/// `early January`, `mid-October`, `the end of March`, `first week of May`, `last day of February`.
fn part_of_month(words: &[&str], seen: Seen) -> Option<(Span, usize)> {
    let of_month = |words: &[&str], part: fn(Span) -> Option<Span>, used: usize| {
        let month = month(words.first()?)?;
        let (year, more) =
            words.get(1).and_then(|word| year(word)).map_or_else(|| (seen.year(month, month), 1), |year| (year, 2));
        Some((part(months(year, month, 1)?)?, used + more))
    };
    let early = |(start, _): Span| Some((start, start.with_day(10)?));
    let middle = |(start, _): Span| Some((start.with_day(11)?, start.with_day(20)?));
    let late = |(start, end): Span| Some((start.with_day(21)?, end));
    match words {
        ["early", rest @ ..] => of_month(rest, early, 1),
        ["beginning" | "start", "of", rest @ ..] => of_month(rest, early, 2),
        ["mid", rest @ ..] => of_month(rest, middle, 1),
        ["middle", "of", rest @ ..] => of_month(rest, middle, 2),
        ["late", rest @ ..] => of_month(rest, late, 1),
        ["first", "week", "of" | "in", rest @ ..] => of_month(rest, |(start, _)| Some((start, start.with_day(7)?)), 3),
        ["last", "week", "of" | "in", rest @ ..] => {
            of_month(rest, |(_, end)| Some((end.checked_sub_days(Days::new(6))?, end)), 3)
        }
        ["first", "day", "of", rest @ ..] => of_month(rest, |(start, _)| Some((start, start)), 3),
        ["last", "day", "of", rest @ ..] => of_month(rest, |(_, end)| Some((end, end)), 3),
        [word, rest @ ..] => {
            let (part, name) = word.split_once('-')?;
            let joined: Vec<&str> = std::iter::once(name).chain(rest.iter().copied()).collect();
            match part {
                "early" => of_month(&joined, early, 0),
                "mid" => of_month(&joined, middle, 0),
                "late" => of_month(&joined, late, 0),
                _ => None,
            }
        }
        [] => None,
    }
}

/// `Friday the 13th`, `Friday 13`.
fn weekday_and_day(words: &[&str], seen: Seen) -> Option<(Span, usize)> {
    let weekday = weekday(words.first()?)?;
    let skip = 1 + usize::from(words.get(1) == Some(&"the"));
    let number = words.get(skip).and_then(|word| ordinal(word))?;
    if words.get(skip + 1).is_some_and(|next| month(next).is_some() || *next == "of") {
        // "Friday 13 March": the date says it all.
        let (span, used) = date(&words[skip..], seen)?;
        return Some((span, skip + used));
    }
    let day = seen.weekday_and_day(weekday, number)?;
    Some(((day, day), skip + 1))
}

/// `4 March`, `the 4th of March 2025`, `March 4`, `March 2025`, `March`, `the 15th`.
fn date(words: &[&str], seen: Seen) -> Option<(Span, usize)> {
    let first = *words.first()?;
    if let Some(number) = ordinal(first) {
        let skip = 1 + usize::from(words.get(1) == Some(&"of"));
        if let Some(month) = words.get(skip).and_then(|word| month(word)) {
            let given = words.get(skip + 1).and_then(|word| year(word));
            let day = of_year(given, month, number, seen)?;
            return Some(((day, day), skip + 1 + usize::from(given.is_some())));
        }
        let day = seen.day_of_month(number).filter(|_| first.ends_with(|letter: char| letter.is_ascii_alphabetic()))?;
        return Some(((day, day), 1));
    }
    let month = month(first).filter(|_| !ambiguous_month(first) || words.len() > 1 && ordinal(words[1]).is_some())?;
    if let Some(number) = words.get(1).and_then(|word| ordinal(word)) {
        let given = words.get(2).and_then(|word| year(word));
        let day = of_year(given, month, number, seen)?;
        return Some(((day, day), 2 + usize::from(given.is_some())));
    }
    let (year, used) =
        words.get(1).and_then(|word| year(word)).map_or_else(|| (seen.year(month, month), 1), |year| (year, 2));
    months(year, month, 1).map(|span| (span, used))
}

fn of_year(year: Option<i32>, month: u32, day: u32, seen: Seen) -> Option<NaiveDate> {
    match year {
        Some(year) => NaiveDate::from_ymd_opt(year, month, day),
        None => NaiveDate::from_ymd_opt(seen.year(month, month), month, day)
            .filter(|found| found.month() != seen.today.month())
            .or_else(|| seen.day_in(month, day)),
    }
}

/// `may` and `march` are also verbs; without a day they count as months only behind a preposition, which the callers
/// have already consumed, so only the bare form is in doubt.
fn ambiguous_month(word: &str) -> bool {
    word == "may"
}

/// A span of a fiscal unit: `fiscal year`, `financial quarter`.
pub(super) fn fiscal_unit<'a>(words: &[&'a str]) -> Option<&'a str> {
    match words {
        ["fiscal" | "financial", unit, ..] => Some(singular(unit)).filter(|unit| matches!(*unit, "year" | "quarter")),
        _ => None,
    }
}
