//! Answers about what happened: calls, e-mails, contact, changes, projects and notes.

use serde::Serialize;

use super::Desk;
use crate::domain::activity::Side;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::day_text;
use crate::domain::tool::account::KindCount;
use crate::domain::tool::activity::WrittenSummary;
use crate::domain::tool::activity::{ActivityItem, ActivityList, CallView, GetCall, ListActivity, SearchEvidence};
use crate::domain::tool::score::{ScoreHistory, ScorePath, ScorePoint};
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::{Ask, Facet};
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
    /// What a language model wrote about it.
    written: Option<WrittenSummary>,
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
            let written = found.summaries.iter().find(|summary| summary.call == call.id).cloned();
            CallPage { customers, team, written, call }
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
    /// The e-mail of which it is asked whether it was answered.
    asked: Option<ActivityItem>,
    /// Whether that is one of theirs, for us to answer.
    owed: bool,
    /// The last e-mail of the side that should answer.
    last: Option<ActivityItem>,
    total: u64,
    /// How many are listed.
    shown: usize,
    list: ActivityList,
}

impl Template for EmailsPage {
    const FILE: &'static str = "answer/emails.md";
}

/// Whether it is asked if an e-mail was answered, and that e-mail is known.
pub fn replies_tell(desk: &Desk<'_>) -> bool {
    desk.found::<ListActivity>().is_ok_and(|list| reply_asked_of(desk, &list).is_some())
}

/// Whether the answer is ours to give: "did we answer", "has anyone replied to Sarah".
fn ours_to_answer(desk: &Desk<'_>) -> bool {
    let Ask { side, by_person, .. } = desk.part.ask;
    side == Some(Side::Team)
        || !by_person && desk.part.person.as_ref().is_some_and(|person| person.side == Side::Customer)
}

/// The e-mail of which it is asked whether it was answered: of the matter named, else the last.
fn reply_asked_of(desk: &Desk<'_>, list: &ActivityList) -> Option<ActivityItem> {
    if !desk.says("reply replied respond responded answer answered unanswered") {
        return None;
    }
    let writer = if ours_to_answer(desk) { Side::Customer } else { Side::Team };
    let topic = desk.topic().map(|topic| crate::language::Topic::new(&topic));
    let said = desk.found::<SearchEvidence>().map(|list| list.hits).unwrap_or_default();
    let about = |item: &&ActivityItem| {
        topic.as_ref().is_none_or(|topic| topic.share(&format!("{} {}", item.title, item.gist)) >= ON_THE_MATTER)
            || said.iter().any(|hit| hit.id == item.id && hit.coverage >= ON_THE_MATTER)
    };
    list.items.iter().filter(|item| item.side == Some(writer)).find(about).cloned()
}

/// The share of the words of a matter that an e-mail on it has.
const ON_THE_MATTER: f32 = 0.5;

/// The latest e-mails and whether they were answered.
pub fn emails(desk: &Desk<'_>) -> Result<Step, ModelError> {
    const SHOWN: usize = 6;
    let list = desk.found::<ListActivity>()?;
    let asked = reply_asked_of(desk, &list);
    let owed = ours_to_answer(desk);
    let answerer = if owed { Side::Team } else { Side::Customer };
    let records = asked.iter().chain(list.items.first()).take(1).map(item_ref).collect();
    let page = EmailsPage {
        name: desk.name(),
        time: desk.time_words(),
        last: list.items.iter().find(|item| item.side == Some(answerer)).cloned(),
        owed,
        total: list.counts.iter().map(|count| count.count).sum(),
        shown: if asked.is_some() && desk.topic().is_some() { 0 } else { SHOWN },
        asked,
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

/// Leaves what came after the last call, or after the one the question names; gives the day of that call.
fn after_talk(desk: &Desk<'_>, list: &mut ActivityList) -> Option<chrono::NaiveDate> {
    let topic = desk.topic().map(|topic| crate::language::Topic::new(&topic));
    let is_meant = |item: &&ActivityItem| {
        item.kind == RecordKind::Call
            && topic.as_ref().is_none_or(|topic| topic.share(&format!("{} {}", item.title, item.gist)) > 0.0)
    };
    let calls = || list.items.iter().filter(|item| item.kind == RecordKind::Call);
    let call = list.items.iter().find(is_meant).or_else(|| calls().next())?;
    let at = call.occurred_at;
    list.items.retain(|item| item.occurred_at > at);
    for count in &mut list.counts {
        count.count = list.items.iter().filter(|item| item.kind == count.kind).count() as u64;
    }
    list.total = list.items.len() as u64;
    Some(at.day())
}

/// What happened in a stretch of time.
pub fn changes(desk: &Desk<'_>) -> Result<Step, ModelError> {
    const SHOWN: usize = 8;
    let mut list = desk.found::<ListActivity>()?;
    let score = desk.found::<ScoreHistory>()?;
    let talk = if desk.part.ask.since_talk { after_talk(desk, &mut list) } else { None };
    let ends = (score.points.first(), score.points.last());
    let level = |point: Option<&ScorePoint>| point.map_or("", |point| point.level.label());
    let records = list.items.iter().take(3).map(item_ref).collect();
    let counts: Vec<KindCount> =
        list.counts.iter().copied().filter(|count| count.count > 0 && count.kind != RecordKind::Usage).collect();
    let labels = counts
        .iter()
        .map(|count| format!("{} {}{}", count.count, count.kind.label(), if count.count == 1 { "" } else { "s" }))
        .collect();
    let time = if let Some(talk) = talk {
        format!("since the call of {}", day_text(talk, desk.today()))
    } else if desk.time_words().is_empty() {
        "in the last 7 days".to_owned()
    } else {
        desk.time_words()
    };
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
