//! The latest health score of each account, and which are out of date.

use chrono::NaiveDate;
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::put::storable;
use super::{Result, Store, account as accounts};
use crate::domain::health::Health;
use crate::domain::id::{AccountId, WorkspaceId};

/// An account whose score is missing or out of date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleHealth {
    /// Its identifier.
    pub account: AccountId,
    /// Its domain.
    pub domain: String,
}

#[derive(FromRow)]
struct HealthRow {
    account_id: Uuid,
    health: Json<Health>,
}

impl Store {
    /// Keeps the scores of accounts, each with the [`AccountData::version`](super::AccountData::version) it was told
    /// from. Accounts deleted meanwhile are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn put_health(&self, workspace: WorkspaceId, scores: &[(AccountId, i64, Health)]) -> Result<()> {
        if scores.is_empty() {
            return Ok(());
        }
        let documents = scores.iter().map(|(_, _, health)| storable(health)).collect::<Result<Vec<_>>>()?;
        let mut transaction = self.write(workspace).await?;
        sqlx::query(
            "insert into health_snapshots (workspace_id, account_id, as_of, score, level, confidence, health,
            data_version)
             select distinct on (a.id) $1, a.id, r.as_of, r.score, r.level, r.confidence, t.health, t.version
             from unnest($2::uuid[], $3::bigint[], $4::jsonb[]) as t (account_id, version, health)
             join accounts a on a.workspace_id = $1 and a.id = t.account_id,
                  jsonb_to_record(t.health) as r (as_of date, score bigint, level text, confidence real)
             order by a.id, t.version desc
             on conflict on constraint health_snapshots_pkey do update set
                 as_of = excluded.as_of, score = excluded.score, level = excluded.level,
                 confidence = excluded.confidence, health = excluded.health, data_version = excluded.data_version",
        )
        .bind(workspace.uuid())
        .bind(scores.iter().map(|(account, ..)| account.uuid()).collect::<Vec<_>>())
        .bind(scores.iter().map(|(_, version, _)| *version).collect::<Vec<_>>())
        .bind(documents)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The latest score of an account; none when it was never told.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn health(&self, workspace: WorkspaceId, account: &str) -> Result<Option<Health>> {
        let mut connection = self.read().await?;
        let account = accounts::id_of(&mut connection, workspace, account).await?;
        let health: Option<Json<Health>> =
            sqlx::query_scalar("select health from health_snapshots where workspace_id = $1 and account_id = $2")
                .bind(workspace.uuid())
                .bind(account.uuid())
                .fetch_optional(&mut *connection)
                .await?;
        Ok(health.map(|health| health.0))
    }

    /// The latest scores of all accounts, the lowest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn all_health(&self, workspace: WorkspaceId) -> Result<Vec<(AccountId, Health)>> {
        let rows: Vec<HealthRow> = sqlx::query_as(
            "select account_id, health from health_snapshots where workspace_id = $1 order by score, account_id",
        )
        .bind(workspace.uuid())
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (row.account_id.into(), row.health.0)).collect())
    }

    /// Accounts without a score told on `today` from the data as it is now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn health_stale(&self, workspace: WorkspaceId, today: NaiveDate) -> Result<Vec<StaleHealth>> {
        let rows: Vec<(Uuid, String)> = sqlx::query_as(
            "select a.id, a.domain
             from accounts a
             left join health_snapshots h on h.workspace_id = a.workspace_id and h.account_id = a.id
             where a.workspace_id = $1
             and (h.account_id is null or h.as_of <> $2 or h.data_version < a.data_version)
             order by a.domain",
        )
        .bind(workspace.uuid())
        .bind(today)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(account, domain)| StaleHealth { account: account.into(), domain }).collect())
    }
}
