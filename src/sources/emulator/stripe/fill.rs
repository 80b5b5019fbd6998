//! Records as objects of Stripe: customers, products and prices, subscriptions, and what [`super::payments`] makes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, Months, NaiveDate};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::payments;
use crate::domain::account::AccountRecord;
use crate::domain::connection::Vendor;
use crate::domain::interval::Interval;
use crate::domain::record::Record;
use crate::domain::revenue::{BillingStatus, BillingSystem, PaymentEvent, RevenueSource};
use crate::domain::time::{Moment, midnight};
use crate::sources::emulator::{Names, Tables};
use crate::sources::stripe::at_stripe;

/// Decimal digits Stripe keeps of a price.
const PRICE_DIGITS: u32 = 12;

/// The tables of records, as of `now`.
pub(super) fn tables(records: &[Record], now: Moment, names: &mut Names) -> Tables {
    let mut tables = Tables::default();
    let accounts: BTreeMap<&str, &AccountRecord> = records
        .iter()
        .filter_map(|record| match record {
            Record::Account(account) => Some((account.domain.as_str(), account)),
            _ => None,
        })
        .collect();
    let mut paying: BTreeMap<&str, Vec<&PaymentEvent>> = BTreeMap::new();
    let mut customers = BTreeSet::new();
    for record in records {
        match record {
            Record::RevenueSource(source) if source.system == BillingSystem::Stripe => {
                customers.insert(source.account.as_str());
                let own = subscription(&mut tables, source, now);
                names.insert(record.reference(), (Vendor::Stripe, own));
            }
            Record::PaymentEvent(payment) => {
                customers.insert(payment.account.as_str());
                paying.entry(&payment.account).or_default().push(payment);
            }
            _ => {}
        }
    }
    for payments in paying.into_values() {
        payments::fill(&mut tables, payments, names);
    }
    for domain in customers {
        let id = customer_id(domain);
        tables.put("customers", &id, customer(&id, domain, accounts.get(domain).copied(), now));
    }
    tables
}

/// An identifier that looks like Stripe's own, the same for the same text every time.
pub(super) fn own_id(prefix: &str, text: &str) -> String {
    let digest = hex::encode(Sha256::digest(format!("{prefix}/{text}")));
    format!("{prefix}_1{}", digest.get(..23).unwrap_or(&digest))
}

/// The identifier of an account's customer.
pub(in crate::sources::emulator) fn customer_id(domain: &str) -> String {
    own_id("cus", domain)
}

fn customer(id: &str, domain: &str, account: Option<&AccountRecord>, now: Moment) -> Value {
    let contacts = account.map(|account| account.contacts.as_slice()).unwrap_or_default();
    let contact = contacts.iter().find(|contact| contact.primary).or_else(|| contacts.first());
    json!({
        "id": id, "object": "customer", "livemode": false, "delinquent": false, "address": null, "discount": null,
        "created": seconds_before(now, 400), "currency": null, "description": null,
        "name": account.map_or(domain, |account| account.name.as_str()),
        "email": contact.and_then(|contact| contact.email.as_deref()),
        "metadata": {"domain": domain},
    })
}

fn seconds_before(now: Moment, days: u64) -> i64 {
    now.checked_sub_days(Days::new(days)).unwrap_or(now).utc().timestamp()
}

/// The first second of a day.
fn seconds(day: NaiveDate) -> i64 {
    midnight(day).utc().timestamp()
}

/// Puts a subscription, or a schedule for one that has not started; its identifier.
fn subscription(tables: &mut Tables, source: &RevenueSource, now: Moment) -> String {
    let price = price(tables, source);
    let planned = matches!(source.status, BillingStatus::Pending | BillingStatus::Draft);
    if planned && source.starts_on.is_some() {
        schedule(tables, source, &price, now)
    } else {
        running(tables, source, &price, now)
    }
}

