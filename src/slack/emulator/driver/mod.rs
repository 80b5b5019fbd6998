//! The people's side: an API for whoever plays them, be it the page, a test or a benchmark.

mod act;
mod click;
mod modal;
mod open;
mod people;
mod say;
mod see;
mod trouble;
mod verify;

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::app::BOT_USER;
use super::engine::Engine;
use super::world::{Ts, World};

/// What is wrong with a request, in a sentence.
#[derive(Debug)]
pub struct Wrong(String);

impl Wrong {
    fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl From<String> for Wrong {
    fn from(sentence: String) -> Self {
        Self(sentence)
    }
}

impl From<&str> for Wrong {
    fn from(sentence: &str) -> Self {
        Self(sentence.to_owned())
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({"ok": false, "error": self.0}))).into_response()
    }
}

/// What a handler gives.
type Given = Result<Json<Value>, Wrong>;

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Wrong> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(text).map_err(|error| Wrong(format!("the request cannot be read: {error}")))
}

fn done() -> Json<Value> {
    Json(json!({"ok": true}))
}

/// Somebody who can act.
fn person(world: &World, id: &str) -> Result<(), Wrong> {
    match world.person(id) {
        _ if id == BOT_USER => Err("the bot acts through the Web API".into()),
        None => Err(format!("there is no person {id}").into()),
        Some(person) if person.deactivated => Err(format!("the account of {id} is deactivated").into()),
        Some(_) => Ok(()),
    }
}

/// The channel a person names: `DM` is theirs with the bot.
fn place(world: &mut World, user: &str, channel: &str) -> Result<String, Wrong> {
    if channel == "DM" {
        return Ok(world.direct_message(user));
    }
    let id = world.named_channel(channel).ok_or_else(|| format!("there is no channel {channel}"))?;
    if !world.channel(&id).is_some_and(|place| place.members.contains(user)) {
        return Err(format!("{user} is not in {channel}").into());
    }
    Ok(id)
}

/// The same, to write there.
fn writable(world: &mut World, user: &str, channel: &str) -> Result<String, Wrong> {
    let id = place(world, user, channel)?;
    if world.channel(&id).is_some_and(|place| place.archived) {
        return Err(format!("{channel} is archived").into());
    }
    Ok(id)
}

fn time(ts: &str) -> Result<Ts, Wrong> {
    ts.parse().map_err(|()| format!("{ts} is not a ts").into())
}

/// The routes below `/driver`.
pub fn router() -> Router<Arc<Engine>> {
    Router::new()
        .route("/state", get(see::state))
        .route("/changes", get(see::changes))
        .route("/transcript", get(see::transcript))
        .route("/views", get(see::views))
        .route("/calls", get(see::calls))
        .route("/deliveries", get(see::deliveries))
        .route("/problems", get(see::problems))
        .route("/install_url", get(see::install_url).post(see::install_url))
        .route("/message", post(say::message))
        .route("/edit", post(say::edit))
        .route("/delete", post(say::delete))
        .route("/react", post(say::react))
        .route("/command", post(act::command))
        .route("/shortcut", post(act::shortcut))
        .route("/suggest", post(act::suggest))
        .route("/click", post(click::click))
        .route("/submit", post(modal::submit))
        .route("/close", post(modal::close))
        .route("/open", post(open::open))
        .route("/context", post(open::context))
        .route("/open_link", post(open::open_link))
        .route("/stop", post(open::stop))
        .route("/rename", post(open::rename))
        .route("/users", post(people::add_user))
        .route("/channels", post(people::add_channel))
        .route("/join", post(people::join))
        .route("/leave", post(people::leave))
        .route("/archive", post(people::archive))
        .route("/deactivate", post(people::deactivate))
        .route("/manifest", post(people::manifest))
        .route("/org", post(people::org))
        .route("/verify_url", post(verify::url))
        .route("/ssl_check", post(verify::certificate))
        .route("/uninstall", post(trouble::uninstall))
        .route("/revoke", post(trouble::revoke))
        .route("/faults", post(trouble::faults))
        .route("/sockets", post(trouble::sockets))
        .route("/expire_streams", post(trouble::expire_streams))
        .route("/clock", post(trouble::clock))
        .fallback(async || Wrong::new("the driver has no such request").into_response())
}
