//! What the accounts of a list come to: sums, averages and shares over all that match, never over two currencies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::money::Money;

/// What accounts are added up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// All of them together.
    Together,
    /// Who owns them.
    Owner,
    /// Their segment.
    Segment,
    /// The level of their score.
    Level,
    /// The section they are in.
    Section,
    /// The currency of their recurring revenue.
    Currency,
    /// The month they renew in.
    Month,
}

/// What the accounts of a group come to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sum {
    /// What the group is called; empty where all are added up together, or where accounts have none.
    pub group: String,
    /// How many accounts it has.
    pub accounts: u64,
    /// Their annual recurring revenue, one entry per currency.
    pub arr: Vec<MoneySum>,
    /// Seats they pay for together.
    pub seats: u64,
    /// How many of them have seats on record.
    pub with_seats: u64,
    /// Seats of one of those, on average, in tenths rounded.
    pub seats_mean: f64,
    /// Active users they have together, each a weekly average.
    pub active_users: u64,
    /// How many of them have usage on record.
    pub with_usage: u64,
    /// Active users of one of those, on average.
    pub active_users_mean: f64,
}

/// Money of several accounts in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneySum {
    /// All of it.
    pub total: Money,
    /// How many accounts it comes from.
    pub accounts: u64,
    /// What one of those brings on average.
    pub mean: Money,
    /// A twelfth of it.
    pub monthly: Money,
    /// A twelfth of what one brings on average.
    pub monthly_mean: Money,
}

impl MoneySum {
    /// `total` of so many accounts.
    #[must_use]
    pub fn of(total: Money, accounts: u64) -> Self {
        let per = |number: u64| Money::new(divided(total.minor, number), &total.currency);
        Self { mean: per(accounts), monthly: per(12), monthly_mean: per(accounts.saturating_mul(12)), accounts, total }
    }
}

/// What share of a larger set of accounts a set is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// Of its accounts.
    pub accounts: Share<u64>,
    /// Of its annual recurring revenue, one entry per currency of the larger set.
    pub arr: Vec<Share<Money>>,
    /// Of its seats.
    pub seats: Share<u64>,
    /// Of its active users.
    pub active_users: Share<u64>,
}

/// A part of a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share<T> {
    /// The part.
    pub part: T,
    /// The whole.
    pub whole: T,
    /// The part of a hundred of the whole, in tenths rounded; none of nothing.
    pub percent: Option<f64>,
}

impl<T> Share<T> {
    /// `part` of `whole`, which are these numbers.
    fn new(part: T, whole: T, numbers: (f64, f64)) -> Self {
        let percent = (numbers.1 > 0.0).then(|| tenths(numbers.0 / numbers.1 * 100.0));
        Self { part, whole, percent }
    }
}

impl Shares {
    /// What share of `whole` the part is.
    #[must_use]
    pub fn of(part: &Sum, whole: &Sum) -> Self {
        let counted = |part: u64, whole: u64| Share::new(part, whole, (part as f64, whole as f64));
        let arr = whole.arr.iter().map(|sum| {
            let same = part.arr.iter().find(|part| part.total.currency == sum.total.currency);
            let part = same.map_or_else(|| Money::new(0, &sum.total.currency), |part| part.total.clone());
            let numbers = (part.minor as f64, sum.total.minor as f64);
            Share::new(part, sum.total.clone(), numbers)
        });
        Self {
            accounts: counted(part.accounts, whole.accounts),
            arr: arr.collect(),
            seats: counted(part.seats, whole.seats),
            active_users: counted(part.active_users, whole.active_users),
        }
    }
}

/// `number` of so many, on average, in tenths rounded.
#[must_use]
pub fn mean(number: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { tenths(number as f64 / of as f64) }
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// A number of minor units among so many, rounded to the nearest.
fn divided(minor: i64, among: u64) -> i64 {
    let among = i128::from(among.max(1));
    let half = among / 2 * i128::from(minor.signum());
    i64::try_from((i128::from(minor) + half) / among).unwrap_or(minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(accounts: u64, minor: i64) -> Sum {
        Sum { accounts, arr: vec![MoneySum::of(Money::new(minor, "EUR"), accounts)], ..Sum::default() }
    }

    #[test]
    fn an_average_is_of_the_accounts_that_bring_something() {
        let two = MoneySum::of(Money::new(1_000_001, "EUR"), 2);
        assert_eq!(two.mean, Money::new(500_001, "EUR"));
        assert_eq!(MoneySum::of(Money::new(0, "EUR"), 0).mean, Money::new(0, "EUR"));
    }

    #[test]
    fn a_share_is_told_in_tenths_and_none_of_nothing() {
        let shares = Shares::of(&sum(1, 200), &sum(3, 600));
        assert_eq!(shares.arr[0].percent, Some(33.3));
        assert_eq!(shares.accounts.percent, Some(33.3));
        assert_eq!(shares.seats.percent, None);
    }
}
