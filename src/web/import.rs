//! `POST /api/import`: JSON Lines in, a summary out; `GET /api/import/schema`: what a line may hold.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, BufReader, ReadBuf};
use tokio_util::io::StreamReader;
use utoipa::{IntoParams, ToSchema};

use super::error::Problem;
use super::extract::Params;
use super::state::Web;
use crate::app::ImportSummary;
use crate::sources::import::meant_by;

/// How many bytes of a refused body are read and ignored.
const IGNORED: u64 = 8 * 1024 * 1024;

/// What the import may say about its body.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct ImportParams {
    /// Name of the file, for messages.
    pub name: Option<String>,
}

/// What an import did.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImportResponse {
    /// Lines read, blank ones not counted.
    pub lines: u64,
    /// New records, by type.
    pub added: BTreeMap<String, u64>,
    /// Records that replaced an earlier one with the same id, by type.
    pub updated: BTreeMap<String, u64>,
    /// Lines that did not land, at most 1,000.
    pub rejected: Vec<RejectedResponse>,
    /// How many did not land.
    pub rejected_total: u64,
    /// Fields that are not part of the format, each with the number of lines it was seen on.
    pub ignored_fields: BTreeMap<String, u64>,
    /// For those of them that are like a field of the format, that field.
    #[serde(default)]
    pub likely_fields: BTreeMap<String, String>,
    /// Passages indexed.
    pub passages: u64,
    /// Records of the workspace that are not searchable yet; they are indexed by themselves.
    #[serde(default)]
    pub unindexed: u64,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// A line that did not land.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RejectedResponse {
    /// The file.
    pub file: Option<String>,
    /// Its number, from 1.
    pub line: u64,
    /// Why, and what to do.
    pub reason: String,
}

impl From<ImportSummary> for ImportResponse {
    fn from(summary: ImportSummary) -> Self {
        let rejected = summary.rejected.into_iter().map(|line| RejectedResponse {
            file: line.file,
            line: line.line,
            reason: line.reason,
        });
        let unknown = summary.ignored_fields.keys();
        let likely = unknown.filter_map(|field| Some((field.clone(), meant_by(field)?))).collect();
        Self {
            likely_fields: likely,
            lines: summary.lines,
            added: summary.added,
            updated: summary.updated,
            rejected: rejected.collect(),
            rejected_total: summary.rejected_total,
            ignored_fields: summary.ignored_fields,
            passages: summary.passages,
            unindexed: summary.unindexed,
            elapsed_ms: summary.elapsed_ms,
        }
    }
}

/// Imports JSON Lines. Several imports may run at the same time: they take turns by the batch, of 500 records at most. The
/// last records of one are read and indexed before it is answered, unless another is at that for more than 30 seconds;
/// then `unindexed` says how many are left, and they are done by themselves.
#[utoipa::path(
    post, path = "/api/import", tag = "import", params(ImportParams),
    request_body(content = String, content_type = "application/x-ndjson", description = "One record a line; GET /api/import/schema says what it may hold"),
    responses((status = 200, description = "What landed, and what did not", body = ImportResponse),
              (status = 409, description = "Others changed the same records each time it was tried", body = Problem),
              (status = 413, description = "The body is too large", body = Problem),
              (status = 422, description = "No line landed", body = ImportResponse),
              (status = 503, description = "The body paused for too long, the service ends, or something it needs is away; says how much landed", body = Problem))
)]
pub(super) async fn import(
    State(web): State<Web>,
    Params(params): Params<ImportParams>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let limit = web.config().max_import_bytes;
    if let Err(problem) = check_headers(&headers, limit) {
        drain(body).await;
        return Err(problem);
    }
    let exceeded = Arc::new(AtomicBool::new(false));
    let body = StreamReader::new(body.into_data_stream().map_err(std::io::Error::other));
    let body = Arc::new(Mutex::new(Limited { inner: body, left: limit, ignored: 0, exceeded: Arc::clone(&exceeded) }));
    let input = Box::new(BufReader::with_capacity(256 * 1024, Lent(Arc::clone(&body))));
    let landed = web.app().import(params.name, input, Arc::new(|_| {})).await;
    if landed.is_err() {
        // Whoever is still sending is to see why.
        tokio::spawn(ignore(Lent(body)));
    }
    if exceeded.load(Ordering::Relaxed) {
        return Err(too_large(limit));
    }
    let summary = landed?;
    // A line that was there already, unchanged, has landed too.
    let nothing_landed = summary.lines > 0 && summary.rejected_total >= summary.lines;
    let status = if nothing_landed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Json(ImportResponse::from(summary))).into_response())
}

