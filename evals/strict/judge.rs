//! Judges an answer as somebody with ten seconds would: what it opens with, its polarity, nothing false.

use serde::Serialize;
use serde_json::Value;

use super::question::{Polarity, Question};
use crate::client::Answer;
use crate::score::is_record;
use crate::text;

/// How much of an answer is read at a glance.
const GLANCE: usize = 350;

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It states the finding, and nothing else is wrong with it.
    Right,
    /// The finding is in it, but not where it is looked for, or not all of it.
    Partly,
    /// It says something else.
    Wrong,
    /// It says that there is nothing, although there is.
    Silent,
}

/// What was thought of an answer, and why.
#[derive(Debug, Serialize)]
pub struct Judgement {
    /// How it ended.
    pub verdict: Verdict,
    /// Whether it holds a false statement.
    pub says_false: bool,
    /// What is wrong, in words.
    pub faults: Vec<String>,
}

/// How an answer says that the records do not hold something.
const UNSETTLED: &[&str] = &[
    "settle",
    "do not say",
    "don't say",
    "does not say",
    "doesn't say",
    "not on record",
    "do not hold",
    "do not mention",
    "don't mention",
    "no record",
    "nobody said",
    "nothing in the records",
    "nothing about",
    "cannot tell",
    "can't tell",
    "unclear",
    "not known",
    "i found nothing",
    "found no",
    "no account",
];

/// How a sentence denies without beginning with a no.
const DENIES: &[&str] = &[
    "not",
    "no",
    "never",
    "nobody",
    "none",
    "nothing",
    "neither",
    "nor",
    "declined",
    "refused",
    "rejected",
    "withdrawn",
    "canceled",
    "cancelled",
    "dropped",
];

/// How it says that something is less than was asked.
const FALLS_SHORT: &[&str] = &["without", "instead", "only", "still", "open", "overdue", "late", "yet"];

/// Judges an answer.
pub fn judge(question: &Question, answer: &Answer) -> Judgement {
    let whole = text::plain(&answer.answer);
    let glance: String = whole.chars().take(GLANCE).collect();
    let mut faults = Vec::new();
    let mut says_false = false;
    for pattern in question.untrue.iter().filter(|pattern| pattern.is_in(&whole)) {
        says_false = true;
        faults.push(format!("false: {pattern}"));
    }
    let missing: Vec<_> = question.lead.iter().filter(|pattern| !pattern.is_in(&glance)).collect();
    faults.extend(missing.iter().map(|pattern| format!("does not open with: {pattern}")));
    let led = missing.is_empty();
    let anywhere = !question.lead.is_empty() && question.lead.iter().any(|pattern| pattern.is_in(&whole));

    let found = polarity_of(&glance, led, answer);
    let polarity = question.verdict.is_none_or(|wanted| agrees(wanted, found));
    if let (Some(wanted), false) = (question.verdict, polarity) {
        faults.push(format!("is read as {found:?}, not {wanted:?}"));
    }
    // The opposite of what is so is a false statement, whatever words it is made in.
    if matches!(
        (question.verdict, found),
        (Some(Polarity::Yes | Polarity::Unknown), Opening::No) | (Some(Polarity::No | Polarity::Unknown), Opening::Yes)
    ) {
        says_false = true;
    }
    let cited = question.records.is_empty()
        || answer.citations.iter().any(|citation| question.records.iter().any(|id| is_record(&citation.id, id)));
    if !cited {
        faults.push(format!("cites none of: {}", question.records.join(", ")));
    }
    let acted = acts_as_asked(question, answer, &mut faults);

    let wants_none = matches!(question.verdict, Some(Polarity::Unknown | Polarity::No));
    let silent = found == Opening::Unsettled && !wants_none && !led;
    let verdict = if says_false || !acted {
        Verdict::Wrong
    } else if led && polarity && cited {
        Verdict::Right
    } else if silent {
        Verdict::Silent
    } else if anywhere || led && !question.lead.is_empty() {
        Verdict::Partly
    } else {
        Verdict::Wrong
    };
    Judgement { verdict, says_false, faults }
}

