//! What connected systems gave: each item as it was said last, the account it belongs to, and the records it became.
//! Plans: the primary key for the items of a page; `source_items_keys_idx` for what waits for something; nothing reads all
//! items of a connection but a pass over a stream that has just read all of it from the system.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::types::Json;
use sqlx::{FromRow, Row};

use super::put::storable;
use super::{Result, Store, row};
use crate::domain::id::{ConnectionId, WorkspaceId};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Moment;

/// Passes over a stream that do not meet an item before it counts as gone: lists that are paged by offset leave one out
/// now and then.
const UNMET: i16 = 2;

/// An item, to be kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceItem {
    /// Its identifier in the stream.
    pub id: String,
    /// Hash of what the system said.
    pub digest: Vec<u8>,
    /// What the system said.
    pub raw: Option<Value>,
    /// Domain of the account it belongs to.
    pub account: Option<String>,
    /// What it says of a company.
    pub company: Option<Value>,
    /// The people at a company it names.
    pub contacts: Option<Value>,
    /// The records it gave.
    pub made: Vec<RecordRef>,
    /// What its account is found by.
    pub keys: Vec<String>,
    /// Why it is in no record yet.
    pub waiting: Option<String>,
    /// Whether only a person can say what it is.
    pub set_aside: bool,
}

/// An item that is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownItem {
    /// Hash of what the system said; empty while that is in no record.
    pub digest: Vec<u8>,
    /// Domain of its account.
    pub account: Option<String>,
    /// Domain of the account a person chose for it.
    pub chosen: Option<String>,
    /// The records it gave.
    pub made: Vec<RecordRef>,
}

/// An item with what the system said.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptItem {
    /// The stream.
    pub stream: String,
    /// Its identifier.
    pub id: String,
    /// What the system said.
    pub raw: Value,
}

/// A page that was read to its end.
#[derive(Clone, Debug, Default)]
pub struct SettledPage<'a> {
    /// The stream.
    pub stream: &'a str,
    /// The pass.
    pub pass: i64,
    /// The number of the sync.
    pub round: i64,
    /// Items to keep.
    pub items: Vec<SourceItem>,
    /// Identifiers of items that were there and the same.
    pub met: Vec<String>,
    /// Keys something may wait for that has come with the page.
    pub came: Vec<String>,
    /// Where to go on; none where the page was fetched out of turn.
    pub cursor: Option<Value>,
    /// Whether the pass is done.
    pub done: bool,
}

/// A record's name, as it is kept.
#[derive(Serialize, Deserialize)]
struct Made {
    kind: RecordKind,
    id: String,
}

fn made(row: &PgRow) -> sqlx::Result<Vec<RecordRef>> {
    let made: Vec<Made> = row::json(row, "made")?;
    Ok(made.into_iter().map(|Made { kind, id }| RecordRef { kind, id }).collect())
}

impl FromRow<'_, PgRow> for KeptItem {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self { stream: row.try_get("stream")?, id: row.try_get("id")?, raw: row::json(row, "raw")? })
    }
}

