//! Any record by its kind and id.

use std::collections::HashMap;

use sqlx::FromRow;
use sqlx::postgres::{PgConnection, PgRow};

use super::put::Imported;
use super::{Result, Store, StoreError, reading};
use crate::domain::account::AccountRecord;
use crate::domain::activity::{Call, Commitment, Email, Note, Project, Release, Request, Signal};
use crate::domain::calendar::CalendarMeeting;
use crate::domain::id::WorkspaceId;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::revenue::{Deal, PaymentEvent, RevenueSource, UsageDay};

/// A record that a citation can name: one that was imported, or one read from a call or an e-mail.
#[derive(Clone, Debug, PartialEq)]
pub enum StoredRecord {
    /// As it was imported.
    Imported(Record),
    /// A promise.
    Commitment(Box<Commitment>),
    /// A request.
    Request(Request),
}

/// What a call or an e-mail is called, and whose it is.
pub(super) struct Titled {
    pub(super) record: RecordRef,
    pub(super) title: String,
    pub(super) url: Option<String>,
    pub(super) account: String,
}

async fn of<T>(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[String],
    wrap: fn(T) -> Record,
) -> Result<Vec<Record>>
where
    T: Imported + for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let rows: Vec<T> = sqlx::query_as(T::BY_KEYS).bind(workspace.uuid()).bind(ids).fetch_all(connection).await?;
    Ok(rows.into_iter().map(wrap).collect())
}

/// Imported records of one kind by their ids, in no order; those that are not there are left out.
async fn by_ids(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    kind: RecordKind,
    ids: &[String],
) -> Result<Vec<Record>> {
    match kind {
        RecordKind::Account => of::<AccountRecord>(connection, workspace, ids, Record::Account).await,
        RecordKind::Call => of::<Call>(connection, workspace, ids, Record::Call).await,
        RecordKind::Email => of::<Email>(connection, workspace, ids, Record::Email).await,
        RecordKind::Signal => of::<Signal>(connection, workspace, ids, Record::Signal).await,
        RecordKind::RevenueSource => of::<RevenueSource>(connection, workspace, ids, Record::RevenueSource).await,
        RecordKind::PaymentEvent => of::<PaymentEvent>(connection, workspace, ids, Record::PaymentEvent).await,
        RecordKind::Usage => of::<UsageDay>(connection, workspace, ids, Record::Usage).await,
        RecordKind::Deal => of::<Deal>(connection, workspace, ids, Record::Deal).await,
        RecordKind::Project => of::<Project>(connection, workspace, ids, Record::Project).await,
        RecordKind::Note => of::<Note>(connection, workspace, ids, Record::Note).await,
        RecordKind::Release => of::<Release>(connection, workspace, ids, Record::Release).await,
        RecordKind::Meeting => of::<CalendarMeeting>(connection, workspace, ids, Record::Meeting).await,
        RecordKind::Commitment | RecordKind::Request | RecordKind::Team => Ok(Vec::new()),
    }
}

/// Imported records by their references; those that are not there are left out.
pub(super) async fn by_refs(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    records: impl IntoIterator<Item = &RecordRef>,
) -> Result<HashMap<RecordRef, Record>> {
    let mut ids: HashMap<RecordKind, Vec<String>> = HashMap::new();
    for record in records {
        ids.entry(record.kind).or_default().push(record.id.clone());
    }
    let mut found = HashMap::new();
    for (kind, ids) in ids {
        for record in by_ids(connection, workspace, kind, &ids).await? {
            found.insert(record.reference(), record);
        }
    }
    Ok(found)
}

impl Store {
    /// The record a reference names.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming it.
    pub async fn record(&self, workspace: WorkspaceId, record: &RecordRef) -> Result<StoredRecord> {
        let mut connection = self.read().await?;
        let ids = std::slice::from_ref(&record.id);
        let found = match record.kind {
            RecordKind::Commitment => reading::commitments_by_id(&mut connection, workspace, ids)
                .await?
                .pop()
                .map(Box::new)
                .map(StoredRecord::Commitment),
            RecordKind::Request => {
                reading::requests_by_id(&mut connection, workspace, ids).await?.pop().map(StoredRecord::Request)
            }
            kind => by_ids(&mut connection, workspace, kind, ids).await?.pop().map(StoredRecord::Imported),
        };
        found.ok_or_else(|| {
            StoreError::NotFound(format!("There is no {} `{}` in this workspace.", record.kind.label(), record.id))
        })
    }

    /// Titles (or subjects) and addresses of calls and e-mails by their references, without a look at their words; others,
    /// and those that are not there, are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn titles(
        &self,
        workspace: WorkspaceId,
        records: &[RecordRef],
    ) -> Result<HashMap<RecordRef, (String, Option<String>)>> {
        let found = self.titles_and_accounts(workspace, records).await?;
        Ok(found.into_iter().map(|found| (found.record, (found.title, found.url))).collect())
    }

    /// See [`Store::titles`].
    pub(super) async fn titles_and_accounts(
        &self,
        workspace: WorkspaceId,
        records: &[RecordRef],
    ) -> Result<Vec<Titled>> {
        let ids = |kind: RecordKind| -> Vec<&str> {
            records.iter().filter(|record| record.kind == kind).map(|record| record.id.as_str()).collect()
        };
        let rows: Vec<(bool, String, String, Option<String>, String)> = sqlx::query_as(
            "select t.call, t.id, t.title, t.url, a.domain
             from (select true as call, id, title, url, account_id from calls where workspace_id = $1 and id = any($2)
                   union all
                   select false, id, subject, url, account_id from emails where workspace_id = $1 and id = any($3)) t
             join accounts a on a.workspace_id = $1 and a.id = t.account_id",
        )
        .bind(workspace.uuid())
        .bind(ids(RecordKind::Call))
        .bind(ids(RecordKind::Email))
        .fetch_all(&mut *self.read().await?)
        .await?;
        let titled = rows.into_iter().map(|(call, id, title, url, account)| {
            let kind = if call { RecordKind::Call } else { RecordKind::Email };
            Titled { record: RecordRef { kind, id }, title, url, account }
        });
        Ok(titled.collect())
    }

    /// Imported records by their references, in the order asked for; those that are not there are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn records(&self, workspace: WorkspaceId, records: &[RecordRef]) -> Result<Vec<Record>> {
        let mut found = by_refs(&mut *self.read().await?, workspace, records).await?;
        Ok(records.iter().filter_map(|record| found.remove(record)).collect())
    }
}
