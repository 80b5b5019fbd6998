//! What readers thought of answers: one verdict a turn, the last one given.

use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::put::without_nul;
use super::{Result, Store, StoreError, row};
use crate::domain::conversation::Feedback;
use crate::domain::id::{ConversationId, TurnId, WorkspaceId};

/// What a turn's row says of its answer, if anybody said anything.
pub(super) fn read(row: &PgRow) -> sqlx::Result<Option<Feedback>> {
    let Some(given_at) = row.try_get("given_at")? else { return Ok(None) };
    Ok(Some(Feedback { verdict: row::word(row, "verdict")?, comment: row.try_get("comment")?, given_at }))
}

impl Store {
    /// The last turn that was answered: of this conversation, or of all.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when nothing was answered yet.
    pub async fn last_answered(
        &self,
        workspace: WorkspaceId,
        conversation: Option<ConversationId>,
    ) -> Result<(ConversationId, TurnId)> {
        let found: Option<(Uuid, Uuid)> = sqlx::query_as(
            "select conversation_id, id from turns
             where workspace_id = $1 and ($2::uuid is null or conversation_id = $2)
             and not coalesce((answer ->> 'stopped')::boolean, false)
             order by ordinal desc limit 1",
        )
        .bind(workspace.uuid())
        .bind(conversation.map(ConversationId::uuid))
        .fetch_optional(&self.pool)
        .await?;
        let (conversation, turn) =
            found.ok_or_else(|| StoreError::NotFound("Nothing was answered there yet; ask first.".to_owned()))?;
        Ok((conversation.into(), turn.into()))
    }

    /// Keeps what a reader thought of an answer, in place of what was thought before; nothing when it is withdrawn. Gives
    /// the question.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such turn in the conversation.
    pub async fn put_feedback(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        turn: TurnId,
        feedback: Option<&Feedback>,
    ) -> Result<String> {
        let mut transaction = self.begin().await?;
        let question: Option<String> = sqlx::query_scalar(
            "select question from turns where workspace_id = $1 and conversation_id = $2 and id = $3",
        )
        .bind(workspace.uuid())
        .bind(conversation.uuid())
        .bind(turn.uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        let question = question.ok_or_else(|| {
            StoreError::NotFound(format!("There is no answer `{turn}` in the conversation `{conversation}`."))
        })?;
        let change = match feedback {
            Some(feedback) => sqlx::query(
                "insert into feedback (workspace_id, turn_id, verdict, comment, given_at) values ($1, $2, $3, $4, $5)
                 on conflict on constraint feedback_pkey
                 do update set verdict = excluded.verdict, comment = excluded.comment, given_at = excluded.given_at",
            )
            .bind(workspace.uuid())
            .bind(turn.uuid())
            .bind(feedback.verdict.wire())
            .bind(feedback.comment.as_deref().map(without_nul))
            .bind(feedback.given_at),
            None => sqlx::query("delete from feedback where workspace_id = $1 and turn_id = $2")
                .bind(workspace.uuid())
                .bind(turn.uuid()),
        };
        change.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(question)
    }
}
