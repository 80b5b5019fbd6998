//! Which of the words that were found answer, and in what order they are shown.

use std::cmp::Reverse;

use super::Desk;
use crate::domain::markdown;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::tool::activity::{EvidenceHit, EvidenceList};
use crate::language;
use crate::model::analyst::question::{Ask, Facet};

/// A hit must cover at least this share of the topic's weight to be an answer.
pub const ANSWERS: f32 = 0.6;

/// A hit that covers this much stands below those that answer, while there is room.
pub const FILLS_UP: f32 = 0.45;

/// Less than that is shown as the nearest there is, down to this share.
pub const NEAR: f32 = 0.25;

/// How many are shown of one account.
const SHOWN: usize = 4;

/// How many are shown of one record.
const OF_A_RECORD: usize = 3;

/// The hits of one account to show, the best first: of `list` those that answer, then near ones while there is room. None when
/// none answers.
pub fn of_account(desk: &Desk<'_>, list: &EvidenceList, answering: Vec<EvidenceHit>) -> Vec<EvidenceHit> {
    let mut best = answering;
    if best.is_empty() {
        return best;
    }
    let evolves = evolves(desk);
    if evolves {
        // How a matter stands is told by what was said of it last; one word of each record tells how it came there.
        best.truncate(3 * SHOWN);
        best.sort_by_key(|hit| (asks(hit), Reverse(hit.occurred_at)));
    } else {
        fact_first(desk, &mut best);
    }
    drop_told(&mut best);
    spread(&mut best, if evolves { 1 } else { OF_A_RECORD }, |hit| (hit.kind, hit.id.clone()));
    best.truncate(SHOWN);
    let room = (SHOWN - best.len()).min(2);
    let near = |hit: &&EvidenceHit| hit.coverage < ANSWERS && hit.coverage >= FILLS_UP;
    best.extend(list.hits.iter().filter(near).take(room).cloned());
    drop_told(&mut best);
    best
}

/// The hits over all accounts, of those that answer, account by account.
pub fn over_all(answering: Vec<EvidenceHit>) -> Vec<EvidenceHit> {
    const OF_AN_ACCOUNT: usize = 2;
    const IN_ALL: usize = 10;
    let mut best = answering;
    drop_told(&mut best);
    spread(&mut best, OF_AN_ACCOUNT, |hit| hit.account.clone());
    best.truncate(IN_ALL);
    best.sort_by_key(|hit| hit.account_name.clone());
    best
}

/// The name of the account all hits are of, where they are of one.
pub fn only_account(hits: &[EvidenceHit]) -> Option<String> {
    let first = hits.first()?;
    let same = hits.iter().all(|hit| hit.account == first.account);
    first.account_name.clone().filter(|_| same)
}

/// The hits that answer, the best first.
pub fn answering(desk: &Desk<'_>, list: &EvidenceList) -> Vec<EvidenceHit> {
    let open_ended = desk.topic().is_none() && desk.part.ask.fact.is_none();
    let mut best: Vec<EvidenceHit> =
        list.hits.iter().filter(|hit| hit.coverage >= ANSWERS || open_ended).cloned().collect();
    rank(&mut best, desk);
    leave_out_read(&mut best, desk);
    best
}

