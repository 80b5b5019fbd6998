//! Usage: how many of the paid seats are in use, and where that is going.

use chrono::{Datelike, Days, NaiveDate};

use super::assess::{AsOf, factor, record, risk, strength};
use super::config::UsageWeights;
use super::{FactorKind, HealthInput, RiskFactor};
use crate::domain::money::grouped;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::revenue::{self, UsageDay, rests_at_weekends};

const SOURCE: &str = "usage";
/// A percentage of fewer users than this says nothing: from 1 to 15 is no growth "by 1400%".
const LEAST_BASE: u32 = 5;

/// How the average of daily active users moved from one week to a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageChange {
    /// The earlier average, rounded.
    pub before: u32,
    /// The later average, rounded.
    pub now: u32,
    /// The change from one to the other; none where the earlier one is too small for a percentage.
    pub percent: Option<i32>,
}

/// The week that ends on `last` against the one that ends `back` days earlier, over the weekdays both have on record.
/// Every change of usage that is shown is this one, so that two places never tell it differently.
#[must_use]
pub fn usage_change(days: &[UsageDay], last: NaiveDate, back: u64) -> Option<UsageChange> {
    let (now, before) = alike(&week(days, last)?, &week(days, last.checked_sub_days(Days::new(back))?)?)?;
    Some(change(&before, &now))
}

/// The change between two averages in percent, as a reader works it out from the figures shown.
#[must_use]
pub fn usage_percent(before: u32, now: u32) -> Option<i32> {
    let (base, now) = (f64::from(before), f64::from(now));
    (before >= LEAST_BASE).then(|| ((now - base) / base * 100.0).round() as i32)
}

fn change(before: &Week<'_>, now: &Week<'_>) -> UsageChange {
    let (before, now) = (before.rounded() as u32, now.rounded() as u32);
    UsageChange { before, now, percent: usage_percent(before, now) }
}

/// The average of active users over a week, and the days it was taken from.
struct Week<'a> {
    average: f64,
    days: Vec<&'a UsageDay>,
}

impl<'a> Week<'a> {
    /// None when there is no day.
    fn of(days: Vec<&'a UsageDay>) -> Option<Self> {
        let sum: f64 = days.iter().map(|usage| f64::from(usage.active_users)).sum();
        (!days.is_empty()).then(|| Self { average: sum / days.len() as f64, days })
    }

    fn rounded(&self) -> u64 {
        self.average.round() as u64
    }

    fn records(&self) -> impl Iterator<Item = RecordRef> {
        self.days.iter().map(|day| record(RecordKind::Usage, &format!("{}/{}", day.account, day.day)))
    }
}

/// Whether there is usage data recent enough to tell anything.
pub(super) fn is_known(input: &HealthInput<'_>, moment: AsOf, weights: &UsageWeights) -> bool {
    newest(input, moment, weights).is_some()
}

fn newest(input: &HealthInput<'_>, moment: AsOf, weights: &UsageWeights) -> Option<NaiveDate> {
    let newest = input.usage.iter().map(|usage| usage.day).filter(|day| *day <= moment.today).max()?;
    let age = moment.today.signed_duration_since(newest).num_days();
    (age <= i64::from(weights.stale_after_days)).then_some(newest)
}

fn week(usage: &[UsageDay], last: NaiveDate) -> Option<Week<'_>> {
    Week::of(revenue::week(usage, last))
}

/// The share of paid seats in use, as the average of the newest week; of its working days where nobody works at weekends.
pub(super) fn adoption(input: &HealthInput<'_>, moment: AsOf, weights: &UsageWeights) -> Option<RiskFactor> {
    let newest = newest(input, moment, weights)?;
    let week = week(input.usage, newest)?;
    let day = if rests_at_weekends(input.usage, newest) { "working day" } else { "day" };
    let seats = week
        .days
        .iter()
        .find_map(|day| day.licensed_seats)
        .or(input.account.licensed_seats)
        .or_else(|| running_seats(input, moment))
        .filter(|seats| *seats > 0)?;
    let share = week.average / f64::from(seats);
    let magnitude = if share >= weights.good_from {
        strength(weights.good)
    } else if share < weights.low_below {
        risk((f64::from(weights.none) * (weights.low_below - share) / weights.low_below).round() as u32)
    } else {
        0
    };
    let word = if magnitude < 0 { "Low" } else { "Good" };
    let percent = (share * 100.0).round() as u64;
    let reason = if week.rounded() == 0 {
        format!("Nobody uses the product: 0 of {} seats in the last week", grouped(u64::from(seats)))
    } else {
        format!(
            "{word} product adoption: {} of {} seats in use on an average {day} ({percent}%)",
            grouped(week.rounded()),
            grouped(u64::from(seats)),
        )
    };
    Some(factor(FactorKind::Adoption, magnitude, reason, SOURCE, week.records().collect()))
}

