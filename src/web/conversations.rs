//! `GET /api/conversations/{id}`: a conversation, for the page that returns to it; and the way to stop what is being
//! answered in it, and to take an answer out of it as a case for the evals.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actor::Sender;
use super::ask::AnswerResponse;
use super::error::Problem;
use super::extract::{JsonBody, Params, PathOf};
use super::feedback::GivenResponse;
use super::state::Web;
use crate::app::{Frozen, FrozenCase};
use crate::domain::conversation::Conversation;
use crate::domain::id::{ConversationId, TurnId};
use crate::domain::record::Record;
use crate::domain::time::Moment;

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationResponse {
    /// Its identifier.
    pub id: String,
    /// Domain of the account it stays on; none: all accounts.
    pub account: Option<String>,
    /// What it is about: a language model's words where one is configured, else the first question, cut short.
    pub title: Option<String>,
    /// When it began.
    #[schema(value_type = DateTime<Utc>)]
    pub started_at: Moment,
    /// Questions and answers, the oldest first.
    pub turns: Vec<TurnResponse>,
}

/// One question and its answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct TurnResponse {
    /// When it was asked.
    #[schema(value_type = DateTime<Utc>)]
    pub asked_at: Moment,
    /// The question as typed.
    pub question: String,
    /// What was answered.
    pub answer: AnswerResponse,
    /// What the reader thought of it.
    pub feedback: Option<GivenResponse>,
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
    let (conversation, turns) = web.app().conversation(read(&id)?).await?;
    let turns = turns.into_iter().map(|turn| TurnResponse {
        asked_at: turn.asked_at,
        question: turn.question,
        answer: turn.answer.into(),
        feedback: turn.feedback.map(GivenResponse::from),
    });
    Ok(Json(ConversationResponse {
        id: conversation.id.to_string(),
        account: conversation.pinned,
        title: conversation.title,
        started_at: conversation.started_at,
        turns: turns.collect(),
    }))
}

/// Whose conversations are listed.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConversationsParams {
    /// Domain of the account they were begun on.
    pub account: String,
}

/// Conversations.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationsResponse {
    /// Newest first, at most 20.
    pub conversations: Vec<ConversationLine>,
}

/// A conversation in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationLine {
    /// Its identifier.
    pub id: String,
    /// What it is about: a language model's words where one is configured, else the first question, cut short.
    pub title: Option<String>,
    /// When it began.
    #[schema(value_type = DateTime<Utc>)]
    pub started_at: Moment,
}

/// Lists the conversations the sender began on an account.
#[utoipa::path(
    get, path = "/api/conversations", tag = "ask", params(ConversationsParams),
    responses((status = 200, description = "The sender's conversations", body = ConversationsResponse),
              (status = 404, description = "No such account", body = Problem))
)]
pub(super) async fn list(
    State(web): State<Web>,
    Sender(origin): Sender,
    Params(params): Params<ConversationsParams>,
) -> Result<Json<ConversationsResponse>, Problem> {
    let found = web.app().conversations_on(&params.account, &origin).await?;
    let line = |conversation: Conversation| ConversationLine {
        id: conversation.id.to_string(),
        title: conversation.title,
        started_at: conversation.started_at,
    };
    Ok(Json(ConversationsResponse { conversations: found.into_iter().map(line).collect() }))
}

/// What is to stop.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopParams {
    /// The turn, as `started` named it; absent: whatever is being answered in the conversation.
    #[serde(default)]
    pub turn: Option<String>,
}

/// Whether something stopped.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct StopResponse {
    /// False when the answer was finished before: then it stands.
    pub stopped: bool,
}

/// Stops the answer that is being written.
#[utoipa::path(
    post, path = "/api/conversations/{id}/stop", tag = "ask", request_body = StopParams,
    params(("id" = String, Path, description = "The conversation, as `started` named it")),
    responses((status = 200, description = "The turn ends with an answer that is marked as stopped, unless it had ended \
                   already", body = StopResponse),
              (status = 404, description = "No such conversation", body = Problem))
)]
pub(super) async fn stop(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    JsonBody(params): JsonBody<StopParams>,
) -> Result<Json<StopResponse>, Problem> {
    let turn: Option<TurnId> = params
        .turn
        .map(|turn| turn.parse())
        .transpose()
        .map_err(|error| Problem::invalid(format!("{error}; leave it out to stop whatever is being answered")))?;
    let stopped = web.app().stop(read(&id)?, turn).await?;
    Ok(Json(StopResponse { stopped }))
}

/// Which answer is frozen.
#[derive(Debug, Default, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FreezeParams {
    /// Its number in the conversation, from 1; absent: the last.
    #[serde(default)]
    pub turn: Option<usize>,
}

/// A frozen answer.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FrozenResponse {
    /// The case of the evals, as its YAML file holds it.
    #[schema(value_type = Object)]
    pub case: FrozenCase,
    /// The records it was told from, in the import format.
    #[schema(value_type = Vec<Object>)]
    pub records: Vec<Record>,
}

/// Freezes an answer: the questions that led to it, its words, the verdict, and the records of its accounts.
#[utoipa::path(
    get, path = "/api/conversations/{id}/frozen", tag = "ask",
    params(("id" = String, Path, description = "The conversation"), FreezeParams),
    responses((status = 200, description = "The case and its records", body = FrozenResponse),
              (status = 404, description = "No such conversation or answer", body = Problem))
)]
pub(super) async fn freeze(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    Params(params): Params<FreezeParams>,
) -> Result<Json<FrozenResponse>, Problem> {
    let Frozen { case, records } = web.app().freeze(read(&id)?, params.turn).await?;
    Ok(Json(FrozenResponse { case, records }))
}

fn read(id: &str) -> Result<ConversationId, Problem> {
    id.parse().map_err(|error| Problem::invalid(format!("{error}; begin a new chat")))
}
