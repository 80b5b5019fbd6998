//! How many records of each kind there are, how old and how new.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Store, account as accounts};
use crate::domain::id::WorkspaceId;
use crate::domain::record::RecordKind;

/// The records of one kind of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindSpan {
    /// The kind.
    pub kind: RecordKind,
    /// How many the account has. Releases are counted for the whole workspace.
    pub count: u64,
    /// When the oldest happened.
    pub oldest: Option<DateTime<Utc>>,
    /// When the newest happened.
    pub newest: Option<DateTime<Utc>>,
    /// Whether any account of the workspace has records of this kind.
    pub connected: bool,
}

#[derive(FromRow)]
struct SpanRow {
    kind: String,
    count: i64,
    oldest: Option<DateTime<Utc>>,
    newest: Option<DateTime<Utc>>,
    connected: bool,
}

macro_rules! span {
    ($kind:literal, $table:literal, $at:literal) => {
        concat!(
            "select '",
            $kind,
            "' as kind, count(*) as count, min(",
            $at,
            ") as oldest, max(",
            $at,
            ") as newest, exists (select 1 from ",
            $table,
            " where workspace_id = $1) as connected from ",
            $table,
            " where workspace_id = $1 and account_id = $2"
        )
    };
}

/// ($1 workspace, $2 account)
const SPANS: &str = concat!(
    span!("call", "calls", "started_at"),
    " union all ",
    span!("email", "emails", "sent_at"),
    " union all ",
    span!("signal", "signals", "occurred_at"),
    " union all ",
    span!("revenue_source", "revenue_sources", "starts_on::timestamp at time zone 'UTC'"),
    " union all ",
    span!("payment_event", "payment_events", "occurred_at"),
    " union all ",
    span!("usage", "usage_days", "day::timestamp at time zone 'UTC'"),
    " union all ",
    span!("deal", "deals", "closed_at"),
    " union all ",
    span!("project", "projects", "updated_at"),
    " union all ",
    span!("note", "notes", "written_at"),
    " union all ",
    span!("commitment", "commitments", "occurred_at"),
    " union all ",
    span!("request", "requests", "occurred_at"),
    " union all select 'release', count(*), min(shipped_at), max(shipped_at), count(*) > 0 from releases
      where workspace_id = $1"
);

impl Store {
    /// How many records of each kind an account has, with the dates of the oldest and the newest; kinds without a record
    /// are there with a count of 0.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn counts(&self, workspace: WorkspaceId, account: &str) -> Result<Vec<KindSpan>> {
        let mut connection = self.read().await?;
        let account = accounts::id_of(&mut connection, workspace, account).await?;
        let rows: Vec<SpanRow> =
            sqlx::query_as(SPANS).bind(workspace.uuid()).bind(account.uuid()).fetch_all(&mut *connection).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                Some(KindSpan {
                    kind: RecordKind::parse(&row.kind)?,
                    count: row.count.unsigned_abs(),
                    oldest: row.oldest,
                    newest: row.newest,
                    connected: row.connected,
                })
            })
            .collect())
    }

    /// How many records of each of `kinds` the whole workspace has, in their order; they are counted as they come and go.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn workspace_counts(
        &self,
        workspace: WorkspaceId,
        kinds: &[RecordKind],
    ) -> Result<Vec<(RecordKind, u64)>> {
        let counts: Vec<(String, i64)> = sqlx::query_as(
            "select 'account', accounts from workspaces where id = $1
             union all select kind, records from record_counts where workspace_id = $1",
        )
        .bind(workspace.uuid())
        .fetch_all(&self.pool)
        .await?;
        let counts: HashMap<String, i64> = counts.into_iter().collect();
        let count = |kind: RecordKind| counts.get(kind.wire()).copied().unwrap_or_default().unsigned_abs();
        Ok(kinds.iter().map(|kind| (*kind, count(*kind))).collect())
    }
}
