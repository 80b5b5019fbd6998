//! Salesforce: accounts, contacts and opportunities, read by the time of the last change. Which fields an organisation has
//! is asked first, as asking for one it does not have fails.

mod map;
mod pass;
mod session;
mod soql;
mod wire;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use async_trait::async_trait;
use reqwest::Client;
use serde_json::Value;

use self::pass::Place;
use self::session::Session;
use self::soql::Object;
use self::wire::{Described, Kept, Row};
use super::http::Reply;
use super::{Access, Deletions, Found, Item, MissingScope, Page, Preflight, Setting, Source, SourceError, Stream};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

/// Where the API lies, with its version.
const API: &str = "/services/data/v66.0";
/// Records of a query.
const LIMIT: usize = 2000;

/// What can be set.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "address",
        means: "the address of the organisation: https://YOUR-DOMAIN.my.salesforce.com",
        required: true,
    },
    Setting {
        name: "client_id",
        means: "the consumer key, where the key is the consumer secret alone",
        required: false,
    },
    Setting { name: "token", means: "oauth, where the key is an OAuth access token", required: false },
    Setting { name: "currency", means: "the currency of an organisation with one currency: EUR", required: false },
    Setting { name: "segment_field", means: "the account field with its segment: Segment__c", required: false },
    Setting { name: "seats_field", means: "the account field with its seats: Licensed_Seats__c", required: false },
    Setting { name: "primary_field", means: "the contact field that marks whom to write to first", required: false },
    Setting {
        name: "lost_reason",
        means: "the opportunity field that says why it was lost: Loss_Reason__c",
        required: false,
    },
    Setting { name: "url_field", means: "the field with another address to open a record at", required: false },
];

/// The streams.
const STREAMS: &[Stream] = &[
    Stream { name: "accounts", deletions: Deletions::Reported },
    Stream { name: "contacts", deletions: Deletions::Reported },
    Stream { name: "opportunities", deletions: Deletions::Reported },
];

/// A connection to Salesforce.
pub struct Salesforce {
    access: Access,
    session: Session,
    /// Records of a query.
    limit: usize,
    /// Records of an answer, where that is not left to Salesforce.
    batch: Option<usize>,
}

/// Opens a connection.
///
/// # Errors
/// What is missing to open it.
pub(super) fn open(access: Access, client: Client) -> Result<Box<dyn Source>, String> {
    Ok(Box::new(Salesforce::new(access, client)?))
}

impl Salesforce {
    /// Opens a connection. Nothing is sent yet.
    ///
    /// # Errors
    /// What is missing to open it.
    pub fn new(access: Access, client: Client) -> Result<Self, String> {
        let session = Session::new(&access, client)?;
        Ok(Self { access, session, limit: LIMIT, batch: None })
    }

    /// The answer to a query, or how it goes on. `deleted` has it give deleted records too.
    async fn query(&self, soql: &str, deleted: bool) -> Result<(wire::Found, String), SourceError> {
        let path = format!("{API}/{}", if deleted { "queryAll" } else { "query" });
        let request = self.session.call(|caller| {
            let request = caller.get(&path).query(&[("q", soql)]);
            match self.batch {
                Some(batch) => request.header("sforce-query-options", format!("batchSize={batch}")),
                None => request,
            }
        });
        read(&request.await?)
    }

