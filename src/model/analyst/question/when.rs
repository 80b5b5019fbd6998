//! Reads stretches of time out of a question: "since March", "last quarter", "past 30 days", "in the next month".

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::token::Token;
use crate::domain::time::{Window, day_text};

/// A stretch of time a question names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The days.
    pub window: Window,
    /// How to say it in an answer: `since March 1`, `in the last 30 days`.
    pub words: String,
    /// Whether it lies ahead ("in the next 30 days").
    pub ahead: bool,
    /// Index of the first token used.
    pub first: usize,
    /// Index after the last token used.
    pub after: usize,
}

/// The first stretch of time in `tokens`, as seen on `today`.
#[must_use]
pub fn find(tokens: &[Token], today: NaiveDate) -> Option<Stretch> {
    (0..tokens.len()).find_map(|first| at(tokens, first, today))
}

fn at(tokens: &[Token], first: usize, today: NaiveDate) -> Option<Stretch> {
    let words: Vec<&str> = tokens[first..].iter().map(|token| token.fixed.as_str()).collect();
    let stretch = |used: usize, since: Option<NaiveDate>, until: Option<NaiveDate>, ahead: bool, say: String| Stretch {
        window: Window { since, until },
        words: say,
        ahead,
        first,
        after: first + used,
    };
    let text = |day: NaiveDate| day_text(day, today);
    match words.as_slice() {
        ["since" | "from" | "after", rest @ ..] => {
            if words[0] == "from"
                && let Some((start, used)) = point(rest, today)
                && matches!(rest.get(used), Some(&("to" | "until" | "till" | "through")))
                && let Some((end, more)) = period_or_point(&rest[used + 1..], today)
            {
                return Some(stretch(
                    used + more + 2,
                    Some(start),
                    Some(end.1),
                    false,
                    format!("from {} to {}", text(start), text(end.1)),
                ));
            }
            let (start, used) = point(rest, today)?;
            Some(stretch(used + 1, Some(start), None, false, format!("since {}", text(start))))
        }
        ["between", rest @ ..] => {
            let (start, used) = point(rest, today)?;
            if rest.get(used) != Some(&"and") {
                return None;
            }
            let (end, more) = period_or_point(&rest[used + 1..], today)?;
            Some(stretch(
                used + more + 2,
                Some(start),
                Some(end.1),
                false,
                format!("from {} to {}", text(start), text(end.1)),
            ))
        }
        ["before" | "until" | "till", rest @ ..] => {
            let (end, used) = point(rest, today)?;
            let end = end.pred_opt()?;
            Some(stretch(used + 1, None, Some(end), false, format!("before {}", text(end.succ_opt()?))))
        }
        ["yesterday", ..] => {
            let day = today.pred_opt()?;
            Some(stretch(1, Some(day), Some(day), false, "yesterday".to_owned()))
        }
        ["today", ..] => Some(stretch(1, Some(today), Some(today), false, "today".to_owned())),
        ["lately" | "recently", ..] => {
            Some(stretch(1, today.checked_sub_days(Days::new(30)), None, false, "in the last 30 days".to_owned()))
        }
        ["next" | "coming" | "following" | "within", ..]
        | ["in", "the", "next" | "coming", ..]
        | ["in", "next", ..] => {
            let skip = words.iter().position(|word| matches!(*word, "next" | "coming" | "following" | "within"))? + 1;
            let skip =
                skip + usize::from(words.get(skip) == Some(&"the")) + usize::from(words.get(skip + 1) == Some(&"next"));
            ahead(&words[skip..], today).map(|(days, used, say)| {
                stretch(skip + used, Some(today), today.checked_add_days(Days::new(days)), true, say)
            })
        }
        ["in", rest @ ..] if ahead_count(rest).is_some() && rest.get(2) != Some(&"ago") => {
            let (days, used, say) = ahead(rest, today)?;
            Some(stretch(1 + used, Some(today), today.checked_add_days(Days::new(days)), true, say))
        }
        ["last" | "past" | "previous" | "recent" | "trailing", rest @ ..] => {
            let rolling = words[0] != "last" && words[0] != "previous";
            let (since, until, used, say) = last(rest, rolling, today)?;
            Some(stretch(used + 1, Some(since), until, false, say))
        }
        ["this", unit, ..] => {
            let (start, end) = enclosing(unit, today)?;
            Some(stretch(2, Some(start), Some(end), false, format!("this {}", singular(unit))))
        }
        ["in" | "during" | "for" | "of" | "on" | "over" | "around", rest @ ..] => {
            // "over the past 30 days": the words behind the preposition say it all.
            let named = rest.strip_prefix(&["the"]).unwrap_or(rest);
            if matches!(named.first(), Some(&("last" | "past" | "previous"))) {
                return None;
            }
            let ((start, end), used) = period(rest, today)?;
            let say = if start == end {
                format!("on {}", text(start))
            } else {
                format!("from {} to {}", text(start), text(end))
            };
            Some(stretch(used + 1, Some(start), Some(end), start > today, say))
        }
        [count, unit, "ago", ..] => {
            let days = number(count)?.checked_mul(unit_days(unit)?)?;
            let day = today.checked_sub_days(Days::new(days))?;
            let slack = Days::new(days / 10 + 1);
            Some(stretch(
                3,
                day.checked_sub_days(slack),
                day.checked_add_days(slack),
                false,
                format!("around {}", text(day)),
            ))
        }
        _ => {
            let ((start, end), used) = explicit(&words, today)?;
            let say = if start == end {
                format!("on {}", text(start))
            } else {
                format!("from {} to {}", text(start), text(end))
            };
            Some(stretch(used, Some(start), Some(end), start > today, say))
        }
    }
}

