//! Answers from records that were read or given: requests, commitments, signals, releases.

use serde::Serialize;

use super::{Desk, plan, topic};
use crate::domain::activity::{CommitmentStatus, Side, SignalKind};
use crate::domain::time::Window;
use crate::domain::tool::records::{
    CommitmentList, CommitmentView, ListCommitments, ListReleases, ListRequests, ListSignals, NamelessPromise,
    ReleaseView, RequestGroup, ShippedIn, SignalView,
};
use crate::domain::tool::score::{HealthView, ScoreExplanation};
use crate::domain::unheard::Unheard;
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::Facet;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct RequestsPage {
    name: String,
    time: String,
    topic: Option<String>,
    person: Option<String>,
    groups: Vec<RequestGroup>,
    more: usize,
    things: u64,
    shipped: usize,
    repeated: Option<RequestGroup>,
    total: u64,
    read: u64,
    not_read: Option<String>,
}

impl Template for RequestsPage {
    const FILE: &'static str = "answer/requests.md";
}

/// What an account asked for.
pub fn requests(desk: &Desk<'_>) -> Result<Step, ModelError> {
    const SHOWN: usize = 7;
    let list = desk.found::<ListRequests>()?;
    if list.groups.is_empty() && desk.topic().is_some() {
        return topic::instead(desk);
    }
    let page = RequestsPage {
        name: desk.name(),
        time: desk.time_words(),
        topic: desk.topic(),
        person: desk.person_name(),
        more: list.groups.len().saturating_sub(SHOWN),
        things: list.groups.len() as u64,
        shipped: list.groups.iter().filter(|group| group.shipped.is_some()).count(),
        repeated: list.groups.iter().find(|group| group.asks.len() > 1).cloned(),
        groups: list.groups.into_iter().take(SHOWN).collect(),
        total: list.total,
        read: list.read,
        not_read: Unheard::told(&list.not_read, "requests"),
    };
    desk.done(&page, Vec::new())
}

#[derive(Serialize)]
struct AskersPage {
    what: String,
    release: Option<String>,
    groups: Vec<RequestGroup>,
    accounts: u64,
    /// The release that answers all of it.
    shipped: Option<ShippedIn>,
    /// Whether it is asked what became of it, and nothing that shipped answers it.
    nothing_yet: bool,
    /// Their names, each once, as many as a headline takes.
    names: Vec<String>,
    unnamed: usize,
    more: usize,
    read: u64,
    not_read: Option<String>,
}

impl Template for AskersPage {
    const FILE: &'static str = "answer/askers.md";
}

/// Who asked for something, over all accounts.
pub fn askers(desk: &Desk<'_>) -> Result<Step, ModelError> {
    const SHOWN: usize = 12;
    const NAMED: usize = 6;
    let list = desk.found::<ListRequests>()?;
    let mut names: Vec<String> = Vec::new();
    for group in &list.groups {
        if !names.contains(&group.account_name) {
            names.push(group.account_name.clone());
        }
    }
    let answers: Vec<Option<&ShippedIn>> = list.groups.iter().map(|group| group.shipped.as_ref()).collect();
    let shipped = match answers.first() {
        Some(Some(first)) if answers.iter().all(|other| other.is_some_and(|other| other.title == first.title)) => {
            Some((*first).clone())
        }
        _ => None,
    };
    let page = AskersPage {
        shipped,
        nothing_yet: !answers.is_empty()
            && answers.iter().all(Option::is_none)
            && desk.says("get got have shipped ship deliver delivered done built"),
        what: desk.topic().unwrap_or_else(|| "anything".to_owned()),
        release: desk.release(),
        accounts: names.len() as u64,
        unnamed: names.len().saturating_sub(NAMED),
        names: names.into_iter().take(NAMED).collect(),
        more: list.groups.len().saturating_sub(SHOWN),
        groups: list.groups.iter().take(SHOWN).cloned().collect(),
        read: list.read,
        not_read: Unheard::told(&list.not_read, "requests"),
    };
    desk.done(&page, Vec::new())
}

#[derive(Serialize)]
struct CommitmentsPage {
    name: String,
    time: String,
    topic: Option<String>,
    person: Option<String>,
    ours: bool,
    theirs: bool,
    open_only: bool,
    overdue_only: bool,
    yes_no: bool,
    portfolio: bool,
    /// How many there are in all, shown or not.
    overdue_total: u64,
    open_total: u64,
    kept_total: u64,
    more: u64,
    overdue: Vec<CommitmentView>,
    open: Vec<CommitmentView>,
    kept: Vec<CommitmentView>,
    /// Past their day and perhaps kept.
    unclear: Vec<CommitmentView>,
    /// Called off.
    dropped: Vec<CommitmentView>,
    shown_kept: usize,
    due: u64,
    total: u64,
    read: u64,
    not_read: Option<String>,
    /// Those of which nobody can tell whose they are.
    nameless: Vec<NamelessPromise>,
}

