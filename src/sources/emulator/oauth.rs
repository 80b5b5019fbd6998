//! Logging in to a double with OAuth 2 and PKCE: consent is given at once, and codes and refresh tokens are traded as the
//! standard says. What differs from system to system is in [`Login`].

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Json, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Desk;
use super::grants::Code;

/// Parameters of a query or a form.
pub(super) type Fields = BTreeMap<String, String>;

/// How people log in to one system.
pub(super) struct Login {
    /// Where consent is asked for.
    pub authorize: &'static str,
    /// Where codes and refresh tokens are traded.
    pub token: &'static str,
    /// Where tokens are ended; none where that is not offered.
    pub revoke: Option<&'static str>,
    /// Whether the address people are sent to has `response_type`.
    pub asks_for_code: bool,
    /// The scopes that can be asked for; none where they are set in the app alone.
    pub scopes: &'static [&'static str],
    /// Seconds an access token is good for; none where it does not end.
    pub lifetime: Option<u32>,
    /// What becomes of refresh tokens.
    pub refreshes: Refreshes,
    /// Whether ending a token asks for the client, and ends the refresh token alone.
    pub ends_refresh_alone: bool,
    /// Other grants of its token endpoint.
    pub others: fn(&Desk, &Fields) -> Option<Response>,
    /// What an answer with tokens says besides them.
    pub says: fn(&Desk) -> Value,
}

/// What becomes of refresh tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Refreshes {
    /// There are none.
    Never,
    /// They stay as they are.
    Stays,
    /// Each gives another and ends.
    Rotates,
}

/// The routes of a login. They ask for no key.
pub(super) fn routes(login: &'static Login) -> Router<Arc<Desk>> {
    let routes =
        Router::new()
            .route(
                login.authorize,
                get(move |State(desk): State<Arc<Desk>>, Query(asked): Query<Fields>| async move {
                    authorize(&desk, login, &asked)
                }),
            )
            .route(
                login.token,
                post(move |State(desk): State<Arc<Desk>>, Form(form): Form<Fields>| async move {
                    token(&desk, login, &form)
                }),
            );
    let Some(revoke) = login.revoke else { return routes };
    routes.route(
        revoke,
        post(move |State(desk): State<Arc<Desk>>, Form(form): Form<Fields>| async move { end(&desk, login, &form) }),
    )
}

/// A refusal of the token endpoint.
pub(super) fn refused(error: &str, why: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error, "error_description": why}))).into_response()
}

/// A page that tells the person what is wrong; nobody is sent back.
fn page(why: &str) -> Response {
    (StatusCode::BAD_REQUEST, why.to_owned()).into_response()
}

fn is(fields: &Fields, name: &str, expected: &str) -> bool {
    fields.get(name).is_some_and(|given| given == expected)
}

fn authorize(desk: &Desk, login: &Login, asked: &Fields) -> Response {
    let known =
        ["client_id", "redirect_uri", "scope", "state", "response_type", "code_challenge", "code_challenge_method"];
    if let Some(odd) = asked.keys().find(|name| !known.contains(&name.as_str())) {
        return page(&format!("{odd} is no parameter of this page"));
    }
    if !is(asked, "client_id", &desk.client_id()) {
        return page("this app is not known");
    }
    let Some(redirect) = asked.get("redirect_uri").filter(|redirect| leads_here(redirect)) else {
        return page("redirect_uri has to be an http address on this machine");
    };
    if asked.get("response_type").map_or(login.asks_for_code, |kind| kind != "code") {
        return page("response_type has to be code");
    }
    let scopes: Vec<&str> = asked.get("scope").map(|scope| scope.split(' ').collect()).unwrap_or_default();
    if scopes.is_empty() != login.scopes.is_empty() || scopes.iter().any(|scope| !login.scopes.contains(scope)) {
        return page("the scopes are not those of the app");
    }
    let challenge = asked.get("code_challenge").filter(|challenge| is_hash(challenge));
    let Some(challenge) = challenge.filter(|_| is(asked, "code_challenge_method", "S256")) else {
        return page("a code_challenge with the code_challenge_method S256 is missing");
    };
    let (name, value) = if desk.tables().get("login", "denied").is_some() {
        ("error", "access_denied".to_owned())
    } else {
        let code = Code { redirect: redirect.clone(), challenge: challenge.clone(), at: desk.now() };
        ("code", desk.grants().code(code))
    };
    let mut answer = form_urlencoded::Serializer::new(String::new());
    answer.append_pair(name, &value);
    if let Some(state) = asked.get("state") {
        answer.append_pair("state", state);
    }
    let joint = if redirect.contains('?') { '&' } else { '?' };
    (StatusCode::FOUND, [(LOCATION, format!("{redirect}{joint}{}", answer.finish()))]).into_response()
}

