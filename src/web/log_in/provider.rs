//! Logging in with a provider of `OpenID` Connect: the authorization code flow with PKCE, state and nonce.

use std::time::Duration;

use chrono::{DateTime, Utc};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreProviderMetadata};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse as _,
};
use serde::{Deserialize, Serialize};

use crate::config::ProviderConfig;

/// How long a provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is kept in the session between leaving for a provider and coming back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Begun {
    /// Which provider.
    pub(super) provider: String,
    /// What it repeats.
    pub(super) state: String,
    nonce: String,
    verifier: String,
    /// Where somebody wants to go.
    pub(super) to: String,
}

/// Who somebody is, as a provider says.
#[derive(Clone, Debug)]
pub(super) struct Claimed {
    /// Their e-mail address, which the provider has verified.
    pub(super) email: String,
    /// Their full name.
    pub(super) name: Option<String>,
}

/// A provider, as it describes itself.
pub(super) struct Provider {
    client: Client,
    http: reqwest::Client,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The provider cannot be reached, or answers what nobody can use. The text is for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProviderError {
    /// It does not answer, or not as it should.
    #[error("{0}")]
    Unusable(String),
    /// What it says of somebody is not to be believed.
    #[error("{0}")]
    Untrue(String),
    /// It does not say that the address is theirs.
    #[error("no verified e-mail address")]
    NoAddress,
}

fn unusable(error: &dyn std::error::Error) -> ProviderError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    ProviderError::Unusable(text)
}

/// A request that could not be sent.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Form(#[from] openidconnect::http::Error),
}

impl Provider {
    /// Asks a provider what it is. It leads back to `back`.
    pub(super) async fn find(config: &ProviderConfig, back: String) -> Result<Self, ProviderError> {
        // A provider that leads elsewhere would have this service ask whatever it likes.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build();
        let http = http.map_err(|error| unusable(&error))?;
        let issuer = IssuerUrl::new(config.issuer.clone()).map_err(|error| unusable(&error))?;
        let back = RedirectUrl::new(back).map_err(|error| unusable(&error))?;
        let ask = |request| send(http.clone(), request);
        let metadata = CoreProviderMetadata::discover_async(issuer, &ask).await.map_err(|error| unusable(&error))?;
        let by_form = metadata
            .token_endpoint_auth_methods_supported()
            .is_some_and(|known| !known.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let secret = config.client_secret.clone().map(ClientSecret::new);
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(config.client_id.clone()), secret)
            .set_redirect_uri(back)
            .set_auth_type(if by_form { AuthType::RequestBody } else { AuthType::BasicAuth });
        Ok(Self { client, http })
    }

    /// Where somebody goes to log in, and what is kept until they come back.
    pub(super) fn begin(&self, provider: &str, to: &str) -> (String, Begun) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = self
            .client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let begun = Begun {
            provider: provider.to_owned(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            to: to.to_owned(),
        };
        (url.into(), begun)
    }

    /// Who somebody is who came back with a code, as of `now`.
    pub(super) async fn finish(
        &self,
        begun: Begun,
        code: String,
        now: DateTime<Utc>,
    ) -> Result<Claimed, ProviderError> {
        let ask = |request| send(self.http.clone(), request);
        let exchange = self.client.exchange_code(AuthorizationCode::new(code)).map_err(|error| unusable(&error))?;
        let tokens = exchange
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier))
            .request_async(&ask)
            .await
            .map_err(|error| unusable(&error))?;
        let token = tokens.id_token().ok_or_else(|| ProviderError::Unusable("it gave no id token".to_owned()))?;
        let verifier = self.client.id_token_verifier().set_time_fn(move || now);
        let claims = token
            .claims(&verifier, &Nonce::new(begun.nonce))
            .map_err(|error| ProviderError::Untrue(error.to_string()))?;
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        let email = email.ok_or(ProviderError::NoAddress)?.to_string();
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
        Ok(Claimed { email, name: name.filter(|name| !name.trim().is_empty()) })
    }
}

async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Lost> {
    let response = http.execute(request.try_into()?).await?;
    let mut built = openidconnect::http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        built = built.header(name, value);
    }
    Ok(built.body(response.bytes().await?.to_vec())?)
}
