//! Answers to open questions from what was said and written: the best words first, or plainly that there are none.

use serde::Serialize;

use super::{Desk, hits, plan};
use crate::domain::record::RecordRef;
use crate::domain::tool::account::KindCount;
use crate::domain::tool::activity::{EvidenceHit, EvidenceList, SearchEvidence};
use crate::domain::tool::records::{ListReleases, ListRequests, ReleaseView, RequestGroup};
use crate::language;
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::{Facet, tells_much};
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct TopicPage {
    name: String,
    /// The one account that speaks of it, where all were asked about.
    only: Option<String>,
    topic: String,
    /// Whether yes or no is asked for, and the best words deny it.
    seems_not: bool,
    /// Whether the best words are not understood without those before them.
    needs_before: bool,
    /// Whether they are understood by themselves.
    stands_alone: bool,
    /// What the question wants and nothing found has: a figure, a date.
    lacks: Option<&'static str>,
    portfolio: bool,
    best: Vec<EvidenceHit>,
    /// Records that say something of it and are not shown.
    more: u64,
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
    /// Whether yes or no is asked for.
    yes_no: bool,
    nearest: Vec<EvidenceHit>,
    list: EvidenceList,
}

impl Template for SilentPage {
    const FILE: &'static str = "answer/silent.md";
}

/// Whether what was said covers all of a question that also names figures or people.
pub fn answers(desk: &Desk<'_>) -> bool {
    (desk.topic().is_some() || desk.part.ask.facet == Facet::Why)
        && desk.found::<SearchEvidence>().is_ok_and(|list| list.hits.iter().any(|hit| hit.coverage >= hits::ANSWERS))
}

/// Whether what was said is near to a question that another page answers: worth a look beside it.
pub fn comes_near(desk: &Desk<'_>) -> bool {
    (names_more(desk) || desk.part.ask.facet == Facet::Why)
        && desk.found::<SearchEvidence>().is_ok_and(|list| list.hits.iter().any(|hit| hit.coverage >= hits::FILLS_UP))
}

/// Whether a question names something beyond what its kind of question is for.
pub fn names_more(desk: &Desk<'_>) -> bool {
    desk.topic().is_some_and(|topic| topic.split(' ').any(tells_much))
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
    let mut found: Vec<EvidenceHit> = desk.found::<SearchEvidence>()?.hits;
    let enough = if answers(desk) { hits::ANSWERS } else { hits::FILLS_UP };
    found.retain(|hit| hit.coverage >= enough);
    hits::rank(&mut found, desk);
    if matches!(desk.part.ask.facet, Facet::YesNo | Facet::When) {
        // How a matter stands is told by what was said of it last.
        found.sort_by_key(|hit| std::cmp::Reverse(hit.occurred_at));
    }
    hits::drop_told(&mut found);
    found.truncate(SHOWN);
    let focus = found.iter().map(|hit| RecordRef { kind: hit.kind, id: hit.id.clone() }).collect();
    desk.done(&BesidesPage { hits: found }, focus)
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
    let search = plan::search(desk, &desk.part.ask, desk.domain());
    let call = desk.call(&search);
    if desk.made(&call.id) { topic(desk) } else { Ok(Step::Call(vec![call])) }
}

