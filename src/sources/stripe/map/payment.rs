//! Invoices, refunds and credit notes as payments.
//!
//! One invoice may say several things, each under an identifier of its own: `in_1/paid`, `in_1/past_due`, and
//! `in_1/failed/ch_1` for each attempt to charge it that failed. An attempt whose charge could not be read is
//! `in_1/failed`, at the time the invoice was made final. A draft says nothing. Neither does an invoice that was voided,
//! so what was owed on it is owed no more.
//!
//! Money that went back is a refund, once: a credit note says only what no refund paid out.

use super::{currency, customer, moment, said, url};
use crate::domain::record::Record;
use crate::domain::revenue::{PaymentEvent, PaymentKind};
use crate::sources::stripe::amount::minor;
use crate::sources::stripe::wire::{Charge, CreditNote, Invoice, Linked, Metadata, Named, Refund};
use crate::sources::{Access, Found};

/// One thing that happened to a payment, in Stripe's units.
struct Happened<'a> {
    id: String,
    at: Option<i64>,
    kind: PaymentKind,
    amount: i64,
    metadata: &'a Metadata,
}

/// What is the same for all that one object says.
struct Common<'a> {
    access: &'a Access,
    customer: String,
    currency: String,
    invoice: Option<&'a str>,
    livemode: Option<bool>,
    /// Its page in the dashboard.
    path: String,
}

impl Common<'_> {
    fn event(&self, happened: &Happened<'_>) -> Result<Found, String> {
        let own = match happened.kind {
            PaymentKind::Paid => "url_paid",
            PaymentKind::Failed => "url_failed",
            PaymentKind::PastDue => "url_past_due",
            PaymentKind::Refunded => "url_refunded",
        };
        let at = happened.at.and_then(moment).ok_or("it does not say when it happened")?;
        let event = PaymentEvent {
            id: self.access.record_id(&happened.id),
            account: String::new(),
            occurred_at: at,
            kind: happened.kind,
            amount_minor: minor(happened.amount, &self.currency),
            currency: self.currency.clone(),
            invoice: self.invoice.map(str::to_owned),
            url: Some(url(happened.metadata, own, self.livemode, &self.path)),
        };
        Ok(Found::of_company(&self.customer, Record::PaymentEvent(event)))
    }
}

/// What an invoice says of payments.
pub(super) fn of_invoice(access: &Access, invoice: &Invoice) -> Result<Vec<Found>, String> {
    let status = invoice.status.as_deref().unwrap_or("draft");
    match status {
        "draft" | "void" | "deleted" => return Ok(Vec::new()),
        "open" | "paid" | "uncollectible" => {}
        _ => return Err("its status is not known".to_owned()),
    }
    let common = Common {
        access,
        customer: customer(invoice.customer.as_ref())?,
        currency: currency(invoice.currency.as_deref())?,
        invoice: Some(&invoice.id),
        livemode: invoice.livemode,
        path: format!("invoices/{}", invoice.id),
    };
    let happened = failures(invoice, status).into_iter().chain(late(invoice, status)).chain(paid(invoice, status));
    happened.map(|happened| common.event(&happened)).collect()
}

/// The payment of an invoice. One over nothing is none.
fn paid<'a>(invoice: &'a Invoice, status: &str) -> Option<Happened<'a>> {
    let amount = invoice.amount_paid.or(invoice.amount_due).unwrap_or_default();
    (status == "paid" && amount > 0).then(|| Happened {
        id: format!("{}/paid", invoice.id),
        at: invoice.status_transitions.paid_at.or(invoice.status_transitions.finalized_at).or(invoice.created),
        kind: PaymentKind::Paid,
        amount,
        metadata: &invoice.metadata,
    })
}

/// The attempts that failed.
fn failures<'a>(invoice: &'a Invoice, status: &str) -> Vec<Happened<'a>> {
    if let Some(charges) = &invoice.failed_charges {
        let failed = charges.iter().filter(|charge| charge.status.as_deref() == Some("failed"));
        return failed.map(|charge| attempt(invoice, charge)).collect();
    }
    let tried = invoice.attempted.unwrap_or_default() && invoice.attempt_count.unwrap_or_default() > 0;
    if status == "paid" || !tried {
        return Vec::new();
    }
    vec![Happened {
        id: format!("{}/failed", invoice.id),
        at: invoice.status_transitions.finalized_at.or(invoice.created),
        kind: PaymentKind::Failed,
        amount: owed(invoice),
        metadata: &invoice.metadata,
    }]
}

