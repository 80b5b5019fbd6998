//! Modals and Home tabs.

use serde_json::{Value, json};

use super::super::app::{APP, BOT, TEAM};
use super::{Refusal, World, entered_at_first, with_ids};

/// How many modals may lie on each other.
const DEPTH: usize = 3;

/// A modal or a Home tab.
#[derive(Clone, Debug)]
pub struct View {
    /// The id.
    pub id: String,
    /// Who sees it.
    pub user: String,
    /// Changes with every change of it.
    pub hash: String,
    /// What the app gave, with ids filled in.
    pub body: Value,
    /// What is entered in its inputs.
    pub entered: Value,
    root: String,
    previous: Option<String>,
}

impl View {
    /// Its blocks.
    pub fn blocks(&self) -> &[Value] {
        self.body["blocks"].as_array().map_or(&[], Vec::as_slice)
    }

    /// As the Web API and interactions show it.
    pub fn json(&self) -> Value {
        let given = |name: &str, otherwise: Value| self.body.get(name).cloned().unwrap_or(otherwise);
        let kind = given("type", json!("modal"));
        let mut shown = json!({
            "id": self.id, "team_id": TEAM, "type": kind, "blocks": given("blocks", json!([])),
            "private_metadata": given("private_metadata", json!("")), "callback_id": given("callback_id", json!("")),
            "external_id": given("external_id", json!("")), "state": {"values": self.entered}, "hash": self.hash,
            "title": given("title", Value::Null), "close": given("close", Value::Null),
            "submit": given("submit", Value::Null), "clear_on_close": given("clear_on_close", json!(false)),
            "notify_on_close": given("notify_on_close", json!(false)),
            "submit_disabled": given("submit_disabled", json!(false)), "root_view_id": self.root,
            "previous_view_id": self.previous, "app_id": APP, "app_installed_team_id": TEAM, "bot_id": BOT
        });
        if self.body["type"] == "home" {
            shown["title"] = json!({"type": "plain_text", "text": "View Title", "emoji": true});
        }
        shown
    }
}

impl World {
    fn new_hash(&mut self) -> String {
        format!("{}.{:08x}", self.now / super::SECOND, self.next_number())
    }

    fn prepared(&mut self, mut body: Value) -> (Value, Value) {
        let blocks = body["blocks"].as_array().cloned().unwrap_or_default();
        let blocks = with_ids(blocks, || self.next_number());
        let entered = entered_at_first(&blocks);
        body["blocks"] = json!(blocks);
        (body, entered)
    }

    fn add_view(&mut self, user: &str, body: Value, previous: Option<String>) -> String {
        let id = self.next_id("V");
        let hash = self.new_hash();
        let (body, entered) = self.prepared(body);
        let root =
            previous.as_ref().and_then(|id| self.views.get(id)).map_or_else(|| id.clone(), |view| view.root.clone());
        let view = View { id: id.clone(), user: user.to_owned(), hash, body, entered, root, previous };
        self.views.insert(id.clone(), view);
        self.changed.people.insert(user.to_owned());
        id
    }

    fn unused_external_id(&self, body: &Value, but: Option<&str>) -> Result<(), Refusal> {
        let Some(external) = body["external_id"].as_str().filter(|id| !id.is_empty()) else { return Ok(()) };
        let taken =
            self.views.values().any(|view| view.body["external_id"] == external && Some(view.id.as_str()) != but);
        if taken { Err("duplicate_external_id".into()) } else { Ok(()) }
    }

    /// Opens a modal: alone, or on the one that is open.
    pub fn open_modal(&mut self, user: &str, body: Value, push: bool) -> Result<String, Refusal> {
        self.unused_external_id(&body, None)?;
        let open = self.person(user).map(|person| person.modals.clone()).unwrap_or_default();
        if push {
            if open.is_empty() {
                return Err("not_found".into());
            }
            if open.len() >= DEPTH {
                return Err("push_limit_reached".into());
            }
        } else {
            self.close_modals(user);
        }
        let id = self.add_view(user, body, if push { open.last().cloned() } else { None });
        if let Some(person) = self.person_mut(user) {
            person.modals.push(id.clone());
        }
        Ok(id)
    }

    /// Closes all modals of a person.
    pub fn close_modals(&mut self, user: &str) {
        let Some(person) = self.person_mut(user) else { return };
        for id in std::mem::take(&mut person.modals) {
            self.views.remove(&id);
        }
        self.changed.people.insert(user.to_owned());
    }

    /// Closes one modal of a person.
    pub fn close_modal(&mut self, user: &str, id: &str) {
        if let Some(person) = self.person_mut(user) {
            person.modals.retain(|other| other != id);
        }
        self.views.remove(id);
        self.changed.people.insert(user.to_owned());
    }

    /// Replaces what a view shows, if `hash` is still its own. Inputs that stay keep what was entered.
    pub fn update_view(&mut self, id: &str, body: Value, hash: Option<&str>) -> Result<(), Refusal> {
        let view = self.views.get(id).ok_or("not_found")?;
        if hash.is_some_and(|hash| hash != view.hash) {
            return Err("hash_conflict".into());
        }
        self.unused_external_id(&body, Some(id))?;
        let hash = self.new_hash();
        let (body, mut entered) = self.prepared(body);
        let Some(view) = self.views.get_mut(id) else { return Err("not_found".into()) };
        for (block, actions) in entered.as_object_mut().into_iter().flatten() {
            for (action, value) in actions.as_object_mut().into_iter().flatten() {
                let before = &view.entered[block.as_str()][action.as_str()];
                if before["type"] == value["type"] && !before.is_null() {
                    *value = before.clone();
                }
            }
        }
        view.body = body;
        view.entered = entered;
        view.hash = hash;
        let user = view.user.clone();
        self.changed.people.insert(user);
        Ok(())
    }

    /// Publishes a person's Home tab.
    pub fn publish_home(&mut self, user: &str, body: Value, hash: Option<&str>) -> Result<String, Refusal> {
        let home = self.person(user).ok_or("user_not_found")?.home.clone();
        if let Some(id) = home.filter(|id| self.views.contains_key(id)) {
            self.update_view(&id, body, hash)?;
            return Ok(id);
        }
        let id = self.add_view(user, body, None);
        if let Some(person) = self.person_mut(user) {
            person.home = Some(id.clone());
        }
        Ok(id)
    }
}
