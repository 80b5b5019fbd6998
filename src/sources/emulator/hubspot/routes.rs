//! What can be asked of the double of HubSpot.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::login::LOGIN;
use super::refusal::{forbidden, invalid, missing, unauthorized};
use super::{KINDS, PORTAL, search, shown};
use crate::sources::emulator::{Desk, oauth};

type Asked = BTreeMap<String, String>;

pub(super) fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/account-info/2026-03/details", get(details))
        .route("/crm/owners/2026-03", get(owners))
        .route("/crm/pipelines/2026-03/deals", get(pipelines))
        .route("/crm/objects/2026-03/{kind}", get(list))
        .route("/crm/objects/2026-03/{kind}/search", post(find))
        .route("/crm/objects/2026-03/{kind}/{id}", get(one))
        .route("/crm/associations/2026-03/deals/companies/batch/read", post(associations))
        .fallback(|| async { missing() })
        .layer(from_fn_with_state(Arc::clone(&desk), key))
        .merge(oauth::routes(&LOGIN))
        .with_state(desk)
}

async fn key(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match given.and_then(|given| given.strip_prefix("Bearer ")) {
        Some(token) if desk.takes(token) => next.run(request).await,
        _ => unauthorized(),
    }
}

/// A refusal where the token may not read this.
fn not_allowed(desk: &Desk, what: &str) -> Option<Response> {
    desk.tables().get("denied", what).map(|_| forbidden())
}

async fn details() -> Response {
    let details =
        json!({"portalId": PORTAL, "accountType": "STANDARD", "timeZone": "Europe/Oslo", "companyCurrency": "EUR"});
    Json(details).into_response()
}

async fn owners(State(desk): State<Arc<Desk>>, Query(asked): Query<Asked>) -> Response {
    if let Some(refused) = not_allowed(&desk, "owners") {
        return refused;
    }
    let (limit, after) = match bounds(&asked, &["limit", "after", "email", "archived"], 500) {
        Ok(bounds) => bounds,
        Err(refused) => return *refused,
    };
    let tables = desk.tables();
    let owners = tables.all("owners").map(|(id, owner)| with(owner, "id", id.into()));
    page(owners.collect(), limit, after)
}

async fn pipelines(State(desk): State<Arc<Desk>>) -> Response {
    let tables = desk.tables();
    let pipelines: Vec<Value> = tables.all("pipelines").map(|(id, pipeline)| with(pipeline, "id", id.into())).collect();
    Json(json!({ "results": pipelines })).into_response()
}

async fn list(State(desk): State<Arc<Desk>>, Path(kind): Path<String>, Query(asked): Query<Asked>) -> Response {
    let Some((table, archive, ..)) = KINDS.iter().find(|(table, ..)| *table == kind) else { return missing() };
    if let Some(refused) = not_allowed(&desk, table) {
        return refused;
    }
    let known = ["limit", "after", "properties", "associations", "archived"];
    let (limit, after) = match bounds(&asked, &known, 100) {
        Ok(bounds) => bounds,
        Err(refused) => return *refused,
    };
    let tables = desk.tables();
    let objects = if asked.get("archived").is_some_and(|archived| archived == "true") {
        let gone = tables.all(archive).map(
            |(id, object)| json!({"id": id, "properties": {}, "archived": true, "archivedAt": object["archivedAt"]}),
        );
        gone.collect()
    } else {
        tables.all(table).map(|(id, object)| shown(table, id, object, &wanted(&asked))).collect()
    };
    page(objects, limit, after)
}

async fn find(State(desk): State<Arc<Desk>>, Path(kind): Path<String>, body: Bytes) -> Response {
    if !KINDS.iter().any(|(table, ..)| *table == kind) {
        return missing();
    }
    if let Some(refused) = not_allowed(&desk, &kind) {
        return refused;
    }
    match search::search(&desk.tables(), &kind, &body) {
        Ok(found) => Json(found).into_response(),
        Err(refused) => *refused,
    }
}

async fn one(
    State(desk): State<Arc<Desk>>,
    Path((kind, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    match desk.tables().get(&kind, &id) {
        Some(object) if KINDS.iter().any(|(table, ..)| *table == kind) => {
            Json(shown(&kind, &id, object, &wanted(&asked))).into_response()
        }
        _ => missing(),
    }
}

/// The body of a question for associations.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inputs {
    inputs: Vec<Input>,
}

/// One of the objects.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    id: String,
}

async fn associations(State(desk): State<Arc<Desk>>, body: Bytes) -> Response {
    let inputs: Inputs = match serde_json::from_slice(&body) {
        Ok(inputs) => inputs,
        Err(error) => return invalid(&format!("the body cannot be read: {error}")),
    };
    if inputs.inputs.is_empty() || inputs.inputs.len() > 1000 {
        return invalid("The number of inputs must be between 1 and 1000.");
    }
    let tables = desk.tables();
    let (mut results, mut without) = (Vec::new(), 0);
    for Input { id } in inputs.inputs {
        let companies = tables.get("deals", &id).and_then(|deal| deal["companies"].as_array().cloned());
        let mut to: Vec<Value> = companies.unwrap_or_default().iter().enumerate().map(associated).collect();
        // The main company stands last, so that nobody takes the first for it.
        to.reverse();
        if to.is_empty() {
            without += 1;
        } else {
            results.push(json!({"from": {"id": id}, "to": to}));
        }
    }
    if without == 0 {
        return Json(json!({"status": "COMPLETE", "results": results})).into_response();
    }
    let errors = [json!({"status": "error", "category": "OBJECT_NOT_FOUND", "message": "No company is associated"})];
    let body = json!({"status": "COMPLETE", "results": results, "numErrors": without, "errors": errors});
    (StatusCode::MULTI_STATUS, Json(body)).into_response()
}

/// A company a deal is associated with; the first is the main one.
fn associated((place, company): (usize, &Value)) -> Value {
    let id = company.as_str().and_then(|id| id.parse::<u64>().ok()).or(company.as_u64()).unwrap_or_default();
    let mut kinds = vec![json!({"category": "HUBSPOT_DEFINED", "typeId": 341, "label": null})];
    if place == 0 {
        kinds.push(json!({"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"}));
    }
    json!({"toObjectId": id, "associationTypes": kinds})
}

fn wanted(asked: &Asked) -> Vec<String> {
    let listed = asked.get("properties").map(String::as_str).unwrap_or_default();
    listed.split(',').filter(|property| !property.is_empty()).map(str::to_owned).collect()
}

fn with(object: &Value, field: &str, value: Value) -> Value {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
    object
}

/// How many, and after how many; a refusal of what is not documented.
fn bounds(asked: &Asked, known: &[&str], most: usize) -> Result<(usize, usize), Box<Response>> {
    if let Some(odd) = asked.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(Box::new(invalid(&format!("{odd} is no parameter of this endpoint"))));
    }
    let number = |name: &str, otherwise: usize| asked.get(name).map_or(Some(otherwise), |text| text.parse().ok());
    match (number("limit", 10), number("after", 0)) {
        (Some(limit), Some(after)) if (1..=most).contains(&limit) => Ok((limit, after)),
        _ => Err(Box::new(invalid(&format!("The limit must be between 1 and {most}.")))),
    }
}

fn page(objects: Vec<Value>, limit: usize, after: usize) -> Response {
    let total = objects.len();
    let results: Vec<Value> = objects.into_iter().skip(after).take(limit).collect();
    let mut answer = json!({ "results": results });
    if after + limit < total {
        answer["paging"] = json!({"next": {"after": (after + limit).to_string()}});
    }
    Json(answer).into_response()
}
