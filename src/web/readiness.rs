//! `GET /api/readiness`: what the sections stand on, and what to do next.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Problem;
use super::section::address;
use super::state::Web;
use crate::app::Groundwork;
use crate::domain::readiness::{SectionState, Source, either};

/// What the sections stand on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReadinessResponse {
    /// Whether the sections are switched on.
    pub success: bool,
    /// Whether nothing was imported yet; `success-agent serve --demo` then shows what it would look like.
    pub empty: bool,
    /// What the sections reuse of the program.
    pub systems: Vec<SystemResponse>,
    /// The sources.
    pub sources: Vec<SourceResponse>,
    /// The sections.
    pub sections: Vec<SectionResponse>,
    /// Quick ways to something of use.
    pub fast_paths: Vec<PathResponse>,
    /// What to do next.
    pub next: NextResponse,
}

/// A part of the program that the sections reuse.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SystemResponse {
    /// `company_identity`, `sources`, `signals` or `jobs`.
    pub name: String,
    /// `connected`, `available` or `missing`.
    pub state: String,
    /// How it stands, in a sentence.
    pub text: String,
}

/// A source.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SourceResponse {
    /// What it brings: `accounts`, `contracts`, `usage` and so on.
    pub name: String,
    /// `connected`: there are records of it. `available`: it can be imported. `missing`: nothing can bring it in yet.
    pub state: String,
    /// The systems it usually comes from.
    pub systems: String,
    /// How many records there are, where they are counted.
    pub records: Option<u64>,
    /// What it adds, in a sentence.
    pub adds: String,
}

/// A section.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SectionResponse {
    /// `health`, `convert` and so on.
    pub section: String,
    /// Where its page is.
    pub href: String,
    /// Whether it has what it needs.
    pub ready: bool,
    /// Sources it needs and lacks; of each list one is enough.
    pub needs: Vec<Vec<String>>,
    /// Sources that would add to it.
    pub would_add: Vec<String>,
}

/// A quick way to something of use.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PathResponse {
    /// What it is called.
    pub name: String,
    /// Whether it is open: what it needs is there.
    pub open: bool,
    /// Where it leads.
    pub href: String,
    /// What is found there, or what is needed first.
    pub text: String,
}

/// What to do next.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NextResponse {
    /// `connect`, `import`, `recompute` or `nothing`.
    pub step: String,
    /// What to do, in a sentence.
    pub text: String,
}

impl ReadinessResponse {
    /// As it is shown, where the sections are switched on or not.
    pub(super) fn of(groundwork: &Groundwork, success: bool) -> Self {
        let names = |sources: &[Source]| sources.iter().map(|source| source.wire().to_owned()).collect::<Vec<_>>();
        let section = |state: &SectionState| SectionResponse {
            section: state.section.wire().to_owned(),
            href: address(state.section).to_owned(),
            ready: state.ready,
            needs: state.needs.iter().map(|one_of| names(one_of)).collect(),
            would_add: names(&state.would_add),
        };
        let source = |state: &crate::domain::readiness::SourceState| SourceResponse {
            name: state.source.wire().to_owned(),
            state: state.standing.wire().to_owned(),
            systems: state.source.systems().to_owned(),
            records: state.records,
            adds: state.source.adds().to_owned(),
        };
        let system = |part: &crate::domain::readiness::PartState| SystemResponse {
            name: part.name.to_owned(),
            state: part.standing.wire().to_owned(),
            text: part.told.clone(),
        };
        Self {
            success,
            empty: groundwork.empty,
            systems: groundwork.parts.iter().map(system).collect(),
            sources: groundwork.sources.iter().map(source).collect(),
            sections: groundwork.sections.iter().map(section).collect(),
            fast_paths: paths(groundwork),
            next: NextResponse { step: groundwork.next.wire().to_owned(), text: groundwork.next_told.clone() },
        }
    }
}

/// The quick ways, each open once it has what it needs.
fn paths(groundwork: &Groundwork) -> Vec<PathResponse> {
    use crate::domain::account::Section;
    let import = PathResponse {
        name: "Import".to_owned(),
        open: true,
        href: "/api/import/schema".to_owned(),
        text: "Bring records in with `success-agent import FILE`; the link says what a line may hold.".to_owned(),
    };
    let to = |name: &str, section: Section, href: &str, text: &str| {
        let lacking = groundwork.section(section).and_then(|state| state.needs.first());
        PathResponse {
            name: name.to_owned(),
            open: lacking.is_none(),
            href: href.to_owned(),
            text: lacking.map_or_else(|| text.to_owned(), |one_of| format!("Import {} first.", either(one_of))),
        }
    };
    let has = |source| {
        groundwork
            .sources
            .iter()
            .any(|state| state.source == source && state.standing == crate::domain::readiness::Standing::Connected)
    };
    let signals = PathResponse {
        name: "Signals".to_owned(),
        open: has(Source::Signals),
        href: "/?q=Which+accounts+escalated+or+complained+lately%3F".to_owned(),
        text: if has(Source::Signals) { "Ask what customers complained of lately." } else { "Import signals first." }
            .to_owned(),
    };
    vec![
        import,
        to("Health", Section::Health, "/health", "Who is in trouble, and why."),
        to("Convert", Section::Convert, "/convert", "Who is likely to buy, and what that is worth."),
        signals,
        to("Releases", Section::CloseTheLoop, "/close-the-loop", "Whom to tell of what shipped."),
    ]
}

/// Says what the sections stand on.
#[utoipa::path(get, path = "/api/readiness", tag = "service",
    responses((status = 200, description = "Sources, sections, and what to do next", body = ReadinessResponse)))]
pub(super) async fn show(State(web): State<Web>) -> Result<Json<ReadinessResponse>, Problem> {
    Ok(Json(ReadinessResponse::of(&web.app().groundwork().await?, web.features().success)))
}
