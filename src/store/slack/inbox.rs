//! What was received: written down with its task in one statement, before it is acknowledged.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::domain::id::WorkspaceId;
use crate::domain::task::Task;
use crate::store::put::storable;
use crate::store::task::flags;
use crate::store::{Result, Store, StoreError};

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

/// Messages that follow on each other so closely in a direct message are one burst: whoever types three in a row asks
/// once.
const BURST: Duration = Duration::from_secs(3);

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
        let candidate = Uuid::now_v7();
        let task = Task::AnswerThread { workspace, thread: candidate };
        let accepted: String = sqlx::query_scalar(
            "select accept_slack_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        )
        .bind(workspace.uuid())
        .bind(candidate)
        .bind(Uuid::now_v7())
        .bind(message.key)
        .bind(message.team)
        .bind(message.channel)
        .bind(message.thread_ts)
        .bind(message.direct)
        .bind(message.begins)
        .bind(message.addressed)
        .bind(message.user)
        .bind(storable(message.body)?)
        .bind(at)
        .bind(BURST)
        .bind(Json(&task))
        .bind(task.key())
        .bind(i32::from(task.attempts()))
        .bind(i32::from(task.priority()))
        .bind(flags(&task))
        .fetch_one(&self.pool)
        .await?;
        match accepted.as_str() {
            "new" => {
                self.waker.wake();
                Ok(Accepted::New)
            }
            "repeated" => Ok(Accepted::Repeated),
            _ => Ok(Accepted::NotForUs),
        }
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
        let inbox = Uuid::now_v7();
        let task = Task::HandleSlack { workspace, inbox };
        let new: bool = sqlx::query_scalar("select accept_slack_item($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .bind(workspace.uuid())
            .bind(inbox)
            .bind(item.key)
            .bind(item.kind)
            .bind(storable(item.body)?)
            .bind(at)
            .bind(Json(&task))
            .bind(task.key())
            .bind(i32::from(task.attempts()))
            .bind(i32::from(task.priority()))
            .bind(flags(&task))
            .fetch_one(&self.pool)
            .await?;
        if !new {
            return Ok((Accepted::Repeated, None));
        }
        self.waker.wake();
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
