//! Records that a system outside has no more: taken away, with all that follows from that.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::change::Changed;
use super::put::Touched;
use super::{Result, Store, gone};
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::record::{RecordKind, RecordRef};

/// The table a kind of record is kept in, where one record of it can be taken away by its identifier.
pub(super) fn table(kind: RecordKind) -> Option<&'static str> {
    Some(match kind {
        RecordKind::Call => "calls",
        RecordKind::Email => "emails",
        RecordKind::Signal => "signals",
        RecordKind::RevenueSource => "revenue_sources",
        RecordKind::PaymentEvent => "payment_events",
        RecordKind::Deal => "deals",
        RecordKind::Project => "projects",
        RecordKind::Note => "notes",
        RecordKind::Release => "releases",
        RecordKind::Meeting => "calendar_meetings",
        RecordKind::Account | RecordKind::Usage | RecordKind::Commitment | RecordKind::Request | RecordKind::Team => {
            return None;
        }
    })
}

impl Store {
    /// Takes records away in one transaction; gives how many there were. Accounts and days of usage stay. Plan: the primary
    /// key of each kind.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn take_away(&self, workspace: WorkspaceId, records: &[RecordRef]) -> Result<u64> {
        let mut by_kind: BTreeMap<RecordKind, Vec<&str>> = BTreeMap::new();
        for record in records {
            by_kind.entry(record.kind).or_default().push(&record.id);
        }
        let mut transaction = self.write(workspace).await?;
        let (mut touched, mut releases, mut taken) = (Touched::default(), false, 0);
        for (kind, ids) in by_kind {
            let Some(table) = table(kind) else { continue };
            let account = if kind == RecordKind::Release { "null::uuid" } else { "account_id" };
            let gone: Vec<(String, Option<Uuid>)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
                "delete from {table} where workspace_id = $1 and id = any($2) returning id, {account}"
            )))
            .bind(workspace.uuid())
            .bind(ids)
            .fetch_all(&mut *transaction)
            .await?;
            taken += gone.len() as u64;
            releases |= kind == RecordKind::Release && !gone.is_empty();
            for (id, account) in gone {
                touched.note(kind, account);
                gone::note(&mut transaction, workspace, &RecordRef { kind, id }).await?;
            }
        }
        touched.save(&mut transaction, workspace).await?;
        let changed = Changed::of(touched.accounts().map(AccountId::from)).and_releases(releases);
        transaction.commit(changed).await?;
        Ok(taken)
    }
}
