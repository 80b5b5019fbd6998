//! The directory: who the accounts and people of a workspace are, and which of them a text mentions.

mod find;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use super::names::typed;
use crate::domain::activity::Side;
use crate::domain::tool::account::{AccountBrief, Person};
use crate::language;
use find::pieces;

/// Words that end a company's name without telling it apart.
const LEGAL_FORMS: [&str; 16] = [
    "inc",
    "ltd",
    "llc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "plc",
    "sa",
    "bv",
    "group",
    "limited",
    "holdings",
    "the",
];

/// Most words a name can have to be found in a text.
const LONGEST: usize = 6;

/// Fewest letters of a name, or of a word of a text, that a slip of the keyboard may have changed.
const SHORTEST_MISSPELLED: usize = 4;

/// How well a text names an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// By the first words of its name.
    Opening,
    /// By its name without legal form, or its domain without ending.
    Short,
    /// By its full name, domain or an alias.
    Full,
}

/// An account as the directory knows it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// In a line.
    pub brief: AccountBrief,
    /// Other names.
    pub aliases: Vec<String>,
}

/// Accounts and people of a workspace.
#[derive(Debug, Default)]
pub struct Directory {
    accounts: Vec<Listed>,
    people: Vec<Person>,
    /// Accounts by what they are called.
    names: HashMap<String, Vec<(usize, Strength)>>,
    /// Names of one word, by their first letter: what a slip of the keyboard may have meant.
    single_words: HashMap<char, Vec<String>>,
    domains: HashMap<String, usize>,
    /// People by what they are called.
    persons: HashMap<String, Vec<usize>>,
    addresses: HashMap<String, usize>,
    customers: HashMap<String, Vec<usize>>,
    example: Option<usize>,
}

