//! How common English words are.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// The most frequent words of English, the most frequent first; from the vocabulary of `GloVe` (public domain).
static WORDS: &str = include_str!("common.txt");

static RANKS: LazyLock<FxHashMap<&'static str, usize>> =
    LazyLock::new(|| WORDS.lines().enumerate().map(|(rank, word)| (word, rank)).collect());

/// The place of a lower-case word among the most frequent ones, 0 for the most frequent. None for what is rarer than
/// some forty thousand others, such as most names of people and products.
#[must_use]
pub fn rank(lower: &str) -> Option<usize> {
    RANKS.get(lower).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_words_come_before_rare_ones_and_names_are_not_words() {
        assert!(rank("price").unwrap() < rank("objection").unwrap());
        assert_eq!(rank("piedpiper"), None);
    }
}
