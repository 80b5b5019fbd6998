//! Submitting and closing modals.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::deliver::ask;
use super::super::engine::Engine;
use super::super::methods::checked_view;
use super::super::world::{Outgoing, Payload, View, World, enter, missing};
use super::act::{acknowledged, interaction, outgoing};
use super::{Given, Wrong, done, person, read};

#[derive(Deserialize)]
struct Submit {
    user: String,
    view_id: Option<String>,
    #[serde(default)]
    values: Value,
}

fn top(world: &World, user: &str, view_id: Option<&str>) -> Result<String, Wrong> {
    let open = world.person(user).map(|person| person.modals.as_slice()).unwrap_or_default();
    match view_id {
        None => open.last().cloned().ok_or_else(|| format!("{user} has no modal open").into()),
        Some(id) if open.iter().any(|other| other == id) => Ok(id.to_owned()),
        Some(_) => Err("that modal is not open any more".into()),
    }
}

/// What pressing Submit comes to before the app is asked.
enum Pressed {
    Ask(Outgoing),
    Incomplete(Vec<String>),
}

/// `POST /submit`
pub async fn submit(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let asked: Submit = read(&body)?;
    let (id, pressed) = engine.with(|world| -> Result<_, Wrong> {
        person(world, &asked.user)?;
        let id = top(world, &asked.user, asked.view_id.as_deref())?;
        Ok((id.clone(), press(world, &asked, &id)?))
    })?;
    let outgoing = match pressed {
        Pressed::Ask(outgoing) => outgoing,
        Pressed::Incomplete(blocks) => {
            let sentence = "Please complete this required field.";
            let errors: serde_json::Map<_, _> = blocks.into_iter().map(|block| (block, json!(sentence))).collect();
            return Ok(Json(json!({"ok": false, "response_action": "errors", "errors": errors,
                "error": "required inputs are empty"})));
        }
    };
    let response = acknowledged(ask(&engine, &outgoing).await)?;
    engine.with(|world| follow(world, &asked.user, &id, &response))
}

fn press(world: &mut World, asked: &Submit, id: &str) -> Result<Pressed, Wrong> {
    let view = world.views.get_mut(id).ok_or("that modal is not open any more")?;
    let blocks = view.blocks().to_vec();
    enter(&blocks, &mut view.entered, &asked.values)?;
    let incomplete = missing(&blocks, &view.entered);
    if !incomplete.is_empty() {
        return Ok(Pressed::Incomplete(incomplete));
    }
    let shown = view.json();
    let mut body = interaction(world, "view_submission", &asked.user);
    body["view"] = shown;
    body["response_urls"] = json!([]);
    Ok(Pressed::Ask(outgoing(Payload::Interaction, body)))
}

/// Does what the app answered.
fn follow(world: &mut World, user: &str, id: &str, response: &Value) -> Given {
    let refused = |world: &mut World, what: String| {
        world.notice("the answer to a submitted modal was refused", None, None, what.clone());
        Err(Wrong::new(format!("what the app answered was refused: {what}")))
    };
    let Some(action) = response["response_action"].as_str().map(str::to_owned) else {
        world.close_modal(user, id);
        return Ok(done());
    };
    let view = response["view"].clone();
    let result = match action.as_str() {
        "clear" => {
            world.close_modals(user);
            Ok(())
        }
        "errors" => {
            let blocks = world.views.get(id).map(|view| view.blocks().to_vec()).unwrap_or_default();
            let inputs = |name: &String| {
                blocks.iter().any(|block| block["type"] == "input" && block["block_id"] == name.as_str())
            };
            let unknown =
                response["errors"].as_object().map(|errors| errors.keys().find(|name| !inputs(name)).cloned());
            match unknown {
                None => return refused(world, "errors must be an object".to_owned()),
                Some(Some(name)) => return refused(world, format!("there is no input in a block {name}")),
                Some(None) => Ok(()),
            }
        }
        "update" => checked_view(&view, false).and_then(|()| world.update_view(id, view, None)),
        "push" => checked_view(&view, false).and_then(|()| world.open_modal(user, view, true).map(drop)),
        other => return refused(world, format!("there is no response_action {other}")),
    };
    if let Err(refusal) = result {
        let detail = refusal.more.get("response_metadata").map(Value::to_string).unwrap_or_default();
        return refused(world, format!("{} {detail}", refusal.error));
    }
    let mut given = json!({"ok": true, "response_action": action});
    if action == "errors" {
        given["errors"] = response["errors"].clone();
    }
    Ok(Json(given))
}

#[derive(Deserialize)]
struct Close {
    user: String,
    #[serde(default)]
    all: bool,
}

/// `POST /close`
pub async fn close(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let asked: Close = read(&body)?;
    let outgoing = engine.with(|world| -> Result<_, Wrong> {
        person(world, &asked.user)?;
        let id = top(world, &asked.user, None)?;
        let view = world.views.get(&id).map(View::json).unwrap_or_default();
        let clears = asked.all || view["clear_on_close"] == true;
        if clears {
            world.close_modals(&asked.user);
        } else {
            world.close_modal(&asked.user, &id);
        }
        if view["notify_on_close"] != true {
            return Ok(None);
        }
        let mut body = interaction(world, "view_closed", &asked.user);
        body["view"] = view;
        body["is_cleared"] = json!(clears);
        Ok(Some(outgoing(Payload::Interaction, body)))
    })?;
    if let Some(outgoing) = outgoing {
        acknowledged(ask(&engine, &outgoing).await)?;
    }
    Ok(done())
}
