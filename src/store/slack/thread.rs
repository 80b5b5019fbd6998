//! Threads the agent takes part in.

use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::domain::id::{ConversationId, WorkspaceId};
use crate::domain::time::Moment;
use crate::store::{Result, Store, StoreError};

/// A thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadRow {
    /// Its identifier.
    pub id: Uuid,
    /// The team.
    pub team: String,
    /// The channel.
    pub channel: String,
    /// The message it hangs below.
    pub thread_ts: String,
    /// Whether it is with the agent alone.
    pub direct: bool,
    /// The conversation it continues.
    pub conversation: Option<ConversationId>,
    /// Whether the agent speaks only when it is named.
    pub quiet: bool,
    /// Who talked to the agent last.
    pub asker: Option<String>,
    /// The agent's last message.
    pub answered_ts: Option<String>,
}

impl FromRow<'_, PgRow> for ThreadRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            team: row.try_get("team")?,
            channel: row.try_get("channel")?,
            thread_ts: row.try_get("thread_ts")?,
            direct: row.try_get("direct")?,
            conversation: row.try_get::<Option<Uuid>, _>("conversation_id")?.map(ConversationId::from),
            quiet: row.try_get("quiet")?,
            asker: row.try_get("asker")?,
            answered_ts: row.try_get("answered_ts")?,
        })
    }
}

impl Store {
    /// A thread.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not there.
    pub async fn slack_thread(&self, workspace: WorkspaceId, id: Uuid) -> Result<ThreadRow> {
        sqlx::query_as(
            "select id, team, channel, thread_ts, direct, conversation_id, quiet, asker, answered_ts
             from slack_threads where workspace_id = $1 and id = $2",
        )
        .bind(workspace.uuid())
        .bind(id)
        .fetch_optional(&self.pool)
        .await?
        .ok_or_else(|| StoreError::NotFound("This Slack thread is not known any more.".to_owned()))
    }

    /// The thread below a message, where the agent is in it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn slack_thread_at(
        &self,
        workspace: WorkspaceId,
        team: &str,
        channel: &str,
        thread_ts: &str,
    ) -> Result<Option<ThreadRow>> {
        Ok(sqlx::query_as(
            "select id, team, channel, thread_ts, direct, conversation_id, quiet, asker, answered_ts
             from slack_threads where workspace_id = $1 and team = $2 and channel = $3 and thread_ts = $4",
        )
        .bind(workspace.uuid())
        .bind(team)
        .bind(channel)
        .bind(thread_ts)
        .fetch_optional(&self.pool)
        .await?)
    }

    /// The conversation of the thread that was begun right before this one in its channel, not before `since`. Threads are
    /// named by when they began: a range of the key of places, read from its end.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn slack_conversation_before(
        &self,
        workspace: WorkspaceId,
        thread: &ThreadRow,
        since: &str,
    ) -> Result<Option<ConversationId>> {
        let found: Option<Uuid> = sqlx::query_scalar(
            "select conversation_id from slack_threads
             where workspace_id = $1 and team = $2 and channel = $3 and thread_ts < $4 and thread_ts >= $5
               and conversation_id is not null
             order by thread_ts desc limit 1",
        )
        .bind(workspace.uuid())
        .bind(&thread.team)
        .bind(&thread.channel)
        .bind(&thread.thread_ts)
        .bind(since)
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.map(ConversationId::from))
    }

    /// Takes a thread for one worker, or keeps it, for so long by the database's clock. Whether it is theirs.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn hold_slack_thread(
        &self,
        workspace: WorkspaceId,
        thread: Uuid,
        holder: Uuid,
        held: Duration,
    ) -> Result<bool> {
        let held = sqlx::query(
            "update slack_threads set held_by = $3, held_until = now() + $4
             where workspace_id = $1 and id = $2 and (held_by is null or held_by = $3 or held_until < now())",
        )
        .bind(workspace.uuid())
        .bind(thread)
        .bind(holder)
        .bind(held)
        .execute(&self.relaxed)
        .await?;
        Ok(held.rows_affected() > 0)
    }

    /// Gives a thread back.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn release_slack_thread(&self, workspace: WorkspaceId, thread: Uuid, holder: Uuid) -> Result<()> {
        sqlx::query(
            "update slack_threads set held_by = null, held_until = null
             where workspace_id = $1 and id = $2 and held_by = $3",
        )
        .bind(workspace.uuid())
        .bind(thread)
        .bind(holder)
        .execute(&self.relaxed)
        .await?;
        Ok(())
    }

    /// The conversation a thread continues from now on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn set_slack_conversation(
        &self,
        workspace: WorkspaceId,
        thread: Uuid,
        conversation: ConversationId,
    ) -> Result<()> {
        sqlx::query("update slack_threads set conversation_id = $3 where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(thread)
            .bind(conversation.uuid())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Whether the agent speaks in a thread only when it is named.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn set_slack_quiet(&self, workspace: WorkspaceId, thread: Uuid, quiet: bool) -> Result<()> {
        sqlx::query("update slack_threads set quiet = $3 where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(thread)
            .bind(quiet)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Makes the thread below a message in which the agent spoke by itself. What follows there is for the agent, as below an
    /// answer. One that is there already stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn begin_slack_thread(
        &self,
        workspace: WorkspaceId,
        (team, channel, message_ts): (&str, &str, &str),
        direct: bool,
        conversation: ConversationId,
        at: Moment,
    ) -> Result<()> {
        sqlx::query(
            "insert into slack_threads
                 (workspace_id, id, team, channel, thread_ts, direct, conversation_id, answered_ts, touched_at)
             values ($1, $2, $3, $4, $5, $6, $7, $5, $8) on conflict on constraint slack_threads_place_key do nothing",
        )
        .bind(workspace.uuid())
        .bind(Uuid::now_v7())
        .bind(team)
        .bind(channel)
        .bind(message_ts)
        .bind(direct)
        .bind(conversation.uuid())
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Makes a thread the agent is in, without a message that waits: a person asked through a command, a shortcut or a
    /// button, and goes on below the answer.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn join_slack_thread(
        &self,
        workspace: WorkspaceId,
        place: (&str, &str, &str),
        direct: bool,
        asker: &str,
        at: impl Into<Moment>,
    ) -> Result<Uuid> {
        let at = at.into();
        let (team, channel, thread_ts) = place;
        Ok(sqlx::query_scalar(
            "insert into slack_threads (workspace_id, id, team, channel, thread_ts, direct, asker, touched_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict on constraint slack_threads_place_key do update set touched_at = excluded.touched_at
             returning id",
        )
        .bind(workspace.uuid())
        .bind(Uuid::now_v7())
        .bind(team)
        .bind(channel)
        .bind(thread_ts)
        .bind(direct)
        .bind(asker)
        .bind(at)
        .fetch_one(&self.pool)
        .await?)
    }
}
