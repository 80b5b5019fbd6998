//! The streams: where each is read, which parts are expanded, and which events say that one of its objects changed.

use crate::sources::{Deletions, Stream};

pub(super) const CUSTOMERS: &str = "customers";
pub(super) const SUBSCRIPTIONS: &str = "subscriptions";
pub(super) const SCHEDULES: &str = "subscription_schedules";
pub(super) const INVOICES: &str = "invoices";
pub(super) const REFUNDS: &str = "refunds";
pub(super) const CREDIT_NOTES: &str = "credit_notes";

const fn reported(name: &'static str) -> Stream {
    Stream { name, deletions: Deletions::Reported }
}

/// All of them, in the order they are fetched.
pub(super) const ALL: &[Stream] = &[
    reported(CUSTOMERS),
    reported(SUBSCRIPTIONS),
    reported(SCHEDULES),
    reported(INVOICES),
    reported(REFUNDS),
    reported(CREDIT_NOTES),
];

/// What is asked for with every object of a stream, below the object. Stripe expands four levels, the list's `data` among
/// them.
pub(super) fn expanded(stream: &str) -> &'static [&'static str] {
    match stream {
        SUBSCRIPTIONS => &["discounts.source.coupon", "items.data.discounts"],
        INVOICES => &["payments"],
        REFUNDS => &["charge"],
        _ => &[],
    }
}

/// Parameters besides the page and what is expanded: without `status=all` ended subscriptions are left out.
pub(super) fn parameters(stream: &str) -> &'static [(&'static str, &'static str)] {
    if stream == SUBSCRIPTIONS { &[("status", "all")] } else { &[] }
}

/// The events that say that an object of a stream changed; 20 at most.
pub(super) fn events(stream: &str) -> &'static [&'static str] {
    match stream {
        CUSTOMERS => &["customer.created", "customer.updated", "customer.deleted"],
        SUBSCRIPTIONS => &[
            "customer.subscription.created",
            "customer.subscription.updated",
            "customer.subscription.deleted",
            "customer.subscription.paused",
            "customer.subscription.resumed",
            "customer.subscription.trial_will_end",
            "customer.subscription.pending_update_applied",
            "customer.discount.created",
            "customer.discount.updated",
            "customer.discount.deleted",
        ],
        SCHEDULES => &[
            "subscription_schedule.created",
            "subscription_schedule.updated",
            "subscription_schedule.canceled",
            "subscription_schedule.released",
            "subscription_schedule.completed",
            "subscription_schedule.aborted",
            "subscription_schedule.expiring",
        ],
        INVOICES => &[
            "invoice.created",
            "invoice.updated",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_failed",
            "invoice.payment_action_required",
            "invoice.overdue",
            "invoice.marked_uncollectible",
            "invoice.voided",
            "invoice.deleted",
        ],
        REFUNDS => &["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"],
        CREDIT_NOTES => &["credit_note.created", "credit_note.updated", "credit_note.voided"],
        _ => &[],
    }
}

/// The stream an event is of.
pub(super) fn of_event(event: &str) -> Option<&'static Stream> {
    ALL.iter().find(|stream| events(stream.name).contains(&event))
}
