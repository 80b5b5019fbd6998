//! Receipts: why a score moved from one refresh to the next, point by point.
//!
//! Four scores lie between the one before and the one now, so that each cause is told from the others: what today's
//! records say of the earlier instant (records that came late), the earlier records at the present one (time that
//! passed), all records by the earlier rules (news), and by today's (changed weights and thresholds). The differences add
//! up to the whole move.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{FactorKind, Health, HealthConfig, HealthInput, Level, MissingData, RiskFactor, assess};
use crate::domain::record::RecordRef;
use crate::domain::time::Moment;

/// What a score was when it was refreshed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refresh {
    /// When.
    pub at: Moment,
    /// What came out.
    pub health: Health,
    /// The version of the account's data it was computed from.
    pub data_version: i64,
    /// Which way of computing it was: [`STATE_VERSION`](crate::domain::state::STATE_VERSION).
    pub program: u32,
    /// Why it is another one than before; none at the first refresh.
    pub receipt: Option<Receipt>,
}

/// A score and its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// 0 to 100.
    pub score: u32,
    /// The colour.
    pub level: Level,
}

impl Mark {
    /// Of a score that was assessed.
    #[must_use]
    pub fn of(health: &Health) -> Self {
        Self { score: health.score, level: health.level }
    }
}

/// What moved a score, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Records that came in, changed or were taken away.
    Data,
    /// Days that passed: a renewal came nearer, a signal grew old.
    Time,
    /// Weights or thresholds that somebody changed.
    Rules,
    /// A kind of data that is not there any more, or grew too old to say anything.
    Lost(MissingData),
    /// A kind of data that is there again.
    Back(MissingData),
    /// Another version of the program.
    Program,
}

impl Cause {
    /// In words, as in `new or changed records`.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Data => "new or changed records".to_owned(),
            Self::Time => "days that passed".to_owned(),
            Self::Rules => "changed weights or thresholds".to_owned(),
            Self::Lost(data) => format!("no {} any more", data.bare()),
            Self::Back(data) => format!("{} again", data.bare()),
            Self::Program => "a new version of the program".to_owned(),
        }
    }
}

/// Points that were taken or given, for one reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Move {
    /// What moved it.
    pub cause: Cause,
    /// What the points are about; none for what every score starts from.
    pub kind: Option<FactorKind>,
    /// Points; negative lowered the score.
    pub points: i32,
    /// The factor as it is now, or as it was where it is gone.
    pub reason: String,
    /// The records that made the difference, or those behind the factor where none is new.
    pub records: Vec<RecordRef>,
}

/// Why a score moved. `before.score` and all points and `bounds` add up to `after.score`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The refresh before.
    pub before: Mark,
    /// This one.
    pub after: Mark,
    /// The heaviest first.
    pub moves: Vec<Move>,
    /// Points that count for nothing, because a score lies between 0 and 100.
    pub bounds: i32,
}

/// What a receipt is written from.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The refresh before.
    pub before: &'a Refresh,
    /// The rules it was computed by.
    pub earlier_rules: &'a HealthConfig,
    /// The records now.
    pub input: &'a HealthInput<'a>,
    /// What came out of them.
    pub now: &'a Health,
    /// When.
    pub at: Moment,
    /// The rules now.
    pub rules: &'a HealthConfig,
    /// The way of computing now.
    pub program: u32,
}

impl Refresh {
    /// Whether what came out now is worth a row of its own: something about the score is another one.
    #[must_use]
    pub fn differs(&self, now: &Health) -> bool {
        let weights = |health: &Health| -> Vec<(FactorKind, i32, Vec<RecordRef>)> {
            // One more escalation is news though it weighs no more.
            let sharp = |factor: &RiskFactor| matches!(factor.kind, FactorKind::Escalation | FactorKind::Payment);
            let records = |factor: &RiskFactor| if sharp(factor) { factor.records.clone() } else { Vec::new() };
            health.factors.iter().map(|factor| (factor.kind, factor.magnitude, records(factor))).collect()
        };
        Mark::of(&self.health) != Mark::of(now)
            || self.health.missing != now.missing
            || self.health.base != now.base
            || weights(&self.health) != weights(now)
    }
}

