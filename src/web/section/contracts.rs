//! `GET /contracts`: the ledger of contracts, with the accounts whose next step is one above it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::figures::Figure;
use super::list::{Choice, Column};
use super::readiness::Lacking;
use super::top::Top;
use super::{Tab, about, tabs};
use crate::domain::account::Section;
use crate::domain::ledger::{LedgerOrder, LedgerPage, LedgerRow, LedgerTotals};
use crate::domain::money::Money;
use crate::domain::revenue::{BillingStatus, BillingSystem, PaymentState, Reconciled};
use crate::domain::section::RENEWING_DAYS;
use crate::domain::text::capital;
use crate::domain::time::Moment;
use crate::web::contracts::{ContractsParams, wire};
use crate::web::error::Problem;
use crate::web::extract::Params;
use crate::web::hub::address::query;
use crate::web::hub::words::{When, level, money};
use crate::web::hub::{address as hub, notice};
use crate::web::state::Web;

/// Contracts on a page.
const ROWS: u32 = 50;

/// The statuses of contracts somebody still has something to do with, which are shown unless others are asked for.
const OPEN: &str = "active,trialing,past_due,pending,draft";

const STATUSES: [BillingStatus; 7] = [
    BillingStatus::Active,
    BillingStatus::Trialing,
    BillingStatus::PastDue,
    BillingStatus::Pending,
    BillingStatus::Draft,
    BillingStatus::Canceled,
    BillingStatus::Expired,
];

/// Which contracts are shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LedgerParams {
    q: String,
    /// A status; `all`; all but those that ended when empty.
    status: String,
    payment: String,
    system: String,
    reconciled: String,
    renewing: String,
    overdue: String,
    order: String,
    after: String,
}

/// The page.
#[derive(Debug, Serialize)]
struct ContractsPage {
    title: &'static str,
    about: &'static str,
    tabs: Vec<Tab>,
    lacking: Lacking,
    top: Top,
    figures: Vec<Figure>,
    q: String,
    order: String,
    statuses: Vec<Choice>,
    payments: Vec<Choice>,
    systems: Vec<Choice>,
    reconciled: Vec<Choice>,
    renewing: Vec<Choice>,
    counts: Vec<Count>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    overdue: bool,
    narrowed: bool,
    summary: String,
    notes: Vec<String>,
    csv: String,
    first: Option<String>,
    next: Option<String>,
}

/// How many contracts have a status, with the list of them.
#[derive(Debug, Serialize)]
struct Count {
    name: String,
    count: u64,
    href: String,
    current: bool,
}

/// A contract.
#[derive(Debug, Serialize)]
struct Row {
    account: String,
    href: String,
    level: Option<&'static str>,
    level_name: String,
    tracked: bool,
    record: String,
    product: String,
    system: &'static str,
    status: String,
    state: String,
    terms: String,
    mrr: String,
    arr: String,
    renews: Option<When>,
    on_that_day: &'static str,
    payment: &'static str,
    unpaid: bool,
    left_out: bool,
    reconciled: Option<&'static str>,
    reconciliation: String,
    url: Option<String>,
}

impl LedgerParams {
    /// The same as the API is asked.
    fn asked(&self) -> Result<ContractsParams, String> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let status = match self.status.trim() {
            "" => Some(OPEN.to_owned()),
            "all" => None,
            other => Some(other.to_owned()),
        };
        let days = given(&self.renewing)
            .map(|days| days.parse().map_err(|_| format!("“{days}” is no number of days; choose one from the list.")));
        Ok(ContractsParams {
            status,
            payment: given(&self.payment),
            system: given(&self.system),
            reconciled: given(&self.reconciled),
            renewing_within_days: days.transpose()?,
            overdue: Some(!self.overdue.trim().is_empty()),
            q: given(&self.q),
            order: given(&self.order),
            after: given(&self.after),
            ..ContractsParams::default()
        })
    }

    fn narrowed(&self) -> bool {
        let given =
            [&self.q, &self.status, &self.payment, &self.system, &self.reconciled, &self.renewing, &self.overdue];
        given.iter().any(|given| !given.trim().is_empty())
    }

    /// The address of the page with another status, order and place.
    fn at(&self, status: &str, order: &str, after: &str) -> String {
        query(
            "/contracts",
            &[
                ("q", &self.q),
                ("status", status),
                ("payment", &self.payment),
                ("system", &self.system),
                ("reconciled", &self.reconciled),
                ("renewing", &self.renewing),
                ("overdue", &self.overdue),
                ("order", order),
                ("after", after),
            ],
        )
    }

    /// The address of all of it as a file.
    fn file(&self) -> String {
        let status = match self.status.trim() {
            "" => OPEN,
            "all" => "",
            other => other,
        };
        query(
            "/api/contracts",
            &[
                ("format", "csv"),
                ("q", &self.q),
                ("status", status),
                ("payment", &self.payment),
                ("system", &self.system),
                ("reconciled", &self.reconciled),
                ("renewing_within_days", &self.renewing),
                ("overdue", if self.overdue.trim().is_empty() { "" } else { "true" }),
                ("order", &self.order),
            ],
        )
    }
}

