//! What Attio sends. Whatever can be absent is optional, and a field nobody asked for is passed over.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Every answer of Attio.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Data<T> {
    pub data: T,
}

/// A company, a person or a deal.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct AttioRecord {
    #[serde(default)]
    pub web_url: Option<String>,
    #[serde(default)]
    pub values: BTreeMap<String, Value>,
}

/// One value of an attribute. Which field holds it depends on the attribute's type.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    pub active_from: Option<String>,
    pub active_until: Option<String>,
    pub attribute_type: Option<String>,
    pub value: Option<Value>,
    pub full_name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email_address: Option<String>,
    pub domain: Option<String>,
    pub phone_number: Option<String>,
    pub currency_value: Option<Value>,
    pub currency_code: Option<String>,
    pub status: Option<Titled>,
    pub option: Option<Titled>,
    pub target_object: Option<String>,
    pub target_record_id: Option<String>,
    pub referenced_actor_type: Option<String>,
    pub referenced_actor_id: Option<String>,
    pub locality: Option<String>,
    pub region: Option<String>,
    pub country_code: Option<String>,
}

/// A status or an option: an object with a title, or the bare title.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Titled {
    /// With its identifier.
    Object {
        /// What people see.
        title: String,
    },
    /// The title alone.
    Text(String),
}

impl Titled {
    /// What people see.
    pub fn title(&self) -> &str {
        match self {
            Self::Object { title } | Self::Text(title) => title,
        }
    }
}

/// A stage deals can be in.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Status {
    pub id: StatusId,
    pub title: String,
    #[serde(default)]
    pub is_archived: bool,
}

/// What names a stage.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct StatusId {
    pub status_id: String,
}

/// An attribute of an object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Attribute {
    #[serde(default)]
    pub api_slug: Option<String>,
    #[serde(default)]
    pub is_multiselect: bool,
}

/// Somebody of the workspace.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct WorkspaceMember {
    #[serde(default)]
    pub id: MemberId,
    #[serde(default)]
    pub first_name: Option<String>,
    #[serde(default)]
    pub last_name: Option<String>,
    #[serde(default)]
    pub email_address: Option<String>,
}

/// What names somebody of the workspace.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct MemberId {
    #[serde(default)]
    pub workspace_member_id: Option<String>,
}

/// A note on a record.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct AttioNote {
    #[serde(default)]
    pub parent_object: Option<String>,
    #[serde(default)]
    pub parent_record_id: Option<String>,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub content_plaintext: Option<String>,
    #[serde(default)]
    pub created_by_actor: Option<Actor>,
    #[serde(default)]
    pub created_at: Option<String>,
}

/// Whoever did something.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Actor {
    #[serde(default)]
    pub id: Option<String>,
}

/// What a key is for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Myself {
    pub active: bool,
    pub scope: Option<String>,
    pub workspace_name: Option<String>,
}

/// An item as it is kept: what Attio sent, and what of the workspace is needed to read it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The record or the note.
    pub sent: Value,
    /// Its attributes that may have several values.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub lists: BTreeSet<String>,
    /// People of the workspace who are named in it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<String, Member>,
    /// The company a note belongs to, where it is written on somebody or on a deal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Companies that were merged into it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub merged: BTreeSet<String>,
}

/// Somebody of the workspace, as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Member {
    /// Full name, where there is one.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

/// A webhook delivery.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Events {
    #[serde(default)]
    pub events: Vec<Event>,
}

/// Something that happened.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Event {
    pub event_type: String,
    #[serde(default)]
    pub id: EventId,
    /// The record that was merged into the other.
    #[serde(default)]
    pub duplicate_record_id: Option<String>,
}

/// To what it happened.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EventId {
    pub object_id: Option<String>,
    pub record_id: Option<String>,
    pub note_id: Option<String>,
}
