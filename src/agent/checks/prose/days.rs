//! The days of a sentence: whether what it cites has them, and as that what the sentence says they are.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use super::amount::{Amount, Unit};
use super::calendar::{Mention, Named};
use super::item::{Item, day};
use super::reading::Reading;
use crate::language::is_stop_word;

/// Words in lower case.
type Phrase = Vec<&'static str>;

static ROLES: LazyLock<Vec<(&str, Vec<Phrase>)>> = LazyLock::new(|| {
    let lines = include_str!("roles.tsv").lines().filter(|line| !line.starts_with('#'));
    let roles = lines.filter_map(|line| line.split_once('\t'));
    roles.map(|(field, words)| (field, words.split('|').map(|phrase| phrase.split(' ').collect()).collect())).collect()
});

/// Words between what a day is and the day.
const BETWEEN: [&str; 8] = ["on", "by", "is", "was", "for", "until", "the", "only"];

/// A day of the sentence that nothing it may lean on has. `known` says what has one.
pub(super) fn unknown(sentence: &Reading<'_>, known: &dyn Fn(Named) -> bool) -> Option<String> {
    for mention in &sentence.days {
        let checked = match mention.named {
            Named::Weekday(_) | Named::Away(0 | 1) | Named::WeekEnd(_) => false,
            Named::OfMonth(_) => preposition(sentence, mention),
            _ => true,
        };
        if checked && !known(mention.named) {
            return Some(words(sentence, mention));
        }
    }
    None
}

fn preposition(sentence: &Reading<'_>, mention: &Mention) -> bool {
    let two = mention.words.start.checked_sub(2).map_or("", |at| sentence.words[at].lower.as_ref());
    matches!(two, "by" | "on" | "until" | "from" | "for" | "to" | "since")
}

fn words(sentence: &Reading<'_>, mention: &Mention) -> String {
    sentence.words_of(&mention.words).to_owned()
}

/// A day that is called by a day of the week it is not: "Monday, June 16".
pub(super) fn wrong_weekday(sentence: &Reading<'_>, today: NaiveDate) -> Option<String> {
    sentence.days.windows(2).find_map(|pair| {
        let (Named::Weekday(weekday), Named::Day { .. }) = (pair[0].named, pair[1].named) else { return None };
        let beside = pair[0].words.end == pair[1].words.start;
        let date = pair[1].named.dates(today).into_iter().next()?;
        (beside && date.weekday() != weekday).then(|| words(sentence, &pair[1]))
    })
}

/// A day that the items have, but not as that what the sentence says it is; with what they have.
pub(super) fn mistaken(sentence: &Reading<'_>, items: &[&Item<'_>], today: NaiveDate) -> Option<(String, String)> {
    for mention in sentence.days.iter().filter(|mention| matches!(mention.named, Named::Day { .. })) {
        let mut before = mention.words.start;
        while before > 0 && BETWEEN.contains(&sentence.words[before - 1].lower.as_ref()) {
            before -= 1;
        }
        for (field, phrases) in ROLES.iter() {
            let is_called = phrases.iter().any(|phrase| {
                [before, mention.words.start].into_iter().any(|end| {
                    end.checked_sub(phrase.len()).is_some_and(|at| {
                        sentence.stands(phrase).any(|place| place == at) && sentence.together(at, mention.words.start)
                    })
                })
            });
            if !is_called {
                continue;
            }
            let dates: Vec<NaiveDate> =
                items.iter().flat_map(|item| item.fields(field)).filter_map(|field| day(field.as_str()?)).collect();
            if !dates.is_empty() && !dates.iter().any(|date| mention.named.is(*date, today)) {
                let known = dates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                return Some((words(sentence, mention), format!("{} {known}", field.replace('_', " "))));
            }
        }
    }
    None
}

