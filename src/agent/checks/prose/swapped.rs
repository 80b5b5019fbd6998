//! Words that were put in the place of others: "a photo of the drivers" for "of the pallets".
//!
//! A sentence that otherwise says what a text says, and has a word that stands nowhere in what is cited behind the same words
//! behind which the text has another, has put that word there.

use super::item::Item;
use super::reading::Reading;
use crate::language::{Word, is_stop_word, stem};

/// Words that say how something is told, and not what.
const TELLING: [&str; 40] = [
    "say", "said", "tell", "write", "wrote", "ask", "promis", "note", "report", "complain", "explain", "offer",
    "mention", "call", "mail", "email", "e-mail", "record", "point", "date", "time", "day", "person", "peopl",
    "custom", "account", "team", "part", "way", "thing", "case", "number", "side", "row", "own", "whole", "true",
    "main", "full", "more",
];

/// A word of the sentence that stands in the place of another, and that other.
pub(super) fn mistaken(
    sentence: &Reading<'_>,
    items: &[&Item<'_>],
    known: &dyn Fn(&str) -> bool,
) -> Option<(String, String)> {
    for (at, word) in sentence.words.iter().enumerate() {
        let found = stem(&word.lower);
        let open = !matches!(word.lower.as_ref(), "without" | "never" | "none")
            && word.text.starts_with(char::is_lowercase)
            && !sentence.is_value(at)
            && speaks(word)
            && !TELLING.contains(&found.as_str());
        if !open || known(&word.lower) || known(&found) {
            continue;
        }
        for text in items.iter().flat_map(|item| item.statements()) {
            if let Some(other) = in_place(sentence, at, text) {
                return Some((word.text.to_owned(), other.to_owned()));
            }
        }
    }
    None
}

/// The word of a text that stands where the sentence has that of `at`.
fn in_place<'t>(sentence: &Reading<'_>, at: usize, text: &'t Reading<'_>) -> Option<&'t str> {
    let before = left(sentence, at)?;
    let same = |one: &Word<'_>, other: &Word<'_>| one.lower == other.lower || stem(&one.lower) == stem(&other.lower);
    let shared = |places: &dyn Fn(usize) -> bool| {
        let words = sentence.words.iter().enumerate().filter(|(place, word)| places(*place) && speaks(word));
        words.filter(|(_, word)| text.words.iter().any(|other| same(word, other))).count()
    };
    let around = shared(&|place| place != at && sentence.together(place, at));
    for place in 1..text.words.len() {
        let other = &text.words[place];
        let said = sentence.words.iter().any(|word| same(word, other));
        if said || !speaks(other) || text.is_value(place) || alike(&sentence.words[at].lower, &other.lower) {
            continue;
        }
        let Some(theirs) = left(text, place).filter(|theirs| same(&sentence.words[before], &text.words[*theirs]))
        else {
            continue;
        };
        let further = || {
            left(sentence, before)
                .zip(left(text, theirs))
                .is_some_and(|(one, other)| same(&sentence.words[one], &text.words[other]))
        };
        let behind =
            sentence.words.get(at + 1).zip(text.words.get(place + 1)).is_some_and(|(one, other)| same(one, other));
        if around >= 1 && (behind || further()) && is_slot(sentence, at) {
            return Some(other.text);
        }
    }
    None
}

/// Whether a word stands where a thing is named: behind an article, a number or a preposition.
fn is_slot(text: &Reading<'_>, at: usize) -> bool {
    const BEFORE: [&str; 17] = [
        "a", "an", "the", "by", "of", "for", "with", "in", "on", "from", "about", "per", "via", "as", "our", "their",
        "new",
    ];
    at.checked_sub(1).is_some_and(|before| text.is_value(before) || BEFORE.contains(&text.words[before].lower.as_ref()))
}

/// The word before, articles left out.
fn left(text: &Reading<'_>, at: usize) -> Option<usize> {
    (0..at)
        .rev()
        .find(|back| !matches!(text.words[*back].lower.as_ref(), "a" | "an" | "the"))
        .filter(|back| text.together(*back, at))
}

fn speaks(word: &Word<'_>) -> bool {
    !is_stop_word(&word.lower)
        && word.lower.len() > 2
        && word.lower.chars().all(|letter| letter.is_alphabetic() || letter == '-')
}

/// Whether two words begin alike, so that they may say the same.
fn alike(one: &str, other: &str) -> bool {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count() >= 4
}
