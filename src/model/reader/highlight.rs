//! The sentences that carry a call: for summaries made of its own words.

use std::collections::BTreeSet;

use super::due::find_due;
use super::lexicon::FIRST_PERSON;
use super::merge::alike;
use super::phrase::Phrase;
use super::promise::promises;
use super::request::requested;
use super::statement::script;
use super::thing::{has_figure, is_asked_for, is_small_talk};
use super::{Setting, Talk};
use crate::domain::account::AccountRecord;
use crate::domain::activity::{Call, Side};
use crate::language::content_stems;

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

/// What the reader of promises and requests found in a sentence.
#[derive(Clone, Copy, Debug, Default)]
struct Read {
    /// A promise that names what it promises.
    promised: bool,
    /// A request.
    asked: bool,
}

fn score_all(call: &Call, topic: &BTreeSet<String>) -> Vec<Scored> {
    let account = AccountRecord::default();
    let talk = Talk::Call(call);
    let Setting { people, sides, .. } = Setting::new(&account, &[talk]);
    let script = script(talk, &sides);
    let clear: BTreeSet<usize> = promises(&script, &people)
        .into_iter()
        .filter(|promise| !promise.vague && !promise.leaned)
        .map(|promise| promise.turn)
        .collect();
    let mut found = Vec::new();
    for (index, statement) in script.statements.iter().enumerate() {
        let customer = statement.side == Some(Side::Customer);
        let phrase = Phrase::new(statement.text);
        let asked = customer && requested(&script, &people, index, &phrase, false).is_some();
        let read = Read { promised: clear.contains(&index), asked };
        if let Some((score, reason, stems)) = score(&phrase, customer, statement.position, topic, call, read) {
            let text = statement.text.to_owned();
            found.push(Scored { turn: statement.turn, index, text, reason, score, stems });
        }
    }
    found
}

fn score(
    phrase: &Phrase<'_>,
    customer: bool,
    position: f64,
    topic: &BTreeSet<String>,
    call: &Call,
    read: Read,
) -> Option<(f64, HighlightReason, BTreeSet<String>)> {
    let text = phrase.text;
    let count = phrase.words.len();
    let stems: BTreeSet<String> = content_stems(text).into_iter().collect();
    let about = topic.iter().filter(|wanted| stems.iter().any(|stem| alike(stem, wanted))).count();
    let dangling = DANGLING.contains(&phrase.word(0)) || phrase.any_at(0, &SMALL_OPENINGS).is_some();
    let carried = read.promised || read.asked;
    if !(4..=45).contains(&count)
        || (count < 5 && !carried)
        || (stems.len() < 2 && !carried)
        || (dangling && about == 0 && !carried)
    {
        return None;
    }
    if !ends_well(text) || phrase.has(&ASIDES) && about == 0 {
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
    let dated = find_due(text, call.started_at.day()).is_some();
    let substance = is_asked_for(text);
    // Words like "never" and "late" tell of a worry only about something that matters here.
    let worried = phrase.has(&CONCERNS) && (substance || phrase.has(&GRAVE));
    cue(about > 0, 3.0 * about as f64 / topic.len().max(1) as f64, HighlightReason::Topic);
    cue(phrase.has(&DECISIONS), if substance { 1.1 } else { 0.6 }, HighlightReason::Decision);
    cue(worried, if customer { 1.2 } else { 0.5 }, HighlightReason::Concern);
    cue(phrase.has(&PRAISES), if customer { 0.9 } else { 0.1 }, HighlightReason::Praise);
    cue(read.asked, 1.9, HighlightReason::Request);
    cue(read.promised, if dated { 2.0 } else { 1.0 }, HighlightReason::Promise);
    cue(dated, 0.5, HighlightReason::Date);
    cue(has_figure(text), if substance { 0.7 } else { 0.3 }, HighlightReason::Figure);
    score += if customer { 0.5 } else { 0.0 };
    score += if substance { 0.4 } else { 0.0 };
    score += (stems.len() as f64 / 12.0).min(1.0) * 0.8;
    score -= if question && !read.asked { 1.2 } else { 0.0 };
    // The first minutes are greetings; jokes and asides have no figure, name or cue.
    score -= if position < 0.06 { 0.8 } else { 0.0 };
    score -= if is_small_talk(text) { 0.8 } else { 0.0 };
    score -= if count < 8 && !carried { 0.5 } else { 0.0 };
    // "I'll do it within a month" says nothing by itself.
    let leans = phrase.has(&FIRST_PERSON) && !read.promised;
    let points_back = phrase.words.iter().any(|word| matches!(word.lower.as_ref(), "it" | "them" | "those" | "one"));
    score -= if leans { 1.0 } else { 0.0 };
    score -= if points_back && !carried { 0.4 } else { 0.0 };
    (score >= 1.0).then_some((score, strongest.1, stems))
}

/// Words of a real worry, whatever it is about.
const GRAVE: [&str; 24] = [
    "problem",
    "outage",
    "failed",
    "failing",
    "worried",
    "frustrated",
    "disappointed",
    "unacceptable",
    "risk",
    "blocked",
    "escalate",
    "competitor",
    "leaving",
    "cancel",
    "not happy",
    "unhappy",
    "expensive",
    "slow",
    "lost",
    "broken",
    "frozen",
    "overdue",
    "double",
    "doesn't work",
];

/// Asides of a conversation: they say how something is said, and nothing of the matter.
const ASIDES: [&str; 21] = [
    "i want to be fair",
    "by the way",
    "i want to be straight",
    "i want to be clear",
    "i want to say",
    "i'm not asking",
    "let's start",
    "to be honest",
    "i'm telling you",
    "don't tell",
    "behind me",
    "i've never seen",
    "i never give",
    "ask me",
    "my boss",
    "my wife",
    "my husband",
    "the dog",
    "i'm joking",
    "can't promise",
    "i told you",
];

/// A sentence broken off is no quotation.
fn ends_well(text: &str) -> bool {
    !text.ends_with(['—', '–', ',', '-']) && !text.ends_with("...")
}
