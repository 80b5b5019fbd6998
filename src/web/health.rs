//! `GET /healthz` (the program runs) and `GET /readyz` (it can answer).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Problem;
use super::state::Web;
use crate::domain::time::Moment;

/// The program runs.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AliveResponse {
    /// Always `ok`.
    pub status: String,
    /// Its version.
    pub version: String,
    /// The workspace it serves.
    pub workspace: String,
    /// What it takes for the present.
    #[schema(value_type = DateTime<Utc>)]
    pub now: Moment,
}

/// Whether the service can answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReadyResponse {
    /// It can.
    pub ready: bool,
    /// What is wrong, a sentence each.
    pub problems: Vec<String>,
    /// What is to be looked after though it answers, a sentence each: no room to index what comes in, or no https where
    /// others can reach it.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// Accounts in the workspace.
    pub accounts: u64,
    /// Records waiting to be indexed.
    pub unindexed: u64,
    /// Records whose meaning is not known yet, so that they are found by their words alone; absent without a model that
    /// embeds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unembedded: Option<u64>,
}

/// Says that the program runs.
#[utoipa::path(get, path = "/healthz", tag = "service", responses((status = 200, description = "It runs", body = AliveResponse)))]
pub(super) async fn alive(State(web): State<Web>) -> Json<AliveResponse> {
    Json(AliveResponse {
        status: "ok".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        workspace: web.workspace().to_owned(),
        now: web.now(),
    })
}

/// Says whether the service can answer.
#[utoipa::path(
    get, path = "/readyz", tag = "service",
    responses((status = 200, description = "It can answer", body = ReadyResponse),
              (status = 503, description = "It cannot, and why", body = Problem))
)]
pub(super) async fn ready(State(web): State<Web>) -> Result<Json<ReadyResponse>, Problem> {
    let readiness = web.app().readiness().await;
    if !readiness.ready {
        let problems =
            if readiness.problems.is_empty() { "not ready".to_owned() } else { readiness.problems.join("; ") };
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, problems));
    }
    let mut warnings = readiness.warnings;
    warnings.extend(web.in_clear().map(str::to_owned));
    Ok(Json(ReadyResponse {
        ready: true,
        problems: readiness.problems,
        warnings,
        accounts: readiness.accounts,
        unindexed: readiness.unindexed,
        unembedded: readiness.unembedded,
    }))
}
