//! `score_explanation`: the score with its reasons, each with the records behind it.

use super::{Bench, ToolError};
use crate::agent::{evidence, noticed};
use crate::domain::activity::Commitment;
use crate::domain::evidence::Evidence;
use crate::domain::health::{FactorKind, Health, RiskFactor, assess};
use crate::domain::notice::Notice;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Moment;
use crate::domain::tool::Cite;
use crate::domain::tool::score::{FactorView, HealthView, ScoreExplanation};
use crate::store::AccountData;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: ScoreExplanation) -> Result<HealthView, ToolError> {
    let account = bench.scope.account(&arguments.account)?;
    let data = bench.records().account_data(&account).await?;
    let as_of = bench.end_of(arguments.as_of.unwrap_or(bench.today()));
    Ok(view(bench, &data, as_of))
}

/// The score of `data` as of an instant, with evidence.
pub fn view(bench: &mut Bench<'_>, data: &AccountData, as_of: Moment) -> HealthView {
    let health = assess(&data.health_input(), as_of, bench.rules());
    view_of(bench, data, &health)
}

/// The same of a score that was assessed before.
pub fn view_of(bench: &mut Bench<'_>, data: &AccountData, health: &Health) -> HealthView {
    let factors = health.factors.iter();
    let factors = factors.map(|factor| factor_view(factor, cites(bench, data, health, factor))).collect();
    HealthView {
        as_of: health.as_of,
        score: health.score,
        level: health.level,
        base: health.base,
        healthy_from: bench.rules().healthy_from,
        critical_below: bench.rules().critical_below,
        confidence: health.confidence,
        factors,
        missing: health.missing.iter().map(|missing| missing.label().to_owned()).collect(),
    }
}

/// A factor with its evidence.
pub fn factor_view(factor: &RiskFactor, cites: Vec<Cite>) -> FactorView {
    let RiskFactor { kind, magnitude, reason, source, .. } = factor;
    FactorView { cites, kind: *kind, magnitude: *magnitude, reason: reason.clone(), source: source.clone() }
}

/// Evidence of a factor: at most two of the records behind it, in their own words; else the account with what was
/// computed.
pub fn cites(bench: &mut Bench<'_>, data: &AccountData, health: &Health, factor: &RiskFactor) -> Vec<Cite> {
    let mut found: Vec<Cite> = Vec::new();
    for record in factor.records.iter().take(2) {
        if let Some(evidence) = of_record(data, record, factor) {
            found.push(bench.ledger.cite(evidence));
        }
    }
    if found.is_empty() {
        let computed = format!(
            "health {} of 100 ({}): {} ({:+})",
            health.score,
            health.level.label(),
            factor.reason,
            factor.magnitude
        );
        found.push(bench.ledger.cite(evidence::account(&data.account.record, &[computed])));
    }
    found
}

/// The evidence of a record a factor was computed from. Only a day of usage, which is figures anyhow, is shown with what
/// was worked out from it; what a person said or wrote stands as it is.
fn of_record(data: &AccountData, record: &RecordRef, factor: &RiskFactor) -> Option<Evidence> {
    let id = record.id.as_str();
    match record.kind {
        RecordKind::RevenueSource => data.revenue.iter().find(|source| source.id == id).map(evidence::contract),
        RecordKind::PaymentEvent => data.payments.iter().find(|payment| payment.id == id).map(evidence::payment),
        RecordKind::Signal => data.signals.iter().find(|signal| signal.id == id).map(evidence::signal),
        RecordKind::Deal => data.deals.iter().find(|deal| deal.id == id).map(evidence::deal),
        RecordKind::Usage => data
            .usage
            .iter()
            .find(|day| evidence::usage_id(&day.account, day.day) == id)
            .map(|day| evidence::usage(day, &factor.reason)),
        RecordKind::Commitment => {
            data.commitments.iter().find(|commitment| commitment.id == id).map(|commitment| promise(data, commitment))
        }
        RecordKind::Call | RecordKind::Email => {
            if let Some(notice) = notice_in(data, record, factor) {
                return Some(noticed::evidence_of(data, notice));
            }
            let (at, _) = data.contacts.iter().find(|(_, contact)| contact == record)?;
            let source = data.sources.get(record)?;
            Some(evidence::talk(record, &data.account.record.domain, *at, &source.title, source.url.as_ref()))
        }
        RecordKind::Note => notice_in(data, record, factor).map(|notice| noticed::evidence_of(data, notice)),
        _ => None,
    }
}

/// The notice a factor was told from, where it was heard in this record.
fn notice_in<'d>(data: &'d AccountData, record: &RecordRef, factor: &RiskFactor) -> Option<&'d Notice> {
    let told = |notice: &&Notice| !notice.withdrawn && notice.source == *record;
    data.notices.iter().find(told).filter(|_| factor.kind == FactorKind::Renewal)
}

/// A promise, under the call or e-mail it was made in.
pub fn promise(data: &AccountData, commitment: &Commitment) -> Evidence {
    let source = data.sources.get(&commitment.source);
    let title = source.map_or("", |source| source.title.as_str());
    evidence::commitment(commitment, title, source.and_then(|source| source.url.as_ref()))
}
