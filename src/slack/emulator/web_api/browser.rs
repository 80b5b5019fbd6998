//! What a browser or an upload asks for besides the methods: files, and the consent of OAuth.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::app::Installed;
use super::super::engine::Engine;

/// `POST /files/upload/{id}`: the bytes of a file.
pub async fn upload(State(engine): State<Arc<Engine>>, Path(id): Path<String>, body: Bytes) -> Response {
    let length = body.len();
    let known = engine.with(|world| {
        let file = world.files.iter_mut().find(|file| file.id == id);
        file.map(|file| file.bytes = Some(body.to_vec())).is_some()
    });
    if known { format!("OK - {length}").into_response() } else { StatusCode::NOT_FOUND.into_response() }
}

/// `GET /files/{id}`: the bytes of a file, to whoever has a token.
pub async fn download(State(engine): State<Arc<Engine>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = authorization.strip_prefix("Bearer ").unwrap_or_default();
    let (allowed, file) = engine.with(|world| {
        let allowed = world.app.bot_tokens.iter().any(|(known, state)| known == token && *state == Installed::Yes);
        (allowed, world.file(&id).cloned())
    });
    if !allowed {
        // Slack shows its sign-in page instead of refusing.
        return ([(header::CONTENT_TYPE, "text/html")], "<!DOCTYPE html><title>Sign in</title>").into_response();
    }
    match file.and_then(|file| file.bytes.map(|bytes| (file.mimetype, bytes))) {
        Some((kind, bytes)) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /oauth/v2/authorize`: consents at once and sends the browser back with a code.
pub async fn authorize(State(engine): State<Arc<Engine>>, Query(asked): Query<HashMap<String, String>>) -> Response {
    let given = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let (client, redirect) = (given("client_id"), given("redirect_uri"));
    if engine.with(|world| world.app.client_id != client) {
        return (StatusCode::BAD_REQUEST, "invalid_client_id").into_response();
    }
    if !redirect.starts_with("http://") && !redirect.starts_with("https://") {
        return (StatusCode::BAD_REQUEST, "bad_redirect_uri").into_response();
    }
    let code = engine.with(|world| world.oauth_code(&redirect));
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair("code", &code).append_pair("state", &given("state")).finish();
    let joint = if redirect.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{redirect}{joint}{query}")).into_response()
}
