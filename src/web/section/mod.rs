//! The pages of the sections: `GET /accounts`, `/health`, `/convert` and so on. Each shows what matters in its section,
//! accounts that were routed there first, and reading one needs no script.

mod close_loop;
mod contracts;
mod figures;
mod list;
mod pipeline;
mod readiness;
mod row;
mod settings;
mod top;
pub(super) mod unlock;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use serde::Serialize;

use super::extract::PathOf;
use super::state::Web;
use crate::domain::account::Section;

/// The addresses of the sections' pages.
pub(super) fn routes() -> Router<Web> {
    let elsewhere = Router::new()
        .route("/accounts", get(list::show))
        .route("/health/settings", get(settings::show))
        .route("/readiness", get(readiness::show))
        .route("/success-unlock", get(unlock::show))
        .route("/success/{section}", get(elsewhere))
        .route("/success", get(async || Redirect::permanent(address(Section::Health))))
        .route("/releases", get(async || Redirect::permanent(address(Section::CloseTheLoop))));
    Section::ALL.into_iter().fold(elsewhere, |router, section| {
        let page = match section {
            Section::Contracts => get(contracts::show),
            Section::Pipeline => get(pipeline::show),
            Section::CloseTheLoop => get(close_loop::show),
            _ => get(move |state, params| list::of_section(section, state, params)),
        };
        router.route(address(section), page)
    })
}

/// Where a section's page is.
pub(super) fn address(section: Section) -> &'static str {
    match section {
        Section::Health => "/health",
        Section::Convert => "/convert",
        Section::Contracts => "/contracts",
        Section::Pipeline => "/pipeline",
        Section::Reengage => "/re-engage",
        Section::CloseTheLoop => "/close-the-loop",
    }
}

/// What a section is for, in a sentence.
fn about(section: Section) -> &'static str {
    match section {
        Section::Health => "Customers, the least healthy first.",
        Section::Convert => "Trials and prospects to be won, the likeliest first.",
        Section::Contracts => "Contracts to be signed or renewed.",
        Section::Pipeline => "Accounts with an open opportunity.",
        Section::Reengage => {
            "Lost accounts to win back, the likeliest first; the order does not count what shipped since."
        }
        Section::CloseTheLoop => "Customers to tell that what they asked for has shipped.",
    }
}

/// A link to a section.
#[derive(Debug, Serialize)]
struct Tab {
    name: &'static str,
    href: &'static str,
    current: bool,
}

/// Links to all accounts, to each section and to what they stand on.
fn tabs(current: Option<Section>) -> Vec<Tab> {
    let all = Tab { name: "All", href: "/accounts", current: current.is_none() };
    let each = Section::ALL.map(|section| Tab {
        name: section.label(),
        href: address(section),
        current: current == Some(section),
    });
    let readiness = Tab { name: "Readiness", href: "/readiness", current: false };
    std::iter::once(all).chain(each).chain([readiness]).collect()
}

/// Leads from `/success/…` to the section it names.
async fn elsewhere(PathOf(name): PathOf<String>) -> Redirect {
    let section = if name == "releases" { Some(Section::CloseTheLoop) } else { Section::parse(&name) };
    Redirect::permanent(section.map_or("/accounts", address))
}
