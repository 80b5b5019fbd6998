//! By when, in another language: the words of a sentence that say it, and the day they mean, counted from the day they were
//! said.

use std::ops::Range;

use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};

use super::super::due::{Due, Meaning, unit_end, working_days};
use super::super::months::{coming, end_of_month};
use super::calendar::{date, day_of_month, feast, month, number, week_number};
use super::kind::Kind;
use super::sentence::Sentence;

/// Numbers of the lists: what a unit of time is.
mod unit {
    pub const DAY: u32 = 1;
    pub const WORKING_DAY: u32 = 2;
    pub const WEEK: u32 = 3;
    pub const MONTH: u32 = 4;
    pub const QUARTER: u32 = 5;
    pub const YEAR: u32 = 6;
    pub const HOUR: u32 = 7;
}

/// Finds by when, in some words of a sentence said on `today`. A day wins over words that tell none, and words with a
/// preposition over bare ones.
pub(in super::super) fn find_due(sentence: &Sentence<'_>, range: Range<usize>, today: NaiveDate) -> Option<Due> {
    let mut best: Option<(u8, Due)> = None;
    let mut at = range.start;
    while at < range.end {
        if let Some(words) = sentence.at(at, Kind::Never) {
            at += words;
            continue;
        }
        let Some((words, meaning)) = core(sentence, at, today) else {
            at += 1;
            continue;
        };
        let from = led_from(sentence, at).max(range.start);
        let led = from < at;
        let to = (at + words).min(range.end);
        at = to.max(at + 1);
        let day = match meaning {
            Meaning::Day(day) => Some(day),
            Meaning::Words => None,
        };
        if looks_back(sentence, from, to) || day.is_some_and(|day| day < today) {
            continue;
        }
        let (first, last) = (&sentence.tokens[from], &sentence.tokens[to - 1]);
        let text = sentence.text[first.start..last.end].to_owned();
        let rank = 2 * u8::from(day.is_some()) + u8::from(led);
        if best.as_ref().is_none_or(|(known, _)| rank > *known) {
            best = Some((rank, Due { text, start: first.start, end: last.end, day }));
        }
    }
    best.map(|(_, due)| due).or_else(|| by_clock(sentence, range, today))
}

/// "bis 17 Uhr", "avant 17 h": the day it is said.
fn by_clock(sentence: &Sentence<'_>, range: Range<usize>, today: NaiveDate) -> Option<Due> {
    range.into_iter().find_map(|at| {
        let words = sentence.at(at, Kind::Deadline)?;
        let hour = sentence.past(at + words, &[Kind::Of]);
        sentence.tokens.get(hour)?.lower.starts_with(|letter: char| letter.is_ascii_digit()).then_some(())?;
        let more = sentence.at(hour + 1, Kind::Clock)?;
        let (first, last) = (&sentence.tokens[at], sentence.tokens.get(hour + more)?);
        let text = sentence.text[first.start..last.end].to_owned();
        Some(Due { text, start: first.start, end: last.end, day: Some(today) })
    })
}

/// Where the words begin that lead to a day: "bis zum", "au plus tard", "antes del".
fn led_from(sentence: &Sentence<'_>, at: usize) -> usize {
    let mut from = at;
    while let Some(words) = sentence.before(from, Kind::By) {
        from -= words;
    }
    from
}

/// "seit Montag", "el lunes pasado", "chaque vendredi": days that passed, or come again and again.
fn looks_back(sentence: &Sentence<'_>, from: usize, to: usize) -> bool {
    sentence.before(from, Kind::Since).is_some() || sentence.at(to, Kind::After).is_some()
}

/// The day that is named from a word on: how many words name it, and what they mean.
fn core(sentence: &Sentence<'_>, at: usize, today: NaiveDate) -> Option<(usize, Meaning)> {
    let event = sentence.at(at, Kind::Event);
    let found = part_of(sentence, at, today)
        .or_else(|| span(sentence, at, today))
        .or_else(|| weekday(sentence, at, today))
        .or_else(|| turn(sentence, at, today))
        .or_else(|| date(sentence, at, today))
        .or_else(|| month(sentence, at, today))
        .or_else(|| feast(sentence, at, today))
        .or_else(|| week_number(sentence, at, today))
        .or_else(|| day_of_month(sentence, at, today));
    let plain = sentence.value(at, Kind::Today);
    match (found, plain, event) {
        (found, Some((words, days)), _) if found.is_none_or(|(known, _)| words >= known) => {
            Some((words, Meaning::Day(today.checked_add_days(Days::new(u64::from(days)))?)))
        }
        (found, _, Some(words)) if found.is_none_or(|(known, _)| words > known) => Some((words, Meaning::Words)),
        (found, ..) => found,
    }
}

