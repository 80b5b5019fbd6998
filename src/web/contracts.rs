//! `GET /api/contracts`: the ledger of contracts, as JSON a page at a time, or all of it as CSV.

use std::io;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use futures::stream;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::accounts::MoneyResponse;
use super::csv;
use super::error::Problem;
use super::extract::{Params, list as names};
use super::state::Web;
use crate::app::App;
use crate::domain::ledger::{LedgerOrder, LedgerPage, LedgerRow, LedgerTotals, LedgerWanted};
use crate::domain::money::Money;
use crate::domain::revenue::{BillingStatus, BillingSystem, PaymentState, Reconciled};

/// The most contracts one response holds.
const MOST: u32 = 500;

/// The furthest day a renewal is asked for, in days from today.
const DAYS: u32 = 3_660;

/// Which contracts to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct ContractsParams {
    /// Only these statuses, separated by commas: `active`, `trialing`, `past_due`, `canceled`, `expired`, `pending`,
    /// `draft`.
    pub status: Option<String>,
    /// Only of accounts whose payments stand like this, separated by commas: `current`, `failed`, `past_due`, `unknown`.
    pub payment: Option<String>,
    /// Only from these systems, separated by commas: `salesbricks`, `stripe`, `manual`.
    pub system: Option<String>,
    /// Only those of which several systems say this: `agrees`, `only_here` or `differs`.
    pub reconciled: Option<String>,
    /// Only those that renew within this many days.
    pub renewing_within_days: Option<u32>,
    /// `true`: only those that still run though their last day is past.
    pub overdue: Option<bool>,
    /// Only those whose product, or whose account's name, domain or owner, contains this; or the one with this id.
    pub q: Option<String>,
    /// `renewal` (nearest first, the default) or `account`.
    pub order: Option<String>,
    /// The id after which the page begins: `next` of the page before.
    pub after: Option<String>,
    /// At most this many; 100 when absent.
    pub limit: Option<u32>,
    /// `json` (the default), or `csv` for all that match in one file.
    pub format: Option<String>,
}

/// Contracts that match.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ContractsResponse {
    /// In the order asked for.
    pub contracts: Vec<ContractResponse>,
    /// Where the next page begins; null on the last.
    pub next: Option<String>,
    /// How many match, by status, whatever status was asked for.
    pub statuses: Vec<StatusCount>,
    /// Annual recurring revenue of all that match whatever their status, one entry per currency.
    pub arr: Vec<MoneyResponse>,
    /// A twelfth of it.
    pub mrr: Vec<MoneyResponse>,
    /// How many are not in these sums, because their interval is not understood.
    pub uncounted: u64,
    /// How many are not in these sums, because somebody had them left out.
    pub left_out: u64,
}

/// How many contracts have a status.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StatusCount {
    /// The status.
    pub status: String,
    /// How many.
    pub contracts: u64,
}

/// A contract or subscription.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ContractResponse {
    /// Its id.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// Whether the account is tracked.
    pub tracked: bool,
    /// `critical`, `at_risk` or `healthy`; null until the score is computed.
    pub level: Option<String>,
    /// `salesbricks`, `stripe` or `manual`.
    pub system: String,
    /// What is sold.
    pub product: String,
    /// Where it stands.
    pub status: String,
    /// How often the amount is due, as the source writes it.
    pub interval: String,
    /// The price per interval.
    pub amount: MoneyResponse,
    /// What it adds to annual recurring revenue.
    pub arr: Option<MoneyResponse>,
    /// What it adds to monthly recurring revenue.
    pub mrr: Option<MoneyResponse>,
    /// Seats or units.
    pub quantity: Option<u32>,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Day of renewal or end.
    pub renews_on: Option<NaiveDate>,
    /// Whether it was canceled and ends on that day.
    pub cancel_at_period_end: bool,
    /// How the account stands with its payments.
    pub payment_state: String,
    /// `agrees`, `only_here` or `differs`; null where it does not run or is left out.
    pub reconciled: Option<String>,
    /// Whether somebody had it left out of recurring revenue.
    pub left_out: bool,
    /// Where it can be opened.
    pub url: Option<String>,
}

