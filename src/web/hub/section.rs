//! `GET /health`, `/convert` and so on: the accounts of a section, those that were routed there first. The same list as
//! `/accounts`, with what matters in that section.

use axum::extract::State;
use axum::response::{Redirect, Response};
use serde::Serialize;

use super::list::{self, ListParams};
use super::words::{When, money};
use crate::app::InSection;
use crate::domain::account::Section;
use crate::domain::health::Chance;
use crate::domain::time::Moment;
use crate::web::error::Problem;
use crate::web::extract::{Params, PathOf};
use crate::web::state::Web;

/// Where a section's list is.
pub(in crate::web) fn address(section: Section) -> &'static str {
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
pub(super) fn about(section: Section) -> &'static str {
    match section {
        Section::Health => "Customers, the least healthy first.",
        Section::Convert => "Trials and prospects to be won.",
        Section::Contracts => "Contracts to be signed or renewed.",
        Section::Pipeline => "Accounts with an open opportunity.",
        Section::Reengage => "Lost accounts to win back.",
        Section::CloseTheLoop => "Customers to tell that what they asked for has shipped.",
    }
}

/// A link to a section.
#[derive(Debug, Serialize)]
pub(super) struct Tab {
    name: &'static str,
    href: &'static str,
    current: bool,
}

/// Links to all accounts and to each section.
pub(super) fn tabs(current: Option<Section>) -> Vec<Tab> {
    let all = Tab { name: "All", href: "/accounts", current: current.is_none() };
    let each = Section::ALL.map(|section| Tab {
        name: section.label(),
        href: address(section),
        current: current == Some(section),
    });
    std::iter::once(all).chain(each).collect()
}

/// What a section's list says of an account besides.
#[derive(Debug, Default, Serialize)]
pub(super) struct Besides {
    what: String,
    why: Option<String>,
}

/// The heading of that column; none where the section has none.
pub(super) fn heading(section: Section) -> Option<&'static str> {
    match section {
        Section::Convert => Some("Likely to convert"),
        Section::Pipeline => Some("Open deal"),
        Section::Reengage => Some("Lost"),
        _ => None,
    }
}

impl Besides {
    pub(super) fn of(section: Section, facts: &InSection, now: Moment) -> Self {
        let none = || Self { what: "–".to_owned(), why: None };
        match section {
            Section::Convert => facts.converts.as_ref().map_or_else(none, |likelihood| Self {
                what: format!("{} of 100, {}", likelihood.score, chance(likelihood.chance)),
                why: likelihood.factors.first().map(|factor| factor.reason.clone()),
            }),
            Section::Pipeline => facts.open.as_ref().map_or_else(none, |(deal, count)| Self {
                what: format!("{}, {}", deal.name.trim(), money(&[deal.value()])),
                why: match (deal.stage.trim(), count - 1) {
                    ("", 0) => None,
                    (stage, 0) => Some(stage.to_owned()),
                    ("", more) => Some(format!("and {more} more")),
                    (stage, more) => Some(format!("{stage}; and {more} more")),
                },
            }),
            Section::Reengage => facts.lost.as_ref().map_or_else(none, |deal| {
                let on = deal.closed_at.map(|at| format!(", {}", When::at(at, now.day()).day));
                Self {
                    what: format!("{}{}", money(&[deal.value()]), on.unwrap_or_default()),
                    why: deal.lost_reason.clone().filter(|why| !why.trim().is_empty()),
                }
            }),
            _ => none(),
        }
    }
}

fn chance(chance: Chance) -> &'static str {
    match chance {
        Chance::High => "likely",
        Chance::Fair => "may or may not",
        Chance::Low => "unlikely",
    }
}

/// Shows the list of a section.
pub(in crate::web) async fn show(
    section: Section,
    State(web): State<Web>,
    Params(params): Params<ListParams>,
) -> Result<Response, Problem> {
    list::shown(&web, &params, Some(section)).await
}

/// Leads from `/success/…` to the section it names.
pub(in crate::web) async fn elsewhere(PathOf(name): PathOf<String>) -> Redirect {
    let section = if name == "releases" { Some(Section::CloseTheLoop) } else { Section::parse(&name) };
    Redirect::permanent(section.map_or("/accounts", address))
}
