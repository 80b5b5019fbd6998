//! The ledger of contracts: a page at a time, and sums by status.

use std::collections::HashMap;

use chrono::Days;
use sqlx::postgres::{PgRow, Postgres};
use sqlx::{AssertSqlSafe, FromRow, QueryBuilder, Row};
use uuid::Uuid;

use super::place::Listed;
use super::row::{self, wire};
use super::state::{amount, health};
use super::{Result, Store};
use crate::domain::id::WorkspaceId;
use crate::domain::interval::Interval;
use crate::domain::ledger::{LedgerOrder, LedgerPage, LedgerRow, LedgerTotals, LedgerWanted};
use crate::domain::money::{Money, totals};
use crate::domain::revenue::{BillingStatus, Held, PaymentState, Reconciled, RevenueSource, reconcile};
use crate::domain::time::Moment;

type Query = QueryBuilder<Postgres>;

/// The statuses of a contract that binds somebody.
const RUNNING: &str = "('active', 'past_due', 'trialing')";

/// Somebody had the contract `t` left out of recurring revenue. Plan: `decisions_ignored_idx`, which holds nothing else.
const LEFT_OUT: &str = "exists (select from decisions d join accounts c on c.workspace_id = d.workspace_id
        and c.domain = d.account
    where d.workspace_id = t.workspace_id and d.decision -> 'value' ->> 'ignored' = 'true'
      and d.key = 'revenue/' || t.id and c.id = t.account_id)";

/// The contracts `t` that somebody had left out. Plan: from `decisions_ignored_idx`, each contract by its key.
const THOSE_LEFT_OUT: &str = "decisions d
    join accounts c on c.workspace_id = d.workspace_id and c.domain = d.account
    join revenue_sources t on t.workspace_id = d.workspace_id and t.id = substr(d.key, 9) and t.account_id = c.id
        and d.key like 'revenue/%' and d.decision -> 'value' ->> 'ignored' = 'true'";

/// The columns of a contract.
const CONTRACT: &str = "t.id, t.system, t.product, t.status, t.interval, t.amount_minor, t.currency, t.mrr_minor,
    t.quantity, t.starts_on, t.renews_on, t.cancel_at_period_end, t.discount_percent::text as discount_percent,
    t.discount_minor, t.discount_until, t.url";

/// A contract with what stands beside it.
struct Line {
    account_id: Uuid,
    row: LedgerRow,
}

impl FromRow<'_, PgRow> for Line {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let known: Option<&str> = row.try_get("payment_state")?;
        let payment_state = if known.is_some() { row::word(row, "payment_state")? } else { PaymentState::Unknown };
        Ok(Self {
            account_id: row.try_get("account_id")?,
            row: LedgerRow {
                contract: RevenueSource::from_row(row)?,
                account_name: row.try_get("account_name")?,
                tracked: row.try_get::<Option<bool>, _>("tracked")?.unwrap_or(true),
                health: health(row)?,
                payment_state,
                left_out: row.try_get("left_out")?,
                held: None,
            },
        })
    }
}

/// Contracts of a status that are due as often, in one currency.
#[derive(Clone, FromRow)]
struct Group {
    status: String,
    currency: String,
    interval: String,
    contracts: i64,
    due: Option<String>,
    mrr: Option<String>,
    told: i64,
}

/// Which contracts `t`, and their accounts' states `s`, are wanted.
struct Conditions<'a> {
    workspace: WorkspaceId,
    wanted: &'a LedgerWanted,
    now: Moment,
}

