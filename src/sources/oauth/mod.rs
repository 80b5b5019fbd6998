//! OAuth 2 with PKCE for connected systems: where a person is sent to consent, and how the code they come back with becomes
//! tokens, new tokens later, and none in the end.
//!
//! Nothing is kept here. Whoever drives it keeps the state and the verifier until the person comes back, and the tokens
//! after that, encrypted. No message holds a code, a token or a secret.

mod call;
mod endpoint;
mod pkce;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use chrono::Duration;
use reqwest::Client;
use serde::{Deserialize, Serialize};

use self::endpoint::{Endpoints, query};
use super::SourceError;
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

pub use pkce::Pkce;

/// What HubSpot is asked for: reading companies, contacts and deals, and who owns a company. `oauth` is the scope every app
/// has. Each of them has to be set in the app too.
pub const HUBSPOT_SCOPES: &[&str] = &[
    "oauth",
    "crm.objects.companies.read",
    "crm.objects.contacts.read",
    "crm.objects.deals.read",
    "crm.objects.owners.read",
];

/// What Salesforce is asked for: its API, and a refresh token.
pub const SALESFORCE_SCOPES: &[&str] = &["api", "refresh_token"];

/// What an app in Attio needs to be set to. Attio takes the scopes from the app and not from the address, so they are not
/// sent. For moving deals the app needs `record_permission:read-write`.
pub const ATTIO_SCOPES: &[&str] =
    &["record_permission:read", "object_configuration:read", "note:read", "user_management:read"];

/// How long before its end an access token is renewed.
const MARGIN: Duration = Duration::minutes(2);

/// The app that is registered with a system.
#[derive(Clone)]
pub struct OAuthClient {
    /// Its client id; Salesforce says consumer key.
    pub id: String,
    /// Its client secret.
    pub secret: String,
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a system gives for a code or a refresh token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// What requests are sent with: the key of an [`Access`](super::Access).
    pub access: String,
    /// What gives the next access token; none where the system gives none.
    #[serde(default)]
    pub refresh: Option<String>,
    /// When the access token ends; none where the system does not say so.
    #[serde(default)]
    pub expires_at: Option<Moment>,
}

impl Tokens {
    /// Whether it is time for new ones. Where the system does not say when a token ends, that is known only when it is
    /// refused.
    #[must_use]
    pub fn is_due(&self, now: Moment) -> bool {
        let soon = now.checked_add_signed(MARGIN).unwrap_or_else(Moment::last);
        self.expires_at.is_some_and(|end| end <= soon)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (refresh, expires_at) = (self.refresh.is_some(), self.expires_at);
        f.debug_struct("Tokens").field("has_refresh", &refresh).field("expires_at", &expires_at).finish_non_exhaustive()
    }
}

/// Whether a system can be connected this way.
#[must_use]
pub fn offered(vendor: Vendor) -> bool {
    matches!(vendor, Vendor::HubSpot | Vendor::Attio | Vendor::Salesforce)
}

/// The scopes a connection to a system needs at least.
#[must_use]
pub fn scopes(vendor: Vendor) -> &'static [&'static str] {
    match vendor {
        Vendor::HubSpot => HUBSPOT_SCOPES,
        Vendor::Attio => ATTIO_SCOPES,
        Vendor::Salesforce => SALESFORCE_SCOPES,
        _ => &[],
    }
}

/// Whether [`revoke`] ends the tokens in the system. Where it does not, a person has to remove the app there.
#[must_use]
pub fn revokes(vendor: Vendor) -> bool {
    matches!(vendor, Vendor::HubSpot | Vendor::Salesforce)
}

/// The settings a connection has to have besides its own where its key is an access token from here.
#[must_use]
pub fn token_settings(vendor: Vendor) -> &'static [(&'static str, &'static str)] {
    if vendor == Vendor::Salesforce { &[("token", "oauth")] } else { &[] }
}

