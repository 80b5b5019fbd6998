//! Kinds of facts a sentence can hold: a day, a figure, a cause.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::words;

static DAYS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    "monday tuesday wednesday thursday friday saturday sunday week weeks month months january february march april june \
     july august september october november december tomorrow yesterday tonight quarter year years spring summer \
     autumn winter deadline"
        .split_ascii_whitespace()
        .collect()
});

static NUMBERS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen eighteen twenty thirty \
     forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million dozen dozens half third quarter \
     percent twice"
        .split_ascii_whitespace()
        .collect()
});

static CAUSES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    "because cause causes caused reason reasons due since root therefore why turned explains explained"
        .split_ascii_whitespace()
        .collect()
});

/// Whether a day or a stretch of time is named.
#[must_use]
pub fn names_a_day(sentence: &str) -> bool {
    words(sentence).iter().any(|word| is_time_word(&word.lower))
}

/// Whether a lower-case word names a day or a stretch of time.
#[must_use]
pub fn is_time_word(lower: &str) -> bool {
    DAYS.contains(lower) || is_clock(lower)
}

/// Whether a number or a measure is named.
#[must_use]
pub fn names_a_figure(sentence: &str) -> bool {
    sentence.chars().any(|letter| letter.is_ascii_digit())
        || words(sentence)
            .iter()
            .flat_map(|word| word.lower.split('-').map(str::to_owned).collect::<Vec<_>>())
            .any(|word| NUMBERS.contains(word.as_str()))
}

/// Whether a cause is given.
#[must_use]
pub fn names_a_cause(sentence: &str) -> bool {
    words(sentence).iter().any(|word| CAUSES.contains(word.lower.as_ref()))
}

/// `19:00`, `7pm`.
fn is_clock(word: &str) -> bool {
    word.strip_suffix("pm").or_else(|| word.strip_suffix("am")).is_some_and(|hour| hour.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_facts_are_told_by_their_words() {
        assert!(names_a_day("keys come on Friday at 7pm") && !names_a_day("the keys come soon"));
        assert!(names_a_figure("about twenty-five sites") && names_a_figure("1,400") && !names_a_figure("some sites"));
        assert!(names_a_cause("It failed because the certificate expired.") && !names_a_cause("It failed again."));
    }
}