    /// How the answer to a query goes on; none where Salesforce has forgotten the query.
    async fn more(&self, address: &str) -> Result<Option<(wire::Found, String)>, SourceError> {
        let Some(path) = self.session.path(address).await? else { return Ok(None) };
        match self.session.call(|caller| caller.get(&path)).await {
            Ok(answer) => read(&answer).map(Some),
            Err(SourceError::Refused(_) | SourceError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The next records of a pass.
    async fn next(&self, object: Object, place: &mut Place, now: Moment) -> Result<(wire::Found, String), SourceError> {
        if let Some(address) = place.more.clone() {
            if let Some(found) = self.more(&address).await? {
                return Ok(found);
            }
            place.more = None;
        }
        let fresh = place.is_undescribed(now);
        if fresh {
            place.describe(self.describe(object).await?, now);
        }
        match self.changed(object, place).await {
            // A field was taken away since the object was described.
            Err(SourceError::Refused(said)) if !fresh && said.contains("INVALID_FIELD") => {
                place.describe(self.describe(object).await?, now);
                self.changed(object, place).await
            }
            found => found,
        }
    }

    async fn changed(&self, object: Object, place: &Place) -> Result<(wire::Found, String), SourceError> {
        let fields = object.fields(&self.access, &place.described);
        let soql = soql::changed(object, &fields, place.since, place.after.as_ref(), self.limit);
        self.query(&soql, true).await
    }

    /// The fields an object has.
    async fn describe(&self, object: Object) -> Result<Vec<String>, SourceError> {
        let path = format!("{API}/sobjects/{}/describe", object.name());
        let (reply, _) = self.session.call(|caller| caller.get(&path)).await?;
        let described: Described = reply.json()?;
        let fields: Vec<String> = described.fields.into_iter().map(|field| field.name).collect();
        if fields.is_empty() {
            return Err(SourceError::Malformed(format!("Salesforce says that {} has no fields", object.name())));
        }
        Ok(object.fields(&self.access, &fields).into_iter().map(plain).collect())
    }

    /// Accounts others were merged into, which may not have changed themselves.
    async fn masters(&self, place: &Place, ids: &[String]) -> Result<Vec<(Row, String)>, SourceError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let fields = Object::Account.fields(&self.access, &place.described);
        let (found, base) = self.query(&soql::these(Object::Account, &fields, ids), false).await?;
        Ok(found.records.into_iter().map(|row| (row, base.clone())).collect())
    }
}

/// The field a wanted one was described as.
fn plain(field: String) -> String {
    if field == "Owner.Email" { "OwnerId".to_owned() } else { field }
}

fn read((reply, base): &(Reply, String)) -> Result<(wire::Found, String), SourceError> {
    Ok((reply.json()?, base.clone()))
}

/// A record as it is kept.
fn keep(row: Row, base: &str, merged: Vec<String>) -> Option<Item> {
    let id = row.id()?;
    let kept = Kept { url: format!("{base}/{id}"), sent: row, merged };
    Some(Item { id, raw: serde_json::to_value(kept).unwrap_or_default() })
}

#[async_trait]
impl Source for Salesforce {
    fn vendor(&self) -> Vendor {
        Vendor::Salesforce
    }

    fn streams(&self) -> &'static [Stream] {
        STREAMS
    }

    async fn preflight(&self) -> Result<Preflight, SourceError> {
        let (found, _) = self.query("SELECT Name FROM Organization LIMIT 1", false).await?;
        let of = found.records.first().and_then(|row| row.text("Name"));
        let mut missing = Vec::new();
        for (object, costs) in [
            (Object::Account, "accounts, and with them everything else"),
            (Object::Contact, "people at the customers"),
            (Object::Opportunity, "deals and their stages"),
        ] {
            match self.describe(object).await {
                Ok(_) => {}
                Err(SourceError::Forbidden(_) | SourceError::NotFound(_)) => {
                    let scope = format!("read access to {}", object.name());
                    missing.push(MissingScope { scope, costs: costs.to_owned() });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Preflight { of, missing })
    }

    async fn page(&self, stream: &Stream, cursor: Option<&Value>, now: Moment) -> Result<Page, SourceError> {
        let object = Object::of(stream.name);
        let mut place = Place::read(cursor);
        let (found, base) = self.next(object, &mut place, now).await?;
        let (mut gone, mut items) = (Vec::new(), Vec::new());
        let mut merged: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in found.records.iter().filter(|row| row.flag("IsDeleted")) {
            let Some(id) = row.id() else { continue };
            if let Some(master) = row.text("MasterRecordId").filter(|master| soql::is_id(master)) {
                merged.entry(master).or_default().push(id.clone());
            }
            gone.push(id);
        }
        let here: Vec<&Row> = found.records.iter().filter(|row| !row.flag("IsDeleted")).collect();
        let there = |id: &&String| !here.iter().any(|row| row.id().as_ref() == Some(*id));
        let absent: Vec<String> = merged.keys().filter(there).cloned().collect();
        let masters = self.masters(&place, &absent).await?;
        let rows = here.into_iter().map(|row| (row.clone(), base.clone())).chain(masters);
        for (row, base) in rows {
            let merged = row.id().and_then(|id| merged.remove(&id)).unwrap_or_default();
            items.extend(keep(row, &base, merged));
        }
        Ok(Page { items, gone, next: place.advance(&found, self.limit, now) })
    }

    async fn item(&self, stream: &Stream, id: &str) -> Result<Option<Item>, SourceError> {
        if !soql::is_id(id) {
            return Ok(None);
        }
        let object = Object::of(stream.name);
        let fields = object.fields(&self.access, &self.describe(object).await?);
        let (found, base) = self.query(&soql::these(object, &fields, &[id.to_owned()]), false).await?;
        Ok(found.records.into_iter().find_map(|row| keep(row, &base, Vec::new())))
    }

    fn map(&self, stream: &Stream, item: &Item) -> Result<Vec<Found>, String> {
        match stream.name {
            "accounts" => map::account(&self.access, item),
            "contacts" => map::contact(&self.access, item),
            _ => map::opportunity(&self.access, item),
        }
    }
}
