//! What HubSpot sends. Every value of a property is text, numbers and dates too.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A list of objects, or of anything else, with what comes after it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Listed<T> {
    pub results: Vec<T>,
    #[serde(default)]
    pub paging: Option<Paging>,
}

impl<T> Listed<T> {
    /// Where the next page begins.
    pub fn after(&self) -> Option<String> {
        self.paging.as_ref()?.next.as_ref()?.after.clone()
    }
}

/// What comes after a page.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Paging {
    #[serde(default)]
    pub next: Option<NextPage>,
}

/// Where the next page begins.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct NextPage {
    #[serde(default)]
    pub after: Option<String>,
}

/// A company or a deal.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Object {
    #[serde(default)]
    pub properties: BTreeMap<String, Value>,
    #[serde(default)]
    pub url: Option<String>,
}

impl Object {
    /// What a property says; none where it is blank.
    pub fn text(&self, property: &str) -> Option<String> {
        let text = match self.properties.get(property)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(yes) => yes.to_string(),
            _ => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// Whether a property says yes; none where it says nothing.
    pub fn flag(&self, property: &str) -> Option<bool> {
        self.text(property).map(|text| text.eq_ignore_ascii_case("true"))
    }
}

/// Somebody who owns companies and deals.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Owner {
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
}

/// The stages of one kind of deals.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Pipeline {
    #[serde(default)]
    pub stages: Vec<PipelineStage>,
}

/// A stage.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct PipelineStage {
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, Value>,
}

/// To what objects belong.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Association {
    pub from: From,
    #[serde(default)]
    pub to: Vec<To>,
}

/// What belongs to something.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct From {
    pub id: Value,
}

/// To what it belongs.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct To {
    #[serde(rename = "toObjectId")]
    pub to_object_id: Value,
    #[serde(rename = "associationTypes", default)]
    pub association_types: Vec<AssociationType>,
}

/// In which way it belongs there.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct AssociationType {
    #[serde(default)]
    pub category: Option<String>,
    #[serde(rename = "typeId", default)]
    pub type_id: Option<u64>,
}

/// An account of HubSpot itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Details {
    pub portal_id: Option<u64>,
    pub company_currency: Option<String>,
}

/// An item as it is kept: what HubSpot sent, and what is needed to read it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The object.
    pub sent: Value,
    /// E-mail address of its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_email: Option<String>,
    /// The company a deal belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The stage of a deal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The currency of deals that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// A stage, as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Stage {
    /// What people see.
    pub label: String,
    /// Whether deals in it are closed.
    pub closed: bool,
    /// Whether deals in it are won.
    pub won: bool,
}

/// Something that happened.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Event {
    pub event_id: Option<u64>,
    pub subscription_id: Option<u64>,
    pub occurred_at: Option<i64>,
    pub subscription_type: Option<String>,
    pub object_type_id: Option<String>,
    pub object_id: Option<u64>,
    pub primary_object_id: Option<u64>,
    pub new_object_id: Option<u64>,
    pub merged_object_ids: Vec<u64>,
    pub association_type: Option<String>,
    pub from_object_id: Option<u64>,
    pub to_object_id: Option<u64>,
}
