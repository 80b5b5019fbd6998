//! The Web API upon the world: a table of methods, a file a family.

mod args;
mod chat;
mod content;
mod conversations;
mod entity;
mod files;
mod identity;
mod oauth;
mod people;
mod reactions;
mod sessions;
mod stream;
mod validate;
mod views;

use serde_json::Value;

use super::app::TokenKind;
use super::world::{Refusal, World};

pub use args::Args;
pub use content::Content;
pub use views::checked_view;

/// What a method says.
pub type Answer = Result<Value, Refusal>;

/// How often a method may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// So many times a minute.
    PerMinute(u32),
    /// Once a second in each channel.
    PerChannel,
}

/// Slack's tiers from the second on, in calls a minute; no method here is of the first.
const TIER_2: Rate = Rate::PerMinute(20);
const TIER_3: Rate = Rate::PerMinute(50);
const TIER_4: Rate = Rate::PerMinute(100);
/// Methods with limits of their own, which are higher.
const SPECIAL: Rate = Rate::PerMinute(600);

/// A method of the Web API.
#[derive(Debug)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// How often it may be called.
    pub rate: Rate,
    /// Which kind of token it takes; none at all when absent.
    pub token: Option<TokenKind>,
    /// The scopes of which it needs one; none when empty.
    pub scopes: &'static [&'static str],
    /// What it does.
    pub run: fn(&mut World, &Args) -> Answer,
}

const fn bot(name: &'static str, rate: Rate, scopes: &'static [&'static str], run: Run) -> Method {
    Method { name, rate, token: Some(TokenKind::Bot), scopes, run }
}

const fn open(name: &'static str, rate: Rate, run: Run) -> Method {
    Method { name, rate, token: None, scopes: &[], run }
}

type Run = fn(&mut World, &Args) -> Answer;

const FAMILIES: [&[Method]; 11] = [
    chat::METHODS,
    stream::METHODS,
    sessions::METHODS,
    views::METHODS,
    conversations::METHODS,
    people::METHODS,
    identity::METHODS,
    reactions::METHODS,
    files::METHODS,
    entity::METHODS,
    oauth::METHODS,
];

/// The method of this name.
pub fn find(name: &str) -> Option<&'static Method> {
    FAMILIES.iter().copied().flatten().find(|method| method.name == name)
}

/// Refuses a call that lacks a scope which depends on what it asks for.
fn need_scope(world: &World, scope: &str) -> Result<(), Refusal> {
    let scopes = world.app.scopes();
    if scopes.contains(scope) {
        return Ok(());
    }
    let provided = scopes.into_iter().collect::<Vec<_>>().join(",");
    Err(Refusal::from("missing_scope").with("needed", scope).with("provided", provided))
}

/// Refuses a call that lacks all the scopes of which its method needs one.
pub fn need_any_scope(world: &World, wanted: &[&str]) -> Result<(), Refusal> {
    let scopes = world.app.scopes();
    if wanted.is_empty() || wanted.iter().any(|scope| scopes.contains(scope)) {
        return Ok(());
    }
    let provided = scopes.into_iter().collect::<Vec<_>>().join(",");
    Err(Refusal::from("missing_scope").with("needed", wanted.join(",")).with("provided", provided))
}

/// The channel a call names, if the bot can see it.
fn channel_of(world: &mut World, args: &Args) -> Result<String, Refusal> {
    let named = args.need("channel")?.to_owned();
    visible_channel(world, &named)
}

fn visible_channel(world: &mut World, named: &str) -> Result<String, Refusal> {
    let id = world.named_channel(named).ok_or("channel_not_found")?;
    let hidden =
        world.channel(&id).is_none_or(|channel| channel.kind == super::world::Kind::Private && !channel.has_bot());
    if hidden { Err("channel_not_found".into()) } else { Ok(id) }
}

/// The channel a call names, if the bot may write there.
fn writable_channel(world: &mut World, args: &Args) -> Result<String, Refusal> {
    let id = channel_of(world, args)?;
    let channel = world.channel(&id).ok_or("channel_not_found")?;
    if channel.archived {
        return Err("is_archived".into());
    }
    let public = world.app.scopes().contains("chat:write.public") && channel.kind == super::world::Kind::Public;
    if !channel.has_bot() && !public {
        return Err("not_in_channel".into());
    }
    Ok(id)
}
