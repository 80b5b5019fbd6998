//! Claims that there is nothing, or that all is well: compared with what was found.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde_json::Value;

use super::calendar::Named;
use super::item::{Item, Part};
use super::reading::Reading;
use crate::domain::time::Moment;
use crate::language::is_stop_word;

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

/// Words by which a sentence says that there is none.
const NONE: [&str; 7] = ["no", "none", "nobody", "nothing", "never", "neither", "no-one"];

/// Words around such a claim that say nothing of what there is none of.
const EMPTY: [&str; 44] = [
    "record", "records", "found", "find", "searched", "search", "mention", "mentioned", "mentions", "made", "make", "sent", "send",
    "named", "day", "date", "said", "says", "tell", "tells", "known", "account", "accounts", "customer", "customers", "far", "last",
    "month", "months", "week", "weeks", "year", "time", "anything", "looked", "look", "went", "happened", "given", "gave", "yet",
    "moment", "calls", "releases",
];

/// A part of what was found that says there is what a sentence says there is none of.
pub(super) fn contradicted<'a>(
    sentence: &Reading<'_>,
    found: &[&Item<'a>],
    names: &dyn Fn(&str) -> bool,
    today: NaiveDate,
) -> Option<&'a str> {
    let none = sentence.words.iter().position(|word| NONE.contains(&word.lower.as_ref()));
    let since = since(sentence, today);
    let inside = |item: &&&Item<'a>| since.is_none_or(|since| day(item).is_some_and(|day| day >= since));
    if let Some(none) = none {
        let reach: Vec<&str> = sentence.words[none + 1..].iter().map(|word| word.lower.as_ref()).collect();
        let scope = sentence.words[none].lower == "none";
        let values = values_of(&reach);
        if !values.is_empty() {
            let shows = |item: &&&Item<'a>| item.parts.iter().any(|part| has_value(part, &values)) || kind_of(item, &values);
            return found.iter().filter(inside).find(shows).map(|item| item.evidence.quote.as_str());
        }
        let wanted: Vec<&str> = reach
            .into_iter()
            .filter(|word| !is_stop_word(word) && !EMPTY.contains(word) && !names(word))
            .filter(|word| !word.starts_with(|letter: char| letter.is_ascii_digit()))
            .collect();
        if wanted.is_empty() || scope {
            return None;
        }
        let says = |item: &Item<'a>, word: &str| {
            let money = matches!(word, "price" | "prices" | "cost" | "costs" | "amount")
                && item.facts.amounts.iter().any(|amount| matches!(amount.unit, super::amount::Unit::Money(_)));
            money || same_word(item, word)
        };
        let shows = |item: &&&Item<'a>| {
            let count = wanted.iter().filter(|word| says(item, word)).count();
            count * 3 >= wanted.len() * 2 && (wanted.len() > 1 || count == 1)
        };
        return found.iter().filter(inside).find(shows).map(|item| item.evidence.quote.as_str());
    }
    not_all(sentence, found)
}

/// The values that would show that there is what `words` say there is none of.
fn values_of(words: &[&str]) -> Vec<&'static str> {
    let topics = TOPICS.iter().filter(|topic| words.iter().any(|word| topic.words.contains(word)));
    topics.flat_map(|topic| topic.values.iter().copied()).collect()
}

fn has_value(part: &Part<'_>, values: &[&str]) -> bool {
    ["kind", "status", "level", "reason"].iter().any(|name| {
        part.object.get(*name).and_then(Value::as_str).is_some_and(|value| values.contains(&value))
    })
}

fn kind_of(item: &Item<'_>, values: &[&str]) -> bool {
    serde_json::to_value(item.evidence.record.kind).ok().and_then(|kind| kind.as_str().map(|kind| values.contains(&kind))).unwrap_or(false)
}

/// Whether an item says a word, in the singular or the plural.
fn same_word(item: &Item<'_>, word: &str) -> bool {
    let one = word.strip_suffix('s').unwrap_or(word);
    item.facts.words.contains(word) || item.facts.words.contains(one) || item.facts.words.contains(&format!("{one}s"))
}

/// From when on there is said to be none.
fn since(sentence: &Reading<'_>, today: NaiveDate) -> Option<NaiveDate> {
    let mention = sentence.days.iter().find(|mention| {
        mention.words.start.checked_sub(1).is_some_and(|at| matches!(sentence.words[at].lower.as_ref(), "since" | "in"))
    })?;
    let date = match mention.named {
        Named::Day { month, day, year } => NaiveDate::from_ymd_opt(year.unwrap_or(chrono::Datelike::year(&today)), month, day),
        Named::Month { month, year } => NaiveDate::from_ymd_opt(year.unwrap_or(chrono::Datelike::year(&today)), month, 1),
        _ => None,
    };
    date.filter(|date| *date <= today)
}

fn day(item: &Item<'_>) -> Option<NaiveDate> {
    let shipped = item.parts.iter().find_map(|part| part.object.get("shipped_at")?.as_str()?.parse::<Moment>().ok());
    item.evidence.occurred_at.or(shipped).map(|at| at.day())
}

/// "All promises are kept" where one is not; "all payments went through" where one failed.
fn not_all<'a>(sentence: &Reading<'_>, found: &[&Item<'a>]) -> Option<&'a str> {
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
    let shows = |item: &&&Item<'a>| item.parts.iter().any(|part| has_value(part, against) || owes(part, against)) || kind_failed(item, against);
    found.iter().find(shows).map(|item| item.evidence.quote.as_str())
}

/// Whether a row about an account says that it owes.
fn owes(part: &Part<'_>, values: &[&str]) -> bool {
    part.object.get("payment_state").and_then(Value::as_str).is_some_and(|state| values.contains(&state))
}

fn kind_failed(item: &Item<'_>, values: &[&str]) -> bool {
    let title = item.evidence.title.to_lowercase();
    item.evidence.record.kind == crate::domain::record::RecordKind::PaymentEvent && values.iter().any(|value| title.ends_with(value))
}
