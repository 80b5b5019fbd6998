//! Sums, averages, shares and groups over all accounts that match.

use serde::Serialize;

use super::conditions::conditions;
use super::named::{Named, named};
use super::{Desk, listed};
use crate::domain::tool::portfolio::{Grouping, Portfolio, PortfolioRow, PortfolioView, Share, Shares, Sum};
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::{Calculation, Measure, Operation, Shape};
use crate::model::analyst::set;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct SumPage {
    operation: &'static str,
    measure: &'static str,
    /// What groups are made by.
    by: &'static str,
    sums: Vec<Sum>,
    share: Option<Shares>,
    /// The share of what is counted, where no money is asked for.
    counted: Option<Share<u64>>,
    matched: u64,
    /// How many accounts that match have no row.
    unshown: u64,
    /// The conditions as several accounts meet them, and as one does.
    many: String,
    one: String,
    /// The accounts whose share is told, by name.
    part: String,
    /// How many accounts the answer before was over, where this one stands on it.
    upon: Option<u64>,
    /// What the larger set of a share is called.
    whole: String,
    named: Vec<Named>,
    more: u64,
    rows: Vec<PortfolioRow>,
    uncounted: u64,
    ignored: String,
    /// Whether only the number is wanted.
    number: bool,
}

impl Template for SumPage {
    const FILE: &'static str = "answer/sum.md";
}

/// What the accounts come to.
pub(super) fn sums(desk: &Desk<'_>, view: PortfolioView, asked: Calculation) -> Result<Step, ModelError> {
    let (many, one) = conditions(desk);
    let wanted = set::wanted(desk);
    let (named, more) = named(desk, &wanted, &view.rows, view.matched);
    let whole = whole(desk, &wanted);
    let memory = set::to_remember(desk, wanted, &view.rows, view.matched);
    let on = desk.part.set.as_ref();
    let part = on.map(|set| set.part.as_slice()).unwrap_or_default();
    let page = SumPage {
        operation: match asked.operation {
            Operation::Sum => "sum",
            Operation::Mean => "mean",
            Operation::Share => "share",
            Operation::Groups(_) => "groups",
        },
        measure: match asked.measure {
            Measure::Accounts => "accounts",
            Measure::Mrr => "mrr",
            Measure::Seats => "seats",
            Measure::ActiveUsers => "active_users",
            Measure::Arr | Measure::Records => "arr",
        },
        by: match asked.operation {
            Operation::Groups(Grouping::Owner) => "owner",
            Operation::Groups(Grouping::Segment) => "segment",
            Operation::Groups(Grouping::Level) => "level",
            Operation::Groups(Grouping::Section) => "section",
            Operation::Groups(Grouping::Currency) => "currency",
            Operation::Groups(Grouping::Month) => "month of renewal",
            _ => "",
        },
        sums: view.sums,
        counted: view.share.clone().and_then(|share| match asked.measure {
            Measure::Accounts => Some(share.accounts),
            Measure::Seats => Some(share.seats),
            Measure::ActiveUsers => Some(share.active_users),
            _ => None,
        }),
        share: view.share,
        unshown: view.matched.saturating_sub(view.rows.len() as u64),
        matched: view.matched,
        part: listed(&part.iter().map(|account| account.name.clone()).collect::<Vec<_>>()),
        upon: on.and_then(|set| set.upon.as_ref()).map(|upon| upon.accounts),
        whole,
        many,
        one,
        named,
        more,
        uncounted: view.uncounted,
        ignored: desk.topic().unwrap_or_default(),
        number: desk.part.ask.shape == Shape::Number,
        rows: view.rows,
    };
    desk.done_over(&page, &memory)
}

/// What the larger set of a share is called: `Mina's`, `USD`.
fn whole(desk: &Desk<'_>, wanted: &Portfolio) -> String {
    let Some(larger) = &wanted.of else { return String::new() };
    let upon = desk.part.set.as_ref().is_some_and(|set| set.upon.is_some());
    let owner = desk.part.person.as_ref().filter(|_| larger.owner.is_some()).map(|person| format!("{}'s", person.name));
    [upon.then(|| "their".to_owned()), owner.filter(|_| !upon), larger.currency.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}
