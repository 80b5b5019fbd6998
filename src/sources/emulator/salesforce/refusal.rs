//! How Salesforce refuses: a list of errors.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

fn answer(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!([{"message": message, "errorCode": code}]))).into_response()
}

/// The request is not one Salesforce understands.
pub(super) fn invalid(code: &str, message: &str) -> Response {
    answer(StatusCode::BAD_REQUEST, code, message)
}

/// The request is not allowed.
pub(super) fn forbidden(code: &str, message: &str) -> Response {
    answer(StatusCode::FORBIDDEN, code, message)
}

/// There is no such thing.
pub(super) fn missing() -> Response {
    answer(StatusCode::NOT_FOUND, "NOT_FOUND", "there is no such thing")
}

/// The session is not known.
pub(super) fn unauthorized() -> Response {
    answer(StatusCode::UNAUTHORIZED, "INVALID_SESSION_ID", "the session is over or never began")
}
