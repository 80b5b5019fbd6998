//! Prices and discounts of Stripe in the terms recurring revenue is worked out in.

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::day;
use crate::domain::revenue::recurring::{Cycle, Discount, Item, Off, Package, Price, Scheme, Tier, Unit, rounded};
use crate::sources::stripe::amount::exact;
use crate::sources::stripe::wire::{Discounted, Line, Linked, Priced, Recurring, Step};

/// A line in the terms of the domain. Amounts are in this program's minor units.
///
/// # Errors
/// What is missing for its price to be known.
pub(super) fn item(line: &Line, currency: &str) -> Result<Item, String> {
    let price = line.price.as_ref().ok_or("an item of it has no price")?;
    let price = price.whole().ok_or("the price of an item of it could not be read")?;
    Ok(Item {
        price: priced(price, currency)?,
        quantity: line.quantity,
        discounts: line.discounts.iter().filter_map(Linked::whole).filter_map(|one| discount(one, currency)).collect(),
    })
}

fn priced(price: &Priced, currency: &str) -> Result<Price, String> {
    let metered = price.recurring.as_ref().is_some_and(|recurring| recurring.usage_type.as_deref() == Some("metered"));
    let scheme = if price.billing_scheme.as_deref() == Some("tiered") {
        let tiers = match &price.tiers {
            Some(tiers) => tiers.iter().map(|step| tier(step, currency)).collect(),
            None if metered => Vec::new(),
            None => return Err("the tiers of a price of it could not be read".to_owned()),
        };
        if price.tiers_mode.as_deref() == Some("volume") { Scheme::Volume(tiers) } else { Scheme::Graduated(tiers) }
    } else {
        let unit = price.unit_amount_decimal.or(price.unit_amount).unwrap_or_default();
        Scheme::PerUnit(exact(unit, currency))
    };
    let package = price
        .transform_quantity
        .as_ref()
        .map(|packed| Package { size: packed.divide_by, round_up: packed.round.as_deref() != Some("down") });
    Ok(Price { cycle: price.recurring.as_ref().map(cycle).transpose()?, metered, scheme, package })
}

fn tier(step: &Step, currency: &str) -> Tier {
    let unit = step.unit_amount_decimal.or(step.unit_amount).unwrap_or_default();
    let flat = step.flat_amount_decimal.or(step.flat_amount).unwrap_or_default();
    Tier { up_to: step.up_to.and_then(|end| end.to_u64()), unit: exact(unit, currency), flat: exact(flat, currency) }
}

fn cycle(recurring: &Recurring) -> Result<Cycle, String> {
    let unit = match recurring.interval.as_str() {
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        _ => return Err("the interval of a price of it is not known".to_owned()),
    };
    Ok(Cycle { unit, count: recurring.interval_count.unwrap_or(1).max(1) })
}

/// A discount in the terms of the domain; none where what it takes off could not be read, or is of another currency.
pub(super) fn discount(discounted: &Discounted, currency: &str) -> Option<Discount> {
    let coupon = discounted.coupon()?;
    let off = match (coupon.percent_off, coupon.amount_off) {
        (Some(percent), _) => Off::Percent(percent),
        (None, Some(amount)) => {
            let of = coupon.currency.as_deref().unwrap_or(currency);
            Off::Amount(exact(amount, Some(of).filter(|of| of.eq_ignore_ascii_case(currency))?))
        }
        (None, None) => return None,
    };
    Some(Discount { off, forever: coupon.duration.as_deref().is_none_or(|duration| duration == "forever") })
}

/// What the discounts of a contract take off, as a contract says it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Terms {
    /// Percent off.
    pub percent: Option<Decimal>,
    /// Amount off per interval, in minor units.
    pub minor: Option<i64>,
    /// The last day; none where they are for good.
    pub until: Option<NaiveDate>,
}

/// What discounts come to on what is due per interval. A contract says one discount: those for good go before those for a
/// time, which are said only where there are no others. One percentage and one amount are said as they are; several
/// percentages as the one they come to; anything else as the amount it takes off.
///
/// `period_end` is when the running period ends: a coupon for one invoice is over by then.
pub(super) fn terms(due: Decimal, own: &[&Discounted], currency: &str, period_end: Option<i64>) -> Terms {
    let read: Vec<(&Discounted, Discount)> =
        own.iter().filter_map(|one| Some((*one, discount(one, currency)?))).collect();
    let forever = read.iter().any(|(_, discount)| discount.forever);
    let said: Vec<&(&Discounted, Discount)> = read.iter().filter(|(_, one)| one.forever == forever).collect();
    let until = if forever { None } else { said.iter().filter_map(|(one, _)| last_day(one, period_end)).max() };
    let offs: Vec<Off> = said.iter().map(|(_, discount)| discount.off).collect();
    let (percent, minor) = match offs.as_slice() {
        [] => return Terms::default(),
        [Off::Amount(amount)] => (None, Some(rounded(*amount))),
        offs if offs.iter().all(|off| matches!(off, Off::Percent(_))) => (Some(together(offs)), None),
        offs => (None, Some(rounded(due - left(due, offs)))),
    };
    Terms { percent, minor, until }
}

/// The percentage that several come to, one after the other.
fn together(offs: &[Off]) -> Decimal {
    let whole = Decimal::ONE_HUNDRED;
    (whole - left(whole, offs)).normalize()
}

fn left(due: Decimal, offs: &[Off]) -> Decimal {
    offs.iter().fold(due, |left, off| match off {
        Off::Percent(percent) => {
            left.saturating_mul(Decimal::ONE_HUNDRED - percent.clamp(&Decimal::ZERO, &Decimal::ONE_HUNDRED))
                / Decimal::ONE_HUNDRED
        }
        Off::Amount(amount) => left.saturating_sub(*amount).max(Decimal::ZERO),
    })
}

/// The last day a discount for a time is given on.
fn last_day(discounted: &Discounted, period_end: Option<i64>) -> Option<NaiveDate> {
    // It ends at an instant; one that ends at midnight was last given the day before.
    let end = discounted.end.and_then(|end| day(end.saturating_sub(1)));
    end.or_else(|| period_end.and_then(day)?.checked_sub_days(Days::new(1))).or_else(|| discounted.start.and_then(day))
}