fn write(desk: &Desk<'_>, mut list: EvidenceList) -> Result<Step, ModelError> {
    if let Some(unsure) = &desk.part.unsure {
        // Several accounts may be meant: the one that speaks of it is, where it is one.
        list.hits.retain(|hit| hit.account.as_ref().is_some_and(|account| unsure.domains.contains(account)));
    }
    let facet = desk.part.ask.facet;
    let answering = hits::answering(desk, &list);
    // What only one account speaks of is answered as asked of it.
    let only = if desk.account().is_none() { hits::only_account(&answering) } else { None };
    if let (Some(unsure), None) = (&desk.part.unsure, &only) {
        return unsure.ask_back(desk);
    }
    let portfolio = desk.account().is_none() && only.is_none();
    let records = hits::records(&answering);
    let mut best = if portfolio { hits::over_all(answering) } else { hits::of_account(desk, &list, answering) };
    if best.is_empty() {
        return silent(desk, list);
    }
    let direct = !desk.says("say said saying mention mentioned talk talked discuss discussed about everything all")
        || facet != Facet::What && facet != Facet::YesNo;
    let mut names: Vec<String> = Vec::new();
    for name in best.iter().filter_map(|hit| hit.account_name.clone()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let shipped = shipped(desk);
    if !direct && !portfolio {
        // After the best, what was said of it from the newest on.
        best[1..].sort_by_key(|hit| std::cmp::Reverse(hit.occurred_at));
    }
    let page = TopicPage {
        name: desk.name(),
        only,
        seems_not: facet == Facet::YesNo && denies(desk, &best[0]),
        topic: desk.topic().unwrap_or_default(),
        needs_before: hits::needs_before(&best[0]),
        stands_alone: hits::stands_alone(&best[0]),
        lacks: if portfolio { None } else { hits::lacks(desk, &best) },
        portfolio,
        names,
        asked: if direct { None } else { asked(desk) },
        line: shipped.as_ref().map(|(_, line)| line.clone()).unwrap_or_default(),
        shipped: shipped.map(|(release, _)| release),
        more: if direct && !portfolio { 0 } else { records.saturating_sub(hits::records(&best)) },
        unsaid: worth_telling(&list.unsaid),
        best,
    };
    let focus = page.best.iter().map(|hit| RecordRef { kind: hit.kind, id: hit.id.clone() }).collect();
    desk.done(&page, focus)
}

/// How much of the topic a part of a sentence must have that denies it.
const ABOUT_IT: f32 = 0.3;

/// Whether words deny what the question asks for: a part of them that is about it, or points back at one that is, holds a
/// no.
fn denies(desk: &Desk<'_>, hit: &EvidenceHit) -> bool {
    const BACK: [&str; 5] = ["it", "that", "this", "nothing", "they"];
    let Some(topic) = desk.topic().map(|topic| language::Topic::new(&topic)) else { return false };
    if language::denies(&desk.part.words) {
        return false;
    }
    let mut before = false;
    language::clauses(&hit.text).any(|part| {
        let about = topic.share(part) >= ABOUT_IT;
        let opening = part.split_whitespace().next().unwrap_or_default().to_lowercase();
        let of_it = about || before && BACK.contains(&opening.as_str());
        before = of_it;
        of_it && language::denies(part)
    })
}

/// Words that are more than a way of asking: the reader should know that nothing says them.
fn worth_telling(unsaid: &[String]) -> Vec<String> {
    const EVERYDAY: usize = 3_000;
    let telling = |word: &&String| language::rank(&word.to_lowercase()).is_none_or(|rank| rank > EVERYDAY);
    unsaid.iter().filter(telling).cloned().collect()
}

fn asked(desk: &Desk<'_>) -> Option<RequestGroup> {
    let list = desk.found::<ListRequests>().ok()?;
    list.groups.into_iter().find(|group| group.asks.len() > 1)
}

/// The release that brought what the topic names, with the line that says so.
fn shipped(desk: &Desk<'_>) -> Option<(ReleaseView, String)> {
    let topic = language::Topic::new(&desk.topic()?);
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

fn silent(desk: &Desk<'_>, list: EvidenceList) -> Result<Step, ModelError> {
    let searched = list
        .searched
        .iter()
        .filter(|count| count.count > 0)
        .map(|KindCount { kind, count }| format!("{count} {}{}", kind.label(), if *count == 1 { "" } else { "s" }))
        .collect();
    // What somebody did not say may be said of them, or by another.
    let by_them = desk.person_name().is_some() && desk.topic().is_some() && desk.account().is_some();
    let list = if by_them && !list.hits.iter().any(|hit| hit.coverage >= hits::NEAR) {
        let search = plan::search(desk, &desk.part.ask, desk.domain());
        let wide = desk.call_of("wide", &SearchEvidence { person: None, ..search });
        if !desk.made(&wide.id) {
            return Ok(Step::Call(vec![wide]));
        }
        EvidenceList { hits: desk.found_of::<SearchEvidence>("wide")?.hits, ..list }
    } else {
        list
    };
    // Of somebody nothing more is asked about, whatever is said of them may help.
    let of_them = desk.topic().is_none() && desk.part.person.is_some();
    let near = |hit: &&EvidenceHit| of_them || hit.coverage >= hits::NEAR;
    let mut nearest: Vec<EvidenceHit> = list.hits.iter().filter(near).take(3).cloned().collect();
    hits::fact_first(desk, &mut nearest);
    if desk.part.ask.facet == Facet::YesNo && nearest.first().is_some_and(|hit| hit.coverage >= hits::FILLS_UP) {
        nearest.retain(|hit| hit.coverage >= hits::FILLS_UP);
        nearest.sort_by_key(|hit| std::cmp::Reverse(hit.occurred_at));
    }
    let page = SilentPage {
        name: desk.name(),
        topic: desk.topic().unwrap_or_default(),
        time: if desk.day_named().is_some() { String::new() } else { desk.time_words() },
        person: desk.person_name(),
        of_them: !desk.part.ask.by_person,
        close: nearest.first().is_some_and(|hit| hit.coverage >= hits::FILLS_UP),
        yes_no: desk.part.ask.facet == Facet::YesNo,
        searched,
        nearest,
        list,
    };
    desk.done(&page, Vec::new())
}
