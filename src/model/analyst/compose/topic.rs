//! Answers to open questions from what was said and written: the best words first, or plainly that there are none.

use serde::Serialize;

use super::{Desk, plan};
use crate::domain::activity::Side;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::tool::account::{KindCount, Overview};
use crate::domain::tool::activity::{EvidenceHit, EvidenceList, SearchEvidence};
use crate::domain::tool::records::{ListReleases, ListRequests, ReleaseView, RequestGroup};
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::Facet;
use crate::model::chat::{ModelError, ToolCall};
use crate::prompt::Template;

/// A hit must cover at least this share of the topic's weight to be an answer.
const ANSWERS: f32 = 0.6;

/// Less than that is shown as the nearest there is, down to this share.
const NEAR: f32 = 0.34;

#[derive(Serialize)]
struct TopicPage {
    name: String,
    topic: String,
    time: String,
    person: Option<String>,
    direct: bool,
    portfolio: bool,
    best: Vec<EvidenceHit>,
    records: u64,
    /// Records that say something of it and are not shown.
    more: u64,
    last: Option<EvidenceHit>,
    names: Vec<String>,
    shipped: Option<ReleaseView>,
    line: String,
    /// What was asked for more than once under this topic.
    asked: Option<RequestGroup>,
}

impl Template for TopicPage {
    const FILE: &'static str = "answer/topic.md";
}

#[derive(Serialize)]
struct SilentPage {
    name: String,
    topic: String,
    time: String,
    person: Option<String>,
    searched: Vec<String>,
    nearest: Vec<EvidenceHit>,
    list: EvidenceList,
}

impl Template for SilentPage {
    const FILE: &'static str = "answer/silent.md";
}

/// Whether what was said covers all of a question that also names figures or people.
pub fn answers(desk: &Desk<'_>) -> bool {
    (desk.topic().is_some() || desk.part.ask.facet == Facet::Why)
        && desk.found::<SearchEvidence>().is_ok_and(|list| list.hits.iter().any(|hit| hit.coverage >= ANSWERS))
}

/// What was said about the topic.
pub fn topic(desk: &Desk<'_>) -> Result<Step, ModelError> {
    write(desk, desk.found::<SearchEvidence>()?)
}

/// The same, when another tool came back empty-handed: one more round of search.
pub fn instead(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let search = plan::search(desk, &desk.part.ask, desk.account().map(|account| account.domain.clone()));
    let call = desk.call(&search);
    if desk.made(&call.id) { topic(desk) } else { Ok(Step::Call(vec![call])) }
}

