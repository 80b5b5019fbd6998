//! What all accounts that match come to, added up by what they have in common.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::conditions::Conditions;
use crate::domain::account::Section;
use crate::domain::id::WorkspaceId;
use crate::domain::money::Money;
use crate::domain::time::Moment;
use crate::domain::tool::portfolio::{Grouping, MoneySum, Portfolio, Sum, mean};
use crate::store::state::{amount, level};
use crate::store::{Result, Store};

/// Accounts of a group whose recurring revenue is in one currency, or who have none.
#[derive(FromRow)]
struct Part {
    shared: Option<String>,
    currency: Option<String>,
    accounts: i64,
    earning: i64,
    arr: Option<String>,
    seats: Option<i64>,
    with_seats: i64,
    active_users: Option<i64>,
    with_usage: i64,
}

impl Store {
    /// What all accounts that match at `now` come to, by `grouping`, the largest group first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn portfolio_sums(
        &self,
        workspace: WorkspaceId,
        wanted: &Portfolio,
        grouping: Grouping,
        now: Moment,
    ) -> Result<Vec<Sum>> {
        let conditions = self.conditions(workspace, wanted, now).await?;
        let parts = self.parts(&conditions, grouping).await?;
        let mut groups: BTreeMap<Option<String>, Sum> = BTreeMap::new();
        for part in parts {
            let name = part.shared.as_deref().map(|shared| name(shared, grouping)).unwrap_or_default();
            let group = groups.entry(part.shared.clone()).or_insert_with(|| Sum { group: name, ..Sum::default() });
            group.add(&part, grouping, wanted.currency.as_deref());
        }
        let mut sums: Vec<Sum> = groups.into_values().filter(|sum| sum.accounts > 0).collect();
        // Months keep their order, and so do levels.
        match grouping {
            Grouping::Month | Grouping::Level => {}
            _ => sums.sort_by_key(|sum| (sum.group.is_empty(), std::cmp::Reverse(sum.accounts))),
        }
        Ok(sums)
    }

    async fn parts(&self, conditions: &Conditions<'_>, grouping: Grouping) -> Result<Vec<Part>> {
        let shared = match grouping {
            Grouping::Together => "null::text",
            Grouping::Owner => "s.owner_key",
            Grouping::Segment => "s.segment_key",
            Grouping::Level => "s.level::text",
            Grouping::Section => "s.section",
            Grouping::Currency => "s.arr_currency",
            Grouping::Month => "to_char(s.renews_on, 'YYYY-MM')",
        };
        let mut query = conditions.query(&format!(
            "select {shared} as shared, s.arr_currency as currency, count(*) as accounts,
                    count(s.arr_currency) as earning, sum(s.arr_minor)::text as arr, sum(s.seats)::bigint as seats,
                    count(s.seats) as with_seats, sum(s.active_users)::bigint as active_users,
                    count(s.active_users) as with_usage"
        ));
        conditions.tracked_only(&mut query);
        query.push(" group by 1, 2 union all ");
        let shared = if grouping == Grouping::Currency { "m.value ->> 'currency'" } else { shared };
        conditions.select(
            &mut query,
            &format!(
                "select {shared}, m.value ->> 'currency', 0::bigint, count(*),
                        sum((m.value ->> 'minor')::numeric)::text, null::bigint, 0::bigint, null::bigint, 0::bigint"
            ),
            "cross join lateral jsonb_array_elements(s.arr_more) m",
        );
        conditions.tracked_only(&mut query);
        query.push(" and s.arr_more is not null group by 1, 2");
        Ok(query.build_query_as().fetch_all(&self.pool).await?)
    }
}

impl Sum {
    /// Adds accounts with recurring revenue of one currency.
    fn add(&mut self, part: &Part, grouping: Grouping, only: Option<&str>) {
        let counted = |count: i64| count.unsigned_abs();
        let accounts = if grouping == Grouping::Currency { part.accounts.max(part.earning) } else { part.accounts };
        self.accounts += counted(accounts);
        self.seats += counted(part.seats.unwrap_or_default());
        self.with_seats += counted(part.with_seats);
        self.active_users += counted(part.active_users.unwrap_or_default());
        self.with_usage += counted(part.with_usage);
        self.seats_mean = mean(self.seats, self.with_seats);
        self.active_users_mean = mean(self.active_users, self.with_usage);
        let Some(currency) = &part.currency else { return };
        if only.is_some_and(|only| !currency.eq_ignore_ascii_case(only)) {
            return;
        }
        let (mut total, mut earning) = (amount(part.arr.as_deref()), counted(part.earning));
        if let Some(at) = self.arr.iter().position(|sum| sum.total.currency == *currency) {
            let before = self.arr.remove(at);
            total = total.saturating_add(before.total.minor);
            earning += before.accounts;
        }
        self.arr.push(MoneySum::of(Money::new(total, currency), earning));
        self.arr.sort_by(|left, right| left.total.currency.cmp(&right.total.currency));
    }
}

/// What people call a group.
fn name(shared: &str, grouping: Grouping) -> String {
    match grouping {
        Grouping::Level => shared.parse().map_or_else(|_| shared.to_owned(), |number| level(number).label().to_owned()),
        Grouping::Section => Section::ALL
            .into_iter()
            .find(|section| section.wire() == shared)
            .map_or_else(|| shared.to_owned(), |section| section.label().to_owned()),
        Grouping::Month => format!("{shared}-01")
            .parse::<chrono::NaiveDate>()
            .map_or_else(|_| shared.to_owned(), |day| day.format("%B %Y").to_string()),
        _ => shared.to_owned(),
    }
}
