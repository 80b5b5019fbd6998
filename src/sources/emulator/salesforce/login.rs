//! How people and programs log in to the double of Salesforce.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::{CLIENT_ID, id};
use crate::sources::emulator::Desk;
use crate::sources::emulator::oauth::{Fields, Login, Refreshes, refused};

/// The login. A session ends after two hours, which Salesforce does not say beforehand.
pub(super) const LOGIN: Login = Login {
    authorize: "/services/oauth2/authorize",
    token: "/services/oauth2/token",
    revoke: Some("/services/oauth2/revoke"),
    asks_for_code: true,
    scopes: &["api", "refresh_token"],
    lifetime: Some(2 * 3600),
    refreshes: Refreshes::Stays,
    ends_refresh_alone: false,
    others: credentials,
    says,
};

/// A session for the consumer key and secret alone.
fn credentials(desk: &Desk, form: &Fields) -> Option<Response> {
    let is = |field: &str, expected: &str| form.get(field).is_some_and(|given| given == expected);
    if !is("client_id", CLIENT_ID) {
        return Some(refused("invalid_client_id", "this client is not known"));
    }
    if !is("grant_type", "client_credentials") {
        return None;
    }
    if !is("client_secret", desk.key()) {
        return Some(refused("invalid_client", "the secret is not right"));
    }
    let mut answer = says(desk);
    answer["access_token"] = desk.mint().into();
    Some(Json(answer).into_response())
}

fn says(desk: &Desk) -> Value {
    let about = format!("{}/id/{}/{}", desk.base(), id("Organization", "local"), id("User", "integration"));
    json!({
        "instance_url": desk.base(),
        "id": about,
        "token_type": "Bearer",
        "scope": "api refresh_token",
        "issued_at": desk.now().timestamp_millis().to_string(),
        "signature": "bG9jYWw=",
    })
}