impl Store {
    /// Those of these items that are known.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn known_items(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        stream: &str,
        ids: &[&str],
    ) -> Result<HashMap<String, KnownItem>> {
        let rows = sqlx::query(
            "select id, digest, account, chosen, made from source_items
             where workspace_id = $1 and connection_id = $2 and stream = $3 and id = any($4)",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(stream)
        .bind(ids)
        .fetch_all(&self.pool)
        .await?;
        let of = |row: &PgRow| {
            let known = KnownItem {
                digest: row.try_get("digest")?,
                account: row.try_get("account")?,
                chosen: row.try_get("chosen")?,
                made: made(row)?,
            };
            Ok((row.try_get("id")?, known))
        };
        rows.iter().map(of).collect()
    }

    /// Keeps a page: its items, those that were the same, and where to go on, all or nothing. What waited for one of the
    /// keys that came is due from then on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn settle_page(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        now: Moment,
        page: &SettledPage<'_>,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        keep(&mut transaction, workspace, connection, now, page).await?;
        wake(&mut transaction, workspace, &page.came).await?;
        if !page.met.is_empty() {
            sqlx::query(
                "update source_items set pass = $5, unmet = 0
                 where workspace_id = $1 and connection_id = $2 and stream = $3 and id = any($4)
                   and (pass <> $5 or unmet <> 0)",
            )
            .bind(workspace.uuid())
            .bind(connection.uuid())
            .bind(page.stream)
            .bind(&page.met)
            .bind(page.pass)
            .execute(&mut *transaction)
            .await?;
        }
        if let Some(cursor) = &page.cursor {
            sqlx::query(
                "insert into source_streams (workspace_id, connection_id, stream, cursor, pass, begun, passed_at, round, pages)
                 values ($1, $2, $3, $4, $5 + case when $6 then 1 else 0 end, not $6, case when $6 then $7::timestamptz end, case when $6 then $8 else 0 end, 1)
                 on conflict on constraint source_streams_pkey do update set
                     cursor = excluded.cursor, pass = excluded.pass,
                     begun = excluded.begun, round = greatest(excluded.round, source_streams.round), passed_at = coalesce(excluded.passed_at, source_streams.passed_at),
                     pages = source_streams.pages + 1",
            )
            .bind(workspace.uuid())
            .bind(connection.uuid())
            .bind(page.stream)
            .bind(Json(cursor))
            .bind(page.pass)
            .bind(page.done)
            .bind(now)
            .bind(page.round)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Begins every stream of a connection anew: the next sync reads all of it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn restart_streams(&self, workspace: WorkspaceId, connection: ConnectionId) -> Result<()> {
        sqlx::query(
            "update source_streams set cursor = 'null', begun = false, pass = pass + 1
             where workspace_id = $1 and connection_id = $2",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Counts the items that a pass over all of a stream did not meet, and gives those that count as gone, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn unmet_items(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        (stream, pass): (&str, i64),
        limit: u32,
    ) -> Result<Vec<String>> {
        // Told by the pass it was counted for, so that a crash in between does not count one pass twice.
        sqlx::query(
            "update source_items set unmet = unmet + 1, pass = $4
             where workspace_id = $1 and connection_id = $2 and stream = $3 and pass < $4",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(stream)
        .bind(pass)
        .execute(&self.pool)
        .await?;
        Ok(sqlx::query_scalar(
            "select id from source_items where workspace_id = $1 and connection_id = $2 and stream = $3 and unmet >= $4
             order by id limit $5",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(stream)
        .bind(UNMET)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?)
    }

    /// Forgets items.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn forget_items(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        stream: &str,
        ids: &[&str],
    ) -> Result<()> {
        sqlx::query(
            "delete from source_items where workspace_id = $1 and connection_id = $2 and stream = $3 and id = any($4)",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(stream)
        .bind(ids)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Items of a stream with the records they gave, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn items_made(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        stream: &str,
        limit: u32,
    ) -> Result<Vec<(String, Vec<RecordRef>)>> {
        let rows = sqlx::query(
            "select id, made from source_items where workspace_id = $1 and connection_id = $2 and stream = $3
             order by id limit $4",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(stream)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, made(row)?))).collect()
    }

    /// Items that waited for something that has come, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn due_items(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        limit: u32,
    ) -> Result<Vec<KeptItem>> {
        Ok(sqlx::query_as(
            "select stream, id, raw from source_items
             where workspace_id = $1 and connection_id = $2 and due and raw is not null order by stream, id limit $3",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?)
    }

    /// Items of which what the system said is still kept, after one of them in the order of streams and identifiers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn kept_items(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        (stream, after): (&str, &str),
        limit: u32,
    ) -> Result<Vec<KeptItem>> {
        Ok(sqlx::query_as(
            "select stream, id, raw from source_items
             where workspace_id = $1 and connection_id = $2 and stream = $3 and id > $4 and raw is not null
             order by id limit $5",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(stream)
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?)
    }

    /// Forgets what systems said before a moment, of at most `limit` items; what it became stays. What waits keeps it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn forget_raw(&self, workspace: WorkspaceId, before: Moment, limit: u32) -> Result<u64> {
        let done = sqlx::query(
            "update source_items i set raw = null from (
                 select connection_id, stream, id from source_items
                 where workspace_id = $1 and raw is not null and fetched_at < $2 and waiting is null limit $3) o
             where i.workspace_id = $1 and i.connection_id = o.connection_id and i.stream = o.stream and i.id = o.id",
        )
        .bind(workspace.uuid())
        .bind(before)
        .bind(i64::from(limit))
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected())
    }
}

async fn keep(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    of: ConnectionId,
    now: Moment,
    page: &SettledPage<'_>,
) -> Result<()> {
    if page.items.is_empty() {
        return Ok(());
    }
    let rows = page.items.iter().map(|item| {
        let made: Vec<Made> =
            item.made.iter().map(|record| Made { kind: record.kind, id: record.id.clone() }).collect();
        storable(&serde_json::json!({
            "id": item.id, "digest": hex::encode(&item.digest), "raw": item.raw, "account": item.account,
            "company": item.company, "contacts": item.contacts, "made": made, "keys": item.keys,
            "waiting": item.waiting, "set_aside": item.set_aside,
        }))
    });
    let rows = rows.collect::<Result<Vec<Value>>>()?;
    sqlx::query(
        "insert into source_items (workspace_id, connection_id, stream, id, digest, raw, fetched_at, pass, account, company,
             contacts, made, keys, waiting, set_aside)
         select $1, $2, $3, r.id, decode(r.digest, 'hex'), r.raw, $4, $5, r.account, r.company, r.contacts, r.made,
                array(select jsonb_array_elements_text(r.keys)), r.waiting, r.set_aside
         from jsonb_to_recordset($6) as r (id text, digest text, raw jsonb, account text, company jsonb, contacts jsonb,
                                           made jsonb, keys jsonb, waiting text, set_aside boolean)
         on conflict on constraint source_items_pkey do update set
             digest = excluded.digest, raw = excluded.raw, fetched_at = excluded.fetched_at, pass = excluded.pass, unmet = 0,
             account = excluded.account, company = excluded.company, contacts = excluded.contacts, made = excluded.made,
             keys = excluded.keys, waiting = excluded.waiting, set_aside = excluded.set_aside, due = false",
    )
    .bind(workspace.uuid())
    .bind(of.uuid())
    .bind(page.stream)
    .bind(now)
    .bind(page.pass)
    .bind(Json(rows))
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes due what waits for one of these keys. Plan: `source_items_keys_idx`.
pub(super) async fn wake(connection: &mut PgConnection, workspace: WorkspaceId, keys: &[String]) -> Result<u64> {
    if keys.is_empty() {
        return Ok(0);
    }
    let woken = sqlx::query(
        "update source_items set due = true
         where workspace_id = $1 and keys && $2 and waiting is not null and raw is not null and not due",
    )
    .bind(workspace.uuid())
    .bind(keys)
    .execute(connection)
    .await?;
    Ok(woken.rows_affected())
}

/// The key of what waits for the account of a domain.
pub(super) fn domain_key(domain: &str) -> String {
    format!("domain:{domain}")
}
