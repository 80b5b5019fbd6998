//! `/api/jobs`: tasks that wait, run or have failed, and a person's word on the last.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Problem;
use super::extract::PathOf;
use super::state::Web;
use crate::domain::task::QueuedTask;
use crate::domain::time::Moment;

/// A task in the queue.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JobResponse {
    /// Its number.
    pub id: i64,
    /// What is to be done: `answer_thread`, `catch_up`…
    pub task: String,
    /// What it is about, as it was written down: identifiers only.
    #[schema(value_type = Object)]
    pub about: serde_json::Value,
    /// `waiting`, `running` or `failed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: u32,
    /// How often it may be.
    pub max_attempts: u32,
    /// When it is due.
    #[schema(value_type = DateTime<Utc>)]
    pub due_at: Moment,
    /// When it was written down.
    #[schema(value_type = DateTime<Utc>)]
    pub added_at: Moment,
    /// Why it failed the last time.
    pub last_error: Option<String>,
}

/// Tasks in the queue.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JobsResponse {
    /// The latest first.
    pub jobs: Vec<JobResponse>,
}

impl From<QueuedTask> for JobResponse {
    fn from(queued: QueuedTask) -> Self {
        Self {
            id: queued.id,
            task: queued.task.name().to_owned(),
            about: serde_json::to_value(&queued.task).unwrap_or_default(),
            state: queued.state.wire().to_owned(),
            attempts: queued.attempts,
            max_attempts: queued.max_attempts,
            due_at: queued.due_at,
            added_at: queued.added_at,
            last_error: queued.last_error,
        }
    }
}

/// Lists tasks that are not done.
#[utoipa::path(get, path = "/api/jobs", tag = "service",
    responses((status = 200, description = "Tasks that wait, run or have failed", body = JobsResponse)))]
pub(super) async fn list(State(web): State<Web>) -> Result<Json<JobsResponse>, Problem> {
    let jobs = web.app().tasks().await?.into_iter().map(JobResponse::from).collect();
    Ok(Json(JobsResponse { jobs }))
}

/// Shows a task.
#[utoipa::path(get, path = "/api/jobs/{id}", tag = "service", params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The task", body = JobResponse),
              (status = 404, description = "It is done or was never there", body = Problem)))]
pub(super) async fn show(State(web): State<Web>, PathOf(id): PathOf<i64>) -> Result<Json<JobResponse>, Problem> {
    Ok(Json(web.app().task(id).await?.into()))
}

/// Has a task tried again now.
#[utoipa::path(post, path = "/api/jobs/{id}/retry", tag = "service", params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "It is tried again", body = JobResponse),
              (status = 404, description = "It is done or was never there", body = Problem),
              (status = 409, description = "It is being worked on", body = Problem)))]
pub(super) async fn retry(State(web): State<Web>, PathOf(id): PathOf<i64>) -> Result<Json<JobResponse>, Problem> {
    Ok(Json(web.app().retry_task(id).await?.into()))
}

/// Takes a task away without doing it.
#[utoipa::path(post, path = "/api/jobs/{id}/drop", tag = "service", params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "It is gone"),
              (status = 404, description = "It is done or was never there", body = Problem),
              (status = 409, description = "It is being worked on", body = Problem)))]
pub(super) async fn drop_one(State(web): State<Web>, PathOf(id): PathOf<i64>) -> Result<Json<()>, Problem> {
    Ok(Json(web.app().drop_task(id).await?))
}
