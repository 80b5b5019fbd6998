//! Objects of Stripe in shapes its double does not make: older ones, unusual ones, broken ones.

use serde_json::{Value, json};

use super::*;
use crate::domain::record::Record;
use crate::domain::revenue::{BillingStatus, PaymentKind, RevenueSource};

fn found(stream: &str, raw: Value) -> Result<Vec<Found>, String> {
    let access = Access { prefix: "stripe".to_owned(), ..Access::default() };
    let stream = streams::ALL.iter().find(|known| known.name == stream).unwrap();
    super::found(&access, stream, &Item { id: raw["id"].as_str().unwrap_or("x").to_owned(), raw })
}

fn records(stream: &str, raw: Value) -> Vec<Record> {
    let found = found(stream, raw).unwrap().into_iter();
    found.filter_map(|found| if let Found::Record(_, record) = found { Some(*record) } else { None }).collect()
}

fn contracts(raw: Value) -> Vec<RevenueSource> {
    let records = records(streams::SUBSCRIPTIONS, raw).into_iter();
    records.filter_map(|record| if let Record::RevenueSource(source) = record { Some(source) } else { None }).collect()
}

fn contract(raw: Value) -> RevenueSource {
    let mut all = contracts(raw);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Identifier, kind and amount of each payment of an invoice.
fn payments(stream: &str, raw: Value) -> Vec<(String, PaymentKind, i64)> {
    let of = |record: Record| match record {
        Record::PaymentEvent(payment) => (payment.id, payment.kind, payment.amount_minor),
        other => panic!("{other:?}"),
    };
    records(stream, raw).into_iter().map(of).collect()
}

fn line(id: &str, unit: i64, quantity: u64, interval: &str) -> Value {
    json!({
        "id": id, "quantity": quantity, "current_period_end": 1_782_000_000,
        "price": {"id": "price_1", "product": {"id": "prod_1", "name": format!("Plan {id}")}, "currency": "usd",
            "unit_amount": unit, "type": "recurring", "recurring": {"interval": interval, "interval_count": 1}},
    })
}

fn subscription(items: &[Value], fields: Value) -> Value {
    let mut whole = json!({
        "id": "sub_1", "status": "active", "customer": "cus_1", "currency": "usd", "start_date": 1_770_000_000,
        "items": {"data": items}, "metadata": {},
    });
    let Value::Object(fields) = fields else { panic!("fields") };
    whole.as_object_mut().unwrap().extend(fields);
    whole
}

fn invoice(fields: Value) -> Value {
    let mut whole = json!({
        "id": "in_1", "status": "open", "customer": "cus_1", "currency": "usd", "amount_due": 900, "amount_paid": 0,
        "amount_remaining": 900, "created": 1_770_000_000, "due_date": null, "attempted": false, "attempt_count": 0,
        "status_transitions": {"finalized_at": 1_770_003_600, "paid_at": null},
    });
    let Value::Object(fields) = fields else { panic!("fields") };
    whole.as_object_mut().unwrap().extend(fields);
    whole
}

#[test]
fn items_of_one_interval_are_one_contract() {
    let source = contract(subscription(&[line("a", 1_000, 10, "month"), line("b", 500, 4, "month")], json!({})));
    assert_eq!((source.id.as_str(), source.amount_minor, source.mrr_minor), ("stripe:sub_1", 12_000, Some(12_000)));
    assert_eq!(
        (source.product.as_str(), source.quantity, source.interval.as_str()),
        ("Plan a, Plan b", Some(10), "month")
    );
    assert_eq!(source.url.as_deref(), Some("https://dashboard.stripe.com/subscriptions/sub_1"));
}

#[test]
fn items_of_different_intervals_are_contracts_by_themselves() {
    let all = contracts(subscription(&[line("si_a", 1_000, 10, "month"), line("si_b", 12_000, 1, "year")], json!({})));
    let seen: Vec<_> =
        all.iter().map(|source| (source.id.as_str(), source.interval.as_str(), source.mrr_minor)).collect();
    assert_eq!(seen, [("stripe:sub_1/si_a", "month", Some(10_000)), ("stripe:sub_1/si_b", "year", Some(1_000))]);
}

#[test]
fn a_metered_item_is_named_and_adds_nothing() {
    let mut metered = line("m", 7, 1, "month");
    metered["price"]["recurring"]["usage_type"] = json!("metered");
    metered.as_object_mut().unwrap().remove("quantity");
    let source = contract(subscription(&[line("a", 1_000, 10, "month"), metered], json!({})));
    assert_eq!((source.amount_minor, source.product.as_str()), (10_000, "Plan a, Plan m"));
}

#[test]
fn tiers_are_priced_at_the_quantity() {
    let mut tiered = line("t", 0, 15, "month");
    let price = tiered["price"].as_object_mut().unwrap();
    price.insert("unit_amount".to_owned(), Value::Null);
    price.insert("billing_scheme".to_owned(), json!("tiered"));
    price.insert("tiers_mode".to_owned(), json!("graduated"));
    assert!(found(streams::SUBSCRIPTIONS, subscription(&[tiered.clone()], json!({}))).unwrap_err().contains("tiers"));
    tiered["price"]["tiers"] = json!([
        {"up_to": 10, "unit_amount": 500, "flat_amount": 100},
        {"up_to": "inf", "unit_amount_decimal": "250.5", "flat_amount": null},
    ]);
    // 10 × 5.00 + 1.00 + 5 × 2.505 = 63.525.
    assert_eq!(contract(subscription(&[tiered], json!({}))).amount_minor, 6_352);
}

#[test]
fn older_shapes_are_read() {
    let mut old = line("a", 1_000, 3, "month");
    old.as_object_mut().unwrap().remove("current_period_end");
    let fields = json!({
        "current_period_end": 1_782_000_000,
        "discount": {"id": "di_1", "coupon": {"id": "c", "percent_off": 25.5, "duration": "forever"}},
    });
    let source = contract(subscription(&[old], fields));
    assert_eq!(source.renews_on.unwrap().to_string(), "2026-06-21");
    assert_eq!((source.discount_percent.unwrap().to_string(), source.mrr_minor), ("25.5".to_owned(), Some(2_235)));
}

#[test]
fn several_discounts_are_said_as_the_one_they_come_to() {
    let coupon = |fields: Value| json!({"id": "di", "source": {"coupon": fields}, "start": 1_770_000_000, "end": null});
    let ten = || coupon(json!({"percent_off": 10, "duration": "forever"}));
    let off =
        |discounts: Value| contract(subscription(&[line("a", 1_000, 10, "month")], json!({"discounts": discounts})));
    let source = off(json!([ten(), ten()]));
    assert_eq!((source.discount_percent.unwrap().to_string(), source.mrr_minor), ("19".to_owned(), Some(8_100)));
    let amount = coupon(json!({"amount_off": 500, "currency": "usd", "duration": "forever"}));
    let source = off(json!([ten(), amount]));
    assert_eq!((source.discount_percent, source.discount_minor, source.mrr_minor), (None, Some(1_500), Some(8_500)));
    let foreign = coupon(json!({"amount_off": 500, "currency": "eur", "duration": "forever"}));
    assert_eq!(off(json!([foreign, "di_unread"])).discount_minor, None);
}

#[test]
fn a_discount_for_one_invoice_ends_with_the_period() {
    let once = json!([{"id": "di", "source": {"coupon": {"percent_off": 50, "duration": "once"}}, "end": null}]);
    let source = contract(subscription(&[line("a", 1_000, 10, "month")], json!({"discounts": once})));
    assert_eq!(source.discount_until.unwrap().to_string(), "2026-06-20");
    assert_eq!(source.mrr_minor, Some(10_000));
}

#[test]
fn a_discount_of_one_item_among_several_is_an_amount() {
    let mut half = line("a", 1_000, 4, "month");
    half["discounts"] = json!([{"source": {"coupon": {"percent_off": 50, "duration": "forever"}}}]);
    let source = contract(subscription(&[half, line("b", 1_000, 6, "month")], json!({})));
    assert_eq!((source.amount_minor, source.discount_minor, source.mrr_minor), (10_000, Some(2_000), Some(8_000)));
}

#[test]
fn every_status_is_read_and_a_new_one_is_set_aside() {
    let of = |status: &str, fields: Value| {
        let mut whole = subscription(&[line("a", 1_000, 1, "month")], fields);
        whole["status"] = json!(status);
        found(streams::SUBSCRIPTIONS, whole).map(|_| ())?;
        let mut whole = subscription(&[line("a", 1_000, 1, "month")], json!({}));
        whole["status"] = json!(status);
        Ok::<_, String>(contract(whole))
    };
    for (status, expected, mrr) in [
        ("active", BillingStatus::Active, 1_000),
        ("past_due", BillingStatus::PastDue, 1_000),
        ("trialing", BillingStatus::Trialing, 0),
        ("incomplete", BillingStatus::Pending, 0),
        ("incomplete_expired", BillingStatus::Expired, 0),
        ("unpaid", BillingStatus::Expired, 0),
        ("paused", BillingStatus::Expired, 0),
        ("canceled", BillingStatus::Canceled, 0),
    ] {
        let source = of(status, json!({})).unwrap();
        assert_eq!((source.status, source.mrr_minor), (expected, Some(mrr)), "{status}");
    }
    assert!(of("suspended", json!({})).unwrap_err().contains("status"));
    let paused = json!({"pause_collection": {"behavior": "void", "resumes_at": null}});
    assert_eq!(contract(subscription(&[line("a", 1_000, 1, "month")], paused)).status, BillingStatus::Active);
}

#[test]
fn what_cannot_be_read_is_set_aside_with_a_sentence() {
    let nothing = [
        (streams::SUBSCRIPTIONS, json!({"id": "sub_1"})),
        (streams::SUBSCRIPTIONS, subscription(&[], json!({}))),
        (streams::SUBSCRIPTIONS, subscription(&[json!({"price": "price_1"})], json!({}))),
        (streams::SUBSCRIPTIONS, subscription(&[line("a", 1, 1, "fortnight")], json!({}))),
        (streams::SUBSCRIPTIONS, subscription(&[line("a", 1, 1, "month")], json!({"customer": null}))),
        (streams::INVOICES, invoice(json!({"status": "odd"}))),
        (streams::INVOICES, invoice(json!({"status": "paid", "amount_paid": 5, "currency": null}))),
        (
            streams::REFUNDS,
            json!({"id": "re_1", "status": "succeeded", "amount": 5, "currency": "usd", "charge": "ch_1"}),
        ),
        (streams::CUSTOMERS, json!("cus_1")),
        (streams::SCHEDULES, json!({"id": "s", "status": "not_started", "customer": "cus_1", "phases": []})),
    ];
    for (stream, raw) in nothing {
        let sentence = found(stream, raw.clone()).unwrap_err();
        assert!(sentence.len() > 10, "{raw}");
    }
}

#[test]
fn a_web_address_in_the_metadata_is_a_domain() {
    let raw = json!({"id": "cus_1", "name": null, "email": "jo@mail.example", "metadata": {
        "Company Website": "https://www.alder.example/shop", "tier": "gold.plus", "domain": "alder.example", "website": "n/a"}});
    let Found::Company(company) = found(streams::CUSTOMERS, raw).unwrap().remove(0) else { panic!("a company") };
    assert_eq!(company.domains, ["alder.example", "https://www.alder.example/shop"]);
    assert_eq!(
        (company.name.as_str(), company.addresses.as_slice()),
        ("jo@mail.example", ["jo@mail.example".to_owned()].as_slice())
    );
}

#[test]
fn a_draft_and_a_voided_invoice_say_nothing() {
    for status in ["draft", "void"] {
        assert_eq!(
            payments(streams::INVOICES, invoice(json!({"status": status, "attempted": true, "attempt_count": 2}))),
            []
        );
    }
    let free = json!({"status": "paid", "amount_due": 0, "amount_paid": 0});
    assert_eq!(payments(streams::INVOICES, invoice(free)), []);
}

#[test]
fn a_failed_attempt_without_its_charge_is_known_by_the_invoice() {
    let tried = json!({"attempted": true, "attempt_count": 3});
    assert_eq!(
        payments(streams::INVOICES, invoice(tried)),
        [("stripe:in_1/failed".to_owned(), PaymentKind::Failed, 900)]
    );
}

#[test]
fn an_invoice_given_up_is_past_due_and_one_paid_late_was() {
    let given_up = json!({"status": "uncollectible", "status_transitions": {"marked_uncollectible_at": 1_771_000_000}});
    let past_due = ("stripe:in_1/past_due".to_owned(), PaymentKind::PastDue, 900);
    assert_eq!(payments(streams::INVOICES, invoice(given_up)), std::slice::from_ref(&past_due));
    let late = json!({"status": "paid", "amount_paid": 900, "amount_remaining": 0, "due_date": 1_771_000_000,
        "status_transitions": {"paid_at": 1_772_000_000}});
    assert_eq!(
        payments(streams::INVOICES, invoice(late)),
        [past_due, ("stripe:in_1/paid".to_owned(), PaymentKind::Paid, 900)]
    );
}

#[test]
fn money_that_went_back_counts_once() {
    let note = |fields: Value| {
        let mut whole = json!({"id": "cn_1", "status": "issued", "customer": "cus_1", "invoice": "in_1", "currency": "usd",
            "amount": 900, "created": 1_770_000_000});
        let Value::Object(fields) = fields else { panic!("fields") };
        whole.as_object_mut().unwrap().extend(fields);
        payments(streams::CREDIT_NOTES, whole).into_iter().map(|(_, _, minor)| minor).collect::<Vec<_>>()
    };
    assert_eq!(note(json!({"type": "post_payment"})), [900]);
    assert_eq!(note(json!({"type": "pre_payment"})), [0_i64; 0]);
    assert_eq!(note(json!({"post_payment_amount": 600, "pre_payment_amount": 300})), [600]);
    assert_eq!(note(json!({"post_payment_amount": 900, "refunds": [{"amount_refunded": 700}]})), [200]);
    assert_eq!(note(json!({"refund": "re_1"})), [0_i64; 0]);
    assert_eq!(note(json!({"status": "void"})), [0_i64; 0]);
    let failed = json!({"id": "re_1", "status": "failed", "amount": 5, "currency": "usd", "created": 1});
    assert_eq!(payments(streams::REFUNDS, failed), []);
}

#[test]
fn a_schedule_says_nothing_once_its_subscription_runs() {
    let raw = json!({"id": "sub_sched_1", "status": "active", "customer": "cus_1", "phases": []});
    assert_eq!(records(streams::SCHEDULES, raw), []);
}
