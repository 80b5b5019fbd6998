//! What can be asked of the double of Salesforce.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query as Asked, Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::login::LOGIN;
use super::refusal::{invalid, missing, unauthorized};
use super::soql::Query;
use super::{API, id};
use crate::sources::emulator::{Desk, oauth};

/// Records of an answer, unless fewer are asked for.
const BATCH: usize = 2000;

type Fields = BTreeMap<String, String>;

pub(super) fn router(desk: Arc<Desk>) -> Router {
    let data = Router::new()
        .route("/query", get(query))
        .route("/queryAll", get(query_all))
        .route("/query/{locator}", get(more))
        .route("/sobjects/{object}/describe", get(describe))
        .layer(from_fn_with_state(Arc::clone(&desk), key));
    Router::new().nest(API, data).merge(oauth::routes(&LOGIN)).fallback(|| async { missing() }).with_state(desk)
}

async fn key(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match given.and_then(|given| given.strip_prefix("Bearer ")) {
        Some(token) if desk.takes(token) => next.run(request).await,
        _ => unauthorized(),
    }
}

async fn query(State(desk): State<Arc<Desk>>, Asked(asked): Asked<Fields>, headers: HeaderMap) -> Response {
    answer(&desk, &asked, &headers, false)
}

async fn query_all(State(desk): State<Arc<Desk>>, Asked(asked): Asked<Fields>, headers: HeaderMap) -> Response {
    answer(&desk, &asked, &headers, true)
}

fn answer(desk: &Desk, asked: &Fields, headers: &HeaderMap, deleted: bool) -> Response {
    let Some(soql) = asked.get("q").filter(|_| asked.len() == 1) else {
        return invalid("MALFORMED_QUERY", "A query has to be given as the parameter q, and nothing else.");
    };
    let Some(batch) = batch(headers) else {
        return invalid("INVALID_QUERY_OPTIONS", "batchSize must be between 200 and 2000");
    };
    let mut tables = desk.tables();
    match Query::parse(soql).and_then(|query| query.run(&tables, deleted)) {
        Ok(records) => {
            let locator = format!("01g{}", &id("Query", soql)[3..]);
            let first = page(&locator, &records, 0, batch);
            if records.len() > batch {
                tables.put("queries", &locator, json!({"records": records, "batch": batch}));
            }
            Json(first).into_response()
        }
        Err((code, message)) => invalid(code, &message),
    }
}

/// How many records of an answer are asked for; none where that is not allowed.
fn batch(headers: &HeaderMap) -> Option<usize> {
    let Some(options) = headers.get("sforce-query-options") else { return Some(BATCH) };
    let batch = options.to_str().ok()?.strip_prefix("batchSize=")?.parse().ok()?;
    (200..=BATCH).contains(&batch).then_some(batch)
}

/// A part of the records, with how it goes on.
fn page(locator: &str, records: &[Value], from: usize, batch: usize) -> Value {
    let part: Vec<&Value> = records.iter().skip(from).take(batch).collect();
    let end = from + part.len();
    let mut page = json!({"totalSize": records.len(), "done": end == records.len(), "records": part});
    if end < records.len() {
        page["nextRecordsUrl"] = format!("{API}/query/{locator}-{end}").into();
    }
    page
}

async fn more(State(desk): State<Arc<Desk>>, Path(locator): Path<String>) -> Response {
    let tables = desk.tables();
    let known = locator.rsplit_once('-').and_then(|(locator, from)| {
        let query = tables.get("queries", locator)?;
        let batch = usize::try_from(query["batch"].as_u64()?).ok()?;
        Some(page(locator, query["records"].as_array()?, from.parse().ok()?, batch))
    });
    match known {
        Some(page) => Json(page).into_response(),
        None => invalid("INVALID_QUERY_LOCATOR", "the query is forgotten"),
    }
}

async fn describe(State(desk): State<Arc<Desk>>, Path(object): Path<String>) -> Response {
    let tables = desk.tables();
    let Some(fields) = tables.get("fields", &object).and_then(Value::as_array) else { return missing() };
    let fields: Vec<Value> = fields.iter().map(|name| json!({ "name": name })).collect();
    Json(json!({"name": object, "queryable": true, "fields": fields})).into_response()
}
