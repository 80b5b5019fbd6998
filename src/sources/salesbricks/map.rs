//! What customers and subscriptions of Salesbricks say, in records. Pure: the same object gives the same.
//!
//! | Salesbricks says | the contract is |
//! |---|---|
//! | stage `BUILDING` | a draft |
//! | stage `SELLER_SIGNING`, status `SCHEDULED` | pending |
//! | `ACTIVE`, `ORDER_NEEDED`, `OPEN_ORDER` of what was closed | active; in trial where its running order is a trial |
//! | `TERMINATING` | active, and canceled for its last day |
//! | `TERMINATED`, `INACTIVE` | canceled, expired |
//! | stage `CLOSED_LOST` | no contract, but a lost deal; the reason is read from its metadata |
//! | stage `CLOSED_DELETE` | nothing |
//!
//! The price per interval is what one billing of the schedule comes to before discounts, on average where they differ; where
//! there is no schedule, the total of the term shared among the intervals of the term. What is billed all at once is due once per
//! term. Recurring revenue is the total of the term, less its discount, divided by its months: the months between
//! its first and last day to the nearest whole one, at least one. A trial and what does not run come to nothing. Fields
//! Salesbricks has no place for are read from the metadata: `url`, `mrr_minor` (or `none`), `interval`, `discount_percent`,
//! `discount_until`.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::wire::{Customer, Order, Subscription, Whole, read_amount};
use super::{CUSTOMERS, SUBSCRIPTIONS};
use crate::domain::connection::Vendor;
use crate::domain::money::Money;
use crate::domain::record::Record;
use crate::domain::revenue::recurring::{Cycle, Unit, rounded};
use crate::domain::revenue::{BillingStatus, BillingSystem, Deal, DealStatus, RevenueSource};
use crate::domain::time::local_time;
use crate::sources::{Access, Company, Found, Item, Stream, Whose};

/// What a subscription is called where nobody says what is sold.
const UNNAMED: &str = "Subscription";
/// Days of a month, on average, in hundredths.
const MONTH: i64 = 3_044;
/// Where people write why an order was lost, unless they say.
const REASONS: [&str; 4] = ["closed_lost_reason", "lost_reason", "loss_reason", "reason"];

/// What an item says, in records.
pub(super) fn found(access: &Access, stream: &Stream, item: &Item) -> Result<Vec<Found>, String> {
    match stream.name {
        CUSTOMERS => Ok(vec![company(&read(item)?)]),
        SUBSCRIPTIONS => subscription(access, &read(item)?),
        other => Err(format!("there is no stream `{other}`")),
    }
}

fn read<T: DeserializeOwned>(item: &Item) -> Result<T, String> {
    serde_path_to_error::deserialize(&item.raw)
        .map_err(|error| format!("Salesbricks sent an object that is not as documented, at `{}`", error.path()))
}

