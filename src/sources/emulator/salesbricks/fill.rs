//! Records as objects of Salesbricks: customers, subscriptions and their orders. Contracts entered by hand stand here too.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::account::AccountRecord;
use crate::domain::connection::Vendor;
use crate::domain::interval::Interval;
use crate::domain::money::Money;
use crate::domain::record::Record;
use crate::domain::revenue::recurring::rounded;
use crate::domain::revenue::{BillingStatus, BillingSystem, RevenueSource};
use crate::domain::time::Moment;
use crate::sources::emulator::stripe::customer_id as stripe_customer;
use crate::sources::emulator::{Names, Tables};

/// Days of a month, on average, in hundredths.
const MONTH: i64 = 3_044;

/// The tables of records.
pub(super) fn tables(records: &[Record], _now: Moment, names: &mut Names) -> Tables {
    let mut tables = Tables::default();
    let accounts: BTreeMap<&str, &AccountRecord> = records
        .iter()
        .filter_map(|record| match record {
            Record::Account(account) => Some((account.domain.as_str(), account)),
            _ => None,
        })
        .collect();
    let in_stripe: BTreeSet<&str> = records.iter().filter_map(in_stripe).collect();
    for record in records {
        let Record::RevenueSource(source) = record else { continue };
        if source.system == BillingSystem::Stripe {
            continue;
        }
        let domain = source.account.as_str();
        let customer = customer(domain, accounts.get(domain).copied(), in_stripe.contains(domain));
        let contact = contact(domain, accounts.get(domain).copied());
        let id = own_id("subscription", &source.id);
        tables.put("customers", own_id("customer", domain), customer.clone());
        put(&mut tables, &id, source, &customer, &contact);
        names.insert(record.reference(), (Vendor::Salesbricks, id));
    }
    tables
}

/// The account of a record that Stripe holds.
fn in_stripe(record: &Record) -> Option<&str> {
    match record {
        Record::RevenueSource(source) if source.system == BillingSystem::Stripe => Some(&source.account),
        Record::PaymentEvent(payment) => Some(&payment.account),
        _ => None,
    }
}

/// The same identifier for the same text every time.
fn own_id(kind: &str, text: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("salesbricks/{kind}/{text}").as_bytes()).to_string()
}

fn customer(domain: &str, account: Option<&AccountRecord>, in_stripe: bool) -> Value {
    json!({
        "customer_id": own_id("customer", domain), "external_id": null,
        "name": account.map_or(domain, |account| account.name.as_str()),
        "stripe_customer_id": in_stripe.then(|| stripe_customer(domain)),
        "address": {"line_1": "", "line_2": "", "city": "", "region": "", "zip": "", "country": ""},
    })
}

fn contact(domain: &str, account: Option<&AccountRecord>) -> Value {
    let contacts = account.map(|account| account.contacts.as_slice()).unwrap_or_default();
    let contact = contacts.iter().find(|contact| contact.primary).or_else(|| contacts.first());
    let Some(contact) = contact else { return Value::Null };
    let (first, last) = contact.name.split_once(' ').unwrap_or((&contact.name, ""));
    json!({
        "person_id": own_id("person", &format!("{domain}/{}", contact.name)), "first_name": first, "last_name": last,
        "email": contact.email, "preferred_name": "", "role": contact.title,
    })
}

/// The months of an interval, where it has whole ones.
fn months(source: &RevenueSource) -> Option<u32> {
    match source.every() {
        Interval::Months(months) => Some(months),
        _ => None,
    }
}

/// Months between the first and the last day, to the nearest whole one.
fn term(source: &RevenueSource) -> Option<u32> {
    let days = source.renews_on?.signed_duration_since(source.starts_on?).num_days();
    u32::try_from(((days * 100 + MONTH / 2) / MONTH).max(1)).ok().filter(|_| days > 0)
}

/// How often it is billed, and whether that says its interval.
fn frequency(source: &RevenueSource) -> (&'static str, bool) {
    match months(source) {
        Some(1) => ("MONTHLY", true),
        Some(3) => ("QUARTERLY", true),
        Some(6) => ("SEMI_ANNUALLY", true),
        Some(12) => ("ANNUALLY", true),
        own => ("ALL_UPFRONT", own.is_some() && own == term(source)),
    }
}

