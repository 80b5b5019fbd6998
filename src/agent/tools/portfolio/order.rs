//! The order of a list of accounts, for a day whose scores are not kept.

use std::cmp::Reverse;

use crate::domain::id::AccountId;
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder, PortfolioRow};

/// What the order looks at.
pub(super) struct Place {
    pub account: AccountId,
    pub row: PortfolioRow,
    pub silent_days: Option<i64>,
}

/// Puts accounts into the order asked for; equal ones come by their names, and those by their domains.
pub(super) fn order(found: &mut [Place], wanted: &Portfolio) {
    found.sort_by(|left, right| (&left.row.name, &left.row.domain).cmp(&(&right.row.name, &right.row.domain)));
    // Currencies are not compared: the largest single amount in minor units stands for the account.
    let worth = |place: &Place| place.row.arr.iter().map(|amount| amount.minor).max().unwrap_or_default();
    match wanted.order {
        PortfolioOrder::Score => found.sort_by_key(|place| (place.row.score, Reverse(worth(place)))),
        PortfolioOrder::Healthiest => found.sort_by_key(|place| (Reverse(place.row.score), Reverse(worth(place)))),
        PortfolioOrder::Arr => found.sort_by_key(|place| Reverse(worth(place))),
        PortfolioOrder::SmallestArr => found.sort_by_key(|place| (place.row.arr.is_empty(), worth(place))),
        PortfolioOrder::Renewal => found.sort_by_key(|place| (place.row.renews_on.is_none(), place.row.renews_on)),
        PortfolioOrder::Name => {}
        PortfolioOrder::Usage => found.sort_by_key(|place| place.row.usage_change_percent.unwrap_or(i32::MAX)),
        PortfolioOrder::UsageRise => found.sort_by_key(|place| Reverse(place.row.usage_change_percent)),
        PortfolioOrder::ActiveUsers => found.sort_by_key(|place| Reverse(place.row.active_users)),
        PortfolioOrder::Seats => found.sort_by_key(|place| Reverse(place.row.seats)),
        PortfolioOrder::LowestAdoption => {
            found.sort_by_key(|place| place.row.adoption_percent.unwrap_or(u32::MAX));
        }
        PortfolioOrder::LowestNps | PortfolioOrder::HighestNps => {
            let sign = if wanted.order == PortfolioOrder::LowestNps { 1.0 } else { -1.0 };
            // An answer is from 0 to 10; accounts without one come last.
            found.sort_by_key(|place| place.row.nps.map_or(i64::MAX, |nps| (nps * sign * 10.0) as i64));
        }
        PortfolioOrder::Silence => found.sort_by_key(|place| Reverse(place.silent_days.unwrap_or(i64::MAX))),
    }
    if !wanted.sections.is_empty() {
        // Whoever looks after a section looks at what was sent there first.
        found.sort_by_key(|place| Reverse(place.row.routed.as_ref().map(|routed| routed.at)));
    }
}
