//! The days of a sentence: whether what it cites has them, and as that what the sentence says they are.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use super::calendar::{Mention, Named};
use super::item::{Item, day};
use super::reading::Reading;

static ROLES: LazyLock<Vec<(&str, Vec<Vec<&str>>)>> = LazyLock::new(|| {
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
    matches!(two, "by" | "on" | "until" | "from" | "for")
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
                    end.checked_sub(phrase.len()).is_some_and(|at| sentence.stands(phrase).any(|place| place == at) && sentence.together(at, mention.words.start))
                })
            });
            if !is_called {
                continue;
            }
            let dates: Vec<NaiveDate> = items.iter().flat_map(|item| item.fields(field)).filter_map(|field| day(field.as_str()?)).collect();
            if !dates.is_empty() && !dates.iter().any(|date| mention.named.is(*date, today)) {
                let known = dates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                return Some((words(sentence, mention), format!("{} {known}", field.replace('_', " "))));
            }
        }
    }
    None
}
