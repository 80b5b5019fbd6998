//! Turns of threads: a question from being taken up to being answered. What a killed process leaves is taken up again.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::domain::answer::Answer;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Moment;
use crate::store::put::{storable, without_nul};
use crate::store::{Result, Store};

/// A turn.
#[derive(Clone, Debug)]
pub struct TurnRow {
    /// Its identifier; of the turn in the conversation too.
    pub id: Uuid,
    /// The thread.
    pub thread: Uuid,
    /// The Slack user who asks.
    pub asker: String,
    /// What they ask.
    pub question: String,
    /// What people said in the thread since the last answer.
    pub context: String,
    /// The message that is answered.
    pub message_ts: String,
    /// Where it stands.
    pub state: TurnState,
    /// The channel the answer goes to, where it is not shown in the thread.
    pub elsewhere: Option<String>,
    /// The answer, once there is one.
    pub answer: Option<Answer>,
    /// Whether the asker pressed stop.
    pub stop_wished: bool,
}

/// Where a turn stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnState {
    /// It is being answered.
    Open,
    /// The answer is there and not yet shown.
    Answered,
    /// The answer is shown.
    Done,
    /// It could not be answered, and the asker was told.
    Failed,
}

impl TurnState {
    fn wire(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// Something said in a thread.
#[derive(Clone, Debug)]
pub struct SaidInThread {
    /// The row it was received in.
    pub id: Uuid,
    /// The message.
    pub body: Value,
    /// Whether it waits to be looked at; else it was said between people.
    pub waiting: bool,
    /// When it was received.
    pub received_at: DateTime<Utc>,
}

impl FromRow<'_, PgRow> for TurnRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let state: String = row.try_get("state")?;
        let answer: Option<Json<Answer>> = row.try_get("answer")?;
        let states = [TurnState::Open, TurnState::Answered, TurnState::Done, TurnState::Failed];
        Ok(Self {
            id: row.try_get("id")?,
            thread: row.try_get("thread_id")?,
            asker: row.try_get("asker")?,
            question: row.try_get("question")?,
            context: row.try_get("context")?,
            message_ts: row.try_get("message_ts")?,
            state: states.into_iter().find(|known| known.wire() == state).unwrap_or(TurnState::Open),
            elsewhere: row.try_get("elsewhere")?,
            answer: answer.map(|answer| answer.0),
            stop_wished: row.try_get("stop_wished")?,
        })
    }
}

const COLUMNS: &str =
    "select id, thread_id, asker, question, context, message_ts, state, elsewhere, answer, stop_wished
    from slack_turns where workspace_id = $1";

