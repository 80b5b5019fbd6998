//! `POST /response/{id}`: an answer to an interaction.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::app::BOT_USER;
use super::super::engine::Engine;
use super::super::methods::{Args, Content};
use super::super::wire::Scissors;
use super::super::world::{CallEntry, Draft, Happens, Refusal, ResponseUrl, World};

/// The name it has in the log of calls and for faults.
const NAME: &str = "response_url";

/// `POST /response/{id}`
pub async fn respond(
    State(engine): State<Arc<Engine>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let Ok(Value::Object(fields)) = serde_json::from_slice(&body) else {
        return (StatusCode::BAD_REQUEST, "invalid_payload").into_response();
    };
    let args = Args(fields);
    let began = engine.clock.now();
    let (result, happens) = engine.with(|world| {
        let happens = world.take_fault(NAME);
        let result = match &happens {
            Some(Happens::ResetBefore | Happens::Error(_) | Happens::RateLimited(_) | Happens::TokenRevoked) => {
                Err("fatal_error".into())
            }
            _ => world.use_response_url(&id).and_then(|answer| act(world, &answer, &args)),
        };
        let at_ms = world.now / 1000;
        let error = result.as_ref().err().map(|refusal: &Refusal| refusal.error.clone());
        let arguments = serde_json::to_string(&args.0).unwrap_or_default();
        let ok = result.is_ok();
        world.calls.add(|n| CallEntry { n, at_ms, method: NAME.to_owned(), arguments, ok, error });
        (result, happens)
    });
    match happens {
        Some(Happens::ResetBefore | Happens::ResetAfter) => scissors.cut(),
        Some(Happens::Slow(ms)) => engine.clock.sleep_until(began + ms * 1000).await,
        Some(Happens::RateLimited(seconds)) => {
            return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", seconds.to_string())]).into_response();
        }
        Some(Happens::Error(_) | Happens::TokenRevoked) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        None => {}
    }
    match result {
        Ok(()) => "ok".into_response(),
        Err(refusal) => {
            let status = match refusal.error.as_str() {
                "used_url" | "expired_url" | "invalid_url" => StatusCode::NOT_FOUND,
                _ => StatusCode::BAD_REQUEST,
            };
            let mut body = Value::Object(refusal.more);
            body["ok"] = json!(false);
            body["error"] = json!(refusal.error);
            (status, Json(body)).into_response()
        }
    }
}

fn act(world: &mut World, answer: &ResponseUrl, args: &Args) -> Result<(), Refusal> {
    let source = answer.source.filter(|ts| world.message(&answer.channel, *ts).is_some_and(|message| message.bot));
    if args.flag("delete_original") {
        let ts = source.ok_or("message_not_found")?;
        world.delete(&answer.channel, ts);
        return Ok(());
    }
    let content = Content::read(args)?;
    if content.is_empty() {
        return Err("no_text".into());
    }
    if args.flag("replace_original")
        && let Some(ts) = source
    {
        let blocks = content.blocks.clone().unwrap_or_default();
        let blocks = super::super::world::with_ids(blocks, || world.next_number());
        let ephemeral = world.message(&answer.channel, ts).is_some_and(|message| message.only_for.is_some());
        world.change(&answer.channel, ts, (!ephemeral).then_some(BOT_USER), |message| {
            message.text = content.cut_text();
            message.blocks = blocks;
            message.attachments = content.attachments;
            message.stream = None;
        });
        return Ok(());
    }
    let in_channel = args.text("response_type") == Some("in_channel");
    let thread = args.ts("thread_ts", "invalid_thread_ts")?;
    world.post(Draft {
        channel: answer.channel.clone(),
        thread: thread.or(answer.thread),
        user: BOT_USER.to_owned(),
        bot: true,
        text: content.cut_text(),
        blocks: content.blocks.unwrap_or_default(),
        attachments: content.attachments,
        only_for: (!in_channel).then(|| answer.user.clone()),
        ..Draft::default()
    });
    Ok(())
}
