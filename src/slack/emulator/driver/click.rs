//! Touching an element: a button, a menu, an input that tells the app.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::deliver::ask;
use super::super::engine::Engine;
use super::super::world::{Found, Outgoing, Payload, Ts, World, chosen, entered_at_first, find_element};
use super::act::{acknowledged, interaction, outgoing};
use super::{Given, Wrong, person, place, read, time};

#[derive(Deserialize)]
struct Click {
    user: String,
    channel: Option<String>,
    ts: Option<String>,
    view_id: Option<String>,
    #[serde(default)]
    home: bool,
    action_id: String,
    block_id: Option<String>,
    url: Option<String>,
    value: Option<Value>,
    selected: Option<Value>,
}

/// Where the element stands.
enum Surface {
    Message(String, Ts),
    View(String),
}

/// `POST /click`
pub async fn click(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let click: Click = read(&body)?;
    let outgoing = engine.with(|world| payload(world, &click))?;
    let Some(outgoing) = outgoing else { return Ok(Json(json!({"ok": true, "told": false}))) };
    acknowledged(ask(&engine, &outgoing).await)?;
    Ok(Json(json!({"ok": true, "told": true})))
}

fn surface(world: &mut World, click: &Click) -> Result<(Surface, Vec<Value>, Value), Wrong> {
    if let Some((channel, ts)) = click.channel.as_ref().zip(click.ts.as_ref()) {
        let channel = place(world, &click.user, channel)?;
        let ts = time(ts)?;
        let seen = world
            .message(&channel, ts)
            .filter(|message| message.only_for.as_ref().is_none_or(|only| *only == click.user));
        let message = seen.ok_or("there is no such message any more")?;
        return Ok((Surface::Message(channel, ts), message.blocks.clone(), message.entered.clone()));
    }
    let who = world.person(&click.user);
    let open = who.and_then(|person| if click.home { person.home.clone() } else { person.modals.last().cloned() });
    let id = click.view_id.clone().or(open).ok_or("no such view is open; or say the message: `channel` and `ts`")?;
    let view = world.views.get(&id).filter(|view| view.user == click.user).ok_or("that view is not open any more")?;
    let (blocks, entered) = (view.blocks().to_vec(), view.entered.clone());
    Ok((Surface::View(id), blocks, entered))
}

fn payload(world: &mut World, click: &Click) -> Result<Option<Outgoing>, Wrong> {
    person(world, &click.user)?;
    let (surface, blocks, entered) = surface(world, click)?;
    let own = find_element(&blocks, &click.action_id, click.block_id.as_deref());
    let (found, link) = match own {
        Some(found) => (found, None),
        None => unfurled(world, &surface, click)
            .ok_or_else(|| format!("there is no element {} any more", click.action_id))?,
    };
    let given = click.selected.clone().or_else(|| click.value.clone()).unwrap_or_default();
    let (mut action, holds) = chosen(&found, &given)?;
    let mut state = entered_at_first(&blocks);
    merge(&mut state, &entered);
    if let Some(value) = holds {
        state[&found.block_id][click.action_id.as_str()] = value;
    }
    store(world, &surface, &state);
    if silent(&blocks, &found) {
        return Ok(None);
    }
    let mut body = interaction(world, "block_actions", &click.user);
    action["action_ts"] = body["action_ts"].clone();
    body["actions"] = json!([action]);
    match surface {
        Surface::Message(channel, ts) => {
            body["response_url"] = json!(world.response_url(&channel, &click.user, Some(ts)));
            let (Some(place), Some(message)) = (world.channel(&channel), world.message(&channel, ts)) else {
                return Err("there is no such message any more".into());
            };
            let ephemeral = message.only_for.is_some();
            let mut container = json!({
                "type": "message", "message_ts": ts.to_string(), "channel_id": channel, "is_ephemeral": ephemeral
            });
            if let Some(link) = link {
                container["type"] = json!("message_attachment");
                container["attachment_id"] = json!(1);
                container["is_app_unfurl"] = json!(true);
                container["app_unfurl_url"] = json!(link);
            }
            if let Some(root) = message.thread {
                container["thread_ts"] = json!(root.to_string());
            }
            body["container"] = container;
            body["channel"] = json!({"id": channel, "name": place.name});
            if !ephemeral {
                body["message"] = world.message_json(place, message, true);
            }
            body["state"] = json!({"values": state});
        }
        Surface::View(id) => {
            body["container"] = json!({"type": "view", "view_id": id});
            body["view"] = world.views.get(&id).map_or(Value::Null, super::super::world::View::json);
        }
    }
    Ok(Some(outgoing(Payload::Interaction, body)))
}

/// An element in what a link of the message was unfurled to, with the link.
fn unfurled(world: &World, surface: &Surface, click: &Click) -> Option<(Found, Option<String>)> {
    let Surface::Message(channel, ts) = surface else { return None };
    let message = world.message(channel, *ts)?;
    let of_link = |unfurl: &&Value| click.url.as_ref().is_none_or(|url| unfurl["url"] == url.as_str());
    message.unfurls.iter().filter(of_link).find_map(|unfurl| {
        let link = unfurl["url"].as_str().map(str::to_owned);
        let blocks = unfurl["content"]["blocks"].as_array().map_or(&[][..], Vec::as_slice);
        if let Some(found) = find_element(blocks, &click.action_id, click.block_id.as_deref()) {
            return Some((found, link));
        }
        let actions = &unfurl["entity"]["entity_payload"]["actions"];
        let all = [&actions["primary_actions"], &actions["overflow_actions"]];
        let mut all = all.into_iter().filter_map(Value::as_array).flatten();
        let mut element = all.find(|action| action["action_id"] == click.action_id.as_str())?.clone();
        element["type"] = json!("button");
        Some((Found { block_id: "entity_actions".to_owned(), element }, link))
    })
}

/// Whether the app is not told: an input tells only when it asks to.
fn silent(blocks: &[Value], found: &Found) -> bool {
    let block = blocks.iter().find(|block| block["block_id"] == found.block_id.as_str());
    block.is_some_and(|block| block["type"] == "input" && block["dispatch_action"] != true)
}

fn merge(state: &mut Value, entered: &Value) {
    for (block, actions) in entered.as_object().into_iter().flatten() {
        for (action, value) in actions.as_object().into_iter().flatten() {
            if !state[block][action].is_null() {
                state[block][action] = value.clone();
            }
        }
    }
}

fn store(world: &mut World, surface: &Surface, state: &Value) {
    match surface {
        Surface::Message(channel, ts) => {
            if let Some(message) = world.message_mut(channel, *ts) {
                message.entered = state.clone();
            }
        }
        Surface::View(id) => {
            if let Some(view) = world.views.get_mut(id) {
                view.entered = state.clone();
            }
        }
    }
}
