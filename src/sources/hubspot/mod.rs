//! HubSpot: companies with what it knows about them, people there, and deals. Read by the time of their last change, with an overlap, as
//! HubSpot finds changed objects a little later than they change; archived ones are looked for once an hour.

mod known;
mod map;
mod pass;
mod webhook;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde_json::{Value, json};

use self::known::Known;
use self::pass::{Place, Step};
use self::wire::{Details, Listed};
use super::http::Caller;
use super::{
    Access, Deletions, Delivered, Delivery, Found, Item, MissingScope, Page, Preflight, Refused, Setting, Source,
    SourceError, Stream,
};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

/// Where HubSpot is.
const BASE: &str = "https://api.hubapi.com";
/// The version of its API, a part of every path.
const VERSION: &str = "2026-03";
/// Objects a page of a search has at most, as documented.
const SEARCHED: usize = 200;
/// Objects a page of a list has at most, as documented.
const LISTED: usize = 100;
/// Searches a second, a little below what is documented.
const SEARCHES: u32 = 4;

/// What can be set.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "address",
        means: "another address of the API, such as http://127.0.0.1:4010/hubspot",
        required: false,
    },
    Setting { name: "segment_property", means: "the company property with its segment: segment", required: false },
    Setting { name: "seats_property", means: "the company property with its seats: licensed_seats", required: false },
    Setting {
        name: "properties",
        means: "more company properties to read, with commas: tier, region",
        required: false,
    },
    Setting {
        name: "lost_reason",
        means: "the deal property that says why it was lost: closed_lost_reason",
        required: false,
    },
    Setting {
        name: "primary_property",
        means: "the contact property that marks whom to write to first: primary_contact",
        required: false,
    },
    Setting { name: "currency", means: "the currency of deals that name none: EUR", required: false },
];

const COMPANIES: Stream = Stream { name: "companies", deletions: Deletions::Reported };
const CONTACTS: Stream = Stream { name: "contacts", deletions: Deletions::Reported };
const DEALS: Stream = Stream { name: "deals", deletions: Deletions::Reported };
/// The streams.
const STREAMS: &[Stream] = &[COMPANIES, CONTACTS, DEALS];

/// Properties of a company that are read.
const COMPANY: &[&str] = &[
    "name",
    "domain",
    "hs_additional_domains",
    "hs_merged_object_ids",
    "industry",
    "numberofemployees",
    "annualrevenue",
    "city",
    "state",
    "country",
    "hubspot_owner_id",
    "hs_lastmodifieddate",
];
/// Properties of a contact that are read.
const CONTACT: &[&str] = &["firstname", "lastname", "email", "jobtitle", "associatedcompanyid", "lastmodifieddate"];
/// Properties of a deal that are read.
const DEAL: &[&str] = &[
    "dealname",
    "dealstage",
    "pipeline",
    "amount",
    "deal_currency_code",
    "closedate",
    "closed_lost_reason",
    "hs_is_closed",
    "hs_is_closed_won",
    "hs_lastmodifieddate",
];

/// A connection to HubSpot.
pub struct HubSpot {
    access: Access,
    caller: Caller,
    /// The same, at the pace searches are allowed.
    searcher: Caller,
    known: Mutex<Known>,
    /// Objects of a page.
    page: usize,
}

/// Opens a connection.
///
/// # Errors
/// What is missing to open it.
pub(super) fn open(access: Access, client: Client) -> Result<Box<dyn Source>, String> {
    Ok(Box::new(HubSpot::new(access, client)?))
}

