//! Opening the app, looking elsewhere, pressing Stop, renaming, and the pane of a Work Object.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::engine::Engine;
use super::{Given, Wrong, done, person, place, read, time};

#[derive(Deserialize)]
struct Open {
    user: String,
    #[serde(default)]
    tab: String,
}

/// `POST /open`
pub async fn open(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let asked: Open = read(&body)?;
    engine.with(|world| {
        person(world, &asked.user)?;
        if asked.tab != "home" && asked.tab != "messages" {
            return Err("`tab` is home or messages".into());
        }
        let view = world.open_tab(&asked.user, &asked.tab);
        let channel = world.direct_message(&asked.user);
        let set = world.channel(&channel).and_then(|place| place.prompts.clone());
        let declared = world.app.declared("/features/agent_view/suggested_prompts");
        let prompts = set.map_or_else(|| json!(declared), |set| set["prompts"].clone());
        Ok(Json(json!({"ok": true, "channel": channel, "view": view, "prompts": prompts})))
    })
}

#[derive(Deserialize)]
struct Context {
    user: String,
    channel: Option<String>,
    ts: Option<String>,
}

/// `POST /context`
pub async fn context(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let asked: Context = read(&body)?;
    engine.with(|world| {
        person(world, &asked.user)?;
        let channel = match &asked.channel {
            Some(channel) => Some(place(world, &asked.user, channel)?),
            None => None,
        };
        let message = asked.ts.as_deref().map(time).transpose()?;
        world.look_elsewhere(&asked.user, channel, message);
        Ok(done())
    })
}

#[derive(Deserialize)]
struct OpenLink {
    user: String,
    channel: String,
    ts: String,
    url: String,
}

/// `POST /open_link`
pub async fn open_link(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let asked: OpenLink = read(&body)?;
    engine.with(|world| {
        person(world, &asked.user)?;
        let channel = place(world, &asked.user, &asked.channel)?;
        world.open_work_object(&asked.user, &channel, time(&asked.ts)?, &asked.url).map_err(Wrong::new)?;
        Ok(done())
    })
}

#[derive(Deserialize)]
struct InThread {
    user: Option<String>,
    channel: String,
    thread_ts: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    kill: bool,
}

/// `POST /stop`
pub async fn stop(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let asked: InThread = read(&body)?;
    engine.with(|world| {
        let user = asked.user.clone().ok_or("say who presses Stop: `user`")?;
        person(world, &user)?;
        let channel = place(world, &user, &asked.channel)?;
        let root = time(&asked.thread_ts)?;
        if !world.threads.contains_key(&(channel.clone(), root)) {
            return Err("nothing runs in that thread".into());
        }
        if !world.press_stop(&user, &channel, root) {
            return Err("the app does not listen to agent_session_stopped, so there is no Stop button".into());
        }
        if asked.kill {
            world.kill_streams(&(channel, root));
        }
        Ok(done())
    })
}

/// `POST /rename`
pub async fn rename(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let asked: InThread = read(&body)?;
    engine.with(|world| {
        let user = asked.user.clone().unwrap_or_else(|| "U_MONICA".to_owned());
        person(world, &user)?;
        let channel = place(world, &user, &asked.channel)?;
        let root = time(&asked.thread_ts)?;
        if asked.title.is_empty() || world.message(&channel, root).is_none() {
            return Err("say a `title` and the first message of a thread".into());
        }
        world.rename_session(&user, &channel, root, &asked.title);
        Ok(Json(json!({"ok": true, "title": Value::String(asked.title.clone())})))
    })
}
