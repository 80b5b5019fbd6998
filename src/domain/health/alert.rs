//! Alerts: sharp moves that do not wait for the next digest.
//!
//! An alert is the moment something begins, not that it lasts: an account that stays in trouble is told once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::receipt::{Cause, Receipt};
use super::{FactorKind, Health, RiskFactor};
use crate::domain::money::Money;

/// What is sharp enough for an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AlertRules {
    /// A fall of so many points …
    pub drop_points: u32,
    /// … within so many days.
    pub drop_days: u32,
    /// A failed payment of an account with at least so much ARR, in whole units of its currency.
    pub large_arr: u64,
    /// To one place no more than so many alerts are said in 24 hours; the digest has the rest.
    pub most_a_day: u32,
}

impl Default for AlertRules {
    fn default() -> Self {
        Self { drop_points: 20, drop_days: 7, large_arr: 50_000, most_a_day: 5 }
    }
}

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// The score fell by much within days.
    Drop,
    /// A payment failed.
    Payment,
    /// Somebody escalated.
    Escalation,
}

impl AlertKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Drop, Self::Payment, Self::Escalation];

    /// The name on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Payment => "payment",
            Self::Escalation => "escalation",
        }
    }
}

/// Something sharp that just began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// What it is about.
    pub kind: AlertKind,
    /// What tells it from another of its kind: the record it began with; nothing for a fall.
    pub subject: String,
    /// In words: `Fell 23 points in 4 days, to 48: …`.
    pub text: String,
}

/// What began with a refresh. `best` is the highest score of the last days that count, this refresh left out.
#[must_use]
pub fn begun(
    before: &Health,
    now: &Health,
    receipt: &Receipt,
    best: u32,
    arr: &[Money],
    rules: &AlertRules,
) -> Vec<Alert> {
    let mut begun = Vec::new();
    let factor = |health: &Health, kind: FactorKind| -> Option<RiskFactor> {
        health.factors.iter().find(|factor| factor.kind == kind && factor.magnitude < 0).cloned()
    };
    let large = arr.iter().any(|amount| amount.major() >= rules.large_arr.into());
    if let Some(payment) = factor(now, FactorKind::Payment).filter(|_| large)
        && factor(before, FactorKind::Payment).is_none()
    {
        // The oldest record behind it stays the same when it is tried again.
        let subject = payment.records.last().map(|record| record.id.clone()).unwrap_or_default();
        begun.push(Alert { kind: AlertKind::Payment, subject, text: payment.reason });
    }
    if let Some(escalation) = factor(now, FactorKind::Escalation) {
        let known = factor(before, FactorKind::Escalation).map(|factor| factor.records).unwrap_or_default();
        if let Some(new) = escalation.records.iter().find(|record| !known.contains(record)) {
            begun.push(Alert { kind: AlertKind::Escalation, subject: new.id.clone(), text: escalation.reason });
        }
    }
    if begun.is_empty() {
        begun.extend(fall(now, receipt, best, large, rules));
    }
    begun
}

/// Which kinds still stand.
#[must_use]
pub fn standing(now: &Health, best: u32, rules: &AlertRules) -> Vec<AlertKind> {
    let weighs = |kind| now.factors.iter().any(|factor| factor.kind == kind && factor.magnitude < 0);
    let stands = |kind: &AlertKind| match kind {
        AlertKind::Drop => now.score + rules.drop_points <= best,
        AlertKind::Payment => weighs(FactorKind::Payment),
        AlertKind::Escalation => weighs(FactorKind::Escalation),
    };
    AlertKind::ALL.into_iter().filter(stands).collect()
}

/// A fall by much. One that other weights made is none; nor is one of which an alert of another kind tells already.
fn fall(now: &Health, receipt: &Receipt, best: u32, large: bool, rules: &AlertRules) -> Option<Alert> {
    let by_us = receipt.by(Cause::Rules) + receipt.by(Cause::Program);
    let fell = best.checked_sub(now.score).filter(|points| *points >= rules.drop_points && *points > 0)?;
    if receipt.points() - by_us >= 0 {
        return None;
    }
    let heaviest = receipt.moves.iter().filter(|moved| moved.points < 0).min_by_key(|moved| moved.points)?;
    let told = heaviest.kind == Some(FactorKind::Escalation) || large && heaviest.kind == Some(FactorKind::Payment);
    if told {
        return None;
    }
    let text = format!("Fell {fell} points within {} days, to {}: {}", rules.drop_days, now.score, heaviest.reason);
    Some(Alert { kind: AlertKind::Drop, subject: String::new(), text })
}
