//! `auth.test`, `auth.revoke`, `api.test`, `apps.connections.open`.

use serde_json::{Value, json};

use super::super::app::{APP, BOT, BOT_USER, Installed, TEAM, TEAM_DOMAIN, TEAM_NAME, TokenKind};
use super::super::world::World;
use super::{Answer, Args, Method, SPECIAL, TIER_3, TIER_4, bot, open};

/// The methods of this family.
pub const METHODS: &[Method] = &[
    open("api.test", TIER_4, test),
    bot("auth.test", SPECIAL, &[], who),
    bot("auth.revoke", TIER_3, &[], revoke),
    Method { name: "apps.connections.open", rate: TIER_3, token: Some(TokenKind::App), scopes: &[], run: connect },
];

fn test(_: &mut World, args: &Args) -> Answer {
    if let Some(error) = args.text("error") {
        return Err(error.into());
    }
    Ok(json!({"args": args.0}))
}

#[expect(clippy::unnecessary_wraps, reason = "every method of the table may refuse")]
fn who(world: &mut World, _: &Args) -> Answer {
    let person = world.person(BOT_USER).map(super::super::world::Person::handle);
    let mut answer = json!({
        "url": format!("https://{TEAM_DOMAIN}.slack.com/"), "team": TEAM_NAME, "user": person, "team_id": TEAM,
        "user_id": BOT_USER, "bot_id": BOT, "app_id": APP, "is_enterprise_install": world.org_install
    });
    if world.org_install {
        answer["enterprise_id"] = json!("E_PIEDPIPER");
    }
    Ok(answer)
}

#[expect(clippy::unnecessary_wraps, reason = "every method of the table may refuse")]
fn revoke(world: &mut World, args: &Args) -> Answer {
    if !args.flag("test") {
        world.end_installation(Installed::Revoked);
    }
    Ok(json!({"revoked": !args.flag("test")}))
}

#[expect(clippy::unnecessary_wraps, reason = "every method of the table may refuse")]
fn connect(world: &mut World, _: &Args) -> Answer {
    let ticket = uuid::Uuid::new_v4();
    world.add_ticket(&ticket.to_string());
    let address = world.origin.replacen("http://", "ws://", 1);
    Ok(json!({"url": Value::String(format!("{address}/link/?ticket={ticket}&app_id={APP}"))}))
}
