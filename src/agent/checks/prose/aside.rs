//! Sentences that need no citation: what the records do not say, what was looked through, a view, a question, an offer.

use std::sync::LazyLock;

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

static PHRASES: LazyLock<Vec<(Aside, &str)>> = LazyLock::new(|| {
    let mut phrases = Vec::new();
    for (kind, words) in include_str!("asides.tsv").lines().filter_map(|line| line.split_once('\t')) {
        let kind = match kind {
            "silent" => Aside::Silent,
            "scope" => Aside::Scope,
            "view" => Aside::View,
            _ => Aside::Offer,
        };
        phrases.extend(words.split('|').map(|phrase| (kind, phrase)));
    }
    phrases
});

/// What kind of aside a sentence is, if it is one.
pub(super) fn aside(sentence: &str) -> Option<Aside> {
    if sentence.trim_end().ends_with('?') {
        return Some(Aside::Offer);
    }
    let lower = sentence.to_lowercase().replace('’', "'");
    PHRASES.iter().find(|(_, phrase)| lower.contains(phrase)).map(|(kind, _)| *kind)
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
            ("The lift is broken.", None),
        ] {
            assert_eq!(aside(sentence), kind, "{sentence}");
        }
    }
}
