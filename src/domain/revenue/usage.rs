//! How much an account uses the product.

use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::time::day;

/// One day of product usage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageDay {
    /// Domain of the account.
    pub account: String,
    /// The day.
    #[serde(deserialize_with = "day")]
    pub day: NaiveDate,
    /// People who used the product that day.
    pub active_users: u32,
    /// Seats paid for on that day.
    #[serde(default)]
    pub licensed_seats: Option<u32>,
}

/// The average of daily active users over the seven days that end on `last`, rounded; none without a day on record.
#[must_use]
pub fn week_average(days: &[UsageDay], last: NaiveDate) -> Option<u32> {
    let first = last.checked_sub_days(Days::new(6))?;
    let within: Vec<u32> =
        days.iter().filter(|day| (first..=last).contains(&day.day)).map(|day| day.active_users).collect();
    let sum: u64 = within.iter().map(|users| u64::from(*users)).sum();
    (!within.is_empty()).then(|| ((sum as f64) / (within.len() as f64)).round() as u32)
}