/// Puts a product and a price; the price.
fn price(tables: &mut Tables, source: &RevenueSource) -> Value {
    let product = own_id("prod", &source.product);
    let name = &source.product;
    tables.put(
        "products",
        &product,
        json!({"id": product, "object": "product", "name": name, "active": true, "created": 0}),
    );
    let (unit, count) = cycle(source);
    let amount = at_stripe(source.amount_minor, &source.currency);
    let each = (amount / Decimal::from(source.quantity.unwrap_or(1).max(1))).round_dp(PRICE_DIGITS).normalize();
    let whole = each.is_integer().then(|| each.to_string().parse::<i64>().ok()).flatten();
    let id = own_id("price", &source.id);
    let price = json!({
        "id": id, "object": "price", "active": true, "type": "recurring", "billing_scheme": "per_unit",
        "currency": source.currency.to_ascii_lowercase(), "nickname": null, "product": product, "created": 0,
        "unit_amount": whole, "unit_amount_decimal": each.to_string(), "tiers_mode": null, "transform_quantity": null,
        "recurring": {"interval": unit, "interval_count": count, "usage_type": "licensed", "meter": null},
    });
    tables.put("prices", id, price.clone());
    price
}

/// The interval in Stripe's words; a month where Stripe has none like it.
fn cycle(source: &RevenueSource) -> (&'static str, u32) {
    match source.every() {
        Interval::Months(months) if months.is_multiple_of(12) => ("year", months / 12),
        Interval::Months(months) => ("month", months),
        Interval::Weeks(weeks) => ("week", weeks),
        Interval::Days(days) => ("day", days),
        Interval::HalfMonth | Interval::Once | Interval::Unknown => ("month", 1),
    }
}

fn schedule(tables: &mut Tables, source: &RevenueSource, price: &Value, now: Moment) -> String {
    let id = own_id("sub_sched", &source.id);
    let start = source.starts_on.map(seconds);
    let phase = json!({
        "start_date": start, "end_date": source.renews_on.map(seconds), "currency": price["currency"],
        "items": [{"price": price["id"], "quantity": source.quantity, "discounts": []}],
    });
    let schedule = json!({
        "id": id, "object": "subscription_schedule", "livemode": false, "status": "not_started", "created": now.utc().timestamp(),
        "customer": customer_id(&source.account), "subscription": null, "phases": [phase],
        "end_behavior": if source.cancel_at_period_end { "cancel" } else { "release" },
        "metadata": metadata(source, 0, None),
    });
    tables.put("subscription_schedules", &id, schedule);
    id
}

fn running(tables: &mut Tables, source: &RevenueSource, price: &Value, now: Moment) -> String {
    let id = own_id("sub", &source.id);
    let over = matches!(source.status, BillingStatus::Canceled | BillingStatus::Expired);
    let started = source.starts_on.map_or_else(|| now.utc().timestamp(), seconds);
    let end = source.renews_on.map(seconds);
    let tried = matches!(source.status, BillingStatus::Trialing | BillingStatus::Expired);
    let period = source.renews_on.map(|day| seconds(period_end(source, day, now)));
    let cancels = source.cancel_at_period_end && !over;
    let discounts = discounts(tables, source, &id, started);
    let counts = matches!(source.status, BillingStatus::Active | BillingStatus::PastDue);
    let monthly = if counts { monthly(source) } else { 0 };
    // A commitment longer than the period billed is nothing Stripe has a field for.
    let commitment = source.renews_on.filter(|_| !over && !tried && !cancels && period != end);
    let item = json!({
        "id": own_id("si", &source.id), "object": "subscription_item", "quantity": source.quantity, "price": price,
        "current_period_start": started, "current_period_end": period.unwrap_or(started), "discounts": [],
        "subscription": id,
    });
    let subscription = json!({
        "id": id, "object": "subscription", "livemode": false, "status": status(source.status),
        "customer": customer_id(&source.account), "currency": source.currency.to_ascii_lowercase(),
        "created": started, "start_date": started, "collection_method": "charge_automatically", "pause_collection": null,
        "trial_start": tried.then_some(started), "trial_end": end.filter(|_| tried),
        "cancel_at": end.filter(|_| cancels), "cancel_at_period_end": cancels && period == end,
        "canceled_at": end.filter(|_| over), "ended_at": end.filter(|_| over), "schedule": null, "discounts": discounts,
        "items": {"object": "list", "has_more": false, "data": [item]},
        "metadata": metadata(source, monthly, commitment),
    });
    tables.put("subscriptions", &id, subscription);
    id
}

