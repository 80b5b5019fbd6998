//! How a person or a test changes what the doubles hold, and lets things go wrong: JSON over HTTP below `/control`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};

use super::desk::{Desk, Fault, Outgoing};
use crate::domain::connection::Vendor;

type Desks = BTreeMap<Vendor, Arc<Desk>>;

/// Something that is to go wrong.
#[derive(Deserialize)]
struct Wrong {
    #[serde(flatten)]
    fault: Fault,
    #[serde(default = "once")]
    times: usize,
}

fn once() -> usize {
    1
}

/// Where webhook deliveries go.
#[derive(Deserialize)]
struct Hook {
    address: Option<String>,
}

pub(super) fn router(desks: Desks) -> Router {
    Router::new()
        .route("/", get(standing))
        .route("/{vendor}/faults", post(fail))
        .route("/{vendor}/hook", put(hook))
        .route("/{vendor}/{table}/{id}", get(show).put(change).delete(delete))
        .with_state(desks)
}

async fn standing(State(desks): State<Desks>) -> Json<Value> {
    let of = |desk: &Arc<Desk>| {
        let objects: BTreeMap<String, usize> =
            desk.tables().counts().map(|(table, count)| (table.to_owned(), count)).collect();
        json!({"address": desk.base(), "requests": desk.requests(), "objects": objects, "hook": desk.hook()})
    };
    Json(
        desks
            .iter()
            .map(|(vendor, desk)| (vendor.wire().to_owned(), of(desk)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    )
}

async fn fail(State(desks): State<Desks>, Path(vendor): Path<String>, Json(wrong): Json<Wrong>) -> Response {
    with(&desks, &vendor, |desk| {
        desk.fail(wrong.fault, wrong.times.min(10_000));
        StatusCode::NO_CONTENT.into_response()
    })
}

async fn hook(State(desks): State<Desks>, Path(vendor): Path<String>, Json(hook): Json<Hook>) -> Response {
    let here = |address: &str| {
        reqwest::Url::parse(address).is_ok_and(|url| {
            url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
        })
    };
    if hook.address.as_deref().is_some_and(|address| !here(address)) {
        return refused("deliveries go to http addresses of this machine only");
    }
    with(&desks, &vendor, |desk| {
        desk.deliver_to(hook.address.clone());
        StatusCode::NO_CONTENT.into_response()
    })
}

async fn show(State(desks): State<Desks>, Path((vendor, table, id)): Path<(String, String, String)>) -> Response {
    with(&desks, &vendor, |desk| match desk.tables().get(&table, &id) {
        Some(object) => Json(object.clone()).into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({"error": "there is no such object"}))).into_response(),
    })
}

async fn change(
    State(desks): State<Desks>,
    Path((vendor, table, id)): Path<(String, String, String)>,
    Json(patch): Json<Value>,
) -> Response {
    let Some(desk) = Vendor::parse(&vendor).and_then(|vendor| desks.get(&vendor)) else { return unknown() };
    let deliveries = desk.change(&table, &id, &patch);
    sent(desk, deliveries).await
}

async fn delete(State(desks): State<Desks>, Path((vendor, table, id)): Path<(String, String, String)>) -> Response {
    let Some(desk) = Vendor::parse(&vendor).and_then(|vendor| desks.get(&vendor)) else { return unknown() };
    let deliveries = desk.delete(&table, &id);
    sent(desk, deliveries).await
}

/// Sends deliveries where they go, and says what came of each.
async fn sent(desk: &Desk, deliveries: Vec<Outgoing>) -> Response {
    let Some(address) = desk.hook() else { return Json(json!({"delivered": []})).into_response() };
    let mut statuses = Vec::new();
    for delivery in deliveries {
        let mut request = Client::new().post(&address).body(delivery.body);
        for (name, value) in delivery.headers {
            request = request.header(name, value);
        }
        statuses.push(request.send().await.map_or(0, |answer| answer.status().as_u16()));
    }
    Json(json!({"delivered": statuses})).into_response()
}

fn with(desks: &Desks, vendor: &str, act: impl FnOnce(&Desk) -> Response) -> Response {
    match Vendor::parse(vendor).and_then(|vendor| desks.get(&vendor)) {
        Some(desk) => act(desk),
        None => unknown(),
    }
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({"error": "there is no double of that system"}))).into_response()
}

fn refused(why: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": why}))).into_response()
}
