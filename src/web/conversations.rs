//! `GET /api/conversations/{id}`: a conversation, for the page that returns to it.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::AnswerResponse;
use super::error::Problem;
use super::extract::PathOf;
use super::state::Web;
use crate::domain::id::ConversationId;

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationResponse {
    /// Its identifier.
    pub id: String,
    /// Domain of the account it stays on; none: all accounts.
    pub account: Option<String>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Questions and answers, the oldest first.
    pub turns: Vec<TurnResponse>,
}

/// One question and its answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct TurnResponse {
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// The question as typed.
    pub question: String,
    /// What was answered.
    pub answer: AnswerResponse,
}

/// Shows a conversation.
#[utoipa::path(
    get, path = "/api/conversations/{id}", tag = "ask",
    params(("id" = String, Path, description = "The conversation, as an answer named it")),
    responses((status = 200, description = "The conversation", body = ConversationResponse),
              (status = 404, description = "No such conversation", body = Problem))
)]
pub(super) async fn show(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
) -> Result<Json<ConversationResponse>, Problem> {
    let id: ConversationId = id.parse().map_err(|error| Problem::invalid(format!("{error}; begin a new chat")))?;
    let (conversation, turns) = web.app().conversation(id).await?;
    let turns = turns.into_iter().map(|turn| TurnResponse {
        asked_at: turn.asked_at,
        question: turn.question,
        answer: turn.answer.into(),
    });
    Ok(Json(ConversationResponse {
        id: conversation.id.to_string(),
        account: conversation.pinned,
        started_at: conversation.started_at,
        turns: turns.collect(),
    }))
}
