//! The double of Salesbricks.

mod fill;

use std::sync::Arc;

use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Double;
use super::desk::{Change, Desk, Outgoing, limited_in_seconds};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;
use crate::sources::salesbricks::signature;

/// What it is made of.
pub(super) const DOUBLE: Double = Double {
    vendor: Vendor::Salesbricks,
    fill: fill::tables,
    router,
    touch,
    outgoing,
    limited: limited_in_seconds,
    settings: &[],
};

/// Objects of a page, unless it is said; and the most.
const LIMITS: (usize, usize) = (100, 1_000);

fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/customers", get(customers))
        .route("/customers/{id}", get(customer))
        .route("/subscriptions/{id}", get(subscription))
        .route("/subscriptions/{id}/current", get(subscription))
        .route("/subscriptions/{id}/orders", get(orders))
        .fallback(|| async { missing() })
        .layer(from_fn_with_state(Arc::clone(&desk), admit as fn(_, _, _, _) -> _))
        .with_state(desk)
}

/// Lets in who has the key.
async fn admit(State(desk): State<Arc<Desk>>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let key = headers.get("x-salesbricks-key").and_then(|key| key.to_str().ok());
    if key.is_some_and(|key| desk.takes(key)) {
        return next.run(request).await;
    }
    refused(StatusCode::UNAUTHORIZED, "ERR_UNAUTHORIZED", "Invalid API key.")
}

fn refused(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({"error": {"code": code, "message": message}}))).into_response()
}

fn missing() -> Response {
    refused(StatusCode::NOT_FOUND, "ERR_NOT_FOUND", "Not found.")
}

async fn customers(State(desk): State<Arc<Desk>>, RawQuery(query): RawQuery) -> Response {
    let tables = desk.tables();
    let all = tables.all("customers").map(|(id, customer)| {
        let subscriptions =
            tables.all("subscriptions").filter(|(_, one)| one.pointer("/customer/customer_id") == Some(&json!(id)));
        let short = |(_, one): (&str, &Value)| {
            let fields = ["subscription_id", "status", "name", "starts_at", "ends_at"];
            Value::Object(fields.iter().map(|name| ((*name).to_owned(), one[*name].clone())).collect())
        };
        let mut customer = customer.clone();
        customer["subscriptions"] = subscriptions.map(short).collect();
        customer
    });
    page(all.collect(), desk.base(), "customers", query.as_deref(), &[])
}

async fn customer(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    let tables = desk.tables();
    let Some(customer) = tables.get("customers", &id) else { return missing() };
    let mut customer = customer.clone();
    let own = tables.all("subscriptions").filter(|(_, one)| one.pointer("/customer/customer_id") == Some(&json!(id)));
    customer["subscriptions"] = own
        .map(|(own, one)| json!({"subscription_id": own, "status": one["status"], "starts_at": one["starts_at"]}))
        .collect();
    Json(customer).into_response()
}

async fn subscription(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    desk.tables().get("subscriptions", &id).map_or_else(missing, |found| Json(found.clone()).into_response())
}

async fn orders(State(desk): State<Arc<Desk>>, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let tables = desk.tables();
    if tables.get("subscriptions", &id).is_none() {
        return missing();
    }
    let own = tables.all("orders").filter(|(_, order)| order["subscription_id"] == json!(id));
    let mut own: Vec<Value> = own.map(|(_, order)| order.clone()).collect();
    own.sort_by_key(|order| order["starts_at"].as_str().unwrap_or_default().to_owned());
    for order in &mut own {
        if let Value::Object(fields) = order {
            fields.remove("subscription_id");
        }
    }
    page(own, desk.base(), &format!("subscriptions/{id}/orders"), query.as_deref(), &["ordering"])
}

/// A page of a list, counted off.
fn page(all: Vec<Value>, base: &str, path: &str, query: Option<&str>, more: &[&str]) -> Response {
    let (mut limit, mut offset) = (LIMITS.0, 0);
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let number = value.parse::<usize>();
        match (name.as_ref(), number) {
            ("limit", Ok(number)) if (1..=LIMITS.1).contains(&number) => limit = number,
            ("offset", Ok(number)) => offset = number,
            ("ordering", _) if more.contains(&"ordering") && value == "starts_at" => {}
            _ => {
                let message = format!("`{name}` is not a parameter that is taken like this.");
                return refused(StatusCode::BAD_REQUEST, "ERR_BAD_REQUEST", &message);
            }
        }
    }
    let count = all.len();
    let at = |offset: usize| format!("{base}/{path}?limit={limit}&offset={offset}");
    let next = (offset + limit < count).then(|| at(offset + limit));
    let previous = (offset > 0).then(|| at(offset.saturating_sub(limit)));
    let results: Vec<Value> = all.into_iter().skip(offset).take(limit).collect();
    Json(json!({"count": count, "results": results, "next": next, "previous": previous})).into_response()
}

fn touch(_table: &str, object: &mut Value, at: Moment) {
    if let Value::Object(fields) = object {
        fields.insert("updated_at".to_owned(), json!(at.to_string()));
    }
}

/// The delivery of a change of a subscription, signed with the key.
fn outgoing(desk: &Desk, table: &str, id: &str, change: Change) -> Vec<Outgoing> {
    if table != "subscriptions" {
        return Vec::new();
    }
    let tables = desk.tables();
    let order =
        tables.all("orders").find(|(_, order)| order["subscription_id"] == json!(id)).map(|(id, _)| id.to_owned());
    let stage = tables.get(table, id).and_then(|one| one["stage"].as_str()).map(str::to_lowercase);
    drop(tables);
    let body = json!({"order": {
        "id": order, "chain_id": id, "stage": stage.filter(|_| change != Change::Deleted), "updated_at": desk.now().to_string(),
    }});
    let body = body.to_string().into_bytes();
    let headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("x-salesbricks-key".to_owned(), signature(desk.key(), &body)),
    ];
    vec![Outgoing { headers, body }]
}
