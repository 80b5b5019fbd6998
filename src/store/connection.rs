//! Connections to systems outside, and how far each of their streams is. Plans: primary keys; lists are of the few
//! connections of a workspace.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::{Result, Store, StoreError, row};
use crate::domain::connection::{Connection, Failure, StreamState};
use crate::domain::id::{ConnectionId, WorkspaceId};
use crate::domain::time::Moment;

/// A secret as it is kept: encrypted, with the identifier of the key that opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// The encrypted bytes.
    pub sealed: Vec<u8>,
    /// Which key opens them.
    pub key_id: String,
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedSecret").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// Where a stream is to go on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamCursor {
    /// The cursor of the next page; none before the first.
    pub cursor: Option<Value>,
    /// The number of the pass.
    pub pass: i64,
    /// Whether the pass is under way.
    pub begun: bool,
    /// The number of the sync in which one was last done; 0 before.
    pub round: i64,
}

const COLUMNS: &str = "select id, vendor, prefix, settings, of_whom, missing, paused, made_by, made_at::text, due_at::text,
    tried_at::text, succeeded_at::text, failing_since::text, failures, failure from connections where workspace_id = $1 ";

impl FromRow<'_, PgRow> for Connection {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let failure: Option<Json<(String, String)>> = row.try_get("failure")?;
        let since: Option<Moment> = row.try_get("failing_since")?;
        let times = row::count(row, "failures")?;
        Ok(Self {
            id: row.try_get::<Uuid, _>("id")?.into(),
            vendor: row::word(row, "vendor")?,
            prefix: row.try_get("prefix")?,
            settings: row::json(row, "settings")?,
            of_whom: row.try_get("of_whom")?,
            missing: row::json(row, "missing")?,
            paused: row.try_get("paused")?,
            made_by: row.try_get("made_by")?,
            made_at: row.try_get("made_at")?,
            due_at: row.try_get("due_at")?,
            tried_at: row.try_get("tried_at")?,
            succeeded_at: row.try_get("succeeded_at")?,
            failure: failure.zip(since).map(|(Json((reason, remedy)), since)| Failure { reason, remedy, since, times }),
        })
    }
}

impl Store {
    /// Keeps a new connection.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one with this prefix is there.
    pub async fn add_connection(
        &self,
        workspace: WorkspaceId,
        connection: &Connection,
        secret: &SealedSecret,
    ) -> Result<()> {
        let added = sqlx::query(
            "insert into connections (workspace_id, id, vendor, prefix, settings, secret, key_id, of_whom, missing,
                 made_at, made_by, due_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             on conflict on constraint connections_prefix_key do nothing",
        )
        .bind(workspace.uuid())
        .bind(connection.id.uuid())
        .bind(connection.vendor.wire())
        .bind(&connection.prefix)
        .bind(Json(&connection.settings))
        .bind(&secret.sealed)
        .bind(&secret.key_id)
        .bind(&connection.of_whom)
        .bind(Json(&connection.missing))
        .bind(connection.made_at)
        .bind(&connection.made_by)
        .bind(connection.due_at)
        .execute(&self.pool)
        .await?;
        if added.rows_affected() == 0 {
            let prefix = &connection.prefix;
            return Err(StoreError::Conflict(format!("There is a connection `{prefix}` already; try again.")));
        }
        Ok(())
    }

    /// Puts another key, other settings and what the system says of them into a connection, and has it fetched from at
    /// once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not there.
    pub async fn renew_connection(
        &self,
        workspace: WorkspaceId,
        connection: &Connection,
        secret: &SealedSecret,
    ) -> Result<()> {
        let changed = sqlx::query(
            "update connections set settings = $3, secret = $4, key_id = $5, of_whom = $6, missing = $7, due_at = $8,
                 paused = false, failing_since = null, failures = 0, failure = null, alerted_at = null
             where workspace_id = $1 and id = $2",
        )
        .bind(workspace.uuid())
        .bind(connection.id.uuid())
        .bind(Json(&connection.settings))
        .bind(&secret.sealed)
        .bind(&secret.key_id)
        .bind(&connection.of_whom)
        .bind(Json(&connection.missing))
        .bind(connection.due_at)
        .execute(&self.pool)
        .await?;
        found(changed.rows_affected())
    }