impl Conditions<'_> {
    /// Whether anything is asked of the accounts.
    fn of_accounts(&self) -> bool {
        !self.wanted.payment_states.is_empty() || self.wanted.reconciled.is_some() || self.wanted.text.is_some()
    }

    /// All but the status.
    fn push(&self, query: &mut Query) {
        let (wanted, today) = (self.wanted, self.now.day());
        query.push(" where t.workspace_id = ").push_bind(self.workspace.uuid());
        if !wanted.systems.is_empty() {
            let systems: Vec<String> = wanted.systems.iter().map(wire).collect();
            query.push(" and t.system = any(").push_bind(systems).push(")");
        }
        if let Some(within) = wanted.renewing_within_days {
            query.push(format_args!(" and t.status in {RUNNING} and not t.cancel_at_period_end"));
            query.push(" and coalesce(t.renews_on, 'infinity'::date) >= ").push_bind(today);
            if let Some(last) = today.checked_add_days(Days::new(within.into())) {
                query.push(" and coalesce(t.renews_on, 'infinity'::date) <= ").push_bind(last);
            }
        }
        if wanted.overdue {
            query.push(format_args!(" and t.status in {RUNNING} and coalesce(t.renews_on, 'infinity'::date) < "));
            query.push_bind(today);
        }
        if !wanted.payment_states.is_empty() {
            let states: Vec<String> = wanted.payment_states.iter().map(wire).collect();
            query.push(" and s.payment_state = any(").push_bind(states).push(")");
        }
        match wanted.reconciled {
            None => {}
            Some(Reconciled::Agrees) => {
                query.push(" and t.id = any(s.agreeing)");
            }
            Some(Reconciled::Differs) => {
                query.push(" and t.id = any(s.differing)");
            }
            Some(Reconciled::OnlyHere) => {
                query.push(format_args!(" and t.status in {RUNNING} and not {LEFT_OUT}"));
                // An account may have one of the lists, both or none.
                query.push(" and (s.agreeing is null or t.id <> all(s.agreeing))");
                query.push(" and (s.differing is null or t.id <> all(s.differing))");
            }
        }
        if let Some(text) = wanted.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            query.push(" and (t.id = ").push_bind(text.to_owned());
            query.push(" or position(").push_bind(text.to_lowercase()).push(" in lower(t.product)) > 0");
            query.push(" or position(").push_bind(text.to_lowercase()).push(" in s.found_by) > 0)");
        }
    }

    /// What the contracts `t` come to, by status, currency and interval.
    fn grouped(&self, from: &str) -> Query {
        let mut query = Query::new(format!(
            "select t.status, t.currency, t.interval, count(*) as contracts,
                    sum(case when t.discount_until is not null or t.amount_minor <= 0 then t.amount_minor
                             else greatest(0, t.amount_minor - coalesce(t.discount_minor, 0)
                                              - round(t.amount_minor * coalesce(t.discount_percent, 0) / 100))
                        end)::text as due,
                    sum(t.mrr_minor)::text as mrr, count(t.mrr_minor) as told
             from {from}"
        ));
        if self.of_accounts() {
            query.push(" left join account_state s on s.workspace_id = t.workspace_id and s.account_id = t.account_id");
        }
        self.push(&mut query);
        query.push(" group by 1, 2, 3");
        query
    }

    fn of_status(&self, query: &mut Query) {
        if !self.wanted.statuses.is_empty() {
            let statuses: Vec<String> = self.wanted.statuses.iter().map(wire).collect();
            query.push(" and t.status = any(").push_bind(statuses).push(")");
        }
    }
}

impl Store {
    /// Contracts that match at `now`, those after one of them, `limit` at most. Plan: in the order of renewals
    /// `revenue_sources_renewal_idx`, in that of accounts `account_state_name_idx` and each account's contracts; both stop
    /// at the limit.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) when the contract to begin after is gone.
    pub async fn ledger(
        &self,
        workspace: WorkspaceId,
        wanted: &LedgerWanted,
        after: Option<&str>,
        limit: u32,
        now: Moment,
    ) -> Result<LedgerPage> {
        let mut query = Query::new(format!(
            "select a.domain as account, a.name as account_name, t.account_id, {CONTRACT},
                    s.tracked, s.score, s.level, s.payment_state, {LEFT_OUT} as left_out
             from revenue_sources t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             {} account_state s on s.workspace_id = t.workspace_id and s.account_id = t.account_id",
            // In the order of accounts, whoever has no state yet comes with the next refresh.
            if wanted.order == LedgerOrder::Account { "join" } else { "left join" }
        ));
        let conditions = Conditions { workspace, wanted, now };
        conditions.push(&mut query);
        conditions.of_status(&mut query);
        let (keys, from) = match wanted.order {
            LedgerOrder::Renewal => ("coalesce(t.renews_on, 'infinity'::date), t.id", "revenue_sources t"),
            LedgerOrder::Account => (
                "s.name, s.domain, t.id",
                "revenue_sources t join account_state s on s.workspace_id = t.workspace_id and s.account_id = t.account_id",
            ),
        };
        let mut connection = self.read().await?;
        let listed = Listed { table: "revenue_sources", from, keys, what: "contract" };
        listed.page(&mut connection, &mut query, workspace, after, limit).await?;
        let mut lines: Vec<Line> = query.build_query_as().fetch_all(&mut *connection).await?;
        let more = lines.len() > limit as usize;
        lines.truncate(limit as usize);
        let accounts: Vec<Uuid> = lines.iter().map(|line| line.account_id).collect();
        let beside: Vec<RevenueSource> = sqlx::query_as(AssertSqlSafe(format!(
            "select a.domain as account, {CONTRACT} from revenue_sources t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 and t.account_id = any($2) and t.status in {RUNNING} and not {LEFT_OUT}"
        )))
        .bind(workspace.uuid())
        .bind(accounts)
        .fetch_all(&mut *connection)
        .await?;
        let held = held(&beside);
        let next = lines.last().filter(|_| more).map(|line| line.row.contract.id.clone());
        let with = |line: Line| LedgerRow { held: held.get(&line.row.contract.id).cloned(), ..line.row };
        Ok(LedgerPage { rows: lines.into_iter().map(with).collect(), next })
    }

