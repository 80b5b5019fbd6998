//! `GET /api/audit`: what was proposed, approved, refused, done and undone.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Problem;
use super::extract::Params;
use super::state::Web;
use crate::domain::action::{AuditEntry, AuditQuery};
use crate::domain::time::Moment;

/// Which entries are wanted.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditParams {
    /// Domain of the account; absent: all accounts.
    #[serde(default)]
    pub account: Option<String>,
    /// Who did it.
    #[serde(default)]
    pub who: Option<String>,
    /// The proposal or draft.
    #[serde(default)]
    pub subject: Option<String>,
    /// Name of the action: `route_account`…
    #[serde(default)]
    pub action: Option<String>,
    /// Not before this instant.
    #[serde(default)]
    #[param(value_type = Option<DateTime<Utc>>)]
    pub since: Option<Moment>,
    /// At most this many, the newest; 100 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// `json` (an object) or `jsonl` (an entry a line, for export).
    #[serde(default)]
    pub format: Option<String>,
}

/// Entries of the audit.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditResponse {
    /// Newest first.
    #[schema(value_type = Vec<Object>)]
    pub entries: Vec<AuditEntry>,
}

impl From<AuditParams> for AuditQuery {
    fn from(params: AuditParams) -> Self {
        let AuditParams { account, who, subject, action, since, limit, .. } = params;
        Self { account, who, subject, action, since, limit: limit.unwrap_or(100) }
    }
}

/// Lists entries of the audit.
#[utoipa::path(
    get, path = "/api/audit", tag = "actions", params(AuditParams),
    responses((status = 200, description = "The entries; with `format=jsonl` one a line", body = AuditResponse),
              (status = 422, description = "The format is not known", body = Problem))
)]
pub(super) async fn list(State(web): State<Web>, Params(params): Params<AuditParams>) -> Result<Response, Problem> {
    let lines = match params.format.as_deref() {
        None | Some("json") => false,
        Some("jsonl") => true,
        Some(other) => return Err(Problem::invalid(format!("`{other}` is not a format; use json or jsonl"))),
    };
    let entries = web.app().audit(params.into()).await?;
    if !lines {
        return Ok(Json(AuditResponse { entries }).into_response());
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], jsonl(&entries)).into_response())
}

/// An entry a line, the oldest first, as a log is read.
#[must_use]
pub fn jsonl(entries: &[AuditEntry]) -> String {
    let line = |entry: &AuditEntry| serde_json::to_string(entry).map(|line| line + "\n").unwrap_or_default();
    entries.iter().rev().map(line).collect()
}
