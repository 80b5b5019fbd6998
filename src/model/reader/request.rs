//! Requests: what the customer asks us for.

use std::collections::BTreeSet;

use super::act::asks_to_act;
use super::clean::{clause, thing_stands_alone};
use super::cue::opens_recap;
use super::deed::asked_deed;
use super::goods::CAPABILITIES;
use super::lexicon::{ASKS, NOT_MEANT};
use super::merge::{carrying, overlap};
use super::orders::{ordered, told_to};
use super::people::People;
use super::phrase::{Phrase, is_pronoun};
use super::statement::{Script, Statement};
use super::thing::{has_figure, is_asked_for, is_small_talk, noun_phrase, things_before, verb_phrase};
use super::wants::{ASKING_FOR, ASKING_WHETHER, IF_ONLY, INVITATIONS, LIST_OPENERS, WANTING, WELCOME};
use super::wish::{as_a_whole, asks_anew, is_put_as_wish};
use crate::domain::activity::{Request, Side};
use crate::language::{content_stems, is_stop_word};

/// How many statements after its announcement a thing named by itself still belongs to the list.
const LIST_REACH: usize = 9;

/// Below this a sentence of a known form is taken for small talk after all.
const UNLIKELY: f64 = 0.2;

/// From here on anything may be what is asked for, not only what a vendor is known to give.
const LIKELY: f64 = 0.6;

/// From here on it is a request without any of the known forms.
const CERTAIN: f64 = 0.8;

/// From here on it is one where its words are those wishes are put in.
const LIKELY_AS_A_WISH: f64 = 0.5;

/// How many statements after a request "And a …" still adds to it.
const ADDED_WITHIN: usize = 6;

/// Requests of one record, at most: nobody asks for more at once, and each is compared with the others.
const MOST: usize = 100;

/// The requests of one call or e-mail, in order, the first [`MOST`] of them, each thing once, in its fullest wording.
pub(super) fn requests(script: &Script<'_>, people: &People, account: &str) -> Vec<Request> {
    let mut found: Vec<(BTreeSet<String>, Request)> = Vec::new();
    let mut announced: Option<usize> = None;
    let mut asked: Option<usize> = None;
    for (index, statement) in script.statements.iter().enumerate() {
        if script.is_foreign(index) {
            continue;
        }
        let phrase = Phrase::new(statement.text);
        let customer = statement.side == Some(Side::Customer);
        if announces_list(&phrase, customer) {
            announced = Some(index);
        }
        if !customer || found.len() >= MOST {
            continue;
        }
        let added = phrase.any_at(0, &ADDING).is_some() && asked.is_some_and(|asked| index - asked <= ADDED_WITHIN);
        let listed = added || announced.is_some_and(|opened| index - opened <= LIST_REACH);
        let Some(what) = requested(script, people, index, &phrase, listed) else { continue };
        asked = Some(index);
        if listed && !added {
            announced = Some(index);
        }
        let stems = subject(&what);
        let shown = if thing_stands_alone(&what, &phrase) { what } else { clause(&phrase, 0, phrase.words.len()) };
        match found.iter_mut().find(|(known, _)| overlap(known, &stems) >= 0.6) {
            Some((known, request)) if known.len() < stems.len() => {
                statement.text.clone_into(&mut request.quote);
                request.what = shown;
                request.at_seconds = statement.at_seconds;
                *known = stems;
            }
            Some(_) => {}
            None => {
                let number = found.len();
                found.push((stems, request(script, statement, account, shown, number)));
            }
        }
    }
    found.into_iter().map(|(_, request)| request).collect()
}

/// Beginnings that add a thing to what was asked for before.
const ADDING: [&str; 8] = ["and a", "and an", "and some", "and two", "also a", "also an", "plus a", "plus an"];

fn first_word(what: &str) -> &str {
    what.split(' ').next().unwrap_or_default()
}

/// Whether `what` is something to ask a vendor for; anything is in a sentence that sounds like asking (`open`).
fn counts(what: &str, open: bool) -> bool {
    open || is_asked_for(what)
}

/// The stems a request is told apart by.
pub(super) fn subject(what: &str) -> BTreeSet<String> {
    let stems = carrying(what);
    if stems.is_empty() { content_stems(what).into_iter().collect() } else { stems }
}

