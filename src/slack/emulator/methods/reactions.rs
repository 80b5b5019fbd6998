//! `reactions.*`.

use super::super::app::BOT_USER;
use super::super::world::World;
use super::{Answer, Args, Method, TIER_2, TIER_3, bot, channel_of};
use serde_json::json;

/// The methods of this family.
pub const METHODS: &[Method] = &[
    bot("reactions.add", TIER_3, &["reactions:write"], add),
    bot("reactions.remove", TIER_2, &["reactions:write"], remove),
    bot("reactions.get", TIER_3, &["reactions:read"], get),
];

fn react(world: &mut World, args: &Args, adds: bool) -> Answer {
    let channel = channel_of(world, args)?;
    let name = args.text("name").ok_or("no_reaction")?.trim_matches(':').to_owned();
    let ts = args.ts("timestamp", "bad_timestamp")?.ok_or("no_item_specified")?;
    if !world.channel(&channel).is_some_and(super::super::world::Channel::has_bot) {
        return Err("not_in_channel".into());
    }
    world.react(&channel, ts, BOT_USER, &name, adds)?;
    Ok(json!({}))
}

fn add(world: &mut World, args: &Args) -> Answer {
    react(world, args, true)
}

fn remove(world: &mut World, args: &Args) -> Answer {
    react(world, args, false)
}

fn get(world: &mut World, args: &Args) -> Answer {
    let channel = channel_of(world, args)?;
    let ts = args.ts("timestamp", "bad_timestamp")?.ok_or("no_item_specified")?;
    world.message(&channel, ts).ok_or("message_not_found")?;
    Ok(json!({"type": "message", "channel": channel, "message": super::chat::shown(world, &channel, ts)}))
}
