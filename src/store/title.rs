//! Titles of conversations: which have to be asked for, and what came of it.

use sqlx::FromRow;
use uuid::Uuid;

use super::put::without_nul;
use super::{Result, Store};
use crate::domain::id::{ConversationId, WorkspaceId};

/// A conversation that no model was asked to title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untitled {
    /// The conversation.
    pub id: ConversationId,
    /// Its first question.
    pub question: String,
    /// The answer to it.
    pub answer: String,
}

#[derive(FromRow)]
struct UntitledRow {
    id: Uuid,
    question: String,
    answer: String,
}

impl Store {
    /// The newest conversation with an answer that no model was asked to title.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn untitled(&self, workspace: WorkspaceId) -> Result<Option<Untitled>> {
        let row: Option<UntitledRow> = sqlx::query_as(
            "select c.id, t.question, coalesce(t.answer ->> 'answer', '') as answer
             from conversations c
             join lateral (
                select question, answer from turns
                where workspace_id = c.workspace_id and conversation_id = c.id
                and not coalesce((answer ->> 'stopped')::boolean, false)
                order by ordinal limit 1
             ) t on true
             where c.workspace_id = $1 and c.titled_by is null
             order by c.started_at desc, c.id limit 1",
        )
        .bind(workspace.uuid())
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| Untitled { id: row.id.into(), question: row.question, answer: row.answer }))
    }

    /// Notes that `model` was asked to title a conversation, and the title if it gave a good one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn put_title(
        &self,
        workspace: WorkspaceId,
        id: ConversationId,
        title: Option<&str>,
        model: &str,
    ) -> Result<()> {
        sqlx::query("update conversations set title = $3, titled_by = $4 where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(id.uuid())
            .bind(title.map(without_nul))
            .bind(without_nul(model))
            .execute(&self.relaxed)
            .await?;
        Ok(())
    }
}
