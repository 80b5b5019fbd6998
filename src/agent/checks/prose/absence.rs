//! Claims that there is nothing, or that all is well: compared with what was found.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use serde_json::Value;

use super::amount::Unit;
use super::calendar::Named;
use super::denial::is_denied;
use super::item::{Item, Part};
use super::reading::Reading;
use super::state::{self, State};
use crate::domain::record::RecordKind;
use crate::domain::time::Moment;
use crate::language::{MONTHS, is_stop_word, stem};

/// Something a sentence can say there is none of.
struct Topic {
    words: Vec<&'static str>,
    values: Vec<&'static str>,
}

static TOPICS: LazyLock<Vec<Topic>> = LazyLock::new(|| {
    let lines = include_str!("topics.tsv").lines().filter(|line| !line.starts_with('#'));
    let topic = |line: &'static str| {
        let (words, values) = line.split_once('\t')?;
        Some(Topic { words: words.split(' ').collect(), values: values.split('|').collect() })
    };
    lines.filter_map(topic).collect()
});

/// Words by which a sentence says that there is none of a thing, and those by which it says that nothing happened.
const NONE: [&str; 3] = ["no", "without", "neither"];
const NEVER: [&str; 6] = ["none", "nobody", "nothing", "never", "no-one", "nowhere"];

/// Words of such a claim that say nothing of what there is none of.
const EMPTY: [&str; 50] = [
    "since",
    "during",
    "before",
    "with",
    "record",
    "records",
    "found",
    "find",
    "searched",
    "search",
    "mention",
    "mentioned",
    "mentions",
    "made",
    "make",
    "sent",
    "send",
    "named",
    "day",
    "date",
    "said",
    "says",
    "tell",
    "tells",
    "known",
    "account",
    "accounts",
    "customer",
    "customers",
    "far",
    "last",
    "month",
    "months",
    "week",
    "weeks",
    "year",
    "time",
    "anything",
    "looked",
    "look",
    "went",
    "happened",
    "given",
    "gave",
    "yet",
    "moment",
    "way",
    "one",
    "ever",
    "new",
];

/// Words for records: what is said not to be in any of them stands behind.
const RECORDS: [&str; 14] = [
    "call", "calls", "email", "emails", "e-mail", "e-mails", "mail", "mails", "note", "notes", "signal", "signals",
    "release", "releases",
];

/// Kinds of states that a record has or has not.
const TOLD: [&str; 5] = ["promise", "payment", "level", "effect", "deal"];

/// Whether a sentence says that there is none, or that nothing happened.
pub(super) fn claims(sentence: &Reading<'_>) -> bool {
    sentence.words.iter().any(|word| NONE.contains(&word.lower.as_ref()) || NEVER.contains(&word.lower.as_ref()))
}

/// What was found, and what was looked for in vain.
pub(super) struct Found<'f, 'a> {
    /// Everything that was found.
    pub items: &'f [&'f Item<'a>],
    /// The stems of words of a search that nothing found says.
    pub unsaid: &'f [String],
    /// Whether an item is of the account that the sentence is about.
    pub concerned: &'f dyn Fn(&Item<'_>) -> bool,
    /// Whether a word is part of what an account is called.
    pub called: &'f dyn Fn(&str) -> bool,
    /// The day of the answer.
    pub today: NaiveDate,
}

