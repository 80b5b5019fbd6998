//! `GET /api/sections/{section}`: the figures of a section and its accounts, a page at a time.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::accounts::MoneyResponse;
use super::contracts::wire;
use super::error::Problem;
use super::extract::{Params, PathOf, list as names};
use super::state::Web;
use crate::app::SectionRow;
use crate::domain::account::Section;
use crate::domain::health::{Chance, Level, Likelihood, RiskFactor};
use crate::domain::money::Money;
use crate::domain::section::{LevelFigure, SectionFigures, SectionOrder, SectionWanted, hoped_for};
use crate::domain::tool::portfolio::Portfolio;

/// The most accounts one response holds.
const MOST: u32 = 100;

/// The furthest a list is read.
const FURTHEST: u32 = 10_000;

/// The furthest day a list is narrowed down to, in days from today.
const DAYS: u32 = 3_660;

/// Which accounts of a section to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct SectionParams {
    /// Only these levels, separated by commas: `critical`, `at_risk`, `healthy`.
    pub level: Option<String>,
    /// Only of this owner (e-mail address or name).
    pub owner: Option<String>,
    /// Only accounts whose name, domain or owner contains this.
    pub q: Option<String>,
    /// Only accounts that renew within this many days.
    pub renewing_within_days: Option<u32>,
    /// Only accounts whose trial ends within this many days.
    pub trial_ends_within_days: Option<u32>,
    /// Only accounts that may convert, in Re-engage come back, with this chance: `high`, `fair` or `low`; what was shipped
    /// since is not counted in it.
    pub chance: Option<String>,
    /// `true`: untracked accounts instead of tracked ones.
    pub untracked: Option<bool>,
    /// `score`, `arr`, `renewal`, `name`, `active_users`, `likelihood`, `value` or `trial_end`; the section's usual one when
    /// absent. Accounts that were routed there come first in each.
    pub order: Option<String>,
    /// Where the page begins: `next` of the page before.
    pub after: Option<u32>,
    /// At most this many; 50 when absent.
    pub limit: Option<u32>,
}

/// A section.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SectionListResponse {
    /// What its tracked accounts come to.
    pub figures: FiguresResponse,
    /// The accounts, in the order asked for.
    pub accounts: Vec<SectionAccountResponse>,
    /// How many match.
    pub matched: u64,
    /// Where the next page begins; null on the last.
    pub next: Option<u32>,
}

/// What the tracked accounts of a section come to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FiguresResponse {
    /// Those that are critical.
    pub critical: LevelResponse,
    /// Those at risk.
    pub at_risk: LevelResponse,
    /// Those that are healthy; their revenue is called protected.
    pub healthy: LevelResponse,
    /// How many renew within 30 days.
    pub renewing: u64,
    /// How many may convert, in Re-engage come back.
    pub candidates: u64,
    /// How many of those are likely to; what was shipped since is not counted.
    pub likely: u64,
    /// How many are in a trial that ends within 7 days.
    pub trials_ending: u64,
    /// What those are offered, in Re-engage what was lost with them, one entry per currency.
    pub offered: Vec<MoneyResponse>,
    /// The same, each times its likelihood.
    pub expected: Vec<MoneyResponse>,
}

/// The accounts of a level.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LevelResponse {
    /// How many.
    pub accounts: u64,
    /// Their annual recurring revenue, one entry per currency.
    pub arr: Vec<MoneyResponse>,
}

