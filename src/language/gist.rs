//! Which thing a short wording names, so that two wordings of one thing are told from wordings of two.

use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasher as _;

use rustc_hash::FxBuildHasher;

use super::same::synonyms;
use super::{content_stems, is_stop_word};

/// What is said around any wish: it does not tell one from another.
const ASKING: [&str; 37] = [
    "ask", "need", "want", "wish", "like", "love", "request", "featur", "add", "support", "abl", "possibl", "way",
    "option", "custom", "team", "us", "pleas", "use", "look", "could", "date", "roadmap", "still", "time", "month",
    "week", "quarter", "make", "everi", "give", "come", "new", "see", "beta", "version", "releas",
];

/// The stems that name a thing. Its other names are replaced by its usual one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gist(BTreeSet<String>);

impl Gist {
    /// Of a wording.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let stems: BTreeSet<String> = content_stems(text).into_iter().collect();
        let mut kept: BTreeSet<String> =
            stems.iter().filter(|stem| !ASKING.contains(&stem.as_str()) && !is_stop_word(stem)).cloned().collect();
        for row in synonyms() {
            let mut named = false;
            for form in row.stems.iter().filter(|form| form.iter().all(|stem| stems.contains(stem))) {
                named = true;
                kept.retain(|stem| !form.contains(stem));
            }
            if named {
                kept.insert(row.names[0].to_owned());
            }
        }
        Self(kept)
    }

    /// Adds what `other` names.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether it names nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names that both have.
    fn shared<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a String> {
        self.0.intersection(&other.0)
    }
}

/// How rare each name is among many gists: rare ones tell more.
#[derive(Debug, Default)]
pub struct Rarity {
    seen: HashMap<String, u32>,
    of: u32,
}

impl Rarity {
    /// Counts the names in `gists`.
    pub fn of<'a>(gists: impl IntoIterator<Item = &'a Gist>) -> Self {
        let mut rarity = Self::default();
        for gist in gists {
            rarity.of += 1;
            for name in &gist.0 {
                *rarity.seen.entry(name.clone()).or_default() += 1;
            }
        }
        rarity
    }

    fn weight(&self, name: &str) -> f32 {
        let seen = self.seen.get(name).copied().unwrap_or(0);
        (1.0 + (self.of as f32 + 1.0) / (seen as f32 + 1.0)).ln()
    }

    /// How much `gist` tells.
    #[must_use]
    pub fn total(&self, gist: &Gist) -> f32 {
        gist.0.iter().map(|name| self.weight(name)).sum()
    }

    /// The share, 0 to 1, of what `gist` tells that `other` says too.
    #[must_use]
    pub fn share(&self, gist: &Gist, other: &Gist) -> f32 {
        let total = self.total(gist);
        if total <= 0.0 { 0.0 } else { gist.shared(other).map(|name| self.weight(name)).sum::<f32>() / total }
    }

    /// A gist made ready to be compared with many.
    #[must_use]
    pub fn weighed(&self, gist: &Gist) -> Weighed {
        let most = self.weight("");
        let names: Vec<(u64, f32)> =
            gist.0.iter().map(|name| (FxBuildHasher.hash_one(name), self.weight(name) / most)).collect();
        let mut weighed =
            Weighed { length: names.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt(), names };
        weighed.names.sort_unstable_by_key(|(name, _)| *name);
        weighed
    }

    /// How many names both have.
    #[must_use]
    pub fn meeting(gist: &Gist, other: &Gist) -> usize {
        gist.shared(other).count()
    }
}

/// A gist with what each of its names tells: 1 for a name that nothing else has.
#[derive(Clone, Debug, Default)]
pub struct Weighed {
    /// Hashes of the names, in order, with their weights.
    names: Vec<(u64, f32)>,
    length: f32,
}

impl Weighed {
    /// How alike two gists are, 0 to 1 (the angle between them), and how much they have in common: two names that nothing
    /// else has are 2, two everyday ones less.
    #[must_use]
    pub fn compare(&self, other: &Self) -> (f32, f32) {
        let (mut product, mut common) = (0.0, 0.0);
        let mut theirs = other.names.iter().peekable();
        for (name, weight) in &self.names {
            while theirs.next_if(|(other, _)| other < name).is_some() {}
            if theirs.next_if(|(other, _)| other == name).is_some() {
                product += weight * weight;
                common += weight;
            }
        }
        let lengths = self.length * other.length;
        (if lengths > 0.0 { product / lengths } else { 0.0 }, common)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn other_names_of_one_thing_meet() {
        assert_eq!(Gist::new("We need SAML"), Gist::new("single sign-on please"));
        assert_ne!(Gist::new("dark mode"), Gist::new("audit log export"));
        assert!(Gist::new("could you please add support").is_empty());
    }

    proptest! {
        #[test]
        fn gists_are_alike_both_ways_and_most_of_all_themselves(left in "[a-e ]{0,30}", right in "[a-e ]{0,30}") {
            let (left, right) = (Gist::new(&left), Gist::new(&right));
            let rarity = Rarity::of([&left, &right]);
            let (one, other) = (rarity.weighed(&left), rarity.weighed(&right));
            prop_assert_eq!(one.compare(&other), other.compare(&one));
            let (likeness, common) = one.compare(&other);
            prop_assert!((0.0..=1.001).contains(&likeness) && common <= one.compare(&one).1 + 0.001);
            prop_assert_eq!(common > 0.0, Rarity::meeting(&left, &right) > 0);
        }
    }

    #[test]
    fn a_rare_name_carries_more_than_one_that_everything_has() {
        let all: Vec<Gist> =
            ["report colours", "report filters", "report by e-mail", "payslip archive"].map(Gist::new).to_vec();
        let rarity = Rarity::of(&all);
        let wish = Gist::new("payslip report");
        assert!(rarity.share(&wish, &Gist::new("payslip search")) > 0.5);
        assert!(rarity.share(&wish, &Gist::new("report layout")) < 0.5);
    }
}