    /// What all contracts come to that match at `now`, whatever their status. Plan: `revenue_sources_ledger_idx` alone where
    /// nothing is asked of accounts; what is left out, from `decisions_ignored_idx`, and what two systems hold, from
    /// `account_state_reconciled_idx`, which hold nothing else.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn ledger_totals(
        &self,
        workspace: WorkspaceId,
        wanted: &LedgerWanted,
        now: Moment,
    ) -> Result<LedgerTotals> {
        let conditions = Conditions { workspace, wanted, now };
        let mut lent = self.lists.lend().await?;
        let groups: Vec<Group> = conditions.grouped("revenue_sources t").build_query_as().fetch_all(&mut *lent).await?;
        let left_out: Vec<Group> = conditions.grouped(THOSE_LEFT_OUT).build_query_as().fetch_all(&mut *lent).await?;
        let (agreeing, differing): (i64, i64) = sqlx::query_as(
            "select coalesce(sum(cardinality(agreeing)), 0)::bigint, coalesce(sum(cardinality(differing)), 0)::bigint
             from account_state where workspace_id = $1 and (agreeing is not null or differing is not null)",
        )
        .bind(workspace.uuid())
        .fetch_one(&mut *lent)
        .await?;
        lent.give_back();
        let mut all = LedgerTotals {
            agreeing: agreeing.unsigned_abs(),
            differing: differing.unsigned_abs(),
            left_out: left_out.iter().map(|group| group.contracts.unsigned_abs()).sum(),
            ..LedgerTotals::default()
        };
        let (mut counts, mut arr) = (HashMap::<BillingStatus, u64>::new(), Vec::new());
        for group in &groups {
            let status: BillingStatus = serde_json::from_value(group.status.as_str().into())?;
            *counts.entry(status).or_default() += group.contracts.unsigned_abs();
            if !matches!(status, BillingStatus::Active | BillingStatus::PastDue) {
                continue;
            }
            let group = group.without(&left_out);
            let (counted, told) = (group.contracts.unsigned_abs(), group.told.unsigned_abs());
            match (Interval::parse(&group.interval), group.due()) {
                (Interval::Unknown, _) => {
                    all.counted += told;
                    all.uncounted += counted.saturating_sub(told);
                    arr.push(Money::new(group.mrr().saturating_mul(12), &group.currency));
                }
                (every, due) => {
                    if let Some(yearly) = every.yearly(due) {
                        all.counted += counted;
                        arr.push(Money::new(yearly, &group.currency));
                    }
                }
            }
        }
        all.statuses = counts.into_iter().collect();
        all.statuses.sort_by_key(|(status, _)| *status as u8);
        all.arr = totals(arr).into_iter().filter(|amount| amount.minor != 0).collect();
        Ok(all)
    }
}

impl Group {
    fn due(&self) -> i64 {
        amount(self.due.as_deref())
    }

    fn mrr(&self) -> i64 {
        amount(self.mrr.as_deref())
    }

    /// The same without those that are left out.
    fn without(&self, left_out: &[Self]) -> Self {
        let key = |group: &Self| (group.status.clone(), group.currency.clone(), group.interval.clone());
        let mut rest = self.clone();
        if let Some(out) = left_out.iter().find(|out| key(out) == key(self)) {
            rest.contracts -= out.contracts;
            rest.told -= out.told;
            rest.due = Some(self.due().saturating_sub(out.due()).to_string());
            rest.mrr = Some(self.mrr().saturating_sub(out.mrr()).to_string());
        }
        rest
    }
}

/// What the systems say of each of these contracts, which are all that run of their accounts.
fn held(contracts: &[RevenueSource]) -> HashMap<String, Held> {
    let mut accounts: HashMap<&str, Vec<&RevenueSource>> = HashMap::new();
    for contract in contracts {
        accounts.entry(&contract.account).or_default().push(contract);
    }
    let products = accounts.into_values().flat_map(reconcile);
    products.flat_map(|held| held.contracts.clone().into_iter().map(move |id| (id, held.clone()))).collect()
}
