//! Deeds: which verbs one can be held to, and what a sentence asks to be done.

use super::deeds::{ANSWERS, DEEDS, EMPTY_DEEDS, HANDING_OVER, IN_CONVERSATION, PHRASAL_DEEDS, VAGUE_DEEDS};
use super::lexicon::{ADVERBS, ASKS};
use super::phrase::Phrase;
use super::promise::{Context, LIKELY, points};
use crate::language::is_stop_word;

impl Context<'_> {
    /// The points of the deed at word `verb`: of a known one, or of any in a sentence that sounds like a promise.
    pub(super) fn deed(&self, verb: usize) -> Option<f64> {
        deed_points(self.phrase, verb).or_else(|| {
            let word = self.phrase.word(verb);
            let empty = self.phrase.any_at(verb, &EMPTY_DEEDS).is_some() || IN_CONVERSATION.contains(&word);
            let verb_like = word.chars().all(char::is_alphabetic) && word.len() > 1 && !is_stop_word(word);
            (self.statement.sound().promise >= LIKELY && verb_like && !empty).then_some(points::UNKNOWN_DEED)
        })
    }
}

/// The points of the deed at word `verb`; none when it promises nothing.
pub(super) fn deed_points(phrase: &Phrase<'_>, verb: usize) -> Option<f64> {
    if phrase.any_at(verb, &EMPTY_DEEDS).is_some() && phrase.any_at(verb, &PHRASAL_DEEDS).is_none() {
        return None;
    }
    let word = phrase.word(verb);
    // "ask Laurie": the answer is a colleague's, the asking is ours.
    let asks_colleague = word == "ask" && phrase.words.get(verb + 1).is_some_and(|word| is_capitalised(word.text));
    if phrase.any_at(verb, &PHRASAL_DEEDS).is_some()
        || DEEDS.contains(&word)
        || ANSWERS.contains(&word)
        || asks_colleague
    {
        Some(points::NAMED_DEED)
    } else if VAGUE_DEEDS.contains(&word) {
        Some(points::VAGUE_DEED)
    } else {
        None
    }
}

/// "sends", "approves", "fixes".
pub(super) fn third_person_deed(word: &str) -> bool {
    word.strip_suffix('s').is_some_and(|base| {
        DEEDS.contains(&base) || DEEDS.contains(&base.strip_suffix('e').unwrap_or(base)) || base == "tell"
    })
}

fn is_capitalised(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
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
        // "Then no date, give me a number."
        let orders = at > 0
            && phrase.gap(at).contains([',', ';', '—', ':'])
            && matches!(phrase.word(at), "give" | "send" | "get" | "show");
        if orders && matches!(phrase.word(at + 1), "me" | "us") {
            return Some(at);
        }
    }
    named(0).filter(|_| HANDING_OVER.contains(&phrase.word(0)) && matches!(phrase.word(1), "me" | "us"))
}

/// Whether the sentence asks instead of telling; "…, okay?" still tells.
pub(super) fn asks(phrase: &Phrase<'_>) -> bool {
    const TAGS: [&str; 6] = ["okay?", "ok?", "right?", "yes?", "all right?", "alright?"];
    phrase.is_question() && !TAGS.iter().any(|tag| phrase.text.to_lowercase().ends_with(tag))
}
