//! An account's page as its template reads it: everything is text by here, and every link an address.

use serde::Serialize;

use super::chart::{self, ScoreChart, Sparkline};
use super::head::{self, Factor, Head, Likelihood, Metric};
use super::lists::{self, AuditRow, Contract, Deal, DraftRow, Matter, Person, Promises, Request};
use super::words::{Link, When, clipped, kind, kinds, level};
use super::{FILTERS, address};
use crate::app::{Hub, ScoreStep};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::text::{capital, signed};
use crate::domain::tool::activity::ActivityItem;

/// Letters shown of what an item says, at most.
const GIST: usize = 360;

/// Moves of the score shown before the reader asks for more.
const STEPS: usize = 4;

/// People named of an item, at most.
const NAMED: usize = 5;

/// The page.
#[derive(Debug, Serialize)]
pub(super) struct HubPage {
    head: Head,
    metrics: [Metric; 4],
    disagreement: Option<String>,
    factors: Vec<Factor>,
    likelihood: Option<Likelihood>,
    base: i32,
    thresholds: [u32; 2],
    matters: Vec<Matter>,
    score: Score,
    usage: Usage,
    feed: Feed,
    contracts: Vec<Contract>,
    deals: Vec<Deal>,
    promises: [Promises; 2],
    requests: Vec<Request>,
    more_requests: usize,
    people: Vec<Person>,
    drafts: Vec<DraftRow>,
    audit: Vec<AuditRow>,
    questions: Vec<Question>,
    chat: String,
    here: String,
}

#[derive(Debug, Serialize)]
struct Score {
    chart: Option<ScoreChart>,
    size: String,
    summary: String,
    replayed: bool,
    rows: Vec<ScoreRow>,
    steps: Vec<Step>,
    earlier: Vec<Step>,
}

#[derive(Debug, Serialize)]
struct ScoreRow {
    when: When,
    score: u32,
    level: &'static str,
    level_name: String,
}

#[derive(Debug, Serialize)]
struct Step {
    when: When,
    before: u32,
    after: u32,
    points: String,
    fell: bool,
    reasons: Vec<Reason>,
}

#[derive(Debug, Serialize)]
struct Reason {
    points: String,
    cause: String,
    reason: String,
    links: Vec<Link>,
}

#[derive(Debug, Serialize)]
struct Usage {
    line: Option<Sparkline>,
    summary: String,
    seats: Option<u32>,
    rows: Vec<UsageRow>,
}

#[derive(Debug, Serialize)]
struct UsageRow {
    when: When,
    active: u32,
}

#[derive(Debug, Serialize)]
struct Feed {
    filters: Vec<Filter>,
    items: Vec<Item>,
    older: Option<String>,
    newest: Option<String>,
}

#[derive(Debug, Serialize)]
struct Filter {
    name: String,
    href: String,
    current: bool,
}

#[derive(Debug, Serialize)]
struct Item {
    id: String,
    href: String,
    kind: String,
    kind_wire: &'static str,
    title: String,
    gist: String,
    who: Option<String>,
    when: When,
    /// None of what only has a day.
    time: Option<String>,
}

#[derive(Debug, Serialize)]
struct Question {
    text: String,
    href: String,
}

impl HubPage {
    /// Of what was gathered; `show` is the kind the timeline is limited to, `paged` whether it begins at a place.
    pub(super) fn of(hub: &Hub, show: Option<RecordKind>, paged: bool) -> Self {
        let domain = &hub.overview.domain;
        let (requests, more_requests) = lists::requests(hub);
        let question = |text: &String| Question { href: address::chat(domain, Some(text)), text: text.clone() };
        let health = &hub.overview.health;
        Self {
            head: Head::of(hub),
            metrics: head::metrics(hub),
            disagreement: hub.overview.disagreement.clone(),
            factors: head::factors(hub),
            likelihood: Likelihood::of(hub),
            base: health.base,
            thresholds: [health.critical_below, health.healthy_from],
            matters: lists::matters(hub),
            score: Score::of(hub),
            usage: Usage::of(hub),
            feed: Feed::of(hub, show, paged),
            contracts: lists::contracts(hub),
            deals: lists::deals(hub),
            promises: lists::promises(hub),
            requests,
            more_requests,
            people: lists::people(hub),
            drafts: lists::drafts(hub),
            audit: lists::audit(hub),
            questions: hub.questions.iter().map(question).collect(),
            chat: address::chat(domain, None),
            here: address::account(domain),
        }
    }

    /// What the page is called.
    pub(super) fn title(hub: &Hub) -> String {
        hub.overview.name.clone()
    }
}

