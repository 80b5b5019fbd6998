//! What can be asked of the double of Attio.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::login::LOGIN;
use super::refusal::{forbidden, invalid, missing, unauthorized};
use super::{OBJECTS, fill, uuid, workspace, write};
use crate::sources::emulator::{Desk, Tables, oauth};

type Asked = BTreeMap<String, String>;

pub(super) fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/v2/self", get(myself))
        .route("/v2/workspace_members", get(members))
        .route("/v2/objects/{object}", get(object))
        .route("/v2/objects/{object}/attributes", get(attributes))
        .route("/v2/objects/deals/attributes/stage/statuses", get(statuses))
        .route("/v2/objects/{object}/records/query", post(query))
        .route("/v2/objects/{object}/records/{id}", get(record).patch(write::patch))
        .route("/v2/notes", get(notes))
        .route("/v2/notes/{id}", get(note))
        .fallback(|| async { missing("The endpoint") })
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

/// What the key may do, unless a test or a person says otherwise.
const SCOPE: &str = "note:read-write object_configuration:read record_permission:read-write user_management:read";

/// What the key may do.
fn scope(tables: &Tables) -> String {
    let said = tables.get("key", "scope").and_then(Value::as_str);
    said.unwrap_or(SCOPE).to_owned()
}

/// A refusal where the key may not do this.
fn not_allowed(desk: &Desk, needed: &str) -> Option<Response> {
    let allowed = scope(&desk.tables()).split_whitespace().any(|scope| scope.starts_with(needed));
    (!allowed).then(|| forbidden(needed))
}

/// Whether the workspace has this object; deals can be switched off.
fn has_object(desk: &Desk, object: &str) -> bool {
    OBJECTS.contains(&object) && desk.tables().get("switched_off", object).is_none()
}

async fn myself(State(desk): State<Arc<Desk>>) -> Response {
    let scope = scope(&desk.tables());
    Json(json!({
        "active": true,
        "scope": scope,
        "client_id": uuid("clients", "local"),
        "token_type": "Bearer",
        "workspace_id": workspace(),
        "workspace_name": "Local workspace",
        "workspace_slug": "local",
    }))
    .into_response()
}

async fn members(State(desk): State<Arc<Desk>>, Query(asked): Query<Asked>) -> Response {
    if let Some(refused) = unknown(&asked, &[]).or_else(|| not_allowed(&desk, "user_management:read")) {
        return refused;
    }
    let tables = desk.tables();
    let shown = tables
        .all("members")
        .map(|(id, member)| with(member, "id", json!({"workspace_id": workspace(), "workspace_member_id": id})));
    data(&shown.collect::<Vec<_>>())
}

async fn object(State(desk): State<Arc<Desk>>, Path(object): Path<String>) -> Response {
    if !has_object(&desk, &object) {
        return missing("The object");
    }
    let id = json!({"workspace_id": workspace(), "object_id": uuid("objects", &object)});
    Json(json!({"data": {"id": id, "api_slug": object}})).into_response()
}

async fn attributes(State(desk): State<Arc<Desk>>, Path(object): Path<String>, Query(asked): Query<Asked>) -> Response {
    if let Some(refused) = unknown(&asked, &["limit", "offset", "show_archived"]) {
        return refused;
    }
    if !has_object(&desk, &object) {
        return missing("The object");
    }
    let (limit, offset) = match bounds(&asked, 500, 500) {
        Ok(bounds) => bounds,
        Err(refused) => return *refused,
    };
    let tables = desk.tables();
    let shown: Vec<Value> = if object == "companies" {
        let id = |slug: &str| json!({"workspace_id": workspace(), "attribute_id": uuid("attributes", slug)});
        tables.all("attributes").map(|(slug, attribute)| with(attribute, "id", id(slug))).collect()
    } else {
        fill::slugs(&tables, &object)
            .into_iter()
            .map(|slug| json!({"api_slug": slug, "is_multiselect": false}))
            .collect()
    };
    data(&shown.into_iter().skip(offset).take(limit).collect::<Vec<_>>())
}

async fn statuses(State(desk): State<Arc<Desk>>, Query(asked): Query<Asked>) -> Response {
    if let Some(refused) = unknown(&asked, &["show_archived"]) {
        return refused;
    }
    let tables = desk.tables();
    let shown = tables.all("stages").map(|(_, stage)| {
        let title = stage["title"].as_str().unwrap_or_default();
        with(stage, "id", json!({"workspace_id": workspace(), "status_id": uuid("statuses", title)}))
    });
    data(&shown.filter(|stage| stage["is_archived"] != true).collect::<Vec<_>>())
}

/// The body of a query.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    filter: BTreeMap<String, Value>,
    #[serde(default)]
    sorts: Vec<Sort>,
    limit: Option<usize>,
    offset: Option<usize>,
}

/// By what a query is sorted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sort {
    attribute: String,
    direction: String,
}

