//! Lists of accounts: chosen, ordered and counted by their states, so that a list costs the same among many accounts.
//!
//! A state holds what most conditions ask for; conditions on records look at the records themselves, and at none but
//! those of accounts that meet the other conditions. What two databases could tell differently – small letters, the words
//! of a name – is compared in Rust.

mod conditions;
mod found;
pub(super) mod order;
mod sums;

use std::collections::HashMap;

use sqlx::types::Json;
use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use super::state::{amount, bit, level, words};
use super::{Result, Store};
use crate::domain::account::Contact;
use crate::domain::health::Level;
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::interval::Interval;
use crate::domain::money::{Money, totals};
use crate::domain::person::owned_by;
use crate::domain::time::Moment;
use crate::domain::tool::portfolio::{Billed, Holding, Portfolio};
use crate::reading::people::same_person;
pub(super) use conditions::Conditions;

/// Accounts named at most for what they have none of.
const NAMED: i64 = 50;

/// The accounts of a list, and what all that match come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chosen {
    /// In the order asked for, at most as many as were asked for.
    pub accounts: Vec<AccountId>,
    /// What all that match come to.
    pub totals: PortfolioTotals,
}

/// What all accounts that match come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortfolioTotals {
    /// How many match.
    pub matched: u64,
    /// How many of them are critical.
    pub critical: u64,
    /// At risk.
    pub at_risk: u64,
    /// Healthy.
    pub healthy: u64,
    /// Their annual recurring revenue, one entry per currency.
    pub arr: Vec<Money>,
    /// Untracked accounts that would have matched.
    pub left_out: u64,
    /// How many of them have contracts that revenue leaves out because their interval is not understood.
    pub uncounted: u64,
    /// How many records the conditions on records met.
    pub found: u64,
    /// What those records are worth together, one entry per currency.
    pub found_worth: Vec<Money>,
}

impl PortfolioTotals {
    /// Counts accounts at a level.
    pub fn count(&mut self, level: Level, accounts: u64) {
        self.matched += accounts;
        *match level {
            Level::Critical => &mut self.critical,
            Level::AtRisk => &mut self.at_risk,
            Level::Healthy => &mut self.healthy,
        } += accounts;
    }
}

/// A part of the totals: accounts at a level with recurring revenue of a currency, without a level further revenue of
/// theirs, and with neither those that are left out.
#[derive(FromRow)]
struct Part {
    level: Option<i16>,
    currency: Option<String>,
    accounts: i64,
    arr: Option<String>,
    uncounted: i64,
}