/// What a unit of time is called where its end is told.
fn named(unit: u32) -> &'static str {
    match unit {
        unit::WEEK => "week",
        unit::MONTH => "month",
        unit::QUARTER => "quarter",
        unit::YEAR => "year",
        _ => "",
    }
}

/// The last day of a unit of time, of this one or of a later one.
fn last_of(unit: u32, ahead: u32, today: NaiveDate) -> Option<Meaning> {
    unit_end(named(unit), ahead, today).map(Meaning::Day)
}

/// "Monatsende", "Ende der Woche", "fin mars", "a mediados de mayo".
fn part_of(sentence: &Sentence<'_>, at: usize, today: NaiveDate) -> Option<(usize, Meaning)> {
    if let Some((words, unit)) = sentence.value(at, Kind::Ends) {
        return last_of(unit, 0, today).map(|meaning| (words, meaning));
    }
    let parts = [(Kind::End, 31), (Kind::Middle, 15), (Kind::Start, 10)];
    let (words, day_in) = parts.iter().find_map(|(kind, day)| Some((sentence.at(at, *kind)?, *day)))?;
    let mut next = sentence.past(at + words, &[Kind::Of]);
    let mut ahead = 0;
    if let Some((more, step)) = sentence.value(next, Kind::Next) {
        (next, ahead) = (next + more, step.max(1));
    } else if let Some(more) = sentence.at(next, Kind::This) {
        next += more;
    }
    if let Some((more, number)) = sentence.value(next, Kind::Month) {
        let meaning = if day_in == 31 {
            end_of_month(today, number)
        } else {
            coming(today, number).and_then(|first| first.with_day(day_in)).map_or(Meaning::Words, Meaning::Day)
        };
        return Some((next + more - at, meaning));
    }
    let (more, unit) = sentence.value(next, Kind::Unit)?;
    let mut end = next + more;
    if let Some(more) = sentence.at(end, Kind::Next) {
        (end, ahead) = (end + more, 1);
    }
    let meaning = match (unit, day_in) {
        (unit::DAY, 31) => Meaning::Day(today),
        (unit::MONTH, 10 | 15) => {
            let first = today.with_day(1)?.checked_add_months(Months::new(ahead))?;
            Meaning::Day(first.with_day(day_in)?)
        }
        (unit::WEEK, 10 | 15) => {
            let Meaning::Day(friday) = last_of(unit, ahead, today)? else { return None };
            Meaning::Day(friday.checked_sub_days(Days::new(if day_in == 15 { 2 } else { 3 }))?)
        }
        (_, 31) => last_of(unit, ahead, today)?,
        _ => Meaning::Words,
    };
    Some((end - at, meaning))
}

/// "in zwei Wochen", "sous 48 heures", "en tres días hábiles".
fn span(sentence: &Sentence<'_>, at: usize, today: NaiveDate) -> Option<(usize, Meaning)> {
    let next = at + sentence.at(at, Kind::In)?;
    let (more, count) = number(sentence, next).or_else(|| {
        // "d'ici une quinzaine de jours" has its number in words of its own.
        sentence.value(next, Kind::Number)
    })?;
    let (unit_words, unit) = sentence.value(next + more, Kind::Unit)?;
    let count = u64::from(count.min(400));
    let day = match unit {
        unit::HOUR => today.checked_add_days(Days::new(count / 24)),
        unit::DAY => today.checked_add_days(Days::new(count)),
        unit::WORKING_DAY => working_days(today, count),
        unit::WEEK => today.checked_add_days(Days::new(7 * count)),
        unit::MONTH => today.checked_add_months(Months::new(u32::try_from(count).ok()?)),
        _ => None,
    };
    Some((next + more + unit_words - at, day.map_or(Meaning::Words, Meaning::Day)))
}