impl HubSpot {
    /// Opens a connection.
    ///
    /// # Errors
    /// What is missing to open it.
    pub fn new(access: Access, client: Client) -> Result<Self, String> {
        let key = access.key.trim();
        if key.is_empty() {
            return Err("the HubSpot access token is empty; connect HubSpot, or make a private app there".to_owned());
        }
        let mut bearer = HeaderValue::from_str(&format!("Bearer {key}"))
            .map_err(|_| "the HubSpot access token holds characters a token cannot have; copy it again".to_owned())?;
        bearer.set_sensitive(true);
        let headers = HeaderMap::from_iter([(AUTHORIZATION, bearer)]);
        let base = access.setting("address").unwrap_or(BASE).to_owned();
        let caller = Caller::new(client, Vendor::HubSpot, &base, headers, |body| {
            body.get("message").and_then(Value::as_str).map(str::to_owned)
        });
        let searcher = caller.clone().paced(SEARCHES);
        Ok(Self { access, caller, searcher, known: Mutex::default(), page: SEARCHED })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The properties that are asked for.
    fn properties(&self, stream: &Stream) -> Vec<String> {
        let (own, settings): (&[&str], &[&str]) = match stream.name {
            "companies" => (COMPANY, &["segment_property", "seats_property"]),
            "contacts" => (CONTACT, &["primary_property"]),
            _ => (DEAL, &["lost_reason"]),
        };
        let mut properties: Vec<String> = own.iter().map(|property| (*property).to_owned()).collect();
        properties.extend(settings.iter().filter_map(|setting| self.access.setting(setting)).map(str::to_owned));
        if stream.name == "companies" {
            properties.extend(map::further(&self.access).map(str::to_owned));
        }
        properties.sort();
        properties.dedup();
        properties
    }

    /// A page of a search for changed objects.
    async fn search(&self, stream: &Stream, place: &Place) -> Result<Listed<Value>, SourceError> {
        let path = format!("/crm/objects/{VERSION}/{}/search", stream.name);
        let (filters, sort) = place.filters(stream);
        let body = json!({
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": sort, "direction": "ASCENDING"}],
            "properties": self.properties(stream),
            "limit": self.page,
        });
        self.searcher.call(self.searcher.post(&path).json(&body)).await?.json()
    }

    /// A page of the list of archived objects.
    async fn archived(&self, stream: &Stream, after: Option<&str>) -> Result<Listed<Value>, SourceError> {
        let path = format!("/crm/objects/{VERSION}/{}", stream.name);
        let mut asked = vec![("archived", "true".to_owned()), ("limit", LISTED.min(self.page).to_string())];
        asked.extend(after.map(|after| ("after", after.to_owned())));
        self.caller.call(self.caller.get(&path).query(&asked)).await?.json()
    }

    /// What is missing, where one of these requests is not allowed.
    async fn probe(&self, path: &str, scope: &str, costs: &str) -> Result<Option<MissingScope>, SourceError> {
        match self.caller.call(self.caller.get(path).query(&[("limit", "1")])).await {
            Ok(_) => Ok(None),
            Err(SourceError::Forbidden(_)) => {
                Ok(Some(MissingScope { scope: scope.to_owned(), costs: costs.to_owned() }))
            }
            Err(error) => Err(error),
        }
    }
}

/// The identifier of an object.
fn own_id(sent: &Value) -> Option<String> {
    match sent.get("id")? {
        Value::String(id) => Some(id.clone()).filter(|id| !id.is_empty()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

#[async_trait]
impl Source for HubSpot {
    fn vendor(&self) -> Vendor {
        Vendor::HubSpot
    }

    fn streams(&self) -> &'static [Stream] {
        STREAMS
    }

    async fn preflight(&self) -> Result<Preflight, SourceError> {
        let path = format!("/account-info/{VERSION}/details");
        let details = match self.caller.call(self.caller.get(&path)).await {
            Ok(reply) => reply.json()?,
            Err(SourceError::Forbidden(_)) => Details::default(),
            Err(error) => return Err(error),
        };
        let objects = |name: &str| format!("/crm/objects/{VERSION}/{name}");
        let probes = [
            (objects("companies"), "crm.objects.companies.read", "companies and what HubSpot knows about them"),
            (objects("contacts"), "crm.objects.contacts.read", "people at the customers"),
            (objects("deals"), "crm.objects.deals.read", "deals and their stages"),
            (format!("/crm/owners/{VERSION}"), "crm.objects.owners.read", "who owns a company"),
        ];
        let mut missing = Vec::new();
        for (path, scope, costs) in probes {
            missing.extend(self.probe(&path, scope, costs).await?);
        }
        Ok(Preflight { of: details.portal_id.map(|id| format!("HubSpot account {id}")), missing })
    }

    async fn page(&self, stream: &Stream, cursor: Option<&Value>, now: Moment) -> Result<Page, SourceError> {
        let place = Place::read(cursor, now);
        if let Some(archive) = place.archive() {
            let listed = self.archived(stream, archive.after.as_deref()).await?;
            let gone = listed.results.iter().filter_map(own_id).collect();
            return Ok(Page { items: Vec::new(), gone, next: place.after_archive(listed.after(), now) });
        }
        if place.is_first() {
            *self.known() = Known::default();
        }
        let listed = self.search(stream, &place).await?;
        let Step { fresh, next } = place.advance(stream, listed, now);
        Ok(Page { items: self.keep(stream, fresh).await?, gone: Vec::new(), next })
    }

    async fn item(&self, stream: &Stream, id: &str) -> Result<Option<Item>, SourceError> {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(None);
        }
        let path = format!("/crm/objects/{VERSION}/{}/{id}", stream.name);
        let request = self.caller.get(&path).query(&[("properties", self.properties(stream).join(","))]);
        let sent: Value = match self.caller.call(request).await {
            Ok(reply) => reply.json()?,
            Err(SourceError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        // Asked for one that was merged into another, HubSpot gives the other.
        if own_id(&sent).as_deref() != Some(id) || sent.get("archived") == Some(&Value::Bool(true)) {
            return Ok(None);
        }
        Ok(self.keep(stream, vec![(id.to_owned(), sent)]).await?.pop())
    }

    fn map(&self, stream: &Stream, item: &Item) -> Result<Vec<Found>, String> {
        match stream.name {
            "companies" => map::company(&self.access, item),
            "contacts" => map::contact(&self.access, item),
            _ => map::deal(&self.access, item),
        }
    }

    fn delivery(&self, delivery: &Delivery<'_>, now: Moment) -> Result<Delivered, Refused> {
        let secret = self.access.webhook_secret.as_deref().ok_or(Refused::NoSecret)?;
        webhook::read(delivery, secret, now)
    }
}
