//! `oauth.v2.access`: a code for a token, once.

use serde_json::json;

use super::super::app::{APP, BOT_USER, TEAM, TEAM_NAME};
use super::super::world::World;
use super::{Answer, Args, Method, TIER_4, open};

/// The methods of this family.
pub const METHODS: &[Method] = &[open("oauth.v2.access", TIER_4, access)];

fn access(world: &mut World, args: &Args) -> Answer {
    if args.text("client_id").is_none_or(|id| id != world.app.client_id) {
        return Err("invalid_client_id".into());
    }
    if args.text("client_secret").is_none_or(|secret| secret != world.app.client_secret) {
        return Err("bad_client_secret".into());
    }
    let redirect = world.trade_code(args.text("code").ok_or("invalid_code")?)?;
    if args.text("redirect_uri").is_some_and(|given| given != redirect) {
        return Err("bad_redirect_uri".into());
    }
    let token = world.app.install();
    world.changed.other = true;
    let scope = world.app.scopes().into_iter().collect::<Vec<_>>().join(",");
    Ok(json!({
        "access_token": token, "token_type": "bot", "scope": scope, "bot_user_id": BOT_USER, "app_id": APP,
        "team": {"id": TEAM, "name": TEAM_NAME}, "enterprise": null, "is_enterprise_install": world.org_install,
        "authed_user": {"id": "U_MONICA"}
    }))
}
