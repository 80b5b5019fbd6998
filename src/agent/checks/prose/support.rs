//! Everything a sentence may lean on: what was looked up in a turn, in the ways that sentences are compared with it.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::counts::Counts;
use super::facts::Facts;
use super::item::{self, Item, Part};
use super::people::People;
use crate::agent::checks::Against;
use crate::agent::checks::address::Addresses;
use crate::agent::checks::day::Days;
use crate::agent::checks::named::Names;
use crate::domain::tool::Cite;
use crate::language::words;

/// What was looked up.
pub(super) struct Support<'a> {
    /// All of it, and for what.
    pub turn: Against<'a>,
    /// What stands in outputs and is evidence of nothing by itself, with the question and the days that were looked between.
    pub beside: Facts,
    /// What can be counted.
    pub counts: Counts,
    /// Who is named.
    pub people: People,
    /// Addresses, which are no sentences.
    pub addresses: Addresses,
    /// Days that were looked between.
    pub days: Days,
    /// Names with digits in them.
    pub names: Names,
    /// All words, in lower case.
    words: FxHashSet<String>,
    /// The words of what the accounts are called, in lower case.
    called: FxHashSet<String>,
    /// The parts of what was looked up by the number they are cited under.
    parts: BTreeMap<Cite, Vec<Part<'a>>>,
    /// What each number stands for, read when it is needed first.
    items: Vec<OnceCell<Option<Item<'a>>>>,
}

impl<'a> Support<'a> {
    /// Of a turn.
    pub fn new(turn: Against<'a>) -> Self {
        let mut addresses = Addresses::new(turn.ledger);
        let mut people = People::default();
        let mut said = FxHashSet::default();
        for output in turn.outputs {
            people.add_value(output);
            visit(output, &mut |value| match value {
                Value::Object(_) => addresses.add(value),
                Value::String(text) => add_words(text, &mut said),
                _ => {}
            });
        }
        for evidence in turn.ledger.entries() {
            evidence.speaker.iter().for_each(|name| people.add(name));
            let texts = [&evidence.quote, &evidence.title].into_iter().chain(&evidence.speaker);
            texts.for_each(|text| add_words(text, &mut said));
        }
        let mut called = FxHashSet::default();
        turn.names.iter().for_each(|name| add_words(name, &mut called));
        said.extend(called.iter().cloned());
        add_words(turn.question, &mut said);
        let mut beside = Facts::default();
        for (name, value) in item::totals(turn.outputs) {
            beside.add_value(value, turn.today);
            beside.add_text(&name.replace('_', " "), turn.today);
        }
        beside.add_text(turn.question, turn.today);
        beside.dates.extend(turn.windows.iter().flat_map(|window| [window.since, window.until]).flatten());
        Self {
            beside,
            counts: Counts::new(turn.outputs),
            people,
            addresses,
            days: Days::new(turn.windows, turn.today),
            names: Names::new(&turn),
            words: said,
            called,
            parts: item::parts(turn.outputs),
            items: turn.ledger.entries().iter().map(|_| OnceCell::new()).collect(),
            turn,
        }
    }

    /// What a number stands for.
    pub fn item(&self, cite: Cite) -> Option<&Item<'a>> {
        let place = self.items.get((cite as usize).checked_sub(1)?)?;
        place.get_or_init(|| Item::new(cite, &self.parts, self.turn.ledger, self.turn.today)).as_ref()
    }

    /// Everything that has a number.
    pub fn items(&self) -> impl Iterator<Item = &Item<'a>> {
        (1..=self.items.len() as Cite).filter_map(|cite| self.item(cite))
    }

    /// Whether a word stands anywhere in what was looked up, or in the question.
    pub fn has(&self, lower: &str) -> bool {
        self.words.contains(lower)
    }

    /// Whether a word is part of what an account is called.
    pub fn is_called(&self, lower: &str) -> bool {
        self.called.contains(lower)
    }
}

/// Adds the words of a text, and the parts of those that are joined.
fn add_words(text: &str, found: &mut FxHashSet<String>) {
    for word in words(text) {
        let plain = word.lower.trim_end_matches("'s");
        found.extend(plain.split(['-', '/', '.']).chain([plain, word.lower.as_ref()]).map(str::to_owned));
    }
}

/// Calls `with` for a value and everything in it.
pub(super) fn visit<'v>(value: &'v Value, with: &mut dyn FnMut(&'v Value)) {
    with(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| visit(item, with)),
        Value::Object(fields) => fields.values().for_each(|field| visit(field, with)),
        _ => {}
    }
}
