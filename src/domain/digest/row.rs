//! Why an account is in a digest, and what to do about it: the one reason that moved its score most, and the next step
//! that follows from it.

use chrono::NaiveDate;

use crate::domain::health::{Cause, FactorKind, Health, Receipt, RiskFactor};
use crate::domain::money::{Money, joined};

/// What the next step is told from, beside the reason.
#[derive(Clone, Debug, Default)]
pub struct Circumstances<'a> {
    /// Whom to speak to at the customer's.
    pub contact: Option<&'a str>,
    /// What they owe, one entry per currency.
    pub owed: &'a [Money],
    /// A promise of ours past its day: what, and since when.
    pub owing: Option<(&'a str, NaiveDate)>,
    /// When it renews, or ended.
    pub renews_on: Option<NaiveDate>,
    /// The present day.
    pub today: NaiveDate,
    /// The day of the last call or e-mail.
    pub last_contact: Option<NaiveDate>,
}

/// The factor that tells why an account stands where it stands: the one that fell most since `before`, else the heaviest
/// risk.
#[must_use]
pub fn telling<'h>(now: &'h Health, before: Option<&Health>) -> Option<&'h RiskFactor> {
    let risks = || now.factors.iter().filter(|factor| factor.magnitude < 0);
    let fallen = before.and_then(|before| {
        let fall = |factor: &&RiskFactor| before.weight(factor.kind) - now.weight(factor.kind);
        risks().filter(|factor| fall(factor) > 0).max_by_key(fall)
    });
    fallen.or_else(|| risks().min_by_key(|factor| factor.magnitude))
}

/// The reason in words, with what it weighs: `A payment failed (−12)`. Where the score fell because something good is
/// over, that is said.
#[must_use]
pub fn reason(now: &Health, before: Option<&Health>) -> String {
    match telling(now, before) {
        Some(factor) => format!("{} (−{})", factor.reason, factor.magnitude.unsigned_abs()),
        None => match before.and_then(|before| lost(now, before)) {
            Some(factor) => format!("No longer: {}", factor.reason),
            None => "No single reason weighs on it".to_owned(),
        },
    }
}

/// What moved the score since the edition before, where that was no news: weights somebody changed, a source that went
/// missing, another version of the program.
#[must_use]
pub fn aside_from_news(receipts: &[&Receipt]) -> Option<String> {
    let sums = Receipt::points_by_cause(receipts.iter().copied());
    let (cause, points) = sums.into_iter().min_by_key(|(_, points)| *points).filter(|(_, points)| *points < 0)?;
    let points = points.unsigned_abs();
    match cause {
        Cause::Data | Cause::Time | Cause::Back(_) => None,
        Cause::Rules => Some(format!("Weights or thresholds were changed (−{points}); nothing else moved it as much")),
        Cause::Lost(data) => {
            Some(format!("No {} comes in any more (−{points}); look at the source first", data.bare()))
        }
        Cause::Program => Some(format!("A new version of the program scores it lower (−{points})")),
    }
}

/// The heaviest strength that is there no more.
fn lost<'h>(now: &Health, before: &'h Health) -> Option<&'h RiskFactor> {
    let gone =
        |factor: &&RiskFactor| factor.magnitude > 0 && !now.factors.iter().any(|other| other.kind == factor.kind);
    before.factors.iter().filter(gone).max_by_key(|factor| factor.magnitude)
}

/// What to do next about it.
#[must_use]
pub fn next_step(kind: Option<FactorKind>, around: &Circumstances<'_>) -> String {
    let whom = around.contact.unwrap_or("the customer");
    let day = |day: NaiveDate| day.format("%B %-d").to_string();
    if let (Some((what, due)), None | Some(FactorKind::BrokenPromise)) = (around.owing, kind) {
        return format!("Keep what was promised for {}: {what}", day(due));
    }
    match kind {
        Some(FactorKind::Payment) if !around.owed.is_empty() => {
            format!("Settle the {} they owe with {whom}", joined(around.owed))
        }
        Some(FactorKind::Payment) => format!("Clear up the payment with {whom}"),
        Some(FactorKind::Renewal) => match around.renews_on {
            Some(ended) if ended < around.today => {
                format!("Ask {whom} whether they come back: the contract ended on {}", day(ended))
            }
            Some(renewal) => format!("Agree on the renewal of {} with {whom}", day(renewal)),
            None => format!("Agree on the renewal with {whom}"),
        },
        Some(FactorKind::Silence) => match around.last_contact {
            Some(last) => format!("Call {whom}: the last contact was on {}", day(last)),
            None => format!("Call {whom}: no contact is on record"),
        },
        Some(FactorKind::Adoption) => format!("Ask {whom} who should use it and does not"),
        Some(FactorKind::UsageTrend) => format!("Ask {whom} why they use it less"),
        Some(FactorKind::Escalation) => format!("Answer the escalation: speak to {whom} today"),
        Some(FactorKind::ChurnRisk) => format!("Speak to {whom} about what would keep them"),
        Some(FactorKind::Nps) => format!("Ask {whom} what is behind their rating"),
        Some(FactorKind::Complaint) => format!("Speak to {whom} about the complaint"),
        Some(
            FactorKind::BrokenPromise | FactorKind::Praise | FactorKind::Trial | FactorKind::Deal | FactorKind::Shipped,
        )
        | None => format!("Speak to {whom}"),
    }
}
