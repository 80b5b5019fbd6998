//! Digests, what each of them said, and how accounts stood in them.
//!
//! Plans: `digests_due_idx` for what is due, the primary keys for everything else; the accounts of a digest as a list finds
//! them, at most [`FOLLOWED`] of them.

mod alert;
mod edition;
mod watched;

use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::put::without_nul;
use super::{Result, Store, StoreError, task};
use crate::domain::digest::{Destination, Digest, Schedule, Watching};
use crate::domain::id::{DigestId, WorkspaceId};
use crate::domain::task::Task;
use crate::domain::time::{Moment, Zone};

pub use alert::KeptAlert;
pub use edition::{EditionRecord, EditionState, MadeEdition};
pub use watched::{FOLLOWED, WatchedAccount};

/// Digests of a workspace at most.
const MOST: i64 = 1_000;

const SELECT: &str =
    "select id, name, owner_email, destination, cron, zone, accounts, alerts, next_at::text, last_at::text, problem
    from digests where workspace_id = $1";

impl FromRow<'_, PgRow> for Digest {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let wrong = |column: &str, reason: String| sqlx::Error::ColumnDecode {
            index: column.to_owned(),
            source: reason.into(),
        };
        let (cron, zone): (String, String) = (row.try_get("cron")?, row.try_get("zone")?);
        let zone = Zone::named(&zone).map_err(|reason| wrong("zone", reason))?;
        let Json(accounts): Json<Watching> = row.try_get("accounts")?;
        let next_at: Option<Moment> = row.try_get("next_at")?;
        Ok(Self {
            id: row.try_get::<Uuid, _>("id")?.into(),
            name: row.try_get("name")?,
            owner: row.try_get("owner_email")?,
            to: Destination::read(row.try_get("destination")?).map_err(|reason| wrong("destination", reason))?,
            schedule: Schedule::in_zone(&cron, zone).map_err(|reason| wrong("cron", reason))?,
            accounts,
            alerts: row.try_get("alerts")?,
            next_at,
            last_at: row.try_get("last_at")?,
            problem: row.try_get("problem")?,
        })
    }
}

impl Store {
    /// Keeps a digest, new or changed, and writes down the task that sends it next.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn put_digest(&self, workspace: WorkspaceId, digest: &Digest, by: &str, now: Moment) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "insert into digests (workspace_id, id, name, owner_email, destination, cron, zone, accounts, next_at, last_at,
                                  problem, added_by, added_at, alerts)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             on conflict on constraint digests_pkey do update set
                 name = excluded.name, owner_email = excluded.owner_email, destination = excluded.destination,
                 cron = excluded.cron, zone = excluded.zone, accounts = excluded.accounts, next_at = excluded.next_at,
                 problem = excluded.problem, alerts = excluded.alerts",
        )
        .bind(workspace.uuid())
        .bind(digest.id.uuid())
        .bind(without_nul(&digest.name))
        .bind(&digest.owner)
        .bind(digest.to.to_string())
        .bind(digest.schedule.cron())
        .bind(digest.schedule.zone().name())
        .bind(Json(&digest.accounts))
        .bind(digest.next_at)
        .bind(digest.last_at)
        .bind(&digest.problem)
        .bind(by)
        .bind(now)
        .bind(digest.alerts)
        .execute(&mut *transaction)
        .await?;
        if let Some(next_at) = digest.next_at {
            task::enqueue(&mut transaction, &Task::SendDigest { workspace, digest: digest.id }, Some(next_at)).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// All digests, by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn digests(&self, workspace: WorkspaceId) -> Result<Vec<Digest>> {
        let query = sqlx::AssertSqlSafe(format!("{SELECT} order by lower(name), id limit $2"));
        Ok(sqlx::query_as(query).bind(workspace.uuid()).bind(MOST).fetch_all(&self.pool).await?)
    }

    /// A digest.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn digest(&self, workspace: WorkspaceId, id: DigestId) -> Result<Digest> {
        let query = sqlx::AssertSqlSafe(format!("{SELECT} and id = $2"));
        let found = sqlx::query_as(query).bind(workspace.uuid()).bind(id.uuid()).fetch_optional(&self.pool).await?;
        found.ok_or_else(|| no_digest(&id.to_string()))
    }

    /// Digests that are due at `now`, the longest due first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn due_digests(&self, workspace: WorkspaceId, now: Moment) -> Result<Vec<DigestId>> {
        let due: Vec<Uuid> = sqlx::query_scalar(
            "select id from digests where workspace_id = $1 and next_at <= $2 order by next_at, id limit $3",
        )
        .bind(workspace.uuid())
        .bind(now)
        .bind(MOST)
        .fetch_all(&self.pool)
        .await?;
        Ok(due.into_iter().map(DigestId::from).collect())
    }

    /// Takes a digest away, with what it said.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn remove_digest(&self, workspace: WorkspaceId, id: DigestId) -> Result<()> {
        let gone = sqlx::query("delete from digests where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(id.uuid())
            .execute(&self.pool)
            .await?;
        if gone.rows_affected() == 0 { Err(no_digest(&id.to_string())) } else { Ok(()) }
    }

    /// Says when a digest comes next, when it came last, and what went wrong with it; writes down the task that sends it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn advance_digest(
        &self,
        workspace: WorkspaceId,
        id: DigestId,
        (next_at, came_at): (Option<Moment>, Option<Moment>),
        problem: Option<&str>,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        // One that was paused meanwhile rests.
        let next: Option<Option<String>> = sqlx::query_scalar(
            "update digests set next_at = case when next_at is null then null else $3::timestamptz end,
                                last_at = coalesce($4::timestamptz, last_at), problem = $5
             where workspace_id = $1 and id = $2 returning next_at::text",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .bind(next_at)
        .bind(came_at)
        .bind(problem)
        .fetch_optional(&mut *transaction)
        .await?;
        if let (Some(Some(_)), Some(next_at)) = (next, next_at) {
            task::enqueue(&mut transaction, &Task::SendDigest { workspace, digest: id }, Some(next_at)).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// What is said of a digest that is not there.
pub(super) fn no_digest(named: &str) -> StoreError {
    StoreError::NotFound(format!("There is no digest `{named}`; `success-agent digest list` shows them."))
}
