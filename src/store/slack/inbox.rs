//! What was received from Slack and sorted, until it is done.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::domain::id::WorkspaceId;
use crate::domain::time::Moment;
use crate::store::{Result, Store, StoreError};

/// Something received, as it was written down.
#[derive(Clone, Debug)]
pub struct InboxRow {
    /// Its identifier.
    pub id: Uuid,
    /// What sort it is.
    pub kind: String,
    /// What was received.
    pub body: Value,
    /// Whether it is done.
    pub done: bool,
    /// When it was received.
    pub received_at: DateTime<Utc>,
}

impl FromRow<'_, PgRow> for InboxRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let Json(body) = row.try_get("body")?;
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            body,
            done: row.try_get::<String, _>("state")? == "done",
            received_at: row.try_get("received_at")?,
        })
    }
}

impl Store {
    /// Something that was received.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not there (any more).
    pub async fn slack_item(&self, workspace: WorkspaceId, inbox: Uuid) -> Result<InboxRow> {
        sqlx::query_as("select id, kind, body, state, received_at from slack_inbox where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(inbox)
            .fetch_optional(&self.pool)
            .await?
            .ok_or_else(|| StoreError::NotFound("What was received from Slack is not kept any more.".to_owned()))
    }

    /// It is done; what it said is forgotten, only its key is kept.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn finish_slack_item(&self, workspace: WorkspaceId, inbox: Uuid) -> Result<()> {
        sqlx::query("update slack_inbox set state = 'done', body = '{}' where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(inbox)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Forgets what is done and older than `before`, a bounded number at a time, and what could not be sorted since;
    /// gives the number of the former.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn prune_slack(&self, before: impl Into<Moment>) -> Result<u64> {
        let before = before.into();
        let gone = sqlx::query(
            "delete from slack_inbox where (workspace_id, id) in (
                select workspace_id, id from slack_inbox
                where received_at < $1 and state in ('done', 'context', 'taken') order by received_at limit 5000)",
        )
        .bind(before)
        .execute(&self.pool)
        .await?;
        sqlx::query("delete from slack_received where received_at < $1").bind(before).execute(&self.pool).await?;
        Ok(gone.rows_affected())
    }
}