impl Store {
    /// The turn of a thread that is not ended, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn open_slack_turn(&self, workspace: WorkspaceId, thread: Uuid) -> Result<Option<TurnRow>> {
        let query = sqlx::AssertSqlSafe(format!(
            "{COLUMNS} and thread_id = $2 and state in ('open', 'answered') order by begun_at limit 1"
        ));
        Ok(sqlx::query_as(query).bind(workspace.uuid()).bind(thread).fetch_optional(&self.pool).await?)
    }

    /// A turn.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn slack_turn(&self, workspace: WorkspaceId, turn: Uuid) -> Result<Option<TurnRow>> {
        let query = sqlx::AssertSqlSafe(format!("{COLUMNS} and id = $2"));
        Ok(sqlx::query_as(query).bind(workspace.uuid()).bind(turn).fetch_optional(&self.pool).await?)
    }

    /// What waits in a thread and what was said in it between people since, in order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn said_in_slack_thread(&self, workspace: WorkspaceId, thread: Uuid) -> Result<Vec<SaidInThread>> {
        let rows = sqlx::query(
            "select id, body, state, received_at from slack_inbox
             where workspace_id = $1 and thread_id = $2 and state in ('waiting', 'context')
             order by body ->> 'ts', received_at limit 200",
        )
        .bind(workspace.uuid())
        .bind(thread)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let Json(body) = row.try_get("body")?;
                Ok(SaidInThread {
                    id: row.try_get("id")?,
                    body,
                    waiting: row.try_get::<String, _>("state")? == "waiting",
                    received_at: row.try_get("received_at")?,
                })
            })
            .collect()
    }

    /// These messages were said between people.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn keep_as_slack_context(&self, workspace: WorkspaceId, messages: &[Uuid]) -> Result<()> {
        sqlx::query("update slack_inbox set state = 'context' where workspace_id = $1 and id = any($2)")
            .bind(workspace.uuid())
            .bind(messages)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Begins a turn and takes the messages it answers, together with what was said in between.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn begin_slack_turn(
        &self,
        workspace: WorkspaceId,
        turn: &TurnRow,
        messages: &[Uuid],
        at: impl Into<Moment>,
    ) -> Result<()> {
        let at = at.into();
        let mut transaction = self.begin().await?;
        sqlx::query(
            "insert into slack_turns (workspace_id, id, thread_id, asker, question, message_ts, state, begun_at, context)
             values ($1, $2, $3, $4, $5, $6, 'open', $7, $8)",
        )
        .bind(workspace.uuid())
        .bind(turn.id)
        .bind(turn.thread)
        .bind(&turn.asker)
        .bind(without_nul(&turn.question))
        .bind(&turn.message_ts)
        .bind(at)
        .bind(without_nul(&turn.context))
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "update slack_inbox set state = 'taken', turn_id = $3, body = '{}' where workspace_id = $1 and id = any($2)",
        )
        .bind(workspace.uuid())
        .bind(messages)
        .bind(turn.id)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("update slack_threads set asker = $3, touched_at = $4 where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(turn.thread)
            .bind(&turn.asker)
            .bind(at)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Keeps the answer of a turn, to be shown in the thread or, where outsiders could read it there, elsewhere.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn keep_slack_answer(
        &self,
        workspace: WorkspaceId,
        turn: Uuid,
        answer: &Answer,
        elsewhere: Option<&str>,
    ) -> Result<()> {
        sqlx::query(
            "update slack_turns set answer = $3, elsewhere = $4, state = 'answered'
             where workspace_id = $1 and id = $2 and state = 'open'",
        )
        .bind(workspace.uuid())
        .bind(turn)
        .bind(Json(storable(answer)?))
        .bind(elsewhere)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Ends a turn; `answered_ts` is the agent's last message in the thread.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn end_slack_turn(
        &self,
        workspace: WorkspaceId,
        turn: &TurnRow,
        state: TurnState,
        answered_ts: Option<&str>,
        at: impl Into<Moment>,
    ) -> Result<()> {
        let at = at.into();
        let mut transaction = self.begin().await?;
        sqlx::query("update slack_turns set state = $3, ended_at = $4 where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(turn.id)
            .bind(state.wire())
            .bind(at)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "update slack_threads set answered_ts = coalesce($3, answered_ts), touched_at = $4
             where workspace_id = $1 and id = $2",
        )
        .bind(workspace.uuid())
        .bind(turn.thread)
        .bind(answered_ts)
        .bind(at)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// When the oldest of somebody's last `most` questions was taken up, where there are so many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn slack_question_before(
        &self,
        workspace: WorkspaceId,
        asker: &str,
        most: u32,
    ) -> Result<Option<DateTime<Utc>>> {
        Ok(sqlx::query_scalar(
            "select begun_at from slack_turns where workspace_id = $1 and asker = $2
             order by begun_at desc offset $3 limit 1",
        )
        .bind(workspace.uuid())
        .bind(asker)
        .bind(i64::from(most.saturating_sub(1)))
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Somebody wants the open turns of a thread to stop; gives them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn wish_slack_stop(&self, workspace: WorkspaceId, thread: Uuid) -> Result<Vec<Uuid>> {
        Ok(sqlx::query_scalar(
            "update slack_turns set stop_wished = true where workspace_id = $1 and thread_id = $2 and state = 'open'
             returning id",
        )
        .bind(workspace.uuid())
        .bind(thread)
        .fetch_all(&self.pool)
        .await?)
    }
}
