//! Answers to open questions from what was said and written: the best words first, or plainly that there are none.

use serde::Serialize;

use super::{Desk, plan};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::tool::account::{KindCount, Overview};
use crate::domain::tool::activity::{EvidenceHit, EvidenceList, SearchEvidence};
use crate::domain::tool::records::{ListReleases, ListRequests, ReleaseView, RequestGroup};
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::{Ask, Facet};
use crate::model::chat::{ModelError, ToolCall};
use crate::prompt::Template;

/// A hit must cover at least this share of the topic's weight to be an answer.
const ANSWERS: f32 = 0.6;

/// A hit that covers this much stands below those that answer, while there is room.
const FILLS_UP: f32 = 0.45;

/// Less than that is shown as the nearest there is, down to this share.
const NEAR: f32 = 0.34;

#[derive(Serialize)]
struct TopicPage {
    name: String,
    topic: String,
    time: String,
    person: Option<String>,
    direct: bool,
    /// Whether the best words are not understood without those before them.
    needs_before: bool,
    portfolio: bool,
    best: Vec<EvidenceHit>,
    records: u64,
    /// Records that say something of it and are not shown.
    more: u64,
    last: Option<EvidenceHit>,
    names: Vec<String>,
    shipped: Option<ReleaseView>,
    line: String,
    /// Words of the question that nothing found says.
    unsaid: Vec<String>,
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
    /// Whether what is said of the person is asked for, rather than what they said.
    of_them: bool,
    searched: Vec<String>,
    /// Whether the nearest says much of what was asked for.
    close: bool,
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

/// Whether what was said is near to a question that another page answers: worth a look beside it.
pub fn comes_near(desk: &Desk<'_>) -> bool {
    (names_more(desk) || desk.part.ask.facet == Facet::Why)
        && desk.found::<SearchEvidence>().is_ok_and(|list| list.hits.iter().any(|hit| hit.coverage >= FILLS_UP))
}

/// Whether a question names something beyond what its kind of question is for.
pub fn names_more(desk: &Desk<'_>) -> bool {
    desk.topic().is_some_and(|topic| topic.split(' ').any(is_telling))
}

/// Whether a word is more than a way of asking.
fn is_telling(word: &str) -> bool {
    const EVERYDAY: usize = 600;
    crate::language::rank(&word.to_lowercase()).is_none_or(|rank| rank > EVERYDAY)
}

#[derive(Serialize)]
struct BesidesPage {
    hits: Vec<EvidenceHit>,
}

impl Template for BesidesPage {
    const FILE: &'static str = "answer/besides.md";
}

/// What was said of a matter, below the page that answers.
pub fn besides(desk: &Desk<'_>) -> Result<Step, ModelError> {
    const SHOWN: usize = 2;
    let mut hits: Vec<EvidenceHit> = desk.found::<SearchEvidence>()?.hits;
    let enough = if answers(desk) { ANSWERS } else { FILLS_UP };
    hits.retain(|hit| hit.coverage >= enough);
    rank(&mut hits, desk);
    if matches!(desk.part.ask.facet, Facet::YesNo | Facet::When) {
        // How a matter stands is told by what was said of it last.
        hits.sort_by_key(|hit| std::cmp::Reverse(hit.occurred_at));
    }
    drop_told(&mut hits);
    hits.truncate(SHOWN);
    let focus = hits.iter().map(|hit| RecordRef { kind: hit.kind, id: hit.id.clone() }).collect();
    desk.done(&BesidesPage { hits }, focus)
}

/// Whether somebody is asked about for something else than who they are and how to reach them.
pub fn asks_beyond_the_card(desk: &Desk<'_>) -> bool {
    const CARD: [&str; 16] = [
        "title",
        "role",
        "job",
        "position",
        "email",
        "e-mail",
        "address",
        "mail",
        "contact",
        "responsible",
        "name",
        "full",
        "surname",
        "company",
        "left",
        "work",
    ];
    let asked = &desk.part.ask.topic;
    desk.part.person.is_some()
        && !asked.is_empty()
        && !asked.iter().any(|word| CARD.contains(&word.to_lowercase().as_str()))
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
    let open_ended = desk.topic().is_none() && desk.part.ask.fact.is_none();
    let mut best: Vec<EvidenceHit> =
        list.hits.iter().filter(|hit| hit.coverage >= ANSWERS || open_ended).cloned().collect();
    if best.is_empty() {
        return silent(desk, list);
    }
    let direct = !desk.says("say said saying mention mentioned talk talked discuss discussed about everything all")
        || facet != Facet::What && facet != Facet::YesNo;
    rank(&mut best, desk);
    drop_told(&mut best);
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
        best.truncate(4);
        let room = 4 - best.len();
        let near = |hit: &&EvidenceHit| hit.coverage < ANSWERS && hit.coverage >= FILLS_UP;
        best.extend(list.hits.iter().filter(near).take(room.min(2)).cloned());
    }
    let shipped = shipped(desk);
    if !direct && desk.account().is_some() && best.len() > 1 {
        // After the best, what was said of it from the newest on.
        best[1..].sort_by_key(|hit| std::cmp::Reverse(hit.occurred_at));
    }
    let by_time = |hit: &&EvidenceHit| hit.occurred_at;
    let page = TopicPage {
        name: desk.name(),
        topic: desk.topic().unwrap_or_default(),
        time: desk.time_words(),
        person: desk.person_name(),
        direct,
        needs_before: needs_before(&best[0]),
        portfolio: desk.account().is_none(),
        names,
        asked: if direct { None } else { asked(desk) },
        line: shipped.as_ref().map(|(_, line)| line.clone()).unwrap_or_default(),
        shipped: shipped.map(|(release, _)| release),
        last: best.iter().max_by_key(by_time).cloned(),
        more: if direct && desk.account().is_some() { 0 } else { records.saturating_sub(distinct(&best)) },
        records,
        unsaid: worth_telling(&list.unsaid),
        best,
    };
    let focus = page.best.iter().map(|hit| RecordRef { kind: hit.kind, id: hit.id.clone() }).collect();
    desk.done(&page, focus)
}

