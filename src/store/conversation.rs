//! Conversations and their turns.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::put::{storable_text, without_nul};
use super::{Result, Store, StoreError, feedback, row};
use crate::domain::answer::Answer;
use crate::domain::conversation::{Conversation, Turn};
use crate::domain::id::{ConversationId, TurnId, WorkspaceId};
use crate::domain::text::clipped;

/// Characters of a title.
const LONGEST_TITLE: usize = 60;

impl FromRow<'_, PgRow> for Conversation {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get::<Uuid, _>("id")?.into(),
            pinned: row.try_get("pinned")?,
            started_at: row.try_get("started_at")?,
            title: row.try_get::<Option<String>, _>("title")?.map(|title| clipped(&title, LONGEST_TITLE)),
            asked_by: row.try_get("asked_by")?,
        })
    }
}

impl FromRow<'_, PgRow> for Turn {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let id = row.try_get::<Uuid, _>("id")?.into();
        Ok(Self {
            id,
            asked_at: row.try_get("asked_at")?,
            question: row.try_get("question")?,
            // An answer did not always name its turn.
            answer: Answer { turn: Some(id), ..row::json(row, "answer")? },
            focus: row::json(row, "focus")?,
            feedback: feedback::read(row)?,
        })
    }
}

impl Store {
    /// The conversation `id`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming it; another workspace's is not found.
    pub async fn conversation(&self, workspace: WorkspaceId, id: ConversationId) -> Result<Conversation> {
        sqlx::query_as(
            "select id, pinned, started_at::text, asked_by, coalesce(title, (
                select question from turns t where t.workspace_id = $1 and t.conversation_id = $2 order by ordinal limit 1
             )) as title
             from conversations where workspace_id = $1 and id = $2",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .fetch_optional(&self.pool)
        .await?
        .ok_or_else(|| no_conversation(id))
    }

    /// The latest conversations somebody began on an account, the newest first. Read from an index, up to `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn conversations_on(
        &self,
        workspace: WorkspaceId,
        account: &str,
        asked_by: &str,
        limit: u32,
    ) -> Result<Vec<Conversation>> {
        let found = sqlx::query_as(
            "select c.id, c.pinned, c.started_at::text, c.asked_by, coalesce(c.title, (
                select question from turns t where t.workspace_id = $1 and t.conversation_id = c.id order by ordinal limit 1
             )) as title
             from conversations c where c.workspace_id = $1 and c.asked_by = $2 and c.pinned = $3
             order by c.started_at desc limit $4",
        )
        .bind(workspace.uuid())
        .bind(asked_by)
        .bind(row::key(account))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        Ok(found)
    }

    /// Adds a turn to the end of a conversation, which begins with its first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn append_turn(&self, workspace: WorkspaceId, conversation: &Conversation, turn: &Turn) -> Result<()> {
        let mut lent = self.warm_relaxed.lend().await?;
        sqlx::query(
            "with begun as (
                 insert into conversations (workspace_id, id, pinned, started_at, asked_by)
                 values ($1, $3, $8, $9, $10) on conflict do nothing
             )
             insert into turns (workspace_id, id, conversation_id, asked_at, question, answer, focus)
             values ($1, $2, $3, $4, $5, $6::text::jsonb, $7::text::jsonb)",
        )
        .bind(workspace.uuid())
        .bind(turn.id.uuid())
        .bind(conversation.id.uuid())
        .bind(turn.asked_at)
        .bind(without_nul(&turn.question))
        .bind(storable_text(&turn.answer)?)
        .bind(storable_text(&turn.focus)?)
        .bind(conversation.pinned.as_deref().map(row::key))
        .bind(conversation.started_at)
        .bind(conversation.asked_by.as_deref().map(without_nul))
        .execute(&mut *lent)
        .await?;
        lent.give_back();
        Ok(())
    }

    /// A turn, with its conversation.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn turn(&self, workspace: WorkspaceId, turn: TurnId) -> Result<Option<(ConversationId, Turn)>> {
        let found = sqlx::query(
            "select t.conversation_id, t.id, t.asked_at::text, t.question, t.answer, t.focus, f.verdict, f.comment, f.given_at::text
             from turns t left join feedback f on f.workspace_id = t.workspace_id and f.turn_id = t.id
             where t.workspace_id = $1 and t.id = $2",
        )
        .bind(workspace.uuid())
        .bind(turn.uuid())
        .fetch_optional(&self.pool)
        .await?;
        let read = |row: PgRow| -> sqlx::Result<(ConversationId, Turn)> {
            Ok((row.try_get::<Uuid, _>("conversation_id")?.into(), Turn::from_row(&row)?))
        };
        Ok(found.map(read).transpose()?)
    }

    /// The last `limit` turns of a conversation, the oldest first. Empty when there is no such conversation.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn turns(&self, workspace: WorkspaceId, id: ConversationId, limit: u32) -> Result<Vec<Turn>> {
        let mut turns: Vec<Turn> = sqlx::query_as(
            "select t.id, t.asked_at::text, t.question, t.answer, t.focus, f.verdict, f.comment, f.given_at::text
             from turns t left join feedback f on f.workspace_id = t.workspace_id and f.turn_id = t.id
             where t.workspace_id = $1 and t.conversation_id = $2 order by t.ordinal desc limit $3",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        turns.reverse();
        Ok(turns)
    }
}

fn no_conversation(id: ConversationId) -> StoreError {
    StoreError::NotFound(format!("There is no conversation `{id}` in this workspace. Start a new one."))
}
