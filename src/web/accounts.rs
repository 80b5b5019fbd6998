//! `GET /api/accounts` and `GET /api/accounts/{domain}`: accounts with their state.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Problem;
use super::extract::{Params, PathOf, list as names};
use super::state::Web;
use crate::app::AppError;
use crate::domain::account::Section;
use crate::domain::health::Level;
use crate::domain::money::Money;
use crate::domain::time::Moment;
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder, PortfolioRow, PortfolioView};

/// The most rows one response holds.
const MOST: u32 = 10_000;

/// The furthest a list is read page by page.
const FURTHEST: u32 = 10_000;

/// Which accounts to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct AccountsParams {
    /// Only these levels, separated by commas: `critical`, `at_risk`, `healthy`.
    pub level: Option<String>,
    /// Only these sections, separated by commas: `health`, `convert`, `contracts`, `pipeline`, `reengage`,
    /// `close_the_loop`.
    pub section: Option<String>,
    /// Only of this owner (e-mail address or name).
    pub owner: Option<String>,
    /// Only accounts that renew within this many days.
    pub renewing_within_days: Option<u32>,
    /// Only accounts whose name, domain or owner contains this.
    pub q: Option<String>,
    /// `score` (lowest first, the default), `healthiest`, `arr`, `renewal`, `name`, `usage` or `silence`.
    pub order: Option<String>,
    /// Where the page begins: `next` of the page before.
    pub after: Option<u32>,
    /// At most this many; 100 when absent.
    pub limit: Option<u32>,
}

/// Accounts that match.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AccountsResponse {
    /// In the order asked for.
    pub accounts: Vec<AccountResponse>,
    /// How many match.
    pub matched: u64,
    /// How many accounts the workspace holds.
    pub total: u64,
    /// Annual recurring revenue of all that match, one entry per currency.
    pub arr: Vec<MoneyResponse>,
    /// How many of those that match are critical.
    pub critical: u64,
    /// How many are at risk.
    pub at_risk: u64,
    /// How many are healthy.
    pub healthy: u64,
    /// Where the next page begins; null on the last.
    #[serde(default)]
    pub next: Option<u32>,
}

/// An account with its state.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AccountResponse {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// Owner's e-mail address.
    pub owner_email: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// Where its next action belongs.
    pub section: String,
    /// The section it was routed from, as people name it; none where its contracts and deals put it there.
    pub routed_from: Option<String>,
    /// Why it was routed.
    pub route_reason: Option<String>,
    /// Who approved that.
    pub routed_by: Option<String>,
    /// The first day it is in digests again, where it is snoozed.
    pub snoozed_until: Option<NaiveDate>,
    /// Whether it takes part in health monitoring.
    pub tracked: bool,
    /// 0 to 100.
    pub score: u32,
    /// `critical`, `at_risk` or `healthy`.
    pub level: String,
    /// The heaviest risk factors in words.
    pub reasons: Vec<String>,
    /// Annual recurring revenue, one entry per currency.
    pub arr: Vec<MoneyResponse>,
    /// `current`, `failed`, `past_due` or `unknown`.
    pub payment_state: String,
    /// How payments stand, in words.
    pub payment: String,
    /// Next renewal, or the last one if it passed.
    pub renews_on: Option<NaiveDate>,
    /// Days until then; negative when past.
    pub days_to_renewal: Option<i64>,
    /// Active users as a share of seats, in percent.
    pub adoption_percent: Option<u32>,
    /// Change of usage in 30 days, in percent.
    pub usage_change_percent: Option<i32>,
    /// The last call or e-mail.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub last_contact: Option<Moment>,
    /// Whether a contract is in trial.
    pub trialing: bool,
}

/// An amount of one currency.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MoneyResponse {
    /// Amount in the currency's minor unit.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// As people write it: `$240,000`.
    pub text: String,
}

impl From<Money> for MoneyResponse {
    fn from(money: Money) -> Self {
        Self { text: money.to_string(), minor: money.minor, currency: money.currency }
    }
}

impl From<PortfolioView> for AccountsResponse {
    fn from(view: PortfolioView) -> Self {
        Self {
            accounts: view.rows.into_iter().map(AccountResponse::from).collect(),
            matched: view.matched,
            total: view.total,
            arr: view.arr.into_iter().map(MoneyResponse::from).collect(),
            critical: view.critical,
            at_risk: view.at_risk,
            healthy: view.healthy,
            next: None,
        }
    }
}