impl Score {
    fn of(hub: &Hub) -> Self {
        let (story, today) = (&hub.score, hub.now.day());
        let row = |point: &crate::domain::tool::score::ScorePoint| ScoreRow {
            when: When::of(point.day, today),
            score: point.score,
            level: point.level.wire(),
            level_name: level(point.level),
        };
        let summary = match (story.points.first(), story.points.last()) {
            (Some(first), Some(last)) if first.day < last.day => {
                let from = When::of(first.day, today).day;
                let trend = story.trend.as_ref().map(|trend| format!(": {trend}")).unwrap_or_default();
                format!("From {} on {from} to {} today{trend}.", first.score, last.score)
            }
            _ => "There is no history yet.".to_owned(),
        };
        let mut steps: Vec<Step> = story.steps.iter().map(|step| Step::of(hub, step)).collect();
        let earlier = steps.split_off(steps.len().min(STEPS));
        Self {
            chart: chart::score(story, &hub.overview.health, today),
            size: chart::size(),
            summary,
            replayed: story.replayed,
            rows: story.points.iter().rev().map(row).collect(),
            steps,
            earlier,
        }
    }
}

impl Step {
    fn of(hub: &Hub, step: &ScoreStep) -> Self {
        let reasons = step.reasons.iter().map(|reason| Reason {
            points: signed(reason.points),
            cause: reason.cause.clone(),
            reason: reason.reason.clone(),
            links: reason.records.iter().map(|titled| Link::to(&titled.record, &titled.title)).collect(),
        });
        Self {
            when: When::at(step.at, hub.now.day()),
            before: step.before.score,
            after: step.after.score,
            points: signed(step.points),
            fell: step.points < 0,
            reasons: reasons.collect(),
        }
    }
}

impl Usage {
    fn of(hub: &Hub) -> Self {
        let (usage, today) = (&hub.overview.usage, hub.now.day());
        let summary = match (usage.weekly.first(), usage.weekly.last()) {
            (Some(first), Some(last)) if usage.weekly.len() > 1 => format!(
                "Weekly averages of daily active users: {} in the week to {}, {} in the week to {}.",
                first.active_users,
                When::of(first.day, today).day,
                last.active_users,
                When::of(last.day, today).day
            ),
            _ => "There is no usage to draw.".to_owned(),
        };
        let row = |point: &crate::domain::tool::usage::UsagePoint| UsageRow {
            when: When::of(point.day, today),
            active: point.active_users,
        };
        Self {
            line: chart::usage(&usage.weekly, usage.licensed_seats),
            summary,
            seats: usage.licensed_seats,
            rows: usage.weekly.iter().rev().map(row).collect(),
        }
    }
}

impl Feed {
    fn of(hub: &Hub, show: Option<RecordKind>, paged: bool) -> Self {
        let (domain, wire) = (hub.overview.domain.as_str(), show.map(RecordKind::wire));
        let all = Filter { name: "All".to_owned(), href: address::feed(domain, None, None), current: show.is_none() };
        let held = |kind: RecordKind| {
            hub.overview.counts.iter().find(|count| count.kind == kind).map_or(0, |count| count.count)
        };
        // What there is none of is no choice, unless it was chosen.
        let offered = FILTERS.into_iter().filter(|kind| held(*kind) > 0 || show == Some(*kind));
        let filter = |kind: RecordKind| Filter {
            name: kinds(kind),
            href: address::feed(domain, Some(kind.wire()), None),
            current: show == Some(kind),
        };
        Self {
            filters: std::iter::once(all).chain(offered.map(filter)).collect(),
            items: hub.feed.items.iter().map(|item| Item::of(hub, item)).collect(),
            older: hub.feed.older.as_ref().map(|place| address::feed(domain, wire, Some(place))),
            newest: paged.then(|| address::feed(domain, wire, None)),
        }
    }
}

impl Item {
    fn of(hub: &Hub, item: &ActivityItem) -> Self {
        let record = RecordRef { kind: item.kind, id: item.id.clone() };
        let days = matches!(item.kind, RecordKind::RevenueSource | RecordKind::Deal);
        let mut who: Vec<String> = item.from.iter().cloned().collect();
        let people = item.people.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        if !people.is_empty() {
            let more = item.people.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let to = if item.from.is_some() { "to " } else { "" };
            who.push(format!("{to}{people}{more}"));
        }
        who.extend(item.minutes.map(|minutes| format!("{minutes} min")));
        Self {
            id: format!("{}-{}", item.kind.wire(), item.id),
            href: address::record(&record),
            kind: kind(item.kind),
            kind_wire: item.kind.wire(),
            title: capital(&item.title),
            gist: clipped(item.gist.trim(), GIST),
            who: (!who.is_empty()).then(|| who.join(" · ")),
            when: When::at(item.occurred_at, hub.now.day()),
            time: (!days).then(|| item.occurred_at.format("%H:%M").to_string()),
        }
    }
}
