//! Money: payments that failed or are late, renewals that come near, contracts that ended.

use chrono::NaiveDate;

use super::assess::{AsOf, days, factor, record, risk, times};
use super::config::MoneyWeights;
use super::{FactorKind, HealthInput, RiskFactor};
use crate::domain::money::joined;
use crate::domain::notice::{Standing, says_beside};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::revenue::{
    BillingStatus, BillingSystem, Debt, PaymentEvent, PaymentKind, RevenueSource, debts, decided, total_owed, tries,
};
use crate::domain::time::{Moment, day_text};

/// A contract that ended longer ago than this is no news any more.
const LONG_OVER_DAYS: i64 = 60;

/// Whether a contract had begun by `today`; one without a first day always has.
pub(super) fn begun(contract: &RevenueSource, today: NaiveDate) -> bool {
    contract.starts_on.is_none_or(|first| first <= today)
}

/// Failed and late payments that no later payment cleared.
pub(super) fn payment(input: &HealthInput<'_>, moment: AsOf, weights: &MoneyWeights) -> Option<RiskFactor> {
    let owed = debts(input.payments, moment.now);
    let unpaid = tries(&owed);
    let unpaid = unpaid.as_slice();
    let contract = input
        .revenue
        .iter()
        .find(|contract| contract.status == BillingStatus::PastDue && begun(contract, moment.today))
        .filter(|_| could_be_late_by(input, unpaid, moment));
    if unpaid.is_empty() && contract.is_none() {
        return None;
    }

    let failures = unpaid.iter().filter(|payment| payment.kind == PaymentKind::Failed).count();
    let late = contract.is_some() || unpaid.iter().any(|payment| payment.kind == PaymentKind::PastDue);
    let since = unpaid.first().map(|payment| payment.occurred_at);
    let waiting = since.and_then(|since| moment.age(since)).unwrap_or(0);
    let repeated = u32::try_from(failures.saturating_sub(1)).unwrap_or(u32::MAX);
    let points = if late { weights.past_due } else { weights.failed }
        .saturating_add(weights.failed_again.saturating_mul(repeated))
        .saturating_add(u32::try_from(waiting).unwrap_or(0) / weights.unpaid_days_per_point.max(1))
        .min(weights.payment_cap);
    let records = contract
        .map(|contract| record(RecordKind::RevenueSource, &contract.id))
        .into_iter()
        .chain(unpaid.iter().rev().map(|payment| record(RecordKind::PaymentEvent, &payment.id)))
        .collect();
    let reason = unpaid_reason(&owed, failures, late, contract, since, moment);
    Some(factor(FactorKind::Payment, risk(points), reason, billing_source(input, contract), records))
}

/// A contract marked past due carries no date. Payments tell when it fell behind: not before its last payment on
/// record at an earlier day, when the records show a payment that came after.
fn could_be_late_by(input: &HealthInput<'_>, unpaid: &[&PaymentEvent], moment: AsOf) -> bool {
    let fell_behind_later =
        input.payments.iter().any(|payment| payment.occurred_at > moment.now && payment.kind != PaymentKind::Refunded);
    !unpaid.is_empty() || !fell_behind_later
}

