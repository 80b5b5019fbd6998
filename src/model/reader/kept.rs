//! Later words that show a promise was kept.

use std::collections::BTreeSet;

use super::deeds::ARRANGING;
use super::held::brought_together;
use super::merge::{alike, carrying};
use super::phrase::Phrase;
use super::said::{Said, Shares};
use super::statement::{Script, Statement};
use crate::domain::activity::{Commitment, KeptEvidence};
use crate::language::content_stems;

/// Stems that tie no e-mail to a promise.
const TOO_COMMON: [&str; 16] = [
    "send", "answer", "tell", "written", "within", "week", "month", "promis", "today", "tomorrow", "back", "give",
    "come", "write", "look", "friday",
];

/// A promise, and what its keeping is known by.
pub(super) struct Sought<'c> {
    /// The promise.
    pub commitment: &'c Commitment,
    /// The stems that carry it.
    pub wanted: BTreeSet<String>,
    /// Whether a meeting is promised.
    pub arranged: bool,
    /// Whether an answer is promised, and no thing.
    answers: bool,
    /// "The moment it ships": only the event itself keeps it.
    upon: bool,
    /// "All funds": a part is not the whole.
    whole: bool,
}

impl<'c> Sought<'c> {
    fn new(commitment: &'c Commitment) -> Self {
        const EVENTS: [&str; 6] = ["the moment", "the day", "the hour", "the minute", "when", "as soon as"];
        const WHOLE: [&str; 5] = ["all", "full", "complete", "every", "both"];
        let what = Phrase::new(&commitment.what);
        Self {
            commitment,
            wanted: carrying(&commitment.what),
            arranged: what.any_at(0, &ARRANGING).is_some(),
            answers: what.any_at(0, &ANSWERING).is_some(),
            upon: what.has(&EVENTS),
            whole: what.has(&WHOLE),
        }
    }
}

/// Looks for the earliest words after each promise that show it was kept, by the promiser's side or by thanks of the
/// other. Words that it has not come, said later still, outweigh them.
pub(super) fn mark_kept(commitments: &mut [Commitment], said: &Said<'_>) {
    for commitment in commitments {
        commitment.kept_by = kept_by(&Sought::new(commitment), said);
    }
}

fn kept_by(sought: &Sought<'_>, said: &Said<'_>) -> Option<KeptEvidence> {
    if sought.wanted.is_empty() {
        return None;
    }
    let promised = sought.commitment;
    let shares = said.shares(&sought.wanted);
    let later = said.scripts.partition_point(|script| script.at <= promised.occurred_at);
    let from = (later..said.scripts.len()).rev().find(|script| denied(said, *script, &shares));
    let mut evidence = (from.map_or(later, |denied| denied + 1)..said.scripts.len()).map(|index| {
        // Only thanks and answers show a promise without a word of it.
        shown(&said.scripts[index], sought, shares.in_script(index) >= 0.5)
    });
    evidence.find_map(|evidence| evidence)
}

fn shown(script: &Script<'_>, sought: &Sought<'_>, worded: bool) -> Option<KeptEvidence> {
    let said = if worded { said_done(script, sought) } else { None };
    let statement = said.or_else(|| handed_over(script, sought)).or_else(|| brought_together(script, sought))?;
    Some(KeptEvidence { source: script.source.clone(), occurred_at: script.at, quote: statement.text.to_owned() })
}

/// "The gateway now runs eight streams."
fn said_done<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<&'s Statement<'s>> {
    let promised = sought.commitment;
    script.statements.iter().enumerate().find_map(|(index, statement)| {
        let telling = statement.telling;
        let own_side = statement.side == Some(promised.side);
        let cue = if own_side { telling.done } else { telling.received };
        if !cue || telling.asks || telling.not_done {
            return None;
        }
        let around = if telling.handed_over { &surroundings(script, index) } else { &statement.stems };
        let needed = if statement.speaker == promised.who || own_side { 0.5 } else { 0.6 };
        (share(&sought.wanted, around) >= needed).then_some(statement)
    })
}

/// An e-mail of the promiser that comes within this many days of the promise, or of its day, may hand it over.
const HANDED_OVER_WITHIN_DAYS: i64 = 30;

