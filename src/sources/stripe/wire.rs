//! What Stripe sends, as far as it is read here. Everything may be absent or null; older shapes of the API are read too.

mod payment;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

pub(super) use payment::{Charge, CreditNote, Invoice, Refund};

use crate::sources::ChangedItem;

/// A link to another object: its identifier, or the object itself where it was expanded.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Linked<T> {
    /// Only its identifier.
    Id(String),
    /// The object.
    Whole(Box<T>),
}

impl<T> Linked<T> {
    /// The object, where it was expanded.
    pub(super) fn whole(&self) -> Option<&T> {
        match self {
            Self::Id(_) => None,
            Self::Whole(object) => Some(object),
        }
    }
}

impl Linked<Named> {
    /// The identifier.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Whole(object) => &object.id,
        }
    }
}

/// An object of which only the identifier and the name matter.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub id: String,
    #[serde(default)]
    pub name: Option<String>,
}

/// A list within an object.
#[derive(Debug, Deserialize)]
pub(super) struct Inner<T> {
    #[serde(default = "Vec::new")]
    pub data: Vec<T>,
}

impl<T> Default for Inner<T> {
    fn default() -> Self {
        Self { data: Vec::new() }
    }
}

/// A page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    #[serde(default)]
    pub data: Vec<Value>,
    #[serde(default)]
    pub has_more: bool,
}

pub(super) type Metadata = BTreeMap<String, Value>;

#[derive(Debug, Deserialize)]
pub(super) struct Customer {
    pub id: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub metadata: Metadata,
}

#[derive(Debug, Deserialize)]
pub(super) struct Subscription {
    pub id: String,
    pub status: String,
    #[serde(default)]
    pub customer: Option<Linked<Named>>,
    #[serde(default)]
    pub currency: Option<String>,
    #[serde(default)]
    pub start_date: Option<i64>,
    #[serde(default)]
    pub created: Option<i64>,
    #[serde(default)]
    pub trial_end: Option<i64>,
    #[serde(default)]
    pub cancel_at: Option<i64>,
    #[serde(default)]
    pub cancel_at_period_end: Option<bool>,
    #[serde(default)]
    pub canceled_at: Option<i64>,
    #[serde(default)]
    pub ended_at: Option<i64>,
    /// Where it stood until 2025.
    #[serde(default)]
    pub current_period_end: Option<i64>,
    /// The only discount, until 2025.
    #[serde(default)]
    pub discount: Option<Linked<Discounted>>,
    #[serde(default, deserialize_with = "nullable")]
    pub discounts: Vec<Linked<Discounted>>,
    #[serde(default, deserialize_with = "nullable")]
    pub items: Inner<Line>,
    #[serde(default, deserialize_with = "nullable")]
    pub metadata: Metadata,
    #[serde(default)]
    pub livemode: Option<bool>,
}

/// A line of a subscription, or of a phase of a schedule.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub quantity: Option<u64>,
    #[serde(default)]
    pub current_period_end: Option<i64>,
    #[serde(default)]
    pub price: Option<Linked<Priced>>,
    #[serde(default, deserialize_with = "nullable")]
    pub discounts: Vec<Linked<Discounted>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Priced {
    #[serde(default)]
    pub nickname: Option<String>,
    #[serde(default)]
    pub product: Option<Linked<Named>>,
    #[serde(default)]
    pub currency: Option<String>,
    #[serde(default, deserialize_with = "decimal")]
    pub unit_amount: Option<Decimal>,
    #[serde(default, deserialize_with = "decimal")]
    pub unit_amount_decimal: Option<Decimal>,
    #[serde(default)]
    pub billing_scheme: Option<String>,
    #[serde(default)]
    pub tiers_mode: Option<String>,
    #[serde(default)]
    pub tiers: Option<Vec<Step>>,
    #[serde(default)]
    pub transform_quantity: Option<Packed>,
    #[serde(default)]
    pub recurring: Option<Recurring>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Step {
    /// The last unit; null, or `inf` in older shapes, where it has no end.
    #[serde(default, deserialize_with = "decimal")]
    pub up_to: Option<Decimal>,
    #[serde(default, deserialize_with = "decimal")]
    pub unit_amount: Option<Decimal>,
    #[serde(default, deserialize_with = "decimal")]
    pub unit_amount_decimal: Option<Decimal>,
    #[serde(default, deserialize_with = "decimal")]
    pub flat_amount: Option<Decimal>,
    #[serde(default, deserialize_with = "decimal")]
    pub flat_amount_decimal: Option<Decimal>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Packed {
    pub divide_by: u64,
    #[serde(default)]
    pub round: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Recurring {
    pub interval: String,
    #[serde(default)]
    pub interval_count: Option<u32>,
    #[serde(default)]
    pub usage_type: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Discounted {
    /// Where the coupon stood until 2025.
    #[serde(default)]
    pub coupon: Option<Linked<Coupon>>,
    #[serde(default)]
    pub source: Option<DiscountSource>,
    #[serde(default)]
    pub start: Option<i64>,
    #[serde(default)]
    pub end: Option<i64>,
}

impl Discounted {
    /// What it takes off, where that was expanded.
    pub(super) fn coupon(&self) -> Option<&Coupon> {
        let linked = self.coupon.as_ref().or_else(|| self.source.as_ref()?.coupon.as_ref());
        linked.and_then(Linked::whole)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct DiscountSource {
    #[serde(default)]
    pub coupon: Option<Linked<Coupon>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Coupon {
    #[serde(default, deserialize_with = "decimal")]
    pub percent_off: Option<Decimal>,
    #[serde(default, deserialize_with = "decimal")]
    pub amount_off: Option<Decimal>,
    #[serde(default)]
    pub currency: Option<String>,
    #[serde(default)]
    pub duration: Option<String>,
}

/// A subscription that is planned.
#[derive(Debug, Deserialize)]
pub(super) struct Schedule {
    pub id: String,
    pub status: String,
    #[serde(default)]
    pub customer: Option<Linked<Named>>,
    #[serde(default, deserialize_with = "nullable")]
    pub phases: Vec<Phase>,
    #[serde(default)]
    pub end_behavior: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub metadata: Metadata,
    #[serde(default)]
    pub livemode: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Phase {
    #[serde(default)]
    pub start_date: Option<i64>,
    #[serde(default)]
    pub end_date: Option<i64>,
    #[serde(default)]
    pub currency: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub items: Vec<Line>,
}

/// Null is read as nothing.
fn nullable<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A number, or a number as text. Anything else is none: `inf`.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    let text = match Value::deserialize(deserializer)? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text,
        _ => return Ok(None),
    };
    Ok(text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok()))
}

/// That something happened, as the list of events and webhook deliveries say it. What it says of the object is in the
/// shape of the time it happened in, and is not read.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub created: i64,
    pub data: EventData,
}

#[derive(Debug, Deserialize)]
pub(super) struct EventData {
    pub object: Happening,
}

#[derive(Debug, Deserialize)]
pub(super) struct Happening {
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub subscription: Option<Linked<Named>>,
}

impl Event {
    /// The item that changed; none where it is of no stream, as a discount of a customer.
    pub(super) fn changed(&self) -> Option<ChangedItem> {
        let stream = super::streams::of_event(&self.kind)?;
        let object = &self.data.object;
        let id = if self.kind.starts_with("customer.discount.") {
            object.subscription.as_ref().map(|subscription| subscription.id().to_owned())
        } else {
            object.id.clone()
        };
        Some(ChangedItem { stream: stream.name.to_owned(), id: id? })
    }
}