/// The words of a person's name with their accents: who has no such letters types them in several ways.
fn letters(name: &str) -> Vec<String> {
    let name = language::composed(name).to_lowercase();
    name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn key(text: &str) -> Vec<String> {
    pieces(text).into_iter().map(|piece| piece.lower).collect()
}

impl Directory {
    /// A directory of these accounts and people.
    #[must_use]
    pub fn new(accounts: Vec<Listed>, people: Vec<Person>) -> Self {
        let mut directory = Self { accounts, people, ..Self::default() };
        for index in 0..directory.accounts.len() {
            for (name, strength) in names_of(&directory.accounts[index]) {
                let entry = directory.names.entry(name).or_default();
                match entry.iter_mut().find(|(known, _)| *known == index) {
                    Some((_, best)) => *best = strength.max(*best),
                    None => entry.push((index, strength)),
                }
            }
        }
        for (name, letter) in directory.names.keys().filter_map(|name| Some((name, name.chars().next()?))) {
            if !name.contains(' ') && name.chars().count() >= SHORTEST_MISSPELLED {
                directory.single_words.entry(letter).or_default().push(name.clone());
            }
        }
        for (index, listed) in directory.accounts.iter().enumerate() {
            directory.domains.entry(listed.brief.domain.clone()).or_insert(index);
        }
        let briefs = directory.accounts.iter().map(|listed| &listed.brief).enumerate();
        let example = briefs.min_by_key(|(_, brief)| (brief.level.is_none(), brief.level, &brief.name));
        directory.example = example.map(|(index, _)| index);
        for (index, person) in directory.people.iter().enumerate() {
            if let Some(email) = &person.email {
                directory.addresses.entry(email.to_ascii_lowercase()).or_insert(index);
            }
            for account in &person.accounts {
                directory.customers.entry(account.domain.clone()).or_default().push(index);
            }
            let parts = letters(&person.name);
            let mut names = vec![parts.join(" ")];
            names.extend(parts.first().cloned());
            names.extend(parts.last().cloned());
            // Of two Sarahs: "Sarah O".
            if let [first, .., last] = parts.as_slice() {
                names.extend(last.chars().next().map(|initial| format!("{first} {initial}")));
            }
            names.extend(person.email.as_deref().map(|email| key(email).join(" ")));
            names.sort_unstable();
            names.dedup();
            for name in names.iter().flat_map(|name| typed(name)).filter(|name| name.chars().count() >= 2) {
                directory.persons.entry(name).or_default().push(index);
            }
        }
        directory
    }

    /// The account with this domain.
    #[must_use]
    pub fn account(&self, domain: &str) -> Option<&AccountBrief> {
        self.domains.get(domain).map(|index| &self.accounts[*index].brief)
    }

    /// Accounts with a word of their name, or a domain, that begins with what was typed; by name.
    #[must_use]
    pub fn beginning(&self, typed: &str, most: usize) -> Vec<AccountBrief> {
        let typed = language::folded(typed.trim());
        let fits = |listed: &&Listed| {
            let name = language::folded(&listed.brief.name);
            listed.brief.domain.starts_with(&typed)
                || name.starts_with(&typed)
                || name.split(|letter: char| !letter.is_alphanumeric()).any(|word| word.starts_with(&typed))
        };
        let mut found: Vec<AccountBrief> =
            self.accounts.iter().filter(fits).take(most).map(|listed| listed.brief.clone()).collect();
        found.sort_by(|left, right| left.name.cmp(&right.name));
        found
    }

    /// The person with this e-mail address.
    #[must_use]
    pub fn person_at(&self, email: &str) -> Option<&Person> {
        self.addresses.get(&email.trim().to_ascii_lowercase()).map(|index| &self.people[*index])
    }

    /// The people known to be an account's.
    pub fn customers_of(&self, domain: &str) -> impl Iterator<Item = &Person> {
        self.customers.get(domain).into_iter().flatten().map(|index| &self.people[*index])
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

/// The names an account is found by, each with how well it tells the account apart.
fn names_of(listed: &Listed) -> Vec<(String, Strength)> {
    let mut names = vec![(key(&listed.brief.domain).join(" "), Strength::Full)];
    let label = listed.brief.domain.split('.').next().unwrap_or_default();
    names.push((key(label).join(" "), Strength::Short));
    names.extend(listed.aliases.iter().map(|alias| (key(alias).join(" "), Strength::Full)));
    let name = key(&listed.brief.name);
    names.push((name.join(" "), Strength::Full));
    names.push((name.concat(), Strength::Short));
    let core: Vec<String> = name.iter().filter(|word| !LEGAL_FORMS.contains(&word.as_str())).cloned().collect();
    names.push((core.join(" "), Strength::Short));
    for length in 1..core.len() {
        let opening = core[..length].join(" ");
        if opening.chars().count() >= 4 {
            names.push((opening, Strength::Opening));
        }
    }
    names.retain(|(name, _)| !name.is_empty() && !language::is_stop_word(name));
    names
}

/// Joins people known from several places: a contact's title and accounts, a participant's full name.
#[must_use]
pub fn join_people(mut people: Vec<Person>) -> Vec<Person> {
    people.sort_by_key(|person| (person.side != Side::Customer, std::cmp::Reverse(person.name.chars().count())));
    let mut joined = Joined::default();
    for person in people {
        match joined.same(&person) {
            Some(index) => joined.add(index, person),
            None => joined.push(person),
        }
    }
    joined.people
}

/// People who were joined so far, each found at once: by their address, or by their name where one of two has none.
#[derive(Default)]
struct Joined {
    people: Vec<Person>,
    addresses: HashMap<String, usize>,
    names: HashMap<(Side, String), usize>,
    names_without_address: HashMap<(Side, String), BTreeSet<usize>>,
}

impl Joined {
    /// The first who is the same person.
    fn same(&self, person: &Person) -> Option<usize> {
        let name = (person.side, person.name.to_ascii_lowercase());
        let Some(email) = &person.email else { return self.names.get(&name).copied() };
        let by_address = self.addresses.get(&email.to_ascii_lowercase()).copied();
        let by_name = self.names_without_address.get(&name).and_then(BTreeSet::first).copied();
        by_address.into_iter().chain(by_name).min()
    }

    fn push(&mut self, person: Person) {
        let index = self.people.len();
        let name = (person.side, person.name.to_ascii_lowercase());
        self.names.entry(name.clone()).or_insert(index);
        match &person.email {
            Some(email) => drop(self.addresses.entry(email.to_ascii_lowercase()).or_insert(index)),
            None => drop(self.names_without_address.entry(name).or_default().insert(index)),
        }
        self.people.push(person);
    }

    fn add(&mut self, index: usize, person: Person) {
        let known = &mut self.people[index];
        for account in person.accounts {
            if !known.accounts.iter().any(|other| other.domain == account.domain) {
                known.accounts.push(account);
            }
        }
        known.title = known.title.take().or(person.title);
        known.owner |= person.owner;
        if let (None, Some(email)) = (&known.email, person.email) {
            let name = (known.side, known.name.to_ascii_lowercase());
            let first = self.addresses.entry(email.to_ascii_lowercase()).or_insert(index);
            *first = index.min(*first);
            known.email = Some(email);
            if let Some(others) = self.names_without_address.get_mut(&name) {
                others.remove(&index);
            }
        }
    }
}