impl Row {
    fn of(row: &LedgerRow, now: Moment) -> Self {
        let contract = &row.contract;
        let amount = |amount: Option<Money>| amount.map_or_else(|| "–".to_owned(), |amount| money(&[amount]));
        let reconciliation = match &row.held {
            None => String::new(),
            Some(held) if held.reconciled == Reconciled::OnlyHere => format!("only in {}", contract.system.label()),
            Some(held) => {
                let each =
                    held.amounts.iter().map(|(system, amounts)| format!("{} {}", system.label(), money(amounts)));
                each.collect::<Vec<_>>().join(", ")
            }
        };
        Self {
            account: row.account_name.clone(),
            href: hub::account_from(&contract.account, Section::Contracts),
            level: row.health.map(|(_, level)| level.wire()).filter(|_| row.tracked),
            level_name: match row.health {
                _ if !row.tracked => "Untracked".to_owned(),
                Some((score, one)) => format!("{} {score}", level(one)),
                None => String::new(),
            },
            tracked: row.tracked,
            record: hub::record(&crate::domain::record::RecordRef {
                kind: crate::domain::record::RecordKind::RevenueSource,
                id: contract.id.clone(),
            }),
            product: contract.product.clone(),
            system: contract.system.label(),
            status: capital(contract.status.label()),
            state: wire(&contract.status),
            terms: contract.terms(),
            mrr: amount(row.mrr()),
            arr: amount(row.arr()),
            renews: contract.renews_on.map(|day| When::of(day, now.day())),
            on_that_day: contract.on_last_day(),
            payment: row.payment_state.label(),
            unpaid: matches!(row.payment_state, PaymentState::Failed | PaymentState::PastDue),
            left_out: row.left_out,
            reconciled: row.held.as_ref().map(|held| held.reconciled.wire()),
            reconciliation,
            url: hub::elsewhere(contract.url.as_deref()),
        }
    }
}

impl ContractsPage {
    fn of(
        params: &LedgerParams,
        (page, totals): (&LedgerPage, &LedgerTotals),
        (lacking, top): (Lacking, Top),
        renewing: u64,
        now: Moment,
    ) -> Self {
        let (status, order) = (params.status.trim(), params.order.trim());
        let choice = |value: String, name: String, chosen: &str| Choice { chosen: value == chosen.trim(), value, name };
        let label = |status: BillingStatus| capital(status.label());
        let statuses = STATUSES.map(|one| choice(wire(&one), label(one), status));
        let all = choice("all".to_owned(), "All".to_owned(), status);
        let payments = [PaymentState::Current, PaymentState::Failed, PaymentState::PastDue, PaymentState::Unknown]
            .map(|one| choice(wire(&one), capital(one.label()), &params.payment));
        let systems = [BillingSystem::Salesbricks, BillingSystem::Stripe, BillingSystem::Manual]
            .map(|one| choice(wire(&one), capital(one.label()), &params.system));
        let reconciled =
            Reconciled::ALL.map(|one| choice(one.wire().to_owned(), capital(one.label()), &params.reconciled));
        let days = ["30", "60", "90"].map(|days| choice(days.to_owned(), format!("In {days} days"), &params.renewing));
        let count = |(one, count): &(BillingStatus, u64)| Count {
            name: label(*one),
            count: *count,
            href: params.at(&wire(one), order, ""),
            current: status == wire(one),
        };
        let heading = |name, by: Option<LedgerOrder>, right| Column {
            name,
            href: by.map(|by| params.at(status, by.wire(), "")),
            sorted: by
                .is_some_and(|by| order == by.wire() || order.is_empty() && by == LedgerOrder::default())
                .then_some("ascending"),
            right,
        };
        let (here, in_all) = (page.rows.len(), totals.statuses.iter().map(|(_, count)| count).sum::<u64>());
        let shown = if status == "all" {
            in_all
        } else {
            let open: Vec<String> = OPEN.split(',').map(str::to_owned).collect();
            let meant =
                |one: &BillingStatus| if status.is_empty() { open.contains(&wire(one)) } else { status == wire(one) };
            totals.statuses.iter().filter(|(one, _)| meant(one)).map(|(_, count)| count).sum()
        };
        Self {
            title: Section::Contracts.label(),
            about: about(Section::Contracts),
            tabs: tabs(Some(Section::Contracts)),
            lacking,
            top,
            figures: figures(totals, renewing),
            q: params.q.clone(),
            order: order.to_owned(),
            statuses: std::iter::once(all).chain(statuses).collect(),
            payments: payments.into(),
            systems: systems.into(),
            reconciled: reconciled.into(),
            renewing: days.into(),
            counts: totals.statuses.iter().map(count).collect(),
            columns: vec![
                heading("Account", Some(LedgerOrder::Account), false),
                heading("Contract", None, false),
                heading("Status", None, false),
                heading("Price", None, true),
                heading("MRR", None, true),
                heading("ARR", None, true),
                heading("Renewal", Some(LedgerOrder::Renewal), false),
                heading("Payments", None, false),
                heading("Systems", None, false),
            ],
            rows: page.rows.iter().map(|row| Row::of(row, now)).collect(),
            overdue: !params.overdue.trim().is_empty(),
            narrowed: params.narrowed(),
            summary: format!(
                "{here} of {shown} contracts that match are on this page; {in_all} with those of any status."
            ),
            notes: notes(totals),
            csv: params.file(),
            first: (!params.after.trim().is_empty()).then(|| params.at(status, order, "")),
            next: page.next.as_deref().map(|next| params.at(status, order, next)),
        }
    }
}

