//! `POST /api/feedback`: what a reader thinks of an answer.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Problem;
use super::extract::JsonBody;
use super::state::Web;
use crate::app::{Judged, Judgement};
use crate::domain::conversation::{Feedback, Verdict};
use crate::domain::id::InvalidId;

/// A verdict on an answer; it takes the place of the one given before.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedbackParams {
    /// The conversation; absent: the one of the last answer of the workspace.
    #[serde(default)]
    pub conversation: Option<String>,
    /// The turn, as its answer names it; absent: the last one that was answered.
    #[serde(default)]
    pub turn: Option<String>,
    /// Whether the answer was of use.
    pub verdict: VerdictParam,
    /// Why, in a line.
    #[serde(default)]
    pub comment: Option<String>,
}

/// Whether an answer was of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictParam {
    /// It was.
    Up,
    /// It was not.
    Down,
    /// Takes back what was said before.
    None,
}

/// What is kept.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FeedbackResponse {
    /// The conversation.
    pub conversation: String,
    /// The turn.
    pub turn: String,
    /// Its question.
    pub question: String,
    /// The verdict; `none` when it was taken back.
    pub verdict: VerdictParam,
    /// The comment.
    pub comment: Option<String>,
}

/// A verdict on an answer, as a conversation shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct GivenResponse {
    /// The verdict.
    pub verdict: VerdictParam,
    /// The comment.
    pub comment: Option<String>,
}

impl VerdictParam {
    fn domain(self) -> Option<Verdict> {
        match self {
            Self::Up => Some(Verdict::Up),
            Self::Down => Some(Verdict::Down),
            Self::None => None,
        }
    }

    fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Up => Self::Up,
            Verdict::Down => Self::Down,
        }
    }
}

impl From<Feedback> for GivenResponse {
    fn from(feedback: Feedback) -> Self {
        Self { verdict: VerdictParam::of(feedback.verdict), comment: feedback.comment }
    }
}

impl From<Judged> for FeedbackResponse {
    fn from(judged: Judged) -> Self {
        Self {
            conversation: judged.conversation.to_string(),
            turn: judged.turn.to_string(),
            question: judged.question,
            verdict: judged.feedback.as_ref().map_or(VerdictParam::None, |feedback| VerdictParam::of(feedback.verdict)),
            comment: judged.feedback.and_then(|feedback| feedback.comment),
        }
    }
}

impl TryFrom<FeedbackParams> for Judgement {
    type Error = InvalidId;

    fn try_from(params: FeedbackParams) -> Result<Self, InvalidId> {
        Ok(Self {
            conversation: params.conversation.map(|id| id.parse()).transpose()?,
            turn: params.turn.map(|id| id.parse()).transpose()?,
            verdict: params.verdict.domain(),
            comment: params.comment,
        })
    }
}

impl From<Judgement> for FeedbackParams {
    fn from(judgement: Judgement) -> Self {
        Self {
            conversation: judgement.conversation.map(|id| id.to_string()),
            turn: judgement.turn.map(|id| id.to_string()),
            verdict: judgement.verdict.map_or(VerdictParam::None, VerdictParam::of),
            comment: judgement.comment,
        }
    }
}

/// Keeps a verdict.
#[utoipa::path(
    post, path = "/api/feedback", tag = "ask", request_body = FeedbackParams,
    responses((status = 200, description = "It is kept", body = FeedbackResponse),
              (status = 404, description = "No such answer", body = Problem),
              (status = 422, description = "The comment is too long", body = Problem))
)]
pub(super) async fn give(
    State(web): State<Web>,
    JsonBody(params): JsonBody<FeedbackParams>,
) -> Result<Json<FeedbackResponse>, Problem> {
    let judgement = params
        .try_into()
        .map_err(|error: InvalidId| Problem::invalid(format!("{error}; an answer names its conversation and turn")))?;
    Ok(Json(web.app().judge(judgement).await?.into()))
}
