//! What of a workspace is needed to read its records: who works there, which attributes hold several values, and to which
//! company those belong that notes are written on. Read once a pass.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use serde_json::Value;

use super::wire::{AttioRecord, Attribute, Data, Kept, Member, WorkspaceMember};
use super::{Attio, RECORDS};
use crate::domain::time::Moment;
use crate::sources::{Item, SourceError, Stream};

/// How long what was read stands for the other streams of the same pass, in minutes.
const FRESH_MINUTES: i64 = 10;

/// What is known of a workspace.
#[derive(Clone, Debug, Default)]
pub(super) struct Catalog {
    read_at: Option<Moment>,
    members: BTreeMap<String, Member>,
    lists: BTreeSet<String>,
    /// The streams by the identifiers of their objects, which is all that webhooks say.
    pub objects: BTreeMap<String, &'static str>,
    /// Records that were merged into others, by those others, as deliveries said. A record does not say so itself.
    pub merged: BTreeMap<String, BTreeSet<String>>,
    /// The company of a person or a deal, by object and identifier.
    companies: BTreeMap<(String, String), Option<String>>,
}

impl Catalog {
    fn is_unread(&self) -> bool {
        self.read_at.is_none() && self.members.is_empty()
    }
}

impl Attio {
    /// Reads what is needed for a pass over a stream.
    pub(super) async fn refresh(&self, stream: &Stream, now: Moment) -> Result<(), SourceError> {
        if !matches!(stream.name, "companies" | "notes") {
            return Ok(());
        }
        let read_at = self.catalog().read_at;
        let age = read_at.map(|read_at| now - read_at);
        if age.is_some_and(|age| age >= Duration::zero() && age < Duration::minutes(FRESH_MINUTES)) {
            return Ok(());
        }
        self.read_catalog().await?;
        self.catalog().read_at = Some(now);
        Ok(())
    }

    async fn read_catalog(&self) -> Result<(), SourceError> {
        let members = self.members().await?;
        let lists = self.lists().await?;
        let mut catalog = self.catalog();
        (catalog.members, catalog.lists) = (members, lists);
        catalog.companies.clear();
        Ok(())
    }

    /// The people of the workspace; nobody without the permission to see them.
    async fn members(&self) -> Result<BTreeMap<String, Member>, SourceError> {
        let members: Data<Vec<WorkspaceMember>> = match self.caller.call(self.caller.get("/v2/workspace_members")).await
        {
            Ok(reply) => reply.json()?,
            Err(SourceError::Forbidden(_)) => return Ok(BTreeMap::new()),
            Err(error) => return Err(error),
        };
        let kept = members.data.into_iter().filter_map(|member| {
            let parts = [member.first_name, member.last_name];
            let parts: Vec<String> = parts.into_iter().flatten().map(|part| part.trim().to_owned()).collect();
            let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            Some((member.id.workspace_member_id?, Member { name, email: member.email_address.unwrap_or_default() }))
        });
        Ok(kept.collect())
    }

    /// The attributes of companies that may hold several values; none without the permission to see them.
    async fn lists(&self) -> Result<BTreeSet<String>, SourceError> {
        let request = self.caller.get("/v2/objects/companies/attributes").query(&[("limit", RECORDS)]);
        let attributes: Data<Vec<Attribute>> = match self.caller.call(request).await {
            Ok(reply) => reply.json()?,
            Err(SourceError::Forbidden(_)) => return Ok(BTreeSet::new()),
            Err(error) => return Err(error),
        };
        let several = attributes.data.into_iter().filter(|attribute| attribute.is_multiselect);
        Ok(several.filter_map(|attribute| attribute.api_slug).collect())
    }

    /// Something Attio sent, with what is needed to read it.
    pub(super) async fn keep(&self, stream: &Stream, id: impl Into<String>, sent: Value) -> Result<Item, SourceError> {
        let (id, mut kept) = (id.into(), Kept::default());
        match stream.name {
            "companies" => {
                let record: AttioRecord = serde_json::from_value(sent.clone()).unwrap_or_default();
                kept.members = self.named(record.actors().collect()).await?;
                let catalog = self.catalog();
                let several = |attribute: &String| catalog.lists.contains(attribute);
                kept.lists = record.values.into_keys().filter(several).collect();
                kept.merged = catalog.merged.get(&id).cloned().unwrap_or_default();
            }
            "notes" => {
                let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
                let author = sent.get("created_by_actor").and_then(|actor| text(actor.get("id")));
                kept.members = self.named(author.into_iter().collect()).await?;
                if let (Some(object), Some(parent)) =
                    (text(sent.get("parent_object")), text(sent.get("parent_record_id")))
                {
                    kept.company = self.company_of(object, parent).await?;
                }
            }
            _ => {}
        }
        if let Some(object) = sent.get("id").and_then(|id| id.get("object_id")).and_then(Value::as_str) {
            self.catalog().objects.insert(object.to_owned(), stream.name);
        }
        kept.sent = sent;
        Ok(Item { id, raw: serde_json::to_value(kept).unwrap_or_default() })
    }

    /// The people with these identifiers.
    async fn named(&self, ids: Vec<String>) -> Result<BTreeMap<String, Member>, SourceError> {
        if !ids.is_empty() && self.catalog().is_unread() {
            self.read_catalog().await?;
        }
        let catalog = self.catalog();
        Ok(ids.into_iter().filter_map(|id| catalog.members.get(&id).cloned().map(|member| (id, member))).collect())
    }

    /// The company of a person or a deal a note is written on.
    async fn company_of(&self, object: String, id: String) -> Result<Option<String>, SourceError> {
        let attribute = match object.as_str() {
            "people" => "company",
            "deals" => "associated_company",
            _ => return Ok(None),
        };
        if uuid::Uuid::parse_str(&id).is_err() {
            return Ok(None);
        }
        let key = (object, id);
        let known = self.catalog().companies.get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let path = format!("/v2/objects/{}/records/{}", key.0, key.1);
        let company = match self.caller.call(self.caller.get(&path)).await {
            Ok(reply) => reply.json::<Data<AttioRecord>>()?.data.target(attribute, "companies"),
            Err(SourceError::NotFound(_) | SourceError::Forbidden(_)) => None,
            Err(error) => return Err(error),
        };
        self.catalog().companies.insert(key, company.clone());
        Ok(company)
    }
}
