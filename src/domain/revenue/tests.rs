//! Contracts and payments as billing systems tell them.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::*;
use crate::domain::time::Moment;

fn contract(fields: Value) -> RevenueSource {
    let mut whole = json!({
        "id": "c", "account": "acme.com", "system": "stripe", "product": "Seats", "status": "active",
        "interval": "month", "amount_minor": 50_000, "currency": "USD",
    });
    let (Value::Object(whole), Value::Object(fields)) = (&mut whole, fields) else { panic!("objects") };
    whole.extend(fields);
    serde_json::from_value(Value::Object(whole.clone())).unwrap()
}

fn payment(kind: &str, day: &str, minor: i64, invoice: Option<&str>) -> PaymentEvent {
    serde_json::from_value(json!({
        "id": format!("{kind} {day} {invoice:?}"), "account": "acme.com", "occurred_at": day, "kind": kind,
        "amount_minor": minor, "currency": "EUR", "invoice": invoice,
    }))
    .unwrap()
}

fn now() -> Moment {
    "2026-06-30T12:00:00Z".parse().unwrap()
}

fn today() -> NaiveDate {
    now().day()
}

fn owed(payments: &[PaymentEvent]) -> Vec<String> {
    debts(payments, now()).iter().map(|debt| format!("{} × {}", debt.amount().unwrap(), debt.tries.len())).collect()
}

#[test]
fn a_contract_of_several_years_counts_with_the_share_of_one() {
    let source = contract(json!({"interval": "4 years", "amount_minor": 8_000_000}));
    assert_eq!(source.arr().unwrap().to_string(), "$20,000");
    assert_eq!(source.mrr().unwrap().to_string(), "$1,666.67");
    assert_eq!(source.terms(), "$80,000 every 4 years");
}

#[test]
fn an_interval_nobody_understands_is_never_silently_nothing() {
    let source = contract(json!({"interval": "per agreed schedule"}));
    assert!(source.uncounted());
    assert_eq!(source.arr(), None);
    assert_eq!(source.terms(), "$500 per “per agreed schedule”");
    assert!(!contract(json!({"interval": "per agreed schedule", "mrr_minor": 4_000})).uncounted());
    assert!(!contract(json!({"interval": "one_time"})).uncounted());
    assert!(!contract(json!({"interval": "per agreed schedule", "status": "expired"})).uncounted());
}

#[test]
fn a_one_time_amount_never_recurs_whatever_a_monthly_figure_beside_it_says() {
    assert_eq!(contract(json!({"interval": "one_time", "mrr_minor": 100})).arr(), None);
}

#[test]
fn a_discount_for_good_lowers_recurring_revenue_and_one_for_a_time_does_not() {
    let forever = contract(json!({"discount_percent": 15}));
    assert_eq!(forever.arr().unwrap().to_string(), "$5,100");
    assert_eq!(forever.price().to_string(), "$500");
    assert_eq!(forever.discount().unwrap().to_string(), "$75");
    let passing = contract(json!({"discount_minor": 5_000, "discount_until": "2026-09-30"}));
    assert_eq!(passing.arr().unwrap().to_string(), "$6,000");
    assert_eq!(passing.discount().unwrap().to_string(), "$50");
    assert_eq!(contract(json!({"discount_minor": 90_000})).arr().unwrap().to_string(), "$0");
    assert_eq!(contract(json!({})).discount(), None);
}

#[test]
fn a_canceled_contract_ends_on_its_day_and_renews_nothing() {
    let ends = contract(json!({"renews_on": "2026-07-20", "cancel_at_period_end": true, "interval": "year"}));
    assert_eq!(ends.on_last_day(), "canceled, ends");
    assert!(ends.recurring());
    let goes_on = contract(json!({"id": "d", "renews_on": "2026-10-01", "interval": "year"}));
    let both = [ends.clone(), goes_on];
    assert_eq!(renewal(&both, today()), "2026-10-01".parse().ok());
    assert_eq!(ends_on(&both, today()), "2026-07-20".parse().ok());
    assert_eq!(renewal(&[ends], today()), "2026-07-20".parse().ok());
}

#[test]
fn several_failures_of_one_invoice_are_one_debt() {
    let tries = [
        payment("failed", "2026-06-01", 9_000, Some("in_1")),
        payment("failed", "2026-06-04", 9_000, Some("in_1")),
        payment("past_due", "2026-06-09", 9_100, Some("in_1")),
        payment("failed", "2026-06-05", 4_000, Some("in_2")),
    ];
    assert_eq!(owed(&tries), ["€91 × 3", "€40 × 1"]);
    let unnamed = [payment("failed", "2026-06-01", 700, None), payment("failed", "2026-06-08", 700, None)];
    assert_eq!(owed(&unnamed), ["€7 × 2"]);
}

#[test]
fn a_payment_settles_its_own_invoice_and_no_other() {
    let events = [
        payment("failed", "2026-06-01", 9_000, Some("in_1")),
        payment("failed", "2026-06-02", 4_000, Some("in_2")),
        payment("paid", "2026-06-03", 4_000, Some("in_2")),
        payment("failed", "2026-06-04", 4_000, Some("in_2")),
    ];
    assert_eq!(owed(&events), ["€90 × 1"]);
    assert_eq!(PaymentState::of(&[], &events, now()), PaymentState::Failed);
    let unnamed = [payment("failed", "2026-06-01", 9_000, None), payment("paid", "2026-06-03", 4_000, Some("in_2"))];
    assert_eq!(owed(&unnamed), Vec::<String>::new());
    assert_eq!(PaymentState::of(&[], &unnamed, now()), PaymentState::Current);
}

#[test]
fn what_has_not_happened_yet_is_owed_by_nobody() {
    assert_eq!(owed(&[payment("failed", "2026-07-15", 9_000, None)]), Vec::<String>::new());
}

#[test]
fn refunds_and_doubles_are_taken_off_what_was_paid() {
    let events = [
        payment("paid", "2026-05-01", 10_000, Some("in_1")),
        payment("paid", "2026-05-01", 10_000, Some("in_1")),
        payment("paid", "2026-05-02", 6_000, Some("in_2")),
        payment("paid", "2026-05-02", 6_000, Some("in_2")),
        payment("refunded", "2026-05-03", 6_000, Some("in_2")),
        payment("paid", "2026-05-04", 1_000, None),
        payment("failed", "2026-05-05", 1_000, None),
    ];
    assert_eq!(crate::domain::money::joined(&net_paid(&events)), "€170");
}
