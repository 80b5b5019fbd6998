//! The double of Stripe.

mod expand;
mod fill;
mod lists;
mod payments;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, middleware};
use serde_json::{Value, json};

use super::Double;
use super::desk::{Change, Desk, Outgoing};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;
use crate::sources::stripe::{VERSION, signature};

pub(super) use fill::customer_id;

/// What it is made of.
pub(super) const DOUBLE: Double =
    Double { vendor: Vendor::Stripe, fill: fill::tables, router, touch, outgoing, limited, settings: &[] };

/// The lists it has, each with what its objects are called and what an event of a change begins with.
const LISTS: [(&str, &str, &str); 12] = [
    ("customers", "customer", "customer"),
    ("subscriptions", "subscription", "customer.subscription"),
    ("subscription_items", "subscription_item", ""),
    ("subscription_schedules", "subscription_schedule", "subscription_schedule"),
    ("invoices", "invoice", "invoice"),
    ("refunds", "refund", "refund"),
    ("credit_notes", "credit_note", "credit_note"),
    ("charges", "charge", "charge"),
    ("products", "product", "product"),
    ("prices", "price", "price"),
    ("coupons", "coupon", "coupon"),
    ("events", "event", ""),
];

fn named(list: &str) -> Option<(&'static str, &'static str)> {
    LISTS.iter().find(|(name, _, _)| *name == list).map(|(_, object, event)| (*object, *event))
}

fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/v1/account", get(account))
        .route("/v1/{list}", get(list))
        .route("/v1/{list}/{id}", get(one))
        .fallback(unknown)
        .layer(from_fn_with_state(Arc::clone(&desk), admit as fn(_, _, _, _) -> _))
        .layer(middleware::map_response(versioned))
        .with_state(desk)
}

/// Lets in who has the key, and refuses a version of the API there is not.
async fn admit(State(desk): State<Arc<Desk>>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    match token {
        None => {
            return refused(
                StatusCode::UNAUTHORIZED,
                &json!({"type": "invalid_request_error", "message": "You did not provide an API key."}),
            );
        }
        Some(token) if !desk.takes(token) => {
            return refused(
                StatusCode::UNAUTHORIZED,
                &json!({"type": "invalid_request_error", "message": "Invalid API Key provided: ****"}),
            );
        }
        Some(_) => {}
    }
    let version = headers.get("stripe-version").and_then(|value| value.to_str().ok());
    if version.is_some_and(|version| version != VERSION) {
        return bad("Stripe-Version", "Invalid Stripe API version");
    }
    next.run(request).await
}

async fn versioned(mut response: Response) -> Response {
    if let Ok(version) = VERSION.parse() {
        response.headers_mut().insert("stripe-version", version);
    }
    response
}

async fn account() -> Json<Value> {
    let display = json!({"dashboard": {"display_name": "Local double"}});
    Json(json!({"id": "acct_1Local", "object": "account", "settings": display}))
}

async fn list(State(desk): State<Arc<Desk>>, Path(list): Path<String>, RawQuery(query): RawQuery) -> Response {
    let query = pairs(query.as_deref());
    if let Some(refusal) = forbidden(&desk, &list) {
        return refusal;
    }
    match named(&list) {
        Some(_) => lists::page(&desk, &list, &query).unwrap_or_else(|refusal| *refusal),
        None => unknown().await,
    }
}