/// The name of a value on the wire.
pub(super) fn wire<T: Serialize>(value: &T) -> String {
    let name = serde_json::to_value(value).ok();
    name.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

fn named<T: serde::de::DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(name.into()).ok()
}

impl From<LedgerRow> for ContractResponse {
    fn from(row: LedgerRow) -> Self {
        let (arr, mrr) = (row.arr(), row.mrr());
        let LedgerRow { contract, account_name, tracked, health, payment_state, left_out, held } = row;
        Self {
            account_name,
            tracked,
            level: health.map(|(_, level)| level.wire().to_owned()),
            system: wire(&contract.system),
            status: wire(&contract.status),
            amount: contract.price().into(),
            arr: arr.map(MoneyResponse::from),
            mrr: mrr.map(MoneyResponse::from),
            payment_state: wire(&payment_state),
            reconciled: held.map(|held| held.reconciled.wire().to_owned()),
            left_out,
            id: contract.id,
            account: contract.account,
            product: contract.product,
            interval: contract.interval,
            quantity: contract.quantity,
            starts_on: contract.starts_on,
            renews_on: contract.renews_on,
            cancel_at_period_end: contract.cancel_at_period_end,
            url: contract.url,
        }
    }
}

impl ContractsResponse {
    fn of(page: LedgerPage, totals: LedgerTotals) -> Self {
        let count =
            |(status, contracts): &(BillingStatus, u64)| StatusCount { status: wire(status), contracts: *contracts };
        Self {
            contracts: page.rows.into_iter().map(ContractResponse::from).collect(),
            next: page.next,
            statuses: totals.statuses.iter().map(count).collect(),
            mrr: totals.mrr().into_iter().map(MoneyResponse::from).collect(),
            arr: totals.arr.into_iter().map(MoneyResponse::from).collect(),
            uncounted: totals.uncounted,
            left_out: totals.left_out,
        }
    }
}

impl ContractsParams {
    /// What is asked for.
    pub(super) fn wanted(&self) -> Result<LedgerWanted, Problem> {
        let statuses = "active, trialing, past_due, canceled, expired, pending or draft";
        let one = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let reconciled = one(&self.reconciled)
            .map(|name| {
                let refused = || Problem::invalid(format!("`{name}` is not known; use agrees, only_here or differs"));
                Reconciled::parse(name.trim()).ok_or_else(refused)
            })
            .transpose()?;
        let order = one(&self.order).map(|name| {
            let refused = || Problem::invalid(format!("`{name}` is not an order; use renewal or account"));
            LedgerOrder::parse(name.trim()).ok_or_else(refused)
        });
        if self.renewing_within_days.is_some_and(|days| days > DAYS) {
            return Err(Problem::invalid(format!("renewing_within_days goes to {DAYS}, ten years")));
        }
        Ok(LedgerWanted {
            statuses: names(self.status.as_deref(), "status", statuses, named::<BillingStatus>)?,
            payment_states: names(
                self.payment.as_deref(),
                "payment state",
                "current, failed, past_due or unknown",
                named::<PaymentState>,
            )?,
            systems: names(self.system.as_deref(), "system", "salesbricks, stripe or manual", named::<BillingSystem>)?,
            reconciled,
            renewing_within_days: self.renewing_within_days,
            overdue: self.overdue.unwrap_or_default(),
            text: one(&self.q),
            order: order.transpose()?.unwrap_or_default(),
        })
    }
}