impl From<PortfolioRow> for AccountResponse {
    fn from(row: PortfolioRow) -> Self {
        Self {
            domain: row.domain,
            name: row.name,
            owner_email: row.owner_email,
            segment: row.segment,
            section: row.section.wire().to_owned(),
            routed_from: row.routed.as_ref().map(|routed| routed.from.clone()),
            route_reason: row.routed.as_ref().and_then(|routed| routed.reason.clone()),
            routed_by: row.routed.map(|routed| routed.by),
            snoozed_until: row.snoozed_until,
            tracked: row.tracked,
            score: row.score,
            level: row.level.wire().to_owned(),
            reasons: row.reasons,
            arr: row.arr.into_iter().map(MoneyResponse::from).collect(),
            payment_state: serde_json::to_value(row.payment_state)
                .ok()
                .and_then(|name| name.as_str().map(str::to_owned))
                .unwrap_or_default(),
            payment: row.payment_state.label().to_owned(),
            renews_on: row.renews_on,
            days_to_renewal: row.days_to_renewal,
            adoption_percent: row.adoption_percent,
            usage_change_percent: row.usage_change_percent,
            last_contact: row.last_contact,
            trialing: row.trialing,
        }
    }
}

/// Lists accounts.
#[utoipa::path(
    get, path = "/api/accounts", tag = "accounts", params(AccountsParams),
    responses(
        (status = 200, description = "Accounts that match", body = AccountsResponse),
        (status = 422, description = "A filter is not known", body = Problem),
    )
)]
pub(super) async fn list(
    State(web): State<Web>,
    Params(params): Params<AccountsParams>,
) -> Result<Json<AccountsResponse>, Problem> {
    let filter = filter(&params)?;
    let limit = params.limit.unwrap_or(100).clamp(1, MOST);
    if params.after.is_some_and(|after| after > FURTHEST) {
        return Err(Problem::invalid(format!("a list is read to its {FURTHEST}th account; narrow it down")));
    }
    let view = web.app().accounts(Portfolio { limit: Some(limit), skip: params.after, ..filter }).await?;
    let end = params.after.unwrap_or_default() + view.rows.len() as u32;
    let more = u64::from(end) < view.matched && end <= FURTHEST && !view.rows.is_empty();
    Ok(Json(AccountsResponse { next: more.then_some(end), ..view.into() }))
}

/// Shows an account, tracked or not.
#[utoipa::path(
    get, path = "/api/accounts/{domain}", tag = "accounts", params(("domain" = String, Path, description = "Domain")),
    responses(
        (status = 200, description = "The account", body = AccountResponse),
        (status = 404, description = "No such account", body = Problem),
    )
)]
pub(super) async fn show(
    State(web): State<Web>,
    PathOf(domain): PathOf<String>,
) -> Result<Json<AccountResponse>, Problem> {
    let row = web.app().account_state(&domain).await.map_err(|error| match error {
        AppError::NotFound(_) => Problem::new(
            StatusCode::NOT_FOUND,
            format!("there is no account `{domain}`; GET /api/accounts?q=… finds accounts by part of their name"),
        ),
        other => other.into(),
    })?;
    Ok(Json(row.into()))
}

fn filter(params: &AccountsParams) -> Result<Portfolio, Problem> {
    let sections = Section::ALL.map(Section::wire).join(", ");
    let order = match params.order.as_deref().map(str::trim).filter(|order| !order.is_empty()) {
        None => PortfolioOrder::default(),
        Some(order) => serde_json::from_value(order.into()).map_err(|_| {
            Problem::invalid(format!(
                "`{order}` is not an order; use score, healthiest, arr, renewal, name, usage or silence"
            ))
        })?,
    };
    Ok(Portfolio {
        levels: names(params.level.as_deref(), "level", "critical, at_risk or healthy", Level::parse)?,
        sections: names(params.section.as_deref(), "section", &sections, Section::parse)?,
        owner: params.owner.clone().filter(|owner| !owner.trim().is_empty()),
        renewing_within_days: params.renewing_within_days,
        text: params.q.clone().filter(|text| !text.trim().is_empty()),
        order,
        ..Portfolio::default()
    })
}
