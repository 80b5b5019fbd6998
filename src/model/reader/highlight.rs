//! The sentences that carry a call: for summaries made of its own words.

use std::collections::BTreeSet;

use super::due::find_due;
use super::lexicon::{ASKS, FIRST_PERSON, YOU_WILL_HAVE};
use super::merge::alike;
use super::phrase::Phrase;
use crate::domain::activity::{Call, Side};
use crate::language::{content_stems, is_stop_word, sentences};

/// Why a sentence was picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HighlightReason {
    /// It answers what was asked about.
    Topic,
    /// Something was decided or agreed.
    Decision,
    /// Somebody worries or complains.
    Concern,
    /// Somebody is content.
    Praise,
    /// The customer asks for something.
    Request,
    /// Somebody promises something.
    Promise,
    /// A day is named.
    Date,
    /// A figure is named.
    Figure,
    /// It says much in few words.
    Content,
}

/// A picked sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Index of the turn in the transcript.
    pub turn: usize,
    /// The sentence, verbatim.
    pub text: String,
    /// Why.
    pub reason: HighlightReason,
}

const DECISIONS: [&str; 30] = [
    "agreed",
    "decided",
    "approved",
    "we'll go",
    "let's",
    "go ahead",
    "signed",
    "canceled",
    "cancelled",
    "renew",
    "renewing",
    "not renewing",
    "switch",
    "switching",
    "moved",
    "postponed",
    "starts",
    "ends",
    "is out",
    "shipped",
    "i told",
    "replace",
    "expires",
    "budget",
    "proceed",
    "unfrozen",
    "frozen",
    "the plan",
    "accepted",
    "we chose",
];
const CONCERNS: [&str; 50] = [
    "problem",
    "issue",
    "slow",
    "broken",
    "outage",
    "failed",
    "fails",
    "failing",
    "worried",
    "worry",
    "concern",
    "concerned",
    "frustrated",
    "frustrating",
    "disappointed",
    "angry",
    "unacceptable",
    "risk",
    "blocked",
    "blocker",
    "stuck",
    "delay",
    "delayed",
    "late",
    "missed",
    "never",
    "wrong",
    "expensive",
    "too much",
    "competitor",
    "leaving",
    "left",
    "cancel",
    "complaint",
    "not happy",
    "unhappy",
    "painful",
    "confusing",
    "crash",
    "crashes",
    "error",
    "errors",
    "can't",
    "doesn't work",
    "not working",
    "double",
    "overdue",
    "escalate",
    "lost",
    "nobody",
];
const PRAISES: [&str; 26] = [
    "love",
    "great",
    "fantastic",
    "excellent",
    "wonderful",
    "happy",
    "impressed",
    "best",
    "brilliant",
    "amazing",
    "perfect",
    "pleased",
    "satisfied",
    "helped",
    "saves",
    "saved",
    "works well",
    "fast",
    "easy",
    "recommend",
    "proud",
    "nice",
    "standing ovation",
    "quiet",
    "trust",
    "delighted",
];
const WANTS: [&str; 20] = [
    "we need",
    "i need",
    "we want",
    "i want",
    "we'd like",
    "i'd like",
    "we'd love",
    "ask for",
    "asking for",
    "asked for",
    "request",
    "is there a way",
    "any chance",
    "would be great",
    "we're missing",
    "must",
    "required",
    "we require",
    "wish",
    "we'd need",
];

/// Sentences nobody needs to read again begin like this.
const SMALL_OPENINGS: [&str; 44] = [
    "good morning",
    "good afternoon",
    "hello",
    "hi",
    "hey",
    "morning",
    "thanks",
    "thank you",
    "bye",
    "goodbye",
    "how are",
    "nice to",
    "sorry",
    "ha",
    "haha",
    "oh",
    "wow",
    "okay so",
    "can you hear",
    "you're on mute",
    "have a",
    "take care",
    "see you",
    "talk soon",
    "great",
    "perfect",
    "sure",
    "right",
    "yes",
    "no",
    "yeah",
    "um",
    "uh",
    "well",
    "fair",
    "cheers",
    "lovely",
    "go ahead",
    "welcome",
    "speak soon",
    "good to",
    "is everyone",
    "shall we",
    "one second",
];

/// Words that point at something said before; a sentence that begins with one does not stand alone.
const DANGLING: [&str; 44] = [
    "it", "it's", "it'd", "it'll", "that", "that's", "that'd", "this", "these", "those", "they", "they're", "they've",
    "he", "she", "he's", "she's", "them", "which", "and", "but", "or", "so", "because", "also", "then", "there",
    "yeah", "yes", "no", "okay", "well", "right", "sure", "both", "same", "neither", "either", "mine", "except", "of",
    "meaning", "like", "not",
];

struct Scored {
    turn: usize,
    index: usize,
    text: String,
    reason: HighlightReason,
    score: f64,
    stems: BTreeSet<String>,
}

