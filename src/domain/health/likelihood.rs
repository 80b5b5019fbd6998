//! How likely an account is to buy or to come back, told like the health score: the factors first, and their sum.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::assess::{AsOf, days, factor, record, risk, strength};
use super::config::LikelihoodWeights;
use super::{FactorKind, HealthConfig, HealthInput, RiskFactor, UsageWeights, usage, voice};
use crate::domain::record::RecordKind;
use crate::domain::revenue::{BillingStatus, Deal, DealStatus, RevenueSource};
use crate::domain::time::{Moment, day_text};

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LikelihoodKind {
    /// Become a paying customer, from a trial or an open deal.
    Convert,
    /// Come back after a lost deal or a contract that ended.
    Reengage,
}

/// How likely it is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Chance {
    Low,
    Fair,
    High,
}

/// How likely an account is to do something, 0 to 100, with what makes it up.
#[derive(Clone, Debug, PartialEq)]
pub struct Likelihood {
    /// What.
    pub kind: LikelihoodKind,
    /// 0 to 100.
    pub score: u32,
    /// The same in a word.
    pub chance: Chance,
    /// What it starts from.
    pub base: u32,
    /// The factors, the weightiest first.
    pub factors: Vec<RiskFactor>,
}

/// Something that was shipped and answers what an account asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// What it asked for.
    pub what: String,
    /// What was shipped.
    pub title: String,
    /// When.
    pub on: NaiveDate,
}

impl Likelihood {
    /// How likely an account is to convert, or to come back where it was lost; none for a paying customer and for one of
    /// which no trial and no deal is on record. Nothing dated after `now` counts.
    #[must_use]
    pub fn of(input: &HealthInput<'_>, shipped: &[Shipped], now: Moment, rules: &HealthConfig) -> Option<Self> {
        let moment = AsOf { now, today: now.day() };
        let begun = |status: &[BillingStatus]| {
            input
                .revenue
                .iter()
                .any(|source| status.contains(&source.status) && super::money::begun(source, moment.today))
        };
        if begun(&[BillingStatus::Active, BillingStatus::PastDue]) {
            return None;
        }
        let open = input.deals.iter().any(|deal| deal.status == DealStatus::Open);
        if begun(&[BillingStatus::Trialing]) || open {
            return Some(convert(input, moment, rules));
        }
        let lost = lost(input, moment)?;
        Some(reengage(input, &lost, shipped, moment, rules))
    }

    fn summed(kind: LikelihoodKind, base: u32, mut factors: Vec<RiskFactor>, weights: &LikelihoodWeights) -> Self {
        factors.retain(|factor| factor.magnitude != 0);
        factors.sort_by_key(|factor| (std::cmp::Reverse(factor.magnitude.abs()), factor.magnitude > 0, factor.kind));
        let start = i32::try_from(base).unwrap_or(100);
        let sum = factors.iter().fold(start, |sum, factor| sum.saturating_add(factor.magnitude));
        let score = sum.clamp(0, 100).unsigned_abs();
        let chance = if score >= weights.high_from {
            Chance::High
        } else if score < weights.low_below {
            Chance::Low
        } else {
            Chance::Fair
        };
        Self { kind, score, chance, base, factors }
    }
}

/// Whoever uses it, speaks to us and likes it, buys it.
fn convert(input: &HealthInput<'_>, moment: AsOf, rules: &HealthConfig) -> Likelihood {
    let weights = &rules.likelihood;
    let use_of_trial = UsageWeights { good: weights.used, none: weights.not_used, ..rules.usage.clone() };
    let mut factors = said(input, moment, rules);
    factors.extend(usage::adoption(input, moment, &use_of_trial));
    factors.extend(usage::trend(input, moment, &rules.usage));
    factors.extend(contact(input, moment, weights));
    factors.extend(trial_end(input, moment, weights));
    factors.extend(open_deal(input, weights));
    Likelihood::summed(LikelihoodKind::Convert, weights.convert_base, factors, weights)
}

/// Whoever got what they missed, and speaks to us again, comes back.
fn reengage(
    input: &HealthInput<'_>,
    lost: &Lost<'_>,
    shipped: &[Shipped],
    moment: AsOf,
    rules: &HealthConfig,
) -> Likelihood {
    let weights = &rules.likelihood;
    let mut factors = said(input, moment, rules);
    factors.extend(since_lost(lost, moment, weights));
    factors.extend(spoke_again(input, lost, moment, weights));
    factors.extend(answered(shipped, lost, moment, weights));
    Likelihood::summed(LikelihoodKind::Reengage, weights.reengage_base, factors, weights)
}

/// What they said counts as it does in the health score.
fn said(input: &HealthInput<'_>, moment: AsOf, rules: &HealthConfig) -> Vec<RiskFactor> {
    let of =
        [voice::nps, voice::escalations, voice::churn_risk, voice::complaints, voice::praise, voice::broken_promises];
    of.into_iter().filter_map(|factor| factor(input, moment, &rules.voice)).collect()
}

fn contact(input: &HealthInput<'_>, moment: AsOf, weights: &LikelihoodWeights) -> Option<RiskFactor> {
    let past = input.contacts.iter().filter(|(at, _)| *at <= moment.now);
    let (at, record) = past.max_by_key(|(at, _)| *at)?;
    let ago = (moment.today - at.day()).num_days();
    let day = day_text(at.day(), moment.today);
    let (magnitude, reason) = if ago <= i64::from(weights.fresh_days) {
        (strength(weights.contact), format!("In contact: the last word was on {day}"))
    } else if ago > i64::from(weights.quiet_days) {
        (risk(weights.quiet), format!("No contact since {day}, {} ago", days(ago)))
    } else {
        return None;
    };
    Some(factor(FactorKind::Silence, magnitude, reason, "calls", vec![record.clone()]))
}

