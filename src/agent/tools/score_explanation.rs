//! `score_explanation`: the score with its reasons, each with the records behind it.

use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::health::{Health, MissingData, RiskFactor, assess};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::tool::Cite;
use crate::domain::tool::score::{FactorView, HealthView, ScoreExplanation};
use crate::store::AccountData;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: ScoreExplanation) -> Result<HealthView, ToolError> {
    let account = bench.scope.account(&arguments.account)?;
    let data = bench.store().account_data(bench.workspace(), &account).await?;
    Ok(view(bench, &data))
}

/// The score of `data` as of now, with evidence.
pub fn view(bench: &mut Bench<'_>, data: &AccountData) -> HealthView {
    let config = bench.tools.health.clone();
    let health = assess(&data.health_input(), bench.now(), &config);
    let factors = health
        .factors
        .iter()
        .map(|factor| FactorView {
            cites: cites(bench, data, &health, factor),
            kind: factor.kind,
            magnitude: factor.magnitude,
            reason: factor.reason.clone(),
            source: factor.source.clone(),
        })
        .collect();
    HealthView {
        as_of: health.as_of,
        score: health.score,
        level: health.level,
        base: health.base,
        healthy_from: config.healthy_from,
        critical_below: config.critical_below,
        confidence: health.confidence,
        factors,
        missing: health.missing.iter().map(|missing| label(*missing).to_owned()).collect(),
    }
}

fn label(missing: MissingData) -> &'static str {
    match missing {
        MissingData::Usage => "usage data",
        MissingData::Contract => "a contract",
        MissingData::Payments => "payments",
        MissingData::Conversations => "calls or e-mails",
    }
}

/// Evidence of a factor: the account with the factor's computed reason, then at most two of the records behind it.
pub fn cites(bench: &mut Bench<'_>, data: &AccountData, health: &Health, factor: &RiskFactor) -> Vec<Cite> {
    let computed = format!(
        "health {} of 100 ({}): {} ({:+})",
        health.score,
        health.level.label(),
        factor.reason,
        factor.magnitude
    );
    let mut found: Vec<Cite> = Vec::new();
    for record in factor.records.iter().take(2) {
        if let Some(mut evidence) = of_record(data, record) {
            evidence.quote = format!("{} · {}", evidence.quote, factor.reason);
            found.push(bench.ledger.cite(evidence));
        }
    }
    if found.is_empty() {
        found.push(bench.ledger.cite(evidence::account(&data.account.record, &[computed])));
    }
    found
}

/// The evidence of a record the score was computed from.
fn of_record(data: &AccountData, record: &RecordRef) -> Option<crate::domain::evidence::Evidence> {
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
            .map(|day| evidence::usage(day, "")),
        RecordKind::Commitment => data
            .commitments
            .iter()
            .find(|commitment| commitment.id == id)
            .map(|commitment| evidence::commitment(commitment, "", None)),
        RecordKind::Call | RecordKind::Email => {
            data.contacts.iter().find(|(_, contact)| contact == record).map(|(at, _)| {
                crate::domain::evidence::Evidence {
                    record: record.clone(),
                    account: Some(data.account.record.domain.clone()),
                    title: if record.kind == RecordKind::Call {
                        "Latest call".to_owned()
                    } else {
                        "Latest e-mail".to_owned()
                    },
                    occurred_at: Some(*at),
                    quote: format!("Last contact on {}", at.date_naive()),
                    speaker: None,
                    at_seconds: None,
                    url: None,
                }
            })
        }
        _ => None,
    }
}
