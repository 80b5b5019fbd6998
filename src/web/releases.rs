//! `/api/releases`: the latest releases, and one entered by hand.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actor::Sender;
use super::error::Problem;
use super::extract::JsonBody;
use super::state::Web;
use crate::app::ReleaseEntry;
use crate::domain::activity::Release;
use crate::domain::time::Moment;

/// The latest releases.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReleasesResponse {
    /// Newest first, at most 40.
    pub releases: Vec<ReleaseResponse>,
}

/// A release.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReleaseResponse {
    /// Its id.
    pub id: String,
    /// Headline.
    pub title: String,
    /// Version.
    pub version: Option<String>,
    /// When it shipped, or will.
    #[schema(value_type = DateTime<Utc>)]
    pub shipped_at: Moment,
    /// Whether customers have it.
    pub shipped: bool,
    /// Where it can be read.
    pub url: Option<String>,
}

impl ReleaseResponse {
    fn of(release: Release, now: Moment) -> Self {
        let shipped = release.shipped(now);
        let Release { id, title, version, shipped_at, url, .. } = release;
        Self { id, title, version, shipped_at, shipped, url }
    }
}

/// A release to be entered.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseParams {
    /// Headline.
    pub title: String,
    /// What is new in it, a line each.
    pub notes: String,
    /// Version, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The day it shipped, or will; today when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_on: Option<NaiveDate>,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Lists the latest releases.
#[utoipa::path(get, path = "/api/releases", tag = "records",
    responses((status = 200, description = "The latest releases", body = ReleasesResponse)))]
pub(super) async fn list(State(web): State<Web>) -> Result<Json<ReleasesResponse>, Problem> {
    let releases = web.app().releases().await?;
    let releases = releases.into_iter().map(|release| ReleaseResponse::of(release, web.now())).collect();
    Ok(Json(ReleasesResponse { releases }))
}

/// Enters a release by hand. It is kept, read and made searchable as one that is imported.
#[utoipa::path(post, path = "/api/releases", tag = "records", request_body = ReleaseParams,
    responses((status = 200, description = "The release", body = ReleaseResponse),
              (status = 422, description = "It lacks something, or whoever enters it may only read", body = Problem)))]
pub(super) async fn enter(
    State(web): State<Web>,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<ReleaseParams>,
) -> Result<Json<ReleaseResponse>, Problem> {
    let ReleaseParams { title, notes, version, shipped_on, url } = params;
    let entry = ReleaseEntry { title, version, notes, shipped_on, url };
    Ok(Json(ReleaseResponse::of(web.app().enter_release(&entry, &origin).await?, web.now())))
}
