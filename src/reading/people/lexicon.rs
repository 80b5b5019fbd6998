//! The words that stand beside names, and the hosts where anybody may have an address, read from `words.tsv`.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::language::naming::key;

/// What a list of words is for; its name in `words.tsv` is the same in small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// What programs add to a name.
    Badge,
    /// The same, where people are called so as well.
    MayBadge,
    /// What stands behind a name and is none: a degree, `Jr`.
    Degree,
    /// What ends a company's name.
    Company,
    /// What stands between a person and a company.
    Joins,
    /// What begins a last name.
    Particle,
    /// What stands in the place of a name where nobody knows it.
    Nameless,
    /// Where anybody may have an address.
    MailHost,
}

impl Kind {
    const NAMED: [(&'static str, Self); 8] = [
        ("badge", Self::Badge),
        ("may_badge", Self::MayBadge),
        ("degree", Self::Degree),
        ("company", Self::Company),
        ("joins", Self::Joins),
        ("particle", Self::Particle),
        ("nameless", Self::Nameless),
        ("mail_host", Self::MailHost),
    ];
}

static LEXICON: LazyLock<FxHashMap<Kind, FxHashSet<String>>> = LazyLock::new(|| {
    let mut lists: FxHashMap<Kind, FxHashSet<String>> = FxHashMap::default();
    for line in include_str!("words.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(name), Some(_), Some(phrases)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let Some((_, kind)) = Kind::NAMED.iter().find(|(named, _)| *named == name) else { continue };
        let written = |phrase: &str| if *kind == Kind::MailHost { phrase.to_owned() } else { key(phrase).join(" ") };
        lists.entry(*kind).or_default().extend(phrases.split('|').map(written));
    }
    lists
});

/// Whether a phrase, as [`key`] writes it, is one of a kind.
pub(super) fn is(kind: Kind, phrase: &str) -> bool {
    LEXICON.get(&kind).is_some_and(|phrases| phrases.contains(phrase))
}

/// Whether anybody may have an address at this host: it says nothing about whom somebody works for.
#[must_use]
pub fn is_mail_host(host: &str) -> bool {
    is(Kind::MailHost, host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_words_is_read() {
        for (name, kind) in Kind::NAMED {
            assert!(LEXICON.get(&kind).is_some_and(|phrases| phrases.len() > 5), "{name}");
        }
        for line in include_str!("words.tsv").lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(fields.len(), 3, "{line}");
            assert!(Kind::NAMED.iter().any(|(name, _)| *name == fields[0]), "{line}");
        }
    }
}
