//! How HubSpot refuses.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

/// What every refusal carries.
pub(super) const CORRELATION: &str = "00000000-0000-4000-8000-000000000000";

fn answer(status: StatusCode, category: &str, message: &str) -> Response {
    let body = json!({"status": "error", "message": message, "correlationId": CORRELATION, "category": category});
    (status, Json(body)).into_response()
}

/// The request is not one HubSpot understands.
pub(super) fn invalid(message: &str) -> Response {
    answer(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
}

/// There is no such thing.
pub(super) fn missing() -> Response {
    answer(StatusCode::NOT_FOUND, "OBJECT_NOT_FOUND", "there is no such object")
}

/// The token is not known.
pub(super) fn unauthorized() -> Response {
    let message = "the bearer token is missing or not known";
    answer(StatusCode::UNAUTHORIZED, "INVALID_AUTHENTICATION", message)
}

/// The token may not do this.
pub(super) fn forbidden() -> Response {
    let message = "the token lacks a scope this needs";
    answer(StatusCode::FORBIDDEN, "MISSING_SCOPES", message)
}
