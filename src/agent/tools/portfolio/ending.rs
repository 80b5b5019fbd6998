//! Canceled contracts that end in a time somebody asks for renewals of: they are no renewals, and not to be forgotten.

use super::super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::time::Window;
use crate::domain::tool::portfolio::{EndingContract, Portfolio, PortfolioOrder};

/// Accounts shown at most.
const SHOWN: u32 = 10;

/// The canceled contracts that end in `window`, at accounts that meet the other conditions, the first day first.
pub(super) async fn ending(
    bench: &mut Bench<'_>,
    wanted: &Portfolio,
    window: Window,
) -> Result<Vec<EndingContract>, ToolError> {
    let today = bench.today();
    // A day that is over is no news here: what ended then is on record as ended.
    let window = Window { since: window.since.max(Some(today)), ..window };
    let wanted = Portfolio {
        ends: window,
        renews: Window::ALWAYS,
        renewing_within_days: None,
        order: PortfolioOrder::Renewal,
        limit: Some(SHOWN),
        ..wanted.clone()
    };
    let accounts = bench.tools.store.portfolio_first(bench.records().workspace(), &wanted, bench.now()).await?;
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let data = bench.records().account_data_of(&accounts, today).await?;
    let mut ending = Vec::new();
    for data in data.iter() {
        let canceled = data.revenue.iter().filter(|source| source.runs_out() && source.recurring());
        for source in canceled {
            let Some(on) = source.renews_on.filter(|day| window.contains(*day)) else { continue };
            ending.push(EndingContract {
                cite: bench.ledger.cite(evidence::contract(source)),
                name: data.account.record.name.clone(),
                text: format!("{} ({})", source.product, source.terms()),
                on,
            });
        }
    }
    ending.sort_by_key(|contract| contract.on);
    Ok(ending)
}