fn running_seats(input: &HealthInput<'_>, moment: AsOf) -> Option<u32> {
    input
        .revenue
        .iter()
        .filter(|contract| contract.recurring() && super::money::begun(contract, moment.today))
        .filter_map(|contract| contract.quantity)
        .max()
}

/// The newest week against the weeks 30 and 80 days before it; the heavier decline counts.
pub(super) fn trend(input: &HealthInput<'_>, moment: AsOf, weights: &UsageWeights) -> Option<RiskFactor> {
    let newest = newest(input, moment, weights)?;
    let newest_week = week(input.usage, newest)?;
    let spans = [(30_u64, weights.decline_month), (80, weights.decline_quarter)];
    let mut weightiest: Option<RiskFactor> = None;
    for (span, full) in spans {
        let earlier = newest.checked_sub_days(Days::new(span)).and_then(|last| week(input.usage, last));
        let Some((now, before)) = earlier.and_then(|earlier| alike(&newest_week, &earlier)) else { continue };
        let exact = (now.average - before.average) / before.average * 100.0;
        let magnitude = points(exact, full, span, weights);
        // An account that grows again is not held to what it was a quarter ago.
        if weightiest.as_ref().is_some_and(|found| found.magnitude > 0 || found.magnitude <= magnitude) {
            continue;
        }
        let direction = if exact < 0.0 { "down" } else { "up" };
        let (from, to) = (grouped(before.rounded()), grouped(now.rounded()));
        let reason = match change(&before, &now).percent {
            Some(percent) => format!(
                "Active users {direction} {}% in {span} days ({from} → {to}, weekly averages)",
                percent.unsigned_abs()
            ),
            None => format!("Active users {direction} from {from} to {to} in {span} days (weekly averages)"),
        };
        let records = interleaved(now.records(), before.records());
        weightiest = Some(factor(FactorKind::UsageTrend, magnitude, reason, SOURCE, records));
    }
    weightiest
}

/// Two weeks cut down to the weekdays both have on record; none when they share too few to be compared, or when nobody
/// was there in the earlier one.
fn alike<'a>(now: &Week<'a>, before: &Week<'a>) -> Option<(Week<'a>, Week<'a>)> {
    let shared = |week: &Week<'a>, other: &Week<'a>| {
        let has = |weekday| other.days.iter().any(|day| day.day.weekday() == weekday);
        Week::of(week.days.iter().copied().filter(|day| has(day.day.weekday())).collect())
    };
    let (left, right) = (shared(now, before)?, shared(before, now)?);
    let enough = left.days.len() * 2 >= now.days.len().max(before.days.len());
    (enough && right.rounded() > 0).then_some((left, right))
}

fn points(change: f64, full: u32, span: u64, weights: &UsageWeights) -> i32 {
    let decline = -change;
    let (from, to) = (f64::from(weights.decline_from), f64::from(weights.decline_full.max(weights.decline_from + 1)));
    if decline >= from {
        // A decline that just counts takes a seventh of the points, a full one all of them.
        let depth = ((decline - from) / (to - from)).min(1.0);
        risk((f64::from(full) * (0.15 + 0.85 * depth)).round() as u32)
    } else if change >= f64::from(weights.growth_from) && span == 30 {
        strength(weights.growth)
    } else {
        0
    }
}

/// Both weeks' records, so that the first two are the newest day of each.
fn interleaved(now: impl Iterator<Item = RecordRef>, before: impl Iterator<Item = RecordRef>) -> Vec<RecordRef> {
    let (now, before): (Vec<_>, Vec<_>) = (now.collect(), before.collect());
    let longest = now.len().max(before.len());
    (0..longest).flat_map(|index| [now.get(index).cloned(), before.get(index).cloned()]).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_the_one_of_the_figures_shown_and_none_of_a_handful() {
        for (before, now, percent) in [(165, 126, Some(-24)), (5, 4, Some(-20)), (68, 74, Some(9)), (1, 15, None)] {
            assert_eq!(usage_percent(before, now), percent, "{before} to {now}");
        }
    }
}
