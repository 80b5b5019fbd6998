//! Attio: companies, the people there, deals and notes. Read whole on each pass, as Attio does not say what changed since;
//! its webhooks say what did.
//!
//! What Attio has no attribute for is read from custom ones, whose names the settings give. Deals can be moved to another
//! stage from here ([`Attio::move_deal`]).

mod catalog;
mod map;
mod pass;
mod stage;
mod values;
mod webhook;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde_json::{Value, json};

use self::catalog::Catalog;
use self::pass::Place;
use self::wire::{Data, Myself};
use super::http::Caller;
use super::{
    Access, Deletions, Delivered, Delivery, Found, Item, MissingScope, Page, Preflight, Refused, Setting, Source,
    SourceError, Stream,
};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

pub use stage::{DealStage, MoveError, Moved};

/// Where Attio is.
const BASE: &str = "https://api.attio.com";
/// Records a page has at most, as documented.
const RECORDS: usize = 500;
/// Notes a page has at most, as documented.
const NOTES: usize = 50;

/// What Attio says of a record while others are being merged into it.
const MERGING: &str = "merge_in_progress";

/// What can be set.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "address",
        means: "another address of the API, such as http://127.0.0.1:4010/attio",
        required: false,
    },
    Setting { name: "owner_attribute", means: "the company attribute that names its owner: owner", required: false },
    Setting { name: "segment_attribute", means: "the company attribute with its segment: segment", required: false },
    Setting { name: "seats_attribute", means: "the company attribute with its seats: licensed_seats", required: false },
    Setting {
        name: "primary_attribute",
        means: "the person attribute that marks whom to write to first: primary_contact",
        required: false,
    },
    Setting { name: "won_stages", means: "stages in which a deal is won, with commas: Signed, Live", required: false },
    Setting { name: "lost_stages", means: "stages in which a deal is lost, with commas: Gone", required: false },
    Setting {
        name: "lost_reason",
        means: "the deal attribute that says why it was lost: lost_reason",
        required: false,
    },
];

/// The streams.
const STREAMS: &[Stream] = &[
    Stream { name: "companies", deletions: Deletions::Unmet },
    Stream { name: "people", deletions: Deletions::Unmet },
    Stream { name: "deals", deletions: Deletions::Unmet },
    Stream { name: "notes", deletions: Deletions::Unmet },
];

/// What a key has to be allowed, with what is not seen without it.
const SCOPES: &[(&str, &str)] = &[
    ("record_permission:read", "companies, people and deals"),
    ("object_configuration:read", "companies, people and deals, and which stages there are"),
    ("note:read", "notes"),
    ("user_management:read", "who owns a company and who wrote a note"),
];

/// A connection to Attio.
pub struct Attio {
    access: Access,
    caller: Caller,
    catalog: Mutex<Catalog>,
    records: usize,
    notes: usize,
}

/// Opens a connection.
///
/// # Errors
/// What is missing to open it.
pub(super) fn open(access: Access, client: Client) -> Result<Box<dyn Source>, String> {
    Ok(Box::new(Attio::new(access, client)?))
}

impl Attio {
    /// Opens a connection.
    ///
    /// # Errors
    /// What is missing to open it.
    pub fn new(access: Access, client: Client) -> Result<Self, String> {
        let key = access.key.trim();
        if key.is_empty() {
            return Err("the Attio API key is empty; make one in Attio under Settings, Developers".to_owned());
        }
        let mut bearer = HeaderValue::from_str(&format!("Bearer {key}"))
            .map_err(|_| "the Attio API key holds characters a key cannot have; copy it again".to_owned())?;
        bearer.set_sensitive(true);
        let headers = HeaderMap::from_iter([(AUTHORIZATION, bearer)]);
        let base = access.setting("address").unwrap_or(BASE).to_owned();
        let caller = Caller::new(client, Vendor::Attio, &base, headers, said);
        Ok(Self { access, caller, catalog: Mutex::default(), records: RECORDS, notes: NOTES })
    }

    fn catalog(&self) -> MutexGuard<'_, Catalog> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A page of what Attio has at a place.
    async fn fetch(&self, stream: &Stream, place: &Place) -> Result<Vec<Value>, SourceError> {
        let (limit, offset) = (self.limit(stream), place.offset());
        let request = if stream.name == "notes" {
            self.caller.get("/v2/notes").query(&[("limit", limit), ("offset", offset)])
        } else {
            let sorts = json!([{"attribute": "created_at", "direction": "asc"}]);
            self.caller
                .post(&format!("/v2/objects/{}/records/query", stream.name))
                .json(&json!({"limit": limit, "offset": offset, "sorts": sorts}))
        };
        let page: Data<Vec<Value>> = self.caller.call(request).await?.json()?;
        Ok(page.data)
    }

