//! Slack's own checks of the app's addresses, over HTTP only.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::super::deliver::{Outcome, ask};
use super::super::engine::Engine;
use super::super::world::{Outgoing, Payload};
use super::{Given, Wrong};

async fn checked(engine: &Arc<Engine>, payload: Payload, name: &str, body: Value) -> Result<Json<Value>, Wrong> {
    if engine.deliver_to.is_none() {
        return Err("there is no address to check: payloads go to sockets".into());
    }
    let outgoing = Outgoing { payload, label: name.to_owned(), name: name.to_owned(), body };
    Ok(Json(match ask(engine, &outgoing).await {
        Outcome::Acknowledged { status, body } => json!({"ok": true, "status": status, "response": body}),
        Outcome::Failed { status, reason, .. } => json!({"ok": false, "status": status, "error": reason}),
    }))
}

/// `POST /verify_url`: whether the app answers the challenge of `url_verification`.
pub async fn url(State(engine): State<Arc<Engine>>) -> Given {
    let challenge = uuid::Uuid::new_v4().simple().to_string();
    let token = engine.with(|world| world.app.verification.clone());
    let body = json!({"token": token, "challenge": challenge, "type": "url_verification"});
    let mut given = checked(&engine, Payload::Event, "url_verification", body).await?;
    let answered = &given.0["response"];
    let right = answered["challenge"] == challenge.as_str() || answered.as_str().map(str::trim) == Some(&challenge);
    if given.0["ok"] == true && !right {
        given.0["ok"] = json!(false);
        given.0["error"] = json!("the challenge did not come back");
    }
    Ok(given)
}

/// `POST /ssl_check`: whether the app's address of commands answers the occasional check of its certificate.
pub async fn certificate(State(engine): State<Arc<Engine>>) -> Given {
    let token = engine.with(|world| world.app.verification.clone());
    checked(&engine, Payload::Command, "ssl_check", json!({"ssl_check": "1", "token": token})).await
}