/// What statement `index` asks for; `listed` when a list of wishes is being told.
pub(super) fn requested(
    script: &Script<'_>,
    people: &People,
    index: usize,
    phrase: &Phrase<'_>,
    listed: bool,
) -> Option<String> {
    let sums_up = opens_recap(phrase) && !script.is_email() && !phrase.has(&WANTING) && !phrase.is_question();
    if phrase.has(&NOT_MEANT) || sums_up || to_colleague(script, people, index, phrase) {
        return None;
    }
    let sound = script.statements[index].sound().request;
    let open = sound >= LIKELY;
    by_name(phrase)
        .or_else(|| wished(script, index, phrase, open))
        .or_else(|| welcome(phrase, open))
        .or_else(|| if_only(phrase, open))
        .or_else(|| whether(phrase, open).filter(|what| !matches!(first_word(what), "chance" | "way" | "plans")))
        .or_else(|| when(phrase))
        .or_else(|| to_be_done(script, index, phrase, open))
        .or_else(|| ordered(script, phrase))
        .or_else(|| if open { told_to(script, phrase) } else { None })
        .filter(|what| sound >= UNLIKELY || is_asked_for(what))
        .or_else(|| if listed { by_itself(phrase) } else { None })
        .or_else(|| {
            let whole = sound >= CERTAIN || sound >= LIKELY_AS_A_WISH && is_put_as_wish(phrase) || asks_anew(phrase);
            if whole { as_a_whole(phrase) } else { None }
        })
        .filter(|what| !what.is_empty())
}

/// The request for `what` that a statement makes.
pub(super) fn request(
    script: &Script<'_>,
    statement: &Statement<'_>,
    account: &str,
    what: String,
    number: usize,
) -> Request {
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

/// "Three wishes." of the customer; "What do you need from us?" of ours.
fn announces_list(phrase: &Phrase<'_>, customer: bool) -> bool {
    if customer { phrase.has(&LIST_OPENERS) } else { phrase.is_question() && phrase.has(&INVITATIONS) }
}

/// "Marcus, could you send it?" said by a customer to a customer.
pub(super) fn to_colleague(script: &Script<'_>, people: &People, index: usize, phrase: &Phrase<'_>) -> bool {
    let called = |at: usize| {
        phrase.words.get(at).and_then(|word| people.named(word.text)).is_some_and(|(name, side)| {
            side == Side::Customer && name != script.statements[index].speaker && !script.is_email()
        })
    };
    let first = called(0) && phrase.gap(1).contains(',');
    let last = phrase.words.len().checked_sub(1).is_some_and(|at| called(at) && phrase.gap(at).contains(','));
    first || last
}

/// "I'd like to formally ask for SAML with Okta."
fn by_name(phrase: &Phrase<'_>) -> Option<String> {
    const OTHERS: [&str; 17] = [
        "you",
        "you're",
        "you've",
        "they",
        "they're",
        "they've",
        "he",
        "she",
        "nobody",
        "who",
        "not",
        "never",
        "isn't",
        "dropped",
        "withdraw",
        "withdrawn",
        "if",
    ];
    let (at, length) = phrase.find(&ASKING_FOR)?;
    let foretold = at.checked_sub(1).is_some_and(|before| {
        matches!(phrase.word(before), "will" | "may" | "might") && !phrase.has_before(at, &["i", "we"])
    });
    let asked = phrase.at(at, "asked for").is_some();
    let told =
        asked && (!phrase.has_before(at, &["i", "we", "i've", "we've", "been"]) || phrase.has(&["they", "and got"]));
    let what = noun_phrase(phrase, at + length)?;
    (!told && !phrase.has_before(at, &OTHERS) && !foretold && !is_small_talk(&what)).then_some(what)
}

/// "We need SAML", "I'd like to export it as CSV", "What I'd like for the launch is a workshop".
fn wished(script: &Script<'_>, index: usize, phrase: &Phrase<'_>, open: bool) -> Option<String> {
    let (at, length) = phrase.find(&WANTING)?;
    let mut object = at + length;
    if at == 0 && phrase.word(0) == "what" {
        return noun_phrase(phrase, object);
    }
    if phrase.word(0) == "what" && at == 1 {
        object = (object..(object + 5).min(phrase.words.len())).find(|at| phrase.word(*at) == "is")? + 1;
        return noun_phrase(phrase, object);
    }
    let supposed = phrase.has_before(at, &["if"]) && !phrase.has_before(at, &["ask if", "see if", "wonder if"]);
    let after = (object..phrase.words.len()).any(|at| matches!(phrase.word(at), "if" | "approved"));
    if supposed || after || phrase.has_before(at, &["said", "when", "what", "don't", "who"]) {
        return None;
    }
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
        let what = completed(script, index, verb_phrase(phrase, object)?);
        return counts(&what, open).then_some(what);
    }
    if matches!(phrase.word(object), "it" | "them" | "that" | "those" | "this") {
        let rest = phrase.cut(object + 1, (object + 8).min(phrase.words.len()), None);
        let thing = things_before(script, index).map(|thing| thing.trim_start_matches("the ").to_owned());
        let what = format!("{} {rest}", thing.unwrap_or_default()).trim().to_owned();
        let placed = matches!(phrase.word(object + 1), "in" | "on" | "as" | "off" | "out" | "into" | "to");
        return (placed && counts(&what, open) && rest.contains(' ')).then_some(what);
    }
    let what = noun_phrase(phrase, object)?;
    let helper = matches!(phrase.word(object), "somebody" | "someone");
    if is_small_talk(&what) && !helper {
        return None;
    }
    let what = completed(script, index, what);
    (counts(&what, open) || has_figure(&what) || helper && what.contains(' ')).then_some(what)
}