    fn limit(&self, stream: &Stream) -> usize {
        if stream.name == "notes" { self.notes } else { self.records }
    }

    /// Whether the workspace has switched deals on.
    async fn has_deals(&self) -> Result<bool, SourceError> {
        match self.caller.call(self.caller.get("/v2/objects/deals")).await {
            // Without the permission to look, nothing is known to be missing.
            Ok(_) | Err(SourceError::Forbidden(_)) => Ok(true),
            Err(SourceError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Source for Attio {
    fn vendor(&self) -> Vendor {
        Vendor::Attio
    }

    fn streams(&self) -> &'static [Stream] {
        STREAMS
    }

    async fn preflight(&self) -> Result<Preflight, SourceError> {
        let myself: Myself = self.caller.call(self.caller.get("/v2/self")).await?.json()?;
        if !myself.active {
            return Err(SourceError::Unauthorized(
                "Attio says that the key is no longer in use; make another".to_owned(),
            ));
        }
        let scopes = myself.scope.unwrap_or_default();
        let given: Vec<&str> = scopes.split_whitespace().collect();
        // `note:read-write` covers `note:read`.
        let lacks = |scope: &str| !given.iter().any(|given| *given == scope || *given == format!("{scope}-write"));
        let missing = SCOPES.iter().filter(|(scope, _)| lacks(scope));
        let mut missing: Vec<MissingScope> = missing
            .map(|(scope, costs)| MissingScope { scope: (*scope).to_owned(), costs: (*costs).to_owned() })
            .collect();
        if missing.is_empty() && !self.has_deals().await? {
            missing.push(MissingScope {
                scope: "the deals object".to_owned(),
                costs: "deals and their stages".to_owned(),
            });
        }
        Ok(Preflight { of: myself.workspace_name, missing })
    }

    async fn page(&self, stream: &Stream, cursor: Option<&Value>, now: Moment) -> Result<Page, SourceError> {
        let place = Place::read(cursor);
        if place.is_first() {
            self.refresh(stream, now).await?;
        }
        let data = match self.fetch(stream, &place).await {
            // Deals are an object a workspace may leave switched off.
            Err(SourceError::NotFound(_)) if stream.name == "deals" => return Ok(Page::default()),
            fetched => fetched?,
        };
        let (fresh, next) = place.advance(stream, &data, self.limit(stream));
        let mut items = Vec::with_capacity(fresh.len());
        for (id, sent) in fresh {
            items.push(self.keep(stream, id, sent).await?);
        }
        Ok(Page { items, gone: Vec::new(), next })
    }

    async fn item(&self, stream: &Stream, id: &str) -> Result<Option<Item>, SourceError> {
        if uuid::Uuid::parse_str(id).is_err() {
            return Ok(None);
        }
        let path = match stream.name {
            "notes" => format!("/v2/notes/{id}"),
            object => format!("/v2/objects/{object}/records/{id}"),
        };
        let sent: Data<Value> = match self.caller.call(self.caller.get(&path)).await {
            Ok(reply) => reply.json()?,
            // What two records are just being merged into is there soon.
            Err(SourceError::NotFound(said)) if said.contains(MERGING) => {
                return Err(SourceError::Unavailable("Attio is still merging this record".to_owned()));
            }
            Err(SourceError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        match pass::own_id(stream, &sent.data) {
            Some(own) if own == id => Ok(Some(self.keep(stream, id, sent.data).await?)),
            // The record was merged into another: under this identifier there is none any more.
            _ => Ok(None),
        }
    }

    fn map(&self, stream: &Stream, item: &Item) -> Result<Vec<Found>, String> {
        match stream.name {
            "companies" => map::company(&self.access, item),
            "people" => map::person(&self.access, item),
            "deals" => map::deal(&self.access, item),
            _ => map::note(&self.access, item),
        }
    }

    fn delivery(&self, delivery: &Delivery<'_>, _now: Moment) -> Result<Delivered, Refused> {
        let secret = self.access.webhook_secret.as_deref().ok_or(Refused::NoSecret)?;
        webhook::read(delivery, secret, &mut self.catalog())
    }
}

/// Attio's own words in a refusal.
fn said(body: &Value) -> Option<String> {
    let text = |field: &str| body.get(field).and_then(Value::as_str);
    match (text("code"), text("message")) {
        (Some(MERGING), _) => Some(MERGING.to_owned()),
        (_, message) => message.map(str::to_owned),
    }
}
