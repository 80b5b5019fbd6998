//! What a digest said at each time of its schedule, and how accounts stood in it since.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::types::Json;
use uuid::Uuid;

use super::no_digest;
use crate::domain::digest::{Edition, Standing};
use crate::domain::id::{AccountId, DigestId, WorkspaceId};
use crate::domain::time::Moment;
use crate::store::put::storable;
use crate::store::{Result, Store, row};

/// Editions kept of a digest; older ones are taken away.
const KEPT: i64 = 100;

/// What became of an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditionState {
    /// It is to be delivered.
    Made,
    /// It was handed over, and nobody knows yet what came of it.
    Sending,
    /// It arrived.
    Sent,
    /// It was too late when somebody could have made it.
    Skipped,
    /// It could not be delivered.
    Failed,
}

impl EditionState {
    pub(super) fn wire(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// One time of a schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditionRecord {
    /// The time.
    pub period: Moment,
    /// What became of it.
    pub state: EditionState,
    /// What it said.
    pub edition: Option<Edition>,
    /// When it arrived.
    pub sent_at: Option<Moment>,
    /// Why it was skipped or did not arrive.
    pub note: Option<String>,
}

fn record(row: &PgRow) -> sqlx::Result<EditionRecord> {
    Ok(EditionRecord {
        period: row.try_get("period")?,
        state: row::word(row, "state")?,
        edition: row.try_get::<Option<Json<Edition>>, _>("edition")?.map(|edition| edition.0),
        sent_at: row.try_get("sent_at")?,
        note: row.try_get("note")?,
    })
}

const SELECT: &str = "select period::text, state, edition, sent_at::text, note from digest_editions
    where workspace_id = $1 and digest_id = $2";

/// An edition that was made, with how accounts stand in it.
#[derive(Clone, Debug)]
pub struct MadeEdition {
    /// What it says.
    pub edition: Edition,
    /// How each account stands in it, those that are in it no more left out.
    pub standings: BTreeMap<AccountId, Standing>,
    /// How they stood when it was made.
    pub before: BTreeMap<AccountId, Standing>,
}

/// Has whoever else changes a digest wait for the end of a transaction.
async fn hold(connection: &mut PgConnection, workspace: WorkspaceId, digest: DigestId) -> Result<()> {
    sqlx::query("select 1 from digests where workspace_id = $1 and id = $2 for update")
        .bind(workspace.uuid())
        .bind(digest.uuid())
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| no_digest(&digest.to_string()))?;
    Ok(())
}

async fn standings(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    digest: DigestId,
) -> Result<BTreeMap<AccountId, Standing>> {
    let query = "select account_id, standing from digest_standings where workspace_id = $1 and digest_id = $2";
    let rows: Vec<(Uuid, Json<Standing>)> =
        sqlx::query_as(query).bind(workspace.uuid()).bind(digest.uuid()).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(account, standing)| (account.into(), standing.0)).collect())
}

