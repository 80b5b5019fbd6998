//! Who sends a request. The service has no log-in: people name themselves, unless a proxy in front of it knows better.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::error::RequestId;
use super::guard::bearer;
use super::state::Web;
use crate::app::{Console, Origin};
use crate::domain::actor::{Actor, Surface};

/// The header in which people name themselves.
pub const USER: &str = "x-success-agent-user";

/// The header that says where they are: `chat`, `cli` or `api`.
pub const SURFACE: &str = "x-success-agent-surface";

/// The longest name.
const LONGEST: usize = 200;

/// Who sends the request, and which one it is.
pub(super) struct Sender(pub(super) Origin);

impl FromRequestParts<Web> for Sender {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let headers = &parts.headers;
        let surface = text(headers, SURFACE).and_then(Surface::parse).unwrap_or(Surface::Api);
        let (who, else_it_is) = match (console(headers, web), &web.config().user_header) {
            (Console::LoggedIn, Some(header)) => (text(headers, header), Actor::default().who),
            _ => (text(headers, USER), web.user().to_owned()),
        };
        let who = who.filter(|who| !who.is_empty() && who.len() <= LONGEST).unwrap_or(&else_it_is);
        let request = parts.extensions.get::<RequestId>().map(|id| id.0.clone());
        Ok(Self(Origin { by: Actor::new(who, surface), request, typed: None }))
    }
}

impl FromRequestParts<Web> for Console {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        Ok(console(&parts.headers, web))
    }
}

/// A command on this machine has proved that it is one; whoever types it is not behind the proxy.
fn console(headers: &HeaderMap, web: &Web) -> Console {
    match &web.config().user_header {
        _ if bearer(headers).is_some() => Console::Local,
        Some(_) => Console::LoggedIn,
        None => Console::Open,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}