impl Receipt {
    /// Why the score is what it is now.
    #[must_use]
    pub fn of(change: &Change<'_>) -> Self {
        let Change { before, earlier_rules, input, now, at, rules, program } = *change;
        let earlier = &before.health;
        let same_rules = earlier_rules == rules;
        let news = if same_rules { now.clone() } else { assess(input, at, earlier_rules) };
        let late = assess(input, before.at, earlier_rules);
        let aged = assess(&input.known_by(before.at).input(), at, earlier_rules);
        let mut moves = Vec::new();
        for kind in kinds(&[earlier, now, &news, &late, &aged]) {
            let points = |health: &Health| health.weight(kind);
            let came = points(&late) - points(earlier);
            let (came, other_program) = if before.program == program { (came, 0) } else { (0, came) };
            let parts = [
                (Cause::Data, came + points(&news) - points(&aged)),
                (Cause::Time, points(&aged) - points(&late)),
                (Cause::Rules, points(now) - points(&news)),
                (Cause::Program, other_program),
            ];
            moves.extend(told(kind, parts, [earlier, &news, now]));
        }
        let start = now.base - earlier.base;
        if start != 0 {
            let reason = format!("Every score starts from {} instead of {}", now.base, earlier.base);
            let cause = Cause::Rules;
            moves.push(Move { cause, kind: None, points: start, reason, records: Vec::new() });
        }
        moves.sort_by_key(|moved| (std::cmp::Reverse(moved.points.abs()), moved.points > 0, moved.cause));
        let (was, is) = (Mark::of(earlier), Mark::of(now));
        let moved: i32 = moves.iter().map(|moved| moved.points).sum();
        Self { before: was, after: is, bounds: signed(is.score) - signed(was.score) - moved, moves }
    }

    /// Points by which the score moved.
    #[must_use]
    pub fn points(&self) -> i32 {
        signed(self.after.score) - signed(self.before.score)
    }

    /// Points by cause, over several receipts.
    #[must_use]
    pub fn points_by_cause<'r>(receipts: impl IntoIterator<Item = &'r Self>) -> BTreeMap<Cause, i32> {
        let mut sums = BTreeMap::new();
        for moved in receipts.into_iter().flat_map(|receipt| &receipt.moves) {
            *sums.entry(moved.cause).or_default() += moved.points;
        }
        sums
    }

    /// Points that one cause moved it by.
    #[must_use]
    pub fn by(&self, cause: Cause) -> i32 {
        self.moves.iter().filter(|moved| moved.cause == cause).map(|moved| moved.points).sum()
    }
}

fn signed(score: u32) -> i32 {
    i32::try_from(score).unwrap_or(i32::MAX)
}

fn kinds(of: &[&Health]) -> Vec<FactorKind> {
    let mut kinds: Vec<FactorKind> =
        of.iter().flat_map(|health| health.factors.iter().map(|factor| factor.kind)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// The moves of one factor. What news and time did together is told as a source that went missing, or came back, where
/// one did that this factor is made of.
fn told(kind: FactorKind, parts: [(Cause, i32); 4], [earlier, news, now]: [&Health; 3]) -> Vec<Move> {
    let of = |health: &Health| health.factors.iter().find(|factor| factor.kind == kind).cloned();
    let (was, is) = (of(earlier), of(now));
    let Some(shown) = is.as_ref().or(was.as_ref()) else {
        // It came and went between the two: time took what news gave.
        return Vec::new();
    };
    let supply = kind.made_of();
    let missing = |health: &Health| supply.is_some_and(|supply| health.missing.contains(&supply));
    let source = match (missing(earlier), missing(news), supply) {
        (false, true, Some(supply)) => Some(Cause::Lost(supply)),
        (true, false, Some(supply)) => Some(Cause::Back(supply)),
        _ => None,
    };
    let mut moves: Vec<Move> = Vec::new();
    for (cause, points) in parts {
        let cause = source.filter(|_| matches!(cause, Cause::Data | Cause::Time)).unwrap_or(cause);
        match moves.iter_mut().find(|moved| moved.cause == cause) {
            Some(moved) => moved.points += points,
            None => moves.push(Move {
                cause,
                kind: Some(kind),
                points,
                reason: if is.is_some() { shown.reason.clone() } else { format!("No longer: {}", shown.reason) },
                records: records(cause, was.as_ref(), is.as_ref()),
            }),
        }
    }
    moves.retain(|moved| moved.points != 0);
    moves
}

/// The records that are new to a factor, or gone from it, where news moved it; else those behind it.
fn records(cause: Cause, was: Option<&RiskFactor>, is: Option<&RiskFactor>) -> Vec<RecordRef> {
    let of = |factor: Option<&RiskFactor>| factor.map(|factor| factor.records.clone()).unwrap_or_default();
    let (before, now) = (of(was), of(is));
    let only = |some: &[RecordRef], others: &[RecordRef]| -> Vec<RecordRef> {
        some.iter().filter(|record| !others.contains(record)).cloned().collect()
    };
    let (new, gone) = (only(&now, &before), only(&before, &now));
    match cause {
        Cause::Data if !new.is_empty() => new,
        Cause::Data if !gone.is_empty() => gone,
        _ if now.is_empty() => before,
        _ => now,
    }
}

impl FactorKind {
    /// The kind of data without which it cannot be told.
    #[must_use]
    pub fn made_of(self) -> Option<MissingData> {
        match self {
            Self::Adoption | Self::UsageTrend => Some(MissingData::Usage),
            Self::Payment => Some(MissingData::Payments),
            Self::Renewal | Self::Trial => Some(MissingData::Contract),
            Self::Silence | Self::BrokenPromise => Some(MissingData::Conversations),
            Self::Nps
            | Self::Escalation
            | Self::ChurnRisk
            | Self::Complaint
            | Self::Praise
            | Self::Deal
            | Self::Shipped => None,
        }
    }
}