impl Template for CommitmentsPage {
    const FILE: &'static str = "answer/commitments.md";
}

/// Whether there are promises on just the matter asked about.
pub fn promises_tell(desk: &Desk<'_>) -> bool {
    desk.topic().is_some()
        && desk.found::<ListCommitments>().is_ok_and(|list| !list.items.is_empty() || !list.nameless.is_empty())
}

/// Whether what is asked after was promised, once: then the promise tells where it stands.
pub fn one_promise_tells(desk: &Desk<'_>) -> bool {
    const ON_IT: f32 = 0.6;
    if !plan::asks_after(desk) {
        return false;
    }
    let Some(topic) = desk.topic().map(|topic| crate::language::Topic::new(&topic)) else { return false };
    let on_it = |item: &CommitmentView| topic.share(&format!("{} {} {}", item.what, item.quote, item.who)) >= ON_IT;
    desk.found::<ListCommitments>().is_ok_and(|list| list.items.len() == 1 && list.items.iter().all(on_it))
}

/// The promise that was made of what is asked after.
pub fn promised(desk: &Desk<'_>) -> Result<Step, ModelError> {
    promises(
        desk,
        desk.found::<ListCommitments>()?,
        &ListCommitments { topic: desk.topic(), ..ListCommitments::default() },
    )
}

/// Whether there are requests for just the matter asked about, or requests of any kind are asked for.
pub fn requests_tell(desk: &Desk<'_>) -> bool {
    desk.found::<ListRequests>().is_ok_and(|list| !list.groups.is_empty())
}

/// What was promised, and whether it was kept.
pub fn commitments(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let list = desk.found::<ListCommitments>()?;
    let nobody_can_tell = !list.nameless.is_empty();
    let asked = plan::commitments(desk, &desk.part.ask, None);
    let by_day = asked.window != Window::ALWAYS || asked.due != Window::ALWAYS;
    if list.items.is_empty()
        && !nobody_can_tell
        && (asked.topic.is_some() || asked.person.is_some() && (list.total == 0 || by_day))
        && desk.account().is_some()
    {
        // Promises of those words there are none: what was said may tell, else all promises may.
        match topic::instead(desk)? {
            step if topic::answers(desk) || matches!(step, Step::Call(_)) => return Ok(step),
            step => {
                // "The June 12 deadline for the lists": the day may be the promise's, its making's or neither.
                let everything = ListCommitments {
                    topic: None,
                    window: Window::ALWAYS,
                    due: Window::ALWAYS,
                    account: desk.account().map(|account| account.domain.clone()),
                    ..asked.clone()
                };
                let call = desk.call_of("all", &everything);
                if !desk.made(&call.id) {
                    return Ok(Step::Call(vec![call]));
                }
                let all = desk.found_of::<ListCommitments>("all")?;
                if all.items.is_empty() {
                    return Ok(step);
                }
                return promises(desk, all, &ListCommitments { topic: None, ..asked });
            }
        }
    }
    promises(desk, list, &asked)
}

/// The promises themselves, the overdue ones first.
fn promises(desk: &Desk<'_>, list: CommitmentList, asked: &ListCommitments) -> Result<Step, ModelError> {
    const SHOWN: usize = 6;
    let mut overdue = Vec::new();
    let mut open = Vec::new();
    let mut kept = Vec::new();
    let (mut unclear, mut dropped) = (Vec::new(), Vec::new());
    for item in list.items {
        match item.status {
            CommitmentStatus::Overdue => overdue.push(item),
            CommitmentStatus::Open => open.push(item),
            CommitmentStatus::Kept => kept.push(item),
            CommitmentStatus::Unclear => unclear.push(item),
            CommitmentStatus::Dropped => dropped.push(item),
        }
    }
    let overdue_only = plan::overdue_only(desk);
    if overdue_only {
        open.clear();
        kept.clear();
    }
    if overdue_only || list.total > 1 && asked.topic.is_none() {
        // Nobody waits for them.
        dropped.clear();
    }
    unclear.truncate(SHOWN);
    dropped.truncate(SHOWN);
    overdue.truncate(match (overdue_only, desk.account().is_none()) {
        // Over all accounts every one of them is somebody's day of work.
        (true, true) => 4 * SHOWN,
        (true, false) => 2 * SHOWN,
        (false, _) => SHOWN,
    });
    open.truncate(SHOWN);
    let open_only = !asked.statuses.is_empty() && !asked.statuses.contains(&CommitmentStatus::Kept);
    let shown_kept = if list.overdue + list.open == 0 { 5 } else { 2 };
    kept.truncate(if open_only { 0 } else { shown_kept });
    let of = |shown: &[CommitmentView], total: u64| total.saturating_sub(shown.len() as u64);
    let more = of(&overdue, list.overdue)
        + if overdue_only { 0 } else { of(&open, list.open) }
        + if overdue_only || open_only { 0 } else { of(&kept, list.kept) };
    let page = CommitmentsPage {
        overdue_only,
        overdue_total: list.overdue,
        open_total: list.open,
        kept_total: list.kept,
        more,
        name: desk.name(),
        time: desk.time_words(),
        topic: asked.topic.clone(),
        person: asked.person.clone(),
        ours: asked.side == Some(Side::Team),
        theirs: asked.side == Some(Side::Customer),
        open_only,
        yes_no: desk.part.ask.facet == Facet::YesNo,
        portfolio: desk.account().is_none(),
        shown_kept: kept.len(),
        due: list.overdue + list.open,
        overdue,
        open,
        kept,
        unclear,
        dropped,
        total: list.total,
        read: list.read,
        not_read: Unheard::told(&list.not_read, "promises"),
        nameless: if overdue_only { Vec::new() } else { list.nameless },
    };
    desk.done(&page, Vec::new())
}

