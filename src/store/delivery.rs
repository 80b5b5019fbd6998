//! Webhook deliveries: what each says has changed, until that was fetched again. Plans: the primary key, and
//! `source_deliveries_open_idx`.

use serde_json::Value;
use sqlx::types::Json;

use super::{Result, Store};
use crate::domain::id::{ConnectionId, WorkspaceId};
use crate::domain::time::Moment;

impl Store {
    /// Writes down what a delivery says has changed; gives whether it came for the first time.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn receive_delivery(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        (id, changed): (&str, &Value),
        now: Moment,
    ) -> Result<bool> {
        let added = sqlx::query(
            "insert into source_deliveries (workspace_id, connection_id, id, changed, received_at)
             values ($1, $2, $3, $4, $5) on conflict on constraint source_deliveries_pkey do nothing",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(id)
        .bind(Json(changed))
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(added.rows_affected() > 0)
    }

    /// Deliveries of which what changed was not fetched yet, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn open_deliveries(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        limit: u32,
    ) -> Result<Vec<(String, Value)>> {
        let rows: Vec<(String, Json<Value>)> = sqlx::query_as(
            "select id, changed from source_deliveries where workspace_id = $1 and connection_id = $2 and not done
             order by received_at, id limit $3",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(id, Json(changed))| (id, changed)).collect())
    }

    /// Says that what these deliveries say was fetched.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn close_deliveries(&self, workspace: WorkspaceId, connection: ConnectionId, ids: &[&str]) -> Result<()> {
        sqlx::query(
            "update source_deliveries set done = true where workspace_id = $1 and connection_id = $2 and id = any($3)",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(ids)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Forgets deliveries that were seen to before a moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn forget_deliveries(&self, workspace: WorkspaceId, before: Moment) -> Result<u64> {
        let gone = sqlx::query("delete from source_deliveries where workspace_id = $1 and done and received_at < $2")
            .bind(workspace.uuid())
            .bind(before)
            .execute(&self.pool)
            .await?;
        Ok(gone.rows_affected())
    }
}
