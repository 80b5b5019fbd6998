//! People known from several places, joined to one each.

use std::collections::{BTreeSet, HashMap};

use crate::domain::activity::Side;
use crate::domain::tool::account::Person;

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
