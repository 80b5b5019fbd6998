//! A list as of a day that is over: states are of now, so the score of that day is computed for each account the other
//! conditions leave, some at a time.

use chrono::NaiveDate;

use super::fits::matches;
use super::found;
use super::order::{Place, order};
use super::{Candidate, candidate};
use crate::agent::tools::{Bench, ToolError};
use crate::domain::money::{Money, totals};
use crate::domain::revenue::RevenueSource;
use crate::domain::tool::portfolio::Portfolio;
use crate::store::{Chosen, PortfolioTotals};

/// Accounts looked at together.
const BATCH: usize = 200;

/// The accounts that match with their scores of `day`, in the order asked for.
pub(super) async fn choose(bench: &Bench<'_>, wanted: &Portfolio, day: NaiveDate) -> Result<Chosen, ToolError> {
    let (store, workspace, now) = (&bench.tools.store, bench.records().workspace(), bench.now());
    let as_of = bench.end_of(day);
    let accounts = store.portfolio_at_any_level(workspace, wanted, now).await?;
    let wants_untracked = wanted.tracked == Some(false);
    let mut all = PortfolioTotals::default();
    let (mut arr, mut worth): (Vec<Money>, Vec<Money>) = (Vec::new(), Vec::new());
    let mut first: Vec<Place> = Vec::new();
    for accounts in accounts.chunks(BATCH) {
        let data = store.account_data_of(workspace, accounts, day).await?;
        for data in &data {
            let candidate = candidate(bench, data, as_of, wanted);
            if !matches(bench, &candidate, wanted) {
                continue;
            }
            if candidate.row.tracked == wants_untracked {
                all.left_out += u64::from(!wants_untracked);
                continue;
            }
            all.count(candidate.row.level, 1);
            all.uncounted += u64::from(data.revenue.iter().any(RevenueSource::uncounted));
            let pieces = found::pieces(data, wanted, now);
            all.found += pieces.len() as u64;
            worth.extend(pieces.iter().filter_map(found::Piece::worth).filter(|worth| worth.minor != 0));
            let Candidate { row, silent_days, .. } = candidate;
            arr.extend(row.arr.iter().cloned());
            first.push(Place { account: data.account.id, row, silent_days });
        }
        // What is kept grows with what is shown, not with what matches.
        (arr, worth) = (totals(arr), totals(worth));
        order(&mut first, wanted);
        first.truncate(wanted.rows() as usize);
    }
    if let Some(currency) = &wanted.currency {
        arr.retain(|amount| amount.currency.eq_ignore_ascii_case(currency));
    }
    (all.arr, all.found_worth) = (arr, worth);
    Ok(Chosen { accounts: first.into_iter().map(|place| place.account).collect(), totals: all })
}
