//! Accounts and people that a text may name, by what they are called.

use std::collections::HashMap;

use crate::domain::tool::account::{AccountBrief, Person};
use crate::language::naming::{SHORTEST_MISSPELLED, Strength, company_names, key, person_names};
use crate::store::CalledAccount;

/// Some accounts and people, and what a text among them mentions: those a text can name at all, or all there are.
#[derive(Debug, Default)]
pub struct Candidates {
    pub(super) accounts: Vec<CalledAccount>,
    pub(super) people: Vec<Person>,
    /// Accounts by what they are called.
    pub(super) names: HashMap<String, Vec<(usize, Strength)>>,
    /// Names of one word: what a slip of the keyboard may have meant.
    pub(super) single_words: Vec<String>,
    /// People by what they are called.
    pub(super) persons: HashMap<String, Vec<usize>>,
}

impl Candidates {
    /// These accounts and people.
    #[must_use]
    pub fn new(accounts: Vec<CalledAccount>, people: Vec<Person>) -> Self {
        let mut candidates = Self { accounts, people, ..Self::default() };
        for index in 0..candidates.accounts.len() {
            for (name, strength) in names_of(&candidates.accounts[index]) {
                let entry = candidates.names.entry(name).or_default();
                match entry.iter_mut().find(|(known, _)| *known == index) {
                    Some((_, best)) => *best = strength.max(*best),
                    None => entry.push((index, strength)),
                }
            }
        }
        let single = |name: &&String| !name.contains(' ') && name.chars().count() >= SHORTEST_MISSPELLED;
        candidates.single_words = candidates.names.keys().filter(single).cloned().collect();
        for (index, person) in candidates.people.iter().enumerate() {
            for name in person_names(&person.name, person.email.as_deref()) {
                candidates.persons.entry(name).or_default().push(index);
            }
        }
        candidates
    }

    /// The accounts that are called so, and nothing less: by domain, full name or another name of theirs, whatever the
    /// case, the accents and the signs between the words.
    #[must_use]
    pub fn exactly(&self, named: &str) -> Vec<&AccountBrief> {
        let name = key(named).join(" ");
        let found = self.names.get(&name).map(Vec::as_slice).unwrap_or_default();
        let full = found.iter().filter(|(_, strength)| *strength == Strength::Full);
        full.map(|(index, _)| &self.accounts[*index].brief).collect()
    }
}

/// The names an account is found by.
fn names_of(called: &CalledAccount) -> Vec<(String, Strength)> {
    company_names(&called.brief.domain, &called.brief.name, called.aliases.iter().map(String::as_str))
}
