//! `agents.sessions.*` and the older `assistant.threads.*`: what an agent is doing in a thread.

use serde_json::{Value, json};

use super::super::world::{Refusal, SessionState, Ts, World};
use super::{Answer, Args, Method, SPECIAL, TIER_3, TIER_4, bot, visible_channel};

/// The methods of this family.
pub const METHODS: &[Method] = &[
    bot("agents.sessions.setStatus", TIER_3, &["chat:write", "assistant:write"], set_status),
    bot("agents.sessions.rename", TIER_3, &["chat:write", "assistant:write"], rename),
    bot("assistant.threads.setStatus", SPECIAL, &["chat:write", "assistant:write"], set_text),
    bot("assistant.threads.setTitle", SPECIAL, &["assistant:write"], set_title),
    bot("assistant.threads.setSuggestedPrompts", TIER_4, &["assistant:write"], set_prompts),
];

fn place(world: &mut World, args: &Args) -> Result<String, Refusal> {
    let named = args.text("channel_id").map_or_else(|| args.need("channel_id"), Ok)?.to_owned();
    let id = visible_channel(world, &named)?;
    if world.channel(&id).is_some_and(super::super::world::Channel::has_bot) {
        Ok(id)
    } else {
        Err("not_in_channel".into())
    }
}

fn thread(world: &World, channel: &str, args: &Args) -> Result<Ts, Refusal> {
    let ts = args.ts("thread_ts", "invalid_thread_ts")?.ok_or("thread_ts_required")?;
    let message = world.message(channel, ts).ok_or("invalid_thread_ts")?;
    Ok(message.root())
}

fn title(args: &Args) -> Result<Option<String>, Refusal> {
    match args.text("title") {
        Some(title) if title.chars().count() > 200 => Err("invalid_title".into()),
        title => Ok(title.map(str::to_owned)),
    }
}

fn set_status(world: &mut World, args: &Args) -> Answer {
    let channel = place(world, args)?;
    let root = thread(world, &channel, args)?;
    let state = args.text("status").and_then(SessionState::named).ok_or("invalid_status")?;
    let title = title(args)?;
    let initiator = args.text("initiator_user_id").map(str::to_owned);
    if initiator.as_ref().is_some_and(|user| world.person(user).is_none()) {
        return Err("user_not_found".into());
    }
    let new = world.thread(&channel, root).session.is_none();
    world.set_session(&channel, root, state);
    let subscribed = world.app.subscribed("agent_session_stopped");
    let held = world.thread(&channel, root);
    if new {
        // A title and an initiator are taken when the session begins and ignored later.
        held.title = held.title.take().or(title);
        held.initiator = initiator;
    }
    held.status = None;
    held.loading.clear();
    let mut answer = json!({"status": state.name(), "agent_status": state.name(), "title": held.title});
    if !subscribed {
        answer["warning"] = json!("missing_agent_session_stopped_event_subscription");
        answer["response_metadata"] = json!({"warnings": ["missing_agent_session_stopped_event_subscription"]});
    }
    Ok(answer)
}

fn rename(world: &mut World, args: &Args) -> Answer {
    let channel = place(world, args)?;
    let root = thread(world, &channel, args)?;
    let title = title(args)?.ok_or("invalid_title")?;
    let held = world.thread(&channel, root);
    if held.session.is_none() {
        return Err("session_not_found".into());
    }
    held.title = Some(title.clone());
    Ok(json!({"title": title}))
}

fn set_text(world: &mut World, args: &Args) -> Answer {
    let channel = place(world, args)?;
    let root = thread(world, &channel, args)?;
    let Some(status) = args.0.get("status").and_then(Value::as_str) else { return Err("invalid_status".into()) };
    let loading = args.list("loading_messages")?;
    if loading.len() > 10 {
        return Err("invalid_arguments".into());
    }
    world.set_status_text(&channel, root, status, loading);
    Ok(json!({}))
}

fn set_title(world: &mut World, args: &Args) -> Answer {
    let channel = place(world, args)?;
    let root = thread(world, &channel, args)?;
    let title = title(args)?.ok_or("invalid_title")?;
    world.thread(&channel, root).title = Some(title);
    Ok(json!({}))
}

fn set_prompts(world: &mut World, args: &Args) -> Answer {
    let channel = place(world, args)?;
    let prompts = args.list("prompts")?;
    let text = |prompt: &Value, name: &str| prompt[name].as_str().is_some_and(|text| !text.is_empty());
    let good = prompts.iter().all(|prompt| text(prompt, "title") && text(prompt, "message"));
    if prompts.len() > 4 || !good {
        return Err("invalid_arguments".into());
    }
    let prompts = json!({"title": args.text("title"), "prompts": prompts});
    if args.has("thread_ts") {
        let root = thread(world, &channel, args)?;
        world.thread(&channel, root).prompts = Some(prompts);
    } else {
        let place = world.channel_mut(&channel).ok_or("channel_not_found")?;
        let Some(user) = place.user.clone() else { return Err("thread_ts_required".into()) };
        place.prompts = Some(prompts);
        world.changed.people.insert(user);
        world.changed.channels.insert(channel);
    }
    Ok(json!({}))
}
