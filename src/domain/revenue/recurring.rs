//! Monthly recurring revenue (MRR) of a subscription, worked out item by item from its prices and discounts.
//!
//! # The rule
//!
//! 1. Which subscriptions count is decided by [`RevenueSource::recurring`](super::RevenueSource::recurring): active and past
//!    due ones. Trials, paused, unpaid, unfinished and ended ones come to nothing.
//! 2. An item counts when its price recurs and is licensed. A metered price is usage and comes to nothing, and so does a price
//!    that is due once.
//! 3. What an item costs per interval is its unit price times its quantity (one, where none is given). A price per package
//!    first turns units into packages, rounded up or down as it says. Tiers are priced at the quantity: graduated ones each for
//!    the units that fall into them, volume ones all units at the tier the quantity falls into; a tier's flat amount is added
//!    where the tier is used, and the first tier's also for no units.
//! 4. A month's share: a day counts 365/12 times, a week 52/12, a month once, a year 1/12, divided by the number of
//!    intervals a price spans.
//! 5. Only discounts for good lower it, one after the other: those of an item first, then those of the subscription. A
//!    percentage takes its part of what is left. An amount is taken off once per interval, so its month's share is taken off;
//!    one of the whole subscription is shared among the items by what they come to. Nothing falls below zero.
//! 6. Figures are exact decimals in minor units until [`rounded`] rounds once, half to even. Currencies are never added.
//!
//! Annual recurring revenue is twelve times the figure.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// The unit of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// How often a price is due: every `count` units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cycle {
    /// The unit.
    pub unit: Unit,
    /// How many of them; zero is read as one.
    pub count: u32,
}

impl Cycle {
    /// Every single unit.
    #[must_use]
    pub const fn every(unit: Unit) -> Self {
        Self { unit, count: 1 }
    }

    /// The month's share of an amount that is due once per cycle.
    #[must_use]
    pub fn monthly(self, amount: Decimal) -> Decimal {
        let (times, months) = match self.unit {
            Unit::Day => (365, 12),
            Unit::Week => (52, 12),
            Unit::Month => (1, 1),
            Unit::Year => (1, 12),
        };
        amount.saturating_mul(Decimal::from(times)) / Decimal::from(months * u64::from(self.count.max(1)))
    }

    /// In the words contracts are written with: `month`, `quarter`, `2 years`, `every 6 weeks`.
    #[must_use]
    pub fn words(self) -> String {
        match (self.unit, self.count.max(1)) {
            (Unit::Day, 1) => "day".to_owned(),
            (Unit::Week, 1) => "week".to_owned(),
            (Unit::Month, 1) => "month".to_owned(),
            (Unit::Month, 3) => "quarter".to_owned(),
            (Unit::Month, 12) | (Unit::Year, 1) => "year".to_owned(),
            (Unit::Month, count) if count.is_multiple_of(12) => format!("{} years", count / 12),
            (Unit::Day, count) => format!("every {count} days"),
            (Unit::Week, count) => format!("every {count} weeks"),
            (Unit::Month, count) => format!("every {count} months"),
            (Unit::Year, count) => format!("{count} years"),
        }
    }
}

/// A step of a tiered price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// The last unit in it; none where it has no end.
    pub up_to: Option<u64>,
    /// Price of a unit, in minor units.
    pub unit: Decimal,
    /// What using the tier costs by itself, in minor units.
    pub flat: Decimal,
}

/// How a price is made of a quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// So much a unit.
    PerUnit(Decimal),
    /// Each tier prices the units that fall into it. In the order of their ends.
    Graduated(Vec<Tier>),
    /// The tier the quantity falls into prices all units. In the order of their ends.
    Volume(Vec<Tier>),
}

/// Units sold by the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package {
    /// Units in one.
    pub size: u64,
    /// Whether a package that is begun counts whole; else it does not count.
    pub round_up: bool,
}

/// What an item costs how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// How often it is due; none where it is due once.
    pub cycle: Option<Cycle>,
    /// Whether it is for usage, which is not known beforehand.
    pub metered: bool,
    /// How it is made of the quantity.
    pub scheme: Scheme,
    /// The package it is for.
    pub package: Option<Package>,
}

/// What a discount takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// So many percent.
    Percent(Decimal),
    /// So much per interval, in minor units.
    Amount(Decimal),
}

/// A discount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Discount {
    /// What it takes off.
    pub off: Off,
    /// Whether it is for good.
    pub forever: bool,
}

/// A line of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it costs.
    pub price: Price,
    /// How many units; one where none is given.
    pub quantity: Option<u64>,
    /// Its own discounts, in the order they apply.
    pub discounts: Vec<Discount>,
}

