//! Posting, changing, deleting and reacting, with the events that tell of it.

use serde_json::{Value, json};

use super::super::app::BOT_USER;
use super::text::{links, mentions};
use super::tree::with_ids;
use super::{Draft, Message, Refusal, Ts, World};

impl World {
    /// Posts a message and tells of it.
    pub fn post(&mut self, draft: Draft) -> Ts {
        let ts = self.next_ts();
        let blocks = with_ids(draft.blocks, || self.next_number());
        let message = Message {
            ts,
            thread: draft.thread,
            broadcast: draft.broadcast,
            user: draft.user,
            bot: draft.bot,
            username: draft.username,
            text: draft.text,
            blocks,
            attachments: draft.attachments,
            metadata: draft.metadata,
            files: draft.files,
            edited: None,
            reactions: Vec::new(),
            stream: draft.stream,
            unfurls: Vec::new(),
            only_for: draft.only_for,
            deleted: false,
            entered: json!({}),
        };
        let seen = message.only_for.is_none();
        if message.bot {
            self.look_at(&draft.channel, &message);
        }
        let Some(channel) = self.channel_mut(&draft.channel) else { return ts };
        if let Some(root) = message.thread.and_then(|root| channel.messages.get_mut(&root)).filter(|_| seen) {
            root.thread = Some(root.ts);
        }
        if let Some(dropped) = channel.add(message) {
            self.forget_thread(&draft.channel, dropped);
        }
        self.changed.channels.insert(draft.channel.clone());
        if seen {
            self.tell_posted(&draft.channel, ts);
        }
        ts
    }

    fn tell_posted(&mut self, channel: &str, ts: Ts) {
        let (Some(place), Some(message)) = (self.channel(channel), self.message(channel, ts)) else { return };
        let mut event = self.message_json(place, message, true);
        let (user, bot, root) = (message.user.clone(), message.bot, message.thread);
        let (is_im, has_bot, text) = (place.user.is_some(), place.has_bot(), message.text.clone());
        let (kind, name) = place.kind.event_type();
        event["channel"] = json!(channel);
        event["event_ts"] = json!(ts.to_string());
        let mentioned = !is_im && !bot && has_bot && mentions(&text, BOT_USER);
        if mentioned {
            let mut mention = event.clone();
            mention["type"] = json!("app_mention");
            self.tell("app_mention", Some(channel), mention);
        }
        event["channel_type"] = json!(kind);
        if is_im && !bot {
            let token = format!("{}.{}", self.next_number(), uuid::Uuid::new_v4().simple());
            event["assistant_thread"] = json!({"action_token": token});
            event["app_context"] = self.context_json(&user);
        }
        self.tell(name, Some(channel), event);
        if !bot {
            self.tell_links(channel, ts, root, &user, &text);
        }
    }

    fn tell_links(&mut self, channel: &str, ts: Ts, root: Option<Ts>, user: &str, text: &str) {
        let own: Vec<(String, String)> =
            links(text).into_iter().filter(|(_, host)| self.app.unfurls(host)).take(20).collect();
        if own.is_empty() {
            return;
        }
        let unfurl_id = self.unfurl_id(format!("{channel} {ts}"));
        let links: Vec<Value> = own.iter().map(|(url, host)| json!({"url": url, "domain": host})).collect();
        let mut event = json!({
            "type": "link_shared", "channel": channel, "is_bot_user_member": true, "user": user,
            "message_ts": ts.to_string(), "unfurl_id": unfurl_id, "source": "conversations_history", "links": links,
            "event_ts": ts.to_string()
        });
        if let Some(root) = root {
            event["thread_ts"] = json!(root.to_string());
        }
        self.tell("link_shared", Some(channel), event);
    }

    /// Changes a message with `change` and tells of it.
    pub fn change(&mut self, channel: &str, ts: Ts, by: Option<&str>, change: impl FnOnce(&mut Message)) {
        let edited_at = self.next_ts();
        let before = self.shown(channel, ts);
        let Some(message) = self.message_mut(channel, ts) else { return };
        change(message);
        if let Some(by) = by {
            message.edited = Some((by.to_owned(), edited_at));
        }
        let (visible, bot) = (message.only_for.is_none(), message.bot);
        self.changed.channels.insert(channel.to_owned());
        if bot && let Some(message) = self.message(channel, ts).cloned() {
            self.look_at_text(channel, &message);
        }
        if visible {
            let event = json!({
                "subtype": "message_changed", "message": self.shown(channel, ts), "previous_message": before,
                "hidden": true
            });
            self.tell_of_message(channel, edited_at, event);
        }
    }

    /// Deletes a message and tells of it.
    pub fn delete(&mut self, channel: &str, ts: Ts) {
        let at = self.next_ts();
        let before = self.shown(channel, ts);
        let Some(message) = self.message_mut(channel, ts) else { return };
        message.deleted = true;
        let visible = message.only_for.is_none();
        self.changed.channels.insert(channel.to_owned());
        if visible {
            let event = json!({
                "subtype": "message_deleted", "previous_message": before, "deleted_ts": ts.to_string(), "hidden": true
            });
            self.tell_of_message(channel, at, event);
        }
    }

    fn shown(&self, channel: &str, ts: Ts) -> Value {
        match (self.channel(channel), self.message(channel, ts)) {
            (Some(place), Some(message)) => self.message_json(place, message, true),
            _ => Value::Null,
        }
    }

    fn tell_of_message(&mut self, channel: &str, at: Ts, mut event: Value) {
        let Some(place) = self.channel(channel) else { return };
        let (kind, name) = place.kind.event_type();
        event["type"] = json!("message");
        event["channel"] = json!(channel);
        event["channel_type"] = json!(kind);
        event["ts"] = json!(at.to_string());
        event["event_ts"] = json!(at.to_string());
        self.tell(name, Some(channel), event);
    }

    /// Adds somebody's reaction, or takes it back, and tells of it.
    pub fn react(&mut self, channel: &str, ts: Ts, user: &str, name: &str, add: bool) -> Result<(), Refusal> {
        let at = self.next_ts();
        let message = self.message_mut(channel, ts).filter(|message| message.only_for.is_none());
        let message = message.ok_or("message_not_found")?;
        let author = message.user.clone();
        let known = message.reactions.iter().position(|(known, _)| known == name);
        if add {
            let known = known.unwrap_or_else(|| {
                message.reactions.push((name.to_owned(), Vec::new()));
                message.reactions.len() - 1
            });
            let users = &mut message.reactions[known].1;
            if users.iter().any(|other| other == user) {
                return Err("already_reacted".into());
            }
            users.push(user.to_owned());
        } else {
            let known = known.ok_or("no_reaction")?;
            let users = &mut message.reactions[known].1;
            let own = users.iter().position(|other| other == user).ok_or("no_reaction")?;
            users.remove(own);
            if users.is_empty() {
                message.reactions.remove(known);
            }
        }
        self.changed.channels.insert(channel.to_owned());
        let kind = if add { "reaction_added" } else { "reaction_removed" };
        let event = json!({
            "type": kind, "user": user, "reaction": name, "item_user": author,
            "item": {"type": "message", "channel": channel, "ts": ts.to_string()}, "event_ts": at.to_string()
        });
        self.tell(kind, Some(channel), event);
        Ok(())
    }
}
