//! The evidence of what a score was computed from.

use success_agent::agent::evidence;
use success_agent::agent::tools::Bench;
use success_agent::domain::activity::Commitment;
use success_agent::domain::evidence::Evidence;
use success_agent::domain::health::{Health, RiskFactor};
use success_agent::domain::record::{RecordKind, RecordRef};
use success_agent::domain::tool::Cite;
use success_agent::store::AccountData;

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
            let (at, _) = data.contacts.iter().find(|(_, contact)| contact == record)?;
            let source = data.sources.get(record)?;
            Some(evidence::talk(record, &data.account.record.domain, *at, &source.title, source.url.as_ref()))
        }
        _ => None,
    }
}

/// A promise, under the call or e-mail it was made in.
fn promise(data: &AccountData, commitment: &Commitment) -> Evidence {
    let source = data.sources.get(&commitment.source);
    let title = source.map_or("", |source| source.title.as_str());
    evidence::commitment(commitment, title, source.and_then(|source| source.url.as_ref()))
}
