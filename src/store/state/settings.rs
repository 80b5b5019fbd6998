//! The weights and thresholds people set for a workspace, and who set them when.
//!
//! Plans: the latest by the primary key backwards.

use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row};

use crate::domain::health::HealthConfig;
use crate::domain::id::WorkspaceId;
use crate::domain::task::Task;
use crate::domain::time::Moment;
use crate::store::put::without_nul;
use crate::store::{Result, Store, StoreError, task};

/// Weights and thresholds somebody set.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthSetting {
    /// Its number; the highest holds.
    pub version: i64,
    /// What was set; none: those of the configuration again.
    pub rules: Option<HealthConfig>,
    /// Who.
    pub by: String,
    /// What for.
    pub note: Option<String>,
    /// When.
    pub at: Moment,
}

impl FromRow<'_, PgRow> for HealthSetting {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            version: row.try_get("version")?,
            rules: row.try_get::<Option<Json<HealthConfig>>, _>("rules")?.map(|rules| rules.0),
            by: row.try_get("changed_by")?,
            note: row.try_get("note")?,
            at: row.try_get("changed_at")?,
        })
    }
}

impl Store {
    /// What was set, the latest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn health_settings(&self, workspace: WorkspaceId, most: u32) -> Result<Vec<HealthSetting>> {
        Ok(sqlx::query_as(
            "select version, rules, changed_by, note, changed_at::text from health_settings where workspace_id = $1
             order by version desc limit $2",
        )
        .bind(workspace.uuid())
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?)
    }

    /// Sets weights and thresholds, and writes down that all scores are to be computed anew. `after` is the version
    /// whoever sets them has seen, 0 for none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else set some meanwhile.
    pub async fn put_health_setting(
        &self,
        workspace: WorkspaceId,
        after: i64,
        rules: Option<&HealthConfig>,
        (by, note): (&str, Option<&str>),
        now: Moment,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        let set = sqlx::query(
            "insert into health_settings (workspace_id, version, rules, changed_by, note, changed_at)
             select $1, $2 + 1, $3, $4, $5, $6
             where $2 = coalesce((select max(version) from health_settings where workspace_id = $1), 0)
             on conflict on constraint health_settings_pkey do nothing",
        )
        .bind(workspace.uuid())
        .bind(after)
        .bind(rules.map(Json))
        .bind(without_nul(by))
        .bind(note.map(without_nul))
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        if set.rows_affected() == 0 {
            return Err(StoreError::Conflict(
                "Somebody else changed these settings meanwhile; look at them again, then change them.".to_owned(),
            ));
        }
        task::enqueue(&mut transaction, &Task::RefreshStates { workspace }, None).await?;
        transaction.commit().await?;
        Ok(())
    }
}
