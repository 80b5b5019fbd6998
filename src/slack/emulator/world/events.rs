//! Events as the app gets them: the envelope around each, and those that are not about a message.

use serde_json::{Value, json};

use super::super::app::{APP, BOT_USER, Installed, OTHER_TEAM, TEAM};
use super::{Kind, Outgoing, Payload, Ts, World};

impl World {
    /// Leaves an event for the app, if it subscribed to it and, where it happened in a channel, the bot is in there.
    pub fn tell(&mut self, name: &str, channel: Option<&str>, event: Value) {
        let place = channel.and_then(|id| self.channel(id));
        let hidden = place.is_some_and(|place| !place.has_bot());
        if hidden || !self.app.subscribed(name) || !self.app.installed() {
            return;
        }
        let shared = place.is_some_and(|place| place.kind == Kind::Connect);
        let event_id = self.next_id("Ev");
        let team = event.get("user_team").and_then(Value::as_str).unwrap_or(TEAM);
        let (team, enterprise) = if self.org_install { (TEAM, json!("E_PIEDPIPER")) } else { (team, Value::Null) };
        let mut body = json!({
            "token": self.app.verification, "team_id": if team == OTHER_TEAM { TEAM } else { team },
            "context_team_id": TEAM, "context_enterprise_id": enterprise, "api_app_id": APP, "event": null,
            "type": "event_callback", "event_id": event_id, "event_time": self.now / super::SECOND,
            "authorizations": [{
                "enterprise_id": enterprise, "team_id": if self.org_install { Value::Null } else { json!(TEAM) },
                "user_id": BOT_USER, "is_bot": true, "is_enterprise_install": self.org_install
            }],
            "is_ext_shared_channel": shared, "event_context": format!("4-{event_id}")
        });
        let kind = event["type"].as_str().unwrap_or(name).to_owned();
        body["event"] = event;
        self.outbox.push(Outgoing { payload: Payload::Event, label: event_id, name: kind, body });
    }

    /// What somebody looks at, as events and messages carry it.
    pub fn context_json(&self, user: &str) -> Value {
        let Some(person) = self.person(user) else { return json!({}) };
        let Some(channel) = &person.context else { return json!({}) };
        let mut entities = Vec::new();
        if let Some(ts) = person.context_message {
            let value = json!({"channel_id": channel, "message_ts": ts.to_string()});
            entities.push(json!({"type": "slack#/types/message_context", "value": value, "team_id": TEAM}));
        }
        entities.push(json!({"type": "slack#/types/channel_id", "value": channel, "team_id": TEAM}));
        json!({"entities": entities})
    }

    /// Somebody looks at another channel, or at a message in it, with the app open beside.
    pub fn look_elsewhere(&mut self, user: &str, channel: Option<String>, message: Option<Ts>) {
        let Some(person) = self.person_mut(user) else { return };
        person.context = channel;
        person.context_message = message;
        let context = self.context_json(user);
        let direct = self.direct_message(user);
        let at = self.next_ts();
        let event = json!({
            "type": "app_context_changed", "user": user, "channel": direct, "context": context,
            "event_ts": at.to_string()
        });
        self.tell("app_context_changed", None, event);
    }

    /// Somebody opens the app: its Home tab or its Messages tab.
    pub fn open_tab(&mut self, user: &str, tab: &str) -> Option<Value> {
        let channel = self.direct_message(user);
        let home = self.person(user)?.home.clone();
        let view = home.and_then(|id| self.views.get(&id)).map(super::View::json);
        let at = self.next_ts();
        let mut event = json!({
            "type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": at.to_string()
        });
        if tab == "home" {
            if let Some(view) = &view {
                event["view"] = view.clone();
            }
        } else {
            event["context"] = self.context_json(user);
        }
        self.tell("app_home_opened", None, event);
        view.filter(|_| tab == "home")
    }