impl Store {
    /// How accounts stood in a digest when it came last.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn digest_standings(
        &self,
        workspace: WorkspaceId,
        digest: DigestId,
    ) -> Result<BTreeMap<AccountId, Standing>> {
        standings(&mut *self.read().await?, workspace, digest).await
    }

    /// Changes how an account stands in a digest; whether it stands in it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](crate::store::StoreError::NotFound) when the digest is gone.
    pub async fn change_standing(
        &self,
        workspace: WorkspaceId,
        digest: DigestId,
        account: AccountId,
        change: impl FnOnce(&mut Standing),
    ) -> Result<bool> {
        let mut transaction = self.begin().await?;
        hold(&mut transaction, workspace, digest).await?;
        let found: Option<Json<Standing>> = sqlx::query_scalar(
            "select standing from digest_standings where workspace_id = $1 and digest_id = $2 and account_id = $3",
        )
        .bind(workspace.uuid())
        .bind(digest.uuid())
        .bind(account.uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(Json(mut standing)) = found else { return Ok(false) };
        change(&mut standing);
        sqlx::query(
            "update digest_standings set standing = $4 where workspace_id = $1 and digest_id = $2 and account_id = $3",
        )
        .bind(workspace.uuid())
        .bind(digest.uuid())
        .bind(account.uuid())
        .bind(Json(standing))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Keeps an edition with how accounts stand in it, unless its time has one already; gives what is kept. None where
    /// accounts stand otherwise than when it was made: somebody saw to one meanwhile, and the edition does not know.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](crate::store::StoreError::NotFound) when the digest is gone.
    pub async fn keep_edition(&self, workspace: WorkspaceId, made: &MadeEdition) -> Result<Option<EditionRecord>> {
        let Edition { digest, period, made_at, .. } = made.edition;
        let mut transaction = self.begin().await?;
        // Whoever else makes an edition of this digest waits here, and then finds this one.
        hold(&mut transaction, workspace, digest).await?;
        let kept = sqlx::query(
            "insert into digest_editions (workspace_id, digest_id, period, state, edition, made_at)
             values ($1, $2, $3, 'made', $4, $5) on conflict on constraint digest_editions_pkey do nothing",
        )
        .bind(workspace.uuid())
        .bind(digest.uuid())
        .bind(period)
        .bind(Json(storable(&made.edition)?))
        .bind(made_at)
        .execute(&mut *transaction)
        .await?;
        if kept.rows_affected() > 0 {
            if standings(&mut transaction, workspace, digest).await? != made.before {
                return Ok(None);
            }
            let rows: Vec<(Uuid, &Standing)> =
                made.standings.iter().map(|(account, standing)| (account.uuid(), standing)).collect();
            sqlx::query("delete from digest_standings where workspace_id = $1 and digest_id = $2")
                .bind(workspace.uuid())
                .bind(digest.uuid())
                .execute(&mut *transaction)
                .await?;
            sqlx::query(
                "insert into digest_standings (workspace_id, digest_id, account_id, standing)
                 select $1, $2, a.id, r.value -> 1 from jsonb_array_elements($3) as r (value)
                 join accounts a on a.workspace_id = $1 and a.id = (r.value ->> 0)::uuid",
            )
            .bind(workspace.uuid())
            .bind(digest.uuid())
            .bind(Json(rows))
            .execute(&mut *transaction)
            .await?;
            sqlx::query(
                "delete from digest_editions where workspace_id = $1 and digest_id = $2 and period < (
                     select period from digest_editions where workspace_id = $1 and digest_id = $2
                     order by period desc offset $3 limit 1)",
            )
            .bind(workspace.uuid())
            .bind(digest.uuid())
            .bind(KEPT)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        let found = self.edition(workspace, digest, period).await?;
        found.map(Some).ok_or_else(|| no_digest(&digest.to_string()))
    }

    /// What a digest said at a time of its schedule.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn edition(
        &self,
        workspace: WorkspaceId,
        digest: DigestId,
        period: Moment,
    ) -> Result<Option<EditionRecord>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} and period = $3")))
            .bind(workspace.uuid())
            .bind(digest.uuid())
            .bind(period)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(record).transpose()?)
    }

    /// What a digest said lately, the latest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn editions(&self, workspace: WorkspaceId, digest: DigestId, most: u32) -> Result<Vec<EditionRecord>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} order by period desc limit $3")))
            .bind(workspace.uuid())
            .bind(digest.uuid())
            .bind(i64::from(most))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(record).collect::<sqlx::Result<_>>()?)
    }

    /// Says what became of the edition of a time; one that was never made is noted as skipped.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn settle_edition(
        &self,
        workspace: WorkspaceId,
        digest: DigestId,
        period: Moment,
        (state, note): (EditionState, Option<&str>),
        at: Moment,
    ) -> Result<()> {
        let sent_at = (state == EditionState::Sent).then_some(at);
        sqlx::query(
            "insert into digest_editions (workspace_id, digest_id, period, state, made_at, sent_at, note)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict on constraint digest_editions_pkey
             do update set state = excluded.state, sent_at = excluded.sent_at, note = excluded.note
             where digest_editions.state <> 'sent'",
        )
        .bind(workspace.uuid())
        .bind(digest.uuid())
        .bind(period)
        .bind(state.wire())
        .bind(at)
        .bind(sent_at)
        .bind(note)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
