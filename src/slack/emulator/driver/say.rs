//! What a person writes, changes, deletes and reacts with.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::super::engine::Engine;
use super::super::world::{Draft, World, as_typed};
use super::{Given, Ts, Wrong, done, person, read, time, writable};

#[derive(Deserialize)]
struct Said {
    user: String,
    channel: String,
    #[serde(default)]
    text: String,
    thread_ts: Option<String>,
    #[serde(default)]
    reply_broadcast: bool,
    #[serde(default)]
    files: Vec<SaidFile>,
}

#[derive(Deserialize)]
struct SaidFile {
    name: String,
    #[serde(default)]
    text: String,
}

/// `POST /message`
pub async fn message(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let said: Said = read(&body)?;
    let (channel, ts) = engine.with(|world| -> Result<_, Wrong> {
        person(world, &said.user)?;
        let channel = writable(world, &said.user, &said.channel)?;
        if said.text.is_empty() && said.files.is_empty() {
            return Err("a message needs a text or files".into());
        }
        let thread = match &said.thread_ts {
            Some(ts) => Some(thread(world, &channel, ts)?),
            None => None,
        };
        let mut files = Vec::new();
        for file in &said.files {
            let id = world.add_file(&file.name, &said.user, Some(file.text.clone().into_bytes()));
            files.extend(world.file(&id).map(|file| file.json(&world.origin)));
        }
        let draft = Draft {
            channel: channel.clone(),
            thread,
            broadcast: said.reply_broadcast,
            user: said.user.clone(),
            text: as_typed(&said.text),
            files,
            ..Draft::default()
        };
        Ok((channel, world.post(draft)))
    })?;
    Ok(Json(json!({"ok": true, "channel": channel, "ts": ts.to_string()})))
}

/// The first message of a thread that a person replies in.
fn thread(world: &World, channel: &str, ts: &str) -> Result<Ts, Wrong> {
    let message = world.message(channel, time(ts)?).ok_or_else(|| format!("there is no message {ts} to reply to"))?;
    Ok(message.root())
}

#[derive(Deserialize)]
struct Touched {
    user: String,
    channel: String,
    ts: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    remove: bool,
}

fn own(world: &mut World, touched: &Touched) -> Result<(String, Ts), Wrong> {
    person(world, &touched.user)?;
    let channel = writable(world, &touched.user, &touched.channel)?;
    let ts = time(&touched.ts)?;
    let message = world.message(&channel, ts).ok_or("there is no such message")?;
    if message.user == touched.user { Ok((channel, ts)) } else { Err("only its author may do that".into()) }
}

/// `POST /edit`
pub async fn edit(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let touched: Touched = read(&body)?;
    engine.with(|world| {
        let (channel, ts) = own(world, &touched)?;
        let text = as_typed(&touched.text);
        world.change(&channel, ts, Some(&touched.user), |message| message.text = text);
        Ok(done())
    })
}

/// `POST /delete`
pub async fn delete(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let touched: Touched = read(&body)?;
    engine.with(|world| {
        let (channel, ts) = own(world, &touched)?;
        world.delete(&channel, ts);
        Ok(done())
    })
}

/// `POST /react`
pub async fn react(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let touched: Touched = read(&body)?;
    engine.with(|world| {
        person(world, &touched.user)?;
        let channel = writable(world, &touched.user, &touched.channel)?;
        let name = touched.name.trim_matches(':');
        if name.is_empty() {
            return Err("say the reaction's `name`".into());
        }
        let reacted = world.react(&channel, time(&touched.ts)?, &touched.user, name, !touched.remove);
        reacted.map_err(|refusal| Wrong::new(refusal.error))?;
        Ok(done())
    })
}
