//! What a citation stands for: the evidence, the parts of the outputs under its number, and what stands beside them.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Timelike};
use serde_json::Value;

use super::amount::Amount;
use super::facts::Facts;
use super::reading::Reading;
use super::spelled::spelled;
use crate::agent::ledger::Ledger;
use crate::domain::evidence::Evidence;
use crate::domain::time::Moment;
use crate::domain::tool::Cite;

/// A part of an output, and what it stands in.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    /// What was returned under the number.
    pub object: &'a Value,
    /// What stands beside it and is evidence of nothing else: totals and the like.
    pub beside: Vec<(&'a str, &'a Value)>,
}

/// The parts of the outputs by the number they are cited under.
pub(super) fn parts<'a>(outputs: &[&'a Value]) -> BTreeMap<Cite, Vec<Part<'a>>> {
    let mut found = BTreeMap::new();
    for output in outputs {
        collect(output, &[], &mut found);
    }
    found
}

fn collect<'a>(value: &'a Value, beside: &[(&'a str, &'a Value)], found: &mut BTreeMap<Cite, Vec<Part<'a>>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, beside, found)),
        Value::Object(fields) => {
            let holds_others = fields.values().any(has_cite);
            for (name, field) in fields {
                let own = name == "cite" || name == "cites" || !holds_others;
                for cite in cites_in(name, field).filter(|_| own) {
                    found.entry(cite).or_default().push(Part { object: value, beside: beside.to_vec() });
                }
            }
            let mut inner = beside.to_vec();
            let plain =
                fields.iter().filter(|(name, field)| !has_cite(field) && cites_in(name, field).next().is_none());
            inner.extend(plain.map(|(name, field)| (name.as_str(), field)));
            for (name, field) in fields.iter().filter(|(_, field)| has_cite(field)) {
                // What a list is called says what stands in it.
                inner.push((name.as_str(), &Value::Null));
                collect(field, &inner, found);
                inner.pop();
            }
        }
        _ => {}
    }
}

/// The numbers a field of that name cites.
fn cites_in(name: &str, field: &Value) -> impl Iterator<Item = Cite> {
    let one = (name == "cite" || name.ends_with("_cite")).then_some(field).into_iter();
    let many = (name == "cites" || name.ends_with("_cites")).then(|| field.as_array()).flatten().into_iter().flatten();
    one.chain(many).filter_map(|cite| cite.as_u64()?.try_into().ok())
}

/// Whether a value or anything in it is cited by itself.
fn has_cite(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_cite),
        Value::Object(fields) => {
            fields.iter().any(|(name, field)| cites_in(name, field).next().is_some() || has_cite(field))
        }
        _ => false,
    }
}

/// What stands in outputs and is evidence of nothing by itself: totals and the like.
pub(super) fn totals<'a>(outputs: &[&'a Value]) -> Vec<(&'a str, &'a Value)> {
    let mut found = Vec::new();
    for fields in outputs.iter().filter_map(|output| output.as_object()) {
        let plain = fields.iter().filter(|(name, field)| !has_cite(field) && cites_in(name, field).next().is_none());
        found.extend(plain.map(|(name, field)| (name.as_str(), field)));
    }
    found
}

/// What a citation stands for.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    /// Its number.
    pub cite: Cite,
    /// The evidence.
    pub evidence: &'a Evidence,
    /// The parts of the outputs.
    pub parts: Vec<Part<'a>>,
    /// Its own texts, the words of the evidence first.
    pub texts: Vec<Reading<'a>>,
    /// The day it is of, or else the day of the answer.
    pub said: NaiveDate,
    /// Texts that stand beside it, like the summary of its call.
    pub context: Vec<Reading<'a>>,
    /// What it says.
    pub facts: Facts,
    /// What stands beside it.
    pub beside: Facts,
}

