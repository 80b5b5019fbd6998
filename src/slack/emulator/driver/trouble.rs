//! Trouble on purpose: faults, lost connections, time, a removed app.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::super::app::Installed;
use super::super::engine::Engine;
use super::super::world::{Fault, Happens};
use super::{Given, done, read};

#[derive(Deserialize)]
struct NewFault {
    method: String,
    kind: String,
    times: Option<u64>,
    ms: Option<u64>,
    retry_after: Option<u64>,
    error: Option<String>,
}

/// `POST /faults`
pub async fn faults(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let new: NewFault = read(&body)?;
    let happens = match new.kind.as_str() {
        "error" => Happens::Error(new.error),
        "reset_after" => Happens::ResetAfter,
        "reset_before" => Happens::ResetBefore,
        "slow" => Happens::Slow(new.ms.unwrap_or(10_000)),
        "ratelimited" => Happens::RateLimited(new.retry_after.unwrap_or(1)),
        "token_revoked" => Happens::TokenRevoked,
        "clear" => {
            engine.with(|world| world.faults.retain(|fault| new.method != "*" && fault.method != new.method));
            return Ok(done());
        }
        other => return Err(format!("there is no fault {other}").into()),
    };
    let times = new.times.unwrap_or(1);
    if times > 0 {
        engine.with(|world| world.faults.push(Fault { method: new.method, happens, times }));
    }
    Ok(done())
}

#[derive(Deserialize)]
struct Sockets {
    #[serde(rename = "do")]
    what: String,
    when: Option<String>,
}

/// `POST /sockets`
pub async fn sockets(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let asked: Sockets = read(&body)?;
    match asked.what.as_str() {
        "drop" if asked.when.as_deref() == Some("next_envelope") => engine.sockets.cut_after_next_envelope(),
        "drop" => engine.sockets.cut(),
        "warning" => engine.sockets.say_goodbye("warning", false),
        "refresh" => engine.sockets.say_goodbye("refresh_requested", true),
        "link_disabled" => engine.sockets.say_goodbye("link_disabled", true),
        other => return Err(format!("{other} is none of drop, warning, refresh, link_disabled").into()),
    }
    Ok(done())
}

/// `POST /expire_streams`
pub async fn expire_streams(State(engine): State<Arc<Engine>>) -> Given {
    engine.with(|world| world.expire_streams(true));
    Ok(done())
}

#[derive(Deserialize)]
struct Ahead {
    advance_seconds: u64,
}

/// `POST /clock`
pub async fn clock(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let ahead: Ahead = read(&body)?;
    if ahead.advance_seconds > 366 * 24 * 3600 {
        return Err("the clock goes ahead by at most a year at a time".into());
    }
    engine.clock.advance(Duration::from_secs(ahead.advance_seconds));
    engine.with(|world| world.changed.other = true);
    Ok(Json(json!({"ok": true, "now_ms": engine.clock.now() / 1000})))
}

/// `POST /uninstall`
pub async fn uninstall(State(engine): State<Arc<Engine>>) -> Given {
    engine.with(|world| world.end_installation(Installed::Uninstalled));
    Ok(done())
}

/// `POST /revoke`
pub async fn revoke(State(engine): State<Arc<Engine>>) -> Given {
    engine.with(|world| world.end_installation(Installed::Revoked));
    Ok(done())
}