fn unpaid_reason(
    owed: &[Debt<'_>],
    failures: usize,
    late: bool,
    contract: Option<&RevenueSource>,
    since: Option<Moment>,
    moment: AsOf,
) -> String {
    let amounts = total_owed(owed);
    let amount =
        (!amounts.is_empty()).then(|| joined(&amounts)).or_else(|| contract.map(|contract| contract.due().to_string()));
    let Some((amount, since)) = amount.as_ref().zip(since) else {
        return match contract {
            Some(contract) => format!("Past due: {} ({})", contract.product, contract.due()),
            None => "Payment is past due".to_owned(),
        };
    };
    let day = day_text(since.day(), moment.today);
    let waiting = days(moment.age(since).unwrap_or(0));
    if owed.len() > 1 {
        let what = if late { "unpaid and past due" } else { "failed and not paid since" };
        return format!("{} payments {what}, {amount} in all ({waiting}, since {day})", owed.len());
    }
    match (failures, late) {
        (0, _) => format!("Payment of {amount} past due for {waiting} (since {day})"),
        (1, false) => format!("Payment of {amount} failed on {day}"),
        (1, true) => format!("Payment of {amount} failed on {day} and is past due ({waiting})"),
        (many, false) => format!("Payment of {amount} failed {} since {day}", times(many)),
        (many, true) => format!("Payment of {amount} failed {} since {day} and is past due ({waiting})", times(many)),
    }
}

/// The system the money comes through.
fn billing_source(input: &HealthInput<'_>, contract: Option<&RevenueSource>) -> &'static str {
    let stripe = || input.revenue.iter().find(|contract| contract.system == BillingSystem::Stripe);
    let running = || input.revenue.iter().find(|contract| contract.recurring());
    match contract.or_else(stripe).or_else(running).map(|contract| contract.system) {
        Some(BillingSystem::Manual) | None => "billing",
        Some(system) => system.label(),
    }
}

fn contract_source(contract: &RevenueSource) -> &'static str {
    match contract.system {
        BillingSystem::Manual => "contract",
        system => system.label(),
    }
}

/// How near the renewal is, or that there is nothing left to renew. `trouble` is the points all other risks take.
pub(super) fn renewal(
    input: &HealthInput<'_>,
    moment: AsOf,
    weights: &MoneyWeights,
    trouble: u32,
) -> Option<RiskFactor> {
    let known: Vec<&RevenueSource> =
        input.revenue.iter().filter(|contract| begun(contract, moment.today) && !is_offer(contract)).collect();
    let runs = |contract: &RevenueSource| match contract.status {
        BillingStatus::Expired => contract.renews_on.is_some_and(|last| last >= moment.today),
        BillingStatus::Canceled => false,
        // Some systems leave a canceled contract active when its last day has passed.
        _ if contract.runs_out() => contract.renews_on.is_none_or(|last| last >= moment.today),
        BillingStatus::Trialing => contract.renews_on.is_none_or(|last| last >= moment.today),
        _ => true,
    };
    let running = known.iter().copied().filter(|contract| runs(contract));
    let (canceled, going_on): (Vec<_>, Vec<_>) = running.partition(|contract| contract.runs_out());
    if let Some(factor) = runs_out(canceled, !going_on.is_empty(), moment, weights) {
        return Some(factor);
    }
    if let Some(factor) = noticed(input, &going_on, moment, weights) {
        return Some(factor);
    }
    let next = decided(going_on)
        .into_iter()
        .filter_map(|contract| Some((contract.renews_on?, contract)))
        .min_by_key(|(day, _)| *day);
    if let Some((day, contract)) = next {
        return approaching(contract, day, moment, weights, trouble);
    }
    if known.iter().any(|contract| runs(contract)) {
        return None;
    }
    ended(input, &known, moment, weights)
}

fn is_offer(contract: &RevenueSource) -> bool {
    matches!(contract.status, BillingStatus::Pending | BillingStatus::Draft)
}

/// A contract that was canceled and runs out: all of the points where nothing goes on beside it, half of them else.
fn runs_out(canceled: Vec<&RevenueSource>, others: bool, moment: AsOf, weights: &MoneyWeights) -> Option<RiskFactor> {
    let ends = |contract: &&RevenueSource| contract.renews_on.is_none_or(|day| day >= moment.today);
    let contract =
        canceled.into_iter().filter(ends).min_by_key(|contract| (contract.renews_on.is_none(), contract.renews_on))?;
    let when = contract.renews_on.map(|day| match day.signed_duration_since(moment.today).num_days() {
        0 => " and ends today".to_owned(),
        ahead => format!(" and ends in {}", days(ahead)),
    });
    let points = if others { weights.lost / 2 } else { weights.lost };
    let reason = format!("{} was canceled{}", contract.product, when.unwrap_or_default());
    Some(factor(FactorKind::Renewal, risk(points), reason, contract_source(contract), own(contract)))
}

/// A notice that stands while a contract says nothing of it: as much as a canceled contract.
fn noticed(
    input: &HealthInput<'_>,
    going_on: &[&RevenueSource],
    moment: AsOf,
    weights: &MoneyWeights,
) -> Option<RiskFactor> {
    let Some(Standing::Given(notice, ends_on)) = Standing::of(input.notices, input.revenue, moment.now) else {
        return None;
    };
    let contract =
        *decided(going_on.to_vec()).iter().min_by_key(|contract| (contract.renews_on.is_none(), contract.renews_on))?;
    let given = day_text(notice.occurred_at.day(), moment.today);
    let end = ends_on.map(|day| format!(" for {}", day_text(day, moment.today))).unwrap_or_default();
    let says = says_beside(contract, moment.today);
    let records = std::iter::once(notice.source.clone()).chain(own(contract)).collect();
    let reason = format!("Notice given on {given}{end}; {says}");
    Some(factor(FactorKind::Renewal, risk(weights.lost), reason, notice.source.kind.label(), records))
}

fn approaching(
    contract: &RevenueSource,
    day: NaiveDate,
    moment: AsOf,
    weights: &MoneyWeights,
    trouble: u32,
) -> Option<RiskFactor> {
    let ahead = day.signed_duration_since(moment.today).num_days();
    let (horizon, calm) = (i64::from(weights.renewal_within_days), i64::from(weights.calm_renewal_within_days));
    let points = if trouble >= weights.trouble_from && ahead <= horizon {
        // A fifth of the points at the horizon, all of them on the day.
        let nearness = 1.0 - ahead.max(0) as f64 / horizon.max(1) as f64;
        ((f64::from(weights.renewal) * (0.2 + 0.8 * nearness)).round() as u32).max(weights.calm_renewal)
    } else if ahead <= calm {
        weights.calm_renewal
    } else {
        return None;
    };
    let trial = contract.status == BillingStatus::Trialing;
    let reason = match (ahead, trial) {
        (..0, _) => format!("Renewal date passed {} ago with no new term on record", days(-ahead)),
        (0, true) => "Trial ends today".to_owned(),
        (0, false) => "Renews today".to_owned(),
        (_, true) => format!("Trial ends in {}", days(ahead)),
        (_, false) => format!("Renews in {}", days(ahead)),
    };
    Some(factor(FactorKind::Renewal, risk(points), reason, contract_source(contract), own(contract)))
}

fn own(contract: &RevenueSource) -> Vec<RecordRef> {
    vec![record(RecordKind::RevenueSource, &contract.id)]
}

fn ended(
    input: &HealthInput<'_>,
    known: &[&RevenueSource],
    moment: AsOf,
    weights: &MoneyWeights,
) -> Option<RiskFactor> {
    let last = known.iter().max_by_key(|contract| contract.renews_on)?;
    let ago = last.renews_on.map(|day| moment.today.signed_duration_since(day).num_days()).filter(|ago| *ago >= 0);
    let when = ago.map(|ago| format!(" {} ago", days(ago))).unwrap_or_default();
    let offer = input.revenue.iter().find(|contract| contract.status == BillingStatus::Pending);
    let mut records = own(last);
    let (points, reason) = match (last.status, offer) {
        (BillingStatus::Canceled, _) => {
            (weights.lost, format!("No contract is running: {} was canceled", last.product))
        }
        _ if last.runs_out() => {
            (weights.lost, format!("No contract is running: {} was canceled and ended{when}", last.product))
        }
        (BillingStatus::Trialing, _) => (weights.lost, format!("Trial ended{when} without a contract")),
        (_, Some(offer)) => {
            records.extend(own(offer));
            (weights.expired_pending, format!("Contract expired{when}; the new order is still pending"))
        }
        (_, None) => {
            let over = ago.is_some_and(|ago| ago > LONG_OVER_DAYS);
            (
                if over { weights.lost } else { weights.expired },
                format!("Contract expired{when} with nothing in its place"),
            )
        }
    };
    Some(factor(FactorKind::Renewal, risk(points), reason, contract_source(last), records))
}
