//! Requests: what the customer asks us for.

use super::act::asks_to_act;
use super::cue::opens_recap;
use super::deed::asked_deed;
use super::due::find_due;
use super::lexicon::{
    ASKING_FOR, ASKING_WHETHER, ASKS, CAPABILITIES, GIVING, NOT_MEANT, SMALL_TALK, THINGS_ASKED_FOR, WANTING,
};
use super::merge::{carrying, overlap};
use super::phrase::{Phrase, is_pronoun, thing_at};
use super::statement::{Script, Statement};
use crate::domain::activity::{Request, Side};
use crate::language::{is_stop_word, stem};

/// All requests of one call or e-mail, in order, each thing once.
pub(super) fn requests(script: &Script<'_>, account: &str) -> Vec<Request> {
    let mut found: Vec<Request> = Vec::new();
    for (index, statement) in script.statements.iter().enumerate() {
        if statement.side != Some(Side::Customer) {
            continue;
        }
        let phrase = Phrase::new(statement.text);
        if phrase.has(&NOT_MEANT) || opens_recap(&phrase) && !script.is_email() {
            continue;
        }
        let Some(what) = asked(script, index, &phrase) else { continue };
        let stems = carrying(&what);
        if stems.is_empty() || found.iter().any(|known| overlap(&carrying(&known.what), &stems) >= 0.6) {
            continue;
        }
        found.push(request(script, statement, account, what, found.len()));
    }
    found
}

fn request(script: &Script<'_>, statement: &Statement<'_>, account: &str, what: String, number: usize) -> Request {
    Request {
        id: format!("{}#r{number}", script.source.id),
        account: account.to_owned(),
        who: statement.speaker.clone(),
        what,
        quote: statement.text.to_owned(),
        occurred_at: script.at,
        source: script.source.clone(),
        at_seconds: statement.at_seconds,
    }
}

/// What the sentence asks for.
fn asked(script: &Script<'_>, index: usize, phrase: &Phrase<'_>) -> Option<String> {
    by_name(phrase)
        .or_else(|| wished(phrase))
        .or_else(|| whether(phrase))
        .or_else(|| to_be_done(script, index, phrase))
        .filter(|what| !what.is_empty())
}

/// "I'd like to formally ask for SAML with Okta."
fn by_name(phrase: &Phrase<'_>) -> Option<String> {
    let (at, length) = phrase.find(&ASKING_FOR)?;
    let others = [
        "you", "you're", "you've", "they", "they're", "they've", "he", "she", "nobody", "who", "not", "never", "isn't",
    ];
    let what = noun_phrase(phrase, at + length)?;
    (!phrase.has_before(at, &others) && !is_small_talk(&what)).then_some(what)
}

/// "We need SAML", "I'd like to export it as CSV".
fn wished(phrase: &Phrase<'_>) -> Option<String> {
    let (at, length) = phrase.find(&WANTING)?;
    if phrase.has(&["if"]) && !phrase.has_before(at, &["ask if", "see if", "wonder if"])
        || phrase.has_before(at, &["said", "when", "what"])
    {
        return None;
    }
    let mut object = at + length;
    if phrase.word(object) == "you" && phrase.word(object + 1) == "to" {
        return verb_phrase(phrase, object + 2);
    }
    if phrase.word(object) == "to" {
        object += 1;
        let able = phrase.at(object, "be able to");
        object += able.unwrap_or(0);
        if !CAPABILITIES.contains(&phrase.word(object)) || (phrase.word(object) == "be" && able.is_none()) {
            return None;
        }
        let what = verb_phrase(phrase, object)?;
        return (able.is_some() || is_asked_for(&what)).then_some(what);
    }
    let what = noun_phrase(phrase, object)?;
    (is_asked_for(&what) && !is_small_talk(&what)).then_some(what)
}

/// "Is there a way to install it silently?", "Any news on the export?"
fn whether(phrase: &Phrase<'_>) -> Option<String> {
    let (at, length) = phrase.find(&ASKING_WHETHER)?;
    let pattern = phrase.word(at + length - 1).to_owned();
    let what = match pattern.as_str() {
        "to" | "could" | "can" | "consider" | "about" => verb_phrase(phrase, at + length)?,
        _ => noun_phrase(phrase, at + length)?,
    };
    (is_asked_for(&what) && !is_small_talk(&what)).then_some(what)
}

/// "Could you send us a quote?"
fn to_be_done(script: &Script<'_>, index: usize, phrase: &Phrase<'_>) -> Option<String> {
    let statement = &script.statements[index];
    let verb = asked_deed(phrase)?;
    if script.is_email() && !asks_to_act(statement.text) {
        return None;
    }
    let what = verb_phrase(phrase, verb)?;
    let direct = phrase.has(&ASKS) || phrase.has(&["please"]) || matches!(phrase.word(verb + 1), "me" | "us");
    let pleasantry =
        phrase.has(&["let me know", "let us know", "if you have any questions", "feel free", "contact me", "call me"]);
    (direct && !pleasantry && !is_small_talk(&what) && (is_asked_for(&what) || what.split(' ').count() >= 2))
        .then_some(what)
}

/// The thing named from word `at` on, without its article.
fn noun_phrase(phrase: &Phrase<'_>, at: usize) -> Option<String> {
    let mut from = at;
    while matches!(
        phrase.word(from),
        "a" | "an" | "the" | "some" | "any" | "is" | "your" | "really" | "have" | "both" | "again"
    ) && from + 1 < phrase.words.len()
    {
        from += 1;
    }
    let first = phrase.word(from);
    if first.is_empty() || is_pronoun(first) || (is_stop_word(first) && first != "more") {
        return None;
    }
    let end = thing_end(phrase, from);
    let due = find_due(phrase.text, chrono::NaiveDate::default()).map(|due| (due.start, due.end));
    let text = trimmed(&phrase.cut(from, end, due));
    (!text.is_empty()).then_some(text)
}

/// The first word past the thing that begins at word `from`.
fn thing_end(phrase: &Phrase<'_>, from: usize) -> usize {
    const STOPS: [&str; 44] = [
        "because", "but", "so", "that", "which", "who", "if", "when", "since", "though", "and i", "and we", "and you",
        "and then", "please", "as well", "too", "again", "before", "after", "or", "is", "are", "was", "were", "will",
        "would", "has", "have", "can", "could", "i", "we", "you", "they", "he", "she", "it", "five", "then", "not",
        "while", "from", "how",
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
fn verb_phrase(phrase: &Phrase<'_>, verb: usize) -> Option<String> {
    let mut object = verb + 1;
    while matches!(phrase.word(object), "me" | "us" | "over" | "back" | "it" | "them")
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

fn is_asked_for(what: &str) -> bool {
    Phrase::new(what).words.iter().any(|word| {
        let plain = word.lower.as_str();
        THINGS_ASKED_FOR.contains(&plain) || THINGS_ASKED_FOR.contains(&stem(plain).as_str())
    })
}

fn is_small_talk(what: &str) -> bool {
    let phrase = Phrase::new(what);
    phrase.words.iter().any(|word| SMALL_TALK.contains(&word.lower.as_str())) && !is_asked_for(what)
}
