//! Records that were taken away and may still stand in the search index. What is to be forgotten is written down in the
//! transaction that takes a record away, so that a crash in between leaves it on the list.

use sqlx::postgres::PgConnection;

use super::{Result, Store};
use crate::domain::id::WorkspaceId;
use crate::domain::record::{RecordKind, RecordRef};

/// Notes that a record is taken away.
pub(super) async fn note(connection: &mut PgConnection, workspace: WorkspaceId, record: &RecordRef) -> Result<()> {
    sqlx::query("insert into gone_records (workspace_id, kind, id) values ($1, $2, $3) on conflict do nothing")
        .bind(workspace.uuid())
        .bind(record.kind.wire())
        .bind(&record.id)
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// Records the index has yet to forget, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn gone_records(&self, workspace: WorkspaceId, limit: u32) -> Result<Vec<RecordRef>> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("select kind, id from gone_records where workspace_id = $1 order by kind, id limit $2")
                .bind(workspace.uuid())
                .bind(i64::from(limit))
                .fetch_all(&self.pool)
                .await?;
        let named = |(kind, id): (String, String)| Some(RecordRef { kind: RecordKind::parse(&kind)?, id });
        Ok(rows.into_iter().filter_map(named).collect())
    }

    /// Says that the index has forgotten these records.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn mark_forgotten(&self, workspace: WorkspaceId, records: &[RecordRef]) -> Result<()> {
        let (kinds, ids): (Vec<&str>, Vec<&str>) =
            records.iter().map(|record| (record.kind.wire(), record.id.as_str())).unzip();
        sqlx::query(
            "delete from gone_records g using unnest($2::text[], $3::text[]) as r (kind, id)
             where g.workspace_id = $1 and g.kind = r.kind and g.id = r.id",
        )
        .bind(workspace.uuid())
        .bind(kinds)
        .bind(ids)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
