//! A walk over all customers, and over the subscriptions of each: there is no list of subscriptions, and no way to ask for
//! what changed.
//!
//! Pages are counted off, so what is added or taken away meanwhile moves the rest. Each page begins with the last customer of
//! the page before; where another stands there, the list has moved, and what the walk did not meet may still be there.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::wire::Listed;
use super::{CUSTOMERS, Salesbricks};
use crate::sources::{Item, Next, Page, SourceError, Stream};

/// Customers of a page: each costs requests of its own.
const PAGE: usize = 50;
/// Orders of a subscription in one request, the most Salesbricks gives.
const MOST_ORDERS: &str = "1000";
/// Subscriptions of a customer whose point of contact is asked for.
const MOST_CONTACTS: usize = 3;

/// Where a walk is.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    /// Customers before this one were read.
    offset: usize,
    /// The last customer that was read.
    last: Option<String>,
    /// Whether the list moved meanwhile.
    #[serde(default)]
    moved: bool,
}

impl Salesbricks {
    /// The page of a stream at a cursor.
    pub(super) async fn next_page(&self, stream: &Stream, cursor: Option<&Value>) -> Result<Page, SourceError> {
        let place = cursor.filter(|cursor| !cursor.is_null()).cloned();
        let place: Place = place.map(serde_json::from_value).and_then(Result::ok).unwrap_or_default();
        let (offset, overlap) = match place.last {
            Some(_) => (place.offset.saturating_sub(1), 1),
            None => (0, 0),
        };
        let query = [("limit", (PAGE + overlap).to_string()), ("offset", offset.to_string())];
        let listed: Listed = self.caller.call(self.caller.get("/customers").query(&query)).await?.json()?;
        let mut customers = listed.results;
        let anchored = place.last.is_none() || place.last == customers.first().and_then(customer_id);
        let moved = place.moved || !anchored;
        if place.last.is_some() && anchored {
            customers.remove(0);
        }
        let read = offset + customers.len() + if anchored { overlap } else { 0 };
        let last = customers.last().and_then(customer_id).or(place.last);
        let mut items = Vec::new();
        for customer in customers {
            if stream.name == CUSTOMERS {
                items.extend(self.with_contacts(customer).await?);
            } else {
                items.extend(self.subscriptions_of(&customer).await?);
            }
        }
        let next = if listed.next.is_some() && last.is_some() {
            let place = Place { offset: read, last, moved };
            Next::More(serde_json::to_value(place).unwrap_or_default())
        } else {
            Next::Done { cursor: Value::Null, whole: !moved }
        };
        Ok(Page { items, gone: Vec::new(), next })
    }

    /// A customer with the points of contact of its newest subscriptions.
    pub(super) async fn with_contacts(&self, mut customer: Value) -> Result<Option<Item>, SourceError> {
        let Some(id) = customer_id(&customer) else { return Ok(None) };
        let mut contacts = Vec::new();
        for subscription in newest(&customer).into_iter().take(MOST_CONTACTS) {
            let detail = self.asked(&format!("/subscriptions/{subscription}")).await?;
            contacts.extend(detail.and_then(|mut detail| {
                let contact = detail.get_mut("point_of_contact")?.take();
                Some(contact).filter(Value::is_object)
            }));
        }
        if let Value::Object(fields) = &mut customer {
            fields.insert("points_of_contact".to_owned(), Value::Array(contacts));
        }
        Ok(Some(Item { id, raw: customer }))
    }

    async fn subscriptions_of(&self, customer: &Value) -> Result<Vec<Item>, SourceError> {
        let mut items = Vec::new();
        for id in newest(customer) {
            items.extend(self.subscription(&id, Some(customer)).await?);
        }
        Ok(items)
    }

    /// A subscription with its orders and its customer; none where it is no more.
    pub(super) async fn subscription(&self, id: &str, customer: Option<&Value>) -> Result<Option<Item>, SourceError> {
        let Some(detail) = self.asked(&format!("/subscriptions/{id}")).await? else { return Ok(None) };
        let orders = self.orders(id).await?;
        let named = match customer {
            Some(customer) => Some(customer.clone()),
            None => match detail.pointer("/customer").and_then(customer_id) {
                Some(id) => self.asked(&format!("/customers/{id}")).await?,
                None => None,
            },
        };
        let mut customer = named.or_else(|| detail.get("customer").cloned()).unwrap_or_default();
        if let Value::Object(fields) = &mut customer {
            // They say of other subscriptions what is read with those.
            fields.remove("subscriptions");
        }
        let raw = json!({"subscription": detail, "orders": orders, "customer": customer});
        Ok(Some(Item { id: id.to_owned(), raw }))
    }

    async fn orders(&self, id: &str) -> Result<Vec<Value>, SourceError> {
        let query = [("limit", MOST_ORDERS), ("ordering", "starts_at")];
        let request = self.caller.get(&format!("/subscriptions/{id}/orders")).query(&query);
        match self.caller.call(request).await {
            Err(SourceError::NotFound(_)) => Ok(Vec::new()),
            reply => Ok(reply?.json::<Listed>()?.results),
        }
    }

    /// What lies at a path; none where there is no such thing.
    pub(super) async fn asked(&self, path: &str) -> Result<Option<Value>, SourceError> {
        match self.caller.call(self.caller.get(path)).await {
            Err(SourceError::NotFound(_)) => Ok(None),
            reply => reply?.json().map(Some),
        }
    }
}

fn customer_id(customer: &Value) -> Option<String> {
    Some(customer.get("customer_id")?.as_str()?.to_owned())
}

/// The subscriptions of a customer, the last to begin first.
fn newest(customer: &Value) -> Vec<String> {
    let all = customer.get("subscriptions").and_then(Value::as_array).into_iter().flatten();
    let mut all: Vec<(&str, &str)> = all
        .filter_map(|subscription| {
            let start = subscription.get("starts_at").and_then(Value::as_str).unwrap_or_default();
            Some((start, subscription.get("subscription_id")?.as_str().filter(|id| plain(id))?))
        })
        .collect();
    all.sort_unstable_by(|one, other| other.cmp(one));
    all.into_iter().map(|(_, id)| id.to_owned()).collect()
}

/// Whether an identifier can stand in a path.
pub(super) fn plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
