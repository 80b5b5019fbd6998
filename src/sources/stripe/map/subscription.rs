//! Subscriptions, and subscriptions that are planned.
//!
//! | Stripe says | the contract is |
//! |---|---|
//! | `active`, `trialing`, `past_due` | active, trialing, past due |
//! | `incomplete` | pending: its first payment has not gone through |
//! | a schedule that has not started | pending |
//! | `canceled` at the end of its trial, `paused` | expired: a trial that nobody paid on |
//! | `unpaid`, `incomplete_expired` | expired: Stripe gave up collecting, nothing recurs |
//! | `canceled` otherwise | canceled |
//!
//! Collection that is paused (`pause_collection`) changes nothing: the subscription keeps its status and its price, as in
//! Stripe's own figures; what is not collected shows in the invoices.
//!
//! A subscription whose items are all due at the same interval is one contract. Where intervals differ, each item is a
//! contract by itself, under the subscription's and the item's identifier. A metered item has no price that is known
//! beforehand: it is named among the products and adds nothing. The quantity of several items is the largest: seats
//! of a plan and of an addition to it are the same seats.
//!
//! The last day of a contract is the day it ended, else the day it is to be canceled on, else what its metadata says under
//! `renews_on` (a commitment of a year that is billed every month), else the end of its trial, else the end of the period.
//! Monthly recurring revenue follows [`crate::domain::revenue::recurring`], unless the metadata says a figure in minor
//! units under `mrr_minor`, or `none` there.
//! Discounts of the customer, and not of the subscription or an item, are not read.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::pricing::{Terms, discount, item, terms};
use super::{currency, customer, day, said, url};
use crate::domain::record::Record;
use crate::domain::revenue::recurring::{Cycle, Discount, Item, monthly, rounded};
use crate::domain::revenue::{BillingStatus, BillingSystem, RevenueSource};
use crate::sources::stripe::wire::{Discounted, Line, Linked, Metadata, Schedule, Subscription};
use crate::sources::{Access, Found};

/// What the product of an item is called where nobody says.
const UNNAMED: &str = "Subscription";

/// The contracts of a subscription.
pub(super) fn found(access: &Access, subscription: &Subscription) -> Result<Vec<Found>, String> {
    let lines: Vec<&Line> = subscription.items.data.iter().collect();
    let discounts: Vec<&Discounted> = subscription
        .discounts
        .iter()
        .chain(subscription.discount.iter().filter(|_| subscription.discounts.is_empty()))
        .filter_map(Linked::whole)
        .collect();
    let terms = Whole {
        id: &subscription.id,
        status: status(subscription)?,
        currency: currency(money_of(subscription.currency.as_deref(), &lines))?,
        starts_on: subscription.start_date.or(subscription.created).and_then(day),
        renews_on: last_day(subscription, &lines),
        ends: subscription.cancel_at_period_end.unwrap_or_default() || subscription.cancel_at.is_some(),
        period_end: period_end(subscription, &lines),
        discounts,
        metadata: &subscription.metadata,
        url: url(&subscription.metadata, "url", subscription.livemode, &format!("subscriptions/{}", subscription.id)),
    };
    let customer = customer(subscription.customer.as_ref())?;
    contracts(access, &terms, &lines, &customer)
}

/// The contracts of a schedule whose subscription has not started; none once it has, when the subscription says all.
pub(super) fn planned(access: &Access, schedule: &Schedule) -> Result<Vec<Found>, String> {
    if schedule.status != "not_started" {
        return Ok(Vec::new());
    }
    let first = schedule.phases.first().ok_or("it has no phases")?;
    let lines: Vec<&Line> = first.items.iter().collect();
    let ends = schedule.phases.last().and_then(|phase| phase.end_date).and_then(day);
    let terms = Whole {
        id: &schedule.id,
        status: BillingStatus::Pending,
        currency: currency(money_of(first.currency.as_deref(), &lines))?,
        starts_on: first.start_date.and_then(day),
        renews_on: said(&schedule.metadata, &RENEWAL).and_then(|text| text.parse().ok()).or(ends),
        ends: schedule.end_behavior.as_deref() == Some("cancel"),
        period_end: None,
        discounts: Vec::new(),
        metadata: &schedule.metadata,
        url: url(&schedule.metadata, "url", schedule.livemode, &format!("subscription_schedules/{}", schedule.id)),
    };
    let customer = customer(schedule.customer.as_ref())?;
    contracts(access, &terms, &lines, &customer)
}

/// Keys of the metadata that say the day of renewal, where that is not the end of the period.
const RENEWAL: [&str; 3] = ["renews_on", "renewal_date", "contract_end"];

/// What holds for all contracts of a subscription.
struct Whole<'a> {
    id: &'a str,
    status: BillingStatus,
    currency: String,
    starts_on: Option<NaiveDate>,
    renews_on: Option<NaiveDate>,
    ends: bool,
    period_end: Option<i64>,
    discounts: Vec<&'a Discounted>,
    metadata: &'a Metadata,
    url: String,
}