/// `30 days`, `two weeks`, `month`, `quarter` after "next".
fn ahead(words: &[&str], today: NaiveDate) -> Option<(u64, usize, String)> {
    if let Some(days) = ahead_count(words) {
        let (count, unit) = (words[0], words[1]);
        return Some((days, 2, format!("in the next {count} {unit}")));
    }
    let unit = words.first()?;
    let days = match singular(unit) {
        "week" => 7,
        "month" => (today.checked_add_months(Months::new(1))? - today).num_days().unsigned_abs(),
        "quarter" => 92,
        "year" => 365,
        _ => return None,
    };
    Some((days, 1, format!("in the next {days} days")))
}

fn ahead_count(words: &[&str]) -> Option<u64> {
    number(words.first()?)?.checked_mul(unit_days(words.get(1)?)?).filter(|days| *days <= 3_660)
}

/// What follows "last": `30 days`, `two weeks`, `week`, `quarter`, `Monday`.
fn last(words: &[&str], rolling: bool, today: NaiveDate) -> Option<(NaiveDate, Option<NaiveDate>, usize, String)> {
    let first = words.first()?;
    if matches!(*first, "couple" | "few") {
        let skip = 1 + usize::from(words.get(1) == Some(&"of"));
        let count = if *first == "couple" { 2 } else { 3 };
        let unit = words.get(skip)?;
        let days = unit_days(unit)? * count;
        return Some((today.checked_sub_days(Days::new(days))?, None, skip + 1, format!("in the last {count} {unit}")));
    }
    if let Some(count) = number(first) {
        let unit = words.get(1)?;
        let days = count.checked_mul(unit_days(unit)?).filter(|days| *days <= 36_600)?;
        return Some((today.checked_sub_days(Days::new(days))?, None, 2, format!("in the last {count} {unit}")));
    }
    if let Some(weekday) = weekday(first) {
        let day = previous_weekday(today, weekday)?;
        return Some((day, Some(day), 1, format!("on {}", day_text(day, today))));
    }
    if let Some(month) = month(first) {
        let (start, end) = month_span(recent_year(today, month), month)?;
        return Some((start, Some(end), 1, format!("in {}", start.format("%B %Y"))));
    }
    let unit = singular(first);
    let days = unit_days(unit)?;
    if unit != *first {
        // "the last months": several, not counted.
        let since = today.checked_sub_days(Days::new(days * 3))?;
        return Some((since, None, 1, format!("in the last {} days", days * 3)));
    }
    if rolling {
        return Some((today.checked_sub_days(Days::new(days))?, None, 1, format!("in the last {days} days")));
    }
    let (current, _) = enclosing(unit, today)?;
    let end = current.pred_opt()?;
    let (start, _) = enclosing(unit, end)?;
    Some((start, Some(end), 1, format!("last {unit} ({} to {})", day_text(start, today), day_text(end, today))))
}

