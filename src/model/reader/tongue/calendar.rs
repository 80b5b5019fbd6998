//! Days of the calendar in another language: by date, by month, by the number of the week, and feasts.

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::super::day::{dated, next_of_month};
use super::super::due::Meaning;
use super::super::months::{coming, end_of_month};
use super::kind::Kind;
use super::lexicon::Token;
use super::sentence::Sentence;
use crate::language::Language;

/// A number in figures or words, and how many words it has.
pub(super) fn number(sentence: &Sentence<'_>, at: usize) -> Option<(usize, u32)> {
    let figure = sentence.tokens.get(at)?.figure().map(|figure| (1, figure));
    figure.or_else(|| sentence.value(at, Kind::Number))
}

/// "3. Dezember 2026", "1er mars", "3 de mayo", "03.12.", "30/11/2026", "2026-12-03".
pub(super) fn date(sentence: &Sentence<'_>, at: usize, today: NaiveDate) -> Option<(usize, Meaning)> {
    let token = sentence.tokens.get(at)?;
    if let Ok(day) = token.lower.parse::<NaiveDate>() {
        return Some((1, Meaning::Day(day)));
    }
    if let Some(day) = in_figures(&token.lower, sentence.month_first, today) {
        return Some((1, Meaning::Day(day)));
    }
    let (words, day) = number(sentence, at).filter(|(_, day)| (1..=31).contains(day))?;
    let next = sentence.past(at + words, &[Kind::Of]);
    let (more, month) = sentence.value(next, Kind::Month).filter(|_| !is_noun(sentence, at + words))?;
    let end = next + more;
    let year_at = sentence.past(end, &[Kind::Of]);
    let year = sentence.tokens.get(year_at).and_then(Token::figure).filter(|year| (2000..2100).contains(year));
    let length = if year.is_some() { year_at + 1 - at } else { end - at };
    let day = dated(month, day, year.and_then(|year| i32::try_from(year).ok()), today)?;
    Some((length, Meaning::Day(day)))
}

/// "30 licences mars": what is counted is no day.
fn is_noun(sentence: &Sentence<'_>, at: usize) -> bool {
    sentence.at(at, Kind::NotDay).is_some()
}

/// "03.12.2026", "3.12.", "30/11/26": the day comes first in these languages, unless the record shows otherwise.
fn in_figures(word: &str, month_first: bool, today: NaiveDate) -> Option<NaiveDate> {
    let parts: Vec<&str> = word.split(['.', '/', '-']).collect();
    let (day, month, year) = match parts[..] {
        [day, month] if word.contains(['.', '/']) && month.len() <= 2 => (day, month, None),
        [day, month, year] => (day, month, Some(year)),
        _ => return None,
    };
    let year = match year.map(|year| (year.len(), year.parse::<i32>())) {
        None => None,
        Some((4, Ok(year))) => Some(year),
        Some((2, Ok(year))) => Some(2000 + year),
        Some(_) => return None,
    };
    let (first, second): (u32, u32) = (day.parse().ok()?, month.parse().ok()?);
    let swapped = !word.contains('.') && (month_first && first <= 12 || second > 12);
    let (day, month) = if swapped { (second, first) } else { (first, second) };
    if !(1..=31).contains(&day) || !(1..=12).contains(&month) {
        return None;
    }
    dated(month, day, year, today)
}

/// "im März", "avant juin", "para mayo": the end of it, or the day before it begins.
pub(super) fn month(sentence: &Sentence<'_>, at: usize, today: NaiveDate) -> Option<(usize, Meaning)> {
    let (words, number) = sentence.value(at, Kind::Month)?;
    let day_before = at.checked_sub(1).and_then(|before| sentence.tokens[before].figure()).is_some();
    if sentence.before(at, Kind::By).is_none() || day_before {
        return None;
    }
    if sentence.before(at, Kind::Before).is_some() {
        let eve = coming(today, number).and_then(|first| first.pred_opt());
        return Some((words, eve.map_or(Meaning::Words, Meaning::Day)));
    }
    Some((words, end_of_month(today, number)))
}

/// "vor Weihnachten", "antes de año nuevo".
pub(super) fn feast(sentence: &Sentence<'_>, at: usize, today: NaiveDate) -> Option<(usize, Meaning)> {
    let (words, date) = sentence.value(at, Kind::Feast)?;
    sentence.before(at, Kind::By)?;
    let day = dated(date / 100, date % 100, None, today);
    Some((words, day.map_or(Meaning::Words, Meaning::Day)))
}

/// "in KW 48", "semaine 48": the last working day of that week.
pub(super) fn week_number(sentence: &Sentence<'_>, at: usize, today: NaiveDate) -> Option<(usize, Meaning)> {
    let words = sentence.at(at, Kind::WeekNumber)?;
    let week = sentence.tokens.get(at + words)?.figure().filter(|week| (1..=53).contains(week))?;
    let of = |year: i32| NaiveDate::from_isoywd_opt(year, week, Weekday::Fri);
    let this = of(today.iso_week().year()).filter(|day| *day >= today);
    Some((words + 1, Meaning::Day(this.or_else(|| of(today.iso_week().year() + 1))?)))
}

/// "zum 15.", "le 30", "antes del 30": the next such day.
pub(super) fn day_of_month(sentence: &Sentence<'_>, at: usize, today: NaiveDate) -> Option<(usize, Meaning)> {
    let day = sentence.tokens.get(at)?.figure().filter(|day| (1..=31).contains(day))?;
    let follows = sentence.gap(at + 1);
    let counts =
        [Kind::NotDay, Kind::Unit, Kind::Month, Kind::Number].iter().any(|kind| sentence.at(at + 1, *kind).is_some());
    let measured = follows.trim_start().starts_with(['%', '€', '$', '°', '"']);
    let german = sentence.lexicon.language == Language::German;
    // In German the dot makes it a day; in the others no word that could be counted may follow.
    let stands_alone = if german { follows.starts_with('.') || at + 1 == sentence.len() } else { true };
    sentence.before(at, Kind::On)?;
    if counts || measured || !stands_alone {
        return None;
    }
    next_of_month(day, today).map(|next| (1, Meaning::Day(next)))
}
