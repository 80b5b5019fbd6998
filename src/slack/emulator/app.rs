//! The app as this Slack knows it: its manifest, its ids, its tokens.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

/// The workspace's id.
pub const TEAM: &str = "T_PIEDPIPER";
/// The workspace's name.
pub const TEAM_NAME: &str = "Pied Piper";
/// The workspace's domain.
pub const TEAM_DOMAIN: &str = "piedpiper";
/// The id of the other company's workspace, in shared channels.
pub const OTHER_TEAM: &str = "T_HOOLI";
/// The app's id.
pub const APP: &str = "A_SUCCESS";
/// The app's bot user.
pub const BOT_USER: &str = "U_BOT";
/// The app's bot.
pub const BOT: &str = "B_SUCCESS";

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Calls the Web API as the bot user.
    Bot,
    /// Opens Socket Mode connections.
    App,
}

/// Whether a token still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installed {
    /// It works.
    Yes,
    /// Its tokens were revoked.
    Revoked,
    /// The app was uninstalled.
    Uninstalled,
}

/// The app as this Slack knows it.
#[derive(Clone, Debug)]
pub struct AppRecord {
    /// What it declares.
    pub manifest: Value,
    /// Its first bot token.
    pub bot_token: String,
    /// Every bot token that was given out, with whether it works.
    pub bot_tokens: Vec<(String, Installed)>,
    /// Its app-level token.
    pub app_token: String,
    /// What its requests are signed with.
    pub signing_secret: String,
    /// Its OAuth client id.
    pub client_id: String,
    /// Its OAuth client secret.
    pub client_secret: String,
    /// The old verification token, which payloads still carry.
    pub verification: String,
}

fn secret() -> String {
    Uuid::new_v4().simple().to_string()
}

impl AppRecord {
    /// A fresh installation of the app that `manifest` declares.
    pub fn new(manifest: Option<Value>) -> Self {
        let bot_token = format!("xoxb-local-{}", secret());
        Self {
            manifest: manifest.unwrap_or_else(built_in_manifest),
            bot_tokens: vec![(bot_token.clone(), Installed::Yes)],
            bot_token,
            app_token: format!("xapp-1-{APP}-{}", secret()),
            signing_secret: secret(),
            client_id: "1111.2222".to_owned(),
            client_secret: secret(),
            verification: secret(),
        }
    }

    /// A new bot token, as a new installation gets.
    pub fn install(&mut self) -> String {
        let token = format!("xoxb-local-{}", secret());
        self.bot_tokens.push((token.clone(), Installed::Yes));
        token
    }

    /// Ends every bot token.
    pub fn end(&mut self, how: Installed) {
        for (_, state) in &mut self.bot_tokens {
            if *state == Installed::Yes {
                *state = how;
            }
        }
    }

    /// Whether any installation is left.
    pub fn installed(&self) -> bool {
        self.bot_tokens.iter().any(|(_, state)| *state == Installed::Yes)
    }

    /// The app's name.
    pub fn name(&self) -> &str {
        let shown = self.manifest.pointer("/features/bot_user/display_name");
        shown.or_else(|| self.manifest.pointer("/display_information/name")).and_then(Value::as_str).unwrap_or("App")
    }

    /// The scopes of its bot token.
    pub fn scopes(&self) -> BTreeSet<&str> {
        let required = strings(&self.manifest, "/oauth_config/scopes/bot");
        required.chain(strings(&self.manifest, "/oauth_config/scopes/bot_optional")).collect()
    }

    /// Whether it wants to be told of this event.
    pub fn subscribed(&self, event: &str) -> bool {
        strings(&self.manifest, "/settings/event_subscriptions/bot_events").any(|wanted| wanted == event)
    }

    /// Whether it declares this slash command.
    pub fn command(&self, name: &str) -> Option<&Value> {
        list(&self.manifest, "/features/slash_commands").find(|command| command["command"] == name)
    }

