//! Everybody known around an account.

use std::collections::HashSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Talk;
use crate::domain::account::AccountRecord;
use crate::domain::activity::{Side, mailbox};

/// Everybody known from participants, senders and contacts, so that "Gilfoyle sends it" finds who that is.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    known: Vec<(String, Side)>,
    /// Their names.
    names: FxHashSet<String>,
    /// For each first or last name who has it; none where several do.
    by_part: FxHashMap<String, Option<usize>>,
}

impl People {
    /// Collects them.
    pub fn new(account: &AccountRecord, talks: &[Talk<'_>]) -> Self {
        let mut people = Self::default();
        for call in talks.iter().filter_map(Talk::call) {
            call.participants.iter().for_each(|participant| people.add(&participant.name, participant.side));
        }
        for contact in &account.contacts {
            people.add(&contact.name, Side::Customer);
        }
        for email in talks.iter().filter_map(Talk::email) {
            let (name, _) = mailbox(&email.from);
            if name.contains(' ') {
                people.add(&name, email.side(&account.contacts));
            }
        }
        people
    }

    /// Those whose first or last name stands in the talk, in the order of their names: whoever else is known makes no
    /// difference to what is heard in it.
    pub fn named_in(&self, talk: Talk<'_>) -> Vec<&(String, Side)> {
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

    fn add(&mut self, name: &str, side: Side) {
        let name = name.trim();
        if name.is_empty() || !self.names.insert(name.to_owned()) {
            return;
        }
        let parts: HashSet<&str> = name.split_whitespace().collect();
        for part in parts {
            let only = self.known.len();
            self.by_part.entry(part.to_owned()).and_modify(|known| *known = None).or_insert(Some(only));
        }
        self.known.push((name.to_owned(), side));
    }

    /// Who a capitalised word names: a first or last name only one person has.
    pub fn named(&self, word: &str) -> Option<(&str, Side)> {
        if !word.chars().next().is_some_and(char::is_uppercase) {
            return None;
        }
        let word = word.trim_end_matches("'ll").trim_end_matches("’ll");
        let (name, side) = &self.known[(*self.by_part.get(word)?)?];
        Some((name, *side))
    }
}