/// "another twenty", said of seats, is another twenty seats.
fn completed(script: &Script<'_>, index: usize, what: String) -> String {
    let number_only = Phrase::new(&what).words.iter().all(|word| has_figure(&word.lower) || word.lower == "another");
    if !number_only {
        return what;
    }
    let turn = script.statements[index].turn;
    let near = script.statements[..=index].iter().rev().take_while(|near| near.turn + 2 > turn).take(5);
    let counted = near
        .flat_map(|near| {
            Phrase::new(near.text).words.into_iter().map(|word| word.lower.into_owned()).rev().collect::<Vec<_>>()
        })
        .find(|word| word.ends_with('s') && is_asked_for(word));
    counted.map_or(what.clone(), |counted| format!("{what} {counted}"))
}

/// "A Drive connector would be so good", "It would help to have the revised form".
fn welcome(phrase: &Phrase<'_>, open: bool) -> Option<String> {
    let (at, length) = phrase.find(&WELCOME)?;
    if at > 0 && is_pronoun(phrase.word(at - 1)) {
        let (to, have) = (at + length..phrase.words.len())
            .find_map(|next| Some((next, phrase.any_at(next, &["to have", "to get", "if we had", "if you could"])?)))?;
        return if phrase.at(to, "if you could").is_some() {
            verb_phrase(phrase, to + have)
        } else {
            noun_phrase(phrase, to + have)
        };
    }
    let what = noun_phrase(phrase, phrase.clause_start(at)).filter(|_| at > 0)?;
    counts(&what, open).then_some(what)
}

/// "If there was a connector, that's a day a week I get back."
fn if_only(phrase: &Phrase<'_>, open: bool) -> Option<String> {
    let (at, length) = phrase.find(&IF_ONLY)?;
    let says = matches!(phrase.word(at + length - 1), "said" | "showed" | "listed" | "included");
    let what = noun_phrase(phrase, at + length)?;
    (says || counts(&what, open)).then_some(what)
}

