//! Who sends a request, for those who serve it: found out once, by `admit`.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::admit::Admitted;
use super::state::Web;
use crate::app::{Console, Origin};

/// The header in which people name themselves, where nobody logs in.
pub const USER: &str = "x-success-agent-user";

/// The header that says where they are: `chat`, `cli` or `api`.
pub const SURFACE: &str = "x-success-agent-surface";

/// The longest name.
const LONGEST: usize = 200;

/// Who sends the request, and which one it is.
pub(super) struct Sender(pub(super) Origin);

impl FromRequestParts<Web> for Sender {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Infallible> {
        let admitted = parts.extensions.get::<Admitted>();
        Ok(Self(admitted.map(|admitted| admitted.origin.clone()).unwrap_or_default()))
    }
}

impl FromRequestParts<Web> for Console {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Admitted>().map_or(Self::LoggedIn, |admitted| admitted.console))
    }
}

/// What a header says.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

/// The name in a header.
pub(super) fn name<'a>(headers: &'a HeaderMap, header: &str) -> Option<&'a str> {
    text(headers, header).filter(|who| !who.is_empty() && who.len() <= LONGEST)
}