/// An e-mail of the promiser, or of the colleague who was to be asked, soon after: an answer needs only a word of the
/// matter, anything else also words that hand over, or a subject that names it.
fn handed_over<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<&'s Statement<'s>> {
    let (promised, wanted) = (sought.commitment, &sought.wanted);
    let from = script.statements.first().filter(|_| script.is_email())?;
    let last = promised.due.unwrap_or_else(|| promised.occurred_at.date_naive());
    let late = script.day().signed_duration_since(last).num_days() > HANDED_OVER_WITHIN_DAYS;
    if late || from.side != Some(promised.side) {
        return None;
    }
    let delegate = was_to_be_asked(&from.speaker, &promised.what);
    if !(from.speaker == promised.who || delegate) {
        return None;
    }
    let named_in = |text: &str, of: &BTreeSet<String>| {
        content_stems(text).iter().any(|stem| of.iter().any(|other| alike(stem, other)))
    };
    let tells = |statement: &&Statement<'_>| !statement.telling.asks && !statement.telling.not_done;
    let mut told = script.statements.iter().filter(tells);
    let gives = told.find(|statement| statement.telling.done || statement.telling.settled);
    let pending = script.statements.iter().any(|statement| statement.telling.pending);
    if gives.is_none() && (pending || sought.upon) {
        return None;
    }
    if sought.answers || delegate {
        let mut topic = matter(&promised.quote);
        topic.extend(wanted.iter().cloned());
        let about = script.statements.iter().filter(tells).find(|statement| named_in(statement.text, &topic));
        let answer = about.or_else(|| gives.or(Some(from)).filter(|_| named_in(script.title, &topic)));
        return answer.filter(|answer| answer.text.split_whitespace().count() > 2);
    }
    let body: Vec<String> = script.statements.iter().flat_map(|statement| statement.stems.clone()).collect();
    let in_part = sought.whole && share(wanted, &body) < 0.99;
    gives.filter(|_| !in_part && (named_in(script.title, wanted) || share(wanted, &body) >= 0.5))
}

/// "I'll ask Gilfoyle": Gilfoyle answers for whoever promised it.
fn was_to_be_asked(speaker: &str, what: &str) -> bool {
    let first_name = speaker.split_whitespace().next().unwrap_or_default();
    let whom = ["ask ", "get ", "have "].iter().find_map(|deed| what.strip_prefix(deed));
    !first_name.is_empty() && whom.is_some_and(|whom| whom.starts_with(first_name))
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

/// Days after which a favour for the same day that nobody spoke of again is no longer held to its day.
const FAVOUR_DAYS: i64 = 30;

/// Takes the day off favours for the same day that nobody spoke of again: whether "I'll send it right after the call" was
/// done is seldom on record, and calling it overdue for ever would be worse than leaving it open.
pub(super) fn let_go(commitments: &mut [Commitment], said: &Said<'_>) {
    let Some(latest) = said.scripts.last().map(Script::day) else { return };
    for commitment in commitments {
        let day = commitment.occurred_at.date_naive();
        let old = latest.signed_duration_since(day).num_days() > FAVOUR_DAYS;
        if !old || commitment.due != Some(day) || commitment.kept_by.is_some() {
            continue;
        }
        let shares = said.shares(&carrying(&commitment.what));
        let named = |script: usize| {
            (0..said.scripts[script].statements.len()).any(|statement| shares.in_statement(script, statement) >= 0.6)
        };
        let later = said.scripts.partition_point(|script| script.at <= commitment.occurred_at);
        if !(later..said.scripts.len()).any(|script| denied(said, script, &shares) || named(script)) {
            commitment.due = None;
        }
    }
}

/// Somebody of either side says that it has not come.
fn denied(said: &Said<'_>, script: usize, shares: &Shares<'_>) -> bool {
    said.scripts[script].statements.iter().enumerate().any(|(index, statement)| {
        shares.in_statement(script, index) >= 0.5 && statement.side.is_some() && statement.telling.denied
    })
}

/// Stems around a statement: an e-mail is about its subject; in a call the neighbouring sentences belong to it.
fn surroundings(script: &Script<'_>, index: usize) -> Vec<String> {
    let mut stems = script.statements[index].stems.clone();
    if script.is_email() {
        stems.extend(content_stems(script.title));
    }
    let turn = script.statements[index].turn;
    let near = script.statements[index.saturating_sub(1)..].iter().take(3).filter(|near| near.turn == turn);
    stems.extend(near.flat_map(|near| near.stems.clone()));
    stems
}

fn share(wanted: &BTreeSet<String>, found: &[String]) -> f64 {
    let shared = wanted.iter().filter(|stem| found.iter().any(|other| alike(stem, other))).count();
    shared as f64 / wanted.len().max(1) as f64
}
