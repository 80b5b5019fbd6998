//! The double of Attio: companies, people, deals and notes, with the stages of deals and the people of the workspace.

mod fill;
mod login;
mod refusal;
mod routes;
mod write;

use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use super::{Change, Desk, Double, Outgoing};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

/// The double.
pub(super) const DOUBLE: Double =
    Double { vendor: Vendor::Attio, fill: fill::fill, router: routes::router, touch, outgoing, limited, settings: &[] };

/// The objects that have records.
const OBJECTS: [&str; 3] = ["companies", "people", "deals"];

/// An identifier as Attio has them, always the same for the same thing.
fn uuid(kind: &str, of: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("https://attio.example/{kind}/{of}").as_bytes()).to_string()
}

/// The identifier of the workspace.
fn workspace() -> String {
    uuid("workspaces", "local")
}

/// An instant as Attio writes it, to the nanosecond.
fn instant(at: Moment) -> String {
    at.utc().format("%Y-%m-%dT%H:%M:%S%.9fZ").to_string()
}

/// One value of an attribute.
fn entry(kind: &str, from: &str, fields: &Value) -> Value {
    let mut value = json!({
        "active_from": from,
        "active_until": null,
        "created_by_actor": {"type": "system", "id": null},
        "attribute_type": kind,
    });
    if let (Value::Object(value), Value::Object(fields)) = (&mut value, fields) {
        value.extend(fields.clone());
    }
    value
}

/// Values that are new begin now, and so does a record.
fn touch(table: &str, object: &mut Value, at: Moment) {
    let at = instant(at);
    let Some(fields) = object.as_object_mut() else { return };
    fields.entry("created_at").or_insert_with(|| at.clone().into());
    if !OBJECTS.contains(&table) {
        return;
    }
    let values = fields.entry("values").or_insert_with(|| json!({}));
    let entries = values.as_object_mut().into_iter().flatten().filter_map(|(_, value)| value.as_array_mut()).flatten();
    for entry in entries.filter_map(Value::as_object_mut) {
        entry.entry("active_from").or_insert_with(|| at.clone().into());
        entry.entry("active_until").or_insert(Value::Null);
    }
}

fn outgoing(desk: &Desk, table: &str, id: &str, change: Change) -> Vec<Outgoing> {
    let what = match change {
        Change::Created => "created",
        Change::Updated => "updated",
        Change::Deleted => "deleted",
    };
    let event = if table == "notes" {
        json!({"event_type": format!("note.{what}"), "id": {"workspace_id": workspace(), "note_id": id}})
    } else if OBJECTS.contains(&table) {
        let id = json!({"workspace_id": workspace(), "object_id": uuid("objects", table), "record_id": id});
        json!({"event_type": format!("record.{what}"), "id": id})
    } else {
        return Vec::new();
    };
    vec![signed(desk.secret(), &event)]
}

fn signed(secret: &str, event: &Value) -> Outgoing {
    let body = json!({"webhook_id": uuid("webhooks", "local"), "events": [event]}).to_string().into_bytes();
    let mut signature = String::new();
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        mac.update(&body);
        signature = hex::encode(mac.finalize().into_bytes());
    }
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("attio-signature", signature.clone()),
        ("x-attio-signature", signature),
        ("idempotency-key", Uuid::new_v4().to_string()),
    ];
    Outgoing { headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), body }
}

/// Attio says when, not how long.
fn limited(after: u64) -> Response {
    let after = chrono::Duration::seconds(i64::try_from(after).unwrap_or(i64::from(u32::MAX)));
    let at = (chrono::Utc::now() + after).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let message = "too many requests in this second";
    let mut response =
        refusal::answer(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", "rate_limit_exceeded", message)
            .into_response();
    if let Ok(at) = at.parse() {
        response.headers_mut().insert(HeaderName::from_static("retry-after"), at);
    }
    response
}
