//! Answers about money and usage.

use serde::Serialize;

use super::Desk;
use crate::domain::tool::revenue::{ContractView, Revenue, RevenueView};
use crate::domain::tool::usage::{Usage, UsageView};
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::Facet;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct RevenuePage {
    #[serde(flatten)]
    revenue: RevenueView,
    name: String,
    facet: &'static str,
    current: Option<ContractView>,
    rest: Vec<ContractView>,
    payment: &'static str,
}

impl Template for RevenuePage {
    const FILE: &'static str = "answer/revenue.md";
}

/// Contracts, payments and deals.
pub fn revenue(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let mut revenue = desk.found::<Revenue>()?;
    if desk.says("refund refunds refunded") {
        let (refunds, others): (Vec<_>, Vec<_>) =
            revenue.payments.into_iter().partition(|payment| payment.kind == "refunded");
        if refunds.is_empty() {
            return super::topic::instead(desk);
        }
        revenue.payments = refunds.into_iter().chain(others).collect();
    }
    let mut contracts = revenue.contracts.clone().into_iter();
    let current = contracts.next();
    let facet = if desk.says("deal deals opportunity opportunities pipeline lost") {
        "deals"
    } else {
        match desk.part.ask.facet {
            _ if desk.says("refund refunds refunded") => "payment",
            Facet::Renewal => "renewal",
            Facet::Payment => "payment",
            _ => "amount",
        }
    };
    let page = RevenuePage {
        name: desk.name(),
        facet,
        current,
        rest: contracts.collect(),
        payment: revenue.payment_state.map_or("no payment is on record", |state| match state {
            crate::domain::revenue::PaymentState::Current => "payments are up to date",
            crate::domain::revenue::PaymentState::Failed => "the latest payment failed",
            crate::domain::revenue::PaymentState::PastDue => "payment is past due",
            crate::domain::revenue::PaymentState::Unknown => "no payment is on record",
        }),
        revenue,
    };
    desk.done(&page, Vec::new())
}

#[derive(Serialize)]
struct UsagePage {
    #[serde(flatten)]
    usage: UsageView,
    name: String,
    time: String,
    direction: &'static str,
    change: u32,
    week: Option<u32>,
    week_direction: &'static str,
}

impl Template for UsagePage {
    const FILE: &'static str = "answer/usage.md";
}

/// Product usage.
pub fn usage(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let usage = desk.found::<Usage>()?;
    let direction = |change: Option<i32>| match change {
        Some(change) if change <= -3 => "down",
        Some(change) if change >= 3 => "up",
        _ => "flat",
    };
    let page = UsagePage {
        name: desk.name(),
        time: desk.time_words(),
        direction: direction(usage.month_change_percent),
        change: usage.month_change_percent.unwrap_or_default().unsigned_abs(),
        week: usage.week_change_percent.map(i32::unsigned_abs),
        week_direction: direction(usage.week_change_percent),
        usage,
    };
    desk.done(&page, Vec::new())
}
