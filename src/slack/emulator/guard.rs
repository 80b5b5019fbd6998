//! Keeps the local Slack local: what may be asked of it, and where it may send.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Whether a host, with or without a port, is this machine.
fn is_here(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// Whether an address is a plain web address of this machine.
pub fn stays_here(address: &str) -> bool {
    let host = address.strip_prefix("http://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(is_here)
}

fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let named = text(header::HOST).is_none_or(is_here);
    named && text(header::ORIGIN).is_none_or(stays_here)
}

/// Refuses what a page of another site asks, under its own name or under one that it had pointed at this machine.
pub async fn only_from_here(request: Request, next: Next) -> Response {
    if from_here(request.headers()) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "the local Slack answers only to this machine").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_taken() {
        for here in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:9/slack", "http://127.9.9.9"] {
            assert!(stays_here(here), "{here}");
        }
        for elsewhere in ["http://example.org", "http://localhost.example.org:80", "https://127.0.0.1", "127.0.0.1"] {
            assert!(!stays_here(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn a_page_of_another_site_is_not_answered() {
        let asked = |host: &'static str, origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            from_here(&headers)
        };
        assert!(asked("127.0.0.1:4000", None) && asked("localhost:4000", Some("http://localhost:4000")));
        assert!(!asked("127.0.0.1:4000", Some("https://example.org")));
        assert!(!asked("slack.example.org:4000", None));
    }
}