fn figures(totals: &LedgerTotals, renewing: u64) -> Vec<Figure> {
    let note = |count: u64, nothing: &str, some: &str| if count == 0 { nothing.to_owned() } else { some.to_owned() };
    vec![
        Figure::new("ARR", money(&totals.arr), format!("of the {} contracts that count", totals.counted)),
        Figure::new("MRR", money(&totals.mrr()), "a twelfth of it"),
        Figure::new(format!("Renewing in {RENEWING_DAYS} days"), renewing.to_string(), "contracts that run and renew")
            .at(format!("/contracts?renewing={RENEWING_DAYS}")),
        Figure::new(
            "Amounts differ",
            totals.differing.to_string(),
            note(totals.differing, "no two systems contradict each other", "contracts two systems hold differently"),
        )
        .at("/contracts?reconciled=differs"),
        Figure::new(
            "In two systems",
            totals.agreeing.to_string(),
            note(
                totals.agreeing,
                "no contract counts twice",
                "contracts with the same amount; each counts until one is left out",
            ),
        )
        .at("/contracts?reconciled=agrees"),
    ]
}

/// What the sums leave out.
fn notes(totals: &LedgerTotals) -> Vec<String> {
    let contracts = |count: u64| if count == 1 { "1 contract".to_owned() } else { format!("{count} contracts") };
    let left_out =
        (totals.left_out > 0).then(|| format!("{} left out of ARR by decision.", contracts(totals.left_out)));
    let uncounted = (totals.uncounted > 0).then(|| {
        format!("{} not in ARR, because how often they are due is not understood.", contracts(totals.uncounted))
    });
    left_out.into_iter().chain(uncounted).collect()
}

/// Shows the ledger.
pub(super) async fn show(State(web): State<Web>, Params(params): Params<LedgerParams>) -> Result<Response, Problem> {
    let refused = async |text: String| {
        notice(&web, StatusCode::UNPROCESSABLE_ENTITY, "This list cannot be shown", text, "").await
    };
    let asked = match params.asked() {
        Ok(asked) => asked,
        Err(text) => return refused(text).await,
    };
    let wanted = match asked.wanted() {
        Ok(wanted) => wanted,
        Err(problem) => return refused(format!("{}.", capital(&problem.detail))).await,
    };
    let app = web.app();
    let top = Top::of(&web, Section::Contracts).await?;
    let lacking = Lacking::of(&web, Section::Contracts).await?;
    let renewing =
        crate::domain::ledger::LedgerWanted { renewing_within_days: Some(RENEWING_DAYS), ..Default::default() };
    let (page, totals, renewing) = tokio::try_join!(
        app.ledger(&wanted, asked.after.as_deref(), ROWS),
        app.ledger_totals(&wanted),
        app.ledger_totals(&renewing)
    )?;
    let renewing = renewing.statuses.iter().map(|(_, count)| count).sum();
    let page = ContractsPage::of(&params, (&page, &totals), (lacking, top), renewing, web.now());
    web.page().show(&web, "section/contracts.html", page.title, &page)
}
