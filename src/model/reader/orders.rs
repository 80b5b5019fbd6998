//! Requests put as orders: "Bring the figures", "Please hold the order", "Fix the scanners."

use super::deeds::{DEEDS, IN_CONVERSATION};
use super::phrase::Phrase;
use super::statement::Script;
use super::thing::{has_figure, is_asked_for, is_small_talk, verb_phrase};
use super::wants::ORDERS;

/// "Bring utilisation by team", "Please hold the order", "Please don't switch anything off".
pub(super) fn ordered(script: &Script<'_>, phrase: &Phrase<'_>) -> Option<String> {
    let please = phrase.find(&["please"]).map(|(at, _)| at + 1).filter(|at| *at < phrase.words.len());
    if let Some(at) = please.filter(|_| script.is_email())
        && let Some(length) = phrase.any_at(at, &["don't", "do not"])
        && !phrase.has(&["hesitate", "tell", "say", "ask", "worry", "forget"])
    {
        return Some(format!("not to {}", verb_phrase(phrase, at + length)?));
    }
    let first = (0..phrase.words.len())
        .find(|at| !matches!(phrase.word(*at), "also" | "then" | "and" | "so" | "oh" | "okay" | "maybe" | "well"))?;
    let verb = please.unwrap_or(first);
    if !ORDERS.contains(&phrase.word(verb)) {
        return None;
    }
    let what = match phrase.word(verb) {
        "hold" | "treat" | "keep" | "stop" | "leave" | "confirm" => verb_phrase_of(phrase, verb)?,
        _ => verb_phrase(phrase, verb)?,
    };
    let handed = matches!(phrase.word(verb), "send" | "bring" | "give" | "share" | "add" | "include" | "provide");
    let firm = please.is_some() || handed && (is_asked_for(&what) || script.is_email() && what.contains(' '));
    let kept = matches!(phrase.word(verb), "leave" | "keep") && has_figure(&what) && what.contains(' ');
    (verb < 4 + usize::from(please.is_some()) * 30 && (firm || kept) && !is_small_talk(&what)).then_some(what)
}

/// "Fix the scanners.": a bare order, in a sentence that sounds like asking.
pub(super) fn told_to(script: &Script<'_>, phrase: &Phrase<'_>) -> Option<String> {
    const DETERMINERS: [&str; 12] =
        ["the", "our", "my", "that", "this", "these", "those", "them", "a", "an", "all", "both"];
    let first = (0..phrase.words.len()).find(|at| {
        !matches!(phrase.word(*at), "also" | "then" | "and" | "so" | "oh" | "okay" | "just" | "now" | "first")
    })?;
    let verb = phrase.word(first);
    let orders = DEEDS.contains(&verb) && !IN_CONVERSATION.contains(&verb) && !script.is_email();
    let what = verb_phrase(phrase, first).filter(|_| DETERMINERS.contains(&phrase.word(first + 1)))?;
    (orders && first < 4 && !is_small_talk(&what)).then_some(what)
}

/// The deed with its object, although the object may be a pronoun: "treat this as a priority".
fn verb_phrase_of(phrase: &Phrase<'_>, verb: usize) -> Option<String> {
    verb_phrase(phrase, verb).filter(|what| what.split(' ').count() >= 2)
}
