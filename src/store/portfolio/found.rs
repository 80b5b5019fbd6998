//! The records that met the conditions on records, over all accounts that match: how many, and what they are worth.

use sqlx::postgres::Postgres;
use sqlx::{FromRow, QueryBuilder};

use super::conditions::Conditions;
use crate::domain::interval::Interval;
use crate::domain::money::{Money, totals};
use crate::domain::time::Window;
use crate::store::state::amount;
use crate::store::{Result, Store};

/// Contracts that are due as often, in one currency.
#[derive(FromRow)]
struct Contracts {
    currency: String,
    interval: String,
    records: i64,
    amount: Option<String>,
    of_worth: i64,
    mrr: Option<String>,
    of_monthly_worth: i64,
}

impl Contracts {
    /// What they come to in a year; none where none of them is worth something.
    fn worth(&self) -> Option<Money> {
        let every = Interval::parse(&self.interval);
        let (yearly, of_worth) = match every.yearly(amount(self.amount.as_deref())) {
            Some(yearly) => (yearly, self.of_worth),
            None if every == Interval::Unknown => {
                (amount(self.mrr.as_deref()).saturating_mul(12), self.of_monthly_worth)
            }
            None => return None,
        };
        (of_worth > 0).then(|| Money::new(yearly, &self.currency))
    }
}

/// Records of one currency.
#[derive(FromRow)]
struct Worth {
    currency: String,
    records: i64,
    amount: Option<String>,
    of_worth: i64,
}

impl Store {
    /// How many records met the conditions, and what they are worth together.
    pub(super) async fn found(&self, conditions: &Conditions<'_>) -> Result<(u64, Vec<Money>)> {
        let wanted = conditions.wanted;
        let (mut found, mut worth) = (0, Vec::new());
        if !wanted.contracts.is_empty() || wanted.renews != Window::ALWAYS {
            for group in self.contracts_found(conditions).await? {
                found += group.records;
                worth.extend(group.worth());
            }
        }
        let mut groups: Vec<Worth> = Vec::new();
        if !wanted.deals.is_empty() {
            let mut deals = valued(conditions, "deals", "value_minor");
            conditions.deal(&mut deals);
            groups.extend(grouped(deals).build_query_as().fetch_all(&self.pool).await?);
        }
        if !wanted.payments.is_empty() {
            let mut payments = valued(conditions, "payment_events", "amount_minor");
            conditions.payment(&mut payments);
            groups.extend(grouped(payments).build_query_as().fetch_all(&self.pool).await?);
        }
        for group in groups {
            found += group.records;
            let amount = Money::new(amount(group.amount.as_deref()), &group.currency);
            worth.extend((group.of_worth > 0).then_some(amount));
        }
        if !wanted.signals.is_empty() {
            let mut signals = joined(conditions, "select count(*)", "signals");
            conditions.signal(&mut signals);
            found += signals.build_query_scalar::<i64>().fetch_one(&self.pool).await?;
        }
        let mut found = found.unsigned_abs();
        if let Some(contacts) = &conditions.contacts {
            let mut accounts = conditions.query("select s.account_id");
            conditions.tracked_only(&mut accounts);
            let accounts: Vec<uuid::Uuid> = accounts.build_query_scalar().fetch_all(&self.pool).await?;
            found += accounts.iter().filter_map(|account| contacts.get(account)).sum::<u64>();
        }
        Ok((found, totals(worth)))
    }

    /// The contracts of the wanted states, else those that renew in the wanted time.
    async fn contracts_found(&self, conditions: &Conditions<'_>) -> Result<Vec<Contracts>> {
        let mut contracts = QueryBuilder::<Postgres>::new("");
        conditions.select(
            &mut contracts,
            "select r.currency, r.interval, count(*) as records, sum(case
                        when r.discount_until is not null or r.amount_minor <= 0 then r.amount_minor
                        else greatest(0, r.amount_minor - coalesce(r.discount_minor, 0)
                                         - round(r.amount_minor * coalesce(r.discount_percent, 0) / 100))
                    end)::text as amount,
                    count(*) filter (where r.amount_minor <> 0) as of_worth, sum(r.mrr_minor)::text as mrr,
                    count(*) filter (where r.mrr_minor <> 0) as of_monthly_worth",
            "join revenue_sources r on r.workspace_id = s.workspace_id and r.account_id = s.account_id",
        );
        conditions.tracked_only(&mut contracts);
        if conditions.wanted.contracts.is_empty() {
            conditions.renewing(&mut contracts);
        } else {
            conditions.contract(&mut contracts);
        }
        contracts.push(" group by r.currency, r.interval");
        Ok(contracts.build_query_as().fetch_all(&self.pool).await?)
    }
}

/// `select` of the records `t` in a table, over the accounts that match.
fn joined(conditions: &Conditions<'_>, select: &str, table: &str) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("");
    let join = format!("join {table} t on t.workspace_id = s.workspace_id and t.account_id = s.account_id");
    conditions.select(&mut query, select, &join);
    conditions.tracked_only(&mut query);
    query
}

/// Records with an amount in `column`, by currency.
fn valued(conditions: &Conditions<'_>, table: &str, column: &str) -> QueryBuilder<Postgres> {
    let select = format!(
        "select t.currency, count(*) as records, sum(t.{column})::text as amount,
                count(*) filter (where t.{column} <> 0) as of_worth"
    );
    joined(conditions, &select, table)
}

fn grouped(mut query: QueryBuilder<Postgres>) -> QueryBuilder<Postgres> {
    query.push(" group by t.currency");
    query
}
