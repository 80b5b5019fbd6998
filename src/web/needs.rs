//! What each address needs of whoever asks: the one table that [`super::admit`] holds every request against.
//!
//! What reads needs somebody who is known. What changes something stands in the table; what is forgotten there is left to
//! admins, and a test of the router says so.

use axum::http::Method;

use crate::domain::access::Need;

/// Addresses that everybody may read, also who is not logged in.
const FOR_EVERYBODY: [&str; 8] = [
    "/healthz",
    "/readyz",
    "/favicon.ico",
    "/assets/{version}/{name}",
    "/log-in",
    "/log-in/link/{secret}",
    "/log-in/with/{provider}",
    "/log-in/with/{provider}/done",
];

/// Addresses that are the same for everybody, so that nobody is looked up for them.
const OF_NOBODY: [&str; 2] = ["/favicon.ico", "/assets/{version}/{name}"];

/// What each address needs that is sent something.
const SENT: [(&str, Need); 45] = [
    ("/log-in/link/{secret}", Need::Nothing),
    ("/log-out", Need::Nothing),
    // Its signature is its permission.
    ("/sources/{name}/webhook", Need::Nothing),
    // Asking, in whatever form: nothing of an account is another one after it.
    ("/api/ask", Need::Read),
    ("/api/search", Need::Read),
    ("/api/accounts/{domain}/actions/preview", Need::Read),
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
    ("/api/releases", Need::Act),
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
    ("/api/tokens", Need::Act),
    ("/api/tokens/{token}", Need::Act),
    // Settings, people, what runs the service.
    ("/api/health/settings", Need::Administer("change how accounts are scored")),
    ("/api/import", Need::Administer("import records")),
    ("/api/sources", Need::Administer("connect sources")),
    ("/api/sources/{name}", Need::Administer("change sources")),
    ("/api/identity", Need::Administer("say which accounts are one")),
    ("/api/jobs/{id}/retry", Need::Administer("have tasks tried again")),
    ("/api/jobs/{id}/drop", Need::Administer("take tasks away")),
    ("/api/people", Need::Administer("change people")),
    ("/api/team", Need::Administer("change people")),
    ("/api/reindex", Need::Administer("have the index built anew")),
    ("/api/log-in/links", Need::Local("make a link to log in with")),
];

/// Whether what is there is the same for everybody.
pub(super) fn is_of_nobody(address: &str) -> bool {
    OF_NOBODY.contains(&address)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_that_is_sent_something_stands_in_the_table() {
        let routes = include_str!("router.rs").split(".route(\"").skip(1);
        let mut missing = Vec::new();
        for route in routes {
            let (address, served) = route.split_once('"').unwrap();
            let sends = ["post(", "put(", "patch(", "delete("]
                .iter()
                .any(|method| served.lines().next().unwrap().contains(method));
            if sends && !SENT.iter().any(|(known, _)| *known == address) {
                missing.push(address);
            }
        }
        assert!(missing.is_empty(), "say in src/web/needs.rs what these need: {missing:?}");
    }

    #[test]
    fn what_is_forgotten_is_left_to_admins_and_nothing_is_read_by_those_who_are_not_known() {
        assert!(matches!(of(&Method::POST, Some("/api/forgotten")), Need::Administer(_)));
        for (address, need) in [("/api/accounts", Need::Read), ("/", Need::Read), ("/log-in", Need::Nothing)] {
            assert_eq!(of(&Method::GET, Some(address)), need);
        }
        assert_eq!(of(&Method::POST, Some("/healthz")), Need::Administer("do this"));
        assert_eq!(of(&Method::GET, None), Need::Read);
    }
}
