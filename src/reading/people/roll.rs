//! Those who are known, and which of them a text names.

use super::name::{Fit, Name, related};

/// Whom a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// Nobody who is known.
    Nobody,
    /// This one, by the number they were listed with.
    One(usize),
    /// One of these, and nobody can tell which.
    Several(Vec<usize>),
}

/// Those who are known.
#[derive(Clone, Debug, Default)]
pub struct Roll {
    known: Vec<Name>,
}

impl Roll {
    /// Of these names, each with an address where one is known.
    #[must_use]
    pub fn new<'a>(people: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Self {
        let read = |(name, address): (&str, Option<&str>)| Name::read(name).at(address);
        Self { known: people.into_iter().map(read).collect() }
    }

    /// One more; their number.
    pub fn add(&mut self, name: Name) -> usize {
        self.known.push(name);
        self.known.len() - 1
    }

    /// The name with a number.
    #[must_use]
    pub fn name(&self, number: usize) -> Option<&Name> {
        self.known.get(number)
    }

    /// Whom a text names: by the address in it, else by the name, as well as it fits anybody.
    #[must_use]
    pub fn find(&self, text: &str) -> Met {
        self.find_name(&Name::read(text))
    }

    /// Whom a name means.
    #[must_use]
    pub fn find_name(&self, name: &Name) -> Met {
        if let Some(address) = name.address() {
            let there = |known: &&Name| known.address() == Some(address);
            if let Some(at) = self.known.iter().position(|known| there(&known)) {
                return Met::One(at);
            }
        }
        for way in 0..name.ways() {
            let fits = self.known.iter().enumerate().filter_map(|(at, known)| Some((fit(name, way, known)?, at)));
            let fits: Vec<(Fit, usize)> = fits.collect();
            let Some(best) = fits.iter().map(|(fit, _)| *fit).max() else { continue };
            let mut found: Vec<usize> = fits.into_iter().filter(|(fit, _)| *fit == best).map(|(_, at)| at).collect();
            let one = found.iter().all(|left| found.iter().all(|right| self.known[*left].is(&self.known[*right])));
            return if one { Met::One(found.swap_remove(0)) } else { Met::Several(found) };
        }
        Met::Nobody
    }
}

/// How well a reading of a name fits somebody; none where their addresses say that they are two.
fn fit(name: &Name, way: usize, known: &Name) -> Option<Fit> {
    let fit = name.fit_of(way, known)?;
    match (name.address(), known.address()) {
        (Some(own), Some(theirs)) => (related(own, theirs) && fit >= Fit::Short).then_some(fit),
        _ => Some(fit),
    }
}