/// Lists contracts and subscriptions.
#[utoipa::path(
    get, path = "/api/contracts", tag = "accounts", params(ContractsParams),
    responses(
        (status = 200, description = "Contracts that match; with `format=csv` all of them as `text/csv`", body = ContractsResponse),
        (status = 404, description = "The contract the page begins after is gone", body = Problem),
        (status = 422, description = "A filter is not known", body = Problem),
    )
)]
pub(super) async fn list(State(web): State<Web>, Params(params): Params<ContractsParams>) -> Result<Response, Problem> {
    let wanted = params.wanted()?;
    match params.format.as_deref().unwrap_or("json") {
        "json" => {
            let limit = params.limit.unwrap_or(100).clamp(1, MOST);
            let (page, totals) = tokio::try_join!(
                web.app().ledger(&wanted, params.after.as_deref(), limit),
                web.app().ledger_totals(&wanted)
            )?;
            Ok(Json(ContractsResponse::of(page, totals)).into_response())
        }
        "csv" => {
            // The first page is read before anything is said, so that a refusal is one.
            let first = web.app().ledger(&wanted, params.after.as_deref(), MOST).await?;
            Ok(file(web.app().clone(), wanted, first))
        }
        other => Err(Problem::invalid(format!("`{other}` is not a format; use json or csv"))),
    }
}

/// The columns of the file.
const COLUMNS: [&str; 20] = [
    "account",
    "account_name",
    "contract",
    "product",
    "system",
    "status",
    "interval",
    "amount",
    "currency",
    "arr",
    "mrr",
    "quantity",
    "starts_on",
    "renews_on",
    "cancel_at_period_end",
    "payment_state",
    "reconciled",
    "left_out",
    "level",
    "url",
];

/// What is left to write: a page that was read, or the place of the next.
enum Left {
    Page(LedgerPage),
    After(String),
    Nothing,
}

/// The file, written a page at a time: it holds no more than one, and no connection between two. A failure on the way
/// breaks the transfer off, so that half a file is not taken for all of it.
fn file(app: App, wanted: LedgerWanted, first: LedgerPage) -> Response {
    let mut head = String::new();
    csv::line(&mut head, COLUMNS);
    let pages = stream::try_unfold((head, Left::Page(first)), move |(mut text, left)| {
        let (app, wanted) = (app.clone(), wanted.clone());
        async move {
            let page = match left {
                Left::Nothing => return Ok::<_, io::Error>(None),
                Left::Page(page) => page,
                Left::After(after) => app.ledger(&wanted, Some(&after), MOST).await.map_err(|error| {
                    tracing::warn!(error = &error as &dyn std::error::Error, "an export broke off");
                    io::Error::other("the export broke off")
                })?,
            };
            page.rows.iter().for_each(|row| write(&mut text, row));
            Ok(Some((text, (String::new(), page.next.map_or(Left::Nothing, Left::After)))))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"contracts.csv\""),
    ];
    (headers, Body::from_stream(pages)).into_response()
}

fn write(text: &mut String, row: &LedgerRow) {
    let contract = &row.contract;
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let major = |amount: Option<Money>| amount.map(|amount| amount.major().to_string()).unwrap_or_default();
    let fields = [
        contract.account.clone(),
        row.account_name.clone(),
        contract.id.clone(),
        contract.product.clone(),
        wire(&contract.system),
        wire(&contract.status),
        contract.interval.clone(),
        contract.price().major().to_string(),
        contract.price().currency,
        major(row.arr()),
        major(row.mrr()),
        contract.quantity.map(|quantity| quantity.to_string()).unwrap_or_default(),
        day(contract.starts_on),
        day(contract.renews_on),
        contract.cancel_at_period_end.to_string(),
        wire(&row.payment_state),
        row.held.as_ref().map(|held| held.reconciled.wire().to_owned()).unwrap_or_default(),
        row.left_out.to_string(),
        row.health.map(|(_, level)| level.wire().to_owned()).unwrap_or_default(),
        contract.url.clone().unwrap_or_default(),
    ];
    csv::line(text, fields.iter().map(String::as_str));
}