/// A single day to count from: `March`, `last week`, `Monday`, `the 4th of March`, `two weeks ago`, `2026-03-04`.
fn point(words: &[&str], today: NaiveDate) -> Option<(NaiveDate, usize)> {
    match words {
        ["the", rest @ ..] if !rest.is_empty() => point(rest, today).map(|(day, used)| (day, used + 1)),
        ["yesterday", ..] => Some((today.pred_opt()?, 1)),
        ["today", ..] => Some((today, 1)),
        ["start" | "beginning", "of", rest @ ..] => point(rest, today).map(|(day, used)| (day, used + 2)),
        ["last" | "past", unit, ..] if unit_days(unit).is_some() && number(unit).is_none() => {
            Some((today.checked_sub_days(Days::new(unit_days(unit)?))?, 2))
        }
        ["last", rest @ ..] => last(rest, false, today).map(|(since, _, used, _)| (since, used + 1)),
        ["this", unit, ..] => enclosing(unit, today).map(|(start, _)| (start, 2)),
        [count, unit, "ago", ..] => {
            let days = number(count)?.checked_mul(unit_days(unit)?)?;
            Some((today.checked_sub_days(Days::new(days))?, 3))
        }
        [name, ..] if weekday(name).is_some() => Some((previous_weekday(today, weekday(name)?)?, 1)),
        _ => explicit(words, today).map(|((start, _), used)| (start, used)),
    }
}

fn period_or_point(words: &[&str], today: NaiveDate) -> Option<((NaiveDate, NaiveDate), usize)> {
    period(words, today).or_else(|| point(words, today).map(|(day, used)| ((day, day), used)))
}

/// A period named after "in": `March`, `Q3`, `2025`, `the last two weeks`.
fn period(words: &[&str], today: NaiveDate) -> Option<((NaiveDate, NaiveDate), usize)> {
    match words {
        ["the", rest @ ..] if !rest.is_empty() => period(rest, today).map(|(span, used)| (span, used + 1)),
        // Behind a preposition it is a month.
        ["may", rest @ ..] if rest.first().is_none_or(|next| ordinal(next).is_none() && year(next).is_none()) => {
            month_span(recent_year(today, 5), 5).map(|span| (span, 1))
        }
        ["last" | "past" | "previous", rest @ ..] => {
            let (since, until, used, _) = last(rest, words[0] == "past", today)?;
            Some(((since, until.unwrap_or(today)), used + 1))
        }
        ["this", unit, ..] => enclosing(unit, today).map(|span| (span, 2)),
        ["yesterday", ..] => Some(((today.pred_opt()?, today.pred_opt()?), 1)),
        [name, ..] if weekday(name).is_some() => {
            let day = previous_weekday(today, weekday(name)?)?;
            Some(((day, day), 1))
        }
        _ => explicit(words, today),
    }
}