/// The address a person is sent to. They come back to `redirect` with `code` and `state`, or with `error` and `state`.
///
/// # Errors
/// A sentence that says which setting or address is wrong.
pub fn authorize_url(
    vendor: Vendor,
    settings: &BTreeMap<String, String>,
    client_id: &str,
    redirect: &str,
    state: &str,
    challenge: &str,
) -> Result<String, String> {
    let endpoints = Endpoints::of(vendor, settings)?;
    endpoint::redirect(redirect)?;
    if client_id.trim().is_empty() {
        return Err(format!("there is no client id for {}; set the one of your app there", vendor.label()));
    }
    let scope = scopes(vendor).join(" ");
    let mut asked = vec![("client_id", client_id), ("redirect_uri", redirect), ("state", state)];
    if vendor != Vendor::HubSpot {
        asked.push(("response_type", "code"));
    }
    if vendor != Vendor::Attio {
        asked.push(("scope", &scope));
    }
    asked.extend([("code_challenge", challenge), ("code_challenge_method", "S256")]);
    Ok(format!("{}{}?{}", endpoints.people, endpoints.authorize, query(&asked)))
}

/// The tokens for the code a person came back with. `http` follows no redirect ([`super::http::client`]): a request carries
/// the secret.
///
/// # Errors
/// [`SourceError::Unauthorized`] where the system does not take the code or the app; otherwise why it could not be asked.
#[expect(clippy::too_many_arguments, reason = "what the protocol asks for")]
pub async fn exchange(
    http: &Client,
    vendor: Vendor,
    settings: &BTreeMap<String, String>,
    client: &OAuthClient,
    code: &str,
    redirect: &str,
    verifier: &str,
    now: Moment,
) -> Result<Tokens, SourceError> {
    let endpoints = Endpoints::of(vendor, settings).map_err(SourceError::Refused)?;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &client.id),
        ("client_secret", &client.secret),
        ("code", code),
        ("redirect_uri", redirect),
        ("code_verifier", verifier),
    ];
    call::tokens(http, vendor, &endpoints, &form, now).await
}

/// New tokens for a refresh token. The old refresh token stays in them where the system gives no other; where it does, the
/// old one is of no use any more, so they have to be kept before anything else happens.
///
/// # Errors
/// [`SourceError::Unauthorized`] where a person has to connect again; otherwise why the system could not be asked.
pub async fn refresh(
    http: &Client,
    vendor: Vendor,
    settings: &BTreeMap<String, String>,
    client: &OAuthClient,
    refresh_token: &str,
    now: Moment,
) -> Result<Tokens, SourceError> {
    if vendor == Vendor::Attio {
        return Err(call::again(vendor));
    }
    let endpoints = Endpoints::of(vendor, settings).map_err(SourceError::Refused)?;
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", &client.id),
        ("client_secret", &client.secret),
        ("refresh_token", refresh_token),
    ];
    let mut tokens = call::tokens(http, vendor, &endpoints, &form, now).await?;
    tokens.refresh.get_or_insert_with(|| refresh_token.to_owned());
    Ok(tokens)
}

/// Ends the tokens in the system. Does nothing where the system offers no way ([`revokes`]), and is content where they have
/// ended already. An access token of HubSpot may be good until its end.
///
/// # Errors
/// Why the system could not be asked.
pub async fn revoke(
    http: &Client,
    vendor: Vendor,
    settings: &BTreeMap<String, String>,
    client: &OAuthClient,
    tokens: &Tokens,
) -> Result<(), SourceError> {
    let endpoints = Endpoints::of(vendor, settings).map_err(SourceError::Refused)?;
    let Some(path) = endpoints.revoke else { return Ok(()) };
    match (vendor, &tokens.refresh) {
        (Vendor::HubSpot, Some(refresh)) => {
            let form = [
                ("client_id", client.id.as_str()),
                ("client_secret", &client.secret),
                ("token", refresh),
                ("token_type_hint", "refresh_token"),
            ];
            call::end(http, vendor, &endpoints, path, &form).await
        }
        (Vendor::HubSpot, None) => Ok(()),
        // With the refresh token go the access tokens it gave.
        (_, refresh) => {
            let token = refresh.as_ref().unwrap_or(&tokens.access);
            call::end(http, vendor, &endpoints, path, &[("token", token)]).await
        }
    }
}
