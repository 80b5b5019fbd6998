//! Sums, averages and shares over all accounts that match, each with how it came about.

use super::super::{Bench, ToolError};
use crate::domain::person::name_in;
use crate::domain::tool::portfolio::{Grouping, Portfolio, PortfolioView, Shares, Sum};

/// Groups told in the evidence at most.
const TOLD: usize = 12;

/// What the accounts come to, where that is asked.
pub(super) async fn sums(bench: &Bench<'_>, wanted: &Portfolio) -> Result<Vec<Sum>, ToolError> {
    match wanted.sum {
        Some(grouping) => of(bench, wanted, grouping).await,
        None => Ok(Vec::new()),
    }
}

/// What share of a larger set they are, where one is given.
pub(super) async fn share(bench: &Bench<'_>, wanted: &Portfolio) -> Result<Option<Shares>, ToolError> {
    let Some(larger) = wanted.of.as_deref() else { return Ok(None) };
    let (part, whole) = (of(bench, wanted, Grouping::Together).await?, of(bench, larger, Grouping::Together).await?);
    let none = Sum::default();
    Ok(Some(Shares::of(part.first().unwrap_or(&none), whole.first().unwrap_or(&none))))
}

async fn of(bench: &Bench<'_>, wanted: &Portfolio, grouping: Grouping) -> Result<Vec<Sum>, ToolError> {
    let (store, workspace) = (&bench.tools.store, bench.records().workspace());
    let mut sums = store.portfolio_sums(workspace, wanted, grouping, bench.now()).await?;
    if grouping == Grouping::Owner {
        for sum in &mut sums {
            sum.group = name_in(&sum.group);
        }
    }
    Ok(sums)
}

/// Sums and shares as the evidence has them.
pub(super) fn told(view: &PortfolioView) -> String {
    let mut told = String::new();
    for sum in view.sums.iter().take(TOLD) {
        let group = if sum.group.is_empty() { String::new() } else { format!("{}: ", sum.group) };
        told.push_str(&format!("; {group}{} accounts", sum.accounts));
        for money in &sum.arr {
            let (total, mean) = (&money.total, &money.mean);
            told.push_str(&format!(", {total} ARR over {} accounts, {mean} on average", money.accounts));
        }
        if sum.seats > 0 {
            told.push_str(&format!(", {} seats", sum.seats));
        }
        if sum.active_users > 0 {
            told.push_str(&format!(", {} active users", sum.active_users));
        }
    }
    for share in view.share.iter().flat_map(|share| &share.arr) {
        if let Some(percent) = share.percent {
            told.push_str(&format!("; {percent}%: {} of {} ARR", share.part, share.whole));
        }
    }
    told
}
