//! By when: finds the words of a sentence that say it, and the day they mean.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::day::{calendar_day, weekday, weekday_of_next_week};
use super::lexicon::NUMBER_NAMES;
use super::months::{end_of_month, month_or_feast};
use super::numeric::day_at;
use super::said_on::SaidOn;
use crate::language::{Word, month, words};

/// By when something is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The words, verbatim: `by Friday`.
    pub text: String,
    /// Where they start in the sentence, in bytes.
    pub start: usize,
    /// Where they end, in bytes.
    pub end: usize,
    /// The day, when one can be told; for a week or month its last (working) day.
    pub day: Option<NaiveDate>,
}

/// Finds by when, in a sentence said on `said_on`. A day wins over words that tell none, and an expression with a
/// preposition ("by Friday") over a bare one.
#[must_use]
pub fn find_due(sentence: &str, said_on: impl Into<SaidOn>) -> Option<Due> {
    let said_on = said_on.into();
    let words = words(sentence);
    let mut best: Option<(u8, Due)> = None;
    for at in 0..words.len() {
        let Some((from, length, meaning)) = expression_at(&words, at, said_on) else { continue };
        if looks_back(&words, from, from + length) {
            continue;
        }
        let (first, last) = (&words[from], &words[from + length - 1]);
        let text = sentence[first.start..last.end].to_owned();
        let due = Due { text, start: first.start, end: last.end, day: meaning.day() };
        let led = from < at || PREPOSITIONS.contains(&first.lower.as_ref());
        let rank = 2 * u8::from(due.day.is_some()) + u8::from(led);
        if best.as_ref().is_none_or(|(known, _)| rank > *known) {
            best = Some((rank, due));
        }
    }
    best.map(|(_, due)| due)
}

const PREPOSITIONS: [&str; 8] = ["by", "before", "until", "within", "in", "on", "for", "till"];

/// What an expression means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Day(NaiveDate),
    /// Only the words can be told ("before the renewal").
    Words,
}

impl Meaning {
    fn day(self) -> Option<NaiveDate> {
        match self {
            Self::Day(day) => Some(day),
            Self::Words => None,
        }
    }
}

