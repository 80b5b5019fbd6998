//! What the keeping of a promise is known by: the words that carry it, and what sort of promise it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::deeds::ARRANGING;
use super::lexicon::NUMBER_NAMES;
use super::merge::{Told, carrying};
use super::phrase::Phrase;
use super::said::Stretch;
use crate::domain::activity::Commitment;
use crate::language::{self, content_stems};

/// Stems that tie no e-mail to a promise.
const TOO_COMMON: [&str; 16] = [
    "send", "answer", "tell", "written", "within", "week", "month", "promis", "today", "tomorrow", "back", "give",
    "come", "write", "look", "friday",
];

/// A promise, and what its keeping is known by.
pub(super) struct Sought<'c> {
    /// The promise.
    pub commitment: &'c Commitment,
    /// What was promised, its pronouns resolved.
    pub what: &'c str,
    /// The stems that carry it.
    pub wanted: BTreeSet<String>,
    /// How much each of them tells.
    pub weights: BTreeMap<String, f64>,
    /// The same of all that its sentence is about.
    pub topic: BTreeMap<String, f64>,
    /// Whether no word of it is its own: "the list", "a link".
    pub generic: bool,
    /// Whether a meeting is promised.
    pub arranged: bool,
    /// Whether an answer is promised, and no thing.
    pub answers: bool,
    /// Whether nothing tells what it is about: "I'll come back to you".
    pub unnamed: bool,
    /// "The moment it ships": only the event itself keeps it.
    pub upon: bool,
    /// "All funds": a part is not the whole.
    pub whole: bool,
    /// Whether a price is promised: only words that name an amount keep it.
    pub priced: bool,
}

/// Stems that name a price, which words that keep the promise put as an amount.
const PRICES: [&str; 5] = ["price", "cost", "quot", "figur", "amount"];

impl<'c> Sought<'c> {
    /// Of a promise, and what was said around it.
    pub fn new(told: &'c Told, said: &Stretch<'_>) -> Self {
        const EVENTS: [&str; 6] = ["the moment", "the day", "the hour", "the minute", "when", "as soon as"];
        const WHOLE: [&str; 4] = ["all", "full", "complete", "every"];
        let what = Phrase::new(&told.what);
        let mut wanted = carrying(&told.what);
        let generic = wanted.iter().all(|stem| said.is_generic(stem));
        if generic {
            let stems = content_stems(&told.what);
            let deed = usize::from(stems.len() > 1);
            wanted.extend(stems.into_iter().skip(deed));
        }
        // "Credit note of eight hundred": the mail has it in digits.
        leave_out(&mut wanted, is_number_word);
        let priced = leave_out(&mut wanted, |stem| PRICES.contains(&stem));
        let due = told.commitment.due_text.as_deref().unwrap_or_default();
        let mut topic = matter(&told.commitment.quote.replace(due, " "));
        let answers = what.any_at(0, &ANSWERING).is_some()
            || Phrase::new(&told.commitment.quote).has(&[
                "come back to you",
                "get back to you",
                "an answer",
                "proper answer",
            ]);
        let unnamed = wanted.is_empty() || answers && topic.is_empty();
        topic.extend(wanted.iter().cloned());
        Self {
            commitment: &told.commitment,
            what: &told.what,
            weights: said.weights(&wanted),
            topic: said.weights(&topic),
            generic,
            wanted,
            arranged: what.any_at(0, &ARRANGING).is_some(),
            answers,
            unnamed,
            upon: what.has(&EVENTS),
            whole: what.has(&WHOLE),
            priced,
        }
    }
}

/// Takes the stems that `of_kind` out as long as others remain; whether it did.
fn leave_out(wanted: &mut BTreeSet<String>, of_kind: impl Fn(&str) -> bool) -> bool {
    let some = wanted.iter().any(|stem| of_kind(stem));
    let leaves = some && !wanted.iter().all(|stem| of_kind(stem));
    if leaves {
        wanted.retain(|stem| !of_kind(stem));
    }
    leaves
}

fn is_number_word(stem: &str) -> bool {
    static STEMS: LazyLock<Vec<String>> =
        LazyLock::new(|| NUMBER_NAMES.iter().map(|name| language::stem(name)).collect());
    STEMS.iter().any(|number| number == stem) || stem.starts_with(|letter: char| letter.is_ascii_digit())
}

/// The stems of what a promise is about, as it was put.
fn matter(quote: &str) -> BTreeSet<String> {
    let telling = |stem: &String| stem.len() > 3 && !TOO_COMMON.contains(&stem.as_str()) && !carrying(stem).is_empty();
    content_stems(quote).into_iter().filter(telling).collect()
}

/// Beginnings of promises of an answer.
const ANSWERING: [&str; 18] = [
    "ask",
    "tell",
    "let",
    "come back",
    "get back",
    "respond",
    "reply",
    "answer",
    "find out",
    "check",
    "write to",
    "deliver a written answer",
    "deliver an answer",
    "deliver the answer",
    "get an answer",
    "bring an answer",
    "confirm",
    "look into",
];