impl<'a> Found<'_, 'a> {
    /// What shows that there is what a sentence says there is none of.
    pub fn contradicting(&self, sentence: &Reading<'_>) -> Option<&'a str> {
        let lower = |at: usize| sentence.words[at].lower.trim_end_matches("'s");
        let claim = (0..sentence.words.len()).find(|at| NONE.contains(&lower(*at)) || NEVER.contains(&lower(*at)));
        let Some(claim) = claim else { return self.not_all(sentence) };
        let mut reach: Vec<&str> = (claim + 1..sentence.words.len()).take(12).map(lower).collect();
        let mut thing = thing(&reach);
        let speaks =
            |word: &&&str| !is_stop_word(word) && !EMPTY.contains(word) && !(self.called)(word) && !is_value(word);
        // "No call mentions it": of calls there are some.
        if thing.first().is_some_and(|word| RECORDS.contains(word)) && reach[1..].iter().any(|word| speaks(&word)) {
            thing.clear();
            reach.retain(|word| !RECORDS.contains(word));
        }
        let is_thing = NONE.contains(&lower(claim)) && !thing.is_empty();
        let meant = if is_thing { &thing } else { &reach };
        let since = since(sentence, self.today);
        let side = side(sentence);
        let on = days_on(sentence);
        let inside = |item: &&&Item<'a>| {
            let then = || day(item).is_some_and(|day| on.iter().any(|on| on.is(day, self.today)));
            (self.concerned)(item)
                && (on.is_empty() || then())
                && since.is_none_or(|since| day(item).is_some_and(|day| day >= since))
                && side.is_none_or(|side| item.fields("side").first().is_none_or(|of| of.as_str() == Some(side)))
        };
        let denied: Vec<State> = state::said(sentence)
            .into_iter()
            .filter(|said| said.at > claim && said.at <= claim + 7 && TOLD.contains(&said.state.kind))
            .map(|said| said.state)
            .collect();
        let stands = |item: &&&Item<'a>| {
            let known = state::of_item(item);
            denied.iter().any(|state| known.contains(state))
        };
        if let Some(item) = self.items.iter().filter(inside).find(stands) {
            return Some(item.evidence.quote.as_str());
        }
        if meant.iter().any(|word| self.unsaid.contains(&stem(word))) {
            return None;
        }
        let values = values_of(if is_thing && values_of(&thing).is_empty() { &[] } else { &reach });
        if !values.is_empty() {
            let shows =
                |item: &&&Item<'a>| item.parts.iter().any(|part| has_value(part, &values)) || kind_of(item, &values);
            return self.items.iter().filter(inside).find(shows).map(|item| item.evidence.quote.as_str());
        }
        let wanted: Vec<&str> = meant.iter().copied().filter(|word| speaks(&word)).collect();
        if wanted.is_empty() || lower(claim) == "none" {
            return None;
        }
        // A thing has to be there as it is named; that something happened may be said in other words.
        let enough = if is_thing { wanted.len() } else { (wanted.len() * 2).div_ceil(3) };
        let shows = |item: &&&Item<'a>| wanted.iter().filter(|word| says(item, word)).count() >= enough;
        self.items.iter().filter(inside).find(shows).map(|item| item.evidence.quote.as_str())
    }

    /// "All promises are kept" where one is not; "all payments went through" where one failed.
    fn not_all(&self, sentence: &Reading<'_>) -> Option<&'a str> {
        const ALL: [&str; 3] = ["all", "every", "everything"];
        let all = sentence.words.iter().position(|word| ALL.contains(&word.lower.as_ref()))?;
        let reach: Vec<&str> = sentence.words[all + 1..].iter().take(10).map(|word| word.lower.as_ref()).collect();
        let says = |words: &[&str]| words.iter().any(|word| reach.contains(word));
        let against: &[&str] = if says(&["kept", "delivered", "fulfilled"]) {
            &["overdue", "open"]
        } else if says(&["paid"]) || says(&["went"]) && says(&["through"]) {
            &["failed", "past_due", "past due"]
        } else {
            return None;
        };
        let shows = |item: &&&Item<'a>| {
            item.parts.iter().any(|part| has_value(part, against) || owes(part, against)) || has_failed(item, against)
        };
        self.items.iter().find(shows).map(|item| item.evidence.quote.as_str())
    }
}

/// The words of the thing there is none of: those before the first that is part of no name of a thing.
fn thing<'w>(reach: &[&'w str]) -> Vec<&'w str> {
    reach.iter().copied().take_while(|word| !is_stop_word(word) || *word == "one").collect()
}

