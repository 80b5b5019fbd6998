//! `GET /api/accounts/{domain}/activity`: an account's timeline.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Problem;
use super::extract::{Params, PathOf, kind_names, list as names};
use super::state::Web;
use crate::domain::record::RecordKind;
use crate::domain::time::{Moment, Window};
use crate::domain::tool::activity::{ActivityItem, ListActivity};

/// Which part of the timeline.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct ActivityParams {
    /// Only these kinds, separated by commas.
    pub kind: Option<String>,
    /// First day, `2026-03-04`.
    pub since: Option<NaiveDate>,
    /// Last day.
    pub until: Option<NaiveDate>,
    /// At most this many; 50 when absent.
    pub limit: Option<u32>,
}

/// A stretch of the timeline.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ActivityResponse {
    /// Newest first.
    pub items: Vec<ActivityItemResponse>,
    /// How many there are in all, by kind.
    pub counts: std::collections::BTreeMap<String, u64>,
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ActivityItemResponse {
    /// What it is.
    pub kind: String,
    /// The record's id.
    pub id: String,
    /// Title, subject or headline.
    pub title: String,
    /// When.
    #[schema(value_type = DateTime<Utc>)]
    pub occurred_at: Moment,
    /// What it says, in the record's own words.
    pub gist: String,
    /// Who wrote it.
    pub from: Option<String>,
    /// Who took part or received it.
    pub people: Vec<String>,
    /// For calls: length in minutes.
    pub minutes: Option<u32>,
}

impl From<ActivityItem> for ActivityItemResponse {
    fn from(item: ActivityItem) -> Self {
        Self {
            kind: item.kind.wire().to_owned(),
            id: item.id,
            title: item.title,
            occurred_at: item.occurred_at,
            gist: item.gist,
            from: item.from,
            people: item.people,
            minutes: item.minutes,
        }
    }
}

/// Lists what happened on an account.
#[utoipa::path(
    get, path = "/api/accounts/{domain}/activity", tag = "accounts",
    params(("domain" = String, Path, description = "Domain"), ActivityParams),
    responses(
        (status = 200, description = "The timeline, newest first", body = ActivityResponse),
        (status = 404, description = "No such account", body = Problem),
    )
)]
pub(super) async fn list(
    State(web): State<Web>,
    PathOf(domain): PathOf<String>,
    Params(params): Params<ActivityParams>,
) -> Result<Json<ActivityResponse>, Problem> {
    if let (Some(since), Some(until)) = (params.since, params.until)
        && since > until
    {
        return Err(Problem::invalid(format!("since ({since}) lies after until ({until}); swap them")));
    }
    let filter = ListActivity {
        account: domain,
        kinds: names(params.kind.as_deref(), "kind of record", &kind_names(), RecordKind::parse)?,
        window: Window { since: params.since, until: params.until },
        person: None,
        limit: Some(params.limit.unwrap_or(50).clamp(1, 1_000)),
    };
    let list = web.app().activity(filter).await?;
    Ok(Json(ActivityResponse {
        items: list.items.into_iter().map(ActivityItemResponse::from).collect(),
        counts: list.counts.into_iter().map(|entry| (entry.kind.wire().to_owned(), entry.count)).collect(),
    }))
}
