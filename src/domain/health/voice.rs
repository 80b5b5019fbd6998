//! What people said, promised and left unsaid: NPS, escalations, words of leaving, complaints, praise, broken promises
//! and silence.

use super::assess::{AsOf, days, factor, record, risk, strength};
use super::config::VoiceWeights;
use super::{FactorKind, HealthInput, RiskFactor};
use crate::domain::activity::{Commitment, Side, Signal, SignalKind};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::text::clipped;
use crate::domain::time::day_text;

const SOURCE: &str = "signal";
/// At or above, an NPS answer counts as a sign of repair after an escalation.
const CONTENT_SCORE: f64 = 7.0;
/// For so long a complaint stands between an account and good news.
const COMPLAINT_DAYS: u32 = 14;

/// Signals of one kind inside the window, newest first.
fn recent<'a>(input: &HealthInput<'a>, moment: AsOf, kind: SignalKind, window: u32) -> Vec<&'a Signal> {
    let mut found: Vec<_> = input
        .signals
        .iter()
        .filter(|signal| signal.kind == kind)
        .filter(|signal| moment.age(signal.occurred_at).is_some_and(|age| age <= i64::from(window)))
        .collect();
    found.sort_by(|left, right| (right.occurred_at, &left.id).cmp(&(left.occurred_at, &right.id)));
    found
}

/// How much a signal still counts: in full while fresh, then falling to a quarter at the end of the window.
fn freshness(signal: &Signal, moment: AsOf, weights: &VoiceWeights) -> f64 {
    let age = moment.age(signal.occurred_at).unwrap_or(0) as f64;
    let (fresh, window) = (f64::from(weights.fresh_days), f64::from(weights.window_days.max(weights.fresh_days + 1)));
    if age <= fresh { 1.0 } else { 1.0 - 0.75 * (age - fresh) / (window - fresh) }
}

fn weighed(signals: &[&Signal], each: u32, cap: u32, share: impl Fn(&Signal) -> f64) -> u32 {
    let sum: f64 = signals.iter().map(|signal| f64::from(each) * share(signal)).sum();
    (sum.round() as u32).max(u32::from(!signals.is_empty())).min(cap)
}

fn refs(signals: &[&Signal]) -> Vec<RecordRef> {
    signals.iter().map(|signal| record(RecordKind::Signal, &signal.id)).collect()
}

/// `Complaint on September 3: slow restores`, with how many there are. Days are named, not counted back from: a score
/// is also told for days long past.
fn told(label: &str, signals: &[&Signal], moment: AsOf) -> String {
    let (Some(newest), Some(oldest)) = (signals.first(), signals.last()) else { return label.to_owned() };
    let text = newest.text.trim().trim_end_matches('.');
    let day = |signal: &Signal| day_text(signal.occurred_at.day(), moment.today);
    match signals.len() {
        1 => format!("{label} on {}: {text}", day(newest)),
        more if day(newest) == day(oldest) => {
            format!("{label}: {more} signals on {}, one of them: {text}", day(newest))
        }
        more => format!("{label}: {more} signals since {}, the last on {}: {text}", day(oldest), day(newest)),
    }
}

/// The newest NPS answer.
pub(super) fn nps(input: &HealthInput<'_>, moment: AsOf, weights: &VoiceWeights) -> Option<RiskFactor> {
    let answers = recent(input, moment, SignalKind::Nps, weights.nps_window_days);
    let (newest, score) = answers.iter().find_map(|signal| Some((*signal, signal.score?)))?;
    let magnitude = if score >= 9.0 {
        strength(weights.promoter)
    } else if score <= 3.0 {
        risk(weights.detractor.saturating_add(weights.strong_detractor))
    } else if score <= 6.0 {
        risk(weights.detractor)
    } else {
        return None;
    };
    let word = if magnitude > 0 { "Recent positive NPS" } else { "Low NPS" };
    let reason = format!("{word}: {score} out of 10 on {}", day_text(newest.occurred_at.day(), moment.today));
    Some(factor(FactorKind::Nps, magnitude, reason, SOURCE, refs(&[newest])))
}

/// Whether words of content came after a signal.
fn repaired(signals: &[Signal], trouble: &Signal, moment: AsOf) -> bool {
    signals.iter().any(|signal| {
        let content = match signal.kind {
            SignalKind::Praise => true,
            SignalKind::Nps => signal.score.is_some_and(|score| score >= CONTENT_SCORE),
            _ => false,
        };
        content && signal.occurred_at > trouble.occurred_at && signal.occurred_at <= moment.now
    })
}

/// The newest escalation, or fresh complaint, that no words of content came after: no time to write of good news.
pub(super) fn open_trouble<'a>(signals: &'a [Signal], moment: AsOf, weights: &VoiceWeights) -> Option<&'a Signal> {
    let still = |signal: &&Signal| {
        let window = match signal.kind {
            SignalKind::Escalation => weights.window_days,
            SignalKind::Complaint => COMPLAINT_DAYS,
            _ => return false,
        };
        let counts = moment.age(signal.occurred_at).is_some_and(|age| age <= i64::from(window));
        counts && !repaired(signals, signal, moment)
    };
    signals.iter().filter(still).max_by_key(|signal| (signal.kind == SignalKind::Escalation, signal.occurred_at))
}

