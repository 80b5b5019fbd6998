//! `/api/team`: who is of our own side: domains, and people who write from elsewhere.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Problem;
use super::extract::JsonBody;
use super::state::Web;
use crate::domain::team::Team;

/// Who is of our side.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TeamResponse {
    /// Domains we write from; what lies below one is ours as well.
    pub domains: Vec<String>,
    /// Addresses of people of ours who write from elsewhere.
    pub people: Vec<String>,
    /// While neither of these says anything: where our people were seen to have addresses, which is taken for ours.
    pub taken: Vec<String>,
    /// Of those that were given to add or to remove: how many that changed.
    pub changed: usize,
}

impl TeamResponse {
    /// Of a team, after so many changes.
    #[must_use]
    pub fn new(team: Team, changed: usize) -> Self {
        let taken = if team.says() { Vec::new() } else { team.seen.into_iter().collect() };
        Self { domains: team.domains.into_iter().collect(), people: team.people.into_iter().collect(), taken, changed }
    }
}

/// Domains and people to add to our side, or to take off it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamParams {
    /// Domains (`acme.com`) and addresses (`kim@acme.com`) to add.
    #[serde(default)]
    pub add: Vec<String>,
    /// Those to take off.
    #[serde(default)]
    pub remove: Vec<String>,
}

/// Says who is of our side.
#[utoipa::path(get, path = "/api/team", tag = "service",
    responses((status = 200, description = "Who is of our side", body = TeamResponse)))]
pub(super) async fn list(State(web): State<Web>) -> Result<Json<TeamResponse>, Problem> {
    Ok(Json(TeamResponse::new(web.app().team().await?, 0)))
}

/// Changes who is of our side. What was said and written is read again where it makes a difference.
#[utoipa::path(post, path = "/api/team", tag = "service", request_body = TeamParams,
    responses((status = 200, description = "Who is of our side now", body = TeamResponse),
              (status = 403, description = "The sender is no admin", body = Problem),
              (status = 422, description = "Something is neither a domain nor an address", body = Problem)))]
pub(super) async fn change(
    State(web): State<Web>,
    JsonBody(params): JsonBody<TeamParams>,
) -> Result<Json<TeamResponse>, Problem> {
    let (team, changed) = web.app().change_team(&params.add, &params.remove).await?;
    Ok(Json(TeamResponse::new(team, changed)))
}
