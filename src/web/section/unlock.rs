//! The sections and the pages of accounts can be switched off: every one of them then leads to `GET /success-unlock`, and
//! their API refuses.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use super::address;
use crate::domain::account::Section;
use crate::web::error::Problem;
use crate::web::state::Web;

/// Where one is led.
const HERE: &str = "/success-unlock";

/// The API behind the pages that are switched off.
const API: [&str; 5] = ["/api/contracts", "/api/deals", "/api/close-loop", "/api/close-loop/drafts", "/api/releases"];

/// The page.
#[derive(Debug, Serialize)]
struct UnlockPage {
    on: bool,
}

/// Whether a page shows a section or an account.
fn is_page(path: &str) -> bool {
    let section = Section::ALL.into_iter().any(|section| {
        path.strip_prefix(address(section)).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let below = |place: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    section || ["/accounts", "/success", "/releases", "/readiness"].into_iter().any(below)
}

/// Leads away from what is switched off.
pub(in crate::web) async fn gate(State(web): State<Web>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if web.features().success {
        return next.run(request).await;
    }
    if API.contains(&path) || path.starts_with("/api/sections/") {
        let text = "the sections are switched off here; set `success = true` under [features] in success-agent.toml";
        return Problem::new(StatusCode::FORBIDDEN, text).into_response();
    }
    if is_page(path) {
        return Redirect::to(HERE).into_response();
    }
    next.run(request).await
}

/// Says what the sections are and how to switch them on.
pub(super) async fn show(State(web): State<Web>) -> Result<Response, Problem> {
    let page = UnlockPage { on: web.features().success };
    web.page().show(&web, "section/unlock.html", "Customer success", &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_sections_and_accounts_are_known_and_nothing_else() {
        for path in ["/health", "/health/settings", "/accounts", "/accounts/hooli.com", "/success/convert", "/releases"]
        {
            assert!(is_page(path), "{path}");
        }
        for path in ["/", "/healthz", "/digests", "/success-unlock", "/api/accounts", "/records/call/1"] {
            assert!(!is_page(path), "{path}");
        }
    }
}
