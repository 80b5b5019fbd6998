//! Which records the vector index has not seen. Every indexable record has a revision that moves on with each change, and
//! the revision that is indexed; the index is behind where they differ.

use sqlx::FromRow;

use super::{Result, Store, record};
use crate::domain::id::WorkspaceId;
use crate::domain::record::{Record, RecordKind, RecordRef};

/// A record the index is behind on.
#[derive(Clone, Debug, PartialEq)]
pub struct Unindexed {
    /// The record.
    pub record: Record,
    /// Its name.
    pub reference: RecordRef,
    /// The revision to report with [`Store::mark_indexed`].
    pub revision: i64,
}

#[derive(FromRow)]
struct RevisionRow {
    kind: String,
    id: String,
    revision: i64,
}

macro_rules! mark {
    ($table:literal) => {
        concat!(
            "update ",
            $table,
            " t set indexed_revision = greatest(t.indexed_revision, r.revision)
              from unnest($2::text[], $3::bigint[]) as r (id, revision)
              where t.workspace_id = $1 and t.id = r.id"
        )
    };
}

/// The kinds that are indexed, with the statements that say so and forget it.
const INDEXED: [(RecordKind, &str, &str); 6] = [
    (RecordKind::Call, mark!("calls"), "update calls set indexed_revision = 0 where workspace_id = $1"),
    (RecordKind::Email, mark!("emails"), "update emails set indexed_revision = 0 where workspace_id = $1"),
    (RecordKind::Signal, mark!("signals"), "update signals set indexed_revision = 0 where workspace_id = $1"),
    (RecordKind::Note, mark!("notes"), "update notes set indexed_revision = 0 where workspace_id = $1"),
    (RecordKind::Project, mark!("projects"), "update projects set indexed_revision = 0 where workspace_id = $1"),
    (RecordKind::Release, mark!("releases"), "update releases set indexed_revision = 0 where workspace_id = $1"),
];

impl Store {
    /// Records the index is behind on, at most `limit`. The revision is taken before the record, so that a change in
    /// between is seen as one more record to index, never as indexed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn unindexed(&self, workspace: WorkspaceId, limit: u32) -> Result<Vec<Unindexed>> {
        let mut connection = self.read().await?;
        let rows: Vec<RevisionRow> = sqlx::query_as(
            "select 'call' as kind, id, revision from calls where workspace_id = $1 and indexed_revision < revision
             union all
             select 'email', id, revision from emails where workspace_id = $1 and indexed_revision < revision
             union all
             select 'signal', id, revision from signals where workspace_id = $1 and indexed_revision < revision
             union all
             select 'note', id, revision from notes where workspace_id = $1 and indexed_revision < revision
             union all
             select 'project', id, revision from projects where workspace_id = $1 and indexed_revision < revision
             union all
             select 'release', id, revision from releases where workspace_id = $1 and indexed_revision < revision
             limit $2",
        )
        .bind(workspace.uuid())
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        let wanted: Vec<(RecordRef, i64)> = rows
            .into_iter()
            .filter_map(|row| Some((RecordRef { kind: RecordKind::parse(&row.kind)?, id: row.id }, row.revision)))
            .collect();
        let references = wanted.iter().map(|(reference, _)| reference);
        let mut records = record::by_refs(&mut connection, workspace, references).await?;
        Ok(wanted
            .into_iter()
            .filter_map(|(reference, revision)| {
                let record = records.remove(&reference)?;
                Some(Unindexed { record, reference, revision })
            })
            .collect())
    }

    /// Says that the index holds these records as of these revisions.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn mark_indexed(&self, workspace: WorkspaceId, records: &[(RecordRef, i64)]) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let mut transaction = self.write(workspace).await?;
        for (kind, mark, _) in INDEXED {
            let (ids, revisions): (Vec<&str>, Vec<i64>) = records
                .iter()
                .filter(|(record, _)| record.kind == kind)
                .map(|(record, revision)| (record.id.as_str(), *revision))
                .unzip();
            if !ids.is_empty() {
                sqlx::query(mark).bind(workspace.uuid()).bind(ids).bind(revisions).execute(&mut *transaction).await?;
            }
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Says that the index holds nothing of the workspace.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn mark_all_unindexed(&self, workspace: WorkspaceId) -> Result<()> {
        let mut transaction = self.write(workspace).await?;
        for (_, _, forget) in INDEXED {
            sqlx::query(forget).bind(workspace.uuid()).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// How many records the index is behind on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn count_unindexed(&self, workspace: WorkspaceId) -> Result<u64> {
        let count: i64 = sqlx::query_scalar(
            "select (select count(*) from calls where workspace_id = $1 and indexed_revision < revision)
                  + (select count(*) from emails where workspace_id = $1 and indexed_revision < revision)
                  + (select count(*) from signals where workspace_id = $1 and indexed_revision < revision)
                  + (select count(*) from notes where workspace_id = $1 and indexed_revision < revision)
                  + (select count(*) from projects where workspace_id = $1 and indexed_revision < revision)
                  + (select count(*) from releases where workspace_id = $1 and indexed_revision < revision)",
        )
        .bind(workspace.uuid())
        .fetch_one(&self.pool)
        .await?;
        Ok(count.unsigned_abs())
    }
}