fn put(tables: &mut Tables, id: &str, source: &RevenueSource, customer: &Value, contact: &Value) {
    let (frequency, said) = frequency(source);
    let term = term(source);
    let every = if frequency == "ALL_UPFRONT" { term } else { months(source) };
    let billings = term.zip(every).map_or(1, |(term, every)| term.div_ceil(every.max(1)).max(1));
    let each = Money::new(source.amount_minor, &source.currency).major();
    let off = source.discount_minor.map(|minor| Money::new(minor, &source.currency).major() * Decimal::from(billings));
    let total = each * Decimal::from(billings);
    let (status, stage) = status(source);
    let ended = matches!(source.status, BillingStatus::Canceled | BillingStatus::Expired);
    let ends = source.renews_on.map(|day| day.to_string());
    let terminates = source.status == BillingStatus::Canceled || source.cancel_at_period_end && !ended;
    let billing = json!({"starts_at": source.starts_on, "ends_at": ends, "sub_total": number(each), "grand_total": each.to_string()});
    let line = json!({
        "brick_id": own_id("brick", &source.product), "brick_name": source.product, "plan_id": null, "plan_name": null,
        "quantity": source.quantity, "sub_total": number(total), "grand_total": total.to_string(), "tiers_breakdown": [],
    });
    let months = term.or(every).unwrap_or(12);
    let subscription = json!({
        "subscription_id": id, "name": source.product, "status": status, "stage": stage, "customer": customer,
        "starts_at": source.starts_on, "ends_at": ends, "renews_at": ends.as_ref().filter(|_| !ended && !terminates),
        "terminates_at": ends.as_ref().filter(|_| terminates), "billing_frequency": frequency, "currency": source.currency,
        "sub_total": number(total), "grand_total": number(total - off.unwrap_or_default()),
        "grand_total_details": {"total_discount": off.map(number), "total_tax": 0}, "line_items": [line],
        "billing_schedule": vec![billing; billings as usize], "point_of_contact": contact, "signatory_user": null,
        "accounts_payable_emails": [], "metadata": metadata(source, said, total, off, months),
    });
    tables.put("subscriptions", id, subscription);
    if stage == "CLOSED" {
        let order = own_id("order", &source.id);
        let kind = if source.status == BillingStatus::Trialing { "TRIAL" } else { "STANDARD" };
        let value = format!("{} {total}", source.currency);
        let object = json!({
            "order_id": order, "subscription_id": id, "contract_value": value, "pdf_url": null, "order_type": kind,
            "starts_at": source.starts_on, "ends_at": ends,
        });
        tables.put("orders", order, object);
    }
}

fn status(source: &RevenueSource) -> (&'static str, &'static str) {
    match source.status {
        BillingStatus::Draft => ("OPEN_ORDER", "BUILDING"),
        BillingStatus::Pending => ("OPEN_ORDER", "SELLER_SIGNING"),
        BillingStatus::Canceled => ("TERMINATED", "CLOSED"),
        BillingStatus::Expired => ("INACTIVE", "CLOSED"),
        BillingStatus::Active | BillingStatus::Trialing | BillingStatus::PastDue if source.cancel_at_period_end => {
            ("TERMINATING", "CLOSED")
        }
        BillingStatus::Active | BillingStatus::Trialing | BillingStatus::PastDue => ("ACTIVE", "CLOSED"),
    }
}

/// What Salesbricks has no field for.
fn metadata(source: &RevenueSource, interval: bool, total: Decimal, off: Option<Decimal>, months: u32) -> Value {
    let mut metadata = serde_json::Map::new();
    let mut put = |name: &str, text: Option<String>| {
        if let Some(text) = text {
            metadata.insert(name.to_owned(), json!(text));
        }
    };
    put("url", source.url.clone());
    put("interval", Some(source.interval.clone()).filter(|_| !interval));
    put("discount_percent", source.discount_percent.map(|percent| percent.to_string()));
    put("discount_until", source.discount_until.map(|day| day.to_string()));
    let counts = matches!(source.status, BillingStatus::Active | BillingStatus::PastDue);
    let percent = source.discount_percent.unwrap_or_default();
    let left = match source.discount_until {
        Some(_) => total,
        None => total * (Decimal::ONE_HUNDRED - percent) / Decimal::ONE_HUNDRED - off.unwrap_or_default(),
    };
    let digits = Money::new(0, &source.currency).major().scale();
    let monthly = rounded(left * Decimal::from(10_u32.pow(digits)) / Decimal::from(months.max(1)));
    if source.mrr_minor != Some(if counts { monthly } else { 0 }) {
        put("mrr_minor", Some(source.mrr_minor.map_or_else(|| "none".to_owned(), |minor| minor.to_string())));
    }
    Value::Object(metadata)
}

/// A number as JSON has it.
fn number(amount: Decimal) -> Value {
    amount.normalize().to_string().parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
}
