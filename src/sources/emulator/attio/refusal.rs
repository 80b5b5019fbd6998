//! How Attio refuses.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

/// A refusal in the shape all of Attio's have.
pub(super) fn answer(status: StatusCode, kind: &str, code: &str, message: &str) -> Response {
    let body = json!({"status_code": status.as_u16(), "type": kind, "code": code, "message": message});
    (status, Json(body)).into_response()
}

/// The request is not one Attio understands.
pub(super) fn invalid(code: &str, message: &str) -> Response {
    answer(StatusCode::BAD_REQUEST, "invalid_request_error", code, message)
}

/// There is no such thing.
pub(super) fn missing(what: &str) -> Response {
    answer(StatusCode::NOT_FOUND, "invalid_request_error", "not_found", &format!("{what} is not there"))
}

/// The key is not known.
pub(super) fn unauthorized() -> Response {
    answer(StatusCode::UNAUTHORIZED, "auth_error", "unauthorized", "the bearer token is missing or not known")
}

/// The key may not do this.
pub(super) fn forbidden(scope: &str) -> Response {
    let message = format!("the token lacks the scope {scope}");
    answer(StatusCode::FORBIDDEN, "auth_error", "missing_scope", &message)
}