/// Escalations; half the weight once words of content came after them.
pub(super) fn escalations(input: &HealthInput<'_>, moment: AsOf, weights: &VoiceWeights) -> Option<RiskFactor> {
    let found = recent(input, moment, SignalKind::Escalation, weights.window_days);
    let newest = found.first()?;
    let repaired = |escalation: &Signal| repaired(input.signals, escalation, moment);
    let share = |signal: &Signal| freshness(signal, moment, weights) * if repaired(signal) { 0.5 } else { 1.0 };
    let points = weighed(&found, weights.escalation, weights.escalation_cap, share);
    let label = if repaired(newest) { "Escalation (better since)" } else { "Escalation" };
    let reason = told(label, &found, moment);
    Some(factor(FactorKind::Escalation, risk(points), reason, SOURCE, refs(&found)))
}

/// Words of leaving.
pub(super) fn churn_risk(input: &HealthInput<'_>, moment: AsOf, weights: &VoiceWeights) -> Option<RiskFactor> {
    let found = recent(input, moment, SignalKind::ChurnRisk, weights.window_days);
    found.first()?;
    let points =
        weighed(&found, weights.churn_risk, weights.churn_risk_cap, |signal| freshness(signal, moment, weights));
    Some(factor(FactorKind::ChurnRisk, risk(points), told("Churn risk", &found, moment), SOURCE, refs(&found)))
}

/// Complaints.
pub(super) fn complaints(input: &HealthInput<'_>, moment: AsOf, weights: &VoiceWeights) -> Option<RiskFactor> {
    let found = recent(input, moment, SignalKind::Complaint, weights.window_days);
    found.first()?;
    let points = weighed(&found, weights.complaint, weights.complaint_cap, |signal| freshness(signal, moment, weights));
    let label = if found.len() == 1 { "Complaint" } else { "Complaints" };
    Some(factor(FactorKind::Complaint, risk(points), told(label, &found, moment), SOURCE, refs(&found)))
}

/// Praise.
pub(super) fn praise(input: &HealthInput<'_>, moment: AsOf, weights: &VoiceWeights) -> Option<RiskFactor> {
    let found = recent(input, moment, SignalKind::Praise, weights.window_days);
    found.first()?;
    let points = weighed(&found, weights.praise, weights.praise_cap, |signal| freshness(signal, moment, weights));
    Some(factor(FactorKind::Praise, strength(points), told("Praise", &found, moment), SOURCE, refs(&found)))
}

/// Promises of ours that are past their day.
pub(super) fn broken_promises(input: &HealthInput<'_>, moment: AsOf, weights: &VoiceWeights) -> Option<RiskFactor> {
    let overdue_for = |promise: &Commitment| {
        let marked = promise.marked.as_ref().is_some_and(|decision| decision.at <= moment.now);
        // What may have been kept is not held against us.
        let said = [&promise.kept_by, &promise.unclear_by];
        let kept = marked || said.into_iter().flatten().any(|words| words.occurred_at <= moment.now);
        let made = promise.occurred_at <= moment.now;
        let late = moment.today.signed_duration_since(promise.due?).num_days();
        let counts = made && !kept && promise.side == Side::Team && late > 0;
        (counts && late <= i64::from(weights.broken_promise_days)).then_some(late)
    };
    let mut overdue: Vec<(i64, &Commitment)> =
        input.commitments.iter().filter_map(|promise| Some((overdue_for(promise)?, promise))).collect();
    overdue.sort_by(|left, right| (left.0, &left.1.id).cmp(&(right.0, &right.1.id)));
    let (late, newest) = overdue.first()?;
    let count = u32::try_from(overdue.len()).unwrap_or(u32::MAX);
    let points = weights.broken_promise.saturating_mul(count).min(weights.broken_promise_cap);
    let what =
        newest.deed().map_or_else(|| format!(": “{}”", clipped(&newest.quote, 90)), |deed| format!(" to {deed}"));
    let due = newest.due.map(|due| day_text(due, moment.today)).unwrap_or_default();
    let example = format!("{} promised{what} by {due}, {} overdue", newest.who, days(*late));
    let reason = match overdue.len() {
        1 => format!("A promise of ours is overdue: {example}"),
        more => format!("{more} promises of ours are overdue, the latest: {example}"),
    };
    let records = overdue.iter().map(|(_, promise)| record(RecordKind::Commitment, &promise.id)).collect();
    Some(factor(FactorKind::BrokenPromise, risk(points), reason, "calls and e-mails", records))
}

/// How long ago anybody last spoke or wrote. Without any call or e-mail on record nothing can be told.
pub(super) fn silence(input: &HealthInput<'_>, moment: AsOf, weights: &VoiceWeights) -> Option<RiskFactor> {
    let (age, last) = input
        .contacts
        .iter()
        .filter_map(|(at, contact)| Some((moment.age(*at)?, contact)))
        .min_by_key(|(age, _)| *age)?;
    let limit = i64::from(weights.silence_days.max(1));
    let points = match age / limit {
        ..=0 => return None,
        1 => weights.silence,
        _ => weights.silence.saturating_mul(2),
    };
    let reason = format!("No call or e-mail for {}", days(age));
    Some(factor(FactorKind::Silence, risk(points), reason, "calls and e-mails", vec![last.clone()]))
}
