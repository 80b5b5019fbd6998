//! `GET /api/openapi.json`: what the API takes and gives.

use axum::Json;
use utoipa::OpenApi;

use super::{
    accounts, activity, ask, audit, close_loop, contracts, conversations, deals, digests, drafts, error, feedback,
    find, health, import, jobs, log_in, meetings, people, proposals, readiness, reading, records, reindex, releases,
    scores, search, sections, team, tokens,
};

/// The document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "success-agent",
        description = "Ask about customer accounts; every answer carries citations that open the records behind it."
    ),
    paths(
        ask::ask,
        conversations::list,
        conversations::show,
        conversations::stop,
        conversations::freeze,
        drafts::list,
        drafts::create,
        drafts::show,
        drafts::edit,
        drafts::revise,
        drafts::approve,
        drafts::decline,
        drafts::send,
        drafts::sent,
        drafts::unsent,
        drafts::file,
        feedback::give,
        accounts::list,
        accounts::show,
        activity::list,
        meetings::list,
        contracts::list,
        deals::list,
        close_loop::list,
        close_loop::draft,
        proposals::act,
        proposals::preview,
        proposals::list,
        proposals::show,
        proposals::approve,
        proposals::decline,
        proposals::undo,
        proposals::edit,
        audit::list,
        find::find,
        search::by_query,
        search::by_body,
        records::show,
        releases::list,
        releases::enter,
        import::import,
        import::schema,
        reindex::reindex,
        jobs::list,
        jobs::show,
        jobs::retry,
        jobs::drop_one,
        scores::settings,
        scores::set,
        scores::preview,
        scores::history,
        scores::rate,
        digests::alerts,
        digests::list,
        digests::add,
        digests::edit,
        digests::remove,
        digests::preview,
        digests::deliveries,
        digests::send,
        digests::pause,
        digests::resume,
        digests::row,
        log_in::make_link,
        people::list,
        people::put,
        people::absence,
        team::change,
        team::list,
        tokens::list,
        tokens::add,
        tokens::remove,
        health::alive,
        health::ready,
        sections::show,
        readiness::show,
        reading::show,
    ),
    components(schemas(error::Problem)),
    tags(
        (name = "ask", description = "Questions and conversations"),
        (name = "drafts", description = "E-mails to customers; nothing is sent without a person"),
        (name = "accounts", description = "Accounts and their timeline"),
        (name = "health", description = "How scores are computed, and why they move"),
        (name = "digests", description = "What comes on a schedule, and what became of it"),
        (name = "actions", description = "Changes of accounts that people approve, and who did"),
        (name = "search", description = "Passages"),
        (name = "records", description = "What citations open"),
        (name = "import", description = "Bringing data in"),
        (name = "service", description = "The service itself"),
    )
)]
struct Document;

/// Serves the document.
pub(super) async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}
