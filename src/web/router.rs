//! Which address is served by what, and the layers around all of them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use super::state::Web;
use super::{
    accounts, activity, admit, ask, asset, audit, close_loop, contracts, conversations, deals, digests, drafts, error,
    feedback, find, guard, health, home, hub, import, jobs, log_in, meetings, openapi, page, people, proposals,
    readiness, reading, records, reindex, releases, scores, search, section, sections, session, sources, team, tokens,
};

/// The largest body of a request that is not an import, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// The largest webhook delivery, in bytes.
const DELIVERY_LIMIT: usize = 4 << 20;

/// The whole service.
pub fn router(web: Web) -> Router {
    let compressed = SizeAbove::new(512).and(NotForContentType::const_new("text/event-stream"));
    Router::new()
        .route("/", get(page::chat))
        .route("/c/{id}", get(page::chat))
        .route("/home", get(home::show))
        .route("/digests", get(page::digests))
        .route("/accounts/{domain}", get(hub::show))
        .route("/accounts/{domain}/feed", get(hub::feed))
        .route("/success/customers/{domain}", get(hub::elsewhere))
        .route("/records/{kind}/{*id}", get(hub::record))
        .route("/log-in", get(log_in::show))
        .route("/log-in/link/{secret}", get(log_in::link).post(log_in::use_link))
        .route("/log-in/with/{provider}", get(log_in::leave))
        .route("/log-in/with/{provider}/done", get(log_in::come_back))
        .route("/log-out", post(log_in::log_out))
        .route("/api/log-in/links", post(log_in::make_link))
        .route("/assets/{version}/{name}", get(asset::serve))
        .route("/favicon.ico", get(asset::favicon))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/api/ask", post(ask::ask))
        .route("/api/accounts", get(accounts::list))
        .route("/api/accounts/{domain}", get(accounts::show))
        .route("/api/accounts/{domain}/activity", get(activity::list))
        .route("/api/accounts/{domain}/health", get(scores::history))
        .route("/api/accounts/{domain}/rating", post(scores::rate))
        .route("/api/accounts/{domain}/actions", post(proposals::act))
        .route("/api/accounts/{domain}/actions/preview", post(proposals::preview))
        .route("/api/proposals", get(proposals::list))
        .route("/api/proposals/{id}", get(proposals::show))
        .route("/api/proposals/{id}/approve", post(proposals::approve))
        .route("/api/proposals/{id}/decline", post(proposals::decline))
        .route("/api/proposals/{id}/undo", post(proposals::undo))
        .route("/api/proposals/{id}/edit", post(proposals::edit))
        .route("/api/audit", get(audit::list))
        .route("/api/contracts", get(contracts::list))
        .route("/api/deals", get(deals::list))
        .route("/api/close-loop", get(close_loop::list))
        .route("/api/close-loop/drafts", post(close_loop::draft))
        .route("/api/find", get(find::find))
        .route("/api/search", get(search::by_query).post(search::by_body))
        .route("/api/import", post(import::import).layer(DefaultBodyLimit::disable()))
        .route("/api/import/schema", get(import::schema))
        .route("/api/meetings", get(meetings::list))
        .route("/api/jobs", get(jobs::list))
        .route("/api/jobs/{id}", get(jobs::show))
        .route("/api/jobs/{id}/retry", post(jobs::retry))
        .route("/api/jobs/{id}/drop", post(jobs::drop_one))
        .route("/api/people", get(people::list).post(people::put))
        .route("/api/people/absence", post(people::absence))
        .route("/api/team", get(team::list).post(team::change))
        .route("/api/sections/{section}", get(sections::show))
        .route("/api/readiness", get(readiness::show))
        .route("/api/sources", get(sources::list).post(sources::connect))
        .route("/api/sources/{name}", post(sources::act).delete(sources::disconnect))
        .route("/sources", get(sources::show))
        .route("/sources/authorize/{vendor}", get(sources::leave))
        .route("/sources/authorized", get(sources::come_back))
        .route("/api/identity", get(sources::waiting).post(sources::identify))
        .route("/sources/{name}/webhook", post(sources::delivery).layer(DefaultBodyLimit::max(DELIVERY_LIMIT)))
        .route("/api/tokens", get(tokens::list).post(tokens::add))
        .route("/api/tokens/{token}", delete(tokens::remove))
        .route("/api/reading", get(reading::show))
        .route("/api/releases", get(releases::list).post(releases::enter))
        .route("/api/reindex", post(reindex::reindex))
        .route("/api/records/{kind}/{*id}", get(records::show))
        .route("/api/conversations", get(conversations::list))
        .route("/api/conversations/{id}", get(conversations::show))
        .route("/api/conversations/{id}/stop", post(conversations::stop))
        .route("/api/conversations/{id}/frozen", get(conversations::freeze))
        .route("/api/health/settings", get(scores::settings).post(scores::set))
        .route("/api/health/settings/preview", post(scores::preview))
        .route("/api/alerts", get(digests::alerts))
        .route("/api/digests", get(digests::list).post(digests::add))
        .route("/api/digests/{id}", post(digests::edit).delete(digests::remove))
        .route("/api/digests/{id}/preview", get(digests::preview))
        .route("/api/digests/{id}/deliveries", get(digests::deliveries))
        .route("/api/digests/{id}/send", post(digests::send))
        .route("/api/digests/{id}/pause", post(digests::pause))
        .route("/api/digests/{id}/resume", post(digests::resume))
        .route("/api/digests/{id}/rows", post(digests::row))
        .route("/api/drafts", get(drafts::list).post(drafts::create))
        .route("/api/drafts/{id}", get(drafts::show))
        .route("/api/drafts/{id}/edit", post(drafts::edit))
        .route("/api/drafts/{id}/revise", post(drafts::revise))
        .route("/api/drafts/{id}/approve", post(drafts::approve))
        .route("/api/drafts/{id}/decline", post(drafts::decline))
        .route("/api/drafts/{id}/send", post(drafts::send))
        .route("/api/drafts/{id}/sent", post(drafts::sent))
        .route("/api/drafts/{id}/unsent", post(drafts::unsent))
        .route("/api/drafts/{id}/eml", get(drafts::file))
        .route("/api/feedback", post(feedback::give))
        .route("/api/openapi.json", get(openapi::document))
        .merge(section::routes())
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(from_fn_with_state(web.clone(), section::unlock::gate))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(web.clone(), admit::admit))
        .layer(session::layer(&web))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(from_fn_with_state(web.clone(), guard::same_site))
        .layer(from_fn(guard::strict_headers))
        .layer(from_fn(error::identify))
        .layer(CompressionLayer::new().compress_when(compressed))
        .with_state(web)
}
