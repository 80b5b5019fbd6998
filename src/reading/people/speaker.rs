//! Those who speak in a call: who each is among those who took part, and on which side.

use rustc_hash::FxHashMap;

use super::name::Name;
use super::roll::{Met, Roll};
use super::side::Sides;
use crate::domain::activity::{Call, Participant, Side};

/// Somebody who speaks in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// The name: as those who took part are listed, else as the transcript has it, without badges.
    pub name: String,
    /// The side, where it can be told.
    pub side: Option<Side>,
    /// Whether nobody can tell who it is.
    pub nameless: bool,
}

/// Those who speak in a call, by what the transcript calls them.
#[derive(Clone, Debug, Default)]
pub struct Speakers {
    by_label: FxHashMap<String, Speaker>,
}

impl Speakers {
    /// Of a call. A speaker whom the list of those who took part does not have may be somebody `sides` knows.
    #[must_use]
    pub fn of(call: &Call, sides: Option<&Sides>) -> Self {
        let there = Roll::new(call.participants.iter().map(|person| (person.name.as_str(), person.email.as_deref())));
        let mut by_label: FxHashMap<String, Speaker> = FxHashMap::default();
        for turn in &call.transcript {
            if !by_label.contains_key(&turn.speaker) {
                by_label.insert(turn.speaker.clone(), speaker(&turn.speaker, &call.participants, &there, sides));
            }
        }
        Self { by_label }
    }

    /// Who is called so.
    #[must_use]
    pub fn get(&self, label: &str) -> Option<&Speaker> {
        self.by_label.get(label)
    }

    /// All of them, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Speaker> {
        self.by_label.values()
    }

    /// The side of who is called so.
    #[must_use]
    pub fn side(&self, label: &str) -> Option<Side> {
        self.get(label)?.side
    }

    /// The name of who is called so.
    #[must_use]
    pub fn name<'a>(&'a self, label: &'a str) -> &'a str {
        self.get(label).map_or(label.trim(), |speaker| speaker.name.as_str())
    }
}

fn speaker(label: &str, participants: &[Participant], there: &Roll, sides: Option<&Sides>) -> Speaker {
    let name = Name::read(label);
    let of = |person: &Participant| sides.map_or(Some(person.side), |sides| sides.of_participant(person));
    // Of several on one side the side is known.
    let alike = |found: &[usize]| {
        let first = found.first().and_then(|at| of(&participants[*at]));
        first.filter(|side| found.iter().all(|at| of(&participants[*at]) == Some(*side)))
    };
    let listed = |person: &Participant| person.name.trim().to_lowercase() == label.trim().to_lowercase();
    let met = match participants.iter().position(listed) {
        Some(at) if !participants[at + 1..].iter().any(listed) => Met::One(at),
        _ => there.find_name(&name),
    };
    let (shown, side) = match met {
        Met::One(at) => {
            let side = of(&participants[at]);
            (name_of(&participants[at], sides.filter(|_| side == Some(Side::Customer))), side)
        }
        Met::Several(found) => (name.shown().to_owned(), alike(&found)),
        Met::Nobody => match sides.and_then(|sides| sides.called(&name)) {
            Some(contact) => (contact.to_owned(), Some(Side::Customer)),
            None => unlisted(&name, sides),
        },
    };
    Speaker { nameless: name.is_nameless(), name: if shown.is_empty() { label.trim().to_owned() } else { shown }, side }
}

/// Somebody whom neither the list of those who took part nor the account has.
fn unlisted(name: &Name, sides: Option<&Sides>) -> (String, Option<Side>) {
    let Some((sides, address)) = sides.zip(name.address()) else { return (name.shown().to_owned(), None) };
    (sides.met_at(address).unwrap_or(name.shown()).to_owned(), sides.of(address))
}

/// What somebody who took part is called: as the account's contact, where they are one.
fn name_of(person: &Participant, sides: Option<&Sides>) -> String {
    let name = Name::read(&person.name).at(person.email.as_deref());
    let contact = sides.and_then(|sides| sides.called(&name));
    contact.map_or_else(|| name.shown().to_owned(), str::to_owned)
}