fn status(status: BillingStatus) -> &'static str {
    match status {
        BillingStatus::Active => "active",
        BillingStatus::Trialing => "trialing",
        BillingStatus::PastDue => "past_due",
        // One that expired is a trial that nobody paid on.
        BillingStatus::Canceled | BillingStatus::Expired => "canceled",
        BillingStatus::Pending | BillingStatus::Draft => "incomplete",
    }
}

/// The end of the period that runs now, of a contract that renews on `day`.
fn period_end(source: &RevenueSource, day: NaiveDate, now: Moment) -> NaiveDate {
    let (today, (unit, count)) = (now.day(), cycle(source));
    let before = |periods: u32| match unit {
        "year" => day.checked_sub_months(Months::new(12 * count * periods)),
        "month" => day.checked_sub_months(Months::new(count * periods)),
        "week" => day.checked_sub_days(Days::new(7 * u64::from(count * periods))),
        _ => day.checked_sub_days(Days::new(u64::from(count * periods))),
    };
    let ends = (0..10_000).map_while(before).take_while(|end| *end > today);
    ends.last().unwrap_or(day)
}

/// What the rule of recurring revenue makes of a contract: a figure that needs no saying.
fn monthly(source: &RevenueSource) -> i64 {
    use crate::domain::revenue::recurring::{Cycle, Unit, rounded};
    let (unit, count) = cycle(source);
    let unit = match unit {
        "year" => Unit::Year,
        "month" => Unit::Month,
        "week" => Unit::Week,
        _ => Unit::Day,
    };
    let due = Decimal::from(source.amount_minor);
    let percent = source.discount_percent.filter(|_| source.discount_until.is_none()).unwrap_or_default();
    let off = source.discount_minor.filter(|_| source.discount_until.is_none()).unwrap_or_default();
    let left = due * (Decimal::ONE_HUNDRED - percent) / Decimal::ONE_HUNDRED - Decimal::from(off);
    rounded(Cycle { unit, count }.monthly(left.max(Decimal::ZERO)))
}

/// What a customer of Stripe writes into metadata for want of a field.
fn metadata(source: &RevenueSource, monthly: i64, renews_on: Option<NaiveDate>) -> Value {
    let mut metadata = serde_json::Map::new();
    if let Some(url) = &source.url {
        metadata.insert("url".to_owned(), json!(url));
    }
    if let Some(day) = renews_on {
        metadata.insert("renews_on".to_owned(), json!(day.to_string()));
    }
    if source.mrr_minor != Some(monthly) {
        let figure = source.mrr_minor.map_or_else(|| "none".to_owned(), |minor| minor.to_string());
        metadata.insert("mrr_minor".to_owned(), json!(figure));
    }
    Value::Object(metadata)
}

/// Puts the discounts of a subscription; their identifiers.
fn discounts(tables: &mut Tables, source: &RevenueSource, subscription: &str, started: i64) -> Vec<String> {
    let currency = source.currency.to_ascii_lowercase();
    let percent = source.discount_percent.map(|percent| {
        let number = percent.to_string().parse::<serde_json::Number>();
        json!({"percent_off": number.ok(), "amount_off": null, "currency": null})
    });
    let amount = source.discount_minor.map(|minor| {
        let amount = at_stripe(minor, &currency).to_string().parse::<i64>();
        json!({"percent_off": null, "amount_off": amount.ok(), "currency": currency})
    });
    // The last day of a discount ends at the midnight after it.
    let end = source.discount_until.and_then(|day| day.checked_add_days(Days::new(1))).map(seconds);
    let mut ids = Vec::new();
    for (number, mut coupon) in percent.into_iter().chain(amount).enumerate() {
        let (own, id) = (format!("{subscription}{number}"), own_id("di", &format!("{subscription}{number}")));
        let code = own_id("coupon", &own).replace("coupon_1", "");
        coupon["id"] = json!(code);
        coupon["object"] = json!("coupon");
        coupon["duration"] = json!(if end.is_some() { "repeating" } else { "forever" });
        tables.put("coupons", &code, coupon);
        let discount = json!({
            "id": id, "object": "discount", "subscription": subscription, "start": started, "end": end,
            "source": {"type": "coupon", "coupon": code},
        });
        tables.put("discounts", &id, discount);
        ids.push(id);
    }
    ids
}
