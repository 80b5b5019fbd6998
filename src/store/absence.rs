//! Who is away, and who stands in for them. Plan: the primary key.

use chrono::NaiveDate;
use sqlx::Row;

use super::put::without_nul;
use super::{Result, Store};
use crate::domain::id::WorkspaceId;
use crate::domain::person::Absence;
use crate::domain::time::Moment;

impl Store {
    /// Keeps that somebody is away, in place of what was kept of them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn put_absence(&self, workspace: WorkspaceId, absence: &Absence, by: &str, now: Moment) -> Result<()> {
        sqlx::query(
            "insert into absences (workspace_id, email, until, stand_in, set_by, set_at) values ($1, $2, $3, $4, $5, $6)
             on conflict on constraint absences_pkey do update set
                 until = excluded.until, stand_in = excluded.stand_in, set_by = excluded.set_by, set_at = excluded.set_at",
        )
        .bind(workspace.uuid())
        .bind(without_nul(&absence.email).to_lowercase())
        .bind(absence.until)
        .bind(without_nul(&absence.stand_in))
        .bind(without_nul(by))
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Keeps that somebody is back; gives whether they were away.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn end_absence(&self, workspace: WorkspaceId, email: &str) -> Result<bool> {
        let ended = sqlx::query("delete from absences where workspace_id = $1 and email = lower($2)")
            .bind(workspace.uuid())
            .bind(email)
            .execute(&self.pool)
            .await?;
        Ok(ended.rows_affected() > 0)
    }

    /// The absence of somebody that lasts on a day.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn absence(&self, workspace: WorkspaceId, email: &str, on: NaiveDate) -> Result<Option<Absence>> {
        let found = sqlx::query(
            "select email, until, stand_in from absences where workspace_id = $1 and email = lower($2) and until >= $3",
        )
        .bind(workspace.uuid())
        .bind(email)
        .bind(on)
        .fetch_optional(&self.pool)
        .await?;
        let absence = |row: sqlx::postgres::PgRow| -> sqlx::Result<Absence> {
            Ok(Absence {
                email: row.try_get("email")?,
                until: row.try_get("until")?,
                stand_in: row.try_get("stand_in")?,
            })
        };
        Ok(found.map(absence).transpose()?)
    }
}