fn write(desk: &Desk<'_>, list: EvidenceList) -> Result<Step, ModelError> {
    let facet = desk.part.ask.facet;
    let mut best: Vec<EvidenceHit> =
        list.hits.iter().filter(|hit| hit.coverage >= ANSWERS || desk.topic().is_none()).cloned().collect();
    if best.is_empty() {
        return silent(desk, list);
    }
    let direct = !desk.says("say said saying mention mentioned talk talked discuss discussed about everything all")
        || facet != Facet::What && facet != Facet::YesNo;
    rank(&mut best, desk.part.ask.side);
    let records = distinct(&best);
    let mut names: Vec<String> = Vec::new();
    for name in best.iter().filter_map(|hit| hit.account_name.clone()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if desk.account().is_none() {
        best = spread(best);
    } else {
        best.truncate(if direct { 4 } else { 5 });
    }
    let shipped = shipped(desk);
    if !direct && desk.account().is_some() {
        best.sort_by_key(|hit| std::cmp::Reverse(hit.occurred_at));
    }
    let by_time = |hit: &&EvidenceHit| hit.occurred_at;
    let page = TopicPage {
        name: desk.name(),
        topic: desk.topic().unwrap_or_default(),
        time: desk.time_words(),
        person: desk.person_name(),
        direct,
        portfolio: desk.account().is_none(),
        names,
        asked: if direct { None } else { asked(desk) },
        line: shipped.as_ref().map(|(_, line)| line.clone()).unwrap_or_default(),
        shipped: shipped.map(|(release, _)| release),
        last: best.iter().max_by_key(by_time).cloned(),
        more: if direct && desk.account().is_some() { 0 } else { records.saturating_sub(distinct(&best)) },
        records,
        best,
    };
    let focus = page.best.iter().map(|hit| RecordRef { kind: hit.kind, id: hit.id.clone() }).collect();
    desk.done(&page, focus)
}

fn asked(desk: &Desk<'_>) -> Option<RequestGroup> {
    let list = desk.found::<ListRequests>().ok()?;
    list.groups.into_iter().find(|group| group.asks.len() > 1)
}

/// The best two hits of each account, for questions over all of them.
fn spread(hits: Vec<EvidenceHit>) -> Vec<EvidenceHit> {
    let mut kept: Vec<EvidenceHit> = Vec::new();
    for hit in hits {
        if kept.iter().filter(|other| other.account == hit.account).count() < 2 && kept.len() < 10 {
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| hit.account_name.clone());
    kept
}

/// The release that brought what the topic names, with the line that says so.
fn shipped(desk: &Desk<'_>) -> Option<(ReleaseView, String)> {
    let topic = crate::language::Topic::new(&desk.topic()?);
    let list = desk.found::<ListReleases>().ok()?;
    list.items.into_iter().find_map(|release| {
        let names = |line: &&String| topic.share(line) >= 0.8;
        let line = release
            .lines
            .iter()
            .find(names)
            .cloned()
            .or_else(|| Some(release.title.clone()).filter(|title| names(&title)))?;
        Some((release, line))
    })
}

/// Lifts the words of the side asked for; a question is seldom the answer to one.
fn rank(hits: &mut [EvidenceHit], side: Option<Side>) {
    let key = |hit: &EvidenceHit| {
        let asks = hit.text.trim_end().ends_with('?');
        let theirs = side.is_some() && hit.side == side;
        hit.score + if theirs { 0.1 } else { 0.0 } - if asks { 0.2 } else { 0.0 }
    };
    hits.sort_by(|left, right| key(right).total_cmp(&key(left)));
}

fn distinct(hits: &[EvidenceHit]) -> u64 {
    let mut ids: Vec<(RecordKind, &str)> = hits.iter().map(|hit| (hit.kind, hit.id.as_str())).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len() as u64
}

fn silent(desk: &Desk<'_>, list: EvidenceList) -> Result<Step, ModelError> {
    let searched = list
        .searched
        .iter()
        .filter(|count| count.count > 0)
        .map(|KindCount { kind, count }| format!("{count} {}{}", kind.label(), if *count == 1 { "" } else { "s" }))
        .collect();
    let nearest = list.hits.iter().filter(|hit| hit.coverage >= NEAR).take(3).cloned().collect();
    let page = SilentPage {
        name: desk.name(),
        topic: desk.topic().unwrap_or_else(|| desk.part.words.trim_end_matches(['?', '.', '!']).to_owned()),
        time: desk.time_words(),
        person: desk.person_name(),
        searched,
        nearest,
        list,
    };
    desk.done(&page, Vec::new())
}

/// The search for what was said about a role or a person.
pub fn person_search(desk: &Desk<'_>) -> ToolCall {
    desk.call_of(
        "person",
        &SearchEvidence {
            account: desk.account().map(|account| account.domain.clone()),
            query: desk.topic().unwrap_or_default(),
            about: desk.part.person.as_ref().map(|person| person.name.clone()),
            limit: Some(8),
            ..SearchEvidence::default()
        },
    )
}

#[derive(Serialize)]
struct PersonPage {
    name: String,
    person: Option<crate::domain::tool::account::Person>,
    contact: Option<crate::domain::account::Contact>,
    role: String,
    hits: Vec<EvidenceHit>,
    overview: Overview,
}

impl Template for PersonPage {
    const FILE: &'static str = "answer/person.md";
}

/// Who somebody is, or who fills a role, from the contact list and from what was said.
pub fn person(desk: &Desk<'_>, overview: &Overview) -> Result<Step, ModelError> {
    let found = desk.found_of::<SearchEvidence>("person")?;
    let person = desk.part.person.clone();
    let contact = person
        .as_ref()
        .and_then(|person| overview.contacts.iter().find(|contact| contact.name == person.name))
        .cloned();
    let page = PersonPage {
        name: desk.name(),
        role: desk.topic().unwrap_or_default(),
        hits: found.hits.into_iter().filter(|hit| hit.coverage >= ANSWERS).take(3).collect(),
        person,
        contact,
        overview: overview.clone(),
    };
    desk.done(&page, Vec::new())
}
