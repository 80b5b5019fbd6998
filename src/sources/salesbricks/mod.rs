//! Salesbricks: customers, and their subscriptions as contracts, by its REST API of version 2.

mod map;
mod walk;
mod webhook;
mod wire;

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use reqwest::Client;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::http::Caller;
use super::{
    Access, Deletions, Delivered, Delivery, Found, Item, Page, Preflight, Refused, Setting, Source, SourceError, Stream,
};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

pub(in crate::sources) use webhook::signature;

/// The public address.
const ADDRESS: &str = "https://api.salesbricks.com/api/v2";
/// Requests a second. Salesbricks documents no limit.
const PER_SECOND: u32 = 10;
/// The name of the setting that says where the reason of a loss stands.
const LOST_REASON: &str = "lost_reason_key";

const CUSTOMERS: &str = "customers";
const SUBSCRIPTIONS: &str = "subscriptions";

/// What it has to know besides the key.
pub(super) const SETTINGS: &[Setting] = &[Setting {
    name: LOST_REASON,
    means: "the key of an order's metadata that says why it was lost, as in `closed_lost_reason`",
    required: false,
}];

const STREAMS: &[Stream] = &[
    Stream { name: CUSTOMERS, deletions: Deletions::Unmet },
    Stream { name: SUBSCRIPTIONS, deletions: Deletions::Unmet },
];

/// A Salesbricks account.
struct Salesbricks {
    access: Access,
    caller: Caller,
}

/// Connects to Salesbricks.
///
/// # Errors
/// When the key cannot be sent.
pub(super) fn open(access: Access, client: Client) -> Result<Box<dyn Source>, String> {
    let key = HeaderValue::from_str(access.key.trim());
    let mut key = key.map_err(|_| "the key has characters in it that no Salesbricks key has".to_owned())?;
    key.set_sensitive(true);
    let headers = HeaderMap::from_iter([(HeaderName::from_static("x-salesbricks-key"), key)]);
    let caller = |address: &str| Caller::new(client, Vendor::Salesbricks, address, headers, message);
    // Only the system itself is spared.
    let caller = match access.setting("address") {
        Some(address) => caller(address),
        None => caller(ADDRESS).paced(PER_SECOND),
    };
    Ok(Box::new(Salesbricks { access, caller }))
}

/// What Salesbricks says of a refusal.
fn message(body: &Value) -> Option<String> {
    let text = ["/error/message", "/detail"].iter().find_map(|place| body.pointer(place)?.as_str());
    text.map(str::to_owned)
}

#[async_trait]
impl Source for Salesbricks {
    fn vendor(&self) -> Vendor {
        Vendor::Salesbricks
    }

    fn streams(&self) -> &'static [Stream] {
        STREAMS
    }

    async fn preflight(&self) -> Result<Preflight, SourceError> {
        // A key may read all or nothing.
        match self.caller.call(self.caller.get("/customers").query(&[("limit", "1")])).await {
            Err(SourceError::Forbidden(sentence)) => Err(SourceError::Unauthorized(sentence)),
            reply => reply?.json::<wire::Listed>().map(|_| Preflight::default()),
        }
    }

    async fn page(&self, stream: &Stream, cursor: Option<&Value>, _now: Moment) -> Result<Page, SourceError> {
        self.next_page(stream, cursor).await
    }

    async fn item(&self, stream: &Stream, id: &str) -> Result<Option<Item>, SourceError> {
        if !walk::plain(id) {
            return Ok(None);
        }
        if stream.name == SUBSCRIPTIONS {
            return self.subscription(id, None).await;
        }
        match self.asked(&format!("/customers/{id}")).await? {
            Some(customer) => self.with_contacts(customer).await,
            None => Ok(None),
        }
    }

    fn map(&self, stream: &Stream, item: &Item) -> Result<Vec<Found>, String> {
        map::found(&self.access, stream, item)
    }

    fn delivery(&self, delivery: &Delivery<'_>, _now: Moment) -> Result<Delivered, Refused> {
        webhook::delivery(&self.access.key, delivery)
    }
}
