//! Whether a meeting that was promised was held: by the call itself, or by a mail of thanks for it.

use std::collections::BTreeSet;

use super::merge::alike;
use super::phrase::Phrase;
use super::sought::Sought;
use super::statement::{Script, Statement};
use crate::domain::activity::Commitment;
use crate::language::content_stems;

/// Stems of meetings of any kind.
const MEETINGS: [&str; 10] =
    ["session", "call", "meet", "kickoff", "minut", "half", "hour", "review", "thirti", "slot"];

/// A meeting that was promised, and was held: its title or its people are those of the promise.
pub(super) fn brought_together<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<&'s Statement<'s>> {
    let Sought { commitment, wanted, arranged, .. } = sought;
    let days = script.at.signed_duration_since(commitment.occurred_at).num_days();
    if script.is_email() {
        let named = || content_stems(&commitment.quote).iter().any(|stem| MEETINGS.contains(&stem.as_str()));
        let meets = days <= THANKED_WITHIN_DAYS && (*arranged || named());
        return if meets { thanked(script, commitment) } else { None };
    }
    if !arranged || days > 90 {
        return None;
    }
    let mut about = content_stems(script.title);
    let speakers: BTreeSet<&str> = script.statements.iter().map(|statement| statement.speaker.as_str()).collect();
    about.extend(speakers.into_iter().flat_map(content_stems));
    let special = |stem: &String| !MEETINGS.contains(&stem.as_str());
    let shared = wanted.iter().filter(|stem| about.iter().any(|other| alike(stem, other))).count();
    let named = wanted.iter().filter(|stem| special(stem)).any(|stem| about.iter().any(|other| alike(stem, other)));
    let titled = content_stems(script.title).iter().any(|stem| wanted.contains(stem));
    if !(named || titled && shared > 0) {
        return None;
    }
    script
        .statements
        .iter()
        .find(|statement| statement.side == Some(commitment.side) && statement.text.split_whitespace().count() >= 4)
}

/// A mail of thanks for a meeting comes within this many days of its promise.
const THANKED_WITHIN_DAYS: i64 = 30;

/// "Thanks for the half hour", "Great session yesterday": the meeting was held. One with the promiser is meant: the mail
/// is theirs or names them.
fn thanked<'s>(script: &'s Script<'_>, commitment: &Commitment) -> Option<&'s Statement<'s>> {
    let promiser = commitment.who.split_whitespace().next().unwrap_or_default();
    let written_by = script.statements.first().is_some_and(|statement| statement.speaker == commitment.who);
    let names = |statement: &Statement<'_>| {
        statement.text.contains(promiser) && Phrase::new(statement.text).words.iter().any(|word| word.text == promiser)
    };
    if !written_by && !script.statements.iter().any(names) {
        return None;
    }
    script.statements.iter().find(|statement| statement.thanks_for_meeting())
}

/// Whether a sentence thanks for a meeting.
pub(super) fn thanks_for_meeting(phrase: &Phrase<'_>) -> bool {
    const THANKS: [&str; 10] = [
        "thanks for",
        "thank you for",
        "great",
        "good",
        "nice",
        "enjoyed",
        "useful",
        "helpful",
        "lovely",
        "appreciated",
    ];
    const HELD: [&str; 14] = [
        "call",
        "session",
        "meeting",
        "half hour",
        "half-hour",
        "demo",
        "walkthrough",
        "workshop",
        "training",
        "chat",
        "catch-up",
        "your time",
        "the time",
        "conversation",
    ];
    let held = phrase.find(&THANKS).is_some_and(|(at, length)| {
        (at + length..(at + length + 6).min(phrase.words.len())).any(|at| phrase.any_at(at, &HELD).is_some())
    });
    held && !phrase.is_question()
}
