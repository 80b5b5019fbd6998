//! PostHog's double: one project with groups and, for each day and group, how many people of which e-mail domain used the
//! product. It reads the queries it gets and refuses those it cannot run.

mod hogql;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::desk::{Change, Desk, Outgoing, Tables};
use super::{Double, Names};
use crate::domain::connection::Vendor;
use crate::domain::record::Record;
use crate::domain::time::Moment;

pub(super) const DOUBLE: Double = Double {
    vendor: Vendor::PostHog,
    fill,
    router,
    touch,
    outgoing: |_: &Desk, _: &str, _: &str, _: Change| -> Vec<Outgoing> { Vec::new() },
    limited,
    settings: &[("project", PROJECT), ("quiet_days", "leave")],
};

/// The number of the one project.
const PROJECT: &str = "1";

/// The tables: groups by key, days by `<key>/<day>`.
const GROUPS: &str = "groups";
const DAYS: &str = "days";
/// What answers are limited to: `{"rows": 100}` under `query`.
const LIMITS: &str = "limits";

fn fill(records: &[Record], now: Moment, names: &mut Names) -> Tables {
    let mut tables = Tables::default();
    let put_group = |tables: &mut Tables, domain: &str, name: &str, seats: Option<u32>| {
        let (key, at) = (key_of(domain), now.to_string());
        let properties = json!({"domain": domain, "name": name, "seats": seats});
        let group = json!({"index": 0, "key": key, "properties": properties, "created_at": at, "updated_at": at});
        tables.put(GROUPS, key, group);
    };
    for record in records {
        let Record::Usage(usage) = record else { continue };
        let id = format!("{}/{}", key_of(&usage.account), usage.day);
        names.insert(record.reference(), (Vendor::PostHog, id.clone()));
        let mut people = Map::new();
        if usage.active_users > 0 {
            people.insert(usage.account.clone(), usage.active_users.into());
        }
        let day = json!({"group": key_of(&usage.account), "day": usage.day, "people": people,
            "seats": usage.licensed_seats});
        tables.put(DAYS, id, day);
        if tables.get(GROUPS, &key_of(&usage.account)).is_none() {
            put_group(&mut tables, &usage.account, &usage.account, None);
        }
    }
    for record in records {
        let Record::Account(account) = record else { continue };
        let used = tables.get(GROUPS, &key_of(&account.domain)).is_some();
        if used || account.licensed_seats.is_some() {
            put_group(&mut tables, &account.domain, &account.name, account.licensed_seats);
        }
    }
    tables
}

/// A group's key, as applications use them: the identifier of the organisation there.
fn key_of(domain: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_DNS, domain.as_bytes()).to_string()
}

fn touch(table: &str, object: &mut Value, at: Moment) {
    if table == GROUPS {
        object["updated_at"] = at.to_string().into();
    }
}

fn router(desk: Arc<Desk>) -> Router {
    Router::new().route("/api/projects/{project}/query/", post(query)).with_state(desk)
}

async fn query(
    State(desk): State<Arc<Desk>>,
    Path(project): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refusal) = unauthorized(&desk, &headers) {
        return refusal;
    }
    if project != PROJECT {
        return error(StatusCode::NOT_FOUND, "invalid_request", "not_found", "Project not found.");
    }
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return error(StatusCode::BAD_REQUEST, "validation_error", "parse_error", "JSON parse error");
    };
    let asked = match request(&body) {
        Ok(asked) => asked,
        Err(why) => return error(StatusCode::BAD_REQUEST, "validation_error", "invalid_input", &why),
    };
    let answered = hogql::Query::parse(&asked.text, &asked.values).and_then(|query| {
        let tables = desk.tables();
        let query = query.limited_to(tables.get(LIMITS, "query").and_then(|limit| limit["rows"].as_u64()));
        let rows = query.run(&tables)?;
        Ok((query, rows))
    });
    match answered {
        Ok((query, results)) => Json(json!({
            "results": results, "columns": query.columns(), "hogql": asked.text, "limit": query.limit(), "offset": 0,
            "error": null, "is_cached": false, "query_status": null, "timings": [],
        }))
        .into_response(),
        Err(why) => error(StatusCode::BAD_REQUEST, "validation_error", "invalid_input", &why),
    }
}

/// A query and what its placeholders stand for.
struct Asked {
    text: String,
    values: Map<String, Value>,
}

fn request(body: &Value) -> Result<Asked, String> {
    const REFRESH: [&str; 7] = [
        "async",
        "async_except_on_cache_miss",
        "blocking",
        "force_async",
        "force_blocking",
        "force_cache",
        "lazy_async",
    ];
    let fields = body.as_object().ok_or("the body is no object")?;
    let known = ["query", "name", "refresh", "client_query_id", "filters_override", "variables_override"];
    if let Some(field) = fields.keys().find(|field| !known.contains(&field.as_str())) {
        return Err(format!("{field}: Extra inputs are not permitted"));
    }
    if let Some(refresh) = fields.get("refresh").filter(|refresh| !refresh.is_null())
        && !refresh.as_str().is_some_and(|refresh| REFRESH.contains(&refresh))
    {
        return Err("refresh: Input should be one of the documented ways".to_owned());
    }
    let query = &body["query"];
    if query["kind"] != "HogQLQuery" {
        return Err("query: the double runs HogQLQuery only".to_owned());
    }
    let text = query["query"].as_str().ok_or("query.query: Field required")?.to_owned();
    let values = query["values"].as_object().cloned().unwrap_or_default();
    Ok(Asked { text, values })
}

fn unauthorized(desk: &Desk, headers: &HeaderMap) -> Option<Response> {
    let header = headers.get("authorization").and_then(|value| value.to_str().ok());
    let Some(token) = header.and_then(|header| header.strip_prefix("Bearer ")) else {
        let detail = "Authentication credentials were not provided.";
        return Some(error(StatusCode::UNAUTHORIZED, "authentication_error", "not_authenticated", detail));
    };
    if desk.takes(token.trim()) {
        return None;
    }
    let detail = "Personal API key found in request Authorization header is invalid.";
    Some(error(StatusCode::UNAUTHORIZED, "authentication_error", "authentication_failed", detail))
}

fn limited(after: u64) -> Response {
    let detail = format!("Request was throttled. Expected available in {after} seconds.");
    let mut response = error(StatusCode::TOO_MANY_REQUESTS, "throttled_error", "throttled", &detail);
    response.headers_mut().insert("retry-after", after.into());
    response
}

fn error(status: StatusCode, kind: &str, code: &str, detail: &str) -> Response {
    (status, Json(json!({"type": kind, "code": code, "detail": detail, "attr": null}))).into_response()
}