/// An account in its section.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SectionAccountResponse {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// Owner's e-mail address.
    pub owner_email: Option<String>,
    /// The section it was routed from, as people name it.
    pub routed_from: Option<String>,
    /// Why it was routed.
    pub route_reason: Option<String>,
    /// Whether it takes part in health monitoring.
    pub tracked: bool,
    /// 0 to 100.
    pub score: u32,
    /// `critical`, `at_risk` or `healthy`.
    pub level: String,
    /// What lowers the score, the heaviest first.
    pub risks: Vec<FactorResponse>,
    /// Active users on average over the last seven days on record.
    pub active_users: Option<u32>,
    /// Seats paid for.
    pub seats: Option<u32>,
    /// Annual recurring revenue, one entry per currency.
    pub arr: Vec<MoneyResponse>,
    /// Next renewal, or the last one if it passed.
    pub renews_on: Option<NaiveDate>,
    /// The end of its trial, where it is in one.
    pub trial_ends_on: Option<NaiveDate>,
    /// How likely it is to convert, or to come back; null for an account that pays.
    pub likelihood: Option<LikelihoodResponse>,
    /// What it is offered, or what was lost with it.
    pub value: Vec<MoneyResponse>,
    /// The same times its likelihood as it is kept.
    pub expected: Vec<MoneyResponse>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// The line of a later release that answers that.
    pub answered_by: Option<String>,
    /// Whether that is sure; else a person has to look.
    pub answer_sure: bool,
}

/// A factor of a number.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FactorResponse {
    /// Points; negative lower it.
    pub points: i32,
    /// In words.
    pub reason: String,
}

/// How likely something is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LikelihoodResponse {
    /// `convert` or `reengage`.
    pub kind: String,
    /// 0 to 100.
    pub score: u32,
    /// `high`, `fair` or `low`.
    pub chance: String,
    /// What it starts from.
    pub base: u32,
    /// The factors, the weightiest first.
    pub factors: Vec<FactorResponse>,
}

fn amounts(amounts: &[Money]) -> Vec<MoneyResponse> {
    amounts.iter().cloned().map(MoneyResponse::from).collect()
}

impl From<&RiskFactor> for FactorResponse {
    fn from(factor: &RiskFactor) -> Self {
        Self { points: factor.magnitude, reason: factor.reason.clone() }
    }
}

impl From<&Likelihood> for LikelihoodResponse {
    fn from(likelihood: &Likelihood) -> Self {
        Self {
            kind: wire(&likelihood.kind),
            score: likelihood.score,
            chance: wire(&likelihood.chance),
            base: likelihood.base,
            factors: likelihood.factors.iter().map(FactorResponse::from).collect(),
        }
    }
}

impl From<&LevelFigure> for LevelResponse {
    fn from(figure: &LevelFigure) -> Self {
        Self { accounts: figure.accounts, arr: amounts(&figure.arr) }
    }
}

impl From<SectionFigures> for FiguresResponse {
    fn from(figures: SectionFigures) -> Self {
        Self {
            critical: figures.level(Level::Critical).into(),
            at_risk: figures.level(Level::AtRisk).into(),
            healthy: figures.level(Level::Healthy).into(),
            renewing: figures.renewing,
            candidates: figures.candidates,
            likely: figures.likely,
            trials_ending: figures.trials_ending,
            offered: amounts(&figures.offered),
            expected: amounts(&figures.expected),
        }
    }
}

impl From<SectionRow> for SectionAccountResponse {
    fn from(row: SectionRow) -> Self {
        let state = row.state;
        let prospect = state.prospect.as_ref();
        Self {
            routed_from: row.routed.as_ref().map(|routed| routed.from.clone()),
            route_reason: row.routed.and_then(|routed| routed.reason),
            risks: row.risks.iter().map(FactorResponse::from).collect(),
            likelihood: row.likelihood.as_ref().map(LikelihoodResponse::from),
            value: prospect.map(|prospect| amounts(&prospect.value)).unwrap_or_default(),
            expected: prospect.map(|prospect| amounts(&prospect.expected())).unwrap_or_default(),
            lost_reason: row.lost.and_then(|deal| deal.lost_reason),
            answer_sure: row.since.reason.as_ref().is_some_and(|found| found.sure),
            answered_by: row.since.reason.map(|found| found.line),
            tracked: state.tracked,
            score: state.score,
            level: state.level.wire().to_owned(),
            active_users: state.active_users,
            seats: state.seats,
            arr: amounts(&state.arr),
            renews_on: state.renews_on,
            trial_ends_on: state.trial_ends_on.filter(|_| state.trialing),
            owner_email: state.owner_email,
            domain: state.domain,
            name: state.name,
        }
    }
}

