//! Answers over all accounts, from the state and the records of each.

use serde::Serialize;

use super::conditions::{conditions, records_found};
use super::named::{Named, named};
use super::{Desk, records, said, sums};
use crate::domain::activity::SignalKind;
use crate::domain::tool::portfolio::{EndingContract, Portfolio, PortfolioOrder, PortfolioRow, PortfolioView};
use crate::domain::tool::records::ListRequests;
use crate::domain::tool::score::{FactorView, HealthView, ScoreExplanation};
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::{Intent, Measure, Shape};
use crate::model::analyst::set;
use crate::model::analyst::survey::Survey;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct AccountsPage {
    #[serde(flatten)]
    view: Totals,
    /// The conditions as several accounts meet them, and as one does.
    many: String,
    one: String,
    /// The account asked for where one is: "our biggest account".
    first: Option<&'static str>,
    /// The records found, with their number: `6 open deals`; empty when none are asked for.
    records: String,
    /// Whether what they are worth is what they bring in a year.
    yearly: bool,
    /// What the first few are asked for by: `most seats`.
    top: Option<&'static str>,
    /// The lowest and the highest NPS with who gave it, where each NPS on record is asked for.
    nps: Option<Range>,
    /// Whether the rows tell of a day long past, so that today's money has no place in them.
    past: bool,
    /// What was asked and no condition was read from.
    ignored: String,
    shown: usize,
    few: bool,
    /// The accounts in the first line, and how many are not among them.
    named: Vec<Named>,
    unnamed: u64,
    /// How many accounts the answer before was over, where this one stands on it.
    upon: Option<u64>,
    /// Whether only a number, or only names are wanted.
    shape: &'static str,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    account: PortfolioRow,
    level: &'static str,
    payment: &'static str,
    section: &'static str,
}

impl Row {
    fn new(row: PortfolioRow) -> Self {
        Self {
            level: row.level.label(),
            payment: row.payment_state.label(),
            section: row.section.label(),
            account: row,
        }
    }
}

/// The view without its rows.
#[derive(Serialize)]
struct Totals {
    matched: u64,
    total: u64,
    arr: Vec<crate::domain::money::Money>,
    critical: u64,
    at_risk: u64,
    healthy: u64,
    untracked_left_out: u64,
    found: u64,
    found_worth: Vec<crate::domain::money::Money>,
    without_usage: Vec<String>,
    ending: Vec<EndingContract>,
    uncounted: u64,
}

/// The ends of the NPS on record.
#[derive(Serialize)]
struct Range {
    low: f64,
    low_at: String,
    high: f64,
    high_at: String,
}

fn range(desk: &Desk<'_>, rows: &[PortfolioRow]) -> Option<Range> {
    let filter = &desk.part.ask.filter;
    let asked = filter.signals == [SignalKind::Nps] && filter.nps_at_most.is_none() && filter.nps_at_least.is_none();
    let given = || rows.iter().filter_map(|row| Some((row.nps?, row.name.clone())));
    let (low, low_at) = given().min_by(|left, right| left.0.total_cmp(&right.0)).filter(|_| asked)?;
    let (high, high_at) = given().max_by(|left, right| left.0.total_cmp(&right.0))?;
    Some(Range { low, low_at, high, high_at })
}

impl Template for AccountsPage {
    const FILE: &'static str = "answer/accounts.md";
}

