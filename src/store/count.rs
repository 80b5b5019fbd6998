//! How many records of each kind there are, how old and how new.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{AccountData, Result, Store};
use crate::domain::id::WorkspaceId;
use crate::domain::record::RecordKind;
use crate::domain::time::{Moment, midnight};

/// The records of one kind of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindSpan {
    /// The kind.
    pub kind: RecordKind,
    /// How many the account has. Releases are counted for the whole workspace.
    pub count: u64,
    /// When the oldest happened.
    pub oldest: Option<Moment>,
    /// When the newest happened.
    pub newest: Option<Moment>,
    /// Whether any account of the workspace has records of this kind.
    pub connected: bool,
}

/// Records of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Span {
    /// The kind.
    pub kind: RecordKind,
    /// How many there are.
    pub count: u64,
    /// When the oldest happened.
    pub oldest: Option<Moment>,
    /// When the newest happened.
    pub newest: Option<Moment>,
}

impl Span {
    fn of(kind: RecordKind, times: impl IntoIterator<Item = Option<Moment>>) -> Self {
        let none = Self { kind, count: 0, oldest: None, newest: None };
        times.into_iter().fold(none, |so_far, time| Self {
            count: so_far.count + 1,
            oldest: [so_far.oldest, time].into_iter().flatten().min(),
            newest: so_far.newest.max(time),
            ..so_far
        })
    }

    /// The same, where it is known whether any account has records of this kind.
    pub(super) fn where_connected(self, connected: bool) -> KindSpan {
        let Self { kind, count, oldest, newest } = self;
        KindSpan { kind, count, oldest, newest, connected }
    }
}

/// Those of the account `a` that are not listed with its data.
pub(super) const OTHERS_OF_ACCOUNT: &str = "
    select 'project' as kind, count(*) as count, min(t.updated_at) as oldest, max(t.updated_at) as newest
    from projects t where t.workspace_id = a.workspace_id and t.account_id = a.id
    union all
    select 'note', count(*), min(t.written_at), max(t.written_at)
    from notes t where t.workspace_id = a.workspace_id and t.account_id = a.id
    union all
    select 'request', count(*), min(t.occurred_at), max(t.occurred_at)
    from requests t where t.workspace_id = a.workspace_id and t.account_id = a.id";

impl AccountData {
    /// How many records of each kind the account has, with the dates of the oldest and the newest; kinds without a record
    /// are there with a count of 0. Its usage has to be there from the first day on.
    pub(super) fn spans(&self) -> Vec<Span> {
        let Self { revenue, ignored, payments, usage, signals, deals, commitments, contacts, others, .. } = self;
        let met = |kind| contacts.iter().filter(move |(_, record)| record.kind == kind).map(|(at, _)| Some(*at));
        let begins = |day: Option<NaiveDate>| day.map(midnight);
        let sources = revenue.iter().chain(ignored.iter().map(|(source, _)| source));
        let mut spans = vec![
            Span::of(RecordKind::Call, met(RecordKind::Call)),
            Span::of(RecordKind::Email, met(RecordKind::Email)),
            Span::of(RecordKind::Signal, signals.iter().map(|signal| Some(signal.occurred_at))),
            Span::of(RecordKind::RevenueSource, sources.map(|source| begins(source.starts_on))),
            Span::of(RecordKind::PaymentEvent, payments.iter().map(|payment| Some(payment.occurred_at))),
            Span::of(RecordKind::Usage, usage.iter().map(|day| begins(Some(day.day)))),
            Span::of(RecordKind::Deal, deals.iter().map(|deal| deal.closed_at)),
            Span::of(RecordKind::Commitment, commitments.iter().map(|promise| Some(promise.occurred_at))),
        ];
        spans.extend(others);
        spans
    }
}

impl Store {
    /// The releases of a workspace.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub(super) async fn release_span(&self, workspace: WorkspaceId) -> Result<Span> {
        let (count, oldest, newest): (i64, _, _) = sqlx::query_as(
            "select count(*), min(shipped_at)::text, max(shipped_at)::text from releases where workspace_id = $1",
        )
        .bind(workspace.uuid())
        .fetch_one(&self.pool)
        .await?;
        Ok(Span { kind: RecordKind::Release, count: count.unsigned_abs(), oldest, newest })
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
