//! What may come of an account that pays nothing: how likely it buys or comes back, and what that is worth.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::domain::health::{Chance, HealthConfig, HealthInput, Likelihood, LikelihoodKind};
use crate::domain::money::{Money, totals};
use crate::domain::revenue::{BillingStatus, Deal, DealStatus, RevenueSource};
use crate::domain::time::Moment;

/// An account that may buy, or come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prospect {
    /// What it may do.
    pub kind: LikelihoodKind,
    /// How likely that is, 0 to 100. What was shipped since it was lost is not counted: that is found by matching release
    /// notes, and not from the account's records.
    pub score: u32,
    /// The same in a word.
    pub chance: Chance,
    /// What it is worth, one entry per currency: open deals, without any the yearly price of its trials; of a lost account
    /// the deal or contract that was lost last.
    pub value: Vec<Money>,
}

impl Prospect {
    /// Of an account at `now`; none for one that pays, and for one of which nothing is on record that it could buy.
    #[must_use]
    pub fn of(records: &HealthInput<'_>, now: Moment, rules: &HealthConfig) -> Option<Self> {
        let Likelihood { kind, score, chance, .. } = Likelihood::of(records, &[], now, rules)?;
        let value = match kind {
            LikelihoodKind::Convert => offered(records),
            LikelihoodKind::Reengage => lost(records),
        };
        Some(Self { kind, score, chance, value })
    }

    /// Its value times the likelihood, one entry per currency.
    #[must_use]
    pub fn expected(&self) -> Vec<Money> {
        self.value.iter().map(|value| expected(value, self.score)).collect()
    }

    /// The largest amount of its value in minor units, for an order.
    #[must_use]
    pub fn top(&self) -> i64 {
        self.value.iter().map(|value| value.minor).max().unwrap_or_default()
    }
}

/// So many hundredths of an amount, to the nearest minor unit.
fn expected(value: &Money, score: u32) -> Money {
    let part = Decimal::from(value.minor) * Decimal::from(score) / Decimal::ONE_HUNDRED;
    let minor = part.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64().unwrap_or(value.minor);
    Money::new(minor, &value.currency)
}

fn offered(records: &HealthInput<'_>) -> Vec<Money> {
    let open = records.deals.iter().filter(|deal| deal.status == DealStatus::Open && deal.value_minor > 0);
    let deals = totals(open.map(Deal::value));
    if !deals.is_empty() {
        return deals;
    }
    let trials = records.revenue.iter().filter(|source| source.status == BillingStatus::Trialing);
    totals(trials.filter_map(RevenueSource::arr).filter(|arr| arr.minor > 0))
}

fn lost(records: &HealthInput<'_>) -> Vec<Money> {
    let deals = records.deals.iter().filter(|deal| deal.status == DealStatus::Lost && deal.value_minor > 0);
    let deals = deals.filter_map(|deal| Some((deal.closed_at?.day(), deal.value())));
    let ended = |source: &&RevenueSource| matches!(source.status, BillingStatus::Canceled | BillingStatus::Expired);
    let contracts = records.revenue.iter().filter(ended);
    let contracts = contracts.filter_map(|source| Some((source.renews_on?, source.arr()?)));
    deals.chain(contracts).max_by_key(|(on, _)| *on).map(|(_, value)| value).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expected_value_is_a_part_of_its_own_currency() {
        let value = vec![Money::new(100_001, "EUR"), Money::new(500, "USD")];
        let prospect = Prospect { kind: LikelihoodKind::Convert, score: 50, chance: Chance::Fair, value };
        assert_eq!(prospect.expected(), [Money::new(50_001, "EUR"), Money::new(250, "USD")]);
        assert_eq!(prospect.top(), 100_001);
        assert_eq!(expected(&Money::new(i64::MAX, "EUR"), 100).minor, i64::MAX);
    }
}
