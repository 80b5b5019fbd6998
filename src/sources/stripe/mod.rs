//! Stripe: customers, subscriptions and those that are planned, and invoices, refunds and credit notes as payments.
//!
//! Every request names the version of the API it is written for. Objects of other versions are read too: events are
//! kept in the shape of the day they happened on. An event says only which object to fetch again.

mod amount;
mod complete;
mod map;
mod pass;
mod streams;
mod webhook;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::http::Caller;
use super::{
    Access, Delivered, Delivery, Found, Item, MissingScope, Page, Preflight, Refused, Setting, Source, SourceError,
    Stream,
};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

pub(in crate::sources) use amount::at_stripe;
pub(in crate::sources) use webhook::signature;

/// The public address.
const ADDRESS: &str = "https://api.stripe.com";
/// The version of the API everything is asked for in.
pub(in crate::sources) const VERSION: &str = "2025-09-30.clover";
/// Requests a second: well below the 100 Stripe takes, which the customer's own programs share, and the 25 of test keys.
const PER_SECOND: u32 = 20;

/// What it has to know besides the key.
pub(super) const SETTINGS: &[Setting] = &[];

/// What is read, the permission of a restricted key it takes, and what is not seen without it.
const PERMISSIONS: [(&str, &str, &str); 10] = [
    ("customers", "rak_customer_read", "customers, and to which account subscriptions and payments belong"),
    ("subscriptions", "rak_subscription_read", "subscriptions, trials and recurring revenue"),
    ("subscription_schedules", "rak_subscription_read", "subscriptions that have not started"),
    ("invoices", "rak_invoice_read", "payments and what is owed"),
    ("refunds", "rak_charge_read", "refunds, and when each payment failed"),
    ("credit_notes", "rak_credit_note_read", "credit notes"),
    ("products", "rak_product_read", "the names of products"),
    ("prices", "rak_plan_read", "prices in tiers, and what planned subscriptions cost"),
    ("coupons", "rak_coupon_read", "discounts on single items"),
    ("events", "rak_event_read", "changes by themselves: without it every sync reads everything again"),
];

/// A Stripe account.
struct Stripe {
    access: Access,
    caller: Caller,
    /// The present as it was last given, in seconds since 1970; 0 before.
    now: AtomicI64,
}

/// Connects to Stripe.
///
/// # Errors
/// When the key cannot be sent.
pub(super) fn open(access: Access, client: Client) -> Result<Box<dyn Source>, String> {
    let key = HeaderValue::from_str(&format!("Bearer {}", access.key.trim()));
    let mut key = key.map_err(|_| "the key has characters in it that no Stripe key has".to_owned())?;
    key.set_sensitive(true);
    let version = (HeaderName::from_static("stripe-version"), HeaderValue::from_static(VERSION));
    let headers = HeaderMap::from_iter([(AUTHORIZATION, key), version]);
    let caller = |address: &str| Caller::new(client, Vendor::Stripe, address, headers, message);
    // Only Stripe itself is spared.
    let caller = match access.setting("address") {
        Some(address) => caller(address),
        None => caller(ADDRESS).paced(PER_SECOND),
    };
    Ok(Box::new(Stripe { access, caller, now: AtomicI64::new(0) }))
}

/// What Stripe says of a refusal, where that does not repeat the key.
fn message(body: &Value) -> Option<String> {
    let text = body.pointer("/error/message")?.as_str()?;
    if let Some(permission) =
        text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').find(is_permission)
    {
        return Some(format!("the permission `{permission}` is missing"));
    }
    let repeats = ["API Key", "api key", "_live_", "_test_", "provided key"].iter().any(|word| text.contains(word));
    (!repeats).then(|| text.to_owned())
}

fn is_permission(word: &&str) -> bool {
    word.starts_with("rak_")
}

impl Stripe {
    /// An object as it is now; none where it is no more.
    async fn object(&self, stream: &Stream, id: &str) -> Result<Option<Value>, SourceError> {
        if !complete::plain(id) {
            return Ok(None);
        }
        let expanded: Vec<(&str, &str)> =
            streams::expanded(stream.name).iter().map(|path| ("expand[]", *path)).collect();
        let request = self.caller.get(&format!("/v1/{}/{id}", stream.name)).query(&expanded);
        let raw: Value = match self.caller.call(request).await {
            Err(error) if pass::is_lost(&error) => return Ok(None),
            reply => reply?.json()?,
        };
        Ok(Some(raw).filter(|raw| raw["deleted"] != json!(true)))
    }

    /// The present, as it was last given: it says which invoices are past due.
    fn present(&self) -> Moment {
        match DateTime::<Utc>::from_timestamp(self.now.load(Ordering::Relaxed), 0) {
            Some(at) if at.timestamp() > 0 => at.into(),
            _ => Utc::now().into(),
        }
    }
}

#[async_trait]
impl Source for Stripe {
    fn vendor(&self) -> Vendor {
        Vendor::Stripe
    }

    fn streams(&self) -> &'static [Stream] {
        streams::ALL
    }

    async fn preflight(&self) -> Result<Preflight, SourceError> {
        let mut found = Preflight::default();
        match self.caller.call(self.caller.get("/v1/account")).await {
            Ok(reply) => {
                let account: Value = reply.json()?;
                let names = ["/settings/dashboard/display_name", "/business_profile/name", "/id"];
                let name = names.iter().find_map(|place| account.pointer(place)?.as_str());
                found.of = name.filter(|name| !name.is_empty()).map(str::to_owned);
            }
            // A restricted key seldom may read the account; whose it is stays unknown.
            Err(SourceError::Forbidden(_)) => {}
            Err(error) => return Err(error),
        }
        for (list, scope, costs) in PERMISSIONS {
            let request = self.caller.get(&format!("/v1/{list}")).query(&[("limit", "1")]);
            match self.caller.call(request).await {
                Ok(_) => {}
                Err(SourceError::Forbidden(_)) => {
                    found.missing.push(MissingScope { scope: scope.to_owned(), costs: costs.to_owned() });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    async fn page(&self, stream: &Stream, cursor: Option<&Value>, now: Moment) -> Result<Page, SourceError> {
        self.now.store(now.utc().timestamp(), Ordering::Relaxed);
        self.next_page(stream, cursor, now).await
    }

    async fn item(&self, stream: &Stream, id: &str) -> Result<Option<Item>, SourceError> {
        let Some(raw) = self.object(stream, id).await? else { return Ok(None) };
        Ok(self.whole(stream, vec![raw], self.present()).await?.into_iter().next())
    }

    fn map(&self, stream: &Stream, item: &Item) -> Result<Vec<Found>, String> {
        map::found(&self.access, stream, item)
    }

    fn delivery(&self, delivery: &Delivery<'_>, now: Moment) -> Result<Delivered, Refused> {
        webhook::delivery(self.access.webhook_secret.as_deref(), delivery, now)
    }
}