/// Whether an item says a word, in the singular or the plural, and does not deny it.
fn says(item: &Item<'_>, word: &str) -> bool {
    let one = word.strip_suffix('s').unwrap_or(word);
    let is_money = |amount: &super::amount::Amount| matches!(amount.unit, Unit::Money(_));
    let money = matches!(one, "price" | "cost" | "amount") && item.facts.amounts.iter().any(is_money);
    money
        || item.texts.iter().any(|text| {
            let same = |at: &usize| {
                let said = text.words[*at].lower.trim_end_matches("'s");
                said == word || said.strip_suffix('s').unwrap_or(said) == one
            };
            (0..text.words.len()).filter(same).any(|at| !is_denied(text, at))
        })
}

/// The values that would show that there is what `words` say there is none of.
fn values_of(words: &[&str]) -> Vec<&'static str> {
    let topics = TOPICS.iter().filter(|topic| words.iter().any(|word| topic.words.contains(word)));
    topics.flat_map(|topic| topic.values.iter().copied()).collect()
}

fn has_value(part: &Part<'_>, values: &[&str]) -> bool {
    let value = |name: &&str| part.object.get(*name).and_then(Value::as_str);
    ["kind", "status", "level", "reason"].iter().filter_map(value).any(|value| values.contains(&value))
}

fn kind_of(item: &Item<'_>, values: &[&str]) -> bool {
    let kind = serde_json::to_value(item.evidence.record.kind).ok();
    kind.as_ref().and_then(Value::as_str).is_some_and(|kind| values.contains(&kind))
}

fn is_value(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit()) || MONTHS.contains(&word)
}

/// Of whose there is said to be none: "nothing of ours", "none of theirs".
fn side(sentence: &Reading<'_>) -> Option<&'static str> {
    let says = |words: &[&str]| sentence.words.iter().any(|word| words.contains(&word.lower.as_ref()));
    match (says(&["we", "our", "ours", "us"]), says(&["they", "their", "theirs"])) {
        (true, false) => Some("team"),
        (false, true) => Some("customer"),
        _ => None,
    }
}

/// From when on there is said to be none.
fn since(sentence: &Reading<'_>, today: NaiveDate) -> Option<NaiveDate> {
    let mention = sentence.days.iter().find(|mention| {
        let before = mention.words.start.checked_sub(1).map(|at| sentence.words[at].lower.as_ref());
        matches!(before, Some("since" | "in" | "after"))
    })?;
    let date = match mention.named {
        Named::Day { month, day, year } => NaiveDate::from_ymd_opt(year.unwrap_or(today.year()), month, day),
        Named::Month { month, year } => NaiveDate::from_ymd_opt(year.unwrap_or(today.year()), month, 1),
        _ => None,
    };
    date.filter(|date| *date <= today)
}

/// On which days there is said to be none.
fn days_on(sentence: &Reading<'_>) -> Vec<Named> {
    let days = || sentence.days.iter().filter(|mention| matches!(mention.named, Named::Day { .. }));
    let on = |at: usize| at.checked_sub(1).is_some_and(|at| sentence.words[at].lower == "on");
    if days().any(|mention| on(mention.words.start)) {
        days().map(|mention| mention.named).collect()
    } else {
        Vec::new()
    }
}

fn day(item: &Item<'_>) -> Option<NaiveDate> {
    let shipped = item.parts.iter().find_map(|part| part.object.get("shipped_at")?.as_str()?.parse::<Moment>().ok());
    item.evidence.occurred_at.or(shipped).map(|at| at.day())
}

/// Whether a row about an account says that it owes.
fn owes(part: &Part<'_>, values: &[&str]) -> bool {
    part.object.get("payment_state").and_then(Value::as_str).is_some_and(|state| values.contains(&state))
}

fn has_failed(item: &Item<'_>, values: &[&str]) -> bool {
    let title = item.evidence.title.to_lowercase();
    item.evidence.record.kind == RecordKind::PaymentEvent && values.iter().any(|value| title.ends_with(value))
}