#[derive(Serialize)]
struct SignalsPage {
    name: String,
    time: String,
    kinds: Vec<&'static str>,
    mood: bool,
    verdict: &'static str,
    level: &'static str,
    health: Option<HealthView>,
    items: Vec<Item>,
    good: Vec<Item>,
    bad: Vec<Item>,
    more: usize,
    count: u64,
    total: u64,
}

#[derive(Clone, Serialize)]
struct Item {
    #[serde(flatten)]
    signal: SignalView,
    label: &'static str,
}

impl Template for SignalsPage {
    const FILE: &'static str = "answer/signals.md";
}

/// Signals of some kinds, or the mood of the account.
pub fn signals(desk: &Desk<'_>, kinds: &[SignalKind]) -> Result<Step, ModelError> {
    const SHOWN: usize = 6;
    let list = desk.found::<ListSignals>()?;
    if list.items.is_empty()
        && !kinds.is_empty()
        && !kinds.contains(&SignalKind::Nps)
        && !desk.part.words.is_empty()
        && list.total == 0
    {
        return topic::instead(desk);
    }
    let health = if kinds.is_empty() { Some(desk.found::<ScoreExplanation>()?) } else { None };
    let items: Vec<Item> = list.items.into_iter().map(|signal| Item { label: signal.kind.label(), signal }).collect();
    let good: Vec<Item> = items.iter().filter(|item| tone(&item.signal) > 0).take(3).cloned().collect();
    let bad: Vec<Item> = items.iter().filter(|item| tone(&item.signal) < 0).take(4).cloned().collect();
    let verdict = match (good.len(), bad.len()) {
        (0, 0) => "there is too little on record to tell",
        (_, 0) => "yes, as far as the signals tell",
        (0, _) => "no",
        (good, bad) if bad > good => "mostly not",
        (good, bad) if good > bad => "mostly, with reservations",
        _ => "it is mixed",
    };
    let page = SignalsPage {
        name: desk.name(),
        time: desk.time_words(),
        kinds: kinds.iter().map(|kind| kind.label()).collect(),
        mood: kinds.is_empty() && !desk.says("signal signals"),
        verdict,
        level: health.as_ref().map_or("", |health| health.level.label()),
        health,
        count: items.len() as u64,
        more: items.len().saturating_sub(SHOWN),
        items: items.into_iter().take(SHOWN).collect(),
        good,
        bad,
        total: list.total,
    };
    desk.done(&page, Vec::new())
}

/// Whether a signal speaks well (1) or ill (−1) of the relation, or neither.
fn tone(signal: &SignalView) -> i8 {
    // What kind of signal a model takes words for is no ground to judge by.
    if signal.noticed_by.is_some() {
        return 0;
    }
    match (signal.kind, signal.score) {
        (SignalKind::Nps, Some(score)) if score >= 9.0 => 1,
        (SignalKind::Nps, Some(score)) if score <= 6.0 => -1,
        (SignalKind::Praise, _) => 1,
        (SignalKind::Complaint | SignalKind::ChurnRisk | SignalKind::Escalation, _) => -1,
        _ => 0,
    }
}

#[derive(Serialize)]
struct ReleasesPage {
    time: String,
    query: Option<String>,
    items: Vec<ReleaseView>,
    shown: u64,
    more: usize,
    total: u64,
}

impl Template for ReleasesPage {
    const FILE: &'static str = "answer/releases.md";
}

/// What was shipped.
pub fn releases(desk: &Desk<'_>) -> Result<Step, ModelError> {
    const SHOWN: usize = 6;
    let list = desk.found::<ListReleases>()?;
    // "Which version of Android are they on": what was said may know what the release notes do not.
    if list.items.is_empty() && desk.account().is_some() && desk.release().is_none() && desk.topic().is_some() {
        return super::topic::instead(desk);
    }
    let page = ReleasesPage {
        time: desk.time_words(),
        query: desk.release().or_else(|| desk.topic()),
        shown: list.items.len() as u64,
        more: list.items.len().saturating_sub(SHOWN),
        items: list.items.into_iter().take(SHOWN).collect(),
        total: list.total,
    };
    desk.done(&page, Vec::new())
}
