//! How tokens are asked for, and what a refusal means.

use reqwest::Client;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::Value;

use super::Tokens;
use super::endpoint::Endpoints;
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;
use crate::sources::SourceError;
use crate::sources::http::{Caller, Reply};

/// The code, or the refresh token, is not good or not good any more.
const NO_GRANT: &str = "invalid_grant";
/// The app is not known, or its secret is wrong.
const NO_CLIENT: &str = "invalid_client";
/// The token that is to end is none.
const NO_TOKEN: &str = "invalid_token";
/// The address people come back to is not one of the app.
const NO_REDIRECT: &str = "redirect_uri_mismatch";

/// An answer with tokens.
#[derive(Deserialize)]
struct Given {
    access_token: String,
    #[serde(default)]
    refresh_token: Option<String>,
    /// Seconds.
    #[serde(default)]
    expires_in: Option<Value>,
}

/// Asks for tokens.
pub(super) async fn tokens(
    http: &Client,
    vendor: Vendor,
    endpoints: &Endpoints,
    form: &[(&str, &str)],
    now: Moment,
) -> Result<Tokens, SourceError> {
    let given: Given = send(http, vendor, endpoints, endpoints.token, form).await?.json()?;
    let is_token = |token: &String| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_token(&given.access_token) {
        let label = vendor.label();
        return Err(SourceError::Malformed(format!("{label} sent an access token that is none; try again later")));
    }
    let lifetime = given.expires_in.as_ref().and_then(seconds);
    Ok(Tokens {
        access: given.access_token,
        refresh: given.refresh_token.filter(is_token),
        expires_at: lifetime.and_then(|lifetime| now.checked_add_signed(lifetime)),
    })
}

/// Has a token ended.
pub(super) async fn end(
    http: &Client,
    vendor: Vendor,
    endpoints: &Endpoints,
    path: &str,
    form: &[(&str, &str)],
) -> Result<(), SourceError> {
    let caller = caller(http, vendor, endpoints);
    match caller.call(caller.post(path).form(form)).await {
        Ok(_) => Ok(()),
        Err(error) if matches!(code_of(&error), Some(NO_TOKEN | NO_GRANT)) => Ok(()),
        Err(error) => Err(plain(vendor, error)),
    }
}

/// A person has to connect again.
pub(super) fn again(vendor: Vendor) -> SourceError {
    let label = vendor.label();
    SourceError::Unauthorized(format!("{label} does not take this login any more; connect {label} again"))
}

async fn send(
    http: &Client,
    vendor: Vendor,
    endpoints: &Endpoints,
    path: &str,
    form: &[(&str, &str)],
) -> Result<Reply, SourceError> {
    let caller = caller(http, vendor, endpoints);
    caller.call(caller.post(path).form(form)).await.map_err(|error| plain(vendor, error))
}

fn caller(http: &Client, vendor: Vendor, endpoints: &Endpoints) -> Caller {
    Caller::new(http.clone(), vendor, &endpoints.base, HeaderMap::new(), said).reading_at_most(1 << 20)
}

fn seconds(value: &Value) -> Option<chrono::Duration> {
    let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
    chrono::Duration::try_seconds(number.max(0))
}

/// The code of a refusal. What else a system says is left out: it may repeat what it was sent.
fn said(body: &Value) -> Option<String> {
    // HubSpot says it in `status`, in its newer answers besides `error`.
    ["error", "status"].iter().find_map(|field| code(body.get(*field)?.as_str()?))
}

/// A code in the words of the standard; none where this is something else than a code.
fn code(text: &str) -> Option<String> {
    let is_code = text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    let code = match text {
        "BAD_AUTH_CODE" | "EXPIRED_AUTH_CODE" | "BAD_REFRESH_TOKEN" => NO_GRANT,
        "BAD_CLIENT_ID" | "BAD_CLIENT_SECRET" | "invalid_client_id" | "unauthorized_client" => NO_CLIENT,
        "BAD_REDIRECT_URI" => NO_REDIRECT,
        other => other,
    };
    is_code.then(|| code.to_owned())
}

/// The code in an error.
fn code_of(error: &SourceError) -> Option<&str> {
    match error {
        SourceError::Unauthorized(text)
        | SourceError::Forbidden(text)
        | SourceError::NotFound(text)
        | SourceError::Refused(text) => text.rsplit_once(": ").map(|(_, code)| code),
        _ => None,
    }
}

/// What a refusal means here, where no key was sent.
fn plain(vendor: Vendor, error: SourceError) -> SourceError {
    let label = vendor.label();
    match (code_of(&error), &error) {
        (Some(NO_GRANT), _) => again(vendor),
        (Some(NO_REDIRECT), _) => SourceError::Refused(format!(
            "the app in {label} does not name the address people come back to; add this server's address there"
        )),
        (Some(NO_CLIENT), _) | (_, SourceError::Unauthorized(_)) => SourceError::Unauthorized(format!(
            "{label} does not know the client id and secret of this app; check both, then connect {label} again"
        )),
        (None, SourceError::Refused(said)) => {
            SourceError::Refused(format!("{said}; if that goes on, connect {label} again"))
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_says_its_code_and_nothing_it_was_sent() {
        let of = |body: Value| said(&body);
        let body = json!({"error": "invalid_grant", "error_description": "secret-code-1 is used up"});
        assert_eq!(of(body).as_deref(), Some("invalid_grant"));
        assert_eq!(of(json!({"status": "BAD_REFRESH_TOKEN", "message": "x"})).as_deref(), Some("invalid_grant"));
        assert_eq!(of(json!({"error": "secret-code-1"})), None);
        let both = json!({"error": "the code 1 is bad", "status": "BAD_AUTH_CODE"});
        assert_eq!(of(both).as_deref(), Some("invalid_grant"));
        assert_eq!(of(json!({"error": {"odd": true}})), None);
        assert_eq!(of(json!(["odd"])), None);
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let of = |code: &str| plain(Vendor::HubSpot, SourceError::Refused(format!("HubSpot refused it: {code}")));
        assert_eq!(of("invalid_grant"), again(Vendor::HubSpot));
        assert!(matches!(of("invalid_client"), SourceError::Unauthorized(said) if said.contains("client id")));
        assert!(matches!(of("redirect_uri_mismatch"), SourceError::Refused(said) if said.contains("add this server")));
        assert!(matches!(of("invalid_scope"), SourceError::Refused(said) if said.ends_with("invalid_scope")));
        let silent = SourceError::Refused("HubSpot refused it".to_owned());
        assert!(
            matches!(plain(Vendor::HubSpot, silent), SourceError::Refused(said) if said.contains("connect HubSpot again"))
        );
        let away = SourceError::Unavailable("HubSpot cannot be reached".to_owned());
        assert_eq!(plain(Vendor::HubSpot, away.clone()), away);
    }

    #[test]
    fn a_lifetime_is_read_as_a_number_or_as_text() {
        for value in [json!(1800), json!("1800"), json!(" 1800 ")] {
            assert_eq!(seconds(&value), chrono::Duration::try_seconds(1800), "{value}");
        }
        assert_eq!(seconds(&json!(-5)), chrono::Duration::try_seconds(0));
        for odd in [json!(i64::MAX), json!("soon"), json!(null), json!([1])] {
            assert_eq!(seconds(&odd), None, "{odd}");
        }
    }
}
