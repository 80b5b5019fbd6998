//! Payments: what went through, what is still owed, and how an account stands with them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::contract::{BillingStatus, RevenueSource};
use crate::domain::money::{Money, totals};
use crate::domain::time::{Moment, instant};

/// What happened to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum PaymentKind {
    Paid,
    Failed,
    PastDue,
    Refunded,
}

impl PaymentKind {
    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::PastDue => "past due",
            Self::Refunded => "refunded",
        }
    }
}

/// A payment that happened or failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentEvent {
    /// Its id in the workspace.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// When it happened.
    #[serde(deserialize_with = "instant")]
    pub occurred_at: Moment,
    /// What happened.
    pub kind: PaymentKind,
    /// Amount in minor units.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The invoice it is for, where the source tells: several failures of one invoice are one debt.
    #[serde(default)]
    pub invoice: Option<String>,
    /// Where it can be opened.
    #[serde(default)]
    pub url: Option<String>,
}

impl PaymentEvent {
    /// The amount with its currency.
    #[must_use]
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, &self.currency)
    }
}

/// Something that is still owed: an invoice, or an amount that did not go through, however often it was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Debt<'a> {
    /// What was tried, the oldest first; never empty.
    pub tries: Vec<&'a PaymentEvent>,
}

impl Debt<'_> {
    /// How much is owed, as the last try says.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        self.tries.last().map(|payment| payment.amount())
    }

    /// When it was tried first.
    #[must_use]
    pub fn since(&self) -> Option<Moment> {
        self.tries.first().map(|payment| payment.occurred_at)
    }

    /// Whether somebody marked it past due.
    #[must_use]
    pub fn late(&self) -> bool {
        self.tries.iter().any(|payment| payment.kind == PaymentKind::PastDue)
    }

    /// How many tries failed.
    #[must_use]
    pub fn failures(&self) -> usize {
        self.tries.iter().filter(|payment| payment.kind == PaymentKind::Failed).count()
    }

    /// Whether another try is of the same invoice or, where no invoice is named, of the same amount.
    fn holds(&self, payment: &PaymentEvent) -> bool {
        self.tries.iter().any(|tried| match (&tried.invoice, &payment.invoice) {
            (Some(one), Some(other)) => one == other,
            (None, None) => tried.amount() == payment.amount(),
            _ => false,
        })
    }

    fn settled_by(&self, paid: &PaymentEvent) -> bool {
        let named = self.tries.iter().find_map(|tried| tried.invoice.as_ref());
        match (named, &paid.invoice) {
            (Some(owed), Some(paid)) => owed == paid,
            _ => true,
        }
    }
}

/// What is owed after all that happened by `now`, the oldest debt first. A payment settles the debt of its invoice; where
/// either of them names no invoice, a later payment settles what came before it.
#[must_use]
pub fn debts(payments: &[PaymentEvent], now: Moment) -> Vec<Debt<'_>> {
    let mut events: Vec<&PaymentEvent> =
        payments.iter().filter(|payment| payment.occurred_at <= now && payment.kind != PaymentKind::Refunded).collect();
    events.sort_by_key(|payment| (payment.occurred_at, payment.kind == PaymentKind::Paid));
    let mut settled: BTreeSet<&str> = BTreeSet::new();
    let mut owed: Vec<Debt<'_>> = Vec::new();
    for event in events {
        if event.kind == PaymentKind::Paid {
            owed.retain(|debt| !debt.settled_by(event));
            settled.extend(event.invoice.as_deref());
        } else if event.invoice.as_deref().is_some_and(|invoice| settled.contains(invoice)) {
            // News of a failure that comes after the payment of the same invoice is late news.
        } else if let Some(debt) = owed.iter_mut().find(|debt| debt.holds(event)) {
            debt.tries.push(event);
        } else {
            owed.push(Debt { tries: vec![event] });
        }
    }
    owed
}

/// What is owed in all, one entry per currency.
#[must_use]
pub fn total_owed(debts: &[Debt<'_>]) -> Vec<Money> {
    totals(debts.iter().filter_map(Debt::amount))
}

/// Every try of what is owed, the oldest first.
#[must_use]
pub fn tries<'a>(debts: &[Debt<'a>]) -> Vec<&'a PaymentEvent> {
    let mut tries: Vec<&PaymentEvent> = debts.iter().flat_map(|debt| debt.tries.iter().copied()).collect();
    tries.sort_by_key(|payment| payment.occurred_at);
    tries
}

/// What was paid once refunds are taken off, one entry per currency. One payment of an invoice that is on record twice, with
/// the same amount on the same day, counts once, unless one of the two was refunded.
#[must_use]
pub fn net_paid<'a>(payments: impl IntoIterator<Item = &'a PaymentEvent>) -> Vec<Money> {
    let payments: Vec<&PaymentEvent> = payments.into_iter().collect();
    let refunded: BTreeSet<&str> = of_kind(&payments, PaymentKind::Refunded).filter_map(invoice).collect();
    let mut known: BTreeSet<(&str, i64, NaiveDate)> = BTreeSet::new();
    let paid = of_kind(&payments, PaymentKind::Paid).filter(|payment| {
        let Some(invoice) = invoice(payment).filter(|invoice| !refunded.contains(invoice)) else { return true };
        known.insert((invoice, payment.amount_minor, payment.occurred_at.day()))
    });
    let paid: Vec<Money> = paid.map(PaymentEvent::amount).collect();
    let back = of_kind(&payments, PaymentKind::Refunded)
        .map(|payment| Money::new(payment.amount_minor.saturating_abs().saturating_neg(), &payment.currency));
    totals(paid.into_iter().chain(back))
}

fn of_kind<'a, 'b>(payments: &'b [&'a PaymentEvent], kind: PaymentKind) -> impl Iterator<Item = &'a PaymentEvent> + 'b
where
    'a: 'b,
{
    payments.iter().copied().filter(move |payment| payment.kind == kind)
}

fn invoice(payment: &PaymentEvent) -> Option<&str> {
    payment.invoice.as_deref()
}

/// How the account stands with its payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Payments went through and nothing is owed.
    Current,
    /// A payment failed and was not made up for.
    Failed,
    /// A contract or invoice is past due.
    PastDue,
    /// No payment is on record.
    Unknown,
}

impl PaymentState {
    /// The state as of `now`, by contracts and payments: a later payment clears an earlier failure, a contract marked past due
    /// stays past due.
    #[must_use]
    pub fn of(sources: &[RevenueSource], payments: &[PaymentEvent], now: Moment) -> Self {
        if sources.iter().any(|source| source.status == BillingStatus::PastDue) {
            return Self::PastDue;
        }
        let owed = debts(payments, now);
        let latest = owed.iter().filter_map(|debt| debt.tries.last()).max_by_key(|payment| payment.occurred_at);
        match latest.map(|payment| payment.kind) {
            Some(PaymentKind::PastDue) => Self::PastDue,
            Some(_) => Self::Failed,
            None if payments.iter().any(|payment| payment.kind != PaymentKind::Refunded) => Self::Current,
            None => Self::Unknown,
        }
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Current => "paid up",
            Self::Failed => "payment failed",
            Self::PastDue => "past due",
            Self::Unknown => "no payment on record",
        }
    }

    /// Whether something is owed that should have been paid.
    #[must_use]
    pub fn is_unpaid(self) -> bool {
        matches!(self, Self::Failed | Self::PastDue)
    }
}