fn company(customer: &Customer) -> Found {
    let mut addresses: Vec<String> = Vec::new();
    for address in customer.points_of_contact.iter().filter_map(|person| filled(person.email.as_deref())) {
        if !addresses.iter().any(|known| known.eq_ignore_ascii_case(address)) {
            addresses.push(address.to_owned());
        }
    }
    Found::Company(Box::new(Company {
        id: customer.customer_id.clone(),
        name: filled(customer.name.as_deref()).unwrap_or(&customer.customer_id).to_owned(),
        addresses,
        same_as: in_stripe(customer).map(|id| (Vendor::Stripe, id.to_owned())).into_iter().collect(),
        ..Company::default()
    }))
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn in_stripe(customer: &Customer) -> Option<&str> {
    filled(customer.stripe_customer_id.as_deref())
}

fn whose(customer: &Customer) -> Vec<Whose> {
    let own = Whose::Company(customer.customer_id.clone());
    let there = in_stripe(customer).map(|id| Whose::CompanyOf(Vendor::Stripe, id.to_owned()));
    std::iter::once(own).chain(there).collect()
}

fn subscription(access: &Access, whole: &Whole) -> Result<Vec<Found>, String> {
    let record = match whole.subscription.stage.as_deref() {
        Some("CLOSED_DELETE") => return Ok(Vec::new()),
        Some("CLOSED_LOST") => Record::Deal(lost(access, whole)?),
        _ => Record::RevenueSource(contract(access, whole)?),
    };
    Ok(vec![Found::Record(whose(&whole.customer), Box::new(record))])
}

fn contract(access: &Access, whole: &Whole) -> Result<RevenueSource, String> {
    let subscription = &whole.subscription;
    let running = running(whole);
    let trial = running.is_some_and(|order| order.order_type.as_deref() == Some("TRIAL"));
    let status = status(subscription, trial)?;
    let terms = Terms::of(subscription, running)?;
    let currency = currency(subscription)?;
    let minor = |amount: Decimal| rounded(exact(amount, &currency));
    let counts = matches!(status, BillingStatus::Active | BillingStatus::PastDue);
    let said = |name: &str| said(&subscription.metadata, name);
    Ok(RevenueSource {
        id: access.record_id(&subscription.subscription_id),
        account: String::new(),
        system: BillingSystem::Salesbricks,
        product: product(subscription),
        status,
        interval: said("interval").unwrap_or_else(|| terms.cycle.words()),
        amount_minor: minor(terms.each),
        mrr_minor: match said("mrr_minor").as_deref() {
            Some("none") => None,
            Some(text) if text.parse::<i64>().is_ok() => text.parse().ok(),
            _ => Some(if counts { rounded(exact(terms.left, &currency) / terms.months) } else { 0 }),
        },
        discount_percent: said("discount_percent").and_then(|text| text.parse().ok()),
        discount_minor: terms.off.map(|off| minor(off / terms.billings)).filter(|off| *off > 0),
        discount_until: said("discount_until").and_then(|text| text.parse().ok()),
        quantity: subscription.line_items.iter().filter_map(|line| line.quantity?.to_u32()).max(),
        starts_on: day(subscription.starts_at.as_deref()),
        renews_on: last_day(subscription),
        cancel_at_period_end: subscription.status.as_deref() == Some("TERMINATING"),
        url: said("url").or_else(|| running?.pdf_url.clone()),
        currency,
    })
}

/// An order that was lost, as a deal.
fn lost(access: &Access, whole: &Whole) -> Result<Deal, String> {
    let subscription = &whole.subscription;
    let currency = currency(subscription)?;
    let value = subscription.sub_total.or_else(|| running(whole)?.contract_value).unwrap_or_default();
    Ok(Deal {
        id: access.record_id(&subscription.subscription_id),
        account: String::new(),
        name: filled(subscription.name.as_deref()).map_or_else(|| product(subscription), str::to_owned),
        stage: "Closed lost".to_owned(),
        status: DealStatus::Lost,
        value_minor: rounded(exact(value, &currency)),
        lost_reason: access
            .setting(super::LOST_REASON)
            .into_iter()
            .chain(REASONS)
            .find_map(|name| said(&subscription.metadata, name)),
        closed_at: None,
        url: said(&subscription.metadata, "url"),
        currency,
    })
}

/// The order the subscription runs by: the last to begin before its end. A renewal that was closed early begins at the end.
fn running(whole: &Whole) -> Option<&Order> {
    let end = day(whole.subscription.ends_at.as_deref());
    let dated = whole.orders.iter().map(|order| (day(order.starts_at.as_deref()), order));
    let begun = dated.filter(|(start, _)| start.zip(end).is_none_or(|(start, end)| start < end));
    begun.max_by_key(|(start, _)| *start).map(|(_, order)| order)
}

fn status(subscription: &Subscription, trial: bool) -> Result<BillingStatus, String> {
    let runs = if trial { BillingStatus::Trialing } else { BillingStatus::Active };
    Ok(match (subscription.stage.as_deref(), subscription.status.as_deref()) {
        (_, Some("TERMINATED")) => BillingStatus::Canceled,
        (_, Some("ACTIVE" | "TERMINATING")) => runs,
        (Some("BUILDING"), _) => BillingStatus::Draft,
        (Some("SELLER_SIGNING"), _) | (_, Some("SCHEDULED")) => BillingStatus::Pending,
        (_, Some("ORDER_NEEDED" | "OPEN_ORDER")) => runs,
        (_, Some("INACTIVE")) => BillingStatus::Expired,
        _ => return Err("its status is not known".to_owned()),
    })
}

/// What is due, in major units.
struct Terms {
    cycle: Cycle,
    /// Of one billing, before discounts.
    each: Decimal,
    /// How many billings the term has.
    billings: Decimal,
    /// Months of the term.
    months: Decimal,
    /// What discounts take off the whole term.
    off: Option<Decimal>,
    /// The total of the term, less its discount for good.
    left: Decimal,
}

impl Terms {
    fn of(subscription: &Subscription, running: Option<&Order>) -> Result<Self, String> {
        let scheduled: Vec<Decimal> =
            subscription.billing_schedule.iter().filter_map(|billing| billing.sub_total).collect();
        let frequency: Option<u32> = match subscription.billing_frequency.as_deref() {
            Some("MONTHLY") => Some(1),
            Some("QUARTERLY") => Some(3),
            Some("SEMI_ANNUALLY") => Some(6),
            Some("ANNUALLY") => Some(12),
            Some("ALL_UPFRONT") => None,
            _ => return Err("its billing frequency is not known".to_owned()),
        };
        let billings = u32::try_from(scheduled.len()).unwrap_or(u32::MAX).max(1);
        let months = term(subscription).unwrap_or_else(|| frequency.unwrap_or(12).saturating_mul(billings));
        let every = frequency.unwrap_or(months);
        let sum = scheduled.iter().copied().fold(Decimal::ZERO, Decimal::saturating_add);
        let total = subscription.sub_total.or_else(|| running?.contract_value);
        let (each, billings, total) = if scheduled.is_empty() {
            let total = total.ok_or("it says no amount")?;
            let billings = Decimal::from(months) / Decimal::from(every);
            (total / billings, billings, total)
        } else {
            (sum / Decimal::from(billings), Decimal::from(billings), total.unwrap_or(sum))
        };
        let off = discount(&subscription.grand_total_details);
        let said = |name: &str| said(&subscription.metadata, name);
        let for_good = said("discount_until").is_none();
        let percent: Decimal = said("discount_percent").and_then(|text| text.parse().ok()).unwrap_or_default();
        let kept = (Decimal::ONE_HUNDRED - percent.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED)) / Decimal::ONE_HUNDRED;
        let left = if for_good { total.saturating_mul(kept) - off.unwrap_or_default() } else { total };
        let cycle = Cycle { unit: Unit::Month, count: every };
        Ok(Self { cycle, each, billings, months: months.into(), off, left: left.max(Decimal::ZERO) })
    }
}

