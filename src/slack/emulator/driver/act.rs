//! Slash commands, shortcuts and menus that ask the app for their options.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::app::{APP, BOT_USER, TEAM, TEAM_DOMAIN, TEAM_NAME};
use super::super::deliver::{Outcome, ask};
use super::super::engine::Engine;
use super::super::methods::{Args, Content};
use super::super::world::{Draft, Outgoing, Payload, World, find_element};
use super::{Given, Wrong, person, place, read, time, writable};

/// What every interaction carries.
pub fn interaction(world: &mut World, kind: &str, user: &str) -> Value {
    let (team, enterprise) = world.team_json();
    let handle = world.person(user).map(super::super::world::Person::handle);
    let at = world.next_ts();
    json!({
        "type": kind, "token": world.app.verification, "api_app_id": APP, "action_ts": at.to_string(),
        "user": {"id": user, "username": handle, "name": handle, "team_id": world.team_of(user)},
        "team": team, "enterprise": enterprise, "is_enterprise_install": world.org_install,
        "trigger_id": world.trigger(user)
    })
}

/// An interaction on its way.
pub fn outgoing(payload: Payload, body: Value) -> Outgoing {
    let name = body["type"].as_str().unwrap_or_default().to_owned();
    Outgoing { payload, label: name.clone(), name, body }
}

/// The body of an acknowledged interaction, or why there is none, in a sentence.
pub fn acknowledged(outcome: Outcome) -> Result<Value, Wrong> {
    match outcome {
        Outcome::Acknowledged { body, .. } => Ok(body),
        Outcome::Failed { reason, status, .. } => {
            Err(format!("the app did not acknowledge it: {reason}{}", answered(status)).into())
        }
    }
}

fn answered(status: u16) -> String {
    if status == 0 { String::new() } else { format!(" (HTTP {status})") }
}

#[derive(Deserialize)]
struct Typed {
    user: String,
    channel: String,
    command: String,
    #[serde(default)]
    text: String,
    thread_ts: Option<String>,
}

/// `POST /command`
pub async fn command(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let typed: Typed = read(&body)?;
    if typed.thread_ts.is_some() {
        return Err("an app's slash commands cannot be used in threads".into());
    }
    let (channel, outgoing) = engine.with(|world| command_payload(world, &typed))?;
    let (status, response, reason) = match ask(&engine, &outgoing).await {
        Outcome::Acknowledged { status, body } => (status, body, None),
        Outcome::Failed { status, reason, .. } => (status, Value::Null, Some(reason)),
    };
    if let Some(reason) = reason {
        let sentence = format!("{} failed: {reason}{}", typed.command, answered(status));
        return Ok(Json(json!({"ok": false, "status": status, "response": response, "error": sentence})));
    }
    let shown = engine.with(|world| show_response(world, &channel, &typed.user, &response));
    if let Err(sentence) = shown {
        return Ok(Json(json!({"ok": false, "status": status, "response": response, "error": sentence})));
    }
    Ok(Json(json!({"ok": true, "status": status, "response": response})))
}

fn command_payload(world: &mut World, typed: &Typed) -> Result<(String, Outgoing), Wrong> {
    person(world, &typed.user)?;
    let channel = writable(world, &typed.user, &typed.channel)?;
    let declared = world.app.command(&typed.command);
    let declared = declared.ok_or_else(|| format!("{} is not a command of the app", typed.command))?;
    let escapes = declared["should_escape"] == true;
    let text = named(world, &typed.text, escapes);
    let response_url = world.response_url(&channel, &typed.user, None);
    let name = match world.channel(&channel) {
        Some(place) if place.kind == super::super::world::Kind::Private => "privategroup".to_owned(),
        Some(place) => place.name.clone(),
        None => String::new(),
    };
    let mut body = json!({
        "token": world.app.verification, "team_id": TEAM, "team_domain": TEAM_DOMAIN, "channel_id": channel,
        "channel_name": name, "user_id": typed.user,
        "user_name": world.person(&typed.user).map(super::super::world::Person::handle), "command": typed.command,
        "text": text, "api_app_id": APP, "is_enterprise_install": world.org_install.to_string(),
        "response_url": response_url, "trigger_id": world.trigger(&typed.user)
    });
    if world.org_install {
        body["enterprise_id"] = json!("E_PIEDPIPER");
        body["enterprise_name"] = json!(TEAM_NAME);
    }
    let outgoing =
        Outgoing { payload: Payload::Command, label: typed.command.clone(), name: typed.command.clone(), body };
    Ok((channel, outgoing))
}

/// People and channels in a command's text: with their names after a bar, or only their names.
fn named(world: &World, text: &str, escapes: bool) -> String {
    let mut text = text.replace("<@BOT>", &format!("<@{BOT_USER}>"));
    for person in &world.people {
        let handle = person.handle();
        let with = if escapes { format!("<@{}|{handle}>", person.id) } else { format!("@{handle}") };
        text = text.replace(&format!("<@{}>", person.id), &with);
    }
    for channel in world.channels.iter().filter(|channel| channel.user.is_none()) {
        let name = &channel.name;
        let with = if escapes { format!("<#{}|{name}>", channel.id) } else { format!("#{name}") };
        text = text.replace(&format!("<#{}>", channel.id), &with);
    }
    text
}

