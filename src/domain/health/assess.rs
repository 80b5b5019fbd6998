//! The score of an account on a day: what is known by then, its factors, and their sum.

use chrono::NaiveDate;

use super::{Health, HealthConfig, HealthInput, MissingData, RiskFactor, money, usage, voice};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Moment;

/// Assesses an account as of an instant. Nothing dated later counts, so that its history can be replayed.
#[must_use]
pub fn assess(input: &HealthInput<'_>, as_of: Moment, config: &HealthConfig) -> Health {
    let moment = AsOf { now: as_of, today: as_of.day() };
    let mut factors = Vec::new();
    factors.extend(usage::adoption(input, moment, &config.usage));
    factors.extend(usage::trend(input, moment, &config.usage));
    factors.extend(money::payment(input, moment, &config.money));
    factors.extend(voice::nps(input, moment, &config.voice));
    factors.extend(voice::escalations(input, moment, &config.voice));
    factors.extend(voice::churn_risk(input, moment, &config.voice));
    factors.extend(voice::complaints(input, moment, &config.voice));
    factors.extend(voice::praise(input, moment, &config.voice));
    factors.extend(voice::broken_promises(input, moment, &config.voice));
    factors.extend(voice::silence(input, moment, &config.voice));
    // Silence alone makes no renewal doubtful: many contracts renew without a word.
    let spoken = factors.iter().filter(|factor| factor.kind != super::FactorKind::Silence);
    let trouble = spoken.map(|factor| factor.magnitude.min(0)).sum::<i32>().unsigned_abs();
    factors.extend(money::renewal(input, moment, &config.money, trouble));
    factors.retain(|factor| factor.magnitude != 0);
    factors.sort_by_key(|factor| (std::cmp::Reverse(factor.magnitude.abs()), factor.magnitude > 0, factor.kind));

    let base = i32::try_from(config.base).unwrap_or(100);
    let sum = factors.iter().fold(base, |sum, factor| sum.saturating_add(factor.magnitude));
    let score = sum.clamp(0, 100).unsigned_abs();
    let missing = missing(input, moment, config);
    let known = KNOWN_SHARE.iter().filter(|(kind, _)| !missing.contains(kind)).map(|(_, share)| share).sum();
    Health { as_of: moment.today, score, level: config.level(score), confidence: known, base, factors, missing }
}

/// How much of the picture each kind of data is.
const KNOWN_SHARE: [(MissingData, f32); 4] = [
    (MissingData::Usage, 0.35),
    (MissingData::Contract, 0.25),
    (MissingData::Payments, 0.15),
    (MissingData::Conversations, 0.25),
];

fn missing(input: &HealthInput<'_>, moment: AsOf, config: &HealthConfig) -> Vec<MissingData> {
    let mut missing = Vec::new();
    if !usage::is_known(input, moment, &config.usage) {
        missing.push(MissingData::Usage);
    }
    if !input.revenue.iter().any(|contract| money::begun(contract, moment.today)) {
        missing.push(MissingData::Contract);
    }
    if !input.payments.iter().any(|payment| payment.occurred_at <= moment.now) {
        missing.push(MissingData::Payments);
    }
    if !input.contacts.iter().any(|(at, _)| *at <= moment.now) {
        missing.push(MissingData::Conversations);
    }
    missing
}

/// The instant a score is told for, and its day.
#[derive(Clone, Copy, Debug)]
pub(super) struct AsOf {
    /// The instant.
    pub now: Moment,
    /// Its day.
    pub today: NaiveDate,
}

impl AsOf {
    /// Whole days since `at`; none when it lies ahead.
    pub(super) fn age(self, at: Moment) -> Option<i64> {
        (at <= self.now).then(|| self.today.signed_duration_since(at.day()).num_days())
    }
}

/// A risk of `points`, at most `i32::MAX`.
pub(super) fn risk(points: u32) -> i32 {
    i32::try_from(points).map_or(i32::MIN, |points| -points)
}

/// A strength of `points`.
pub(super) fn strength(points: u32) -> i32 {
    i32::try_from(points).unwrap_or(i32::MAX)
}

/// A factor whose records are all of one kind.
pub(super) fn factor(
    kind: super::FactorKind,
    magnitude: i32,
    reason: String,
    source: &str,
    records: Vec<RecordRef>,
) -> RiskFactor {
    RiskFactor { kind, magnitude, reason, source: source.to_owned(), records }
}

/// Names a record.
pub(super) fn record(kind: RecordKind, id: &str) -> RecordRef {
    RecordRef { kind, id: id.to_owned() }
}

/// `once`, `twice`, `3 times`.
pub(super) fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

/// `1 day`, `5 days`.
pub(super) fn days(count: i64) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}
