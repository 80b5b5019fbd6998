//! `GET /api/records/{kind}/{id}`: the record behind a citation, line by line.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Problem;
use super::extract::{PathOf, kind_names};
use super::state::Web;
use crate::app::RecordView;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Moment;

/// A record as a reader sees it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RecordResponse {
    /// Kind of record.
    pub kind: String,
    /// The imported record's id.
    pub id: String,
    /// Domain of the account; none for releases.
    pub account: Option<String>,
    /// Title.
    pub title: String,
    /// When it happened.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub occurred_at: Option<Moment>,
    /// Where it can be opened.
    pub url: Option<String>,
    /// Its body in order.
    pub lines: Vec<LineResponse>,
}

/// A line of a record's body.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LineResponse {
    /// Speaker or name of the fact.
    pub label: Option<String>,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
    /// The words.
    pub text: String,
    /// Of a line of an e-mail: `own`, `quoted`, `forwarded`, `signature`, `footer` or `automatic`.
    pub zone: Option<String>,
    /// Of an answer between quoted lines: the line it answers.
    pub answers: Option<String>,
}

impl From<RecordView> for RecordResponse {
    fn from(view: RecordView) -> Self {
        let line = |line: crate::app::RecordLine| LineResponse {
            label: line.label,
            at_seconds: line.at_seconds,
            text: line.text,
            zone: line.zone.map(|zone| zone.wire().to_owned()),
            answers: line.answers,
        };
        Self {
            kind: view.record.kind.wire().to_owned(),
            id: view.record.id,
            account: view.account,
            title: view.title,
            occurred_at: view.occurred_at,
            url: view.url,
            lines: view.lines.into_iter().map(line).collect(),
        }
    }
}

/// Shows a record.
#[utoipa::path(
    get, path = "/api/records/{kind}/{id}", tag = "records",
    params(("kind" = String, Path, description = "Kind of record"),
           ("id" = String, Path, description = "The imported id, percent-encoded; it may hold `/` and `#`")),
    responses((status = 200, description = "The record", body = RecordResponse),
              (status = 404, description = "No such record", body = Problem))
)]
pub(super) async fn show(
    State(web): State<Web>,
    PathOf((kind, id)): PathOf<(String, String)>,
) -> Result<Json<RecordResponse>, Problem> {
    let kind = RecordKind::parse(&kind)
        .ok_or_else(|| Problem::invalid(format!("`{kind}` is not a kind of record; use {}", kind_names())))?;
    Ok(Json(web.app().record(RecordRef { kind, id }).await?.into()))
}