impl Item {
    /// Whether it counts towards recurring revenue.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.price.cycle.is_some() && !self.price.metered
    }

    /// What it costs per interval before any discount, in minor units; nothing where it is metered.
    #[must_use]
    pub fn due(&self) -> Decimal {
        if self.price.metered {
            return Decimal::ZERO;
        }
        let units = self.quantity.unwrap_or(1);
        let units = match self.price.package {
            Some(Package { size, round_up: true }) => units.div_ceil(size.max(1)),
            Some(Package { size, round_up: false }) => units / size.max(1),
            None => units,
        };
        match &self.price.scheme {
            Scheme::PerUnit(unit) => unit.saturating_mul(Decimal::from(units)),
            Scheme::Graduated(tiers) => graduated(tiers, units),
            Scheme::Volume(tiers) => volume(tiers, units),
        }
    }

    /// The month's share of it, before any discount.
    fn gross(&self) -> Decimal {
        self.price.cycle.filter(|_| self.counts()).map_or(Decimal::ZERO, |cycle| cycle.monthly(self.due()))
    }

    /// The month's share of it, after its own discounts for good.
    fn net(&self) -> Decimal {
        let discounts = self.discounts.iter().filter(|discount| discount.forever);
        discounts.fold(self.gross().max(Decimal::ZERO), |left, discount| match discount.off {
            Off::Percent(percent) => left.saturating_mul(left_over(percent)),
            Off::Amount(amount) => left.saturating_sub(self.share(amount)).max(Decimal::ZERO),
        })
    }

    /// The month's share of an amount taken off each time it is due.
    fn share(&self, amount: Decimal) -> Decimal {
        self.price.cycle.map_or(Decimal::ZERO, |cycle| cycle.monthly(amount.max(Decimal::ZERO)))
    }
}

/// What each item comes to in a month after all discounts for good, in minor units, in the order of the items. `discounts`
/// are those of the whole subscription.
#[must_use]
pub fn monthly(items: &[Item], discounts: &[Discount]) -> Vec<Decimal> {
    let mut nets: Vec<Decimal> = items.iter().map(Item::net).collect();
    for discount in discounts.iter().filter(|discount| discount.forever) {
        let factor = match discount.off {
            Off::Percent(percent) => left_over(percent),
            Off::Amount(amount) => left_of_amount(items, &nets, amount),
        };
        for net in &mut nets {
            *net = net.saturating_mul(factor);
        }
    }
    nets
}

/// What all items come to in a month together, in minor units.
#[must_use]
pub fn total(items: &[Item], discounts: &[Discount]) -> Decimal {
    monthly(items, discounts).into_iter().fold(Decimal::ZERO, Decimal::saturating_add)
}

/// Whole minor units, half to even. One that is too large ends at the largest.
#[must_use]
pub fn rounded(amount: Decimal) -> i64 {
    let whole = amount.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven);
    whole.to_i64().unwrap_or(if whole.is_sign_negative() { i64::MIN } else { i64::MAX })
}

/// The part that is left after a percentage, between none and all.
fn left_over(percent: Decimal) -> Decimal {
    Decimal::ONE - percent.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED) / Decimal::ONE_HUNDRED
}

/// The part that is left of all items after an amount off the subscription.
fn left_of_amount(items: &[Item], nets: &[Decimal], amount: Decimal) -> Decimal {
    let sum = nets.iter().copied().fold(Decimal::ZERO, Decimal::saturating_add);
    if sum <= Decimal::ZERO {
        return Decimal::ONE;
    }
    let off = items
        .iter()
        .zip(nets)
        .fold(Decimal::ZERO, |off, (item, net)| off.saturating_add((*net / sum).saturating_mul(item.share(amount))));
    ((sum - off.min(sum)) / sum).clamp(Decimal::ZERO, Decimal::ONE)
}

/// Each tier prices the units that fall into it.
fn graduated(tiers: &[Tier], units: u64) -> Decimal {
    let (mut sum, mut priced) = (Decimal::ZERO, 0);
    for (index, tier) in tiers.iter().enumerate() {
        let end = tier.up_to.unwrap_or(u64::MAX).min(units);
        let within = end.saturating_sub(priced);
        if within > 0 || index == 0 {
            sum = sum.saturating_add(tier.flat).saturating_add(tier.unit.saturating_mul(Decimal::from(within)));
        }
        priced = priced.max(end);
    }
    sum
}

/// The tier the quantity falls into prices all units.
fn volume(tiers: &[Tier], units: u64) -> Decimal {
    let tier = tiers.iter().find(|tier| tier.up_to.is_none_or(|end| units <= end)).or_else(|| tiers.last());
    tier.map_or(Decimal::ZERO, |tier| tier.flat.saturating_add(tier.unit.saturating_mul(Decimal::from(units))))
}

#[cfg(test)]
mod tests;
