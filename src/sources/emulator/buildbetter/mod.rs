//! BuildBetter's double: companies, people, calls and signals behind GraphQL, as a database server generates it from
//! tables, with filters, order and limit.

mod fill;
mod graphql;
mod schema;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Double;
use super::desk::{Change, Desk, Outgoing, limited_in_seconds};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

pub(super) const DOUBLE: Double = Double {
    vendor: Vendor::BuildBetter,
    fill: fill::tables,
    router,
    touch,
    outgoing: |_: &Desk, _: &str, _: &str, _: Change| -> Vec<Outgoing> { Vec::new() },
    limited: limited_in_seconds,
    settings: &[],
};

/// Why a request is not answered: the message and the code.
#[derive(Debug)]
struct Failure {
    message: String,
    code: &'static str,
}

impl Failure {
    fn of(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: "validation-failed" }
    }

    fn no_field(field: &str, of: &str) -> Self {
        Self::of(format!("field '{field}' not found in type: '{of}'"))
    }
}

fn touch(table: &str, object: &mut Value, at: Moment) {
    let at = fill::time(at);
    if table == "extraction" {
        if object["created_at"].is_null() {
            object["created_at"] = at.into();
        }
    } else if table != schema::ROLE {
        object["updated_at"] = at.into();
    }
}

fn router(desk: Arc<Desk>) -> Router {
    Router::new().route("/v1/graphql", post(answer)).with_state(desk)
}

async fn answer(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let taken = text("x-buildbetter-api-key").or(bearer).is_some_and(|key| desk.takes(key));
    let answered = if taken {
        run(&desk, &body)
    } else {
        Err(Failure { message: "Authentication hook unauthorized this request".to_owned(), code: "access-denied" })
    };
    // Failures come with status 200 as well.
    match answered {
        Ok(data) => Json(json!({"data": data})).into_response(),
        Err(Failure { message, code }) => {
            let failure = json!({"message": message, "extensions": {"path": "$", "code": code}});
            Json(json!({"errors": [failure]})).into_response()
        }
    }
}

fn run(desk: &Desk, body: &[u8]) -> Result<Value, Failure> {
    let body: Value = serde_json::from_slice(body)
        .map_err(|_| Failure { message: "not a valid json".to_owned(), code: "invalid-json" })?;
    let text = body["query"].as_str().ok_or_else(|| Failure::of("key \"query\" not found"))?;
    let variables = body["variables"].as_object().cloned().unwrap_or_default();
    let fields = graphql::parse(text, &variables)?;
    schema::run(&desk.tables(), &fields)
}
