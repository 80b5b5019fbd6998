//! The app's manifest: what Slack has to know of it, for this server's addresses.

use serde_json::Value;

/// The manifest as it ships, for Socket Mode.
const MANIFEST: &str = include_str!("manifest.json");

/// What the bot may do; the same as in the manifest, which a test holds.
pub const BOT_SCOPES: [&str; 19] = [
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "mpim:history",
    "reactions:read",
    "reactions:write",
    "team:read",
    "users:read",
    "users:read.email",
];

/// The manifest for a server reached at `public_url`, or for Socket Mode without one.
#[must_use]
pub fn manifest(public_url: Option<&str>) -> Value {
    let mut manifest: Value = serde_json::from_str(MANIFEST).unwrap_or_default();
    let Some(url) = public_url.map(|url| url.trim_end_matches('/')) else { return manifest };
    let events = format!("{url}/slack/events");
    manifest["settings"]["socket_mode_enabled"] = false.into();
    manifest["settings"]["event_subscriptions"]["request_url"] = events.into();
    manifest["settings"]["interactivity"]["request_url"] = format!("{url}/slack/interactivity").into();
    manifest["settings"]["interactivity"]["message_menu_options_url"] = format!("{url}/slack/options").into();
    manifest["oauth_config"]["redirect_urls"] = serde_json::json!([format!("{url}/slack/oauth")]);
    if let Some(host) = url.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next()) {
        manifest["features"]["unfurl_domains"] = serde_json::json!([host]);
    }
    if let Some(commands) = manifest.pointer_mut("/features/slash_commands").and_then(Value::as_array_mut) {
        for command in commands {
            command["url"] = format!("{url}/slack/commands").into();
        }
    }
    manifest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'a>(manifest: &'a Value, pointer: &str) -> Vec<&'a str> {
        manifest.pointer(pointer).unwrap().as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
    }

    #[test]
    fn the_manifest_asks_for_what_the_program_needs() {
        let manifest = manifest(None);
        assert_eq!(texts(&manifest, "/oauth_config/scopes/bot"), BOT_SCOPES);
        let events = texts(&manifest, "/settings/event_subscriptions/bot_events");
        for event in ["app_mention", "message.im", "agent_session_stopped", "app_home_opened", "member_joined_channel"]
        {
            assert!(events.contains(&event), "{event}");
        }
    }

    #[test]
    fn texts_keep_within_what_slack_takes() {
        let manifest = manifest(Some("https://cs.example.com/"));
        let length = |pointer: &str| manifest.pointer(pointer).unwrap().as_str().unwrap().chars().count();
        assert!(length("/display_information/name") <= 35);
        assert!(length("/display_information/description") <= 140);
        assert!((175..=4000).contains(&length("/display_information/long_description")));
        assert!(length("/features/agent_view/agent_description") <= 300);
        assert!(manifest["features"]["agent_view"]["suggested_prompts"].as_array().unwrap().len() <= 4);
        for command in manifest["features"]["slash_commands"].as_array().unwrap() {
            assert!(command["command"].as_str().unwrap().len() <= 32);
            assert_eq!(command["url"], "https://cs.example.com/slack/commands");
            assert_eq!(command["should_escape"], true);
        }
        for shortcut in manifest["features"]["shortcuts"].as_array().unwrap() {
            assert!(shortcut["name"].as_str().unwrap().chars().count() <= 24);
        }
    }
}