/// Accounts that match the conditions of the question.
pub fn accounts(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let view = desk.found::<Portfolio>()?;
    let ask = &desk.part.ask;
    let one = ask.one.filter(|_| ask.count.is_none() && !view.rows.is_empty());
    if let Some(asked) = ask.calculation.filter(|asked| asked.measure != Measure::Records) {
        return sums::sums(desk, view, asked);
    }
    if let Some(label @ ("worst" | "healthiest")) = one
        && desk.as_of().is_none()
    {
        return the_one(desk, view, label);
    }
    let PortfolioView {
        rows,
        matched,
        total,
        arr,
        critical,
        at_risk,
        healthy,
        untracked_left_out,
        found,
        found_worth,
        without_usage,
        ending,
        uncounted,
        bounds: _,
        sums: _,
        share: _,
    } = view;
    let wanted = set::wanted(desk);
    let (named, unnamed) = named(desk, &wanted, &rows, matched);
    let memory = set::to_remember(desk, wanted, &rows, matched);
    let nps = range(desk, &rows);
    let rows: Vec<Row> = rows.into_iter().map(Row::new).collect();
    let (many, singular) = conditions(desk);
    let page = AccountsPage {
        many,
        one: singular,
        first: one,
        records: records_found(desk, found),
        yearly: !ask.filter.contracts.is_empty(),
        nps,
        top: ask.count.filter(|_| !rows.is_empty()).and(match ask.filter.order {
            PortfolioOrder::Seats => Some("most seats"),
            PortfolioOrder::ActiveUsers => Some("most active users"),
            PortfolioOrder::Arr => Some("highest ARR"),
            PortfolioOrder::Renewal => Some("next renewals"),
            _ => None,
        }),
        past: desk.as_of().is_some(),
        ignored: if ask.intent == Intent::Accounts { desk.topic().unwrap_or_default() } else { String::new() },
        shown: match (desk.says("many") && found == 0, one) {
            (true, _) => rows.len().min(6),
            (_, Some(_)) => rows.len().min(4),
            _ => rows.len(),
        },
        few: rows.len() <= 5,
        named,
        unnamed,
        upon: desk.part.set.as_ref().and_then(|set| set.upon.as_ref()).map(|upon| upon.accounts),
        shape: match ask.shape {
            Shape::Number => "number",
            Shape::Names => "names",
            _ => "",
        },
        rows,
        view: Totals {
            matched,
            total,
            arr,
            critical,
            at_risk,
            healthy,
            untracked_left_out,
            found,
            found_worth,
            without_usage,
            ending,
            uncounted,
        },
    };
    desk.done_over(&page, &memory)
}

#[derive(Serialize)]
struct OnePage {
    first: PortfolioRow,
    level: &'static str,
    worst: bool,
    /// The reasons that speak for it.
    factors: Vec<FactorView>,
    /// The next in line.
    others: Vec<Row>,
    /// The conditions it was picked under.
    matched: u64,
    many: String,
}

impl Template for OnePage {
    const FILE: &'static str = "answer/one.md";
}

/// The one account that stands worst or best, with its reasons.
fn the_one(desk: &Desk<'_>, view: PortfolioView, label: &str) -> Result<Step, ModelError> {
    const REASONS: usize = 6;
    let mut rows = view.rows.into_iter();
    let Some(first) = rows.next() else { return Err(ModelError::Permanent("no account to tell of".to_owned())) };
    let call = desk.call(&ScoreExplanation { account: first.domain.clone(), as_of: None });
    if !desk.made(&call.id) {
        return Ok(Step::Call(vec![call]));
    }
    let health: HealthView = desk.found::<ScoreExplanation>()?;
    let worst = label == "worst";
    let speaks = |factor: &FactorView| if worst { factor.magnitude < 0 } else { factor.magnitude > 0 };
    let page = OnePage {
        level: first.level.label(),
        worst,
        factors: health.factors.into_iter().filter(speaks).take(REASONS).collect(),
        others: rows.take(2).map(Row::new).collect(),
        matched: view.matched,
        many: conditions(desk).0,
        first,
    };
    desk.done(&page, Vec::new())
}

/// Accounts by something that is no state of theirs: who asked for it, else who spoke of it.
pub fn surveyed(desk: &Desk<'_>) -> Result<Step, ModelError> {
    match &desk.part.survey {
        Survey::Asked(theme) if desk.found::<ListRequests>()?.groups.is_empty() && desk.release().is_none() => {
            said::said(desk, theme)
        }
        Survey::Said(theme) => said::said(desk, theme),
        _ => records::askers(desk),
    }
}
