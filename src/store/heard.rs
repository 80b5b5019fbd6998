//! What was heard in calls and e-mails, kept so that only what is new or has changed is read again.

use std::collections::HashMap;

use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};

use super::put::without_nul;
use super::{Result, Store, account as accounts, row};
use crate::domain::id::WorkspaceId;
use crate::domain::record::RecordRef;

/// What was heard in one call or e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hearing {
    /// The call or e-mail.
    pub source: RecordRef,
    /// Changes with everything that what is heard depends on.
    pub key: Vec<u8>,
    /// What was heard, as its reader wrote it down.
    pub content: String,
}

impl FromRow<'_, PgRow> for Hearing {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            source: RecordRef { kind: row::word(row, "source_kind")?, id: row.try_get("source_id")? },
            key: row.try_get("key")?,
            content: row.try_get("content")?,
        })
    }
}

impl Store {
    /// What was heard in the calls and e-mails of an account, by the record.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn heard(&self, workspace: WorkspaceId, account: &str) -> Result<HashMap<RecordRef, Hearing>> {
        let heard: Vec<Hearing> = sqlx::query_as(
            "select t.source_kind, t.source_id, t.key, t.content
             from heard t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 and a.domain = $2",
        )
        .bind(workspace.uuid())
        .bind(row::key(account))
        .fetch_all(&self.pool)
        .await?;
        Ok(heard.into_iter().map(|hearing| (hearing.source.clone(), hearing)).collect())
    }

    /// Keeps what was heard in calls and e-mails of an account, in place of what was heard in them before.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) when the account was deleted meanwhile.
    pub async fn put_heard(&self, workspace: WorkspaceId, account: &str, heard: &[Hearing]) -> Result<()> {
        if heard.is_empty() {
            return Ok(());
        }
        let mut transaction = self.write_derived(workspace).await?;
        let account = accounts::id_of(&mut transaction, workspace, account).await?;
        let kinds: Vec<_> = heard.iter().map(|hearing| hearing.source.kind.wire()).collect();
        let ids: Vec<_> = heard.iter().map(|hearing| hearing.source.id.as_str()).collect();
        let keys: Vec<_> = heard.iter().map(|hearing| hearing.key.as_slice()).collect();
        let contents: Vec<_> = heard.iter().map(|hearing| without_nul(&hearing.content)).collect();
        sqlx::query(
            "insert into heard (workspace_id, source_kind, source_id, account_id, key, content)
             select $1, t.kind, t.id, $2, t.key, t.content
             from unnest($3::text[], $4::text[], $5::bytea[], $6::text[]) as t (kind, id, key, content)
             on conflict on constraint heard_pkey do update set
                account_id = excluded.account_id, key = excluded.key, content = excluded.content",
        )
        .bind(workspace.uuid())
        .bind(account.uuid())
        .bind(kinds)
        .bind(ids)
        .bind(keys)
        .bind(contents)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}
