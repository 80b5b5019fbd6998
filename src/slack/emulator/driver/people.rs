//! More people and channels, who is where, and what the app declares.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;

use super::super::app::BOT_USER;
use super::super::engine::Engine;
use super::super::world::{Channel, Kind, Person, PersonKind};
use super::{Given, done, read};

#[derive(Deserialize)]
struct NewPerson {
    id: String,
    name: String,
    #[serde(default)]
    email: String,
    kind: Option<String>,
}

/// `POST /users`
pub async fn add_user(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let new: NewPerson = read(&body)?;
    let kind = new.kind.as_deref().unwrap_or("member");
    let kind =
        PersonKind::named(kind).ok_or_else(|| format!("{kind} is none of admin, member, guest, connect, app"))?;
    engine.with(|world| {
        if world.person(&new.id).is_some() {
            return Err(format!("there is a person {} already", new.id).into());
        }
        world.people.push(Person::new(&new.id, &new.name, &new.email, kind));
        world.changed.other = true;
        Ok(done())
    })
}

#[derive(Deserialize)]
struct NewChannel {
    id: String,
    name: String,
    kind: Option<String>,
    #[serde(default)]
    members: Vec<String>,
    bot: Option<bool>,
}

/// `POST /channels`
pub async fn add_channel(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let new: NewChannel = read(&body)?;
    let kind = new.kind.as_deref().unwrap_or("public");
    let kind = Kind::named(kind).ok_or_else(|| format!("{kind} is none of public, private, connect"))?;
    engine.with(|world| {
        if world.channel(&new.id).is_some() {
            return Err(format!("there is a channel {} already", new.id).into());
        }
        if let Some(stranger) = new.members.iter().find(|member| world.person(member).is_none()) {
            return Err(format!("there is no person {stranger}").into());
        }
        let bot = new.bot.unwrap_or(true).then(|| BOT_USER.to_owned());
        world.channels.push(Channel::new(&new.id, &new.name, kind, new.members.iter().cloned().chain(bot)));
        world.changed.other = true;
        Ok(done())
    })
}

#[derive(Deserialize)]
struct Whom {
    #[serde(default)]
    user: String,
    #[serde(default)]
    channel: String,
}

fn moved(engine: &Arc<Engine>, body: &Bytes, joins: bool) -> Given {
    let whom: Whom = read(body)?;
    engine.with(|world| {
        let user = if whom.user == "BOT" { BOT_USER } else { &whom.user };
        if world.person(user).is_none() {
            return Err(format!("there is no person {user}").into());
        }
        let channel = world.channels.iter().find(|channel| channel.id == whom.channel && channel.user.is_none());
        let channel = channel.ok_or_else(|| format!("there is no channel {}", whom.channel))?.id.clone();
        if !world.join(user, &channel, joins) {
            return Err(format!("{user} {} in {channel}", if joins { "is already" } else { "is not" }).into());
        }
        Ok(done())
    })
}

/// `POST /join`
pub async fn join(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    moved(&engine, &body, true)
}

/// `POST /leave`
pub async fn leave(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    moved(&engine, &body, false)
}

/// `POST /archive`
pub async fn archive(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let whom: Whom = read(&body)?;
    engine.with(|world| {
        if world.channel(&whom.channel).is_none_or(|channel| channel.user.is_some()) {
            return Err(format!("there is no channel {}", whom.channel).into());
        }
        let by = if whom.user.is_empty() { "U_MONICA" } else { &whom.user };
        world.archive(&whom.channel, by);
        Ok(done())
    })
}

/// `POST /deactivate`
pub async fn deactivate(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let whom: Whom = read(&body)?;
    engine.with(|world| {
        super::person(world, &whom.user)?;
        world.deactivate(&whom.user);
        Ok(done())
    })
}

/// `POST /manifest`
pub async fn manifest(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let given: Value = read(&body)?;
    if !given["features"].is_object() {
        return Err("a manifest has `features`".into());
    }
    engine.with(|world| {
        world.app.manifest = given;
        world.changed.other = true;
        Ok(done())
    })
}

#[derive(Deserialize)]
struct Org {
    on: bool,
}

/// `POST /org`: whether the app is installed in a whole organization.
pub async fn org(State(engine): State<Arc<Engine>>, body: Bytes) -> Given {
    let org: Org = read(&body)?;
    engine.with(|world| world.org_install = org.on);
    Ok(done())
}
