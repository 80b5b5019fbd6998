//! The double of HubSpot: companies with their properties, deals, pipelines and owners.

mod fill;
mod login;
mod refusal;
mod routes;
mod search;

use std::collections::BTreeMap;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Change, Desk, Double, Outgoing};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

/// The double.
pub(super) const DOUBLE: Double = Double {
    vendor: Vendor::HubSpot,
    fill: fill::fill,
    router: routes::router,
    touch,
    outgoing,
    limited,
    settings: &[],
};

/// The kinds of objects, with the table archived ones go to, their number and their name in events.
const KINDS: [(&str, &str, &str, &str); 3] = [
    ("companies", "archived_companies", "0-2", "company"),
    ("contacts", "archived_contacts", "0-1", "contact"),
    ("deals", "archived_deals", "0-3", "deal"),
];
/// The account of HubSpot.
const PORTAL: u64 = 4_410_775;

/// An identifier as HubSpot has them, always the same for the same thing.
fn number(kind: &str, of: &str) -> u64 {
    let hash = Sha256::digest(format!("{kind}/{of}"));
    let number = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    10_000_000_000 + number % 9_000_000_000
}

/// An instant as HubSpot writes it.
fn instant(at: Moment) -> String {
    at.utc().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Writes into an object that it changed. Whatever was written into its properties becomes text.
fn touch(table: &str, object: &mut Value, at: Moment) {
    if !KINDS.iter().any(|(kind, ..)| *kind == table) {
        return;
    }
    let Some(fields) = object.as_object_mut() else { return };
    let properties = fields.entry("properties").or_insert_with(|| json!({}));
    let Some(properties) = properties.as_object_mut() else { return };
    for value in properties.values_mut() {
        if matches!(value, Value::Number(_) | Value::Bool(_)) {
            *value = value.to_string().into();
        }
    }
    properties.entry("createdate").or_insert_with(|| instant(at).into());
    properties.insert(changed(table).to_owned(), instant(at).into());
}

/// The property with the time of the last change.
fn changed(table: &str) -> &'static str {
    if table == "contacts" { "lastmodifieddate" } else { "hs_lastmodifieddate" }
}

fn outgoing(desk: &Desk, table: &str, id: &str, change: Change) -> Vec<Outgoing> {
    let Some((_, archive, kind, name)) = KINDS.iter().find(|(kind, ..)| *kind == table) else { return Vec::new() };
    let what = match change {
        Change::Created => "creation",
        Change::Updated => "propertyChange",
        Change::Deleted => {
            desk.tables().put(archive, id, json!({"archivedAt": instant(desk.now())}));
            "deletion"
        }
    };
    let at = desk.now().timestamp_millis();
    let event = json!({
        "eventId": number("events", &format!("{id}/{what}/{at}/{}", desk.requests())) % 4_000_000_000,
        "subscriptionId": number("subscriptions", what) % 4_000_000,
        "portalId": PORTAL,
        "appId": 77_001,
        "occurredAt": at,
        "subscriptionType": format!("{name}.{what}"),
        "objectTypeId": kind,
        "objectId": id.parse::<u64>().unwrap_or_default(),
        "attemptNumber": 0,
    });
    vec![signed(desk, &json!([event]))]
}

fn signed(desk: &Desk, events: &Value) -> Outgoing {
    let body = events.to_string().into_bytes();
    let at = desk.now().timestamp_millis().to_string();
    let mut signature = String::new();
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(desk.secret().as_bytes()) {
        mac.update(b"POST");
        mac.update(desk.hook().unwrap_or_default().as_bytes());
        mac.update(&body);
        mac.update(at.as_bytes());
        signature = STANDARD.encode(mac.finalize().into_bytes());
    }
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("x-hubspot-signature-v3", signature),
        ("x-hubspot-request-timestamp", at),
    ];
    Outgoing { headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), body }
}

/// HubSpot names the limit that was reached, not how long to wait.
fn limited(_after: u64) -> Response {
    let body = json!({
        "status": "error",
        "message": "too many requests in ten seconds",
        "errorType": "RATE_LIMIT",
        "correlationId": refusal::CORRELATION,
        "policyName": "TEN_SECONDLY_ROLLING",
    });
    (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response()
}

/// An object as it is answered, with the properties that were asked for; one it does not have is null.
fn shown(table: &str, id: &str, object: &Value, wanted: &[String]) -> Value {
    let own = |property: &str| object["properties"].get(property).cloned().unwrap_or(Value::Null);
    let always = ["createdate", changed(table)].into_iter();
    let mut properties: BTreeMap<&str, Value> = always.map(|property| (property, own(property))).collect();
    properties.insert("hs_object_id", id.into());
    properties
        .extend(wanted.iter().filter(|property| *property != "hs_object_id").map(|wanted| (&**wanted, own(wanted))));
    json!({
        "id": id,
        "properties": properties,
        "createdAt": own("createdate"),
        "updatedAt": own(changed(table)),
        "archived": false,
    })
}
