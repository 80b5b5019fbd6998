//! How much an account uses the product.

use chrono::{Datelike, Days, NaiveDate, Weekday};
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

/// The days on record of the seven that end on `last`, the newest first; without the weekend where hardly anybody works at
/// weekends.
#[must_use]
pub fn week(days: &[UsageDay], last: NaiveDate) -> Vec<&UsageDay> {
    let Some(first) = last.checked_sub_days(Days::new(6)) else { return Vec::new() };
    let mut within: Vec<&UsageDay> = days.iter().filter(|day| (first..=last).contains(&day.day)).collect();
    if within.iter().any(|day| at_weekend(day.day)) && rests_at_weekends(days, last) {
        within.retain(|day| !at_weekend(day.day));
    }
    within.sort_by_key(|day| std::cmp::Reverse(day.day));
    within
}

/// The average of daily active users over the [`week`] that ends on `last`, rounded; none without a day on record.
#[must_use]
pub fn week_average(days: &[UsageDay], last: NaiveDate) -> Option<u32> {
    let within = week(days, last);
    let sum: u64 = within.iter().map(|day| u64::from(day.active_users)).sum();
    (!within.is_empty()).then(|| ((sum as f64) / (within.len() as f64)).round() as u32)
}

/// Fewer active users at weekends than this share of those on other days, and nobody works then.
const RESTS_BELOW: f64 = 0.2;

/// Days looked at to tell whether weekends are worked.
const RECENT: u64 = 42;

/// Whether a day is a Saturday or a Sunday.
#[must_use]
pub fn at_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Whether hardly anybody works at weekends, as the days until `last` tell.
#[must_use]
pub fn rests_at_weekends(days: &[UsageDay], last: NaiveDate) -> bool {
    weekend_share(days, last).is_some_and(|share| share < RESTS_BELOW)
}

/// Active users of a day at weekends as a share of those of other days, as the newest days until `last` tell.
fn weekend_share(days: &[UsageDay], last: NaiveDate) -> Option<f64> {
    let first = last.checked_sub_days(Days::new(RECENT))?;
    let mean = |weekend: bool| {
        let recent = days.iter().filter(|day| first < day.day && day.day <= last);
        let of: Vec<f64> =
            recent.filter(|day| at_weekend(day.day) == weekend).map(|day| day.active_users.into()).collect();
        (of.len() > 1).then(|| of.iter().sum::<f64>() / of.len() as f64)
    };
    let (weekend, week) = (mean(true)?, mean(false)?);
    (week > 0.0).then(|| weekend / week)
}

/// Fewer days than this on either side make no level.
const LEAST_DAYS: usize = 4;

/// Days that make the level before a move.
const LEVEL_DAYS: usize = 10;

/// A smaller move, as a share of the larger level, is the usual up and down.
const CLEARLY: f64 = 0.15;

/// A day this near to the level before belongs to it.
const NEAR: f64 = 0.06;

/// Fewer active users at weekends than this share of other days, and only those are compared with each other.
const QUIETER_BELOW: f64 = 0.8;

/// Where usage moved from one level to another: the last day before, the first day that stands apart, and the averages
/// before and since. The oldest day first; weekends are left out where they are quieter.
#[must_use]
pub fn moved(days: &[UsageDay]) -> Option<(&UsageDay, &UsageDay, u32, u32)> {
    let quieter = weekend_share(days, days.last()?.day).is_some_and(|share| share < QUIETER_BELOW);
    let days: Vec<&UsageDay> = days.iter().filter(|day| !(quieter && at_weekend(day.day))).collect();
    let users: Vec<f64> = days.iter().map(|day| day.active_users.into()).collect();
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len().max(1) as f64;
    let spread = |of: &[f64]| of.iter().map(|users| (users - mean(of)).powi(2)).sum::<f64>();
    let cuts = LEAST_DAYS..users.len().saturating_sub(LEAST_DAYS - 1);
    let error = |cut: usize| spread(&users[..cut]) + spread(&users[cut..]);
    let cut = cuts.min_by(|left, right| error(*left).total_cmp(&error(*right)))?;
    let falls = mean(&users[cut..]) < mean(&users[..cut]);
    // A slide begins before its middle: go back to the last day that still stood at the level before.
    let settled = cut.saturating_sub(LEAST_DAYS).max(LEAST_DAYS);
    let before = mean(&users[settled.saturating_sub(LEVEL_DAYS)..settled]);
    let apart = |users: f64| if falls { users < before * (1.0 - NEAR) } else { users > before * (1.0 + NEAR) };
    let first = (0..=cut).rev().take_while(|at| apart(users[*at])).last().unwrap_or(cut);
    let before = mean(&users[first.saturating_sub(LEVEL_DAYS)..first]);
    let since = mean(&users[first..]);
    let clear = first > 0 && (before - since).abs() >= before.max(since) * CLEARLY;
    clear.then(|| (days[first - 1], days[first], before.round() as u32, since.round() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(users: &[u32]) -> Vec<UsageDay> {
        let first = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let day = |(at, users): (usize, &u32)| UsageDay {
            account: "mill.example".to_owned(),
            day: first + Days::new(at as u64),
            active_users: *users,
            licensed_seats: None,
        };
        users.iter().enumerate().map(day).collect()
    }

    #[test]
    fn weekends_are_left_out_where_nobody_works_then() {
        let of = |users: &[u32]| {
            let days = days(users);
            let last = days.last().unwrap().day;
            (rests_at_weekends(&days, last), week_average(&days, last), week(&days, last).len())
        };
        assert_eq!(of(&[40, 41, 39, 40, 42, 0, 1].repeat(3)), (true, Some(40), 5));
        assert_eq!(of(&[40, 41, 39, 40, 42, 20, 18].repeat(3)), (false, Some(34), 7));
        assert_eq!(of(&[40, 41]), (false, Some(41), 2));
    }

    #[test]
    fn a_weekend_that_came_later_says_nothing_of_a_week_before_it() {
        let mut users = [40, 40, 40, 40, 40, 30, 30].repeat(4);
        users.extend([40, 40, 40, 40, 40, 0, 0].repeat(6));
        let days = days(&users);
        assert!(!rests_at_weekends(&days, days[27].day));
        assert!(rests_at_weekends(&days, days[69].day));
    }

    #[test]
    fn a_slide_begins_on_its_first_day() {
        let slide = [50, 51, 49, 50, 52, 50, 49, 51, 44, 38, 31, 22, 20, 21, 19, 20, 21];
        let slide = days(&slide);
        assert_eq!(moved(&slide).map(|(_, first, before, _)| (first.day, before)), Some((slide[8].day, 50)));
        let step = [20, 21, 19, 20, 21, 20, 40, 41, 39, 40, 41, 40];
        let step = days(&step);
        assert_eq!(moved(&step).map(|(_, first, ..)| first.day), Some(step[6].day));
        assert_eq!(moved(&days(&[30, 31, 29, 30, 31, 30, 29, 31, 30, 30])), None);
    }
}
