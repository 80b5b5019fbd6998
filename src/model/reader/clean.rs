//! Whether words cut out of a sentence stand by themselves; where they do not, the sentence tells it better.

use super::phrase::{Phrase, is_particle};
use crate::language::is_stop_word;

/// Words of a clause that stands in for a deed or a wish.
const LONGEST_CLAUSE: usize = 18;

/// Words a phrase cannot end with: something has to follow them.
const OPEN_ENDS: [&str; 56] = [
    "and", "or", "but", "to", "of", "for", "with", "at", "from", "by", "as", "than", "into", "about", "a", "an", "the",
    "my", "your", "our", "their", "his", "its", "which", "who", "what", "when", "where", "whether", "if", "is", "are",
    "was", "were", "be", "will", "would", "can", "could", "has", "i", "we", "they", "he", "she", "get", "give", "send",
    "make", "have", "put", "let", "tell", "take", "bring", "how",
];

/// Words after a deed that name nothing.
const NO_OBJECTS: [&str; 38] = [
    "back",
    "properly",
    "itself",
    "today",
    "tomorrow",
    "later",
    "quickly",
    "straight",
    "away",
    "asap",
    "something",
    "thing",
    "things",
    "stuff",
    "everything",
    "anything",
    "nothing",
    "together",
    "know",
    "posted",
    "updated",
    "forward",
    "personally",
    "separately",
    "directly",
    "immediately",
    "shortly",
    "soon",
    "way",
    "bit",
    "look",
    "everyone",
    "everybody",
    "someone",
    "somebody",
    "ones",
    "lot",
    "else",
];

/// Whether a deed with its object reads by itself: "send the report", not "send it" and not "make a template and".
pub(super) fn deed_stands_alone(text: &str) -> bool {
    let phrase = Phrase::new(text);
    (1..phrase.words.len()).any(|at| names_something(&phrase, at)) && !ends_open(&phrase) && !leans(&phrase, 1)
}

/// Whether a thing asked for reads by itself. One plain word does only where the sentence has little more to say.
pub(super) fn thing_stands_alone(text: &str, of: &Phrase<'_>) -> bool {
    const SHORT: usize = 8;
    let phrase = Phrase::new(text);
    let plain = |letter: char| letter.is_lowercase();
    let one_word = phrase.words.len() < 2 && text.chars().all(plain) && of.words.len() > SHORT;
    // "confirm whether the staff": the clause it begins was cut off.
    let begins_clause = phrase.has(&["whether", "if", "how", "what", "why", "when", "where", "who"]);
    let names = (0..phrase.words.len()).any(|at| names_something(&phrase, at));
    !one_word && names && !begins_clause && !ends_open(&phrase) && !leans(&phrase, 0)
}

fn names_something(phrase: &Phrase<'_>, at: usize) -> bool {
    let word = phrase.word(at);
    !is_stop_word(word) && !is_particle(word) && !NO_OBJECTS.contains(&word)
}

fn ends_open(phrase: &Phrase<'_>) -> bool {
    phrase.words.last().is_none_or(|last| OPEN_ENDS.contains(&last.lower.as_ref()))
}

/// Whether a pronoun stands in it before anything it could stand for.
fn leans(phrase: &Phrase<'_>, from: usize) -> bool {
    let named_at = (from..phrase.words.len()).find(|at| names_something(phrase, *at));
    (from..named_at.unwrap_or(phrase.words.len())).any(|at| {
        let next = phrase.word(at + 1);
        let alone = next.is_empty() || is_stop_word(next) || is_particle(next) || next.ends_with("ly");
        match phrase.word(at) {
            "it" | "them" | "him" | "they" | "he" | "she" | "there" => true,
            "this" | "that" | "these" | "those" | "her" | "one" | "ones" | "both" => alone,
            _ => false,
        }
    })
}

/// The clause of word `at`, verbatim, from its first word that says something to `end` or the end of the sentence.
pub(super) fn clause(phrase: &Phrase<'_>, at: usize, end: usize) -> String {
    const FILLERS: [&str; 26] = [
        "okay",
        "ok",
        "yes",
        "yeah",
        "yep",
        "no",
        "sure",
        "well",
        "look",
        "right",
        "so",
        "and",
        "but",
        "perfect",
        "great",
        "good",
        "fine",
        "of course",
        "hm",
        "er",
        "um",
        "uh",
        "oh",
        "also",
        "then",
        "absolutely",
    ];
    let mut from = phrase.clause_start(at);
    while let Some(length) = phrase.any_at(from, &FILLERS)
        && from + length < phrase.words.len().saturating_sub(1)
        && from + length <= at
    {
        from += length;
    }
    let parts = |at: usize| phrase.gap(at).contains([',', ';', ':', '—', '–', '(']);
    let count = phrase.words.len();
    let whole = if end < count && parts(end) { end } else { count };
    let to = if whole - from <= LONGEST_CLAUSE {
        whole
    } else {
        let limit = from + LONGEST_CLAUSE;
        (from + 5..=limit).rev().find(|at| parts(*at)).unwrap_or(limit)
    };
    let (Some(first), Some(last)) = (phrase.words.get(from), to.checked_sub(1).and_then(|at| phrase.words.get(at)))
    else {
        return phrase.text.trim().to_owned();
    };
    let cut = if to < count && !parts(to) { "…" } else { "" };
    let text = &phrase.text[first.start..last.end.max(first.start)];
    let mut letters = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(capital) = letters.chars().next() {
        letters.replace_range(..capital.len_utf8(), &capital.to_uppercase().collect::<String>());
    }
    letters + cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deed_without_a_named_object_does_not_stand_alone() {
        for text in ["send the report", "introduce you to our CFO", "find out who owns that", "pass the pen on"] {
            assert!(deed_stands_alone(text), "{text}");
        }
        for text in ["remind her itself", "find out", "let me", "price", "make a template and", "send it", "come back"]
        {
            assert!(!deed_stands_alone(text), "{text}");
        }
    }

    #[test]
    fn a_clause_is_cut_where_it_parts() {
        let phrase = Phrase::new("Okay, I will remind her today itself.");
        assert_eq!(clause(&phrase, 1, 7), "I will remind her today itself");
    }
}