/// Months between the first and the last day, to the nearest whole one.
fn term(subscription: &Subscription) -> Option<u32> {
    let first = day(subscription.starts_at.as_deref())?;
    let last = day(subscription.ends_at.as_deref()).or_else(|| day(subscription.renews_at.as_deref()))?;
    let days = last.signed_duration_since(first).num_days();
    let months = (days * 100 + MONTH / 2).div_euclid(MONTH);
    u32::try_from(months.max(1)).ok().filter(|_| days > 0)
}

/// What discounts come to, wherever the details say it.
fn discount(details: &Value) -> Option<Decimal> {
    let names = ["total_discount", "discount_total", "discount", "discounts"];
    let amount = names.iter().find_map(|name| read_amount(details.get(name)?));
    amount.map(|amount| amount.abs()).filter(|amount| !amount.is_zero())
}

fn last_day(subscription: &Subscription) -> Option<NaiveDate> {
    let terminated = day(subscription.terminates_at.as_deref());
    terminated.or_else(|| day(subscription.renews_at.as_deref())).or_else(|| day(subscription.ends_at.as_deref()))
}

/// A day, also as the day of a time.
fn day(text: Option<&str>) -> Option<NaiveDate> {
    let text = text?.trim();
    let text = text.get(..10).unwrap_or(text);
    local_time(text).map(|time| time.date())
}

/// What is sold: the plan, and its bricks where they are called otherwise.
fn product(subscription: &Subscription) -> String {
    let mut bricks: Vec<&str> = Vec::new();
    let mut plans: Vec<&str> = Vec::new();
    for line in &subscription.line_items {
        for (name, names) in [(&line.brick_name, &mut bricks), (&line.plan_name, &mut plans)] {
            if let Some(name) = filled(name.as_deref()).filter(|name| !names.contains(name)) {
                names.push(name);
            }
        }
    }
    bricks.retain(|brick| !plans.contains(brick));
    let (plans, bricks) = (plans.join(", "), bricks.join(", "));
    match (plans.is_empty(), bricks.is_empty()) {
        (false, false) => format!("{plans}: {bricks}"),
        (false, true) => plans,
        (true, false) => bricks,
        (true, true) => filled(subscription.name.as_deref()).unwrap_or(UNNAMED).to_owned(),
    }
}

fn currency(subscription: &Subscription) -> Result<String, String> {
    let code = filled(subscription.currency.as_deref()).ok_or("it names no currency")?;
    Ok(code.to_ascii_uppercase())
}

/// An amount in major units, not rounded yet, in minor units.
fn exact(major: Decimal, currency: &str) -> Decimal {
    let digits = Money::new(0, currency).major().scale();
    major.saturating_mul(Decimal::from(10_u32.pow(digits)))
}

/// What the metadata says under a name, where that is a text or a number.
fn said(metadata: &Value, name: &str) -> Option<String> {
    let text = match metadata.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
