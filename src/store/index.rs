//! What the projections of the records have not seen. Every searchable record has a revision that moves on with each
//! change, and for each projection the revision it holds; a projection is behind where they differ.

use sqlx::FromRow;

use super::{Result, Store, record};
use crate::domain::id::WorkspaceId;
use crate::domain::record::{Record, RecordKind, RecordRef};

/// What is made from the records for searching, and can be thrown away and made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// The terms of their passages.
    Words,
    /// The vectors of what they mean.
    Meaning,
}

/// A record a projection is behind on.
#[derive(Clone, Debug, PartialEq)]
pub struct Behind {
    /// The record.
    pub record: Record,
    /// Its name.
    pub reference: RecordRef,
    /// The revision to report with [`Store::mark_projected`].
    pub revision: i64,
}

#[derive(FromRow)]
struct RevisionRow {
    kind: String,
    id: String,
    revision: i64,
}

macro_rules! mark {
    ($column:literal, $table:literal) => {
        concat!(
            "update ",
            $table,
            " t set ",
            $column,
            " = greatest(t.",
            $column,
            ", r.revision) from unnest($2::text[], $3::bigint[]) as r (id, revision)
              where t.workspace_id = $1 and t.id = r.id"
        )
    };
}

macro_rules! forget {
    ($column:literal, $table:literal) => {
        concat!("update ", $table, " set ", $column, " = 0 where workspace_id = $1")
    };
}

macro_rules! behind {
    ($column:literal) => {
        concat!(
            "select 'call' as kind, id, revision from calls where workspace_id = $1 and ",
            $column,
            " < revision union all
             select 'email', id, revision from emails where workspace_id = $1 and ",
            $column,
            " < revision union all
             select 'signal', id, revision from signals where workspace_id = $1 and ",
            $column,
            " < revision union all
             select 'note', id, revision from notes where workspace_id = $1 and ",
            $column,
            " < revision union all
             select 'project', id, revision from projects where workspace_id = $1 and ",
            $column,
            " < revision union all
             select 'release', id, revision from releases where workspace_id = $1 and ",
            $column,
            " < revision"
        )
    };
}

/// The statements of a projection.
struct Statements {
    /// What it is behind on, at most `$2`.
    behind: &'static str,
    /// How much it is behind on.
    count: &'static str,
    /// For each kind: what marks records as seen, and what forgets that they were.
    of_kind: [(RecordKind, &'static str, &'static str); 6],
}

macro_rules! statements {
    ($column:literal) => {
        Statements {
            behind: concat!(behind!($column), " limit $2"),
            count: concat!("select count(*) from (", behind!($column), ") t"),
            of_kind: [
                (RecordKind::Call, mark!($column, "calls"), forget!($column, "calls")),
                (RecordKind::Email, mark!($column, "emails"), forget!($column, "emails")),
                (RecordKind::Signal, mark!($column, "signals"), forget!($column, "signals")),
                (RecordKind::Note, mark!($column, "notes"), forget!($column, "notes")),
                (RecordKind::Project, mark!($column, "projects"), forget!($column, "projects")),
                (RecordKind::Release, mark!($column, "releases"), forget!($column, "releases")),
            ],
        }
    };
}

const WORDS: Statements = statements!("indexed_revision");
const MEANING: Statements = statements!("embedded_revision");

impl Projection {
    fn statements(self) -> &'static Statements {
        match self {
            Self::Words => &WORDS,
            Self::Meaning => &MEANING,
        }
    }
}

impl Store {
    /// Records a projection is behind on, at most `limit`. The revision is taken before the record, so that a change in
    /// between is seen as one more record to index, never as indexed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn behind(&self, workspace: WorkspaceId, projection: Projection, limit: u32) -> Result<Vec<Behind>> {
        let mut connection = self.read().await?;
        let rows: Vec<RevisionRow> = sqlx::query_as(projection.statements().behind)
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
                Some(Behind { record, reference, revision })
            })
            .collect())
    }

    /// Says that a projection holds these records as of these revisions.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn mark_projected(
        &self,
        workspace: WorkspaceId,
        projection: Projection,
        records: &[(RecordRef, i64)],
    ) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let mut transaction = self.write_derived(workspace).await?;
        for (kind, mark, _) in projection.statements().of_kind {
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

    /// Says that a projection holds nothing of the workspace.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn forget_projected(&self, workspace: WorkspaceId, projection: Projection) -> Result<()> {
        let mut transaction = self.write_derived(workspace).await?;
        for (_, _, forget) in projection.statements().of_kind {
            sqlx::query(forget).bind(workspace.uuid()).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// How many records a projection is behind on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn count_behind(&self, workspace: WorkspaceId, projection: Projection) -> Result<u64> {
        let count: i64 =
            sqlx::query_scalar(projection.statements().count).bind(workspace.uuid()).fetch_one(&self.pool).await?;
        Ok(count.unsigned_abs())
    }
}
