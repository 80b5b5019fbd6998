//! A message as the Web API and events show it, and as the transcript does.

use serde_json::{Map, Value, json};

use super::super::app::{APP, BOT, TEAM};
use super::text::rich_text;
use super::{Channel, Message, PersonKind, Ts, World};

impl World {
    /// A message as the Web API and events show it.
    pub fn message_json(&self, channel: &Channel, message: &Message, with_metadata: bool) -> Value {
        let mut shown = Map::new();
        let mut set = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
        set("type", json!("message"));
        set("user", json!(message.user));
        set("ts", json!(message.ts.to_string()));
        set("text", json!(message.shown_text()));
        set("team", json!(self.team_of(&message.user)));
        if message.bot {
            let profile = json!({"id": BOT, "app_id": APP, "name": self.app.name(), "deleted": false, "team_id": TEAM});
            set("bot_id", json!(BOT));
            set("app_id", json!(APP));
            set("bot_profile", profile);
            if let Some(name) = &message.username {
                set("username", json!(name));
            }
            if !message.blocks.is_empty() {
                set("blocks", json!(message.blocks));
            }
        } else if let Some(bot_id) = self.person(&message.user).and_then(super::Person::other_bot_id) {
            set("bot_id", json!(bot_id));
            set("app_id", json!("A_OTHER"));
        } else {
            set("client_msg_id", json!(format!("00000000-0000-4000-8000-{:012x}", message.ts.0 & 0xffff_ffff_ffff)));
            set("blocks", json!([rich_text(&message.text, message.ts)]));
            if self.person(&message.user).is_some_and(|person| person.kind == PersonKind::Connect) {
                set("user_team", json!(self.team_of(&message.user)));
                set("source_team", json!(self.team_of(&message.user)));
            }
        }
        if let Some(attachments) = &message.attachments {
            set("attachments", attachments.clone());
        }
        if !message.files.is_empty() {
            set("files", json!(message.files));
            if !message.bot {
                set("subtype", json!("file_share"));
                set("upload", json!(false));
            }
        }
        if let Some((user, ts)) = &message.edited {
            set("edited", json!({"user": user, "ts": ts.to_string()}));
        }
        if !message.reactions.is_empty() {
            let reactions = message.reactions.iter();
            let reactions = reactions.map(|(name, users)| json!({"name": name, "users": users, "count": users.len()}));
            set("reactions", reactions.collect());
        }
        if let Some(root) = message.thread {
            set("thread_ts", json!(root.to_string()));
            if root == message.ts {
                for (name, value) in reply_facts(channel, root) {
                    set(&name, value);
                }
            } else {
                let parent = channel.messages.get(&root);
                set("parent_user_id", json!(parent.map(|parent| parent.user.as_str())));
                if message.broadcast {
                    set("subtype", json!("thread_broadcast"));
                }
            }
        }
        if let Some(metadata) = message.metadata.as_ref().filter(|_| with_metadata) {
            set("metadata", metadata.clone());
        }
        Value::Object(shown)
    }

    /// A message as the transcript shows it; `viewer` sees only what that person would.
    pub fn transcript_json(channel: &Channel, message: &Message, viewer: Option<&str>) -> Value {
        let mut text = message.shown_text().to_owned();
        let mut stream = message.stream.as_ref().map(super::Stream::json);
        let hidden = viewer.is_some_and(|viewer| message.streaming() && !message_is_live_for(channel, message, viewer));
        if hidden {
            // In a channel only the recipient watches a stream; everybody else reads this until it stops.
            "Thinking…".clone_into(&mut text);
            stream = None;
        }
        let reactions = message.reactions.iter().map(|(name, users)| json!({"name": name, "users": users}));
        let mut shown = json!({
            "ts": message.ts.to_string(), "user": message.user, "bot": message.bot,
            "text": if message.deleted { "" } else { &text },
            "blocks": if message.deleted { &[][..] } else { &message.blocks[..] },
            "edited": message.edited.is_some(), "reactions": reactions.collect::<Vec<_>>(),
            "streaming": message.streaming(), "unfurls": message.unfurls, "metadata": message.metadata,
            "deleted": message.deleted
        });
        let mut set = |name: &str, value: Value| shown[name] = value;
        if let Some(root) = message.thread {
            set("thread_ts", json!(root.to_string()));
            set("broadcast", json!(message.broadcast));
        }
        if let Some(stream) = stream.filter(|_| !message.deleted) {
            set("stream", stream);
        }
        if let Some(person) = &message.only_for {
            set("only_for", json!(person));
        }
        if let Some(name) = &message.username {
            set("username", json!(name));
        }
        if let Some(attachments) = &message.attachments {
            set("attachments", attachments.clone());
        }
        if !message.files.is_empty() {
            set("files", json!(message.files));
        }
        shown
    }
}

fn message_is_live_for(channel: &Channel, message: &Message, viewer: &str) -> bool {
    let recipient = message.stream.as_ref().and_then(|stream| stream.recipient.as_deref());
    channel.user.is_some() || recipient == Some(viewer)
}

fn reply_facts(channel: &Channel, root: Ts) -> Vec<(String, Value)> {
    let mut users: Vec<&str> = Vec::new();
    let (mut count, mut latest) = (0_u64, root);
    for reply in channel.replies(root) {
        count += 1;
        latest = reply.ts;
        if !users.contains(&reply.user.as_str()) {
            users.push(&reply.user);
        }
    }
    vec![
        ("reply_count".to_owned(), json!(count)),
        ("reply_users_count".to_owned(), json!(users.len())),
        ("reply_users".to_owned(), json!(users)),
        ("latest_reply".to_owned(), json!(latest.to_string())),
        ("is_locked".to_owned(), json!(false)),
        ("subscribed".to_owned(), json!(false)),
    ]
}