async fn query(State(desk): State<Arc<Desk>>, Path(object): Path<String>, body: Bytes) -> Response {
    if !has_object(&desk, &object) {
        return missing("The object");
    }
    let wanted: Wanted = match serde_json::from_slice(&body) {
        Ok(wanted) => wanted,
        Err(error) => return invalid("validation_type", &format!("the body cannot be read: {error}")),
    };
    let limit = wanted.limit.unwrap_or(500);
    if limit == 0 || limit > 500 {
        return invalid("validation_type", "limit must be between 1 and 500");
    }
    let known = |sort: &Sort| sort.attribute == "created_at" && matches!(sort.direction.as_str(), "asc" | "desc");
    if !wanted.sorts.iter().all(known) {
        return invalid("invalid_request_error", "The sort is not one the double knows");
    }
    if let Some(unknown) = wanted.filter.keys().find(|attribute| *attribute != "domains") {
        return invalid("unknown_filter_attribute_slug", &format!("there is no attribute {unknown}"));
    }
    let tables = desk.tables();
    let mut found: Vec<(&str, &Value)> =
        tables.all(&object).filter(|(_, record)| has(record, &wanted.filter)).collect();
    if let Some(sort) = wanted.sorts.first() {
        found.sort_by_key(|(id, record)| (record["created_at"].as_str(), *id));
        if sort.direction == "desc" {
            found.reverse();
        }
    }
    let page = found.into_iter().skip(wanted.offset.unwrap_or_default()).take(limit);
    data(&page.map(|(id, record)| shown(&object, id, record)).collect::<Vec<_>>())
}

/// Whether a company has the domain that is asked for.
fn has(record: &Value, filter: &BTreeMap<String, Value>) -> bool {
    filter.values().all(|wanted| {
        let domains = record["values"]["domains"].as_array().into_iter().flatten();
        domains.into_iter().any(|entry| entry["domain"] == *wanted)
    })
}

async fn record(State(desk): State<Arc<Desk>>, Path((object, id)): Path<(String, String)>) -> Response {
    if !has_object(&desk, &object) {
        return missing("The object");
    }
    match desk.tables().get(&object, &id) {
        Some(record) => Json(json!({"data": shown(&object, &id, record)})).into_response(),
        None => missing("The record"),
    }
}

async fn notes(State(desk): State<Arc<Desk>>, Query(asked): Query<Asked>) -> Response {
    if let Some(refused) = unknown(&asked, &["limit", "offset", "parent_object", "parent_record_id"]) {
        return refused;
    }
    let (limit, offset) = match bounds(&asked, 10, 50) {
        Ok(bounds) => bounds,
        Err(refused) => return *refused,
    };
    let tables = desk.tables();
    let on = |note: &Value, field: &str| asked.get(field).is_none_or(|wanted| note[field] == **wanted);
    let mut found: Vec<(&str, &Value)> =
        tables.all("notes").filter(|(_, note)| on(note, "parent_object") && on(note, "parent_record_id")).collect();
    found.sort_by_key(|(id, note)| (note["created_at"].as_str(), *id));
    let page = found.into_iter().skip(offset).take(limit);
    data(&page.map(|(id, note)| shown_note(id, note)).collect::<Vec<_>>())
}

async fn note(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    match desk.tables().get("notes", &id) {
        Some(note) => Json(json!({"data": shown_note(&id, note)})).into_response(),
        None => missing("The note"),
    }
}

/// A record with its identifiers.
pub(super) fn shown(object: &str, id: &str, record: &Value) -> Value {
    let id = json!({"workspace_id": workspace(), "object_id": uuid("objects", object), "record_id": id});
    with(record, "id", id)
}

fn shown_note(id: &str, note: &Value) -> Value {
    with(note, "id", json!({"workspace_id": workspace(), "note_id": id}))
}

fn with(object: &Value, field: &str, value: Value) -> Value {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
    object
}

fn data(list: &[Value]) -> Response {
    Json(json!({ "data": list })).into_response()
}

/// A refusal of what is not documented.
fn unknown(asked: &Asked, known: &[&str]) -> Option<Response> {
    let odd = asked.keys().find(|name| !known.contains(&name.as_str()))?;
    Some(invalid("validation_type", &format!("{odd} is no parameter of this endpoint")))
}

/// How many, and after how many.
fn bounds(asked: &Asked, usual: usize, most: usize) -> Result<(usize, usize), Box<Response>> {
    let number = |name: &str, otherwise: usize| asked.get(name).map_or(Some(otherwise), |text| text.parse().ok());
    match (number("limit", usual), number("offset", 0)) {
        (Some(limit), Some(offset)) if (1..=most).contains(&limit) => Ok((limit, offset)),
        _ => Err(Box::new(invalid("validation_type", &format!("limit must be between 1 and {most}")))),
    }
}

/// The title of a stage that is named by its title or its identifier.
pub(super) fn stage(tables: &Tables, named: &str) -> Option<String> {
    let titles = tables.all("stages").filter(|(_, stage)| stage["is_archived"] != true);
    let mut titles = titles.filter_map(|(_, stage)| stage["title"].as_str());
    titles.find(|title| *title == named || uuid("statuses", title) == named).map(str::to_owned)
}
