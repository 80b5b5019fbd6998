//! What each address needs of whoever asks: the one table that [`super::admit`] holds every request against.
//!
//! What reads needs somebody who is known. What changes something stands in the table; what is forgotten there is left to
//! admins, and a test of the router says so.

use axum::http::Method;

use crate::domain::access::Need;

/// Addresses that everybody may read, also who is not logged in.
const FOR_EVERYBODY: [&str; 6] =
    ["/healthz", "/readyz", "/favicon.ico", "/assets/{version}/{name}", "/log-in", "/log-in/link/{secret}"];

/// What each address needs that is sent something.
const SENT: [(&str, Need); 37] = [
    ("/log-in/link/{secret}", Need::Nothing),
    ("/log-out", Need::Nothing),
    // Asking, in whatever form: nothing of an account is another one after it.
    ("/api/ask", Need::Read),
    ("/api/search", Need::Read),
    ("/api/conversations/{id}/stop", Need::Read),
    ("/api/feedback", Need::Read),
    ("/api/health/settings/preview", Need::Read),
    // Changing accounts, drafting, digests.
    ("/api/accounts/{domain}/rating", Need::Act),
    ("/api/accounts/{domain}/actions", Need::Act),
    ("/api/proposals/{id}/approve", Need::Act),
    ("/api/proposals/{id}/decline", Need::Act),
    ("/api/proposals/{id}/undo", Need::Act),
    ("/api/proposals/{id}/edit", Need::Act),
    ("/api/close-loop/drafts", Need::Act),
    ("/api/people/absence", Need::Act),
    ("/api/digests", Need::Act),
    ("/api/digests/{id}", Need::Act),
    ("/api/digests/{id}/send", Need::Act),
    ("/api/digests/{id}/pause", Need::Act),
    ("/api/digests/{id}/resume", Need::Act),
    ("/api/digests/{id}/rows", Need::Act),
    ("/api/drafts", Need::Act),
    ("/api/drafts/{id}/edit", Need::Act),
    ("/api/drafts/{id}/revise", Need::Act),
    ("/api/drafts/{id}/approve", Need::Act),
    ("/api/drafts/{id}/decline", Need::Act),
    ("/api/drafts/{id}/send", Need::Act),
    ("/api/drafts/{id}/sent", Need::Act),
    ("/api/drafts/{id}/unsent", Need::Act),
    // Settings, people, what runs the service.
    ("/api/health/settings", Need::Administer("change how accounts are scored")),
    ("/api/import", Need::Administer("import records")),
    ("/api/jobs/{id}/retry", Need::Administer("have tasks tried again")),
    ("/api/jobs/{id}/drop", Need::Administer("take tasks away")),
    ("/api/people", Need::Administer("change people")),
    ("/api/team", Need::Administer("change people")),
    ("/api/reindex", Need::Administer("have the index built anew")),
    ("/api/log-in/links", Need::Local("make a link to log in with")),
];

/// What a request needs. `address` is the pattern of the router it came to; none where nothing is served.
pub(super) fn of(method: &Method, address: Option<&str>) -> Need {
    let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    match address {
        Some(address) if reads && FOR_EVERYBODY.contains(&address) => Need::Nothing,
        _ if reads => Need::Read,
        Some(address) => {
            let found = SENT.iter().find(|(known, _)| *known == address);
            found.map_or(Need::Administer("do this"), |(_, need)| *need)
        }
        None => Need::Read,
    }
}