/// The JSON Schema of a line.
#[utoipa::path(
    get, path = "/api/import/schema", tag = "import",
    responses((status = 200, description = "JSON Schema of one line", content_type = "application/schema+json"))
)]
pub(super) async fn schema() -> Response {
    let schema = crate::sources::import::schema();
    ([(header::CONTENT_TYPE, "application/schema+json")], Json(schema)).into_response()
}

fn check_headers(headers: &HeaderMap, limit: u64) -> Result<(), Problem> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let unsupported = |detail: String| Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail);
    if let Some(kind) = text(header::CONTENT_TYPE) {
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let taken = [
            "application/x-ndjson",
            "application/ndjson",
            "application/jsonl",
            "application/json",
            "text/plain",
            "application/octet-stream",
        ];
        if !taken.contains(&essence.as_str()) {
            return Err(unsupported(format!("`{essence}` is not accepted; send JSON Lines as application/x-ndjson")));
        }
    }
    if let Some(encoding) = text(header::CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
        return Err(unsupported(format!("a body encoded with {encoding} is not accepted; send it uncompressed")));
    }
    match text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok()) {
        Some(length) if length > limit => Err(too_large(limit)),
        _ => Ok(()),
    }
}

fn too_large(limit: u64) -> Problem {
    let mib = limit / (1024 * 1024);
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("the body is larger than {mib} MiB; split it into several imports, or raise http.max_import_mib"),
    )
}

/// Reads on for a moment, so that a client that is still sending gets to see the refusal instead of a broken connection.
async fn drain(body: Body) {
    let mut chunks = body.into_data_stream();
    let reading = async {
        let mut ignored = 0;
        while let Ok(Some(chunk)) = chunks.try_next().await {
            ignored += chunk.len() as u64;
            if ignored > IGNORED {
                break;
            }
        }
    };
    drop(tokio::time::timeout(Duration::from_secs(5), reading).await);
}

/// Reads on for a moment, beside the answer.
async fn ignore(body: impl AsyncRead + Unpin) {
    let mut body = body.take(IGNORED);
    drop(tokio::time::timeout(Duration::from_secs(2), tokio::io::copy(&mut body, &mut tokio::io::sink())).await);
}

/// A reader that can be read on by another when its reader is done.
struct Lent<R>(Arc<Mutex<R>>);

impl<R: AsyncRead + Unpin> AsyncRead for Lent<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *inner).poll_read(context, buffer)
    }
}

/// A reader that fails once more than `left` bytes were read, after reading on for a moment as [`drain`] does.
struct Limited<R> {
    inner: R,
    left: u64,
    ignored: u64,
    exceeded: Arc<AtomicBool>,
}

impl<R: AsyncRead + Unpin> AsyncRead for Limited<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        loop {
            ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
            let read = (buffer.filled().len() - before) as u64;
            if self.ignored == 0
                && let Some(left) = self.left.checked_sub(read)
            {
                self.left = left;
                return Poll::Ready(Ok(()));
            }
            self.exceeded.store(true, Ordering::Relaxed);
            buffer.set_filled(before);
            self.ignored += read;
            if read == 0 || self.ignored > IGNORED {
                return Poll::Ready(Err(std::io::Error::other("the body is larger than accepted")));
            }
        }
    }
}
