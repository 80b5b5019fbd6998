//! Writing to the double of Attio: a deal's stage.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::{invalid, missing};
use super::{entry, fill, instant, routes};
use crate::sources::emulator::Desk;

/// The body of a change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    data: Changed,
}

/// What is to be changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    values: BTreeMap<String, Value>,
}

pub(super) async fn patch(
    State(desk): State<Arc<Desk>>,
    Path((object, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let body: Body = match serde_json::from_slice(&body) {
        Ok(body) => body,
        Err(error) => return invalid("validation_type", &format!("the body cannot be read: {error}")),
    };
    if object != "deals" || desk.tables().get(&object, &id).is_none() {
        return missing("The record");
    }
    if let Some(odd) = body.data.values.keys().find(|slug| *slug != "stage") {
        return invalid("value_not_found", &format!("there is no attribute {odd}"));
    }
    let Some(named) = body.data.values.get("stage").and_then(named) else {
        return invalid("invalid_request_error", "stage takes the title or the identifier of a status");
    };
    let Some(title) = routes::stage(&desk.tables(), &named) else {
        return invalid("value_not_found", &format!("there is no status {named}"));
    };
    let now = instant(desk.now());
    let mut tables = desk.tables();
    let Some(deal) = tables.get_mut(&object, &id) else { return missing("The record") };
    if deal["values"]["stage"][0]["status"]["title"] != title.as_str() {
        deal["values"]["stage"] = json!([entry("status", &now, &fill::status(&title))]);
    }
    Json(json!({"data": routes::shown(&object, &id, deal)})).into_response()
}

/// The status a value names: its title or identifier, bare, in a list, or as an object.
fn named(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => named(list.first()?),
        Value::Object(fields) => named(fields.get("status")?),
        _ => None,
    }
}
