//! Answers over all accounts.

use serde::Serialize;

use super::Desk;
use crate::domain::tool::portfolio::{Portfolio, PortfolioRow, PortfolioView};
use crate::model::analyst::plan::Step;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct AccountsPage {
    #[serde(flatten)]
    view: Totals,
    what: String,
    counting: bool,
    total_asked: bool,
    shown: usize,
    few: bool,
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
}

impl Template for AccountsPage {
    const FILE: &'static str = "answer/accounts.md";
}

/// Accounts that match the conditions of the question.
pub fn accounts(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let PortfolioView { rows, matched, total, arr, critical, at_risk, healthy, untracked_left_out } =
        desk.found::<Portfolio>()?;
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|row| Row {
            level: row.level.label(),
            payment: row.payment_state.label(),
            section: row.section.label(),
            account: row,
        })
        .collect();
    let page = AccountsPage {
        what: what(desk),
        counting: desk.says("many"),
        total_asked: desk.says("arr revenue total worth much"),
        shown: if desk.says("many") { rows.len().min(6) } else { rows.len() },
        few: rows.len() <= 5,
        rows,
        view: Totals { matched, total, arr, critical, at_risk, healthy, untracked_left_out },
    };
    desk.done(&page, Vec::new())
}

/// The conditions in words: `critical, renew in the next 30 days and show unhappiness`.
fn what(desk: &Desk<'_>) -> String {
    let filter = &desk.part.ask.filter;
    let mut words: Vec<String> = Vec::new();
    match filter.levels.as_slice() {
        [] => {}
        [one] => words.push(format!("are {}", one.label())),
        several => {
            words.push(format!("are {}", several.iter().map(|level| level.label()).collect::<Vec<_>>().join(" or ")));
        }
    }
    if let Some(stretch) = desk.part.ask.stretch.as_ref().filter(|_| filter.renews.since.is_some()) {
        words.push(format!("renew {}", stretch.words));
    } else if let Some(days) = filter.renewing_within_days {
        words.push(format!("renew in the next {days} days"));
    }
    if filter.lapsed_within_days.is_some() {
        words.push("have an expired contract".to_owned());
    }
    if filter.unhappy {
        words.push("look unhappy".to_owned());
    }
    if filter.trialing {
        words.push("are in a trial".to_owned());
    }
    if !filter.signals.is_empty() {
        let kinds = filter.signals.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(" or ");
        let bound = match (filter.nps_at_most, filter.nps_at_least) {
            (Some(most), _) => format!(" of {most} or less"),
            (_, Some(least)) => format!(" of {least} or more"),
            _ => String::new(),
        };
        let time = desk
            .part
            .ask
            .stretch
            .as_ref()
            .filter(|stretch| !stretch.ahead)
            .map(|stretch| format!(" {}", stretch.words))
            .unwrap_or_default();
        words.push(format!("have a signal of {kinds}{bound}{time}"));
    }
    if !filter.payment_states.is_empty() {
        words.push("have a failed or overdue payment".to_owned());
    }
    if let Some(days) = filter.silent_for_days {
        words.push(format!("have not been in touch for {days} days"));
    }
    if let Some(percent) = filter.usage_fell_percent {
        words.push(format!("use the product at least {percent}% less than 30 days ago"));
    }
    if let Some(amount) = filter.arr_at_least {
        words.push(format!("have ARR of {} or more", crate::domain::money::grouped(amount)));
    }
    if let Some(amount) = filter.arr_at_most {
        words.push(format!("have ARR of {} or less", crate::domain::money::grouped(amount)));
    }
    if !filter.sections.is_empty() {
        words.push(format!(
            "are in {}",
            filter.sections.iter().map(|section| section.label()).collect::<Vec<_>>().join(" or ")
        ));
    }
    if let Some(segment) = &filter.segment {
        words.push(format!("are {segment}"));
    }
    if filter.tracked == Some(false) {
        words.push("are untracked".to_owned());
    }
    if let Some(person) = desk.part.person.as_ref().filter(|person| person.owner) {
        words.push(format!("belong to {}", person.name));
    }
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
