//! Payment events as invoices, charges, refunds and credit notes of Stripe.
//!
//! Events are put together into invoices as they happened: tries of the same invoice or, where no invoice is named, of the
//! same amount are one open invoice, and the payment of it closes it.

use serde_json::{Value, json};

use super::fill::{customer_id, own_id};
use crate::domain::connection::Vendor;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::revenue::{PaymentEvent, PaymentKind};
use crate::sources::emulator::{Names, Tables};
use crate::sources::stripe::at_stripe;

/// The events of one invoice.
#[derive(Default)]
struct Group<'a> {
    failed: Vec<&'a PaymentEvent>,
    past_due: Option<&'a PaymentEvent>,
    paid: Option<&'a PaymentEvent>,
}

impl<'a> Group<'a> {
    fn first(&self) -> Option<&'a PaymentEvent> {
        let all = self.failed.iter().copied().chain(self.past_due).chain(self.paid);
        all.min_by_key(|event| event.occurred_at)
    }

    fn takes(&self, event: &PaymentEvent) -> bool {
        let free = event.kind != PaymentKind::PastDue || self.past_due.is_none();
        self.paid.is_none()
            && free
            && self.first().is_some_and(|first| match (&first.invoice, &event.invoice) {
                (Some(one), Some(other)) => one == other && first.currency == event.currency,
                (None, None) => first.amount() == event.amount(),
                _ => false,
            })
    }

    fn put(&mut self, event: &'a PaymentEvent) {
        match event.kind {
            PaymentKind::Failed => self.failed.push(event),
            PaymentKind::PastDue => self.past_due = Some(event),
            PaymentKind::Paid | PaymentKind::Refunded => self.paid = Some(event),
        }
    }
}

/// Puts the payments of one account.
pub(super) fn fill(tables: &mut Tables, mut events: Vec<&PaymentEvent>, names: &mut Names) {
    events.sort_by_key(|event| (event.occurred_at, event.kind == PaymentKind::Paid));
    let mut groups: Vec<Group<'_>> = Vec::new();
    for event in events.iter().copied().filter(|event| event.kind != PaymentKind::Refunded) {
        if let Some(group) = groups.iter_mut().find(|group| group.takes(event)) {
            group.put(event);
        } else {
            let mut group = Group::default();
            group.put(event);
            groups.push(group);
        }
    }
    for group in &groups {
        invoice(tables, group, names);
    }
    for event in events.into_iter().filter(|event| event.kind == PaymentKind::Refunded) {
        let own = match &event.invoice {
            Some(invoice) => credit_note(tables, event, &invoice_id(event, invoice)),
            None => refund(tables, event),
        };
        name(names, event, own);
    }
}

fn name(names: &mut Names, event: &PaymentEvent, own: String) {
    let record = RecordRef { kind: RecordKind::PaymentEvent, id: event.id.clone() };
    names.insert(record, (Vendor::Stripe, own));
}

/// The identifier of an invoice that is named in records.
fn invoice_id(event: &PaymentEvent, invoice: &str) -> String {
    own_id("in", &format!("{}/{invoice}", event.account))
}

fn seconds(event: &PaymentEvent) -> i64 {
    event.occurred_at.utc().timestamp()
}

fn amount(event: &PaymentEvent) -> i64 {
    at_stripe(event.amount_minor, &event.currency).to_string().parse().unwrap_or_default()
}

fn metadata(fields: &[(&str, Option<&PaymentEvent>)]) -> Value {
    let urls = fields.iter().filter_map(|(key, event)| Some(((*key).to_owned(), json!(event.as_ref()?.url.as_ref()?))));
    Value::Object(urls.collect())
}

