//! How many records of each kind there are, how old and how new.

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

    /// How many records of each of `kinds` the whole workspace has, in their order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn workspace_counts(
        &self,
        workspace: WorkspaceId,
        kinds: &[RecordKind],
    ) -> Result<Vec<(RecordKind, u64)>> {
        let mut connection = self.read().await?;
        let mut counts = Vec::with_capacity(kinds.len());
        for kind in kinds {
            let count: i64 =
                sqlx::query_scalar(count_all(*kind)).bind(workspace.uuid()).fetch_one(&mut *connection).await?;
            counts.push((*kind, count.unsigned_abs()));
        }
        Ok(counts)
    }
}

fn count_all(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Account => "select accounts from workspaces where id = $1",
        RecordKind::Call => "select count(*) from calls where workspace_id = $1",
        RecordKind::Email => "select count(*) from emails where workspace_id = $1",
        RecordKind::Signal => "select count(*) from signals where workspace_id = $1",
        RecordKind::RevenueSource => "select count(*) from revenue_sources where workspace_id = $1",
        RecordKind::PaymentEvent => "select count(*) from payment_events where workspace_id = $1",
        RecordKind::Usage => "select count(*) from usage_days where workspace_id = $1",
        RecordKind::Deal => "select count(*) from deals where workspace_id = $1",
        RecordKind::Project => "select count(*) from projects where workspace_id = $1",
        RecordKind::Note => "select count(*) from notes where workspace_id = $1",
        RecordKind::Release => "select count(*) from releases where workspace_id = $1",
        RecordKind::Commitment => "select count(*) from commitments where workspace_id = $1",
        RecordKind::Request => "select count(*) from requests where workspace_id = $1",
    }
}
