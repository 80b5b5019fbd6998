//! A provider of `OpenID` Connect: describes itself, logs everybody in, and signs what it says of them, true or not.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Duration, Utc};
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    Audience, EmptyAdditionalClaims, EndUserEmail, EndUserName, IssuerUrl, JsonWebKeyId, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, PrivateSigningKey, StandardClaims, SubjectIdentifier,
};
use serde_json::{Value, json};
use success_agent::config::ProviderConfig;
use tokio::net::TcpListener;

/// What it says of whoever logs in next.
#[derive(Clone, Debug)]
pub struct Says {
    pub email: Option<&'static str>,
    pub verified: Option<bool>,
    pub audience: &'static str,
    /// Another nonce than the one it was given.
    pub nonce: Option<&'static str>,
    /// Whether another key signs it than the one it shows.
    pub forged: bool,
    /// Minutes until it is over.
    pub lasts: i64,
    /// Whether it lets them in at all.
    pub denies: bool,
}

impl Says {
    /// The truth about somebody.
    pub fn of(email: &'static str) -> Self {
        Self {
            email: Some(email),
            verified: Some(true),
            audience: CLIENT,
            nonce: None,
            forged: false,
            lasts: 10,
            denies: false,
        }
    }
}

const CLIENT: &str = "client";
/// The client and its secret, as they are sent.
const BASIC: &str = "Basic Y2xpZW50OnMzY3JldA==";

/// The provider.
pub struct OidcServer {
    url: String,
    state: Arc<Inner>,
}

struct Inner {
    url: String,
    now: DateTime<Utc>,
    says: Mutex<Says>,
    /// Nonce and challenge, by code.
    begun: Mutex<HashMap<String, (String, String)>>,
}

/// A key made of a seed.
fn key(seed: u8) -> CoreEdDsaPrivateSigningKey {
    // PKCS #8, up to the 32 bytes of an Ed25519 key.
    let mut der = hex::decode("302e020100300506032b657004220420").unwrap();
    der.extend([seed; 32]);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", base64(&der));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new("k1".to_owned()))).unwrap()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    assert_eq!(bytes.len() % 3, 0, "no padding is written");
    let four = |three: &[u8]| {
        let all = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        [18, 12, 6, 0].map(|shift| char::from(LETTERS[(all >> shift) as usize & 63]))
    };
    bytes.chunks(3).flat_map(four).collect()
}

impl OidcServer {
    /// One that lives in `now`.
    pub async fn start(now: DateTime<Utc>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let says = Mutex::new(Says::of("nobody@nowhere.example"));
        let state = Arc::new(Inner { url: url.clone(), now, says, begun: Mutex::default() });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, state }
    }

    /// How the program knows it.
    pub fn config(&self) -> ProviderConfig {
        ProviderConfig {
            key: "oidc",
            name: "Example ID".to_owned(),
            issuer: self.url.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: Some("s3cret".to_owned()),
        }
    }

    /// Has it say this of whoever logs in next.
    pub fn says(&self, says: Says) {
        *self.state.says.lock().unwrap() = says;
    }
}

async fn describe(State(inner): State<Arc<Inner>>) -> Json<Value> {
    let url = &inner.url;
    Json(json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    }))
}

async fn keys() -> Json<Value> {
    let keys = CoreJsonWebKeySet::new(vec![key(7).as_verification_key()]);
    Json(serde_json::to_value(keys).unwrap())
}

async fn authorize(State(inner): State<Arc<Inner>>, Query(asked): Query<HashMap<String, String>>) -> Response {
    assert_eq!((asked["client_id"].as_str(), asked["response_type"].as_str()), (CLIENT, "code"));
    assert_eq!(asked["code_challenge_method"], "S256");
    assert!(asked["scope"].split(' ').any(|scope| scope == "email"), "{asked:?}");
    let (back, state) = (&asked["redirect_uri"], &asked["state"]);
    if inner.says.lock().unwrap().denies {
        return Redirect::to(&format!("{back}?error=access_denied&state={state}")).into_response();
    }
    let mut begun = inner.begun.lock().unwrap();
    let code = format!("code-{}", begun.len());
    begun.insert(code.clone(), (asked["nonce"].clone(), asked["code_challenge"].clone()));
    Redirect::to(&format!("{back}?code={code}&state={state}")).into_response()
}

async fn token(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Form(sent): Form<HashMap<String, String>>,
) -> Response {
    let refused = |why: &str| (StatusCode::BAD_REQUEST, Json(json!({"error": why}))).into_response();
    if headers.get("authorization").is_none_or(|sent| sent != BASIC) {
        return refused("invalid_client");
    }
    let Some((nonce, challenge)) = inner.begun.lock().unwrap().remove(&sent["code"]) else {
        return refused("invalid_grant");
    };
    let verifier = PkceCodeVerifier::new(sent["code_verifier"].clone());
    if PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str() != challenge {
        return refused("invalid_grant");
    }
    let says = inner.says.lock().unwrap().clone();
    let who = StandardClaims::new(SubjectIdentifier::new("subject".to_owned()))
        .set_email(says.email.map(|email| EndUserEmail::new(email.to_owned())))
        .set_email_verified(says.verified)
        .set_name(Some(EndUserName::new("Kim Larsen".to_owned()).into()));
    let claims = CoreIdTokenClaims::new(
        IssuerUrl::new(inner.url.clone()).unwrap(),
        vec![Audience::new(says.audience.to_owned())],
        inner.now + Duration::minutes(says.lasts),
        inner.now - Duration::minutes(1),
        who,
        EmptyAdditionalClaims {},
    )
    .set_nonce(Some(Nonce::new(says.nonce.map_or(nonce, str::to_owned))));
    let key = key(if says.forged { 8 } else { 7 });
    let token = CoreIdToken::new(claims, &key, CoreJwsSigningAlgorithm::EdDsa, None, None).unwrap();
    Json(json!({"access_token": "a", "token_type": "Bearer", "id_token": token.to_string()})).into_response()
}