/// "Freitag", "nächsten Freitag", "vendredi prochain", "el viernes de la semana que viene", "Freitag, den 4. Dezember".
fn weekday(sentence: &Sentence<'_>, at: usize, today: NaiveDate) -> Option<(usize, Meaning)> {
    let mut next = at;
    for kind in [Kind::Next, Kind::This] {
        if let Some(words) = sentence.at(at, kind) {
            next = at + words;
            break;
        }
    }
    let (words, wanted) = sentence.value(next, Kind::Weekday)?;
    let end = next + words;
    // The date says which one.
    let dated_at = sentence.past(end, &[Kind::Of, Kind::On]);
    if let Some((more, meaning)) = date(sentence, dated_at, today).or_else(|| date(sentence, end, today)) {
        let from = if date(sentence, dated_at, today).is_some() { dated_at } else { end };
        return Some((from + more - at, meaning));
    }
    // "of next week".
    let of = sentence.past(end, &[Kind::Of, Kind::In]);
    if let Some((more, ahead)) = week(sentence, of).or_else(|| week(sentence, end)) {
        let from = if week(sentence, of).is_some() { of } else { end };
        return Some((from + more - at, Meaning::Day(in_week(wanted, ahead, today)?)));
    }
    let end = end + sentence.at(end, Kind::Next).unwrap_or_default();
    Some((end - at, Meaning::Day(first_after(wanted, today)?)))
}

/// "nächste Woche", "la semaine prochaine", "esta semana": how many words, and how many weeks ahead.
fn week(sentence: &Sentence<'_>, at: usize) -> Option<(usize, u32)> {
    let (words, unit, ahead) = unit_ahead(sentence, at)?;
    (unit == unit::WEEK).then_some((words, ahead))
}

/// A unit of time with a word before or after it that says which: how many words, which unit, and how many ahead.
fn unit_ahead(sentence: &Sentence<'_>, at: usize) -> Option<(usize, u32, u32)> {
    let led = |kind: Kind, ahead: u32| {
        let words = sentence.at(at, kind)?;
        let (more, unit) = sentence.value(at + words, Kind::Unit)?;
        let after = sentence.at(at + words + more, Kind::Next);
        let ahead = if after.is_some() { 1 } else { ahead };
        Some((words + more + after.unwrap_or_default(), unit, ahead))
    };
    let step = sentence.value(at, Kind::Next).map_or(1, |(_, step)| step.max(1));
    led(Kind::Next, step).or_else(|| led(Kind::This, 0)).or_else(|| {
        let (words, unit) = sentence.value(at, Kind::Unit)?;
        Some((words + sentence.at(at + words, Kind::Next)?, unit, 1))
    })
}

/// "nächste Woche", "le mois prochain", "este trimestre"; "nächste Woche am Mittwoch".
fn turn(sentence: &Sentence<'_>, at: usize, today: NaiveDate) -> Option<(usize, Meaning)> {
    let (words, unit, ahead) = unit_ahead(sentence, at)?;
    let end = at + words;
    let on = sentence.past(end, &[Kind::By]);
    if unit == unit::WEEK
        && let Some((more, wanted)) = sentence.value(on, Kind::Weekday)
    {
        return Some((on + more - at, Meaning::Day(in_week(wanted, ahead, today)?)));
    }
    if unit == unit::DAY || unit == unit::HOUR || unit == unit::WORKING_DAY {
        return None;
    }
    last_of(unit, ahead, today).map(|meaning| (words, meaning))
}

/// The next day of the week after `today`; 1 is Monday.
fn first_after(wanted: u32, today: NaiveDate) -> Option<NaiveDate> {
    let now = today.weekday().number_from_monday();
    let ahead = (wanted + 7 - now - 1) % 7 + 1;
    today.checked_add_days(Days::new(u64::from(ahead)))
}

