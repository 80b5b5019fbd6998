//! `GET /api/meetings`: the meetings that lie ahead, and what became of the brief of each. The brief itself is an answer in a
//! conversation, `/c/{conversation}`.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Problem;
use super::extract::Params;
use super::state::Web;
use crate::app::{App, AppError, MeetingAhead};
use crate::domain::time::Moment;
use crate::store::BriefState;

/// Meetings that are given at most.
const MOST: u32 = 200;

/// Which meetings.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct MeetingsParams {
    /// Only those with this account, by its domain; those that were called off too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Only those of this colleague, by e-mail address: with the accounts they own, and those they are invited to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// At most this many; 50 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Meetings that lie ahead.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MeetingsResponse {
    /// The soonest first.
    pub meetings: Vec<MeetingResponse>,
}

/// A meeting.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MeetingResponse {
    /// The record's id.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// What it is called.
    pub title: String,
    /// When it begins.
    #[schema(value_type = DateTime<Utc>)]
    pub starts_at: Moment,
    /// When it ends.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub ends_at: Option<Moment>,
    /// Who is invited.
    pub participants: Vec<String>,
    /// Where it can be opened or joined.
    pub url: Option<String>,
    /// Whether it was called off.
    pub canceled: bool,
    /// What became of the brief that comes by itself; none where it is not due yet.
    pub brief: Option<BriefResponse>,
}

/// What became of a brief.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BriefResponse {
    /// `made`, `sending`, `sent`, `missed` or `failed`.
    #[schema(value_type = String)]
    pub state: BriefState,
    /// `web`, `slack:USER` or `mail:ADDRESS`.
    pub to: String,
    /// When it arrived.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub sent_at: Option<Moment>,
    /// Why it did not arrive, or not yet.
    pub note: Option<String>,
    /// The conversation it stands in.
    pub conversation: String,
    /// What it says, as Markdown with `[n]` marks.
    pub answer: String,
}

impl From<MeetingAhead> for MeetingResponse {
    fn from(ahead: MeetingAhead) -> Self {
        let MeetingAhead { meeting, account_name, brief } = ahead;
        Self {
            id: meeting.id,
            account: meeting.account,
            account_name,
            title: meeting.title,
            starts_at: meeting.starts_at,
            ends_at: meeting.ends_at,
            participants: meeting.participants.into_iter().map(|attendee| attendee.name).collect(),
            url: meeting.url,
            canceled: meeting.canceled,
            brief: brief.map(|brief| BriefResponse {
                state: brief.state,
                to: brief.to.to_string(),
                sent_at: brief.sent_at,
                note: brief.note,
                conversation: brief.answer.conversation.to_string(),
                answer: brief.answer.answer,
            }),
        }
    }
}

/// Lists the meetings that lie ahead.
#[utoipa::path(
    get, path = "/api/meetings", tag = "accounts", params(MeetingsParams),
    responses(
        (status = 200, description = "The meetings that lie ahead, the soonest first", body = MeetingsResponse),
        (status = 404, description = "No such account", body = Problem),
    )
)]
pub(super) async fn list(
    State(web): State<Web>,
    Params(params): Params<MeetingsParams>,
) -> Result<Json<MeetingsResponse>, Problem> {
    Ok(Json(ahead(web.app(), params).await?))
}

/// The meetings that lie ahead.
///
/// # Errors
/// [`AppError::NotFound`] when there is no such account.
pub async fn ahead(app: &App, params: MeetingsParams) -> Result<MeetingsResponse, AppError> {
    let limit = params.limit.unwrap_or(50).clamp(1, MOST);
    let meetings = app.meetings_ahead(params.account.as_deref(), params.who.as_deref(), limit).await?;
    Ok(MeetingsResponse { meetings: meetings.into_iter().map(MeetingResponse::from).collect() })
}
