//! `GET /api/deals`: deals with their accounts, a page at a time.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::accounts::MoneyResponse;
use super::contracts::wire;
use super::error::Problem;
use super::extract::Params;
use super::state::Web;
use crate::domain::pipeline::{DealOrder, DealRow, DealsWanted, Stage};
use crate::domain::revenue::DealStatus;
use crate::domain::time::Moment;

/// The most deals one response holds.
const MOST: u32 = 500;

/// Which deals to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct DealsParams {
    /// `open` (the default), `won` or `lost`.
    pub status: Option<String>,
    /// Only in this stage.
    pub stage: Option<String>,
    /// Only those whose name, or whose account's name, domain or owner, contains this.
    pub q: Option<String>,
    /// `value` (highest first, the default), `stage` or `account`.
    pub order: Option<String>,
    /// The id after which the page begins: `next` of the page before.
    pub after: Option<String>,
    /// At most this many; 100 when absent.
    pub limit: Option<u32>,
}

/// Deals that match.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DealsResponse {
    /// In the order asked for.
    pub deals: Vec<DealResponse>,
    /// Where the next page begins; null on the last.
    pub next: Option<String>,
    /// The stages of all open deals.
    pub stages: Vec<StageResponse>,
}

/// A deal.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DealResponse {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// Whoever owns the account.
    pub owner_email: Option<String>,
    /// Its stage, in the words of the CRM.
    pub stage: String,
    /// `open`, `won` or `lost`.
    pub status: String,
    /// What it is worth.
    pub value: MoneyResponse,
    /// The account's score; null until it is computed.
    pub score: Option<u32>,
    /// `critical`, `at_risk` or `healthy`.
    pub level: Option<String>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// When it was won or lost.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub closed_at: Option<Moment>,
    /// Where it can be opened.
    pub url: Option<String>,
}

/// A stage of open deals.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StageResponse {
    /// Its name, in the words of the CRM.
    pub name: String,
    /// How many open deals are in it.
    pub deals: u64,
    /// What they are worth, one entry per currency.
    pub value: Vec<MoneyResponse>,
}

impl From<DealRow> for DealResponse {
    fn from(row: DealRow) -> Self {
        let value = row.deal.value().into();
        let DealRow { deal, account_name, owner_email, health, .. } = row;
        Self {
            value,
            account_name,
            owner_email,
            score: health.map(|(score, _)| score),
            level: health.map(|(_, level)| level.wire().to_owned()),
            id: deal.id,
            name: deal.name,
            account: deal.account,
            stage: deal.stage,
            status: wire(&deal.status),
            lost_reason: deal.lost_reason,
            closed_at: deal.closed_at,
            url: deal.url,
        }
    }
}

impl From<Stage> for StageResponse {
    fn from(Stage { name, deals, value }: Stage) -> Self {
        Self { name, deals, value: value.into_iter().map(MoneyResponse::from).collect() }
    }
}

impl DealsParams {
    /// What is asked for.
    pub(super) fn wanted(&self) -> Result<DealsWanted, Problem> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let status = given(&self.status).map(|name| {
            let refused = |_| Problem::invalid(format!("`{name}` is not a status; use open, won or lost"));
            serde_json::from_value::<DealStatus>(name.trim().into()).map_err(refused)
        });
        let order = given(&self.order).map(|name| {
            let refused = || Problem::invalid(format!("`{name}` is not an order; use value, stage or account"));
            DealOrder::parse(name.trim()).ok_or_else(refused)
        });
        Ok(DealsWanted {
            status: status.transpose()?,
            stage: self.stage.clone(),
            text: given(&self.q),
            order: order.transpose()?.unwrap_or_default(),
        })
    }
}

/// Lists deals.
#[utoipa::path(
    get, path = "/api/deals", tag = "accounts", params(DealsParams),
    responses(
        (status = 200, description = "Deals that match, and the stages of all open ones", body = DealsResponse),
        (status = 404, description = "The deal the page begins after is gone", body = Problem),
        (status = 422, description = "A filter is not known", body = Problem),
    )
)]
pub(super) async fn list(
    State(web): State<Web>,
    Params(params): Params<DealsParams>,
) -> Result<Json<DealsResponse>, Problem> {
    let wanted = params.wanted()?;
    let limit = params.limit.unwrap_or(100).clamp(1, MOST);
    let (page, board) =
        tokio::try_join!(web.app().deals(&wanted, params.after.as_deref(), limit), web.app().deal_board())?;
    Ok(Json(DealsResponse {
        deals: page.rows.into_iter().map(DealResponse::from).collect(),
        next: page.next,
        stages: board.stages.into_iter().map(StageResponse::from).collect(),
    }))
}
