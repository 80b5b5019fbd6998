//! Refuses what a browser was tricked into sending, and tells browsers what the page may do.
//!
//! Two attacks matter: a foreign page whose name was rebound to 127.0.0.1 (stopped by looking at `Host`), and a foreign
//! page that posts across origins (stopped by `Origin`, and for whoever is logged in by the token of their session, see
//! [`super::admit`]).

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header, uri::Authority};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::Problem;
use super::state::Web;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Lets a request through when it names this service and does not come from another site.
pub(super) async fn same_site(State(web): State<Web>, request: Request, next: Next) -> Response {
    match check(&web, &request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn check(web: &Web, request: &Request) -> Result<(), Problem> {
    // No page of another site can send a token along; whether it is good is looked at by `admit`.
    if bearer(request.headers()).is_some() {
        return Ok(());
    }
    let host = request
        .uri()
        .authority()
        .cloned()
        .or_else(|| request.headers().get(header::HOST)?.to_str().ok()?.parse::<Authority>().ok())
        .ok_or_else(|| Problem::malformed("the request names no host; send the header `host`"))?;
    if !names_us(web, host.host()) {
        return Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            format!(
                "this service does not answer for `{}`; add the name to http.allowed_hosts if it should",
                host.host()
            ),
        ));
    }
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let foreign = Problem::new(StatusCode::FORBIDDEN, "requests from pages of other sites are not accepted");
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match text("origin") {
        Some(origin) => {
            let same =
                origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host.as_str()));
            if same { Ok(()) } else { Err(foreign) }
        }
        None if text("sec-fetch-site").is_some_and(|site| site == "cross-site") => Err(foreign),
        None => Ok(()),
    }
}

fn names_us(web: &Web, host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    // A name can be rebound to this machine by whoever owns it; a bare address cannot.
    host.parse::<IpAddr>().is_ok()
        || host == "localhost"
        || host.ends_with(".localhost")
        || web.config().allowed_hosts.contains(&host)
}

/// The token of a request, if it has one.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Sets the headers that keep browsers strict.
pub(super) async fn strict_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Other sites learn nothing; with `no-referrer` a browser would not even say to us that its form is ours.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