/// Leaves out what the answer before has shown, as long as there is something else: whoever asks on wants more.
fn leave_out_read(hits: &mut Vec<EvidenceHit>, desk: &Desk<'_>) {
    const ENOUGH: usize = 60;
    let Some(before) = desk.context.history.last() else { return };
    let read = flat(&before.answer.lines().map(markdown::plain).collect::<Vec<_>>().join(" "));
    let new = |hit: &EvidenceHit| {
        let beginning: String = flat(&hit.text).chars().take(ENOUGH).collect();
        !read.contains(&beginning)
    };
    if hits.iter().any(new) {
        hits.retain(new);
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether it is asked how a matter stands or what became of it.
fn evolves(desk: &Desk<'_>) -> bool {
    let ask = &desk.part.ask;
    ask.fact.is_none()
        && ask.stretch.is_none()
        && desk.says("status happened happening progress still anymore update latest news became ended outcome stand")
        || desk.part.words.to_lowercase().contains("where are we")
}

/// The kind of fact a question wants, in a word.
fn wanted(desk: &Desk<'_>) -> Option<&'static str> {
    match desk.part.ask.facet {
        Facet::HowMany | Facet::Amount => Some("figure"),
        Facet::When => Some("date"),
        _ => None,
    }
}

/// Whether a hit, or what was said next, has the kind of fact that the question wants.
fn holds_fact(desk: &Desk<'_>, hit: &EvidenceHit) -> bool {
    let Some(wanted) = wanted(desk) else { return false };
    let holds = |text: &str| match wanted {
        "date" => language::names_a_day(text),
        _ => language::names_a_figure(text),
    };
    holds(&hit.excerpt) || hit.then.iter().any(|next| holds(&next.text))
}

/// Puts the first of the best hits that has the kind of fact the question wants before the others.
pub fn fact_first(desk: &Desk<'_>, hits: &mut [EvidenceHit]) {
    if let Some(at) = hits.iter().take(SHOWN).position(|hit| holds_fact(desk, hit)) {
        hits[..=at].rotate_right(1);
    }
}

/// What the question wants and none of the hits has: a figure, a date.
pub fn lacks(desk: &Desk<'_>, hits: &[EvidenceHit]) -> Option<&'static str> {
    wanted(desk).filter(|_| !hits.iter().any(|hit| holds_fact(desk, hit)))
}

/// Keeps at most `most` hits of each key, in order.
fn spread<K: PartialEq>(hits: &mut Vec<EvidenceHit>, most: usize, key: impl Fn(&EvidenceHit) -> K) {
    let mut seen: Vec<K> = Vec::new();
    hits.retain(|hit| {
        let key = key(hit);
        let kept = seen.iter().filter(|other| **other == key).count() < most;
        seen.push(key);
        kept
    });
}

/// Fewer words than this are shown with the question they answer.
const SHORT: usize = 14;

/// Whether words are few, or point back at what somebody else said.
pub fn needs_before(hit: &EvidenceHit) -> bool {
    let few = hit.excerpt.split_whitespace().count() < SHORT;
    hit.before.as_ref().is_some_and(|before| few || !before.text.trim_end().ends_with('?'))
}

/// Whether words say a matter by themselves: long enough, and no question that the next words answer.
pub fn stands_alone(hit: &EvidenceHit) -> bool {
    !hit.text.contains('?') && hit.text.split_whitespace().count() >= SHORT && !needs_before(hit)
}

/// Leaves out what the best hit is shown with anyway.
pub fn drop_told(hits: &mut Vec<EvidenceHit>) {
    let Some(lead) = hits.first().cloned() else { return };
    let mut at = 0;
    hits.retain(|hit| {
        at += 1;
        let shown = |text: &str| text.contains(&hit.text) || hit.text.contains(text);
        let around = || lead.then.iter().chain(&lead.before).any(|next| shown(&next.text));
        let told = hit.id == lead.id && (shown(&lead.excerpt) || around());
        at == 1 || !told
    });
}

/// Words of a sentence that says a matter whole, and what that is worth.
const FULL: usize = 14;
const FULLNESS: f32 = 0.1;

/// What words of the side asked for are lifted by, and words of the record that the answer before dwelt on.
const THEIRS: f32 = 0.1;
const ASKED_ON: f32 = 0.15;

/// What questions are put back by.
const QUESTION: f32 = 0.2;

/// What words are lifted by that were said in the stretch of time the question names.
const IN_TIME: f32 = 0.3;

/// Days after which words are worth half as much as new ones.
const HALF_LIFE_DAYS: f32 = 60.0;

/// Lifts the words of the side asked for and those said last: how a matter stands is told by the newest. A question is
/// seldom the answer to one.
pub fn rank(hits: &mut [EvidenceHit], desk: &Desk<'_>) {
    let Ask { side, facet, stretch, .. } = &desk.part.ask;
    let recency = match facet {
        Facet::YesNo => 0.25,
        _ if stretch.as_ref().is_some_and(|stretch| !stretch.named) => 0.0,
        _ => 0.12,
    };
    let spoken_of: Vec<&RecordRef> =
        desk.asks_on().map(|last| last.records.iter().take(2).collect()).unwrap_or_default();
    let key = |hit: &EvidenceHit| {
        let there = spoken_of.iter().any(|record| record.kind == hit.kind && record.id == hit.id);
        let theirs = side.is_some() && hit.side == *side;
        let days = (desk.context.now - hit.occurred_at).num_days().max(0) as f32;
        let fresh = recency * (-days / HALF_LIFE_DAYS).exp2();
        let in_time = desk.day_named().is_some_and(|stretch| stretch.window.contains(hit.occurred_at.day()));
        let full = hit.text.split_whitespace().count().min(FULL) as f32 / FULL as f32 * FULLNESS;
        let more = if theirs { THEIRS } else { 0.0 } + if there { ASKED_ON } else { 0.0 };
        let less = if asks(hit) { QUESTION } else { 0.0 };
        hit.score + fresh + full + more + if in_time { IN_TIME } else { 0.0 } - less
    };
    hits.sort_by(|left, right| key(right).total_cmp(&key(left)));
}

fn asks(hit: &EvidenceHit) -> bool {
    hit.text.trim_end().ends_with('?')
}

/// How many records the hits are from.
pub fn records(hits: &[EvidenceHit]) -> u64 {
    let mut ids: Vec<(RecordKind, &str)> = hits.iter().map(|hit| (hit.kind, hit.id.as_str())).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len() as u64
}
