//! Extractors whose refusals are problems.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::Problem;

/// A JSON body.
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Ok(Self(Json::<T>::from_request(request, state).await?.0))
    }
}

/// The query string.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self(Query::<T>::from_request_parts(parts, state).await?.0))
    }
}

/// Parts of the path.
pub struct PathOf<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self(Path::<T>::from_request_parts(parts, state).await?.0))
    }
}

/// Reads a comma-separated list of names with `parse`; `what` and `known` go into the refusal.
pub(super) fn list<T>(
    text: Option<&str>,
    what: &str,
    known: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Problem> {
    text.unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| parse(name).ok_or_else(|| Problem::invalid(format!("`{name}` is not a {what}; use {known}"))))
        .collect()
}

/// The wire names of all kinds of record, for refusals.
pub(super) fn kind_names() -> String {
    crate::domain::record::RecordKind::ALL.map(crate::domain::record::RecordKind::wire).join(", ")
}
