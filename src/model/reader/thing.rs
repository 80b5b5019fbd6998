//! Things asked for: cutting them out of a sentence, and telling what a vendor gives from small talk.

use super::due::find_due;
use super::goods::{GIVING, SMALL_TALK, THINGS_ASKED_FOR};
use super::lexicon::NUMBER_NAMES;
use super::phrase::{Phrase, is_pronoun, thing_at};
use super::statement::Script;
use crate::language::{is_stop_word, stem};

/// The thing named from word `at` on, without its article.
pub(super) fn noun_phrase(phrase: &Phrase<'_>, at: usize) -> Option<String> {
    let mut from = at;
    while matches!(
        phrase.word(from),
        "a" | "an" | "the" | "some" | "any" | "is" | "in" | "also" | "your" | "really" | "have" | "both" | "again"
    ) && from + 1 < phrase.words.len()
    {
        from += 1;
    }
    let first = phrase.word(from);
    if matches!(first, "somebody" | "someone") {
        return Some(trimmed(&phrase.cut(from, from + 10, None)));
    }
    if first.is_empty() || is_pronoun(first) || (is_stop_word(first) && first != "more") {
        return None;
    }
    let end = thing_end(phrase, from);
    let due = find_due(phrase.text, chrono::NaiveDate::default()).map(|due| (due.start, due.end));
    let cut = trimmed(&phrase.cut(from, end, due));
    let text = cut.strip_suffix(" already").or(cut.strip_suffix(" instead")).unwrap_or(&cut).to_owned();
    (!text.is_empty()).then_some(text)
}

/// The first word past the thing that begins at word `from`.
fn thing_end(phrase: &Phrase<'_>, from: usize) -> usize {
    const STOPS: [&str; 49] = [
        "because", "but", "so", "that", "which", "who", "if", "when", "since", "though", "and i", "and we", "and you",
        "and then", "please", "as well", "too", "again", "before", "after", "or", "is", "are", "was", "were", "will",
        "would", "has", "have", "can", "could", "i", "we", "you", "they", "he", "she", "it", "five", "then", "not",
        "while", "from", "how", "until", "where", "of where", "whose", "and the",
    ];
    let limit = phrase.words.len().min(from + 9);
    (from + 1..limit)
        .find(|at| {
            let gap = phrase.gap(*at);
            gap.contains([';', '—', '–', ':', '(', '"', '!', '…', ',', '.']) || phrase.any_at(*at, &STOPS).is_some()
        })
        .unwrap_or(limit)
}

/// The deed from word `verb` on; of a verb of giving only what is given.
pub(super) fn verb_phrase(phrase: &Phrase<'_>, verb: usize) -> Option<String> {
    let mut object = verb + 1;
    while matches!(phrase.word(object), "me" | "us" | "her" | "him" | "over" | "back" | "in" | "it" | "them")
        && object + 1 < phrase.words.len()
    {
        object += 1;
    }
    if GIVING.contains(&phrase.word(verb)) {
        if is_pronoun(phrase.word(object)) && thing_at(phrase, object).is_none() {
            return None;
        }
        return noun_phrase(phrase, object);
    }
    let end = thing_end(phrase, verb);
    let due = find_due(phrase.text, chrono::NaiveDate::default()).map(|due| (due.start, due.end));
    let text = trimmed(&phrase.cut(verb, end, due));
    let text = text.strip_suffix(" instead").unwrap_or(&text).to_owned();
    let pronoun_only = text.split_whitespace().skip(1).all(|word| is_pronoun(&word.to_lowercase()));
    (!pronoun_only).then_some(text)
}

fn trimmed(text: &str) -> String {
    const LOOSE_ENDS: [&str; 22] = [
        "by", "on", "in", "within", "for", "and", "or", "at", "the", "a", "an", "with", "to", "from", "of", "as",
        "then", "now", "your", "our", "my", "about",
    ];
    let mut words: Vec<&str> = text.split_whitespace().collect();
    while words.last().is_some_and(|last| LOOSE_ENDS.contains(&last.trim_end_matches(',').to_lowercase().as_str())) {
        words.pop();
    }
    words.join(" ").trim_end_matches(',').to_owned()
}

pub(super) fn is_asked_for(what: &str) -> bool {
    Phrase::new(what).words.iter().any(|word| {
        let plain = word.lower.as_ref();
        THINGS_ASKED_FOR.contains(&plain) || THINGS_ASKED_FOR.contains(&stem(plain).as_str())
    })
}

pub(super) fn is_small_talk(what: &str) -> bool {
    let phrase = Phrase::new(what);
    phrase.words.iter().any(|word| SMALL_TALK.contains(&word.lower.as_ref())) && !is_asked_for(what)
}

/// Whether it counts or measures: digits, or a number in words.
pub(super) fn has_figure(what: &str) -> bool {
    const MEASURES: [&str; 7] = ["percent", "dozen", "half", "double", "twice", "twenty-five", "terabytes"];
    Phrase::new(what).words.iter().any(|word| {
        word.lower.starts_with(|letter: char| letter.is_ascii_digit())
            || word.lower.split('-').any(|part| NUMBER_NAMES[1..].contains(&part) || MEASURES.contains(&part))
    })
}

/// What a pronoun of a wish stands for: the last thing vendors give that was named in the sentences before, else the
/// last thing at all.
pub(super) fn things_before(script: &Script<'_>, index: usize) -> Option<String> {
    let turn = script.statements[index].turn;
    let near: Vec<String> = script.statements[..index]
        .iter()
        .rev()
        .take_while(|near| near.turn + 1 >= turn)
        .take(3)
        .flat_map(|near| {
            let phrase = Phrase::new(near.text);
            let mut things: Vec<String> =
                (0..phrase.words.len()).filter_map(|at| thing_at(&phrase, at).map(|(thing, _)| thing)).collect();
            things.reverse();
            things
        })
        .collect();
    near.iter().find(|thing| is_asked_for(thing)).or(near.first()).cloned()
}
