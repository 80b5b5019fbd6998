//! An account as a row of a list.

use serde::Serialize;

use crate::app::{ReasonAnswered, SectionRow};
use crate::domain::health::{Chance, Likelihood, RiskFactor};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::revenue::Deal;
use crate::domain::state::Prospect;
use crate::domain::text::signed;
use crate::domain::time::Moment;
use crate::web::hub::address;
use crate::web::hub::words::{Owner, When, clipped, level, money};

/// Risk factors a row names.
const FACTORS: usize = 2;

/// Letters of a reason that a row shows, at most.
const REASON: usize = 110;

/// A row.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    name: String,
    domain: String,
    href: String,
    /// The chat, opened on the account.
    ask: String,
    level: &'static str,
    level_name: String,
    tracked: bool,
    score: u32,
    users: String,
    arr: String,
    days: String,
    renews: Option<When>,
    owner: Option<Owner>,
    section: &'static str,
    routed: Option<String>,
    because: Option<String>,
    snoozed: Option<When>,
    factors: Vec<Factor>,
    /// How many more risk factors there are.
    more: usize,
    likely: Option<Likely>,
    value: String,
    expected: String,
    trial: Option<When>,
    lost: Option<Lost>,
    answered: Option<Answered>,
}

/// A factor in words.
#[derive(Debug, Serialize)]
pub(super) struct Factor {
    points: String,
    mood: &'static str,
    reason: String,
}

impl Factor {
    pub(super) fn of(factor: &RiskFactor) -> Self {
        Self {
            points: signed(factor.magnitude),
            mood: if factor.magnitude < 0 { "bad" } else { "good" },
            reason: clipped(&factor.reason, REASON),
        }
    }
}

/// How likely it is.
#[derive(Debug, Serialize)]
pub(super) struct Likely {
    score: u32,
    base: u32,
    chance: &'static str,
    chance_name: &'static str,
    factors: Vec<Factor>,
}

impl Likely {
    pub(super) fn of(likelihood: &Likelihood) -> Self {
        let (chance, chance_name) = match likelihood.chance {
            Chance::High => ("high", "likely"),
            Chance::Fair => ("fair", "may or may not"),
            Chance::Low => ("low", "unlikely"),
        };
        let factors = likelihood.factors.iter().map(Factor::of).collect();
        Self { score: likelihood.score, base: likelihood.base, chance, chance_name, factors }
    }
}

/// What was lost, and why.
#[derive(Debug, Serialize)]
pub(super) struct Lost {
    deal: String,
    value: String,
    on: Option<When>,
    why: Option<String>,
}

/// The line of a release that answers why it was lost.
#[derive(Debug, Serialize)]
pub(super) struct Answered {
    name: String,
    href: String,
    line: String,
    on: When,
    partly: bool,
    sure: bool,
}

impl Answered {
    fn of(found: &ReasonAnswered, now: Moment) -> Self {
        let record = RecordRef { kind: RecordKind::Release, id: found.release.clone() };
        Self {
            name: found.name.clone(),
            href: address::record(&record),
            line: found.line.clone(),
            on: When::of(found.on, now.day()),
            partly: found.partly,
            sure: found.sure,
        }
    }
}

impl Lost {
    fn of(deal: &Deal, now: Moment) -> Self {
        Self {
            deal: deal.name.trim().to_owned(),
            value: money(&[deal.value()]),
            on: deal.closed_at.map(|at| When::at(at, now.day())),
            why: deal.lost_reason.clone().filter(|why| !why.trim().is_empty()),
        }
    }
}

impl Row {
    pub(super) fn of(row: &SectionRow, now: Moment) -> Self {
        let (state, today) = (&row.state, now.day());
        let days = state.renews_on.map(|day| (day - today).num_days());
        let users = match (state.active_users, state.seats) {
            (Some(users), Some(seats)) => format!("{users} of {seats}"),
            (Some(users), None) => users.to_string(),
            _ => "–".to_owned(),
        };
        let prospect = state.prospect.as_ref();
        Self {
            href: address::account(&state.domain),
            ask: address::chat(&state.domain, None),
            name: state.name.clone(),
            domain: state.domain.clone(),
            level: state.level.wire(),
            level_name: level(state.level),
            tracked: state.tracked,
            score: state.score,
            users,
            arr: money(&state.arr),
            days: days.map_or_else(|| "–".to_owned(), |days| days.to_string().replace('-', "−")),
            renews: state.renews_on.map(|day| When::of(day, today)),
            owner: state.owner_email.as_deref().map(Owner::of),
            section: state.section.label(),
            routed: row.routed.as_ref().map(|routed| routed.from.clone()),
            because: row.routed.as_ref().and_then(|routed| routed.reason.clone()),
            snoozed: state.snoozed_until.filter(|day| *day > today).map(|day| When::of(day, today)),
            factors: row.risks.iter().take(FACTORS).map(Factor::of).collect(),
            more: row.risks.len().saturating_sub(FACTORS),
            likely: row.likelihood.as_ref().map(Likely::of),
            value: money(&prospect.map(|prospect| prospect.value.clone()).unwrap_or_default()),
            expected: money(&prospect.map(Prospect::expected).unwrap_or_default()),
            trial: state.trial_ends_on.filter(|_| state.trialing).map(|day| When::of(day, today)),
            lost: row.lost.as_ref().map(|deal| Lost::of(deal, now)),
            answered: row.since.reason.as_ref().map(|found| Answered::of(found, now)),
        }
    }
}
