//! The short phrase that says what was promised.

use std::ops::Range;

use super::phrase::{Phrase, is_particle, is_pronoun, last_thing, thing_at};
use super::statement::Script;
use crate::language::is_stop_word;

/// What was promised.
#[derive(Clone, Debug)]
pub(super) struct What {
    /// As a short phrase that begins with the deed.
    pub text: String,
    /// Whether it leans on a pronoun nothing was found for.
    pub vague: bool,
    /// Whether it is done for the listener.
    pub for_you: bool,
}

/// Words a phrase must not end with once the day is taken out.
const LOOSE_ENDS: [&str; 40] = [
    "by", "on", "in", "within", "for", "until", "and", "or", "at", "the", "a", "an", "with", "then", "too", "please",
    "to", "from", "before", "of", "about", "over", "though", "anyway", "as", "is", "are", "that", "you", "your",
    "well", "okay", "right", "now", "first", "again", "here", "there", "ready", "this",
];

/// Words the deed may be followed by without saying what it is done to.
const ADDRESSEES: [&str; 5] = ["you", "me", "us", "y'all", "everyone"];

/// The phrase for the words `range` of `phrase` (the statement `index`), without the bytes of `due`.
pub(super) fn what(
    script: &Script<'_>,
    index: usize,
    phrase: &Phrase<'_>,
    range: Range<usize>,
    due: Option<(usize, usize)>,
    to_have: bool,
) -> Option<What> {
    let words: Vec<&str> = range.clone().map(|at| phrase.word(at)).collect();
    let for_you = words.iter().any(|word| matches!(*word, "you" | "your"));
    let (verb, object) = verb_and_object(phrase, &range);
    if to_have && matches!(phrase.word(range.start), "hear") {
        return Some(What { text: "get back with an answer".to_owned(), vague: false, for_you: true });
    }
    let (verb, object) = if to_have && range.start == 0 { (0, 0) } else { (verb, object) };
    let deed = if to_have { "deliver".to_owned() } else { base(&phrase.cut(range.start, verb, None)) };
    let pronoun = stands_for_something(phrase, object, range.end);
    let (object_text, vague) = if pronoun {
        let rest = phrase.cut(object + 1, range.end, due);
        match antecedent(script, index, phrase, range.start) {
            Some(thing) => (format!("{thing} {rest}"), false),
            None => (phrase.cut(object, range.end, due), true),
        }
    } else {
        (phrase.cut(object, range.end, due), false)
    };
    let object_text = if to_have { without_hand_over(&object_text) } else { object_text };
    let object_text = if range.start == 0 && to_have { lower_first(&object_text) } else { object_text };
    let text = tidy(&format!("{deed} {object_text}"), due.is_some());
    (!text.is_empty() && text != "deliver").then_some(What { text, vague, for_you: for_you || to_have })
}

/// Where the verb ends (its particle included) and where its object begins (the addressee left out).
fn verb_and_object(phrase: &Phrase<'_>, range: &Range<usize>) -> (usize, usize) {
    let mut verb = range.start + 1;
    if is_particle(phrase.word(verb)) && verb < range.end {
        verb += 1;
    }
    let mut object = verb;
    let addressed = ADDRESSEES.contains(&phrase.word(object)) && object + 1 < range.end;
    let keeps = matches!(
        phrase.word(object + 1),
        "to" | "in"
            | "on"
            | "about"
            | "when"
            | "through"
            | "know"
            | "posted"
            | "updated"
            | "with"
            | "for"
            | "at"
            | "if"
            | "by"
            | "within"
            | "before"
            | "back"
            | "tomorrow"
            | "today"
            | "how"
            | "what"
            | "where"
            | "and"
            | "next"
    );
    if addressed && !keeps {
        object += 1;
        if matches!(phrase.word(object), "both" | "guys" | "all") && object + 1 < range.end {
            object += 1;
        }
        if is_particle(phrase.word(object)) && phrase.word(range.start) != "get" && object + 1 < range.end {
            object += 1;
        }
    }
    (verb, object)
}

/// Whether the word is a pronoun by itself: "that" before a noun only points at it.
fn stands_for_something(phrase: &Phrase<'_>, at: usize, end: usize) -> bool {
    let word = phrase.word(at);
    if at >= end || !is_pronoun(word) {
        return false;
    }
    let next = phrase.word(at + 1);
    let alone = at + 1 >= end || is_stop_word(next) || is_particle(next) || next.ends_with("ly") || next == "tomorrow";
    matches!(word, "it" | "them") || (alone && word != "so" && word != "both" && word != "one")
}

/// What a pronoun stands for: the last thing named before it, in the same turn first, then in the turns before.
fn antecedent(script: &Script<'_>, index: usize, phrase: &Phrase<'_>, before: usize) -> Option<String> {
    let here = (0..before).rev().find_map(|at| thing_at(phrase, at).filter(|(_, end)| *end <= before));
    if let Some((thing, _)) = here {
        return Some(thing);
    }
    let turn = script.statements[index].turn;
    script.statements[..index]
        .iter()
        .rev()
        .take_while(|statement| statement.turn + 2 >= turn)
        .take(5)
        .find_map(|statement| last_thing(statement.text))
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// `sends` and `sending` as `send`.
fn base(verb: &str) -> String {
    let mut words = verb.split_whitespace();
    let first = words.next().unwrap_or_default();
    let lower = first.to_lowercase();
    let plain = if let Some(root) = lower.strip_suffix("ing").filter(|root| root.len() > 2) {
        match root {
            "shar" | "prepar" | "introduc" | "schedul" | "updat" | "writ" | "escalat" | "rais" | "provid" | "invit" => {
                format!("{root}e")
            }
            "runn" => "run".to_owned(),
            "gett" => "get".to_owned(),
            _ => root.to_owned(),
        }
    } else if matches!(lower.as_str(), "process" | "does" | "address" | "discuss" | "press") {
        lower.clone()
    } else if let Some(root) = lower.strip_suffix("ies") {
        format!("{root}y")
    } else if let Some(root) = lower.strip_suffix("es").filter(|root| root.ends_with("sh") || root.ends_with("ch")) {
        root.to_owned()
    } else {
        lower.strip_suffix('s').unwrap_or(&lower).to_owned()
    };
    std::iter::once(plain.as_str()).chain(words).collect::<Vec<_>>().join(" ")
}

/// "the plan in your inbox" is the plan.
fn without_hand_over(text: &str) -> String {
    const ENDS: [&str; 9] = [
        " in your inbox",
        " in your hands",
        " on your desk",
        " for you",
        " over to you",
        " to you",
        " with you",
        " from me",
        " from us",
    ];
    let lower = text.to_lowercase();
    let end = ENDS.iter().filter_map(|end| lower.find(end)).min().unwrap_or(text.len());
    text.get(..end).unwrap_or(text).to_owned()
}

/// At most sixteen words, without loose ends.
fn tidy(text: &str, day_taken_out: bool) -> String {
    let loose = |word: &str| {
        LOOSE_ENDS.contains(&word) && (day_taken_out || !matches!(word, "in" | "on" | "is" | "are" | "ready"))
    };
    let mut words: Vec<&str> = text.split_whitespace().take(16).collect();
    while words.last().is_some_and(|last| loose(last.trim_end_matches(',').to_lowercase().as_str())) {
        words.pop();
    }
    words.join(" ").trim_end_matches([',', ' ']).to_owned()
}
