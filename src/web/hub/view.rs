//! An account's page as its template reads it: everything is text by here, and every link an address.

use serde::Serialize;

use super::address;
use super::chart::{self, ScoreChart, Sparkline};
use super::feed::Feed;
use super::head::{self, Factor, Head, Likelihood, Metric};
use super::lists::{self, AuditRow, Contract, Deal, DraftRow, Matter, Person, Promises, Request};
use super::words::{Link, When, level};
use crate::app::{Hub, HubWanted, ScoreStep};
use crate::domain::account::Section;
use crate::domain::action::Proposal;
use crate::domain::draft::Goal;
use crate::domain::text::{capital, signed};
use crate::web::section;

/// Moves of the score shown before the reader asks for more.
const STEPS: usize = 4;

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
    enrichment: Vec<[String; 2]>,
    waiting: Vec<Waiting>,
    contracts: Vec<Contract>,
    deals: Vec<Deal>,
    promises: [Promises; 2],
    requests: Vec<Request>,
    more_requests: usize,
    people: Vec<Person>,
    drafts: Vec<DraftRow>,
    audit: Vec<AuditRow>,
    questions: Vec<Question>,
    moves: [Move; 6],
    goals: [[&'static str; 2]; 8],
    back: Back,
    chat: String,
    here: String,
}

/// A section the account is in or can be moved to.
#[derive(Debug, Serialize)]
struct Move {
    section: &'static str,
    name: &'static str,
    current: bool,
}

/// Where its reader came from: a section's list.
#[derive(Debug, Serialize)]
struct Back {
    href: &'static str,
    name: &'static str,
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
    number: usize,
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

/// A change that waits for approval.
#[derive(Debug, Serialize)]
struct Waiting {
    id: String,
    title: String,
    by: String,
    follows: Vec<String>,
}

impl Waiting {
    fn of(proposal: &Proposal) -> Self {
        Self {
            id: proposal.id.to_string(),
            title: proposal.preview.title.clone(),
            by: proposal.proposed_by.who.clone(),
            follows: proposal.preview.consequences.clone(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Question {
    text: String,
    href: String,
}

impl HubPage {
    /// Of what was gathered.
    pub(super) fn of(hub: &Hub, wanted: &HubWanted, from: Option<&str>) -> Self {
        let domain = &hub.overview.domain;
        let (requests, more_requests) = lists::requests(hub);
        let question = |text: &String| Question { href: address::chat(domain, Some(text)), text: text.clone() };
        let health = &hub.overview.health;
        let back = from.and_then(Section::parse).unwrap_or(hub.overview.section);
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
            feed: Feed::of(hub, wanted),
            enrichment: hub.enrichment.iter().map(|(name, value)| [capital(name), value.clone()]).collect(),
            waiting: hub.waiting.iter().map(Waiting::of).collect(),
            contracts: lists::contracts(hub),
            deals: lists::deals(hub),
            promises: lists::promises(hub),
            requests,
            more_requests,
            people: lists::people(hub),
            drafts: lists::drafts(hub),
            audit: lists::audit(hub),
            questions: hub.questions.iter().map(question).collect(),
            moves: Section::ALL.map(|section| Move {
                section: section.wire(),
                name: section.label(),
                current: section == hub.overview.section,
            }),
            goals: Goal::ALL.map(|goal| [goal.wire(), goal.label()]),
            back: Back { href: section::address(back), name: back.label() },
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
        let mut steps: Vec<Step> = (1..).zip(&story.steps).map(|(number, step)| Step::of(hub, number, step)).collect();
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
    fn of(hub: &Hub, number: usize, step: &ScoreStep) -> Self {
        let reasons = step.reasons.iter().map(|reason| Reason {
            points: signed(reason.points),
            cause: reason.cause.clone(),
            reason: reason.reason.clone(),
            links: reason.records.iter().map(|titled| Link::to(&titled.record, &titled.title)).collect(),
        });
        Self {
            number,
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
