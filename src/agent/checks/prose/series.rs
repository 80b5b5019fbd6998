//! Values by day: "it was 79 on the 1st", against a list that has a value for each day.

use chrono::NaiveDate;
use serde_json::Value;

use super::amount::Amount;
use super::calendar::Named;
use super::item::{Item, day};
use super::reading::Reading;
use super::sums;

/// A figure that a list has on another day than the sentence says, and what it has on that day.
pub(super) fn mistaken(sentence: &Reading<'_>, items: &[&Item<'_>], today: NaiveDate) -> Option<(String, String)> {
    let mut rows: Vec<(NaiveDate, f64)> = Vec::new();
    items.iter().flat_map(|item| &item.parts).for_each(|part| collect(part.object, &mut rows));
    if rows.len() < 2 {
        return None;
    }
    for mention in sentence.days.iter().filter(|mention| matches!(mention.named, Named::Day { .. })) {
        let here: Vec<&Amount> =
            sentence.amounts.iter().filter(|amount| sentence.together(amount.at, mention.words.start)).collect();
        let on_that_day = |row: &&(NaiveDate, f64)| mention.named.is(row.0, today);
        let Some((_, right)) = rows.iter().find(on_that_day) else { continue };
        if here.iter().any(|amount| rows.iter().filter(on_that_day).any(|(_, value)| amount.value_fits(*value))) {
            continue;
        }
        let elsewhere = |amount: &&&Amount| rows.iter().any(|(_, value)| amount.value_fits(*value));
        if let Some(amount) = here.iter().find(elsewhere) {
            return Some((amount.written.clone(), format!("{right} on that day")));
        }
    }
    None
}

/// "From 87 to 71" where it was 71 first.
pub(super) fn backwards(sentence: &Reading<'_>, items: &[&Item<'_>]) -> Option<String> {
    let mut rows: Vec<(NaiveDate, f64)> = Vec::new();
    items.iter().flat_map(|item| &item.parts).for_each(|part| collect(part.object, &mut rows));
    for (from, to) in sums::paths(sentence) {
        let days = |amount: &Amount| -> Vec<NaiveDate> {
            rows.iter().filter(|(_, value)| amount.value_fits(*value)).map(|(day, _)| *day).collect()
        };
        let first = days(from).into_iter().min();
        let last = days(to).into_iter().max();
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            return Some(format!("from {} to {}", from.written, to.written));
        }
    }
    None
}

/// The values that stand beside a day.
fn collect(value: &Value, rows: &mut Vec<(NaiveDate, f64)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, rows)),
        Value::Object(fields) => {
            if let Some(day) = fields.get("day").and_then(Value::as_str).and_then(day) {
                rows.extend(fields.values().filter_map(Value::as_f64).map(|value| (day, value)));
            }
            fields.values().for_each(|field| collect(field, rows));
        }
        _ => {}
    }
}
