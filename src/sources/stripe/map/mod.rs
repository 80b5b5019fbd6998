//! What the objects of Stripe say, in records. Pure: the same object gives the same.

mod company;
mod payment;
mod pricing;
mod subscription;

#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::streams;
use super::wire::{Linked, Metadata, Named};
use crate::domain::time::Moment;
use crate::sources::{Access, Found, Item, Stream};

/// What an item says, in records.
pub(super) fn found(access: &Access, stream: &Stream, item: &Item) -> Result<Vec<Found>, String> {
    match stream.name {
        streams::CUSTOMERS => Ok(company::found(&read(item)?)),
        streams::SUBSCRIPTIONS => subscription::found(access, &read(item)?),
        streams::SCHEDULES => subscription::planned(access, &read(item)?),
        streams::INVOICES => payment::of_invoice(access, &read(item)?),
        streams::REFUNDS => payment::of_refund(access, &read(item)?),
        streams::CREDIT_NOTES => payment::of_credit_note(access, &read(item)?),
        other => Err(format!("there is no stream `{other}`")),
    }
}

fn read<T: DeserializeOwned>(item: &Item) -> Result<T, String> {
    serde_path_to_error::deserialize(&item.raw)
        .map_err(|error| format!("Stripe sent an object that is not as documented, at `{}`", error.path()))
}

/// The customer something belongs to.
fn customer(linked: Option<&Linked<Named>>) -> Result<String, String> {
    linked.map(|customer| customer.id().to_owned()).ok_or_else(|| "it names no customer".to_owned())
}

fn currency(code: Option<&str>) -> Result<String, String> {
    code.map(str::to_ascii_uppercase).ok_or_else(|| "it names no currency".to_owned())
}

fn moment(seconds: i64) -> Option<Moment> {
    DateTime::<Utc>::from_timestamp(seconds, 0).map(Moment::from)
}

fn day(seconds: i64) -> Option<NaiveDate> {
    moment(seconds).map(|moment| moment.day())
}

/// The first of these keys of the metadata that has a text.
fn said<'a>(metadata: &'a Metadata, keys: &[&str]) -> Option<&'a str> {
    let texts = keys.iter().filter_map(|key| metadata.get(*key).and_then(Value::as_str));
    texts.map(str::trim).find(|text| !text.is_empty())
}

/// Where an object can be opened: what its metadata says, else its page in the dashboard.
fn url(metadata: &Metadata, own: &str, livemode: Option<bool>, path: &str) -> String {
    said(metadata, &[own, "url"]).map_or_else(
        || {
            let test = if livemode == Some(false) { "test/" } else { "" };
            format!("https://dashboard.stripe.com/{test}{path}")
        },
        str::to_owned,
    )
}