/// "Is there a way to install it silently?", "Any news on the export?"
fn whether(phrase: &Phrase<'_>, open: bool) -> Option<String> {
    let (at, length) = phrase.find(&ASKING_WHETHER)?;
    let last = phrase.word(at + length - 1);
    if phrase.at(at, "anything off for").is_some() || phrase.at(at, "is there anything off for").is_some() {
        return Some(format!("{} discount", noun_phrase(phrase, at + length)?));
    }
    let may = matches!(last, "i" | "we") && phrase.at(at, "any").is_none();
    if may && !(CAPABILITIES.contains(&phrase.word(at + length)) && phrase.is_question()) {
        return None;
    }
    let there = there_is(phrase, at) && !phrase.is_question();
    if last == "from" {
        return Some(format!("answer from {}", noun_phrase(phrase, at + length)?));
    }
    if there_is(phrase, at) && matches!(phrase.word(at + length), "limit" | "cap" | "reason" | "word") {
        return None;
    }
    let what = match last {
        "to" | "could" | "can" | "consider" | "about" | "i" | "we" => verb_phrase(phrase, at + length)?,
        _ => noun_phrase(phrase, at + length)?,
    };
    let asks_us = matches!(last, "from" | "could");
    (!there && (asks_us || counts(&what, open)) && !is_small_talk(&what)).then_some(what)
}

fn there_is(phrase: &Phrase<'_>, at: usize) -> bool {
    phrase.at(at, "is there").is_some()
}

/// "When can we go through the schedule?"
fn when(phrase: &Phrase<'_>) -> Option<String> {
    const WHEN: [&str; 14] = [
        "when do i get",
        "when will i get",
        "when can i",
        "when could i",
        "when will i have",
        "when do we see",
        "when are we getting",
        "when can we",
        "when could we",
        "when can you",
        "when could you",
        "when will you",
        "when do we get",
        "when will we get",
    ];
    let length = phrase.any_at(0, &WHEN).filter(|_| phrase.is_question())?;
    verb_phrase(phrase, length).filter(|what| what.contains(' '))
}

/// "Could you send us a quote?"
fn to_be_done(script: &Script<'_>, index: usize, phrase: &Phrase<'_>, open: bool) -> Option<String> {
    let statement = &script.statements[index];
    let verb = asked_deed(phrase)?;
    if script.is_email() && !asks_to_act(statement.text) {
        return None;
    }
    let what = verb_phrase(phrase, verb)?;
    let direct = phrase.has(&ASKS) || phrase.has(&["please"]) || matches!(phrase.word(verb + 1), "me" | "us");
    let pleasantry =
        phrase.has(&["let me know", "let us know", "if you have any questions", "feel free", "contact me", "call me"]);
    (direct && !pleasantry && !is_small_talk(&what) && (counts(&what, open) || what.split(' ').count() >= 2))
        .then_some(what)
}

/// A thing named without a verb in a list of wishes: "Teams alerts for failed jobs.", "Two is single sign-on."
fn by_itself(phrase: &Phrase<'_>) -> Option<String> {
    const VERBS: [&str; 40] = [
        "i", "you", "we", "it", "he", "she", "they", "is", "are", "was", "were", "be", "has", "have", "had", "will",
        "would", "can", "could", "do", "did", "does", "don't", "that's", "it's", "i'm", "there's", "there", "you've",
        "i've", "we've", "we're", "what", "who", "how", "why", "when", "not", "no", "i'd",
    ];
    const ORDINALS: [&str; 12] = [
        "one is",
        "two is",
        "three is",
        "four is",
        "first is",
        "second is",
        "third is",
        "one",
        "two",
        "three",
        "first",
        "second",
    ];
    let mut from = 0;
    while let Some(length) =
        phrase.any_at(from, &ORDINALS).or_else(|| phrase.any_at(from, &["and", "also", "oh", "so"]))
    {
        from += length;
    }
    let left = phrase.words.len().checked_sub(from).filter(|left| (1..=24).contains(left))?;
    let pause = (from + 1..from + left.min(5)).find(|at| phrase.gap(*at).contains(',')).unwrap_or(from + left.min(5));
    let happened = (from + 1..pause).any(|at| phrase.word(at).ends_with("ed") && !is_stop_word(phrase.word(at - 1)));
    let pointed = phrase.word(from) == "the" || (from..pause).any(|at| matches!(phrase.word(at), "her" | "his" | "my"));
    let opening = happened || pointed || (from..pause).any(|at| VERBS.contains(&phrase.word(at)));
    let person = matches!(phrase.word(from), "somebody" | "someone");
    if opening && !person || phrase.is_question() {
        return None;
    }
    let what = noun_phrase(phrase, from)?;
    let named = what.contains([' ', '-']) || what.chars().all(char::is_uppercase);
    ((person || is_asked_for(&what)) && named).then_some(what)
}
