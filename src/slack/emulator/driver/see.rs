//! What there is to see: people and channels, transcripts, views, logs, problems.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::Stream;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::super::app::{APP, BOT, BOT_USER, TEAM, TEAM_NAME};
use super::super::engine::Engine;
use super::super::world::{CallEntry, View, World};
use super::{Given, Wrong};

/// `GET /state`
pub async fn state(State(engine): State<Arc<Engine>>) -> Given {
    let transport = json!({"sockets": engine.sockets.count(), "deliver_to": engine.deliver_to});
    let (version, now) = (engine.version(), engine.clock.now());
    engine.with(|world| {
        let people = world.people.iter().filter(|person| !person.is_bot()).map(|person| {
            json!({"id": person.id, "name": person.name, "email": person.email, "kind": person.kind.name(),
                "deactivated": person.deactivated})
        });
        let channels = world.channels.iter().map(|channel| {
            let mut shown = json!({"id": channel.id, "name": channel.name, "kind": channel.kind.name(),
                "members": channel.members, "archived": channel.archived});
            if let Some(user) = &channel.user {
                shown["user"] = json!(user);
            }
            shown
        });
        let people: Vec<Value> = people.collect();
        let channels: Vec<Value> = channels.collect();
        Ok(Json(json!({
            "team": {"id": TEAM, "name": TEAM_NAME},
            "bot": {"user_id": BOT_USER, "bot_id": BOT, "app_id": APP, "name": world.app.name()},
            "users": people, "channels": channels,
            "commands": world.app.declared("/features/slash_commands"),
            "shortcuts": world.app.declared("/features/shortcuts"),
            "prompts": world.app.declared("/features/agent_view/suggested_prompts"),
            "transport": transport, "installed": world.app.installed(),
            "oauth": {"client_id": world.app.client_id, "client_secret": world.app.client_secret},
            "now_ms": now / 1000, "version": version
        })))
    })
}

/// `GET /changes`
pub async fn changes(State(engine): State<Arc<Engine>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let first = json!({"version": engine.version(), "channels": [], "people": []}).to_string();
    let receiver = engine.changes();
    let stopped = engine.stopped.clone();
    let stream = futures::stream::unfold((Some(first), receiver, engine), move |(first, mut receiver, engine)| {
        let stopped = stopped.clone();
        async move {
            if let Some(first) = first {
                return Some((Ok(Event::default().data(first)), (None, receiver, engine)));
            }
            let change = tokio::select! {
                change = receiver.recv() => change,
                () = stopped.cancelled() => return None,
            };
            let text = match change {
                Ok(change) => change.to_string(),
                // Too much happened to tell: empty lists say to fetch what is shown.
                Err(RecvError::Lagged(_)) => {
                    json!({"version": engine.version(), "channels": [], "people": []}).to_string()
                }
                Err(RecvError::Closed) => return None,
            };
            Some((Ok(Event::default().data(text)), (None, receiver, engine)))
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

/// Whose view of which channel is wanted.
#[derive(Deserialize)]
pub struct Transcript {
    channel: String,
    user: Option<String>,
    limit: Option<usize>,
}

/// `GET /transcript`
pub async fn transcript(State(engine): State<Arc<Engine>>, Query(asked): Query<Transcript>) -> Given {
    engine.with(|world| {
        let viewer = asked.user.as_deref().filter(|user| !user.is_empty());
        let id = match (asked.channel.as_str(), viewer) {
            ("DM", Some(user)) => {
                super::person(world, user)?;
                world.direct_message(user)
            }
            ("DM", None) => return Err("say whose direct message: `user`".into()),
            (name, _) => world.named_channel(name).ok_or_else(|| Wrong::new(format!("there is no channel {name}")))?,
        };
        let channel = world.channel(&id).ok_or("there is no such channel")?;
        if viewer.is_some_and(|viewer| !channel.members.contains(viewer)) {
            return Err(format!("{} is not in {id}", viewer.unwrap_or_default()).into());
        }
        let seen = channel.messages.values().filter(|message| {
            message.only_for.is_none() || viewer.is_none_or(|viewer| message.only_for.as_deref() == Some(viewer))
        });
        let mut messages: Vec<Value> = seen
            .rev()
            .take(asked.limit.unwrap_or(usize::MAX))
            .map(|message| World::transcript_json(channel, message, viewer))
            .collect();
        messages.reverse();
        let threads: Map<String, Value> = world
            .threads
            .iter()
            .filter(|((place, _), _)| *place == id)
            .map(|((_, root), thread)| (root.to_string(), thread.json(world.now)))
            .collect();
        Ok(Json(json!({"channel": id, "messages": messages, "threads": threads, "prompts": channel.prompts})))
    })
}

/// `GET /views`
pub async fn views(State(engine): State<Arc<Engine>>, Query(asked): Query<HashMap<String, String>>) -> Given {
    let user = asked.get("user").cloned().unwrap_or_default();
    engine.with(|world| {
        let person = world.person(&user).ok_or_else(|| format!("there is no person {user}"))?;
        let shown = |id: &String| world.views.get(id).map(View::json);
        let modals: Vec<Value> = person.modals.iter().filter_map(shown).collect();
        let home = person.home.as_ref().and_then(shown);
        Ok(Json(json!({"modals": modals, "home": home, "pane": person.pane})))
    })
}

/// Which entries of a log are wanted; empty words are none.
#[derive(Deserialize)]
pub struct Logged {
    #[serde(default)]
    method: String,
    #[serde(default)]
    after: String,
}

impl Logged {
    fn after(&self) -> Result<u64, Wrong> {
        match self.after.as_str() {
            "" => Ok(0),
            number => number.parse().map_err(|_| format!("{number} is not the number of an entry").into()),
        }
    }
}

/// `GET /calls`
pub async fn calls(State(engine): State<Arc<Engine>>, Query(asked): Query<Logged>) -> Given {
    let after = asked.after()?;
    engine.with(|world| {
        let later = world.calls.iter().filter(|call| call.n > after);
        let wanted = later.filter(|call| asked.method.is_empty() || call.method == asked.method);
        Ok(Json(wanted.map(CallEntry::json).collect()))
    })
}

/// `GET /deliveries`
pub async fn deliveries(State(engine): State<Arc<Engine>>, Query(asked): Query<Logged>) -> Given {
    let after = asked.after()?;
    engine.with(|world| Ok(Json(json!(world.deliveries.iter().filter(|one| one.n > after).collect::<Vec<_>>()))))
}

/// `GET /problems`
pub async fn problems(State(engine): State<Arc<Engine>>) -> Json<Value> {
    engine.with(|world| Json(json!(world.problems())))
}

/// `GET /install_url`
pub async fn install_url(State(engine): State<Arc<Engine>>) -> Json<Value> {
    engine.with(|world| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let scopes = world.app.scopes().into_iter().collect::<Vec<_>>().join(",");
        let query = query.append_pair("client_id", &world.app.client_id).append_pair("scope", &scopes).finish();
        Json(json!({"ok": true, "install_url": format!("{}/oauth/v2/authorize?{query}", world.origin)}))
    })
}