fn contracts(access: &Access, whole: &Whole<'_>, lines: &[&Line], customer: &str) -> Result<Vec<Found>, String> {
    let items: Vec<Item> = lines.iter().map(|line| item(line, &whole.currency)).collect::<Result<_, _>>()?;
    let recurring: Vec<usize> = (0..items.len()).filter(|at| items[*at].price.cycle.is_some()).collect();
    let mut cycles: Vec<Cycle> = recurring.iter().filter_map(|at| items[*at].price.cycle).collect();
    cycles.sort_unstable();
    cycles.dedup();
    let discounts: Vec<Discount> = whole.discounts.iter().filter_map(|one| discount(one, &whole.currency)).collect();
    let shares = monthly(&items, &discounts);
    let of = |id: String, at: &[usize]| {
        let lines: Vec<&Line> = at.iter().map(|at| lines[*at]).collect();
        let part: Vec<&Item> = at.iter().map(|at| &items[*at]).collect();
        let share = at.iter().fold(Decimal::ZERO, |sum, at| sum.saturating_add(shares[*at]));
        Found::of_company(customer, Record::RevenueSource(contract(access.record_id(&id), whole, &lines, &part, share)))
    };
    match cycles.as_slice() {
        [] => Err("none of its items recurs".to_owned()),
        [_] => Ok(vec![of(whole.id.to_owned(), &recurring)]),
        _ => Ok(recurring
            .iter()
            .map(|at| {
                let own = lines[*at].id.clone().unwrap_or_else(|| at.to_string());
                of(format!("{}/{own}", whole.id), &[*at])
            })
            .collect()),
    }
}

/// One contract of some items that are due at the same interval.
fn contract(id: String, whole: &Whole<'_>, lines: &[&Line], items: &[&Item], share: Decimal) -> RevenueSource {
    let due = items.iter().fold(Decimal::ZERO, |sum, item| sum.saturating_add(item.due()));
    let own = lines.iter().flat_map(|line| &line.discounts).filter_map(Linked::whole);
    // A discount of one item among several is no percentage of the whole.
    let discounts: Vec<&Discounted> = own.chain(whole.discounts.iter().copied()).collect();
    let said_off = match lines {
        [_] => terms(due, &discounts, &whole.currency, whole.period_end),
        _ if lines.iter().all(|line| line.discounts.is_empty()) => {
            terms(due, &whole.discounts, &whole.currency, whole.period_end)
        }
        _ => off_by_share(items, due, share),
    };
    let counts = matches!(whole.status, BillingStatus::Active | BillingStatus::PastDue);
    RevenueSource {
        id,
        account: String::new(),
        system: BillingSystem::Stripe,
        product: products(lines),
        status: whole.status,
        interval: items.iter().find_map(|item| item.price.cycle).map(Cycle::words).unwrap_or_default(),
        amount_minor: rounded(due),
        currency: whole.currency.clone(),
        mrr_minor: match said(whole.metadata, &["mrr_minor"]) {
            Some("none") => None,
            Some(text) if text.parse::<i64>().is_ok() => text.parse().ok(),
            _ => Some(if counts { rounded(share) } else { 0 }),
        },
        discount_percent: said_off.percent,
        discount_minor: said_off.minor,
        discount_until: said_off.until,
        quantity: lines.iter().filter_map(|line| line.quantity).max().and_then(|most| u32::try_from(most).ok()),
        starts_on: whole.starts_on,
        renews_on: whole.renews_on,
        cancel_at_period_end: whole.ends,
        url: Some(whole.url.clone()),
    }
}

/// What discounts for good take off items of the same interval together, told from what is left of them.
fn off_by_share(items: &[&Item], due: Decimal, share: Decimal) -> Terms {
    let gross = items.iter().find_map(|item| item.price.cycle).map_or(Decimal::ZERO, |cycle| cycle.monthly(due));
    if gross <= Decimal::ZERO || share >= gross {
        return Terms::default();
    }
    let off = rounded(due.saturating_mul(Decimal::ONE - share / gross));
    Terms { minor: Some(off).filter(|off| *off > 0), ..Terms::default() }
}

/// The names of what is sold, each once.
fn products(lines: &[&Line]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for line in lines {
        let price = line.price.as_ref().and_then(Linked::whole);
        let product = price.and_then(|price| price.product.as_ref()?.whole()?.name.as_deref());
        let name = product.or_else(|| price?.nickname.as_deref()).map(str::trim).filter(|name| !name.is_empty());
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            names.push(name);
        }
    }
    if names.is_empty() { UNNAMED.to_owned() } else { names.join(", ") }
}

fn money_of<'a>(own: Option<&'a str>, lines: &[&'a Line]) -> Option<&'a str> {
    own.or_else(|| lines.iter().find_map(|line| line.price.as_ref()?.whole()?.currency.as_deref()))
}

fn status(subscription: &Subscription) -> Result<BillingStatus, String> {
    let trial_over = match (subscription.trial_end, subscription.ended_at) {
        (Some(trial), Some(ended)) => ended <= trial,
        _ => false,
    };
    Ok(match subscription.status.as_str() {
        "active" => BillingStatus::Active,
        "trialing" => BillingStatus::Trialing,
        "past_due" => BillingStatus::PastDue,
        "incomplete" => BillingStatus::Pending,
        "canceled" if trial_over => BillingStatus::Expired,
        "canceled" | "ended" => BillingStatus::Canceled,
        "paused" | "unpaid" | "incomplete_expired" => BillingStatus::Expired,
        _ => return Err("its status is not known".to_owned()),
    })
}

fn period_end(subscription: &Subscription, lines: &[&Line]) -> Option<i64> {
    lines.iter().filter_map(|line| line.current_period_end).max().or(subscription.current_period_end)
}

fn last_day(subscription: &Subscription, lines: &[&Line]) -> Option<NaiveDate> {
    let over = matches!(subscription.status.as_str(), "canceled" | "ended" | "incomplete_expired");
    let ended = subscription.ended_at.or(subscription.canceled_at).filter(|_| over);
    if let Some(day) = ended.or(subscription.cancel_at).and_then(day) {
        return Some(day);
    }
    let committed = said(&subscription.metadata, &RENEWAL).and_then(|text| text.parse().ok());
    let trial = subscription.trial_end.filter(|_| matches!(subscription.status.as_str(), "trialing" | "paused"));
    committed.or_else(|| trial.or_else(|| period_end(subscription, lines)).and_then(day))
}