/// Words that are more than a way of asking: the reader should know that nothing says them.
fn worth_telling(unsaid: &[String]) -> Vec<String> {
    const EVERYDAY: usize = 3_000;
    let telling = |word: &&String| crate::language::rank(&word.to_lowercase()).is_none_or(|rank| rank > EVERYDAY);
    unsaid.iter().filter(telling).cloned().collect()
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

/// Fewer words than this are shown with the question they answer.
const SHORT: usize = 14;

/// Whether words are few, or point back at what somebody else said.
fn needs_before(hit: &EvidenceHit) -> bool {
    let few = hit.excerpt.split_whitespace().count() < SHORT;
    hit.before.as_ref().is_some_and(|before| few || !before.text.trim_end().ends_with('?'))
}

/// Leaves out what the best hit is shown with anyway.
fn drop_told(hits: &mut Vec<EvidenceHit>) {
    let Some(lead) = hits.first().cloned() else { return };
    let mut at = 0;
    hits.retain(|hit| {
        at += 1;
        let shown = |text: &str| text.contains(&hit.text) || hit.text.contains(text);
        let told = hit.id == lead.id && (shown(&lead.excerpt) || lead.then.iter().any(|next| shown(&next.text)));
        at == 1 || !told
    });
}

/// Words of a sentence that says a matter whole, and what that is worth.
const FULL: usize = 14;
const FULLNESS: f32 = 0.1;

/// Days after which words are worth half as much as new ones.
const HALF_LIFE_DAYS: f32 = 60.0;

/// Lifts the words of the side asked for and those said last: how a matter stands is told by the newest. A question is
/// seldom the answer to one.
fn rank(hits: &mut [EvidenceHit], desk: &Desk<'_>) {
    let Ask { side, facet, stretch, .. } = &desk.part.ask;
    let recency = match facet {
        Facet::YesNo => 0.25,
        _ if stretch.is_some() => 0.0,
        _ => 0.12,
    };
    let key = |hit: &EvidenceHit| {
        let asks = hit.text.trim_end().ends_with('?');
        let theirs = side.is_some() && hit.side == *side;
        let days = (desk.context.now - hit.occurred_at).num_days().max(0) as f32;
        let fresh = recency * (-days / HALF_LIFE_DAYS).exp2();
        let full = hit.text.split_whitespace().count().min(FULL) as f32 / FULL as f32 * FULLNESS;
        hit.score + fresh + full + if theirs { 0.1 } else { 0.0 } - if asks { 0.2 } else { 0.0 }
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
    // Of somebody nothing more is asked about, whatever is said of them may help.
    let of_them = desk.topic().is_none() && desk.part.person.is_some();
    let near = |hit: &&EvidenceHit| of_them || hit.coverage >= NEAR;
    let nearest: Vec<EvidenceHit> = list.hits.iter().filter(near).take(3).cloned().collect();
    let page = SilentPage {
        name: desk.name(),
        topic: desk.topic().unwrap_or_default(),
        time: desk.time_words(),
        person: desk.person_name(),
        of_them: !desk.part.ask.by_person,
        close: nearest.first().is_some_and(|hit| hit.coverage >= FILLS_UP),
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
        .and_then(|person| overview.contacts.iter().find(|contact| contact.name.ends_with(&person.name)))
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
