//! Later words that show a promise was kept.

use std::collections::BTreeSet;

use super::held::brought_together;
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

/// Words that settle a matter without handing anything over.
const SETTLED: [&str; 21] = [
    "approved",
    "yes",
    "no,",
    "confirmed",
    "says",
    "say yes",
    "is no",
    "went back",
    "is out",
    "shipped",
    "signed",
    "is raised",
    "on its way",
    "sorted",
    "switched on",
    "switched off",
    "i said",
    "i have dropped",
    "is on",
    "agreed",
    "got it",
];

/// Words that put it off once more.
const PENDING: [&str; 10] = [
    "still working",
    "not ready",
    "need more time",
    "a bit longer",
    "will take longer",
    "is late",
    "running late",
    "i'll wait",
    "reminder",
    "looking forward to",
];

/// Stems that tie no e-mail to a promise.
const TOO_COMMON: [&str; 16] = [
    "send", "answer", "tell", "written", "within", "week", "month", "promis", "today", "tomorrow", "back", "give",
    "come", "write", "look", "friday",
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
            // Only thanks and answers show a promise without a word of it, and nothing denies it so.
            let worded = script.may_share(&wanted) >= 0.5;
            if worded && denied(script, commitment, &wanted) {
                evidence = None;
            } else if evidence.is_none() {
                evidence = shown(script, commitment, &wanted, worded);
            }
        }
        commitment.kept_by = evidence;
    }
}

/// An e-mail of the promiser that comes within this many days of the promise, or of its day, may hand it over.
const HANDED_OVER_WITHIN_DAYS: i64 = 30;

fn shown(
    script: &Script<'_>,
    commitment: &Commitment,
    wanted: &BTreeSet<String>,
    worded: bool,
) -> Option<KeptEvidence> {
    let said = if worded { said_done(script, commitment, wanted) } else { None };
    let statement = said
        .or_else(|| handed_over(script, commitment, wanted))
        .or_else(|| brought_together(script, commitment, wanted))?;
    Some(KeptEvidence { source: script.source.clone(), occurred_at: script.at, quote: statement.text.to_owned() })
}

/// "The gateway now runs eight streams."
fn said_done<'s>(
    script: &'s Script<'_>,
    commitment: &Commitment,
    wanted: &BTreeSet<String>,
) -> Option<&'s Statement<'s>> {
    script.statements.iter().enumerate().find_map(|(index, statement)| {
        let phrase = Phrase::new(statement.text);
        if statement.text.ends_with('?') || phrase.has(&NOT_DONE) {
            return None;
        }
        let own_side = statement.side == Some(commitment.side);
        let cue = if own_side { phrase.has(&DONE) } else { phrase.has(&RECEIVED) };
        if !cue {
            return None;
        }
        let around = if phrase.has(&HANDED_OVER) { &surroundings(script, index) } else { &statement.stems };
        let share = share(wanted, around);
        let needed = match (statement.speaker == commitment.who, own_side) {
            (true, _) => 0.5,
            (false, _) => 0.6,
        };
        (share >= needed).then_some(statement)
    })
}