/// How an answer opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opening {
    Yes,
    No,
    /// It denies, in a sentence that does not begin with a no.
    Denies,
    /// It leaves yes or no to words it quotes, or says how far it is.
    Quotes,
    Unsettled,
    AsksBack,
    States,
}

fn agrees(wanted: Polarity, found: Opening) -> bool {
    match wanted {
        Polarity::Yes => matches!(found, Opening::Yes | Opening::States | Opening::Quotes),
        Polarity::No => matches!(found, Opening::No | Opening::Denies | Opening::Quotes),
        Polarity::Unknown => matches!(found, Opening::Unsettled),
        Polarity::AsksBack => matches!(found, Opening::AsksBack),
    }
}

fn polarity_of(glance: &str, led: bool, answer: &Answer) -> Opening {
    let lower = glance.to_lowercase();
    let first = success_agent::language::sentences(&lower).first().map_or(lower.as_str(), |first| *first).to_owned();
    let words: Vec<&str> =
        lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if answer.citations.is_empty() && (first.ends_with('?') || !answer.offers.is_empty() && lower.contains('?')) {
        return Opening::AsksBack;
    }
    let none = matches!(words.first(), Some(&("no" | "nothing" | "none" | "nobody"))) && first.contains("on record");
    let unsettled = none || UNSETTLED.iter().any(|phrase| first.contains(phrase));
    match words.first().copied() {
        Some("yes") => Opening::Yes,
        Some("no") if words.get(1).is_some_and(|word| !matches!(*word, "record" | "records")) && !unsettled => {
            Opening::No
        }
        Some("not") if !unsettled => Opening::No,
        _ if unsettled => Opening::Unsettled,
        _ if led && denies(&own_words(&first)) => Opening::Denies,
        _ if led && (denies(&first) || falls_short(&first)) => Opening::Quotes,
        _ => Opening::States,
    }
}

fn denies(sentence: &str) -> bool {
    sentence.contains("n't") || has_word(sentence, DENIES)
}

fn falls_short(sentence: &str) -> bool {
    has_word(sentence, FALLS_SHORT)
}

fn has_word(sentence: &str, words: &[&str]) -> bool {
    sentence.split(|letter: char| !letter.is_alphanumeric()).any(|word| words.contains(&word))
}

/// A sentence without what it quotes.
fn own_words(sentence: &str) -> String {
    sentence.split('"').step_by(2).collect::<Vec<_>>().join(" ")
}

/// Whether what was ordered is proposed, and nothing that was not.
fn acts_as_asked(question: &Question, answer: &Answer, faults: &mut Vec<String>) -> bool {
    let mut proposals = answer.cards.iter().filter(|card| card["card"] == "proposal");
    let Some(wanted) = &question.proposes else {
        let uninvited = proposals.next().is_some();
        if uninvited {
            faults.push("proposes what nobody ordered".to_owned());
        }
        return !uninvited;
    };
    let holds = |card: &Value| {
        let action = &card["action"];
        wanted.iter().all(|(field, value)| match (action.get(field).or_else(|| card.get(field)), value) {
            (Some(Value::String(found)), Value::String(wanted)) => letters(found).contains(&letters(wanted)),
            (Some(found), wanted) => found == wanted,
            (None, _) => false,
        })
    };
    // Where it is already, it need not be routed to; whoever wrote the question could not know its section.
    let there = wanted.get("action").is_some_and(|action| action == "route_account")
        && answer.answer.trim_end().ends_with("already.");
    let made = proposals.any(holds) || there;
    if !made {
        faults.push(format!("does not propose {}", Value::Object(wanted.clone())));
    }
    made
}

/// A name without case and what stands between its words: `Close the loop` is `close_the_loop`.
fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
