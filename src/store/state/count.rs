//! How many tracked accounts there are of a kind, and what they are worth together.

use sqlx::FromRow;

use super::level_of;
use crate::domain::account::Section;
use crate::domain::health::Level;
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::money::{Money, totals};
use crate::store::{Result, Store};

/// What accounts are counted by.
#[derive(Clone, Copy, Debug)]
pub enum Among<'a> {
    /// Those in a section.
    Section(Section),
    /// Those at a level.
    Level(Level),
    /// Those whose owner has this e-mail address.
    Owner(&'a str),
}

#[derive(FromRow)]
struct Group {
    currency: Option<String>,
    accounts: i64,
    arr: Option<String>,
}

/// A sum as the database gives it; one that is too large stays at the largest.
pub(in crate::store) fn amount(sum: Option<&str>) -> i64 {
    let sum: i128 = sum.and_then(|sum| sum.parse().ok()).unwrap_or_default();
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}

impl Store {
    /// How many tracked accounts there are of a kind.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn count_tracked(&self, workspace: WorkspaceId, among: Among<'_>) -> Result<u64> {
        let count: i64 = match among {
            Among::Section(section) => sqlx::query_scalar(
                "select count(*) from account_state where workspace_id = $1 and tracked and section = $2",
            )
            .bind(workspace.uuid())
            .bind(section.wire()),
            Among::Level(level) => sqlx::query_scalar(
                "select count(*) from account_state where workspace_id = $1 and tracked and level = $2",
            )
            .bind(workspace.uuid())
            .bind(level_of(level)),
            Among::Owner(owner) => sqlx::query_scalar(
                "select count(*) from account_state where workspace_id = $1 and tracked and owner_key = $2",
            )
            .bind(workspace.uuid())
            .bind(super::key(&owner.to_ascii_lowercase())),
        }
        .fetch_one(&self.pool)
        .await?;
        Ok(count.unsigned_abs())
    }

    /// How many tracked accounts there are besides this one, and their annual recurring revenue, one entry per currency.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn tracked_besides(&self, workspace: WorkspaceId, account: AccountId) -> Result<(u64, Vec<Money>)> {
        let groups: Vec<Group> = sqlx::query_as(
            "select arr_currency as currency, count(*) as accounts, sum(arr_minor)::text as arr
             from account_state where workspace_id = $1 and tracked and account_id <> $2 group by 1
             union all
             select m.value ->> 'currency', 0, sum((m.value ->> 'minor')::numeric)::text
             from account_state s cross join lateral jsonb_array_elements(s.arr_more) m
             where s.workspace_id = $1 and s.tracked and s.account_id <> $2 and s.arr_more is not null group by 1",
        )
        .bind(workspace.uuid())
        .bind(account.uuid())
        .fetch_all(&self.pool)
        .await?;
        let accounts = groups.iter().map(|group| group.accounts.unsigned_abs()).sum();
        let worth = |group: &Group| Some(Money::new(amount(group.arr.as_deref()), group.currency.as_deref()?));
        Ok((accounts, totals(groups.iter().filter_map(worth))))
    }
}