/// Something that is a date whatever stands before it: `March 4 2025`, `4 March`, `March 2025`, `Q3`, `2026-03-04`.
fn explicit(words: &[&str], today: NaiveDate) -> Option<((NaiveDate, NaiveDate), usize)> {
    let first = *words.first()?;
    if let Ok(day) = first.parse::<NaiveDate>() {
        return Some(((day, day), 1));
    }
    if let Some(quarter) =
        first.strip_prefix('q').and_then(|digit| digit.parse::<u32>().ok()).filter(|quarter| (1..=4).contains(quarter))
    {
        let (year, used) = match words.get(1).and_then(|word| year(word)) {
            Some(year) => (year, 2),
            None => (recent_year(today, quarter * 3 - 2), 1),
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
                .map_or_else(|| (recent_year(today, month), 0), |year| (year, 1));
            let day = NaiveDate::from_ymd_opt(year, month, number)?;
            return Some(((day, day), skip + 1 + used));
        }
        return None;
    }
    let month = month(first).filter(|_| !ambiguous_month(first) || words.len() > 1 && ordinal(words[1]).is_some())?;
    if let Some(number) = words.get(1).and_then(|word| ordinal(word)) {
        let (year, used) =
            words.get(2).and_then(|word| year(word)).map_or_else(|| (recent_year(today, month), 0), |year| (year, 1));
        let day = NaiveDate::from_ymd_opt(year, month, number)?;
        return Some(((day, day), 2 + used));
    }
    let (year, used) =
        words.get(1).and_then(|word| year(word)).map_or_else(|| (recent_year(today, month), 1), |year| (year, 2));
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

/// The latest year in which `month` has begun by `today`.
fn recent_year(today: NaiveDate, month: u32) -> i32 {
    if month > today.month() { today.year() - 1 } else { today.year() }
}

/// First and last day of the week, month, quarter or year around `day`.
fn enclosing(unit: &str, day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
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

fn previous_weekday(today: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let back = (today.weekday().num_days_from_monday() + 6 - weekday.num_days_from_monday()) % 7 + 1;
    today.checked_sub_days(Days::new(u64::from(back)))
}

fn singular(unit: &str) -> &str {
    unit.strip_suffix('s').unwrap_or(unit)
}

fn unit_days(unit: &str) -> Option<u64> {
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

fn ordinal(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    if digits.is_empty() || !matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th") {
        return None;
    }
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

fn year(word: &str) -> Option<i32> {
    word.parse().ok().filter(|year| (1990..=2100).contains(year))
}

fn month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let known = |name: &&str| {
        **name == *word || (word.len() == 3 && name.starts_with(word)) || (word == "sept" && **name == *"september")
    };
    MONTHS.iter().position(known).map(|index| index as u32 + 1)
}

fn weekday(word: &str) -> Option<Weekday> {
    if word.len() < 6 || !word.ends_with("day") {
        return None;
    }
    word.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::token;
    use super::*;

    fn found(question: &str) -> Option<(String, String, bool)> {
        // A Saturday.
        let today = "2026-11-21".parse().unwrap();
        find(&token::tokens(question, &[]), today).map(|stretch| {
            let day = |day: Option<NaiveDate>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
            (day(stretch.window.since), day(stretch.window.until), stretch.ahead)
        })
    }

    #[test]
    fn stretches_of_time_are_read_as_people_write_them() {
        for (question, since, until) in [
            ("what changed since March", "2026-03-01", "…"),
            ("what changed since march 4th 2025", "2025-03-04", "…"),
            ("anything since last week?", "2026-11-14", "…"),
            ("what happened last quarter", "2026-07-01", "2026-09-30"),
            ("usage over the past 30 days", "2026-10-22", "…"),
            ("calls in the last two weeks", "2026-11-07", "…"),
            ("what did they say in December", "2025-12-01", "2025-12-31"),
            ("emails in Q3", "2026-07-01", "2026-09-30"),
            ("between March and May", "2026-03-01", "2026-05-31"),
            ("this month", "2026-11-01", "2026-11-30"),
            ("what happened yesterday", "2026-11-20", "2026-11-20"),
            ("since monday", "2026-11-16", "…"),
            ("before October 1", "…", "2026-09-30"),
            ("on 2026-10-05", "2026-10-05", "2026-10-05"),
            ("past month", "2026-10-22", "…"),
        ] {
            assert_eq!(found(question), Some((since.to_owned(), until.to_owned(), false)), "{question}");
        }
    }

    #[test]
    fn what_lies_ahead_is_told_from_what_lies_behind() {
        for (question, until) in [
            ("who is renewing in the next 30 days", "2026-12-21"),
            ("renewals within 60 days", "2027-01-20"),
            ("who renews in 30 days", "2026-12-21"),
            ("renewing next quarter", "2027-02-21"),
        ] {
            let (since, end, ahead) = found(question).unwrap_or_else(|| panic!("{question}"));
            assert_eq!((since.as_str(), end.as_str(), ahead), ("2026-11-21", until, true), "{question}");
        }
    }

    #[test]
    fn ordinary_words_are_not_dates() {
        for question in
            ["may I see the calls", "who is the second contact", "summarize the last three calls", "what did 4.2 bring"]
        {
            assert_eq!(found(question), None, "{question}");
        }
    }

    proptest! {
        #[test]
        fn no_question_breaks_it(question in "(since|last|in|from|between|past|next|the|of|may|q3|31|2026|99999|feb|days|weeks|ago|to|and| ){0,12}") {
            let _ = found(&question);
        }
    }
}
