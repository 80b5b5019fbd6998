//! `GET /api/reading`: how far a language model is with reading calls and e-mails.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ask::UsageResponse;
use super::error::Problem;
use super::state::Web;
use crate::app::ModelReading;

/// How far a language model is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ReadingResponse {
    /// The model; none: only the built-in reader reads.
    pub model: Option<String>,
    /// Whether it reads calls and e-mails.
    pub on: bool,
    /// Calls and e-mails it has read.
    pub read: u64,
    /// Those it has still to read.
    pub waiting: u64,
    /// Those it failed on too often.
    pub given_up: u64,
    /// What it failed at last, unless it did better since.
    pub problem: Option<String>,
    /// What the readings on record cost.
    pub usage: UsageResponse,
}

impl From<ModelReading> for ReadingResponse {
    fn from(reading: ModelReading) -> Self {
        Self {
            model: Some(reading.model),
            on: reading.on,
            read: reading.state.read,
            waiting: reading.state.waiting,
            given_up: reading.state.given_up,
            problem: reading.problem,
            usage: reading.state.usage.into(),
        }
    }
}

/// Says how far the reading is.
#[utoipa::path(
    get, path = "/api/reading", tag = "service",
    responses((status = 200, description = "How far it is", body = ReadingResponse),
              (status = 503, description = "The database is out of reach", body = Problem))
)]
pub(super) async fn show(State(web): State<Web>) -> Result<Json<ReadingResponse>, Problem> {
    Ok(Json(web.app().model_reading().await?.map(ReadingResponse::from).unwrap_or_default()))
}