    /// The connections, by what they are called.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn connections(&self, workspace: WorkspaceId) -> Result<Vec<Connection>> {
        let query = sqlx::AssertSqlSafe(format!("{COLUMNS} order by prefix"));
        Ok(sqlx::query_as(query).bind(workspace.uuid()).fetch_all(&self.pool).await?)
    }

    /// A connection, while it is there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn connection(&self, workspace: WorkspaceId, id: ConnectionId) -> Result<Option<Connection>> {
        let query = sqlx::AssertSqlSafe(format!("{COLUMNS} and id = $2"));
        Ok(sqlx::query_as(query).bind(workspace.uuid()).bind(id.uuid()).fetch_optional(&self.pool).await?)
    }

    /// The secret of a connection, encrypted.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the connection is not there.
    pub async fn connection_secret(&self, workspace: WorkspaceId, id: ConnectionId) -> Result<SealedSecret> {
        let row: Option<(Vec<u8>, String)> =
            sqlx::query_as("select secret, key_id from connections where workspace_id = $1 and id = $2")
                .bind(workspace.uuid())
                .bind(id.uuid())
                .fetch_optional(&self.pool)
                .await?;
        let (sealed, key_id) = row.ok_or_else(no_connection)?;
        Ok(SealedSecret { sealed, key_id })
    }

    /// Puts another secret in the place of `before`; gives whether it was still that.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn put_connection_secret(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        before: &SealedSecret,
        secret: &SealedSecret,
    ) -> Result<bool> {
        let changed = sqlx::query(
            "update connections set secret = $3, key_id = $4 where workspace_id = $1 and id = $2 and secret = $5",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .bind(&secret.sealed)
        .bind(&secret.key_id)
        .bind(&before.sealed)
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    /// Takes a connection away, with what is known of its items. Records stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not there.
    pub async fn remove_connection(&self, workspace: WorkspaceId, id: ConnectionId) -> Result<()> {
        let gone = sqlx::query("delete from connections where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(id.uuid())
            .execute(&self.pool)
            .await?;
        found(gone.rows_affected())
    }

    /// Halts a connection, or lets it go on at once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not there.
    pub async fn pause_connection(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        paused: bool,
        now: Moment,
    ) -> Result<()> {
        let changed =
            sqlx::query("update connections set paused = $3, due_at = $4 where workspace_id = $1 and id = $2")
                .bind(workspace.uuid())
                .bind(id.uuid())
                .bind(paused)
                .bind(now)
                .execute(&self.pool)
                .await?;
        found(changed.rows_affected())
    }

    /// Notes that a connection is being fetched from; gives the number of the sync under way. Streams that were passed over
    /// in it are done.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the connection is not there.
    pub async fn note_try(&self, workspace: WorkspaceId, id: ConnectionId, now: Moment) -> Result<i64> {
        let round = sqlx::query_scalar(
            "update connections set tried_at = $3 where workspace_id = $1 and id = $2 returning round",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        round.ok_or_else(no_connection)
    }

    /// Puts off when a connection is fetched from next.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn put_off(&self, workspace: WorkspaceId, id: ConnectionId, due_at: Moment) -> Result<()> {
        sqlx::query("update connections set due_at = $3 where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(id.uuid())
            .bind(due_at)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Notes that everything was fetched, and when it is due again. Gives whether it had failed before.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn note_success(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        now: Moment,
        due_at: Moment,
    ) -> Result<bool> {
        let failed: Option<bool> = sqlx::query_scalar(
            "with before as (select failing_since is not null as failed from connections where workspace_id = $1 and id = $2)
             update connections c set succeeded_at = $3, due_at = $4, round = round + 1, failing_since = null, failures = 0, failure = null,
                 alerted_at = null
             from before where c.workspace_id = $1 and c.id = $2 returning before.failed",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .bind(now)
        .bind(due_at)
        .fetch_optional(&self.pool)
        .await?;
        Ok(failed.unwrap_or_default())
    }

    /// Notes what went wrong and what to do about it, and when it is tried again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn note_failure(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        now: Moment,
        due_at: Moment,
        (reason, remedy): (&str, &str),
    ) -> Result<()> {
        sqlx::query(
            "update connections set due_at = $4, failing_since = coalesce(failing_since, $3), failures = failures + 1,
                 failure = $5
             where workspace_id = $1 and id = $2",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .bind(now)
        .bind(due_at)
        .bind(Json((reason, remedy)))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes the right to alert people to failures: the failing connections of which nobody was alerted since `before`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn claim_source_alerts(
        &self,
        workspace: WorkspaceId,
        now: Moment,
        before: Moment,
    ) -> Result<Vec<ConnectionId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "update connections set alerted_at = $2
             where workspace_id = $1 and failing_since is not null and not paused
               and (alerted_at is null or alerted_at <= $3) returning id",
        )
        .bind(workspace.uuid())
        .bind(now)
        .bind(before)
        .fetch_all(&self.pool)
        .await?;
        Ok(ids.into_iter().map(Into::into).collect())
    }

    /// Connections that are due to be fetched from.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn due_connections(&self, workspace: WorkspaceId, now: Moment) -> Result<Vec<ConnectionId>> {
        let ids: Vec<Uuid> =
            sqlx::query_scalar("select id from connections where workspace_id = $1 and due_at <= $2 and not paused")
                .bind(workspace.uuid())
                .bind(now)
                .fetch_all(&self.pool)
                .await?;
        Ok(ids.into_iter().map(Into::into).collect())
    }

    /// Where the streams of a connection are to go on, by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn stream_cursors(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
    ) -> Result<BTreeMap<String, StreamCursor>> {
        let rows = sqlx::query(
            "select stream, cursor, pass, begun, round from source_streams
             where workspace_id = $1 and connection_id = $2",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .fetch_all(&self.pool)
        .await?;
        let of = |row: &PgRow| {
            let cursor: Option<Json<Value>> = row.try_get("cursor")?;
            let state = StreamCursor {
                cursor: cursor.map(|Json(cursor)| cursor),
                pass: row.try_get("pass")?,
                begun: row.try_get("begun")?,
                round: row.try_get("round")?,
            };
            Ok((row.try_get("stream")?, state))
        };
        rows.iter().map(of).collect()
    }

    /// How far each stream of a connection is. Plan: counts over the items of the connection by its primary key; for
    /// people who look at the connection, not for questions.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn stream_states(&self, workspace: WorkspaceId, id: ConnectionId) -> Result<Vec<StreamState>> {
        let rows = sqlx::query(
            "select s.stream, s.begun, s.passed_at::text, s.pages, i.items, i.waiting, i.set_aside
             from source_streams s,
                  lateral (select count(*) as items, count(*) filter (where waiting is not null and not set_aside) as waiting,
                                  count(*) filter (where set_aside) as set_aside
                           from source_items i where i.workspace_id = $1 and i.connection_id = $2 and i.stream = s.stream) i
             where s.workspace_id = $1 and s.connection_id = $2 order by s.stream",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .fetch_all(&self.pool)
        .await?;
        let of = |row: &PgRow| {
            let count = |column: &str| Ok::<_, sqlx::Error>(row.try_get::<i64, _>(column)?.unsigned_abs());
            Ok(StreamState {
                stream: row.try_get("stream")?,
                under_way: row.try_get("begun")?,
                passed_at: row.try_get("passed_at")?,
                pages: count("pages")?,
                items: count("items")?,
                waiting: count("waiting")?,
                set_aside: count("set_aside")?,
            })
        };
        rows.iter().map(of).collect()
    }
}

fn found(rows: u64) -> Result<()> {
    if rows == 0 { Err(no_connection()) } else { Ok(()) }
}

fn no_connection() -> StoreError {
    StoreError::NotFound("There is no such connection; `success-agent sources` lists them.".to_owned())
}
