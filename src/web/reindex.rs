//! `POST /api/reindex`: rebuilds the index from the database.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Problem;
use super::state::Web;

/// What was rebuilt.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReindexResponse {
    /// Passages in the index.
    pub passages: u64,
}

/// Rebuilds the index.
#[utoipa::path(
    post, path = "/api/reindex", tag = "import",
    responses((status = 200, description = "The index is rebuilt", body = ReindexResponse),
              (status = 409, description = "An import is running", body = Problem))
)]
pub(super) async fn reindex(State(web): State<Web>) -> Result<Json<ReindexResponse>, Problem> {
    let passages = web.app().reindex(Arc::new(|_| {})).await?;
    Ok(Json(ReindexResponse { passages }))
}
