//! The order of a list.

use sqlx::QueryBuilder;
use sqlx::postgres::Postgres;

use crate::domain::time::Moment;
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder};

/// Adds the order. Equal ones come by their names, and those by their domains.
pub(in crate::store) fn push(query: &mut QueryBuilder<Postgres>, wanted: &Portfolio, now: Moment) {
    query.push(" order by ");
    if !wanted.sections.is_empty() {
        // Whoever looks after a section looks at what was sent there first.
        query.push("s.routed_at desc nulls last, ");
    }
    match wanted.order {
        // Currencies are not compared: the largest single amount in minor units stands for the account.
        PortfolioOrder::Score => query.push("s.score, s.arr_top desc, "),
        PortfolioOrder::Healthiest => query.push("s.score desc, s.arr_top desc, "),
        PortfolioOrder::Arr => query.push("s.arr_top desc, "),
        PortfolioOrder::SmallestArr => query.push("s.arr_currency is null, s.arr_top, "),
        PortfolioOrder::Renewal if wanted.trialing => query.push("s.trial_ends_on, "),
        PortfolioOrder::Renewal => query.push("s.renews_on, "),
        PortfolioOrder::Name => query.push(""),
        PortfolioOrder::Usage => query.push("s.usage_change_percent, "),
        PortfolioOrder::UsageRise => query.push("s.usage_change_percent desc nulls last, "),
        PortfolioOrder::ActiveUsers => query.push("s.active_users desc nulls last, "),
        PortfolioOrder::Seats => query.push("s.seats desc nulls last, "),
        PortfolioOrder::LowestAdoption => query.push("s.adoption_percent nulls last, "),
        PortfolioOrder::LowestNps => query.push("trunc(s.nps * 10), "),
        PortfolioOrder::HighestNps => query.push("trunc(s.nps * 10) desc nulls last, "),
        // In whole days; who was never spoken to comes first.
        PortfolioOrder::Silence => query
            .push("floor(date_part('epoch', ")
            .push_bind(now)
            .push("::timestamptz - s.last_contact) / 86400) desc nulls first, "),
    };
    query.push("s.name, s.domain");
}
