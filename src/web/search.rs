//! `GET|POST /api/search`: the passages nearest to some words.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Problem;
use super::extract::{JsonBody, Params, kind_names, list as names};
use super::state::Web;
use crate::app::Search;
use crate::domain::passage::PassageHit;
use crate::domain::record::RecordKind;
use crate::domain::time::Moment;

/// A search in the query string.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct SearchParams {
    /// The words to look for.
    pub q: String,
    /// Domain of the account; may be left out when only releases are searched.
    pub account: Option<String>,
    /// Only these kinds, separated by commas.
    pub kind: Option<String>,
    /// At most this many, up to 100; 10 when absent.
    pub limit: Option<u32>,
}

/// A search as a JSON body.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchBody {
    /// The words to look for.
    pub query: String,
    /// Domain of the account; may be left out when only releases are searched.
    #[serde(default)]
    pub account: Option<String>,
    /// Only these kinds.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// At most this many, up to 100; 10 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// What was found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchResponse {
    /// Best first.
    pub hits: Vec<HitResponse>,
    /// How long the search took, in microseconds.
    #[serde(default)]
    pub elapsed_us: u64,
}

/// One passage found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct HitResponse {
    /// The imported record's id.
    pub id: String,
    /// Kind of record.
    pub kind: String,
    /// Domain of the account.
    pub account: Option<String>,
    /// Title of the record.
    pub title: String,
    /// When it happened.
    #[schema(value_type = DateTime<Utc>)]
    pub occurred_at: Moment,
    /// Who speaks or writes.
    pub speaker: Option<String>,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
    /// For calls: the first turn of the transcript that is in the passage, counted from 0.
    #[serde(default)]
    pub first_turn: Option<u32>,
    /// For calls: the last turn of the transcript that is in the passage.
    #[serde(default)]
    pub last_turn: Option<u32>,
    /// The words.
    pub text: String,
    /// Where the record can be opened.
    pub url: Option<String>,
    /// The score the results are ordered by; only comparable within one search.
    pub score: f32,
    /// What its words count for (BM25); absent when it shares none with the query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lexical: Option<f32>,
    /// How near it lies to the query in meaning, at most 1; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dense: Option<f32>,
}

impl From<PassageHit> for HitResponse {
    fn from(hit: PassageHit) -> Self {
        let passage = hit.passage;
        Self {
            id: passage.source.id,
            kind: passage.source.kind.wire().to_owned(),
            account: passage.account,
            title: passage.title,
            occurred_at: passage.occurred_at,
            speaker: passage.speaker,
            at_seconds: passage.at_seconds,
            first_turn: passage.first_turn,
            last_turn: passage.last_turn,
            text: passage.text,
            url: passage.url,
            score: hit.score,
            lexical: hit.lexical,
            dense: hit.dense,
        }
    }
}

/// Searches with the query string.
#[utoipa::path(
    get, path = "/api/search", tag = "search", params(SearchParams),
    responses((status = 200, description = "Passages, best first", body = SearchResponse),
              (status = 422, description = "No words or no account", body = Problem))
)]
pub(super) async fn by_query(
    State(web): State<Web>,
    Params(params): Params<SearchParams>,
) -> Result<Json<SearchResponse>, Problem> {
    let kinds = params.kind.as_deref().map(|kinds| kinds.split(',').map(str::to_owned).collect()).unwrap_or_default();
    search(&web, SearchBody { query: params.q, account: params.account, kinds, limit: params.limit }).await
}

/// Searches with a body.
#[utoipa::path(
    post, path = "/api/search", tag = "search", request_body = SearchBody,
    responses((status = 200, description = "Passages, best first", body = SearchResponse),
              (status = 422, description = "No words or no account", body = Problem))
)]
pub(super) async fn by_body(
    State(web): State<Web>,
    JsonBody(body): JsonBody<SearchBody>,
) -> Result<Json<SearchResponse>, Problem> {
    search(&web, body).await
}

async fn search(web: &Web, body: SearchBody) -> Result<Json<SearchResponse>, Problem> {
    let query = body.query.trim();
    if query.is_empty() {
        return Err(Problem::invalid("there are no words to search for; send them as `q` (GET) or `query` (POST)"));
    }
    if query.chars().count() > web.config().question_chars {
        return Err(Problem::invalid(format!(
            "the words to search for are too many; use {} characters",
            web.config().question_chars
        )));
    }
    let kinds = names(Some(&body.kinds.join(",")), "kind of record", &kind_names(), RecordKind::parse)?;
    let search = Search { query: query.to_owned(), account: body.account, kinds, limit: body.limit };
    let started = Instant::now();
    let hits = web.app().search(search).await?;
    let elapsed_us = started.elapsed().as_micros().try_into().unwrap_or(u64::MAX);
    Ok(Json(SearchResponse { hits: hits.into_iter().map(HitResponse::from).collect(), elapsed_us }))
}
