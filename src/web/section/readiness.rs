//! `GET /readiness`: what the sections stand on in full; and the line at the top of a section that lacks something.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::{Tab, tabs};
use crate::app::AppError;
use crate::domain::account::Section;
use crate::domain::readiness::{PartState, SectionState, SourceState, Standing, either};
use crate::web::error::Problem;
use crate::web::readiness::ReadinessResponse;
use crate::web::state::Web;

/// What a section lacks.
#[derive(Debug, Default, Serialize)]
pub(super) struct Lacking {
    /// What it cannot do without, a sentence each.
    needs: Vec<String>,
    /// What would add to it, in a sentence.
    would_add: Option<String>,
}

impl Lacking {
    /// What a section lacks; nothing where it has all it can use.
    pub(super) async fn of(web: &Web, section: Section) -> Result<Self, AppError> {
        Ok(Self::told(&web.app().section_standing(section).await?))
    }

    fn told(state: &SectionState) -> Self {
        let need = |one_of: &Vec<_>| format!("This section needs {}, and none are on record.", either(one_of));
        let adding: Vec<String> = state.would_add.iter().map(|source| source.label().to_lowercase()).collect();
        Self {
            needs: state.needs.iter().map(need).collect(),
            would_add: (!adding.is_empty())
                .then(|| format!("Not on record, and would add to it: {}.", adding.join(", "))),
        }
    }
}

/// The page.
#[derive(Debug, Serialize)]
struct ReadinessPage {
    tabs: Vec<Tab>,
    empty: bool,
    next: String,
    step: String,
    parts: Vec<Part>,
    sources: Vec<Row>,
    sections: Vec<SectionRow>,
    paths: Vec<crate::web::readiness::PathResponse>,
}

#[derive(Debug, Serialize)]
struct Part {
    name: &'static str,
    state: &'static str,
    state_name: &'static str,
    text: String,
}

#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    systems: &'static str,
    state: &'static str,
    state_name: &'static str,
    records: Option<u64>,
    adds: &'static str,
}

#[derive(Debug, Serialize)]
struct SectionRow {
    name: &'static str,
    href: &'static str,
    ready: bool,
    lacking: Lacking,
}

/// What people read: a source is not connected by itself, its records are there.
fn source_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Connected => "Connected",
        Standing::Available => "Available",
        Standing::Missing => "Missing",
    }
}

fn part(part: &PartState) -> Part {
    let state_name = match (part.name, part.standing) {
        ("jobs", Standing::Connected) => "Running",
        ("jobs", _) => "Needs a look",
        (_, standing) => source_name(standing),
    };
    Part { name: part.label, state: part.standing.wire(), state_name, text: part.told.replace('`', "") }
}

fn row(state: &SourceState) -> Row {
    Row {
        name: state.source.label(),
        systems: state.source.systems(),
        state: state.standing.wire(),
        state_name: source_name(state.standing),
        records: state.records.filter(|records| *records > 0),
        adds: state.source.adds(),
    }
}

/// Shows what the sections stand on.
pub(super) async fn show(State(web): State<Web>) -> Result<Response, Problem> {
    let groundwork = web.app().groundwork().await?;
    let response = ReadinessResponse::of(&groundwork, web.features().success);
    let mut paths = response.fast_paths;
    for path in &mut paths {
        path.text = path.text.replace('`', "");
    }
    let section = |state: &SectionState| SectionRow {
        name: state.section.label(),
        href: super::address(state.section),
        ready: state.ready,
        lacking: Lacking::told(state),
    };
    let page = ReadinessPage {
        tabs: tabs(None).into_iter().map(|tab| Tab { current: tab.href == "/readiness", ..tab }).collect(),
        empty: groundwork.empty,
        next: groundwork.next_told.replace('`', ""),
        step: groundwork.next.wire().to_owned(),
        parts: groundwork.parts.iter().map(part).collect(),
        sources: groundwork.sources.iter().map(row).collect(),
        sections: groundwork.sections.iter().map(section).collect(),
        paths,
    };
    web.page().show(&web, "section/readiness.html", "Readiness", &page)
}