    /// The shortcut with this id.
    pub fn shortcut(&self, callback_id: &str) -> Option<&Value> {
        list(&self.manifest, "/features/shortcuts").find(|shortcut| shortcut["callback_id"] == callback_id)
    }

    /// A list of the manifest as it stands there.
    pub fn declared(&self, pointer: &str) -> Vec<Value> {
        list(&self.manifest, pointer).cloned().collect()
    }

    /// Whether links to `host` are the app's to unfurl.
    pub fn unfurls(&self, host: &str) -> bool {
        strings(&self.manifest, "/features/unfurl_domains")
            .any(|domain| host == domain || host.strip_suffix(domain).is_some_and(|front| front.ends_with('.')))
    }
}

fn list<'a>(manifest: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    manifest.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

fn strings<'a>(manifest: &'a Value, pointer: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    list(manifest, pointer).filter_map(Value::as_str)
}

fn built_in_manifest() -> Value {
    let commands = [
        ("/success", "Ask about customers", "[question]"),
        ("/account", "Show an account", "<account>"),
        ("/why", "Say why an account is scored as it is", "<account>"),
        ("/route", "Move an account to another section", "<account> <section>"),
        ("/untrack", "Leave an account out of health monitoring", "<account> [reason]"),
        ("/retrack", "Take an account back into health monitoring", "<account> [reason]"),
        ("/critical", "List critical accounts", ""),
        ("/draft", "Draft an e-mail to a customer", "<account> [goal]"),
        ("/close-loop", "List who asked for what shipped", "[release]"),
        ("/prep", "What to know before a meeting", "[account or person]"),
        ("/digest", "Critical accounts on a schedule", "[add WHEN | preview | send | pause]"),
    ];
    let commands: Vec<Value> = commands
        .iter()
        .map(|(command, description, hint)| {
            json!({"command": command, "description": description, "usage_hint": hint, "should_escape": true})
        })
        .collect();
    json!({
        "display_information": {"name": "Success Agent"},
        "features": {
            "bot_user": {"display_name": "Success Agent", "always_online": true},
            "agent_view": {
                "agent_description": "Answers questions about customer accounts with evidence.",
                "suggested_prompts": [
                    {"title": "Critical accounts", "message": "Which accounts are critical, and why?"},
                    {"title": "Renewals", "message": "Who is renewing in the next 30 days and looks unhappy?"}
                ]
            },
            "app_home": {"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false},
            "slash_commands": commands,
            "shortcuts": [
                {"name": "Ask about this account", "type": "message", "callback_id": "ask_about_account",
                 "description": "Ask about the account of a message"},
                {"name": "Save as note on account", "type": "message", "callback_id": "save_note",
                 "description": "Save a message as a note"},
                {"name": "Ask", "type": "global", "callback_id": "ask", "description": "Ask about customers"}
            ],
            "unfurl_domains": ["localhost", "127.0.0.1"]
        },
        "oauth_config": {"scopes": {"bot": [
            "app_mentions:read", "assistant:write", "chat:write", "commands", "im:history", "im:read", "im:write",
            "channels:history", "groups:history", "mpim:history", "channels:read", "groups:read", "users:read",
            "users:read.email", "team:read", "reactions:read", "reactions:write", "files:read", "files:write",
            "links:read", "links:write", "search:read.public"
        ]}},
        "settings": {
            "event_subscriptions": {"bot_events": [
                "app_home_opened", "app_context_changed", "agent_session_stopped", "agent_session_title_changed",
                "app_mention", "message.im", "message.channels", "message.groups", "reaction_added",
                "reaction_removed", "member_joined_channel", "member_left_channel", "channel_archive", "link_shared",
                "entity_details_requested", "user_change", "app_uninstalled", "tokens_revoked"
            ]},
            "interactivity": {"is_enabled": true},
            "socket_mode_enabled": true
        }
    })
}
