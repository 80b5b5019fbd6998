//! Answers about what happened: calls, e-mails, contact, changes, projects and notes.

use serde::Serialize;

use super::Desk;
use crate::domain::activity::Side;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::tool::account::KindCount;
use crate::domain::tool::activity::{ActivityItem, ActivityList, CallView, GetCall, ListActivity};
use crate::domain::tool::score::{ScoreHistory, ScorePath, ScorePoint};
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::Facet;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct CallsPage {
    name: String,
    time: String,
    person: Option<String>,
    calls: Vec<CallPage>,
    total: u64,
}

#[derive(Serialize)]
struct CallPage {
    #[serde(flatten)]
    call: CallView,
    customers: Vec<String>,
    team: Vec<String>,
}

impl Template for CallsPage {
    const FILE: &'static str = "answer/calls.md";
}

/// What was said in one or several calls.
pub fn calls(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let found = desk.found::<GetCall>()?;
    let records = found.calls.iter().map(|call| RecordRef { kind: RecordKind::Call, id: call.id.clone() }).collect();
    let single = found.calls.len() == 1;
    let calls = found
        .calls
        .into_iter()
        .map(|mut call| {
            let names = |side: Side| {
                call.participants
                    .iter()
                    .filter(|person| person.side == side)
                    .map(|person| person.name.clone())
                    .collect()
            };
            let (customers, team) = (names(Side::Customer), names(Side::Team));
            call.highlights.truncate(match (single, call.summary.is_some()) {
                (true, true) => 4,
                (true, false) => 8,
                (false, true) => 2,
                (false, false) => 5,
            });
            CallPage { customers, team, call }
        })
        .collect();
    desk.done(
        &CallsPage {
            name: desk.name(),
            time: desk.time_words(),
            person: desk.person_name(),
            calls,
            total: found.total,
        },
        records,
    )
}

#[derive(Serialize)]
struct ContactPage {
    name: String,
    time: String,
    person: Option<String>,
    counting: bool,
    noun: &'static str,
    total: u64,
    list: ActivityList,
}

impl Template for ContactPage {
    const FILE: &'static str = "answer/contact.md";
}

/// When there was contact last, or how often.
pub fn contact(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let list = desk.found::<ListActivity>()?;
    let kinds: Vec<RecordKind> = list.counts.iter().filter(|count| count.count > 0).map(|count| count.kind).collect();
    let noun = match kinds.as_slice() {
        [RecordKind::Call] => "call",
        [RecordKind::Email] => "e-mail",
        _ => "call or e-mail",
    };
    let records = list.items.iter().take(1).map(item_ref).collect();
    let page = ContactPage {
        name: desk.name(),
        time: desk.time_words(),
        person: desk.person_name(),
        counting: desk.part.ask.facet == Facet::HowMany,
        noun,
        total: list.counts.iter().map(|count| count.count).sum(),
        list,
    };
    desk.done(&page, records)
}

fn item_ref(item: &ActivityItem) -> RecordRef {
    RecordRef { kind: item.kind, id: item.id.clone() }
}

#[derive(Serialize)]
struct EmailsPage {
    name: String,
    time: String,
    replied: bool,
    total: u64,
    last_ours: Option<ActivityItem>,
    last_theirs: Option<ActivityItem>,
    unanswered: Vec<ActivityItem>,
    count: usize,
    list: ActivityList,
}

impl Template for EmailsPage {
    const FILE: &'static str = "answer/emails.md";
}

/// The latest e-mails and whether they were answered.
pub fn emails(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let list = desk.found::<ListActivity>()?;
    let of = |side: Side| list.items.iter().find(|item| item.side == Some(side)).cloned();
    let unanswered: Vec<ActivityItem> = list
        .items
        .iter()
        .filter(|item| item.side == Some(Side::Team) && item.answered == Some(false))
        .cloned()
        .collect();
    let records = list.items.iter().take(1).map(item_ref).collect();
    let page = EmailsPage {
        name: desk.name(),
        time: desk.time_words(),
        replied: desk.says("reply replied respond responded answer answered unanswered"),
        total: list.counts.iter().map(|count| count.count).sum(),
        last_ours: of(Side::Team),
        last_theirs: of(Side::Customer),
        unanswered,
        count: list.items.len(),
        list,
    };
    desk.done(&page, records)
}

#[derive(Serialize)]
struct ChangesPage {
    name: String,
    time: String,
    counts: Vec<KindCount>,
    labels: Vec<String>,
    items: Vec<ActivityItem>,
    more: u64,
    score: ScorePath,
    from_level: &'static str,
    to_level: &'static str,
    moved: bool,
    ended: bool,
    latest_outside: Option<ActivityItem>,
}

impl Template for ChangesPage {
    const FILE: &'static str = "answer/changes.md";
}

/// What happened in a stretch of time.
pub fn changes(desk: &Desk<'_>) -> Result<Step, ModelError> {
    const SHOWN: usize = 8;
    let list = desk.found::<ListActivity>()?;
    let score = desk.found::<ScoreHistory>()?;
    let ends = (score.points.first(), score.points.last());
    let level = |point: Option<&ScorePoint>| point.map_or("", |point| point.level.label());
    let records = list.items.iter().take(3).map(item_ref).collect();
    let counts: Vec<KindCount> =
        list.counts.iter().copied().filter(|count| count.count > 0 && count.kind != RecordKind::Usage).collect();
    let labels = counts
        .iter()
        .map(|count| format!("{} {}{}", count.count, count.kind.label(), if count.count == 1 { "" } else { "s" }))
        .collect();
    let time = if desk.time_words().is_empty() { "in the last 7 days".to_owned() } else { desk.time_words() };
    let page = ChangesPage {
        name: desk.name(),
        time,
        counts,
        labels,
        more: list.total.saturating_sub(SHOWN as u64),
        items: list.items.iter().take(SHOWN).cloned().collect(),
        ended: desk.ended().is_some(),
        from_level: level(ends.0),
        to_level: level(ends.1),
        moved: ends.0.map(|point| point.score) != ends.1.map(|point| point.score),
        score,
        latest_outside: list.latest_outside,
    };
    desk.done(&page, records)
}

#[derive(Serialize)]
struct WorkPage {
    name: String,
    noun: &'static str,
    time: String,
    count: usize,
    list: ActivityList,
}

impl Template for WorkPage {
    const FILE: &'static str = "answer/work.md";
}

/// Projects or notes.
pub fn work(desk: &Desk<'_>, kind: RecordKind) -> Result<Step, ModelError> {
    let list = desk.found::<ListActivity>()?;
    let records = list.items.iter().map(item_ref).collect();
    let page =
        WorkPage { name: desk.name(), noun: kind.label(), time: desk.time_words(), count: list.items.len(), list };
    desk.done(&page, records)
}
