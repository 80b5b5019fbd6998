//! A session with Salesforce: an access token, made from client credentials where none is given, and made anew once where
//! Salesforce takes it no more.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tokio::sync::Mutex;

use super::wire::Token;
use crate::domain::connection::Vendor;
use crate::sources::http::{Caller, Reply};
use crate::sources::{Access, SourceError};

/// What Salesforce says when the requests of a day are used up. It does so with status 403.
const USED_UP: &str = "REQUEST_LIMIT_EXCEEDED";
/// How long to wait then: the day is counted back from each moment, so that some are free again before long.
const WAIT: Duration = Duration::from_mins(15);

/// How a session begins.
enum Begins {
    /// With an access token that was given.
    Given(String),
    /// With client credentials.
    Credentials {
        /// The consumer key.
        id: String,
        /// The consumer secret.
        secret: String,
    },
}

/// A session.
pub(super) struct Session {
    client: Client,
    address: String,
    begins: Begins,
    caller: Mutex<Option<Caller>>,
}

impl Session {
    /// A session that has not begun.
    pub fn new(access: &Access, client: Client) -> Result<Self, String> {
        let Some(address) = access.setting("address") else {
            return Err("Salesforce needs the setting `address`: https://YOUR-DOMAIN.my.salesforce.com".to_owned());
        };
        let key = access.key.trim();
        let begins = if access.setting("token").is_some_and(|kind| kind.eq_ignore_ascii_case("oauth")) {
            Begins::Given(key.to_owned())
        } else {
            let both = access.setting("client_id").map(|id| (id, key)).or_else(|| key.split_once(':'));
            let both = both.filter(|(id, secret)| !id.trim().is_empty() && !secret.trim().is_empty());
            let Some((id, secret)) = both else {
                return Err(
                    "write the Salesforce key as CONSUMER_KEY:CONSUMER_SECRET of an external client app".to_owned()
                );
            };
            Begins::Credentials { id: id.trim().to_owned(), secret: secret.trim().to_owned() }
        };
        if key.is_empty() {
            return Err("the Salesforce access token is empty; connect Salesforce again".to_owned());
        }
        let address = address.trim_end_matches('/').to_owned();
        Ok(Self { client, address, begins, caller: Mutex::new(None) })
    }

    /// Sends a request. A session that has run out is begun again once.
    pub async fn call(&self, request: impl Fn(&Caller) -> RequestBuilder) -> Result<(Reply, String), SourceError> {
        let mut caller = self.caller(false).await?;
        let mut answer = caller.call(request(&caller)).await;
        let ran_out = matches!(answer, Err(SourceError::Unauthorized(_)));
        if ran_out && matches!(self.begins, Begins::Credentials { .. }) {
            caller = self.caller(true).await?;
            answer = caller.call(request(&caller)).await;
        }
        match answer {
            Ok(reply) => Ok((reply, caller.base().to_owned())),
            Err(SourceError::Forbidden(said)) if said.contains(USED_UP) => {
                Err(SourceError::RateLimited { after: WAIT })
            }
            Err(error) => Err(error),
        }
    }

    /// The path of an address Salesforce gave.
    pub async fn path(&self, address: &str) -> Result<Option<String>, SourceError> {
        Ok(self.caller(false).await?.below(address).map(str::to_owned))
    }

    /// Whoever calls in this session; a new one where there is none yet, or the one there is has run out.
    async fn caller(&self, ran_out: bool) -> Result<Caller, SourceError> {
        let mut held = self.caller.lock().await;
        if ran_out {
            *held = None;
        }
        if let Some(caller) = &*held {
            return Ok(caller.clone());
        }
        let caller = match &self.begins {
            Begins::Given(token) => self.with(&self.address, token)?,
            Begins::Credentials { id, secret } => {
                let token = self.mint(id, secret).await?;
                self.with(&self.instance(token.instance_url)?, &token.access_token)?
            }
        };
        *held = Some(caller.clone());
        Ok(caller)
    }

    /// Where the records are. The token is sent there, so it must be a safe place.
    fn instance(&self, given: Option<String>) -> Result<String, SourceError> {
        let instance = given.unwrap_or_else(|| self.address.clone());
        if instance.starts_with("https://") || instance == self.address {
            Ok(instance)
        } else {
            Err(SourceError::Malformed("Salesforce names a place for its records that is not safe to call".to_owned()))
        }
    }

    async fn mint(&self, id: &str, secret: &str) -> Result<Token, SourceError> {
        let caller = Caller::new(self.client.clone(), Vendor::Salesforce, &self.address, HeaderMap::new(), said);
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        let request = caller.post("/services/oauth2/token").form(&form);
        match caller.call(request).await {
            // A refusal of credentials comes with status 400.
            Err(SourceError::Refused(said)) => Err(SourceError::Unauthorized(said)),
            answer => answer?.json(),
        }
    }

    fn with(&self, base: &str, token: &str) -> Result<Caller, SourceError> {
        let odd = |_| SourceError::Unauthorized("the Salesforce access token is not one; connect it again".to_owned());
        let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(odd)?;
        bearer.set_sensitive(true);
        let headers = HeaderMap::from_iter([(AUTHORIZATION, bearer)]);
        Ok(Caller::new(self.client.clone(), Vendor::Salesforce, base, headers, said))
    }
}

/// Salesforce's own words in a refusal: a list of errors, or one of the token endpoint.
fn said(body: &Value) -> Option<String> {
    let error = match body {
        Value::Array(errors) => errors.first()?,
        one => one,
    };
    let text = |field: &str| error.get(field).and_then(Value::as_str);
    match (text("errorCode"), text("message").or(text("error_description"))) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (code, message) => code.or(message).or(text("error")).map(str::to_owned),
    }
}