/// Whether an address leads to this machine over plain HTTP.
fn leads_here(address: &str) -> bool {
    let Ok(address) = address.parse::<Uri>() else { return false };
    let host = address.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let named = address.authority().is_some_and(|authority| authority.as_str().contains('@'));
    address.scheme_str() == Some("http") && here && !named
}

/// Whether this is a SHA-256 hash in base64url without padding.
fn is_hash(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|hash| hash.len() == 32)
}

fn token(desk: &Desk, login: &Login, form: &Fields) -> Response {
    if let Some(answer) = (login.others)(desk, form) {
        return answer;
    }
    if !is(form, "client_id", &desk.client_id()) || !is(form, "client_secret", &desk.client_secret()) {
        return refused("invalid_client", "the client id or the secret is not right");
    }
    let grant = form.get("grant_type").map(String::as_str).unwrap_or_default();
    let (known, needed): (&[&str], _) = match grant {
        "authorization_code" => (&["code", "redirect_uri", "code_verifier"], 6),
        "refresh_token" if login.refreshes != Refreshes::Never => (&["refresh_token"], 4),
        _ => return refused("unsupported_grant_type", "this grant is not offered"),
    };
    let always = ["grant_type", "client_id", "client_secret"];
    if form.len() != needed || form.keys().any(|name| !always.contains(&&**name) && !known.contains(&&**name)) {
        return refused("invalid_request", "a parameter is missing, or there is one too many");
    }
    if grant == "refresh_token" { renew(desk, login, form) } else { trade(desk, login, form) }
}

fn trade(desk: &Desk, login: &Login, form: &Fields) -> Response {
    let code = form.get("code").and_then(|code| desk.grants().trade(code, desk.now()));
    let verifier = form.get("code_verifier").map(String::as_str).unwrap_or_default();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let proves = (43..=128).contains(&verifier.len());
    let is_right = |code: &Code| proves && code.challenge == challenge && is(form, "redirect_uri", &code.redirect);
    if !code.as_ref().is_some_and(is_right) {
        return refused("invalid_grant", "the code is not known, used up or too old, or the verifier is not right");
    }
    let access = mint(desk, login);
    let refresh =
        (login.refreshes != Refreshes::Never).then(|| desk.grants().refresh(desk.vendor(), vec![access.clone()]));
    answer(desk, login, &access, refresh)
}

fn renew(desk: &Desk, login: &Login, form: &Fields) -> Response {
    let old = form.get("refresh_token").map(String::as_str).unwrap_or_default();
    if desk.grants().given_by(old).is_none() {
        return refused("invalid_grant", "the refresh token is not known, used up or revoked");
    }
    let access = mint(desk, login);
    let mut grants = desk.grants();
    let refresh = if login.refreshes == Refreshes::Rotates {
        let mut given = grants.end_refresh(old).unwrap_or_default();
        given.push(access.clone());
        Some(grants.refresh(desk.vendor(), given))
    } else {
        grants.given_by(old).into_iter().for_each(|given| given.push(access.clone()));
        None
    };
    drop(grants);
    answer(desk, login, &access, refresh)
}

fn mint(desk: &Desk, login: &Login) -> String {
    let end = login.lifetime.and_then(|seconds| desk.now().checked_add_signed(Duration::seconds(seconds.into())));
    desk.grants().access(desk.vendor(), end)
}

fn answer(desk: &Desk, login: &Login, access: &str, refresh: Option<String>) -> Response {
    let mut answer = (login.says)(desk);
    answer["access_token"] = access.into();
    if let Some(refresh) = refresh {
        answer["refresh_token"] = refresh.into();
    }
    Json(answer).into_response()
}

fn end(desk: &Desk, login: &Login, form: &Fields) -> Response {
    let token = form.get("token").map(String::as_str).unwrap_or_default();
    if login.ends_refresh_alone {
        if !is(form, "client_id", &desk.client_id()) || !is(form, "client_secret", &desk.client_secret()) {
            return refused("invalid_client", "the client id or the secret is not right");
        }
        if !is(form, "token_type_hint", "refresh_token") || form.len() != 4 {
            return refused("invalid_request", "a parameter is missing, or there is one too many");
        }
        // Whether there was such a token is not said.
        desk.grants().end_refresh(token);
        return StatusCode::OK.into_response();
    }
    if form.len() != 1 {
        return refused("invalid_request", "the token has to be given, and nothing else");
    }
    let mut grants = desk.grants();
    let known = match grants.end_refresh(token) {
        Some(given) => {
            for access in &given {
                grants.end_access(access);
            }
            true
        }
        None => grants.end_access(token),
    };
    if known { StatusCode::OK.into_response() } else { refused("invalid_token", "this token is not known") }
}
