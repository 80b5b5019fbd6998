//! What people decided about accounts: over the imported records, under the account's domain.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;
use sqlx::types::Json;

use super::put::storable;
use super::{Result, Store, gone, row};
use crate::domain::action::Decision;
use crate::domain::id::WorkspaceId;
use crate::domain::record::{RecordKind, RecordRef};

/// The decision under `key`, if there is one.
pub(super) async fn get(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: &str,
    key: &str,
) -> Result<Option<Decision>> {
    let found: Option<Json<Decision>> =
        sqlx::query_scalar("select decision from decisions where workspace_id = $1 and account = $2 and key = $3")
            .bind(workspace.uuid())
            .bind(account)
            .bind(key)
            .fetch_optional(connection)
            .await?;
    Ok(found.map(|decision| decision.0))
}

/// Puts a decision in place of the one before; takes that away where there is none. A note is a record as well, which the
/// index has to forget then.
pub(super) async fn set(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: &str,
    key: &str,
    decision: Option<&Decision>,
) -> Result<()> {
    let change = match decision {
        Some(decision) => sqlx::query(
            "insert into decisions (workspace_id, account, key, decision) values ($1, $2, $3, $4)
             on conflict on constraint decisions_pkey do update set decision = excluded.decision",
        )
        .bind(workspace.uuid())
        .bind(account)
        .bind(key)
        .bind(storable(decision)?),
        None => sqlx::query("delete from decisions where workspace_id = $1 and account = $2 and key = $3")
            .bind(workspace.uuid())
            .bind(account)
            .bind(key),
    };
    change.execute(&mut *connection).await?;
    if key.starts_with(NOTE) {
        if decision.is_none() {
            sqlx::query("delete from notes where workspace_id = $1 and id = $2")
                .bind(workspace.uuid())
                .bind(key)
                .execute(&mut *connection)
                .await?;
            let note = RecordRef { kind: RecordKind::Note, id: key.to_owned() };
            gone::note(connection, workspace, &note).await?;
        } else {
            write_notes(connection, workspace, &[account.to_owned()]).await?;
        }
    }
    Ok(())
}

/// The key of who owns an account.
pub(super) const OWNER: &str = "owner";

/// How the key of a note begins; the key is the id of its record.
pub(super) const NOTE: &str = "note/";

/// Writes the notes people added to `accounts` among the records, where they are not: an account that is loaded anew has
/// only what was imported.
pub(super) async fn write_notes(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    accounts: &[String],
) -> Result<()> {
    sqlx::query(
        "insert into notes (workspace_id, id, account_id, written_at, author, text, digest)
         select $1, d.key, a.id, (d.decision ->> 'at')::timestamptz, d.decision ->> 'by', d.decision -> 'value' ->> 'note',
                sha256(convert_to(d.decision -> 'value' ->> 'note', 'UTF8'))
         from decisions d
         join accounts a on a.workspace_id = d.workspace_id and a.domain = d.account
         where d.workspace_id = $1 and d.account = any($2) and d.key like 'note/%'
         on conflict on constraint notes_pkey do nothing",
    )
    .bind(workspace.uuid())
    .bind(accounts)
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// What people decided about an account, by what it is about.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn decisions(&self, workspace: WorkspaceId, account: &str) -> Result<BTreeMap<String, Decision>> {
        let rows: Vec<(String, Json<Decision>)> =
            sqlx::query_as("select key, decision from decisions where workspace_id = $1 and account = $2")
                .bind(workspace.uuid())
                .bind(row::key(account))
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.into_iter().map(|(key, Json(decision))| (key, decision)).collect())
    }
}
