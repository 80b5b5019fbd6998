//! Everything a sentence may lean on: what was looked up in a turn, in the ways that sentences are compared with it.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::counts::Counts;
use super::facts::Facts;
use super::item::{self, Item, Part};
use super::people::People;
use super::reading::begins;
use super::spelled::spelled;
use crate::agent::checks::Against;
use crate::agent::checks::address::Addresses;
use crate::agent::checks::day::Days;
use crate::agent::checks::named::Names;
use crate::domain::tool::Cite;
use crate::language::{Word, lower_words, rank, stem, words};

/// What was looked up.
pub(super) struct Support<'a> {
    /// All of it, and for what.
    pub turn: Against<'a>,
    /// What stands in outputs and is evidence of nothing by itself: totals and the like.
    pub beside: Facts,
    /// What the reader said, with the days that were looked between.
    pub asked: Facts,
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
    /// Those that are always written with a capital.
    proper: FxHashSet<String>,
    /// The words of what the accounts are called, in lower case.
    called: FxHashSet<String>,
    /// The stems of words of searches that nothing found says.
    pub unsaid: Vec<String>,
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
        let (mut said, mut capitals, mut small) = (FxHashSet::default(), FxHashSet::default(), FxHashSet::default());
        let mut add_words = |text: &str, said: &mut FxHashSet<String>| {
            add_words(text, said);
            for word in within(text) {
                let kind = if word.text.starts_with(char::is_uppercase) { &mut capitals } else { &mut small };
                kind.insert(word.lower.trim_end_matches("'s").to_owned());
            }
        };
        for output in turn.outputs {
            people.add_value(output);
            visit(output, &mut |value| match value {
                Value::Object(fields) => {
                    addresses.add(value);
                    fields.keys().for_each(|name| said.extend(name.split('_').map(str::to_owned)));
                }
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
        let unsaid = turn.outputs.iter().filter_map(|output| output.get("unsaid")?.as_array()).flatten();
        let unsaid = unsaid.filter_map(Value::as_str).map(stem).collect();
        let proper = capitals.difference(&small).cloned().collect();
        let mut beside = Facts::default();
        for (name, value) in item::totals(turn.outputs) {
            beside.add_field(name, value, turn.today);
        }
        let mut asked = Facts::default();
        asked.add_text(turn.question, turn.today);
        asked.dates.push(turn.today);
        asked.dates.extend(turn.windows.iter().flat_map(|window| [window.since, window.until]).flatten());
        Self {
            beside,
            asked,
            counts: Counts::new(turn.outputs),
            people,
            addresses,
            days: Days::new(turn.windows, turn.today),
            names: Names::new(&turn),
            words: said,
            proper,
            called,
            unsaid,
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

    /// Whether a word is a name even where a sentence begins with it: here it always has a capital, or nobody knows it.
    pub fn is_name(&self, lower: &str) -> bool {
        let rare = || lower.len() > 3 && lower.chars().all(char::is_alphabetic) && rank(lower).is_none();
        self.proper.contains(lower) || !self.words.contains(lower) && rare()
    }

    /// What the domains contain of the accounts that a text names, where there are several.
    pub fn hosts_named(&self, text: &str) -> Vec<String> {
        if self.turn.names.len() <= 2 {
            return Vec::new();
        }
        let said = lower_words(text);
        let says = |word: &String| said.iter().any(|said| said.trim_end_matches("'s") == word);
        let first = |name: &String| lower_words(name).into_iter().next();
        self.turn.names.iter().filter_map(first).filter(says).collect()
    }

    /// Whether a word is part of what the account of one of these items is called, as far as the items tell.
    pub fn is_called_in(&self, lower: &str, items: &[&Item<'_>]) -> bool {
        if self.turn.names.len() <= 2 {
            return self.is_called(lower);
        }
        let hosts = || items.iter().filter_map(|item| item.evidence.account.as_deref());
        self.turn.names.iter().any(|name| {
            let parts = lower_words(name);
            let first = parts.first().map(|part| part.replace(|letter: char| !letter.is_alphanumeric(), ""));
            let of_item = || hosts().any(|host| first.as_deref().is_some_and(|first| host.contains(first)));
            parts.iter().any(|part| part == lower) && of_item()
        })
    }
}

/// Adds the words of a text, and the parts of those that are joined.
fn add_words(text: &str, found: &mut FxHashSet<String>) {
    found.extend(spelled(text));
    for word in words(text) {
        let plain = word.lower.trim_end_matches("'s");
        found.extend(plain.split(['-', '/', '.', '@', '_']).chain([plain, word.lower.as_ref()]).map(str::to_owned));
    }
}

/// The words of a text that begin no sentence: there a capital says that it is a name.
fn within(text: &str) -> impl Iterator<Item = Word<'_>> {
    words(text).into_iter().enumerate().filter(|(at, word)| *at > 0 && !begins(text, word.start)).map(|(_, word)| word)
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
