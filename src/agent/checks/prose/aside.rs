//! Sentences that need no citation: what the records do not say, what was looked through, a view, a question, an offer.

use std::sync::LazyLock;

use super::reading::Reading;

/// What a sentence without a citation may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aside {
    /// The records do not say.
    Silent,
    /// What was looked through.
    Scope,
    /// What the writer makes of it.
    View,
    /// What the writer could do next, or asks.
    Offer,
}

/// Words that make a sentence an aside.
struct Phrase {
    kind: Aside,
    /// Whether they only do at its beginning.
    begins: bool,
    words: Vec<&'static str>,
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let mut phrases = Vec::new();
    for (kind, words) in include_str!("asides.tsv").lines().filter_map(|line| line.split_once('\t')) {
        let kind = match kind {
            "silent" => Aside::Silent,
            "scope" => Aside::Scope,
            "view" => Aside::View,
            _ => Aside::Offer,
        };
        phrases.extend(words.split('|').map(|phrase| {
            let words = phrase.trim_start_matches('^').split(' ').collect();
            Phrase { kind, begins: phrase.starts_with('^'), words }
        }));
    }
    phrases
});

/// What kind of aside a sentence is, if it is one.
pub(super) fn aside(sentence: &Reading<'_>) -> Option<Aside> {
    if sentence.text.trim_end().ends_with('?') {
        return Some(Aside::Offer);
    }
    let says = |phrase: &&Phrase| sentence.stands(&phrase.words).any(|at| at == 0 || !phrase.begins);
    PHRASES.iter().find(says).map(|phrase| phrase.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_that_need_no_citation_are_told_from_those_that_do() {
        for (sentence, kind) in [
            ("The records don't say who signs.", Some(Aside::Silent)),
            ("Which of them do you mean?", Some(Aside::Offer)),
            ("I looked through 12 e-mails.", Some(Aside::Scope)),
            ("I can draft the mail.", Some(Aside::Offer)),
            ("The lift is broken.", None),
            ("The API can read it, I can see.", None),
        ] {
            assert_eq!(aside(&Reading::of(sentence)), kind, "{sentence}");
        }
    }
}