/// A day of the week that the items do not have where they have another: "by Monday" for "by Friday".
pub(super) fn other_weekday(sentence: &Reading<'_>, items: &[&Item<'_>]) -> Option<(String, String)> {
    let before = |text: &Reading<'_>, mention: &Mention| {
        mention.words.start.checked_sub(1).map_or_else(String::new, |at| text.words[at].lower.to_string())
    };
    let weekdays = |text: &Reading<'_>| -> Vec<(Named, String, String)> {
        let only = text.days.iter().filter(|mention| matches!(mention.named, Named::Weekday(_)));
        only.map(|mention| (mention.named, before(text, mention), words(text, mention))).collect()
    };
    let known: Vec<_> = items.iter().flat_map(|item| &item.texts).flat_map(weekdays).collect();
    for (named, word, written) in weekdays(sentence) {
        let same = known.iter().any(|(known, ..)| *known == named);
        if matches!(word.as_str(), "by" | "on" | "until") && !same {
            // On a day of the week something may also be that is only known by its date.
            let dated = word == "on" && items.iter().any(|item| item.facts.has_day(named, item.said));
            let other = known.iter().find(|(_, before, _)| *before == word && !dated);
            if let Some((.., other)) = other {
                return Some((written, other.clone()));
            }
        }
    }
    None
}

/// A day or a time that is before where the items have it after, or the other way round.
pub(super) fn turned(sentence: &Reading<'_>, items: &[&Item<'_>]) -> Option<String> {
    let sides = |text: &Reading<'_>, at: usize| at.checked_sub(1).and_then(|at| side(&text.words[at].lower));
    let days = sentence.days.iter().map(|mention| (mention.words.start, Some(mention.named), None));
    let clocks = sentence.amounts.iter().filter(|amount| amount.unit == Unit::Clock);
    let clocks = clocks.map(|amount| (amount.at, None, Some(amount)));
    for (at, day, clock) in days.chain(clocks) {
        let Some(ours) = sides(sentence, at) else { continue };
        let mut theirs = Vec::new();
        for item in items {
            for text in &item.texts {
                let same_day = |other: &&Mention| {
                    day.is_some_and(|day| other.named.dates(item.said).iter().any(|date| day.is(*date, item.said)))
                };
                let same_clock = |other: &&Amount| clock.is_some_and(|clock| clock.is(other));
                theirs.extend(text.days.iter().filter(same_day).map(|other| sides(text, other.words.start)));
                theirs.extend(text.amounts.iter().filter(same_clock).map(|other| sides(text, other.at)));
            }
        }
        if !theirs.is_empty() && theirs.iter().all(|side| side.is_some_and(|side| side != ours)) {
            return Some(sentence.words[at].text.to_owned());
        }
    }
    None
}

/// Whether a word says that something is before (true) or after what follows.
fn side(word: &str) -> Option<bool> {
    match word {
        "before" => Some(true),
        "after" => Some(false),
        _ => None,
    }
}

/// "Fifteen days overdue" where it is five: from the day it was due to the day it came, or to today.
pub(super) fn wrong_delay(sentence: &Reading<'_>, items: &[&Item<'_>], today: NaiveDate) -> Option<(String, i64)> {
    let dates = |name: &str| -> Vec<NaiveDate> {
        items.iter().flat_map(|item| item.fields(name)).filter_map(|field| day(field.as_str()?)).collect()
    };
    let (due, kept) = (dates("due"), dates("kept_at"));
    for amount in sentence.amounts.iter().filter(|amount| amount.unit == Unit::Time("day")) {
        let behind = sentence.words.get(amount.end + 1).map_or("", |word| word.lower.as_ref());
        if !matches!(behind, "overdue" | "late") || due.is_empty() {
            continue;
        }
        let delays: Vec<i64> =
            due.iter().flat_map(|due| kept.iter().chain([&today]).map(|end| (*end - *due).num_days())).collect();
        if !delays.iter().any(|delay| *delay > 0 && amount.value_fits(*delay as f64)) {
            return Some((amount.written.clone(), delays[0]));
        }
    }
    None
}

/// "The second date" where the items only have a third one.
pub(super) fn other_place(sentence: &Reading<'_>, items: &[&Item<'_>]) -> Option<(String, String)> {
    for (place, noun) in sentence.places.iter().filter(|(_, noun)| noun.len() > 2 && !is_stop_word(noun)) {
        let same = |(_, of): &&(f64, String)| of == noun;
        let known: Vec<f64> = items
            .iter()
            .flat_map(|item| &item.texts)
            .flat_map(|text| &text.places)
            .filter(same)
            .map(|(place, _)| *place)
            .collect();
        if !known.is_empty() && !known.contains(place) {
            return Some((format!("number {place}"), format!("number {}", known[0])));
        }
    }
    None
}
