//! Later words that show a promise was kept.

use std::collections::BTreeSet;

use super::merge::{alike, carrying};
use super::phrase::Phrase;
use super::statement::{Script, Statement};
use crate::domain::activity::{Commitment, KeptEvidence, Side};
use crate::language::content_stems;

/// Words of somebody who has done what they said.
const DONE: [&str; 44] = [
    "attached",
    "is attached",
    "please find",
    "enclosed",
    "here is",
    "here are",
    "here's",
    "as promised",
    "as i said",
    "as said",
    "as agreed",
    "as discussed",
    "i promised",
    "i said",
    "i've sent",
    "i sent",
    "we sent",
    "we've sent",
    "sent you",
    "sent over",
    "have sent",
    "i've added",
    "i added",
    "we added",
    "i've put",
    "i've written",
    "is live",
    "are live",
    "now live",
    "is done",
    "are done",
    "it's done",
    "done",
    "is fixed",
    "is out",
    "is in place",
    "has been",
    "have been",
    "now runs",
    "now go",
    "is ready",
    "is now",
    "has approved",
    "link below",
];

/// Of these, the words that hand something over: what it is may stand in the subject or the sentence beside.
const HANDED_OVER: [&str; 18] = [
    "attached",
    "enclosed",
    "please find",
    "here is",
    "here are",
    "here's",
    "as promised",
    "as i said",
    "as said",
    "as agreed",
    "as discussed",
    "i promised",
    "i said",
    "now runs",
    "thanks for",
    "thank you for",
    "received",
    "link below",
];

/// Words of somebody who has received it.
const RECEIVED: [&str; 18] = [
    "thanks for",
    "thank you for",
    "received",
    "got your",
    "got the",
    "we got",
    "i got",
    "has arrived",
    "arrived",
    "it came",
    "came on",
    "i read",
    "i've read",
    "have read",
    "sent us",
    "sent me",
    "you sent",
    "thanks again for",
];

/// Words that say it is not done.
const NOT_DONE: [&str; 34] = [
    "haven't",
    "hasn't",
    "have not",
    "has not",
    "not yet",
    "still waiting",
    "still no",
    "still missing",
    "still haven't",
    "still hasn't",
    "never",
    "didn't",
    "did not",
    "nothing",
    "is not ready",
    "isn't ready",
    "not ready",
    "overdue",
    "late",
    "slipped",
    "no sign",
    "where is",
    "there is no",
    "there's no",
    "waiting for",
    "when will",
    "any news",
    "any update",
    "will be",
    "i'll",
    "we'll",
    "not done",
    "no longer",
    "once it",
];

/// Looks for the earliest words after each promise that show it was kept, by the promiser's side or by thanks of the
/// other. Words of the other side that it was not, said later still, outweigh them.
pub(super) fn mark_kept(commitments: &mut [Commitment], scripts: &[Script<'_>]) {
    for commitment in commitments {
        let wanted = carrying(&commitment.what);
        if wanted.is_empty() {
            continue;
        }
        let later =
            scripts.iter().filter(|script| script.at > commitment.occurred_at && script.source != commitment.source);
        let mut evidence: Option<KeptEvidence> = None;
        for script in later {
            if denied(script, commitment, &wanted) {
                evidence = None;
            } else if evidence.is_none() {
                evidence = shown(script, commitment, &wanted);
            }
        }
        commitment.kept_by = evidence;
    }
}

fn shown(script: &Script<'_>, commitment: &Commitment, wanted: &BTreeSet<String>) -> Option<KeptEvidence> {
    let statement = script.statements.iter().enumerate().find_map(|(index, statement)| {
        let phrase = Phrase::new(statement.text);
        if statement.text.ends_with('?') || phrase.has(&NOT_DONE) {
            return None;
        }
        let own_side = statement.side == Some(commitment.side);
        let cue = if own_side { phrase.has(&DONE) } else { phrase.has(&RECEIVED) };
        if !cue {
            return None;
        }
        let named = content_stems(statement.text);
        let around = if phrase.has(&HANDED_OVER) { surroundings(script, index) } else { named };
        let share = share(wanted, &around);
        let needed = match (statement.speaker == commitment.who, own_side) {
            (true, _) => 0.5,
            (false, _) => 0.6,
        };
        (share >= needed).then_some(statement)
    })?;
    Some(KeptEvidence { source: script.source.clone(), occurred_at: script.at, quote: statement.text.to_owned() })
}

fn denied(script: &Script<'_>, commitment: &Commitment, wanted: &BTreeSet<String>) -> bool {
    let other = match commitment.side {
        Side::Customer => Side::Team,
        Side::Team => Side::Customer,
    };
    script.statements.iter().any(|statement| {
        let told_by = statement.side == Some(other) || statement.side == Some(commitment.side);
        told_by && is_denial(statement) && share(wanted, &content_stems(statement.text)) >= 0.5
    })
}

fn is_denial(statement: &Statement<'_>) -> bool {
    const DENIALS: [&str; 18] = [
        "haven't received",
        "hasn't arrived",
        "have not received",
        "not received",
        "still no",
        "still waiting",
        "still missing",
        "still haven't",
        "still hasn't",
        "never got",
        "never received",
        "never arrived",
        "didn't get",
        "didn't arrive",
        "is not ready",
        "isn't ready",
        "there is no",
        "didn't deliver",
    ];
    Phrase::new(statement.text).has(&DENIALS)
}

/// Stems around a statement: an e-mail is about its subject; in a call the neighbouring sentences belong to it.
fn surroundings(script: &Script<'_>, index: usize) -> Vec<String> {
    let mut stems = content_stems(script.statements[index].text);
    if script.is_email() {
        stems.extend(content_stems(script.title));
    }
    let turn = script.statements[index].turn;
    let near = script.statements[index.saturating_sub(1)..].iter().take(3).filter(|near| near.turn == turn);
    stems.extend(near.flat_map(|near| content_stems(near.text)));
    stems
}

fn share(wanted: &BTreeSet<String>, found: &[String]) -> f64 {
    let shared = wanted.iter().filter(|stem| found.iter().any(|other| alike(stem, other))).count();
    shared as f64 / wanted.len() as f64
}
