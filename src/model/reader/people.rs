//! Everybody known around an account.

use std::collections::HashSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Talk;
use crate::domain::account::AccountRecord;
use crate::domain::activity::{Side, mailbox};
use crate::reading::people::{Met, Name, Roll, Sides};

/// Everybody known from participants, senders and contacts, so that "Gilfoyle sends it" finds who that is.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    known: Vec<(String, Option<Side>)>,
    /// Their names as they were met, so that each is looked at once.
    names: FxHashSet<String>,
    /// Their names as they are compared: one person in several spellings is one.
    roll: Roll,
    /// For each first or last name who has it; none where several do.
    by_part: FxHashMap<String, Option<usize>>,
}

impl People {
    /// Collects them.
    pub fn new(account: &AccountRecord, talks: &[Talk<'_>], sides: &Sides) -> Self {
        let mut people = Self::default();
        for contact in &account.contacts {
            people.add(&contact.name, contact.email.as_deref(), || Some(Side::Customer));
        }
        for person in talks.iter().filter_map(Talk::call).flat_map(|call| &call.participants) {
            people.add(&person.name, person.email.as_deref(), || sides.of_participant(person));
        }
        for email in talks.iter().filter_map(Talk::email) {
            if mailbox(&email.from).0.contains(' ') {
                people.add(&email.from, None, || sides.of(&email.from));
            }
        }
        people
    }

    /// Those whose first or last name stands in the talk, in the order of their names: whoever else is known makes no
    /// difference to what is heard in it.
    pub fn named_in(&self, talk: Talk<'_>) -> Vec<&(String, Option<Side>)> {
        let capitalised: HashSet<&str> = talk
            .texts()
            .flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric()))
            .filter(|word| word.starts_with(char::is_uppercase))
            .collect();
        let parts =
            |name: &str| name.split(|letter: char| !letter.is_alphanumeric()).any(|part| capitalised.contains(part));
        let mut named: Vec<_> = self.known.iter().filter(|(name, _)| parts(name)).collect();
        named.sort_by(|left, right| left.0.cmp(&right.0));
        named
    }

    fn add(&mut self, text: &str, email: Option<&str>, side: impl FnOnce() -> Option<Side>) {
        if !self.names.insert(format!("{text}\0{}", email.unwrap_or_default())) {
            return;
        }
        let name = Name::read(text).at(email);
        let known = match self.roll.find_name(&name) {
            Met::One(at) => self.roll.name(at).is_some_and(|known| known.is(&name)),
            _ => false,
        };
        if known || name.is_nameless() || name.shown().is_empty() {
            return;
        }
        let (name, side) = (self.roll_in(name), side());
        let parts: HashSet<&str> = name.split_whitespace().collect();
        for part in parts {
            let only = self.known.len();
            self.by_part.entry(part.to_owned()).and_modify(|known| *known = None).or_insert(Some(only));
        }
        self.known.push((name.clone(), side));
    }

    /// Writes somebody down; what they are called.
    fn roll_in(&mut self, name: Name) -> String {
        let shown = name.shown().to_owned();
        self.roll.add(name);
        shown
    }

    /// Whom a name means, with their side and address; nobody where it may be several.
    pub fn meant(&self, name: &Name) -> Option<(&str, Option<Side>, Option<&str>)> {
        let Met::One(at) = self.roll.find_name(name) else { return None };
        let (known, side) = self.known.get(at)?;
        Some((known, *side, self.roll.name(at).and_then(Name::address)))
    }

    /// Whether a name may mean several.
    pub fn may_be_several(&self, name: &Name) -> bool {
        matches!(self.roll.find_name(name), Met::Several(_))
    }

    /// Who a capitalised word names: a first or last name only one person has. None of an outsider, for whom nobody here
    /// can promise anything.
    pub fn named(&self, word: &str) -> Option<(&str, Side)> {
        if !word.chars().next().is_some_and(char::is_uppercase) {
            return None;
        }
        let word = word.trim_end_matches("'ll").trim_end_matches("’ll");
        let (name, side) = &self.known[(*self.by_part.get(word)?)?];
        Some((name, (*side)?))
    }
}
