//! The Web API over HTTP: arguments in, an answer out, with the faults and limits that were asked for.

mod browser;
mod request;
mod response_url;

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::app::{Installed, TokenKind};
use super::engine::Engine;
use super::methods::{self, Args, Method, Rate};
use super::wire::Scissors;
use super::world::{CallEntry, Happens, Refusal, World};

pub use browser::{authorize, download, upload};
pub use response_url::respond;

/// Refusals that are about what a message or a view holds, so that only a change of the app helps.
const REFUSED_CONTENT: [&str; 10] = [
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "markdown_text_conflict",
    "invalid_chunks",
    "invalid_metadata_format",
    "invalid_attachments",
    "invalid_arguments",
];

/// What a call came to.
enum Said {
    /// An answer with HTTP 200.
    Answer(Value),
    /// Wait so many seconds.
    TooMany(u64),
    /// The server failed.
    Broken,
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        match self {
            Self::Answer(body) => Json(body).into_response(),
            Self::TooMany(seconds) => (
                StatusCode::TOO_MANY_REQUESTS,
                [("retry-after", seconds.to_string())],
                Json(json!({"ok": false, "error": "ratelimited"})),
            )
                .into_response(),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response(),
        }
    }
}

fn answer(result: Result<Value, Refusal>) -> Value {
    match result {
        Ok(mut value) => {
            value["ok"] = json!(true);
            value
        }
        Err(refusal) => {
            let mut value = Value::Object(refusal.more);
            value["ok"] = json!(false);
            value["error"] = json!(refusal.error);
            value
        }
    }
}

/// `/api/{method}`
pub async fn call(
    State(engine): State<Arc<Engine>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let began = engine.clock.now();
    let (args, token, charset) = match request::read(&headers, query.as_deref(), &body) {
        Ok(request) => (request.args, request.token, request.charset),
        Err(error) => return Said::Answer(answer(Err(error.into()))).into_response(),
    };
    let (mut said, happens) = engine.with(|world| {
        let happens = world.take_fault(&name);
        let said = run(world, &name, &args, token.as_deref(), happens.as_ref());
        log(world, &name, &args, &said, happens.as_ref());
        (said, happens)
    });
    match happens {
        Some(Happens::ResetBefore | Happens::ResetAfter) => scissors.cut(),
        Some(Happens::Slow(ms)) => engine.clock.sleep_until(began + ms * 1000).await,
        _ => {}
    }
    if let (Said::Answer(body), false) = (&mut said, charset)
        && body.get("warning").is_none()
        && body["ok"] == true
    {
        // Slack says so of every JSON request that does not name its character set.
        body["warning"] = json!("missing_charset");
        body["response_metadata"]["warnings"] = json!(["missing_charset"]);
    }
    said.into_response()
}

fn run(world: &mut World, name: &str, args: &Args, token: Option<&str>, happens: Option<&Happens>) -> Said {
    match happens {
        Some(Happens::Error(None) | Happens::ResetBefore) => return Said::Broken,
        Some(Happens::Error(Some(error))) => return Said::Answer(answer(Err(error.as_str().into()))),
        Some(Happens::RateLimited(seconds)) => return Said::TooMany(*seconds),
        Some(Happens::TokenRevoked) => {
            world.end_installation(Installed::Revoked);
            return Said::Answer(answer(Err("token_revoked".into())));
        }
        Some(Happens::ResetAfter | Happens::Slow(_)) | None => {}
    }
    let Some(method) = methods::find(name) else {
        let refusal = Refusal::from("unknown_method").with("req_method", name);
        return Said::Answer(answer(Err(refusal)));
    };
    if let Err(refusal) = authorized(world, method, token) {
        return Said::Answer(answer(Err(refusal)));
    }
    let admitted = match method.rate {
        Rate::PerMinute(rate) => world.admit(name, rate, None),
        Rate::PerChannel => world.admit(name, 0, Some(args.text("channel").unwrap_or_default())),
    };
    match admitted {
        Err(seconds) => Said::TooMany(seconds),
        Ok(()) => Said::Answer(answer((method.run)(world, args))),
    }
}

fn authorized(world: &World, method: &Method, token: Option<&str>) -> Result<(), Refusal> {
    let Some(wanted) = method.token else { return Ok(()) };
    let token = token.ok_or("not_authed")?;
    let kind = if token == world.app.app_token {
        TokenKind::App
    } else {
        let known = world.app.bot_tokens.iter().find(|(known, _)| known == token);
        match known.map(|(_, state)| state).ok_or("invalid_auth")? {
            Installed::Yes => TokenKind::Bot,
            Installed::Revoked => return Err("token_revoked".into()),
            Installed::Uninstalled => return Err("account_inactive".into()),
        }
    };
    if kind != wanted {
        return Err("not_allowed_token_type".into());
    }
    methods::need_any_scope(world, method.scopes)
}

fn log(world: &mut World, name: &str, args: &Args, said: &Said, happens: Option<&Happens>) {
    let (ok, error) = match said {
        Said::Answer(body) => (body["ok"] == true, body["error"].as_str().map(str::to_owned)),
        Said::TooMany(_) => (false, Some("ratelimited".to_owned())),
        Said::Broken if happens == Some(&Happens::ResetBefore) => (false, Some("reset_before".to_owned())),
        Said::Broken => (false, Some("http_500".to_owned())),
    };
    if let (Said::Answer(body), Some(error)) = (said, &error)
        && REFUSED_CONTENT.contains(&error.as_str())
    {
        let detail = format!("{name}: {error} {}", body["response_metadata"]["messages"]);
        world.notice("what the app wanted to show was refused", args.text("channel"), None, detail);
    }
    let at_ms = world.now / 1000;
    let arguments = serde_json::to_string(&args.0).unwrap_or_default();
    world.calls.add(|n| CallEntry { n, at_ms, method: name.to_owned(), arguments, ok, error });
}