async fn one(
    State(desk): State<Arc<Desk>>,
    Path((list, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some((object, _)) = named(&list) else { return unknown().await };
    if let Some(refusal) = forbidden(&desk, &list) {
        return refusal;
    }
    let query = pairs(query.as_deref());
    let paths = match lists::expansions(&query, &["expand"]) {
        Ok(paths) => paths,
        Err(refusal) => return *refusal,
    };
    let tables = desk.tables();
    if let Some(found) = tables.get(&list, &id) {
        let mut found = found.clone();
        return match expand::expand(&mut found, &paths, &tables) {
            Ok(()) => Json(found).into_response(),
            Err(path) => bad("expand", &format!("This property cannot be expanded ({path}).")),
        };
    }
    if list == "customers" && tables.get("deleted", &id).is_some() {
        return Json(json!({"id": id, "object": "customer", "deleted": true})).into_response();
    }
    refused(
        StatusCode::NOT_FOUND,
        &json!({
            "type": "invalid_request_error", "code": "resource_missing", "param": "id",
            "message": format!("No such {object}: '{id}'"),
        }),
    )
}

/// The refusal of a restricted key: of the lists named in the table `forbidden`, each with the permission it takes.
fn forbidden(desk: &Desk, list: &str) -> Option<Response> {
    let tables = desk.tables();
    let permission = tables.get("forbidden", list)?["permission"].as_str().unwrap_or_default();
    let message = format!(
        "The provided key 'rk_test_****' does not have the required permissions for this endpoint. Having the \
         '{permission}' permission would allow this request to continue."
    );
    Some(refused(StatusCode::FORBIDDEN, &json!({"type": "invalid_request_error", "message": message})))
}

async fn unknown() -> Response {
    refused(StatusCode::NOT_FOUND, &json!({"type": "invalid_request_error", "message": "Unrecognized request URL"}))
}

/// The parameters of a query: `types[]` and `types[0]` are both `types`.
fn pairs(query: Option<&str>) -> Vec<(String, String)> {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs
        .map(|(name, value)| {
            let list = name.strip_suffix(']').and_then(|name| name.rsplit_once('['));
            let name = match list {
                Some((name, index)) if index.bytes().all(|byte| byte.is_ascii_digit()) => name.to_owned(),
                _ => name.into_owned(),
            };
            (name, value.into_owned())
        })
        .collect()
}

fn refused(status: StatusCode, error: &Value) -> Response {
    (status, Json(json!({"error": error}))).into_response()
}

fn bad(parameter: &str, message: &str) -> Response {
    let error = json!({"type": "invalid_request_error", "param": parameter, "message": message});
    refused(StatusCode::BAD_REQUEST, &error)
}

/// Stripe says that it is too much, and not for how long.
fn limited(_after: u64) -> Response {
    let error =
        json!({"type": "invalid_request_error", "code": "rate_limit", "message": "Request rate limit exceeded."});
    let mut response = refused(StatusCode::TOO_MANY_REQUESTS, &error);
    if let Ok(reason) = "global-rate".parse() {
        response.headers_mut().insert("stripe-rate-limited-reason", reason);
    }
    response
}

/// Objects say when they were made, not when they changed.
fn touch(table: &str, object: &mut Value, at: Moment) {
    let Value::Object(fields) = object else { return };
    fields.entry("created").or_insert_with(|| at.utc().timestamp().into());
    if let Some((name, _)) = named(table) {
        fields.entry("object").or_insert_with(|| name.into());
    }
}

/// Writes down the event of a change, and gives its delivery.
fn outgoing(desk: &Desk, table: &str, id: &str, change: Change) -> Vec<Outgoing> {
    let Some((_, prefix)) = named(table).filter(|(_, prefix)| !prefix.is_empty()) else { return Vec::new() };
    let mut tables = desk.tables();
    let object = tables.get(table, id).cloned();
    if change == Change::Deleted {
        tables.put("deleted", id, json!(true));
    }
    let kind = format!("{prefix}.{}", what(table, object.as_ref(), change));
    let number = tables.all("events").count();
    let event_id = format!("evt_1{number:023}");
    let event = json!({
        "id": event_id, "object": "event", "api_version": VERSION, "type": kind, "livemode": false,
        "created": desk.now().utc().timestamp(), "pending_webhooks": 1,
        "data": {"object": object.unwrap_or_else(|| json!({"id": id}))},
    });
    let body = event.to_string().into_bytes();
    tables.put("events", event_id, event);
    let signed = signature(desk.secret(), desk.now(), &body);
    let headers = BTreeMap::from([("content-type", "application/json".to_owned()), ("stripe-signature", signed)]);
    vec![Outgoing { headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), body }]
}

/// What an event says happened.
fn what(table: &str, object: Option<&Value>, change: Change) -> &'static str {
    let status = object.and_then(|object| object["status"].as_str()).unwrap_or_default();
    match (table, change, status) {
        (_, Change::Deleted, _) | ("subscriptions", Change::Updated, "canceled") => "deleted",
        (_, Change::Created, _) => "created",
        ("invoices", _, "paid") => "paid",
        ("invoices" | "credit_notes", _, "void") => "voided",
        ("invoices", _, "uncollectible") => "marked_uncollectible",
        _ => "updated",
    }
}
