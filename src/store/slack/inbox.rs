//! What was received: written down with its task in one statement, before it is acknowledged.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::domain::id::WorkspaceId;
use crate::domain::task::Task;
use crate::store::put::storable;
use crate::store::{Result, Store, StoreError, task};

/// What became of something received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is written down and will be done.
    New,
    /// It was delivered before.
    Repeated,
    /// Nobody spoke to the agent.
    NotForUs,
}

/// A message as it is received.
#[derive(Clone, Debug)]
pub struct NewMessage<'a> {
    /// What two deliveries of it share.
    pub key: &'a str,
    /// Where it was said.
    pub team: &'a str,
    /// The channel.
    pub channel: &'a str,
    /// The thread; the message itself where it begins one.
    pub thread_ts: &'a str,
    /// Whether it was said to the agent alone.
    pub direct: bool,
    /// Whether it begins a thread.
    pub begins: bool,
    /// Whether it names the agent. Others count only in threads the agent is in.
    pub addressed: bool,
    /// Who said it.
    pub user: &'a str,
    /// The message.
    pub body: &'a Value,
}

/// Anything else as it is received: a command, a button, a modal, an event.
#[derive(Clone, Debug)]
pub struct NewItem<'a> {
    /// What two deliveries of it share.
    pub key: &'a str,
    /// What sort it is.
    pub kind: &'a str,
    /// What was received.
    pub body: &'a Value,
}

/// Something received, as it was written down.
#[derive(Clone, Debug)]
pub struct InboxRow {
    /// Its identifier.
    pub id: Uuid,
    /// What sort it is.
    pub kind: String,
    /// What was received.
    pub body: Value,
    /// Whether it is done.
    pub done: bool,
    /// When it was received.
    pub received_at: DateTime<Utc>,
}

impl FromRow<'_, PgRow> for InboxRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let Json(body) = row.try_get("body")?;
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            body,
            done: row.try_get::<String, _>("state")? == "done",
            received_at: row.try_get("received_at")?,
        })
    }
}

/// Seconds in which messages that follow on each other in a direct message are one burst.
const BURST_SECONDS: i64 = 3;

/// The thread of a direct message that was begun a moment ago and still waits: whoever types three messages in a row
/// asks once.
async fn joined_thread(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    message: &NewMessage<'_>,
    at: DateTime<Utc>,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(
        "select t.thread_ts from slack_threads t
         where t.workspace_id = $1 and t.team = $2 and t.channel = $3 and t.touched_at > $4
           and exists (select 1 from slack_inbox i
                       where i.workspace_id = t.workspace_id and i.thread_id = t.id and i.state = 'waiting')
         order by t.touched_at desc limit 1",
    )
    .bind(workspace.uuid())
    .bind(message.team)
    .bind(message.channel)
    .bind(at - chrono::Duration::seconds(BURST_SECONDS))
    .fetch_optional(connection)
    .await?)
}

impl Store {
    /// Takes a message in: with its thread and the task to answer it, or not at all. A message nobody addressed to the
    /// agent counts in a thread the agent is in, to be looked at there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached; the message is then to be delivered again.
    pub async fn accept_slack_message(
        &self,
        workspace: WorkspaceId,
        message: &NewMessage<'_>,
        at: DateTime<Utc>,
    ) -> Result<Accepted> {
        let mut transaction = self.pool.begin().await?;
        let joined = if message.direct && message.begins {
            joined_thread(&mut transaction, workspace, message, at).await?
        } else {
            None
        };
        let thread_ts = joined.as_deref().unwrap_or(message.thread_ts);
        let thread: Option<Uuid> = if message.addressed || message.direct {
            Some(
                sqlx::query_scalar(
                    "insert into slack_threads (workspace_id, id, team, channel, thread_ts, direct, asker, touched_at)
                     values ($1, $2, $3, $4, $5, $6, $7, $8)
                     on conflict on constraint slack_threads_place_key do update set touched_at = excluded.touched_at
                     returning id",
                )
                .bind(workspace.uuid())
                .bind(Uuid::now_v7())
                .bind(message.team)
                .bind(message.channel)
                .bind(thread_ts)
                .bind(message.direct)
                .bind(message.user)
                .bind(at)
                .fetch_one(&mut *transaction)
                .await?,
            )
        } else {
            sqlx::query_scalar(
                "select id from slack_threads where workspace_id = $1 and team = $2 and channel = $3 and thread_ts = $4",
            )
            .bind(workspace.uuid())
            .bind(message.team)
            .bind(message.channel)
            .bind(thread_ts)
            .fetch_optional(&mut *transaction)
            .await?
        };
        let Some(thread) = thread else { return Ok(Accepted::NotForUs) };
        let inserted = sqlx::query(
            "insert into slack_inbox (workspace_id, id, key, kind, thread_id, state, body, received_at)
             values ($1, $2, $3, 'message', $4, 'waiting', $5, $6) on conflict on constraint slack_inbox_key_key do nothing",
        )
        .bind(workspace.uuid())
        .bind(Uuid::now_v7())
        .bind(message.key)
        .bind(thread)
        .bind(storable(message.body)?)
        .bind(at)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        if inserted == 0 {
            return Ok(Accepted::Repeated);
        }
        task::enqueue(&mut transaction, &Task::AnswerThread { workspace, thread }, None).await?;
        transaction.commit().await?;
        Ok(Accepted::New)
    }