impl<'a> Item<'a> {
    /// The item under `cite`.
    pub fn new(
        cite: Cite,
        parts: &BTreeMap<Cite, Vec<Part<'a>>>,
        ledger: &'a Ledger,
        today: NaiveDate,
    ) -> Option<Self> {
        let evidence = ledger.get(cite)?;
        let parts = parts.get(&cite).cloned().unwrap_or_default();
        let said = evidence.occurred_at.map_or(today, |at| at.day());
        let (mut facts, mut beside) = (Facts::default(), Facts::default());
        facts.dates.extend(evidence.occurred_at.map(|at| at.day()));
        facts.amounts.extend(evidence.occurred_at.map(|at| Amount::clock(at.utc().hour(), at.utc().minute())));
        let speaker = evidence.speaker.as_deref();
        let mut texts: Vec<&str> = [evidence.quote.as_str(), evidence.title.as_str()]
            .into_iter()
            .chain(speaker)
            .chain(evidence.account.as_deref())
            .collect();
        for text in &texts {
            facts.add_text(text, said);
        }
        for part in &parts {
            let said = day_of(part.object).unwrap_or(said);
            facts.add_value(part.object, said);
            own_texts(part.object, &mut texts);
            for (name, value) in &part.beside {
                beside.add_field(name, value, said);
            }
        }
        let mut around = Vec::new();
        parts.iter().flat_map(|part| &part.beside).for_each(|(_, value)| own_texts(value, &mut around));
        let context = around.into_iter().map(Reading::of).collect();
        for text in &texts {
            facts.words.extend(spelled(text));
        }
        let texts = texts.into_iter().map(Reading::of).collect();
        Some(Self { cite, evidence, parts, texts, context, said, facts, beside })
    }

    /// Its texts that say something; what it is called says nothing.
    pub fn statements(&self) -> impl Iterator<Item = &Reading<'a>> {
        self.texts.iter().filter(|text| text.words.len() > 3 && !self.evidence.title.contains(text.text))
    }

    /// Whose words these are, where somebody's.
    pub fn speaker(&self) -> Option<&'a str> {
        let field = |name: &str| self.parts.iter().find_map(|part| part.object.get(name)?.as_str());
        self.evidence.speaker.as_deref().or_else(|| field("who")).or_else(|| field("speaker")).or_else(|| field("from"))
    }

    /// Whether one of its own days is such: that of the record, or one in a field.
    pub fn stands_on(&self, is: &dyn Fn(&NaiveDate) -> bool) -> bool {
        self.evidence.occurred_at.is_some_and(|at| is(&at.day()))
            || self.parts.iter().any(|part| has_day(part.object, is))
    }

    /// The values of a field, wherever it stands in the parts.
    pub fn fields(&self, name: &str) -> Vec<&'a Value> {
        let mut found = Vec::new();
        self.parts.iter().for_each(|part| named(part.object, name, &mut found));
        found
    }
}

/// The values of the fields called `name`.
fn named<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| named(item, name, found)),
        Value::Object(fields) => {
            found.extend(fields.get(name).filter(|field| !field.is_null()));
            fields.values().for_each(|field| named(field, name, found));
        }
        _ => {}
    }
}

/// Whether a field of a value holds such a day.
fn has_day(value: &Value, is: &dyn Fn(&NaiveDate) -> bool) -> bool {
    match value {
        Value::String(text) => day(text).as_ref().is_some_and(is),
        Value::Array(items) => items.iter().any(|item| has_day(item, is)),
        Value::Object(fields) => fields.values().any(|field| has_day(field, is)),
        _ => false,
    }
}

/// The day a text of a field is.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok().or_else(|| text.parse::<Moment>().ok().map(|moment| moment.day()))
}

/// The day something was said or happened.
fn day_of(object: &Value) -> Option<NaiveDate> {
    let at = ["occurred_at", "started_at", "shipped_at"].into_iter().find_map(|name| object.get(name)?.as_str())?;
    Some(at.parse::<Moment>().ok()?.day())
}

/// The texts of a value that are sentences or names, not days or codes.
fn own_texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if !text.starts_with(|letter: char| letter.is_ascii_digit()) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| own_texts(item, found)),
        Value::Object(fields) => {
            let own = fields.iter().filter(|(name, _)| !super::amount::is_reference(name));
            own.for_each(|(_, field)| own_texts(field, found));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_stands_for_its_own_part_and_not_for_that_of_another() {
        let output = json!({ "total": 9, "reason_cites": [3],
            "rows": [{ "cite": 1, "seats": 40 }, { "cite": 2, "seats": 50, "kept_cite": 4 }] });
        let outputs = [&output];
        let found = parts(&outputs);
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(found[&1][0].object["seats"], 40);
        assert_eq!(found[&4][0].object["seats"], 50);
        assert_eq!(found[&1][0].beside, [("total", &json!(9)), ("rows", &Value::Null)]);
        assert_eq!(totals(&outputs), [("total", &json!(9))]);
    }
}