/// A trial that ended, or ends within days, with nothing signed.
fn trial_end(input: &HealthInput<'_>, moment: AsOf, weights: &LikelihoodWeights) -> Option<RiskFactor> {
    let trials = input.revenue.iter().filter(|source| source.status == BillingStatus::Trialing);
    let (source, ends) = trials.filter_map(|source| Some((source, source.renews_on?))).max_by_key(|(_, ends)| *ends)?;
    let left = (ends - moment.today).num_days();
    let day = day_text(ends, moment.today);
    let (points, reason) = match left {
        ..0 => (weights.trial_over, format!("The trial ended on {day}, and nothing is signed")),
        0..=7 => (weights.trial_ends, format!("The trial ends on {day}, and nothing is signed")),
        _ => return None,
    };
    let records = vec![record(RecordKind::RevenueSource, &source.id)];
    Some(factor(FactorKind::Trial, risk(points), reason, "contract", records))
}

fn open_deal(input: &HealthInput<'_>, weights: &LikelihoodWeights) -> Option<RiskFactor> {
    let open = input.deals.iter().filter(|deal| deal.status == DealStatus::Open);
    let deal = open.max_by_key(|deal| (deal.value_minor, &deal.id))?;
    let stage = if deal.stage.trim().is_empty() { String::new() } else { format!(" ({})", deal.stage.trim()) };
    let reason = format!("Open deal “{}”{stage}", deal.name.trim());
    let records = vec![record(RecordKind::Deal, &deal.id)];
    Some(factor(FactorKind::Deal, strength(weights.open_deal), reason, "deal", records))
}

/// That an account was lost, by a deal or because its contract ended.
enum Lost<'a> {
    Deal(&'a Deal, NaiveDate),
    Contract(&'a RevenueSource, NaiveDate),
}

impl Lost<'_> {
    fn on(&self) -> NaiveDate {
        match self {
            Self::Deal(_, on) | Self::Contract(_, on) => *on,
        }
    }
}

/// The latest loss by a day.
fn lost<'a>(input: &HealthInput<'a>, moment: AsOf) -> Option<Lost<'a>> {
    let deals = input.deals.iter().filter(|deal| deal.status == DealStatus::Lost);
    let deals = deals.filter_map(|deal| Some(Lost::Deal(deal, deal.closed_at?.day())));
    let ended = input.revenue.iter();
    let ended = ended.filter(|source| matches!(source.status, BillingStatus::Canceled | BillingStatus::Expired));
    let ended = ended.filter_map(|source| Some(Lost::Contract(source, source.renews_on?)));
    deals.chain(ended).filter(|lost| lost.on() <= moment.today).max_by_key(Lost::on)
}

/// How long ago it was lost: too early, ripe, or long over.
fn since_lost(lost: &Lost<'_>, moment: AsOf, weights: &LikelihoodWeights) -> Option<RiskFactor> {
    let (on, day) = (lost.on(), day_text(lost.on(), moment.today));
    let (what, source, records) = match lost {
        Lost::Deal(deal, _) => {
            let why = deal.lost_reason.as_deref().map(str::trim).filter(|why| !why.is_empty());
            let why = why.map(|why| format!(" ({})", why.trim_end_matches('.'))).unwrap_or_default();
            (format!("“{}” was lost on {day}{why}", deal.name.trim()), "deal", vec![record(RecordKind::Deal, &deal.id)])
        }
        Lost::Contract(contract, _) => {
            let records = vec![record(RecordKind::RevenueSource, &contract.id)];
            (format!("{} ended on {day}", contract.product.trim()), "contract", records)
        }
    };
    let (magnitude, meaning) = match (moment.today - on).num_days() {
        ..30 => (risk(weights.lost_lately), "too short a time ago to ask again"),
        60..=365 => (strength(weights.ripe), "long enough ago to ask again"),
        731.. => (risk(weights.long_over), "more than two years ago"),
        _ => return None,
    };
    Some(factor(FactorKind::Deal, magnitude, format!("{what}, {meaning}"), source, records))
}

fn spoke_again(
    input: &HealthInput<'_>,
    lost: &Lost<'_>,
    moment: AsOf,
    weights: &LikelihoodWeights,
) -> Option<RiskFactor> {
    let since = input.contacts.iter().filter(|(at, _)| at.day() > lost.on() && *at <= moment.now);
    let (at, record) = since.max_by_key(|(at, _)| *at)?;
    let reason = format!("In contact again since then, last on {}", day_text(at.day(), moment.today));
    Some(factor(FactorKind::Silence, strength(weights.spoke_again), reason, "calls", vec![record.clone()]))
}

fn answered(shipped: &[Shipped], lost: &Lost<'_>, moment: AsOf, weights: &LikelihoodWeights) -> Option<RiskFactor> {
    let mut since: Vec<&Shipped> = shipped.iter().filter(|one| one.on > lost.on() && one.on <= moment.today).collect();
    since.sort_by_key(|one| (std::cmp::Reverse(one.on), &one.title));
    let newest = since.first()?;
    let more = match since.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let reason = format!(
        "Shipped since, and asked for: {} (“{}”, {}){more}",
        newest.what.trim().trim_end_matches('.'),
        newest.title.trim(),
        day_text(newest.on, moment.today)
    );
    let points = weights.shipped.saturating_add(if since.len() > 1 { weights.shipped / 2 } else { 0 });
    Some(factor(FactorKind::Shipped, strength(points), reason, "release", Vec::new()))
}