/// Shows what a command was acknowledged with.
fn show_response(world: &mut World, channel: &str, user: &str, response: &Value) -> Result<(), String> {
    let fields = match response {
        Value::Object(fields) => fields.clone(),
        Value::String(text) if !text.trim().is_empty() => {
            json!({"text": text}).as_object().cloned().unwrap_or_default()
        }
        _ => return Ok(()),
    };
    let args = Args(fields);
    let content = match Content::read(&args) {
        Ok(content) if content.is_empty() => return Ok(()),
        Ok(content) => content,
        Err(refusal) => {
            world.notice("the answer to a command was refused", Some(channel), None, refusal.error.clone());
            return Err(format!("what the app answered was refused: {}", refusal.error));
        }
    };
    let in_channel = args.text("response_type") == Some("in_channel");
    world.post(Draft {
        channel: channel.to_owned(),
        user: BOT_USER.to_owned(),
        bot: true,
        text: content.cut_text(),
        blocks: content.blocks.unwrap_or_default(),
        attachments: content.attachments,
        only_for: (!in_channel).then(|| user.to_owned()),
        ..Draft::default()
    });
    Ok(())
}

#[derive(Deserialize)]
struct Shortcut {
    user: String,
    callback_id: String,
    channel: Option<String>,
    ts: Option<String>,
}

/// `POST /shortcut`
pub async fn shortcut(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let asked: Shortcut = read(&body)?;
    let outgoing = engine.with(|world| -> Result<_, Wrong> {
        person(world, &asked.user)?;
        let declared = world.app.shortcut(&asked.callback_id);
        let declared = declared.ok_or_else(|| format!("the app has no shortcut {}", asked.callback_id))?;
        if declared["type"] != "message" {
            let mut body = interaction(world, "shortcut", &asked.user);
            body["callback_id"] = json!(asked.callback_id);
            return Ok(outgoing(Payload::Interaction, body));
        }
        let (channel, ts) =
            asked.channel.as_ref().zip(asked.ts.as_ref()).ok_or("say the message: `channel` and `ts`")?;
        let channel = place(world, &asked.user, channel)?;
        let ts = time(ts)?;
        if world.message(&channel, ts).is_none_or(|message| message.only_for.is_some()) {
            return Err("there is no such message".into());
        }
        let response_url = world.response_url(&channel, &asked.user, Some(ts));
        let mut body = interaction(world, "message_action", &asked.user);
        let (Some(place), Some(message)) = (world.channel(&channel), world.message(&channel, ts)) else {
            return Err("there is no such message".into());
        };
        body["callback_id"] = json!(asked.callback_id);
        body["channel"] = json!({"id": channel, "name": place.name});
        body["message_ts"] = json!(ts.to_string());
        body["message"] = world.message_json(place, message, true);
        body["response_url"] = json!(response_url);
        Ok(outgoing(Payload::Interaction, body))
    })?;
    acknowledged(ask(&engine, &outgoing).await)?;
    Ok(super::done())
}

#[derive(Deserialize)]
struct Suggest {
    user: String,
    action_id: String,
    block_id: Option<String>,
    #[serde(default)]
    value: String,
    view_id: Option<String>,
    channel: Option<String>,
    ts: Option<String>,
}

/// `POST /suggest`
pub async fn suggest(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let asked: Suggest = read(&body)?;
    let outgoing = engine.with(|world| -> Result<_, Wrong> {
        person(world, &asked.user)?;
        let mut body = interaction(world, "block_suggestion", &asked.user);
        let (blocks, container) = if let Some((channel, ts)) = asked.channel.as_ref().zip(asked.ts.as_ref()) {
            let channel = place(world, &asked.user, channel)?;
            let ts = time(ts)?;
            let (Some(place), Some(message)) = (world.channel(&channel), world.message(&channel, ts)) else {
                return Err("there is no such message".into());
            };
            body["channel"] = json!({"id": channel, "name": place.name});
            body["message"] = world.message_json(place, message, true);
            (message.blocks.clone(), json!({"type": "message", "message_ts": ts.to_string(), "channel_id": channel}))
        } else {
            let open =
                world.person(&asked.user).and_then(|person| person.modals.last().or(person.home.as_ref()).cloned());
            let id = asked.view_id.clone().or(open).ok_or("no view is open")?;
            let view = world.views.get(&id).filter(|view| view.user == asked.user).ok_or("there is no such view")?;
            body["view"] = view.json();
            (view.blocks().to_vec(), json!({"type": "view", "view_id": id}))
        };
        let found = find_element(&blocks, &asked.action_id, asked.block_id.as_deref());
        let found = found.ok_or_else(|| format!("there is no menu {}", asked.action_id))?;
        if !found.element["type"].as_str().is_some_and(|kind| kind.contains("external")) {
            return Err(format!("{} does not ask the app for its options", asked.action_id).into());
        }
        body["container"] = container;
        body["action_id"] = json!(asked.action_id);
        body["block_id"] = json!(found.block_id);
        body["value"] = json!(asked.value);
        Ok(outgoing(Payload::Options, body))
    })?;
    let mut answer = acknowledged(ask(&engine, &outgoing).await)?;
    if !answer["options"].is_array() && !answer["option_groups"].is_array() {
        return Err("the app answered without options".into());
    }
    answer["ok"] = json!(true);
    Ok(Json(answer))
}
