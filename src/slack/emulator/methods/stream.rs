//! `chat.startStream`, `chat.appendStream`, `chat.stopStream`: messages written while people watch.

use serde_json::{Value, json};

use super::super::world::{Refusal, SessionState, Stream, World};
use super::chat::{draft, shown, thread_of};
use super::content::{check, check_markdown, checked_blocks, metadata};
use super::{Answer, Args, Content, Method, TIER_2, TIER_4, bot, channel_of, writable_channel};
use crate::slack::rules::Surface;

/// The methods of this family.
pub const METHODS: &[Method] = &[
    bot("chat.startStream", TIER_2, &["chat:write"], start),
    bot("chat.appendStream", TIER_4, &["chat:write"], append),
    bot("chat.stopStream", TIER_2, &["chat:write"], stop),
];

/// What a call writes, as chunks.
fn chunks(args: &Args, needed: bool) -> Result<Vec<Value>, Refusal> {
    let mut chunks = args.list("chunks").map_err(|_| Refusal::from("invalid_chunks"))?;
    if let Some(text) = args.0.get("markdown_text").and_then(Value::as_str) {
        if !chunks.is_empty() {
            return Err("markdown_text_conflict".into());
        }
        check_markdown(text)?;
        if !text.is_empty() {
            chunks.push(json!({"type": "markdown_text", "text": text}));
        }
    }
    if needed && chunks.is_empty() {
        return Err("no_text".into());
    }
    for chunk in &chunks {
        check_chunk(chunk)?;
    }
    Ok(chunks)
}

fn check_chunk(chunk: &Value) -> Result<(), Refusal> {
    let text = |name: &str| chunk[name].as_str().filter(|text| !text.is_empty());
    let good = match chunk["type"].as_str() {
        Some("markdown_text") => {
            check_markdown(chunk["text"].as_str().unwrap_or_default())?;
            chunk["text"].is_string()
        }
        Some("task_update") => {
            let status = text("status");
            let known = status.is_none_or(|status| ["pending", "in_progress", "complete", "error"].contains(&status));
            text("id").is_some() && text("title").is_some() && known
        }
        Some("plan_update") => text("title").is_some(),
        Some("blocks") => {
            check(&chunk["blocks"], Surface::Message, "invalid_blocks")?;
            true
        }
        _ => false,
    };
    if good {
        return Ok(());
    }
    let message = json!({"messages": [format!("[ERROR] not a chunk: {}", chunk["type"])]});
    Err(Refusal::from("invalid_chunks").with("response_metadata", message))
}

fn start(world: &mut World, args: &Args) -> Answer {
    let channel = writable_channel(world, args)?;
    let chunks = chunks(args, false)?;
    let direct = world.channel(&channel).is_some_and(|place| place.user.is_some());
    let recipient = args.text("recipient_user_id").map(str::to_owned);
    if !direct {
        let recipient = recipient.as_deref().ok_or("missing_recipient_user_id")?;
        args.text("recipient_team_id").ok_or("missing_recipient_team_id")?;
        if world.person(recipient).is_none() {
            return Err("user_not_found".into());
        }
    }
    let root = thread_of(world, &channel, args)?.ok_or("invalid_thread_ts")?;
    let mode = args.text("task_display_mode").unwrap_or("timeline").to_owned();
    if !["timeline", "plan", "dense"].contains(&mode.as_str()) {
        return Err("invalid_arguments".into());
    }
    let mut draft = draft(world, &channel, args, Content::default())?;
    draft.stream = Some(Stream::new(world.now, &mode, recipient));
    let ts = world.post(draft);
    world.stream_started(&channel, ts);
    world.write_stream(&channel, ts, &chunks)?;
    world.clear_status_text(&channel, root);
    world.set_session(&channel, root, SessionState::Processing);
    Ok(json!({"channel": channel, "ts": ts.to_string()}))
}

fn append(world: &mut World, args: &Args) -> Answer {
    let channel = channel_of(world, args)?;
    let ts = args.need_ts("ts", "message_not_found")?;
    world.open_stream(&channel, ts)?;
    let chunks = chunks(args, true)?;
    world.write_stream(&channel, ts, &chunks)?;
    Ok(json!({"channel": channel, "ts": ts.to_string()}))
}

fn stop(world: &mut World, args: &Args) -> Answer {
    let channel = channel_of(world, args)?;
    let ts = args.need_ts("ts", "message_not_found")?;
    world.open_stream(&channel, ts)?;
    let chunks = chunks(args, false)?;
    let blocks = checked_blocks(args, "blocks", Surface::Message)?.unwrap_or_default();
    let metadata = metadata(args)?;
    let state = match args.text("session_status") {
        None => SessionState::Active,
        Some(name) => SessionState::named(name).ok_or("invalid_status")?,
    };
    world.write_stream(&channel, ts, &chunks)?;
    world.close_stream(&channel, ts)?;
    let blocks = super::super::world::with_ids(blocks, || world.next_number());
    let mut root = ts;
    world.change(&channel, ts, None, |message| {
        root = message.root();
        message.blocks.extend(blocks);
        if let Some(metadata) = metadata {
            message.metadata = Some(metadata).filter(|metadata| !metadata.is_null());
        }
    });
    world.set_session(&channel, root, state);
    Ok(json!({"channel": channel, "ts": ts.to_string(), "message": shown(world, &channel, ts)}))
}
