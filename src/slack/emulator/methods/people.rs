//! `users.*`, `bots.info`, `team.info`.

use serde_json::{Value, json};

use super::super::app::{APP, BOT, BOT_USER, TEAM, TEAM_DOMAIN, TEAM_NAME};
use super::super::world::World;
use super::args::paged;
use super::{Answer, Args, Method, TIER_2, TIER_3, TIER_4, bot};

/// The methods of this family.
pub const METHODS: &[Method] = &[
    bot("users.info", TIER_4, &["users:read"], info),
    bot("users.list", TIER_2, &["users:read"], list),
    bot("users.lookupByEmail", TIER_3, &["users:read.email"], by_email),
    bot("bots.info", TIER_3, &["users:read"], bot_info),
    bot("team.info", TIER_3, &["team:read"], team),
];

fn shows_email(world: &World) -> bool {
    world.app.scopes().contains("users:read.email")
}

fn info(world: &mut World, args: &Args) -> Answer {
    let person = world.person(args.need("user")?).ok_or("user_not_found")?;
    Ok(json!({"user": person.json(shows_email(world))}))
}

fn list(world: &mut World, args: &Args) -> Answer {
    let shows = shows_email(world);
    let all: Vec<Value> = world.people.iter().map(|person| person.json(shows)).collect();
    let (members, metadata) = paged(all, args.page(100, 1000)?);
    Ok(json!({"members": members, "cache_ts": 1_700_000_000, "response_metadata": metadata}))
}

fn by_email(world: &mut World, args: &Args) -> Answer {
    let email = args.need("email")?;
    let found = world.people.iter().find(|person| !person.is_bot() && person.email.eq_ignore_ascii_case(email));
    let person = found.filter(|person| !person.deactivated).ok_or("users_not_found")?;
    Ok(json!({"user": person.json(true)}))
}

fn bot_info(world: &mut World, args: &Args) -> Answer {
    if args.text("bot").is_some_and(|id| id != BOT) {
        return Err("bot_not_found".into());
    }
    Ok(json!({"bot": {
        "id": BOT, "deleted": false, "name": world.app.name(), "updated": 1_700_000_000, "app_id": APP,
        "user_id": BOT_USER, "icons": {}
    }}))
}

#[expect(clippy::unnecessary_wraps, reason = "every method of the table may refuse")]
fn team(_: &mut World, _: &Args) -> Answer {
    Ok(json!({"team": {
        "id": TEAM, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "email_domain": "piedpiper.com",
        "url": format!("https://{TEAM_DOMAIN}.slack.com/"), "icon": {"image_default": true}
    }}))
}
