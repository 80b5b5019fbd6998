//! Small facts kept about a workspace, and the leases by which processes take turns at work on it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::types::Json;
use sqlx::{Postgres, Transaction};

use super::{Result, Store};
use crate::domain::id::WorkspaceId;

/// The right to do one sort of work on a workspace, alone among all processes. Ends when it is dropped.
#[derive(Debug)]
pub struct Lease {
    /// The lock lives as long as this transaction, which nothing else happens in.
    _transaction: Transaction<'static, Postgres>,
}

impl Store {
    /// What is kept under `key`; none when there is nothing, or when an earlier version kept it in another shape.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn meta<T: DeserializeOwned>(&self, workspace: WorkspaceId, key: &str) -> Result<Option<T>> {
        let kept: Option<Json<serde_json::Value>> =
            sqlx::query_scalar("select value from workspace_meta where workspace_id = $1 and key = $2")
                .bind(workspace.uuid())
                .bind(key)
                .fetch_optional(&self.pool)
                .await?;
        Ok(kept.and_then(|value| serde_json::from_value(value.0).ok()))
    }

    /// Keeps `value` under `key`, in place of what was kept there.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn put_meta<T: Serialize + Sync>(&self, workspace: WorkspaceId, key: &str, value: &T) -> Result<()> {
        sqlx::query(
            "insert into workspace_meta (workspace_id, key, value) values ($1, $2, $3)
             on conflict on constraint workspace_meta_pkey do update set value = excluded.value",
        )
        .bind(workspace.uuid())
        .bind(key)
        .bind(Json(serde_json::to_value(value)?))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Waits for the turn to do `work` on the workspace. Holds one connection.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn lease(&self, workspace: WorkspaceId, work: &str) -> Result<Lease> {
        let mut transaction = self.begin().await?;
        sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind(format!("{workspace}/{work}"))
            .execute(&mut *transaction)
            .await?;
        Ok(Lease { _transaction: transaction })
    }
}
