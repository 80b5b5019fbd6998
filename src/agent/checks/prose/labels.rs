//! Fields that are told apart by a few words: the average of last week and that of the week before, the change in a week and in
//! a month. A figure that belongs to one of them must not be given for another.

use std::sync::LazyLock;

use serde_json::Value;

use super::amount::Amount;
use super::calendar::Named;
use super::item::Item;
use super::reading::Reading;

/// Words in lower case.
type Phrase = Vec<&'static str>;

static LABELS: LazyLock<Vec<(&str, Vec<Phrase>)>> = LazyLock::new(|| {
    let lines = include_str!("labels.tsv").lines().filter(|line| !line.starts_with('#'));
    let labels = lines.filter_map(|line| line.split_once('\t'));
    labels.map(|(field, words)| (field, words.split('|').map(|phrase| phrase.split(' ').collect()).collect())).collect()
});

/// A figure that is given for another field than its own, and what that field has.
pub(super) fn mistaken(sentence: &Reading<'_>, items: &[&Item<'_>]) -> Option<(String, String)> {
    let number = |value: &Value| value.as_f64().or_else(|| value.get("active_users")?.as_f64());
    let value = |field: &str| -> Option<f64> { items.iter().flat_map(|item| item.fields(field)).find_map(number) };
    let fits = |amount: &Amount, field: &str| value(field).is_some_and(|value| amount.value_fits(value));
    for amount in &sentence.amounts {
        // "Up by six" is a change, whatever it is a change of.
        let change = amount.at.checked_sub(1).is_some_and(|before| sentence.words[before].lower == "by");
        if change && amount.unit != super::amount::Unit::Percent {
            continue;
        }
        let percent = amount.unit == super::amount::Unit::Percent;
        let kind = |field: &&str| field.ends_with("percent") == percent;
        let said: Vec<&str> =
            meant(sentence, amount).into_iter().filter(kind).filter(|field| value(field).is_some()).collect();
        let mut beside = sentence.amounts.iter().filter(|other| sentence.together(other.at, amount.at));
        if beside.any(|other| said.iter().any(|field| fits(other, field))) {
            continue;
        }
        if let Some(right) = said.first().and_then(|field| value(field)) {
            return Some((amount.written.clone(), format!("{}", right.abs())));
        }
    }
    None
}

/// The fields whose words stand nearest to an amount in its clause.
fn meant<'l>(sentence: &Reading<'_>, amount: &Amount) -> Vec<&'l str> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    for (field, phrases) in LABELS.iter() {
        for at in phrases.iter().flat_map(|phrase| sentence.stands(phrase)) {
            if sentence.together(at, amount.at) {
                found.push((at.abs_diff(amount.at), *field));
            }
        }
    }
    let since = sentence.days.iter().filter(|mention| matches!(mention.named, Named::Day { .. } | Named::Month { .. }));
    for mention in since.filter(|mention| sentence.together(mention.words.start, amount.at)) {
        let before = mention.words.start.checked_sub(1).map(|at| sentence.words[at].lower.as_ref());
        if before == Some("since") {
            found.push((mention.words.start.abs_diff(amount.at), "window_change_percent"));
        }
    }
    let nearest = found.iter().map(|(away, _)| *away).min().unwrap_or_default();
    found.into_iter().filter(|(away, _)| *away <= nearest + 3).map(|(_, field)| field).collect()
}
