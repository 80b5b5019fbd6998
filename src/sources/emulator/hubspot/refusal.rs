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
    answer(StatusCode::NOT_FOUND, "OBJECT_NOT_FOUND", "resource not found")
}

/// The token is not known.
pub(super) fn unauthorized() -> Response {
    let message = "Authentication credentials not found. This API supports OAuth 2.0 authentication.";
    answer(StatusCode::UNAUTHORIZED, "INVALID_AUTHENTICATION", message)
}