fn attempt<'a>(invoice: &Invoice, charge: &'a Charge) -> Happened<'a> {
    Happened {
        id: format!("{}/failed/{}", invoice.id, charge.id),
        at: charge.created.or(invoice.created),
        kind: PaymentKind::Failed,
        amount: charge.amount.unwrap_or_else(|| owed(invoice)),
        metadata: &charge.metadata,
    }
}

/// That an invoice went past its due date, or was given up as uncollectible. One that was paid late was past due once.
fn late<'a>(invoice: &'a Invoice, status: &str) -> Option<Happened<'a>> {
    let transitions = &invoice.status_transitions;
    let paid_late = transitions.paid_at.zip(invoice.due_date).is_some_and(|(paid, due)| paid > due);
    let at = match status {
        "uncollectible" => invoice.due_date.or(transitions.marked_uncollectible_at).or(invoice.created),
        "open" if invoice.overdue => invoice.due_date,
        "paid" if paid_late => invoice.due_date,
        _ => None,
    };
    at.map(|at| Happened {
        id: format!("{}/past_due", invoice.id),
        at: Some(at),
        kind: PaymentKind::PastDue,
        amount: owed(invoice),
        metadata: &invoice.metadata,
    })
}

/// What is or was to be paid.
fn owed(invoice: &Invoice) -> i64 {
    invoice.amount_remaining.filter(|left| *left > 0).or(invoice.amount_due).unwrap_or_default()
}

/// What a refund says. One that failed, was canceled or waits for somebody gave nothing back.
pub(super) fn of_refund(access: &Access, refund: &Refund) -> Result<Vec<Found>, String> {
    if !matches!(refund.status.as_deref(), Some("succeeded" | "pending") | None) {
        return Ok(Vec::new());
    }
    let charge = refund.charge.as_ref().and_then(Linked::whole);
    let customer = match charge.and_then(|charge| charge.customer.as_ref()) {
        Some(customer) => customer.id(),
        None => said(&refund.metadata, &["customer"]).ok_or("the charge it gives back names no customer")?,
    };
    let currency_code = refund.currency.as_deref().or_else(|| charge?.currency.as_deref());
    let common = Common {
        access,
        customer: customer.to_owned(),
        currency: currency(currency_code)?,
        invoice: charge.and_then(|charge| charge.invoice.as_ref()).map(Linked::<Named>::id),
        livemode: None,
        path: format!("refunds/{}", refund.id),
    };
    let happened = Happened {
        id: refund.id.clone(),
        at: refund.created,
        kind: PaymentKind::Refunded,
        amount: refund.amount.unwrap_or_default(),
        metadata: &refund.metadata,
    };
    Ok(vec![common.event(&happened)?])
}

/// What a credit note gives back of what was paid and no refund paid out. One that lowers what is due gives nothing back.
pub(super) fn of_credit_note(access: &Access, note: &CreditNote) -> Result<Vec<Found>, String> {
    let after_payment = match note.post_payment_amount {
        Some(amount) => amount,
        None if note.kind.as_deref() == Some("pre_payment") => 0,
        None => note.amount.unwrap_or_default(),
    };
    let refunded = note.refunds.iter().filter_map(|refund| refund.amount_refunded).fold(0, i64::saturating_add);
    let refunded = if note.refund.is_some() && note.refunds.is_empty() { after_payment } else { refunded };
    let amount = after_payment.saturating_sub(refunded);
    if note.status.as_deref() == Some("void") || amount <= 0 {
        return Ok(Vec::new());
    }
    let common = Common {
        access,
        customer: customer(note.customer.as_ref())?,
        currency: currency(note.currency.as_deref())?,
        invoice: note.invoice.as_ref().map(Linked::<Named>::id),
        livemode: note.livemode,
        path: format!("credit_notes/{}", note.id),
    };
    let happened = Happened {
        id: note.id.clone(),
        at: note.created,
        kind: PaymentKind::Refunded,
        amount,
        metadata: &note.metadata,
    };
    Ok(vec![common.event(&happened)?])
}