/// An expression of the past, of a habit or of how long something holds is no due day: `last Friday`, `since Monday`,
/// `three days ago`, `valid until 30 June`.
fn looks_back(words: &[Word<'_>], from: usize, to: usize) -> bool {
    let before = from.checked_sub(1).map_or("", |at| words[at].lower.as_ref());
    let after = words.get(to).map_or("", |word| word.lower.as_ref());
    matches!(
        before,
        "last" | "since" | "every" | "each" | "past" | "until" | "than" | "from" | "as" | "dated" | "through"
    ) || matches!(
        before,
        "valid" | "effective" | "expires" | "expire" | "ends" | "ending" | "runs" | "starting" | "open"
    ) || matches!(after, "ago" | "before" | "earlier" | "early" | "late" | "later" | "already")
}

/// The expression whose core starts at word `at`: first word (preposition included), number of words, meaning.
fn expression_at(words: &[Word<'_>], at: usize, today: SaidOn) -> Option<(usize, usize, Meaning)> {
    let (core, meaning) = core_at(words, at, today)?;
    let mut from = at;
    let mut end = at + core;
    // Words that may stand between the preposition and the core: "by the end of", "no later than".
    let lead = |from: usize, back: usize| from.checked_sub(back).map(|at| words[at].lower.as_ref());
    if let Some(word) = lead(from, 1)
        && PREPOSITIONS.contains(&word)
        && !matches!(words[at].lower.as_ref(), "in" | "within" | "by" | "before")
    {
        from -= 1;
    } else if lead(from, 1) == Some("than") && lead(from, 2) == Some("later") && lead(from, 3) == Some("no") {
        from -= 3;
    }
    // Time of day belongs to it: "tomorrow morning", "Friday at noon".
    if words.get(end).is_some_and(|word| DAY_PARTS.contains(&word.lower.as_ref())) {
        end += 1;
    }
    if words.get(end).is_some_and(|word| word.lower == "latest")
        || (words.get(end).is_some_and(|word| word.lower == "at")
            && words.get(end + 1).is_some_and(|word| word.lower == "the")
            && words.get(end + 2).is_some_and(|word| word.lower == "latest"))
    {
        end += if words[end].lower == "latest" { 1 } else { 3 };
    }
    Some((from, end - from, meaning))
}

const DAY_PARTS: [&str; 6] = ["morning", "afternoon", "evening", "night", "noon", "lunchtime"];

fn core_at(words: &[Word<'_>], at: usize, said: SaidOn) -> Option<(usize, Meaning)> {
    let today = said.day;
    let word = |offset: usize| words.get(at + offset).map_or("", |word| word.lower.as_ref());
    weekday_of_next_week(&word, today)
        .or_else(|| fixed(&word, today))
        .or_else(|| end_of(&word, today))
        .or_else(|| span(&word, today))
        .or_else(|| calendar_day(&word, today))
        .or_else(|| day_at(words, at, said).map(|day| (1, Meaning::Day(day))))
        .or_else(|| weekday(&word, words, at, today))
        .or_else(|| month_or_feast(&word, words, at, today))
        .or_else(|| event(&word))
}

/// Phrases of one meaning. Days are counted from the day it was said.
const FIXED: [(&str, u64); 25] = [
    ("today", 0),
    ("the same day", 0),
    ("tonight", 0),
    ("this morning", 0),
    ("this afternoon", 0),
    ("this evening", 0),
    ("end of day", 0),
    ("end of the day", 0),
    ("end of today", 0),
    ("the end of the day", 0),
    ("the end of today", 0),
    ("eod", 0),
    ("cob", 0),
    ("close of business", 0),
    ("close of play", 0),
    ("within the hour", 0),
    ("in an hour", 0),
    ("within an hour", 0),
    ("right after this call", 0),
    ("right after the call", 0),
    ("after this call", 0),
    ("the day after tomorrow", 2),
    ("day after tomorrow", 2),
    ("end of tomorrow", 1),
    ("tomorrow", 1),
];

fn matches_phrase<'w>(word: &impl Fn(usize) -> &'w str, phrase: &str) -> Option<usize> {
    let mut length = 0;
    for part in phrase.split(' ') {
        if word(length) != part {
            return None;
        }
        length += 1;
    }
    Some(length)
}

fn fixed<'w>(word: &impl Fn(usize) -> &'w str, today: NaiveDate) -> Option<(usize, Meaning)> {
    FIXED.iter().find_map(|(phrase, days)| {
        let length = matches_phrase(word, phrase)?;
        Some((length, Meaning::Day(today.checked_add_days(Days::new(*days))?)))
    })
}

/// `end of the month`, `end of next week`, `EOW`, `next week`, `this quarter`, `end of March`.
fn end_of<'w>(word: &impl Fn(usize) -> &'w str, today: NaiveDate) -> Option<(usize, Meaning)> {
    match word(0) {
        "eow" => return Some((1, Meaning::Day(friday(today, 0)?))),
        "eom" | "month-end" => return Some((1, Meaning::Day(last_of_month(today)?))),
        "eoq" => return Some((1, Meaning::Day(last_of_quarter(today)?))),
        // "before the month's out", "before the year is over".
        "month's" | "year's" | "week's" | "quarter's" if matches!(word(1), "out" | "over" | "end") => {
            return unit_end(word(0).trim_end_matches("'s"), 0, today).map(|day| (2, Meaning::Day(day)));
        }
        "month" | "year" | "week" | "quarter" if word(1) == "is" && matches!(word(2), "out" | "over") => {
            return unit_end(word(0), 0, today).map(|day| (3, Meaning::Day(day)));
        }
        "month" if word(1) == "end" => return Some((2, Meaning::Day(last_of_month(today)?))),
        _ => {}
    }
    let mut at = 0;
    let mut ends = false;
    if word(at) == "the" && word(at + 1) == "end" {
        at += 1;
    }
    if word(at) == "end" && word(at + 1) == "of" {
        at += 2;
        ends = true;
    } else if matches!(word(at), "early" | "late" | "sometime" | "later") && matches!(word(at + 1), "next" | "this") {
        at += 1;
    }
    if word(at) == "the" && word(at + 1) == "week" && word(at + 2) == "after" && word(at + 3) == "next" {
        return friday(today, 2).map(|day| (at + 4, Meaning::Day(day)));
    }
    let ahead = match word(at) {
        "next" => 1,
        "this" => 0,
        "the" if ends => 0,
        _ if ends => {
            // "end of March", "end of month".
            if let Some(month) = month(word(at)) {
                return Some((at + 1, end_of_month(today, month)));
            }
            return unit_end(word(at), 0, today).map(|day| (at + 1, Meaning::Day(day)));
        }
        _ => return None,
    };
    unit_end(word(at + 1), ahead, today).map(|day| (at + 2, Meaning::Day(day)))
}

pub(super) fn unit_end(unit: &str, ahead: u32, today: NaiveDate) -> Option<NaiveDate> {
    match unit {
        "week" => friday(today, ahead),
        "month" => last_of_month(today.checked_add_months(Months::new(ahead))?),
        "quarter" => last_of_quarter(today.checked_add_months(Months::new(3 * ahead))?),
        "year" => NaiveDate::from_ymd_opt(today.year().checked_add(i32::try_from(ahead).ok()?)?, 12, 31),
        _ => None,
    }
}