fn invoice(tables: &mut Tables, group: &Group<'_>, names: &mut Names) {
    let Some(first) = group.first() else { return };
    let id = match &first.invoice {
        // A second payment of an invoice is an invoice of its own: Stripe takes one payment of the whole.
        Some(invoice) if tables.get("invoices", &invoice_id(first, invoice)).is_none() => invoice_id(first, invoice),
        _ => own_id("in", &format!("record {}", first.id)),
    };
    let intent = own_id("pi", &id);
    for event in &group.failed {
        let charge = own_id("ch", &event.id);
        tables.put("charges", &charge, failed_charge(&charge, &intent, event));
        name(names, event, format!("{id}/failed/{charge}"));
    }
    for (event, what) in [(group.past_due, "past_due"), (group.paid, "paid")] {
        if let Some(event) = event {
            name(names, event, format!("{id}/{what}"));
        }
    }
    let last = group.past_due.or_else(|| group.failed.last().copied()).unwrap_or(first);
    let (due, paid) = (amount(last), group.paid.map_or(0, amount));
    let tries = group.failed.len() + usize::from(group.paid.is_some());
    let payment = json!({
        "id": own_id("inpay", &id), "object": "invoice_payment", "is_default": true,
        "payment": {"type": "payment_intent", "payment_intent": intent},
    });
    let invoice = json!({
        "id": id, "object": "invoice", "livemode": false, "currency": first.currency.to_ascii_lowercase(),
        "customer": customer_id(&first.account), "status": if group.paid.is_some() { "paid" } else { "open" },
        "amount_due": due, "amount_paid": paid, "total": due,
        "amount_remaining": if group.paid.is_some() { 0 } else { due }, "created": seconds(first),
        "attempted": tries > 0, "attempt_count": tries, "next_payment_attempt": null,
        "collection_method": if group.past_due.is_some() { "send_invoice" } else { "charge_automatically" },
        "due_date": group.past_due.map(seconds), "hosted_invoice_url": null, "billing_reason": "subscription_cycle",
        "status_transitions": {
            "finalized_at": seconds(first), "paid_at": group.paid.map(seconds), "marked_uncollectible_at": null,
            "voided_at": null,
        },
        "payments": {"object": "list", "has_more": false, "data": [payment]},
        "metadata": metadata(&[("url_past_due", group.past_due), ("url_paid", group.paid)]),
    });
    tables.put("invoices", id, invoice);
}

fn failed_charge(id: &str, intent: &str, event: &PaymentEvent) -> Value {
    json!({
        "id": id, "object": "charge", "status": "failed", "paid": false, "amount": amount(event), "created": seconds(event),
        "currency": event.currency.to_ascii_lowercase(), "customer": customer_id(&event.account),
        "payment_intent": intent, "failure_code": "card_declined", "metadata": metadata(&[("url", Some(event))]),
    })
}

fn refund(tables: &mut Tables, event: &PaymentEvent) -> String {
    let (id, charge) = (own_id("re", &event.id), own_id("ch", &event.id));
    let currency = event.currency.to_ascii_lowercase();
    let charged = json!({
        "id": charge, "object": "charge", "status": "succeeded", "paid": true, "amount": amount(event),
        "amount_refunded": amount(event), "created": seconds(event), "currency": currency,
        "customer": customer_id(&event.account), "payment_intent": own_id("pi", &event.id), "metadata": {},
    });
    tables.put("charges", &charge, charged);
    let refund = json!({
        "id": id, "object": "refund", "status": "succeeded", "amount": amount(event), "created": seconds(event),
        "currency": currency, "charge": charge, "payment_intent": own_id("pi", &event.id), "reason": null,
        "metadata": metadata(&[("url", Some(event))]),
    });
    tables.put("refunds", &id, refund);
    id
}

fn credit_note(tables: &mut Tables, event: &PaymentEvent, invoice: &str) -> String {
    let id = own_id("cn", &event.id);
    let note = json!({
        "id": id, "object": "credit_note", "livemode": false, "status": "issued", "type": "post_payment",
        "amount": amount(event), "post_payment_amount": amount(event), "pre_payment_amount": 0, "created": seconds(event),
        "currency": event.currency.to_ascii_lowercase(), "customer": customer_id(&event.account), "invoice": invoice,
        "refunds": [], "metadata": metadata(&[("url", Some(event))]),
    });
    tables.put("credit_notes", &id, note);
    id
}