/// At most `max` sentences that carry the call, in the order they were said; leaning towards `about` when given.
#[must_use]
pub fn highlights(call: &Call, about: Option<&str>, max: usize) -> Vec<Pick> {
    let topic: BTreeSet<String> = about.map(content_stems).unwrap_or_default().into_iter().collect();
    let mut scored = score_all(call, &topic);
    scored.sort_by(|left, right| right.score.total_cmp(&left.score).then(left.index.cmp(&right.index)));
    let mut picked: Vec<Scored> = Vec::new();
    for candidate in scored {
        if picked.len() == max {
            break;
        }
        // Two sentences that say the same, or two of one turn, are one too many.
        let repeated = picked.iter().any(|known| {
            let shared = known.stems.intersection(&candidate.stems).count();
            shared * 2 > known.stems.len().min(candidate.stems.len()) || known.turn == candidate.turn && max > 2
        });
        if !repeated {
            picked.push(candidate);
        }
    }
    picked.sort_by_key(|pick| pick.index);
    picked.into_iter().map(|pick| Pick { turn: pick.turn, text: pick.text, reason: pick.reason }).collect()
}

fn score_all(call: &Call, topic: &BTreeSet<String>) -> Vec<Scored> {
    let last = call.transcript.len().saturating_sub(1).max(1) as f64;
    let mut found = Vec::new();
    let mut index = 0;
    for (turn, spoken) in call.transcript.iter().enumerate() {
        let customer = call.side_of(&spoken.speaker) == Some(Side::Customer);
        let position = turn as f64 / last;
        for text in sentences(&spoken.text) {
            index += 1;
            if let Some((score, reason, stems)) = score(text, customer, position, topic, call) {
                found.push(Scored { turn, index, text: text.to_owned(), reason, score, stems });
            }
        }
    }
    found
}

fn score(
    text: &str,
    customer: bool,
    position: f64,
    topic: &BTreeSet<String>,
    call: &Call,
) -> Option<(f64, HighlightReason, BTreeSet<String>)> {
    let phrase = Phrase::new(text);
    let count = phrase.words.len();
    let stems: BTreeSet<String> = content_stems(text).into_iter().collect();
    let about = topic.iter().filter(|wanted| stems.iter().any(|stem| alike(stem, wanted))).count();
    let dangling = DANGLING.contains(&phrase.word(0)) || phrase.any_at(0, &SMALL_OPENINGS).is_some();
    if !(5..=45).contains(&count) || stems.len() < 2 || (dangling && about == 0) || !ends_well(text) {
        return None;
    }
    let mut score = 0.0;
    let mut strongest = (0.0, HighlightReason::Content);
    let mut cue = |holds: bool, points: f64, reason: HighlightReason| {
        if holds {
            score += points;
            if points > strongest.0 {
                strongest = (points, reason);
            }
        }
    };
    let question = phrase.is_question();
    let dated = find_due(text, call.started_at.date_naive()).is_some();
    let promised = phrase.has(&FIRST_PERSON) || phrase.has(&YOU_WILL_HAVE);
    cue(about > 0, 3.0 * about as f64 / topic.len().max(1) as f64, HighlightReason::Topic);
    cue(phrase.has(&DECISIONS), 1.1, HighlightReason::Decision);
    cue(phrase.has(&CONCERNS), if customer { 1.2 } else { 0.5 }, HighlightReason::Concern);
    cue(phrase.has(&PRAISES), if customer { 1.0 } else { 0.1 }, HighlightReason::Praise);
    cue(customer && (phrase.has(&WANTS) || phrase.has(&ASKS)), 1.3, HighlightReason::Request);
    cue(promised && dated, 1.4, HighlightReason::Promise);
    cue(dated, 0.6, HighlightReason::Date);
    cue(has_figure(&phrase), 0.7, HighlightReason::Figure);
    score += if customer { 0.6 } else { 0.0 };
    score += (stems.len() as f64 / 12.0).min(1.0) * 0.8;
    score -= if question { 1.0 } else { 0.0 };
    // The first minutes are greetings; jokes and asides have no figure, name or cue.
    score -= if position < 0.06 { 0.8 } else { 0.0 };
    score -= if dangling { 0.5 } else { 0.0 };
    score -= if count < 8 { 0.4 } else { 0.0 };
    (score >= 1.0).then_some((score, strongest.1, stems))
}

/// A sentence broken off is no quotation.
fn ends_well(text: &str) -> bool {
    !text.ends_with(['—', '–', ',', '-']) && !text.ends_with("...")
}

fn has_figure(phrase: &Phrase<'_>) -> bool {
    const NUMBERS: [&str; 14] = [
        "hundred",
        "thousand",
        "million",
        "percent",
        "dozen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "terabytes",
    ];
    phrase.words.iter().any(|word| {
        let digits = word.lower.starts_with(|letter: char| letter.is_ascii_digit());
        (digits || NUMBERS.contains(&word.lower.as_str())) && !is_stop_word(&word.lower)
    })
}
