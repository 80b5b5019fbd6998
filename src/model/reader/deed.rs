//! Deeds: whether a verb is something one can be held to.

use super::lexicon::{ADVERBS, ASKS, DEEDS, EMPTY_DEEDS, HANDING_OVER, IN_CONVERSATION, PHRASAL_DEEDS, VAGUE_DEEDS};
use super::phrase::Phrase;

/// The points of a deed that has a name.
pub(super) const NAMED_DEED: f64 = 0.75;
/// The points of one that could be anything.
pub(super) const VAGUE_DEED: f64 = 0.45;

/// The points of the deed at word `verb`; none when it promises nothing.
pub(super) fn deed_points(phrase: &Phrase<'_>, verb: usize) -> Option<f64> {
    if phrase.any_at(verb, &EMPTY_DEEDS).is_some() {
        return None;
    }
    let word = phrase.word(verb);
    if phrase.any_at(verb, &PHRASAL_DEEDS).is_some() || DEEDS.contains(&word) {
        Some(NAMED_DEED)
    } else if VAGUE_DEEDS.contains(&word) {
        Some(VAGUE_DEED)
    } else {
        None
    }
}

/// The deed a sentence asks for: "could you send …", "please send …", "send me …".
pub(super) fn asked_deed(phrase: &Phrase<'_>) -> Option<usize> {
    let named = |verb: usize| {
        let deed = deed_points(phrase, verb).is_some() && !IN_CONVERSATION.contains(&phrase.word(verb));
        deed.then_some(verb)
    };
    let past = |mut at: usize| {
        while let Some(length) = phrase.any_at(at, &ADVERBS) {
            at += length;
        }
        at
    };
    for at in 0..phrase.words.len() {
        if let Some(length) = phrase.any_at(at, &ASKS)
            && let Some(verb) = named(past(at + length))
        {
            return Some(verb);
        }
        if phrase.word(at) == "please"
            && let Some(verb) = named(at + 1)
        {
            return Some(verb);
        }
    }
    named(0).filter(|_| HANDING_OVER.contains(&phrase.word(0)) && matches!(phrase.word(1), "me" | "us"))
}