impl SectionParams {
    fn wanted(&self, section: Section) -> Result<SectionWanted, Problem> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let order = given(&self.order).map(|name| {
            let known = "score, arr, renewal, name, active_users, likelihood, value or trial_end";
            let refused = || Problem::invalid(format!("`{name}` is not an order; use {known}"));
            SectionOrder::parse(name.trim()).ok_or_else(refused)
        });
        let chance = given(&self.chance).map(|name| {
            let refused = |_| Problem::invalid(format!("`{name}` is not a chance; use high, fair or low"));
            serde_json::from_value::<Chance>(name.trim().into()).map_err(refused)
        });
        let (renewing, trial) = (self.renewing_within_days, self.trial_ends_within_days);
        if renewing.is_some() && trial.is_some() {
            return Err(Problem::invalid("ask for renewals or for ends of trials; a list shows one of them"));
        }
        if renewing.or(trial).is_some_and(|days| days > DAYS) {
            return Err(Problem::invalid(format!("days go to {DAYS}, ten years")));
        }
        if self.after.is_some_and(|after| after > FURTHEST) {
            return Err(Problem::invalid(format!("a list is read to its {FURTHEST}th account; narrow it down")));
        }
        Ok(SectionWanted {
            accounts: Portfolio {
                levels: names(self.level.as_deref(), "level", "critical, at_risk or healthy", Level::parse)?,
                sections: vec![section],
                owner: given(&self.owner),
                text: given(&self.q),
                tracked: Some(!self.untracked.unwrap_or_default()),
                renewing_within_days: renewing.or(trial),
                trialing: trial.is_some(),
                limit: Some(self.limit.unwrap_or(50).clamp(1, MOST)),
                skip: self.after,
                ..Portfolio::default()
            },
            chance: chance.transpose()?.map(|chance| (hoped_for(Some(section)), chance)),
            order: order.transpose()?.unwrap_or_else(|| SectionOrder::of(Some(section))),
        })
    }
}

/// Shows a section: its figures and a page of its accounts.
#[utoipa::path(
    get, path = "/api/sections/{section}", tag = "accounts",
    params(SectionParams, ("section" = String, Path,
        description = "`health`, `convert`, `contracts`, `pipeline`, `reengage` or `close_the_loop`")),
    responses(
        (status = 200, description = "The figures, and the accounts that match", body = SectionListResponse),
        (status = 404, description = "There is no such section", body = Problem),
        (status = 422, description = "A filter is not known", body = Problem),
    )
)]
pub(super) async fn show(
    State(web): State<Web>,
    PathOf(name): PathOf<String>,
    Params(params): Params<SectionParams>,
) -> Result<Json<SectionListResponse>, Problem> {
    let Some(section) = Section::parse(&name) else {
        let known = Section::ALL.map(Section::wire).join(", ");
        return Err(Problem::new(StatusCode::NOT_FOUND, format!("there is no section `{name}`; there is {known}")));
    };
    let wanted = params.wanted(section)?;
    let list = web.app().section_list(&wanted).await?;
    let figures = web.app().section_figures(section).await?;
    let end = wanted.accounts.skip.unwrap_or_default() + list.rows.len() as u32;
    let more = u64::from(end) < list.totals.matched && end <= FURTHEST && !list.rows.is_empty();
    Ok(Json(SectionListResponse {
        figures: figures.into(),
        accounts: list.rows.into_iter().map(SectionAccountResponse::from).collect(),
        matched: list.totals.matched,
        next: more.then_some(end),
    }))
}
