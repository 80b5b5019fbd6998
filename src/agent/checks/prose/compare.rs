//! Comparisons of two cited items: "this one is worth more than that one", against what both have.

use std::cmp::Ordering;

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::item::Item;
use super::reading::Reading;
use crate::language::stems_of;

/// Words by which the first is more than the second, and those by which it is less.
const MORE: [&str; 6] = ["more", "higher", "bigger", "larger", "greater", "healthier"];
const LESS: [&str; 6] = ["less", "lower", "smaller", "fewer", "cheaper", "weaker"];

/// What may be compared: the stems that say so, and the field. The last needs no word.
const FIELDS: [(&[&str], &str); 5] = [
    (&["score", "healthier", "weaker"], "score"),
    (&["seat"], "seats"),
    (&["user"], "active_users"),
    (&["worth", "pay", "arr", "larger", "bigger", "smaller"], "arr"),
    (&[], "magnitude"),
];

/// A comparison of two items that is the other way round, as it stands on record.
pub(super) fn turned(sentence: &Reading<'_>, items: &[&Item<'_>]) -> Option<String> {
    let [one, other] = items else { return None };
    let than = sentence.stands(&["than"]).next()?;
    let words = &sentence.words;
    let near = || words[than.saturating_sub(3)..than].iter().map(|word| word.lower.as_ref());
    let more = match (near().any(|word| MORE.contains(&word)), near().any(|word| LESS.contains(&word))) {
        (true, false) => true,
        (false, true) => false,
        _ => return None,
    };
    let (left, right) = (stems(sentence, 0..than), stems(sentence, than + 1..words.len()));
    let straight = shared(&left, one) + shared(&right, other);
    let (first, second) = match straight.cmp(&(shared(&left, other) + shared(&right, one))) {
        Ordering::Greater => (one, other),
        Ordering::Less => (other, one),
        Ordering::Equal => return None,
    };
    let said: FxHashSet<String> = stems_of(words).into_iter().collect();
    let meant = |(stems, field): &&(&[&str], &str)| {
        let named =
            stems.is_empty() || stems.iter().any(|stem| said.contains(*stem) || near().any(|word| word == *stem));
        named && value(first, field).is_some() && value(second, field).is_some()
    };
    let (_, field) = FIELDS.iter().find(meant)?;
    let (left, right) = (value(first, field)?, value(second, field)?);
    let wrong = if more { left < right } else { left > right };
    wrong.then(|| format!("{left} and {right}"))
}

fn stems(sentence: &Reading<'_>, places: std::ops::Range<usize>) -> FxHashSet<String> {
    sentence.words.get(places).map(stems_of).unwrap_or_default().into_iter().collect()
}

/// How many of some words the item is known by.
fn shared(stems: &FxHashSet<String>, item: &Item<'_>) -> usize {
    stems.iter().filter(|stem| item.facts.stems.contains(*stem)).count()
}

/// How much an item has in a field: of money in one currency only.
fn value(item: &Item<'_>, field: &str) -> Option<f64> {
    let fields = item.fields(field);
    let number = |value: &Value| value.as_f64().or_else(|| value.get("minor")?.as_f64());
    let one = |value: &Value| match value.as_array() {
        Some(values) if values.len() == 1 => number(&values[0]),
        Some(_) => None,
        None => number(value),
    };
    fields.first().and_then(|value| one(value)).map(f64::abs)
}