/// The Friday of this week or of a later one; on a weekend, this week is the coming one.
fn friday(today: NaiveDate, ahead: u32) -> Option<NaiveDate> {
    let weekday = u64::from(today.weekday().num_days_from_monday());
    let monday = today.checked_sub_days(Days::new(weekday))?;
    let weeks = u64::from(ahead) + u64::from(weekday > 4 && ahead == 0);
    monday.checked_add_days(Days::new(4 + 7 * weeks))
}

fn last_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

fn last_of_quarter(day: NaiveDate) -> Option<NaiveDate> {
    let month = (day.month0() / 3) * 3 + 3;
    last_of_month(NaiveDate::from_ymd_opt(day.year(), month, 1)?)
}

/// `in five days`, `within two weeks`, `a week from today`, `in a week's time`, `within 24 hours`.
fn span<'w>(word: &impl Fn(usize) -> &'w str, today: NaiveDate) -> Option<(usize, Meaning)> {
    let led = matches!(word(0), "in" | "within" | "inside" | "over");
    let mut at = usize::from(led);
    if led && matches!(word(at), "about" | "around" | "the" | "roughly" | "maybe" | "like") {
        at += 1;
    }
    if led && word(at) == "next" {
        at += 1;
    }
    let (count, vague) = match (word(at), word(at + 1), word(at + 2)) {
        ("a", "couple", "of") => (at += 3, (2, false)).1,
        ("a" | "the", "few" | "coming", _) => (at += 2, (3, true)).1,
        ("a" | "an" | "one", _, _) => (at += 1, (1, false)).1,
        ("couple", "of", _) => (at += 2, (2, false)).1,
        ("few" | "several", _, _) => (at += 1, (3, true)).1,
        (text, _, _) => (at += 1, (number(text)?, false)).1,
    };
    let working = matches!(word(at), "business" | "working" | "work");
    at += usize::from(working);
    let unit = word(at).trim_end_matches("'s").trim_end_matches('s');
    at += 1;
    let time = word(at) == "time";
    let from_now = word(at) == "from" && matches!(word(at + 1), "now" | "today");
    at += usize::from(time) + 2 * usize::from(from_now);
    if !led && !from_now {
        return None;
    }
    let day = match unit {
        "minute" | "hour" => today.checked_add_days(Days::new(if unit == "hour" { count / 24 } else { 0 })),
        "day" if working => working_days(today, count),
        "day" => today.checked_add_days(Days::new(count)),
        "week" => today.checked_add_days(Days::new(count.checked_mul(7)?)),
        "fortnight" => today.checked_add_days(Days::new(count.checked_mul(14)?)),
        "month" => today.checked_add_months(Months::new(u32::try_from(count).ok()?)),
        "quarter" | "year" => return Some((at, Meaning::Words)),
        _ => return None,
    };
    if matches!(word(at), "or") && word(at + 1) == "so" {
        at += 2;
    }
    Some((at, if vague { Meaning::Words } else { Meaning::Day(day?) }))
}

pub(super) fn working_days(today: NaiveDate, count: u64) -> Option<NaiveDate> {
    let mut day = today;
    let mut left = count.min(400);
    while left > 0 {
        day = day.succ_opt()?;
        left -= u64::from(day.weekday().num_days_from_monday() < 5);
    }
    Some(day)
}

fn number(text: &str) -> Option<u64> {
    match text {
        "thirty" => Some(30),
        "sixty" => Some(60),
        "ninety" => Some(90),
        "twenty-four" => Some(24),
        "forty-eight" => Some(48),
        _ => match NUMBER_NAMES[..20].iter().position(|name| *name == text) {
            Some(index) => Some(index as u64 + 1),
            None => text.parse().ok().filter(|count| *count <= 400),
        },
    }
}

/// `before the renewal`, `by our next call`, `asap`: no day can be told.
fn event<'w>(word: &impl Fn(usize) -> &'w str) -> Option<(usize, Meaning)> {
    const EVENTS: [&str; 22] = [
        "renewal",
        "qbr",
        "call",
        "meeting",
        "board",
        "audit",
        "launch",
        "review",
        "go-live",
        "kickoff",
        "visit",
        "workshop",
        "fieldwork",
        "release",
        "training",
        "migration",
        "deadline",
        "holidays",
        "christmas",
        "easter",
        "summer",
        "weekend",
    ];
    if matches!(word(0), "asap") {
        return Some((1, Meaning::Words));
    }
    if !matches!(word(0), "before" | "by" | "ahead" | "over") {
        return None;
    }
    let mut at = 1 + usize::from(word(0) == "ahead" && word(1) == "of");
    while matches!(word(at), "the" | "our" | "your" | "next" | "this" | "we" | "that") {
        at += 1;
    }
    let ends = EVENTS.contains(&word(at)) || (word(at) == "meet" || word(at) == "speak");
    let lasts = matches!(word(at + 1), "break" | "holiday" | "holidays" | "recess" | "party" | "closure" | "season");
    ends.then_some((at + 1 + usize::from(lasts), Meaning::Words))
}
