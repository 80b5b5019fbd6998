//! `revenue`: contracts, payments and deals.

use super::{Bench, ToolError};
use crate::agent::{evidence, noticed};
use crate::domain::money::{Money, totals};
use crate::domain::revenue::{
    BillingStatus, Deal, DealStatus, PaymentEvent, PaymentKind, PaymentState, RevenueSource, arr, debts, net_paid,
    renewal, total_owed,
};
use crate::domain::time::Window;
use crate::domain::tool::revenue::{ContractView, DealView, PaymentView, Revenue, RevenueView};
use crate::store::AccountData;

/// Payments shown at most.
const PAYMENTS: usize = 12;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: Revenue) -> Result<RevenueView, ToolError> {
    let account = bench.scope.account(&arguments.account)?;
    let data = bench.records().account_data(&account).await?;
    let mut view = view(bench, &data, arguments.window);
    for (source, decision) in &data.ignored {
        let left_out =
            ContractView { counts: false, left_out_by: Some(decision.by.clone()), ..contract(bench, source) };
        view.contracts.push(left_out);
    }
    Ok(view)
}

/// The money of an account, with evidence. The window is of its payments; contracts and deals are as they stand.
pub fn view(bench: &mut Bench<'_>, data: &AccountData, window: Window) -> RevenueView {
    let AccountData { revenue: sources, payments, deals, .. } = data;
    let today = bench.today();
    let notice = noticed::view(bench, data);
    let mut ordered: Vec<&RevenueSource> = sources.iter().collect();
    ordered.sort_by_key(|source| {
        (
            rank(source),
            source.runs_out(),
            source.rolls_monthly(),
            source.renews_on.is_none(),
            source.renews_on.map(|day| (day - today).num_days().abs()),
        )
    });
    let renews_on = renewal(sources, today);
    let mut newest: Vec<&PaymentEvent> = payments
        .iter()
        .filter(|payment| payment.occurred_at <= bench.now() && window.contains(payment.occurred_at.day()))
        .collect();
    let paid = net_paid(newest.iter().copied());
    let refunds = newest.iter().filter(|payment| payment.kind == PaymentKind::Refunded);
    let refunded = totals(refunds.map(|payment| Money::new(payment.amount_minor.saturating_abs(), &payment.currency)));
    let unpaid = debts(payments, bench.now());
    let payments_paid = newest.iter().filter(|payment| payment.kind == PaymentKind::Paid).count() as u64;
    let payments_total = newest.len() as u64;
    newest.sort_by_key(|payment| std::cmp::Reverse(payment.occurred_at));
    let mut ranked: Vec<&Deal> = deals.iter().collect();
    ranked.sort_by_key(|deal| (deal.status != DealStatus::Open, std::cmp::Reverse(deal.closed_at)));
    RevenueView {
        arr: arr(sources),
        mrr: totals(sources.iter().filter(|source| source.recurring()).filter_map(RevenueSource::mrr)),
        payment_state: Some(PaymentState::of(sources, payments, bench.now())),
        owed: total_owed(&unpaid),
        debts: unpaid.len() as u64,
        renews_on,
        days_to_renewal: renews_on.map(|day| (day - today).num_days()),
        contracts: ordered.into_iter().map(|source| contract(bench, source)).collect(),
        paid,
        refunded,
        payments_paid,
        payments_total,
        payments: newest
            .into_iter()
            .take(PAYMENTS)
            .map(|payment| PaymentView {
                cite: bench.ledger.cite(evidence::payment(payment)),
                occurred_at: payment.occurred_at,
                kind: payment.kind.label().to_owned(),
                amount: payment.amount(),
            })
            .collect(),
        deals: ranked
            .into_iter()
            .map(|deal| DealView {
                cite: bench.ledger.cite(evidence::deal(deal)),
                name: deal.name.clone(),
                stage: deal.stage.clone(),
                status: deal.status.label().to_owned(),
                value: deal.value(),
                lost_reason: deal.lost_reason.clone(),
                closed_at: deal.closed_at,
            })
            .collect(),
        notice,
    }
}

fn contract(bench: &mut Bench<'_>, source: &RevenueSource) -> ContractView {
    let discount = source.discount();
    let discounted =
        discount.as_ref().map(|off| Money::new(source.amount_minor.saturating_sub(off.minor), &source.currency));
    let price = discounted.clone().unwrap_or_else(|| source.price());
    let units = source.quantity.filter(|quantity| *quantity > 1).map(i64::from);
    ContractView {
        cite: bench.ledger.cite(evidence::contract(source)),
        product: source.product.clone(),
        system: source.system.label().to_owned(),
        status: source.status.label().to_owned(),
        amount: source.price(),
        interval: source.interval.clone(),
        terms: source.terms(),
        rule: source.every().rule(),
        per_unit: units.map(|units| Money::new((price.minor + units / 2).div_euclid(units), &price.currency)),
        discounted,
        discount,
        discount_until: source.discount_until,
        uncounted: source.uncounted(),
        runs_out: source.runs_out(),
        arr: source.arr(),
        counts: source.recurring(),
        left_out_by: None,
        quantity: source.quantity,
        starts_on: source.starts_on,
        renews_on: source.renews_on,
    }
}

fn rank(source: &RevenueSource) -> u8 {
    match source.status {
        BillingStatus::Active | BillingStatus::PastDue => 0,
        BillingStatus::Trialing => 1,
        BillingStatus::Pending => 2,
        BillingStatus::Draft => 3,
        BillingStatus::Expired | BillingStatus::Canceled => 4,
    }
}
