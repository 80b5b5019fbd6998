//! Signed HTTP: Slack's requests are verified over their raw bytes, written down and acknowledged.
//!
//! Answers: 401 for a wrong or old signature, 400 for a body that cannot be read, 413 for one that is too large, 503
//! when it could not be written down (Slack sends it again), else 200. No body is ever logged.

mod page;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use slack_morphism::prelude::SlackSigningSecret;
use slack_morphism::signature_verifier::SlackEventSignatureVerifier;

use super::intake::Reply;
use super::payload::{form, text};
use super::service::{Slack, SlackError};

/// The largest body, in bytes. Slack's are far smaller.
const LARGEST: usize = 1024 * 1024;

/// The routes below `/slack` of the service.
pub fn routes(slack: Slack) -> Router {
    Router::new()
        .route("/slack/events", post(events))
        .route("/slack/commands", post(commands))
        .route("/slack/interactivity", post(interactions))
        .route("/slack/options", post(interactions))
        .route("/slack/install", get(page::install))
        .route("/slack/oauth", get(page::installed))
        .route("/slack/evidence/{workspace}/{turn}/{n}", get(page::evidence))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(slack)
}

async fn events(State(slack): State<Slack>, headers: HeaderMap, body: Bytes) -> Response {
    if checks_certificate(&body) {
        return StatusCode::OK.into_response();
    }
    let said = match verified(&slack, &headers, &body) {
        Ok(said) => said,
        Err(refused) => return refused.into_response(),
    };
    let Ok(payload) = serde_json::from_str::<Value>(said) else { return malformed() };
    if text(&payload, "/type") == Some("url_verification") {
        let challenge = text(&payload, "/challenge").unwrap_or_default();
        return axum::Json(json!({ "challenge": challenge })).into_response();
    }
    acknowledged(slack.take_event(&payload).await.map(|()| None))
}

async fn commands(State(slack): State<Slack>, headers: HeaderMap, body: Bytes) -> Response {
    if checks_certificate(&body) {
        return StatusCode::OK.into_response();
    }
    match verified(&slack, &headers, &body) {
        Ok(said) => acknowledged(slack.take_command(&form(said.as_bytes())).await),
        Err(refused) => refused.into_response(),
    }
}

async fn interactions(State(slack): State<Slack>, headers: HeaderMap, body: Bytes) -> Response {
    if checks_certificate(&body) {
        return StatusCode::OK.into_response();
    }
    let said = match verified(&slack, &headers, &body) {
        Ok(said) => said,
        Err(refused) => return refused.into_response(),
    };
    let fields = form(said.as_bytes());
    let payload = text(&fields, "/payload").and_then(|payload| serde_json::from_str::<Value>(payload).ok());
    match payload {
        Some(payload) => acknowledged(slack.take_interaction(&payload).await),
        None => malformed(),
    }
}

/// Whether Slack only looks at our certificate, which it does with a small form, not always signed. Nothing is done then.
fn checks_certificate(body: &[u8]) -> bool {
    body.len() < 1_000 && !body.starts_with(b"{") && text(&form(body), "/ssl_check") == Some("1")
}

/// The body as text, where it was signed with our secret a short while ago.
fn verified<'a>(slack: &Slack, headers: &HeaderMap, body: &'a [u8]) -> Result<&'a str, Refused> {
    let Some(secret) = &slack.config().signing_secret else {
        return Err(Refused::NotSlack("no signing secret is configured"));
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(signature), Some(sent_at)) = (
        header(SlackEventSignatureVerifier::SLACK_SIGNED_HASH_HEADER),
        header(SlackEventSignatureVerifier::SLACK_SIGNED_TIMESTAMP),
    ) else {
        return Err(Refused::NotSlack("it is not signed"));
    };
    let Ok(said) = std::str::from_utf8(body) else { return Err(Refused::Malformed) };
    let verifier = SlackEventSignatureVerifier::new(&SlackSigningSecret::new(secret.clone()));
    match verifier.verify(signature, said, sent_at) {
        Ok(()) => Ok(said),
        Err(_) => Err(Refused::NotSlack("its signature is wrong or old")),
    }
}

/// A request that is not taken in.
enum Refused {
    /// It is not Slack's, for this reason.
    NotSlack(&'static str),
    /// It is no text.
    Malformed,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self::NotSlack(why) = self else { return malformed() };
        tracing::debug!(why, "a request that claims to be Slack's is refused");
        (StatusCode::UNAUTHORIZED, axum::Json(json!({ "error": "invalid request" }))).into_response()
    }
}

fn malformed() -> Response {
    (StatusCode::BAD_REQUEST, axum::Json(json!({ "error": "the body cannot be read" }))).into_response()
}

fn acknowledged(taken: Result<Reply, SlackError>) -> Response {
    match taken {
        Ok(None) => StatusCode::OK.into_response(),
        Ok(Some(reply)) => axum::Json(reply).into_response(),
        Err(error) => {
            tracing::warn!(%error, "something from Slack could not be written down; Slack sends it again");
            (StatusCode::SERVICE_UNAVAILABLE, axum::Json(json!({ "error": "try again" }))).into_response()
        }
    }
}