/// A day of this week or of a later one.
fn in_week(wanted: u32, ahead: u32, today: NaiveDate) -> Option<NaiveDate> {
    let monday = today.week(Weekday::Mon).checked_first_day()?;
    monday.checked_add_days(Days::new(u64::from(7 * ahead + wanted.saturating_sub(1))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    /// Of Wednesday, 4 November 2026.
    fn due(language: Language, text: &str) -> Option<String> {
        let sentence = Sentence::new(language, text).unwrap();
        let due = find_due(&sentence, 0..sentence.len(), "2026-11-04".parse().unwrap())?;
        Some(due.day.map_or(due.text, |day| day.to_string()))
    }

    #[test]
    fn days_are_told_in_the_words_of_each_language() {
        use Language::{French, German, Spanish};
        let table = [
            (German, "Das Muster kommt morgen.", "2026-11-05"),
            (German, "Guten Morgen, das Muster kommt übermorgen.", "2026-11-06"),
            (German, "bis Freitag", "2026-11-06"),
            (German, "spätestens am Mittwoch", "2026-11-11"),
            (German, "bis Ende der Woche", "2026-11-06"),
            (German, "Ende nächster Woche", "2026-11-13"),
            (German, "bis Monatsende", "2026-11-30"),
            (German, "Ende des Monats", "2026-11-30"),
            (German, "bis zum 3. Dezember", "2026-12-03"),
            (German, "bis zum 12. November 2026", "2026-11-12"),
            (German, "bis 20.11.", "2026-11-20"),
            (German, "am 20.11.2026", "2026-11-20"),
            (German, "vor dem 15.", "2026-11-15"),
            (German, "in zwei Wochen", "2026-11-18"),
            (German, "innerhalb von drei Werktagen", "2026-11-09"),
            (German, "nächste Woche", "2026-11-13"),
            (German, "nächste Woche am Dienstag", "2026-11-10"),
            (German, "am Montag, den 16. November", "2026-11-16"),
            (German, "am Donnerstag nächster Woche", "2026-11-12"),
            (German, "bis Ende Januar", "2027-01-31"),
            (German, "bis Mitte Dezember", "2026-12-15"),
            (German, "in KW 48", "2026-11-27"),
            (German, "bis übernächste Woche", "2026-11-20"),
            (German, "noch vor Weihnachten", "2026-12-24"),
            (German, "bis 17 Uhr", "2026-11-04"),
            (German, "fuer naechsten Montag, also bis naechsten Montag", "2026-11-09"),
            (French, "demain matin", "2026-11-05"),
            (French, "d'ici vendredi", "2026-11-06"),
            (French, "vendredi prochain", "2026-11-06"),
            (French, "avant le 30 novembre", "2026-11-30"),
            (French, "le 1er décembre", "2026-12-01"),
            (French, "d’ici la fin de la semaine", "2026-11-06"),
            (French, "d'ici la fin du mois", "2026-11-30"),
            (French, "la semaine prochaine", "2026-11-13"),
            (French, "mardi de la semaine prochaine", "2026-11-10"),
            (French, "sous 48 heures", "2026-11-06"),
            (French, "dans deux semaines", "2026-11-18"),
            (French, "avant le 15", "2026-11-15"),
            (French, "pour le 20/11", "2026-11-20"),
            (French, "fin janvier", "2027-01-31"),
            (French, "après-demain", "2026-11-06"),
            (French, "aujourd'hui", "2026-11-04"),
            (Spanish, "mañana por la mañana", "2026-11-05"),
            (Spanish, "pasado mañana", "2026-11-06"),
            (Spanish, "antes del viernes", "2026-11-06"),
            (Spanish, "el lunes que viene", "2026-11-09"),
            (Spanish, "el próximo martes", "2026-11-10"),
            (Spanish, "antes del 30", "2026-11-30"),
            (Spanish, "el 3 de diciembre", "2026-12-03"),
            (Spanish, "para el 15 de enero de 2027", "2027-01-15"),
            (Spanish, "a finales de mes", "2026-11-30"),
            (Spanish, "antes de fin de mes", "2026-11-30"),
            (Spanish, "la semana que viene", "2026-11-13"),
            (Spanish, "la próxima semana", "2026-11-13"),
            (Spanish, "esta semana", "2026-11-06"),
            (Spanish, "en tres días hábiles", "2026-11-09"),
            (Spanish, "dentro de dos semanas", "2026-11-18"),
            (Spanish, "el jueves de la semana que viene", "2026-11-12"),
            (Spanish, "esta tarde", "2026-11-04"),
        ];
        for (language, text, day) in table {
            assert_eq!(due(language, text).as_deref(), Some(day), "{text}");
        }
    }

    #[test]
    fn what_passed_or_comes_again_is_no_due_day() {
        use Language::{French, German, Spanish};
        for (language, text) in [
            (German, "seit Montag"),
            (German, "letzten Freitag"),
            (German, "vor zwei Wochen"),
            (German, "jeden Dienstag"),
            (German, "der Bericht vom 3. Dezember"),
            (German, "Guten Morgen zusammen"),
            (German, "zum 15 Mal"),
            (French, "depuis lundi"),
            (French, "vendredi dernier"),
            (French, "il y a deux jours"),
            (French, "chaque mardi"),
            (Spanish, "desde el lunes"),
            (Spanish, "el viernes pasado"),
            (Spanish, "hace dos semanas"),
            (Spanish, "todos los martes"),
            (Spanish, "el 30 por ciento"),
        ] {
            assert_eq!(due(language, text), None, "{text}");
        }
        assert_eq!(due(German, "schnellstmöglich").as_deref(), Some("schnellstmöglich"));
    }
}