/// An e-mail of the promiser, or of the colleague who was to be asked, soon after: an answer needs only a word of the
/// matter, anything else also words that hand over, or a subject that names it.
fn handed_over<'s>(
    script: &'s Script<'_>,
    commitment: &Commitment,
    wanted: &BTreeSet<String>,
) -> Option<&'s Statement<'s>> {
    let from = script.statements.first().filter(|_| script.is_email())?;
    let last = commitment.due.map_or(script.at.date_naive().min(commitment.occurred_at.date_naive()), |due| due);
    let late = script.at.date_naive().signed_duration_since(last).num_days() > HANDED_OVER_WITHIN_DAYS;
    let first_name = from.speaker.split_whitespace().next().unwrap_or_default();
    let delegate = from.side == Some(commitment.side)
        && ["ask", "get", "have"].iter().any(|deed| commitment.what.starts_with(&format!("{deed} {first_name}")));
    if late || !(from.speaker == commitment.who || delegate) {
        return None;
    }
    let matter: BTreeSet<String> = content_stems(&commitment.quote)
        .into_iter()
        .filter(|stem| stem.len() > 3 && !TOO_COMMON.contains(&stem.as_str()) && !carrying(stem).is_empty())
        .collect();
    let named_in = |text: &str, of: &BTreeSet<String>| {
        content_stems(text).iter().filter(|stem| of.iter().any(|other| alike(stem, other))).count()
    };
    let in_subject = named_in(script.title, wanted) > 0;
    let answer = is_answer(&commitment.what);
    let pending = script.statements.iter().any(|statement| Phrase::new(statement.text).has(&PENDING));
    let gives = script.statements.iter().find(|statement| {
        let phrase = Phrase::new(statement.text);
        !phrase.is_question() && !phrase.has(&NOT_DONE) && (phrase.has(&DONE) || phrase.has(&SETTLED))
    });
    let about = |of: &BTreeSet<String>| {
        script.statements.iter().find(|statement| {
            let phrase = Phrase::new(statement.text);
            !phrase.is_question() && !phrase.has(&NOT_DONE) && named_in(statement.text, of) > 0
        })
    };
    if pending && gives.is_none() {
        return None;
    }
    // "The moment it ships": only the event itself keeps it.
    let upon =
        Phrase::new(&commitment.what).has(&["the moment", "the day", "the hour", "the minute", "when", "as soon as"]);
    if upon && gives.is_none() {
        return None;
    }
    if answer || delegate {
        let topic: BTreeSet<String> = matter.union(wanted).cloned().collect();
        let told = about(&topic).or_else(|| gives.or(Some(from)).filter(|_| named_in(script.title, &topic) > 0));
        return told.filter(|told| told.text.split_whitespace().count() > 2);
    }
    let body: Vec<String> = script.statements.iter().flat_map(|statement| statement.stems.clone()).collect();
    // "Funds Two and Seven are done": a part is not the whole.
    let whole = ["all", "full", "complete", "every", "both"];
    let in_part = Phrase::new(&commitment.what).has(&whole) && share(wanted, &body) < 0.99;
    gives.filter(|_| !in_part && (in_subject || share(wanted, &body) >= 0.5))
}

/// Whether what was promised is an answer and no thing.
fn is_answer(what: &str) -> bool {
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
    Phrase::new(what).any_at(0, &ANSWERING).is_some()
}

/// Days after which a favour for the same day that nobody spoke of again is no longer held to its day.
const FAVOUR_DAYS: i64 = 30;

/// Takes the day off favours for the same day that nobody spoke of again: whether "I'll send it right after the call" was
/// done is seldom on record, and calling it overdue for ever would be worse than leaving it open.
pub(super) fn let_go(commitments: &mut [Commitment], scripts: &[Script<'_>]) {
    let Some(latest) = scripts.iter().map(|script| script.at.date_naive()).max() else { return };
    for commitment in commitments {
        let said = commitment.occurred_at.date_naive();
        let old = latest.signed_duration_since(said).num_days() > FAVOUR_DAYS;
        if !old || commitment.due != Some(said) || commitment.kept_by.is_some() {
            continue;
        }
        let wanted = carrying(&commitment.what);
        let spoken_of = scripts.iter().filter(|script| script.at > commitment.occurred_at).any(|script| {
            let named = |statement: &Statement<'_>| share(&wanted, &statement.stems) >= 0.6;
            script.may_share(&wanted) >= 0.5
                && (denied(script, commitment, &wanted) || !wanted.is_empty() && script.statements.iter().any(named))
        });
        if !spoken_of {
            commitment.due = None;
        }
    }
}

fn denied(script: &Script<'_>, commitment: &Commitment, wanted: &BTreeSet<String>) -> bool {
    let other = match commitment.side {
        Side::Customer => Side::Team,
        Side::Team => Side::Customer,
    };
    script.statements.iter().any(|statement| {
        let told_by = statement.side == Some(other) || statement.side == Some(commitment.side);
        told_by && share(wanted, &statement.stems) >= 0.5 && is_denial(statement)
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
    shared as f64 / wanted.len() as f64
}