    /// Somebody joins a channel or leaves it; whether that changed anything.
    pub fn join(&mut self, user: &str, channel: &str, joins: bool) -> bool {
        let at = self.next_ts();
        let Some(place) = self.channel_mut(channel) else { return false };
        let kind = place.kind.event_type().0;
        let letter = if kind == "group" { "G" } else { "C" };
        let event = |name: &str, team: &str| {
            json!({
                "type": name, "user": user, "channel": channel, "channel_type": letter, "team": team,
                "event_ts": at.to_string()
            })
        };
        let changed = if joins { place.members.insert(user.to_owned()) } else { place.members.contains(user) };
        if !changed {
            return false;
        }
        let team = self.team_of(user);
        if joins {
            self.tell("member_joined_channel", Some(channel), event("member_joined_channel", team));
        } else {
            self.tell("member_left_channel", Some(channel), event("member_left_channel", team));
            if let Some(place) = self.channel_mut(channel) {
                place.members.remove(user);
            }
        }
        self.changed.channels.insert(channel.to_owned());
        self.changed.other = true;
        true
    }

    /// Archives a channel.
    pub fn archive(&mut self, channel: &str, by: &str) {
        let at = self.next_ts();
        if let Some(place) = self.channel_mut(channel) {
            place.archived = true;
        }
        self.changed.other = true;
        self.changed.channels.insert(channel.to_owned());
        let event = json!({
            "type": "channel_archive", "channel": channel, "user": by, "is_moved": 0, "event_ts": at.to_string()
        });
        self.tell("channel_archive", Some(channel), event);
    }

    /// Closes somebody's account.
    pub fn deactivate(&mut self, user: &str) {
        let at = self.next_ts();
        let Some(person) = self.person_mut(user) else { return };
        person.deactivated = true;
        let shown = person.json(true);
        self.changed.other = true;
        let event = json!({"type": "user_change", "user": shown, "cache_ts": 0, "event_ts": at.to_string()});
        self.tell("user_change", None, event);
    }

    /// Revokes the app's bot tokens, or uninstalls it.
    pub fn end_installation(&mut self, how: Installed) {
        let at = self.next_ts();
        let revoked = json!({
            "type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}, "event_ts": at.to_string()
        });
        self.tell("tokens_revoked", None, revoked);
        if how == Installed::Uninstalled {
            self.tell("app_uninstalled", None, json!({"type": "app_uninstalled", "event_ts": at.to_string()}));
        }
        self.app.end(how);
        self.changed.other = true;
    }

    /// Somebody opens the pane of a Work Object that a message's link was unfurled to.
    pub fn open_work_object(&mut self, user: &str, channel: &str, ts: Ts, url: &str) -> Result<(), &'static str> {
        let message = self.message(channel, ts).ok_or("there is no such message")?;
        let found = message.unfurls.iter().find(|unfurl| unfurl["url"] == url || unfurl["app_unfurl_url"] == url);
        let entity =
            found.and_then(|unfurl| unfurl.get("entity")).ok_or("this link was not unfurled to a Work Object")?;
        let link = entity["app_unfurl_url"].as_str().unwrap_or(url).to_owned();
        let (external, own) = (entity["external_ref"].clone(), entity["url"].clone());
        let root = message.thread;
        let trigger_id = self.trigger(user);
        let at = self.next_ts();
        let host = super::text::host_of(&link).unwrap_or_default();
        let mut event = json!({
            "type": "entity_details_requested", "user": user, "external_ref": external,
            "entity_url": if own.is_null() { json!(link) } else { own }, "link": {"url": link, "domain": host},
            "app_unfurl_url": link, "trigger_id": trigger_id, "user_locale": "en-US", "channel": channel,
            "message_ts": ts.to_string(), "event_ts": at.to_string()
        });
        if let Some(root) = root {
            event["thread_ts"] = json!(root.to_string());
        }
        if let Some(person) = self.person_mut(user) {
            person.pane = Some(json!({"url": url, "state": "loading"}));
        }
        self.changed.people.insert(user.to_owned());
        self.tell("entity_details_requested", None, event);
        Ok(())
    }
}