impl Store {
    /// The accounts that match at `now`, in the order asked for, and what all of them come to. The day of which scores are
    /// asked is not looked at: states are of `now`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn portfolio(&self, workspace: WorkspaceId, wanted: &Portfolio, now: Moment) -> Result<Chosen> {
        let conditions = self.conditions(workspace, wanted, now).await?;
        // Neither needs the other, and counting takes its time among many accounts.
        let (accounts, totals) = tokio::try_join!(self.page(&conditions), self.totals(&conditions))?;
        Ok(Chosen { accounts, totals })
    }

    /// The accounts that match at `now`, in the order asked for, and nothing counted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn portfolio_first(
        &self,
        workspace: WorkspaceId,
        wanted: &Portfolio,
        now: Moment,
    ) -> Result<Vec<AccountId>> {
        let conditions = self.conditions(workspace, wanted, now).await?;
        self.page(&conditions).await
    }

    async fn page(&self, conditions: &Conditions<'_>) -> Result<Vec<AccountId>> {
        let mut page = conditions.query("select s.account_id");
        conditions.tracked_only(&mut page);
        order::push(&mut page, conditions.wanted, conditions.now);
        page.push(" limit ").push_bind(i64::from(conditions.wanted.rows()));
        if let Some(skip) = conditions.wanted.skip {
            page.push(" offset ").push_bind(i64::from(skip));
        }
        let mut lent = self.lists.lend().await?;
        let accounts: Vec<Uuid> = page.build_query_scalar().fetch_all(&mut *lent).await?;
        lent.give_back();
        Ok(accounts.into_iter().map(AccountId::from).collect())
    }

    /// All accounts that match at `now`, tracked or not, whatever their level: what else is asked of a level is left to
    /// the caller, who knows the scores of another day.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn portfolio_at_any_level(
        &self,
        workspace: WorkspaceId,
        wanted: &Portfolio,
        now: Moment,
    ) -> Result<Vec<AccountId>> {
        let wanted = Portfolio { levels: Vec::new(), unhappy: false, ..wanted.clone() };
        let conditions = self.conditions(workspace, &wanted, now).await?;
        let accounts: Vec<Uuid> =
            conditions.query("select s.account_id").build_query_scalar().fetch_all(&self.pool).await?;
        Ok(accounts.into_iter().map(AccountId::from).collect())
    }

    /// Everybody who owns an account, each in small ASCII letters, in their order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn account_owners(&self, workspace: WorkspaceId) -> Result<Vec<String>> {
        // From one owner to the next: as many steps as there are owners, however many accounts they own.
        let owners = sqlx::query_scalar(
            "with recursive owners as (
                 (select owner_key from account_state
                  where workspace_id = $1 and owner_key is not null order by owner_key limit 1)
                 union all
                 select (select s.owner_key from account_state s
                         where s.workspace_id = $1 and s.owner_key > o.owner_key order by s.owner_key limit 1)
                 from owners o where o.owner_key is not null
             )
             select owner_key from owners where owner_key is not null",
        );
        Ok(owners.bind(workspace.uuid()).fetch_all(&self.pool).await?)
    }

    pub(super) async fn conditions<'a>(
        &self,
        workspace: WorkspaceId,
        wanted: &'a Portfolio,
        now: Moment,
    ) -> Result<Conditions<'a>> {
        let owners = match wanted.owner.as_deref() {
            Some(owner) => Some(self.owners_called(workspace, owner).await?),
            None => None,
        };
        let contacts = match wanted.contact.as_deref() {
            Some(name) => Some(self.contacts_called(workspace, name).await?),
            None => None,
        };
        let intervals = match wanted.billed {
            Some(billed) => Some(self.intervals_of(workspace, billed).await?),
            None => None,
        };
        Ok(Conditions { workspace, wanted, now, owners, contacts, intervals, chance: None })
    }

    /// The spellings of intervals on record that mean to pay this often.
    async fn intervals_of(&self, workspace: WorkspaceId, billed: Billed) -> Result<Vec<String>> {
        let query = sqlx::query_scalar("select distinct interval from revenue_sources where workspace_id = $1");
        let mut intervals: Vec<String> = query.bind(workspace.uuid()).fetch_all(&self.pool).await?;
        intervals.retain(|interval| billed.is(Interval::parse(interval)));
        Ok(intervals)
    }

    /// Names of tracked accounts whose records hold none of this, by name; after some of them, how many more there are.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn tracked_without(&self, workspace: WorkspaceId, holding: Holding) -> Result<Vec<String>> {
        self.named(workspace, &format!("holds & {} = 0", bit(holding))).await
    }

    /// Names of tracked accounts of which no recent usage is on record, by name; after some of them, how many more there
    /// are.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn tracked_without_usage(&self, workspace: WorkspaceId) -> Result<Vec<String>> {
        self.named(workspace, "active_users is null").await
    }

    /// Names of tracked accounts that fit a condition.
    async fn named(&self, workspace: WorkspaceId, condition: &str) -> Result<Vec<String>> {
        let statement = format!(
            "select name, count(*) over () from account_state
             where workspace_id = $1 and tracked and {condition}
             order by lower(name collate \"default\"), domain limit $2"
        );
        let rows: Vec<(String, i64)> =
            sqlx::query_as(AssertSqlSafe(statement)).bind(workspace.uuid()).bind(NAMED).fetch_all(&self.pool).await?;
        let more = rows.first().map_or(0, |(_, all)| all.saturating_sub(NAMED));
        let more = (more > 0).then(|| format!("{more} more"));
        Ok(rows.into_iter().map(|(name, _)| name).chain(more).collect())
    }

    /// The owners somebody means.
    pub(super) async fn owners_called(&self, workspace: WorkspaceId, owner: &str) -> Result<Vec<String>> {
        let one = owner.trim();
        // A part of a name never holds this sign: it is an address.
        if one.contains('@') && !one.contains(char::is_whitespace) {
            return Ok(vec![super::state::key(&one.to_lowercase())]);
        }
        let mut owners = self.account_owners(workspace).await?;
        owners.retain(|known| owned_by(known, owner));
        Ok(owners)
    }

    /// Accounts with contacts somebody means, each with how many.
    async fn contacts_called(&self, workspace: WorkspaceId, name: &str) -> Result<HashMap<Uuid, u64>> {
        let rows: Vec<(Uuid, Json<Vec<Contact>>)> = sqlx::query_as(
            "select a.id, a.contacts
             from account_state s
             join accounts a on a.workspace_id = s.workspace_id and a.id = s.account_id
             where s.workspace_id = $1 and s.contact_words && $2",
        )
        .bind(workspace.uuid())
        .bind(words(name))
        .fetch_all(&self.pool)
        .await?;
        let called = |contacts: &[Contact]| contacts.iter().filter(|contact| same_person(&contact.name, name)).count();
        let counted = rows.into_iter().map(|(account, contacts)| (account, called(&contacts) as u64));
        Ok(counted.filter(|(_, count)| *count > 0).collect())
    }

    pub(super) async fn totals(&self, conditions: &Conditions<'_>) -> Result<PortfolioTotals> {
        let mut query = conditions.query(
            "select s.level, s.arr_currency as currency, count(*) as accounts, sum(s.arr_minor)::text as arr,
                        count(*) filter (where s.uncounted > 0) as uncounted",
        );
        conditions.tracked_only(&mut query);
        query.push(" group by s.level, s.arr_currency union all ");
        conditions.select(
            &mut query,
            "select null::smallint, m.value ->> 'currency', 0::bigint, sum((m.value ->> 'minor')::numeric)::text,
                    0::bigint",
            "cross join lateral jsonb_array_elements(s.arr_more) m",
        );
        conditions.tracked_only(&mut query);
        query.push(" and s.arr_more is not null group by 2");
        if !conditions.wants_untracked() {
            query.push(" union all ");
            conditions.select(&mut query, "select null::smallint, null::text, count(*), null::text, 0::bigint", "");
            query.push(" and not s.tracked");
        }
        let mut lent = self.lists.lend().await?;
        let parts: Vec<Part> = query.build_query_as().fetch_all(&mut *lent).await?;
        lent.give_back();
        let (mut all, mut arr) = (PortfolioTotals::default(), Vec::new());
        for part in parts {
            match (part.level, &part.currency) {
                (Some(number), _) => all.count(level(number), part.accounts.unsigned_abs()),
                (None, None) => all.left_out = part.accounts.unsigned_abs(),
                (None, Some(_)) => {}
            }
            all.uncounted += part.uncounted.unsigned_abs();
            arr.extend(part.currency.map(|currency| Money::new(amount(part.arr.as_deref()), &currency)));
        }
        all.arr = totals(arr);
        if let Some(currency) = &conditions.wanted.currency {
            all.arr.retain(|amount| amount.currency.eq_ignore_ascii_case(currency));
        }
        (all.found, all.found_worth) = self.found(conditions).await?;
        Ok(all)
    }
}
