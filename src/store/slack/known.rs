//! What Slack says of users and channels, kept for some minutes so that it is not asked again with every message.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::types::Json;

use crate::domain::id::WorkspaceId;
use crate::domain::time::Moment;
use crate::store::put::storable;
use crate::store::{Result, Store};

impl Store {
    /// What is known of `id` and was asked for after `since`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn slack_known<T: DeserializeOwned>(
        &self,
        workspace: WorkspaceId,
        team: &str,
        id: &str,
        since: impl Into<Moment>,
    ) -> Result<Option<T>> {
        let since = since.into();
        let known: Option<Json<serde_json::Value>> = sqlx::query_scalar(
            "select known from slack_known where workspace_id = $1 and team = $2 and id = $3 and checked_at > $4",
        )
        .bind(workspace.uuid())
        .bind(team)
        .bind(id)
        .bind(since)
        .fetch_optional(&self.pool)
        .await?;
        Ok(known.and_then(|known| serde_json::from_value(known.0).ok()))
    }

    /// Keeps what Slack said of `id`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn put_slack_known<T: Serialize + Sync>(
        &self,
        workspace: WorkspaceId,
        team: &str,
        id: &str,
        known: &T,
        at: impl Into<Moment>,
    ) -> Result<()> {
        let at = at.into();
        sqlx::query(
            "insert into slack_known (workspace_id, team, id, known, checked_at) values ($1, $2, $3, $4, $5)
             on conflict on constraint slack_known_pkey do update set
                known = excluded.known, checked_at = excluded.checked_at",
        )
        .bind(workspace.uuid())
        .bind(team)
        .bind(id)
        .bind(storable(known)?)
        .bind(at)
        .execute(&self.relaxed)
        .await?;
        Ok(())
    }

    /// What was known of `id` is out of date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn forget_slack_known(&self, workspace: WorkspaceId, team: &str, id: &str) -> Result<()> {
        sqlx::query("delete from slack_known where workspace_id = $1 and team = $2 and id = $3")
            .bind(workspace.uuid())
            .bind(team)
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
