//! Cues around a promise or a request: what makes it firm, what makes it soft, what makes it none.

use super::lexicon::{HEDGES, NOT_MEANT, POLITE_IFS, RECAP, REPORTING};
use super::phrase::Phrase;

/// Whether the sentence takes the promise at word `at` back, reports it, or never meant it.
pub(super) fn is_not_meant(phrase: &Phrase<'_>, at: usize) -> bool {
    phrase.has(&NOT_MEANT) || is_reported(phrase, at) || is_quoted(phrase, at) || is_conditional(phrase, at)
}

/// "You said you'll …", "he thinks we'll …".
fn is_reported(phrase: &Phrase<'_>, at: usize) -> bool {
    let from = phrase.clause_start(at).max(at.saturating_sub(5));
    let subject_before = |at: usize| at.checked_sub(1).map(|before| phrase.word(before));
    (from..at).any(|word| {
        REPORTING.contains(&phrase.word(word))
            && subject_before(word) != Some("as")
            && !matches!((subject_before(word), phrase.word(word)), (Some("i" | "we"), "said" | "promised" | "told"))
    }) || (from..at).any(|word| matches!(phrase.word(word), "whether" | "until" | "before" | "why" | "how" | "what"))
}

/// Inside quotation marks opened earlier in the sentence.
fn is_quoted(phrase: &Phrase<'_>, at: usize) -> bool {
    let Some(word) = phrase.words.get(at) else { return false };
    let before = &phrase.text[..word.start];
    let straight = before.matches('"').count() % 2 == 1;
    let curly = before.matches('“').count() > before.matches('”').count();
    straight || curly
}

/// A condition that is more than good manners; "as if", "see if" and "ask if" are none.
fn is_conditional(phrase: &Phrase<'_>, at: usize) -> bool {
    let wondering = |at: usize| {
        at.checked_sub(1).is_some_and(|before| {
            matches!(phrase.word(before), "see" | "ask" | "check" | "know" | "wonder" | "sure" | "out" | "tell")
        }) || (at.saturating_sub(4)..at).any(|before| matches!(phrase.word(before), "ask" | "check"))
            || phrase.at(at.saturating_sub(2), "tell you").is_some()
    };
    let named = (0..phrase.words.len()).any(|word| {
        let opens = matches!(phrase.word(word), "if" | "unless" | "provided" | "assuming");
        let aside = word > at + 4
            && (at + 2..word).filter(|at| phrase.gap(*at).contains(',')).count() > 0
            && phrase.has_before(word, &["within", "by", "tomorrow", "today"]);
        opens && !aside && !wondering(word) && phrase.any_at(word, &POLITE_IFS).is_none()
    });
    let inverted = phrase.at(0, "had we").is_some() || phrase.at(0, "were we").is_some();
    named || inverted || phrase.has_before(at, &["in case", "suppose", "let's say"])
}

/// Whether the promise at word `at` is softened.
pub(super) fn is_hedged(phrase: &Phrase<'_>, at: usize) -> bool {
    let end = (at + 6).min(phrase.words.len());
    phrase.has_before(end, &HEDGES)
}

/// Whether a sentence opens a summing-up.
pub(super) fn opens_recap(phrase: &Phrase<'_>) -> bool {
    let Some(length) = phrase.any_at(0, &RECAP) else { return false };
    // "So that's good": a summing-up goes on with a comma, a colon, a name or a person who acts.
    let next = phrase.word(length);
    phrase.gap(length).contains([',', ':', '.'])
        || matches!(next, "i" | "i'll" | "we" | "we'll" | "you" | "you'll")
        || phrase.words.get(length).is_some_and(|word| word.text.chars().next().is_some_and(char::is_uppercase))
}