    /// Takes anything else in, with the task to do it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached; it is then to be delivered again.
    pub async fn accept_slack_item(
        &self,
        workspace: WorkspaceId,
        item: &NewItem<'_>,
        at: DateTime<Utc>,
    ) -> Result<(Accepted, Option<Uuid>)> {
        let mut transaction = self.pool.begin().await?;
        let inbox: Option<Uuid> = sqlx::query_scalar(
            "insert into slack_inbox (workspace_id, id, key, kind, state, body, received_at)
             values ($1, $2, $3, $4, 'waiting', $5, $6) on conflict on constraint slack_inbox_key_key do nothing
             returning id",
        )
        .bind(workspace.uuid())
        .bind(Uuid::now_v7())
        .bind(item.key)
        .bind(item.kind)
        .bind(storable(item.body)?)
        .bind(at)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(inbox) = inbox else { return Ok((Accepted::Repeated, None)) };
        task::enqueue(&mut transaction, &Task::HandleSlack { workspace, inbox }, None).await?;
        transaction.commit().await?;
        Ok((Accepted::New, Some(inbox)))
    }

    /// Something that was received.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not there (any more).
    pub async fn slack_item(&self, workspace: WorkspaceId, inbox: Uuid) -> Result<InboxRow> {
        sqlx::query_as("select id, kind, body, state, received_at from slack_inbox where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(inbox)
            .fetch_optional(&self.pool)
            .await?
            .ok_or_else(|| StoreError::NotFound("What was received from Slack is not kept any more.".to_owned()))
    }

    /// It is done; what it said is forgotten, only its key is kept.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn finish_slack_item(&self, workspace: WorkspaceId, inbox: Uuid) -> Result<()> {
        sqlx::query("update slack_inbox set state = 'done', body = '{}' where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(inbox)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// A message was taken back before it was answered. Whether it still waited.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn withdraw_slack_message(&self, workspace: WorkspaceId, key: &str) -> Result<bool> {
        let gone = sqlx::query(
            "update slack_inbox set state = 'done', body = '{}'
             where workspace_id = $1 and key = $2 and state in ('waiting', 'context')",
        )
        .bind(workspace.uuid())
        .bind(key)
        .execute(&self.pool)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    /// A message was changed before it was answered. Whether it still waited.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn change_slack_message(&self, workspace: WorkspaceId, key: &str, text: &str) -> Result<bool> {
        let changed = sqlx::query(
            "update slack_inbox set body = jsonb_set(body, '{text}', to_jsonb($3::text))
             where workspace_id = $1 and key = $2 and state in ('waiting', 'context')",
        )
        .bind(workspace.uuid())
        .bind(key)
        .bind(text.replace('\0', ""))
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    /// Forgets what is done and older than `before`, a bounded number at a time; gives the number.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn prune_slack(&self, before: DateTime<Utc>) -> Result<u64> {
        let gone = sqlx::query(
            "delete from slack_inbox where (workspace_id, id) in (
                select workspace_id, id from slack_inbox
                where received_at < $1 and state in ('done', 'context', 'taken') order by received_at limit 5000)",
        )
        .bind(before)
        .execute(&self.pool)
        .await?;
        Ok(gone.rows_affected())
    }
}
