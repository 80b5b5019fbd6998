//! A change of a workspace's records, which can only be kept by saying what it changed: what is remembered of anything
//! else stays good.

use std::ops::{Deref, DerefMut};

use sqlx::postgres::PgConnection;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use super::{Result, Store, StoreError, row};
use crate::domain::id::{AccountId, WorkspaceId};

/// Accounts that are written down for one change, at most; of more, everything counts as changed.
const SEVERAL: usize = 1_000;

/// ($1 workspace, $2 domains, $3 accounts, $4 everything, $5 releases). It holds the workspace, so that the versions of
/// changes are in the order in which they can be seen.
const TELL: &str = "
    with moved as (
        update workspaces set
            everything_version = case when $4 or told_version < version - 1 then version else everything_version end,
            releases_version = case when $5 then version else releases_version end,
            told_version = version
        where id = $1 returning version
    )
    insert into account_changes (workspace_id, account, version)
    select $1, c.account, m.version
    from moved m, (
        select unnest($2::text[]) as account
        union
        select a.domain from accounts a where a.workspace_id = $1 and a.id = any($3)
    ) c
    on conflict on constraint account_changes_pkey do update set version = excluded.version";

/// What a change changed.
#[derive(Clone, Debug, Default)]
#[must_use]
pub(super) struct Changed {
    domains: Vec<String>,
    accounts: Vec<Uuid>,
    releases: bool,
    everything: bool,
}

impl Changed {
    /// Nothing that an answer is made of.
    pub(super) fn nothing() -> Self {
        Self::default()
    }

    /// What is read of any account.
    pub(super) fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// An account or its records, by its domain.
    pub(super) fn account(domain: &str) -> Self {
        Self::accounts([domain])
    }

    /// Accounts or their records, by domain.
    pub(super) fn accounts<'a>(domains: impl IntoIterator<Item = &'a str>) -> Self {
        Self { domains: domains.into_iter().map(row::key).collect(), ..Self::default() }
    }

    /// Accounts that are there, or their records.
    pub(super) fn of(accounts: impl IntoIterator<Item = AccountId>) -> Self {
        Self { accounts: accounts.into_iter().map(AccountId::uuid).collect(), ..Self::default() }
    }

    /// And everything else, when it `did`.
    pub(super) fn and_everything(self, did: bool) -> Self {
        Self { everything: self.everything || did, ..self }
    }

    /// And the releases, when they `did`.
    pub(super) fn and_releases(self, did: bool) -> Self {
        Self { releases: self.releases || did, ..self }
    }
}

/// A transaction that changes a workspace's records; what it changed is kept by [`Change::commit`] alone.
#[derive(Debug)]
pub(super) struct Change {
    transaction: Transaction<'static, Postgres>,
    workspace: WorkspaceId,
}

impl Deref for Change {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.transaction
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

impl Change {
    /// Keeps the change, and writes down what it changed.
    pub(super) async fn commit(mut self, changed: Changed) -> Result<()> {
        let Changed { domains, accounts, releases, everything } = changed;
        let everything = everything || domains.len() + accounts.len() > SEVERAL;
        let (domains, accounts) = if everything { (Vec::new(), Vec::new()) } else { (domains, accounts) };
        sqlx::query(TELL)
            .bind(self.workspace.uuid())
            .bind(domains)
            .bind(accounts)
            .bind(everything)
            .bind(releases)
            .execute(&mut *self.transaction)
            .await?;
        self.transaction.commit().await?;
        Ok(())
    }
}

impl Store {
    /// A transaction that changes the workspace's records, one at a time.
    pub(super) async fn write(&self, workspace: WorkspaceId) -> Result<Change> {
        let mut transaction = self.begin().await?;
        let moved_on = sqlx::query("update workspaces set version = version + 1 where id = $1")
            .bind(workspace.uuid())
            .execute(&mut *transaction)
            .await?;
        if moved_on.rows_affected() == 0 {
            return Err(StoreError::no_workspace(workspace));
        }
        Ok(Change { transaction, workspace })
    }
}
