//! Objects of Salesbricks in shapes its double does not make.

use serde_json::json;

use super::*;

fn found(subscription: &Value, orders: &Value) -> Result<Vec<Found>, String> {
    let access = Access { prefix: "salesbricks".to_owned(), ..Access::default() };
    let customer = json!({"customer_id": "c", "stripe_customer_id": "", "address": null});
    let raw = json!({"subscription": subscription, "orders": orders, "customer": customer});
    super::found(&access, &super::super::STREAMS[1], &Item { id: "s".to_owned(), raw })
}

fn subscription(fields: &Value) -> Value {
    let mut whole = json!({
        "subscription_id": "s", "status": "ACTIVE", "stage": "CLOSED", "starts_at": "2026-01-01", "ends_at": "2026-12-31",
        "billing_frequency": "ANNUALLY", "currency": "USD", "sub_total": 1200, "line_items": [], "billing_schedule": [],
    });
    whole.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    whole
}

fn contract(fields: &Value, orders: &Value) -> RevenueSource {
    match found(&subscription(fields), orders).unwrap().as_slice() {
        [Found::Record(whose, record)] => {
            assert_eq!(whose.as_slice(), [Whose::Company("c".to_owned())]);
            let Record::RevenueSource(source) = record.as_ref() else { panic!("a contract") };
            source.clone()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_total_of_the_term_is_shared_among_its_intervals_where_there_is_no_schedule() {
    let of = |frequency: &str, ends: &str| {
        let source = contract(&json!({"billing_frequency": frequency, "ends_at": ends}), &json!([]));
        (source.interval, source.amount_minor, source.mrr_minor)
    };
    assert_eq!(of("ANNUALLY", "2026-12-31"), ("year".to_owned(), 120_000, Some(10_000)));
    assert_eq!(of("MONTHLY", "2027-01-01"), ("month".to_owned(), 10_000, Some(10_000)));
    assert_eq!(of("QUARTERLY", "2027-12-31"), ("quarter".to_owned(), 15_000, Some(5_000)));
    assert_eq!(of("ALL_UPFRONT", "2027-12-31"), ("2 years".to_owned(), 120_000, Some(5_000)));
    assert_eq!(of("ALL_UPFRONT", "2026-01-09"), ("month".to_owned(), 120_000, Some(120_000)));
}

#[test]
fn a_schedule_says_what_each_billing_comes_to() {
    let ramp = json!([{"sub_total": 400.0}, {"sub_total": "800.00"}, {"grand_total": "odd"}]);
    let source = contract(&json!({"billing_frequency": "SEMI_ANNUALLY", "billing_schedule": ramp}), &json!([]));
    assert_eq!((source.amount_minor, source.mrr_minor), (60_000, Some(10_000)));
}

#[test]
fn the_running_order_tells_a_trial() {
    let order = |kind: &str, start: &str| json!({"order_type": kind, "starts_at": start, "contract_value": "$0.00"});
    let status = |orders: Value| contract(&json!({}), &orders).status;
    assert_eq!(status(json!([order("TRIAL", "2026-01-01")])), BillingStatus::Trialing);
    assert_eq!(status(json!([order("STANDARD", "2026-02-01"), order("TRIAL", "2026-01-01")])), BillingStatus::Active);
    // A purchase that was closed early and begins when the trial ends.
    assert_eq!(status(json!([order("TRIAL", "2026-01-01"), order("RENEWAL", "2026-12-31")])), BillingStatus::Trialing);
    let trial = contract(&json!({}), &json!([order("TRIAL", "2026-01-01")]));
    assert_eq!(trial.mrr_minor, Some(0));
}

#[test]
fn every_status_is_read_and_a_new_one_is_set_aside() {
    for (status, stage, expected) in [
        ("ACTIVE", "CLOSED", BillingStatus::Active),
        ("ORDER_NEEDED", "CLOSED", BillingStatus::Active),
        ("OPEN_ORDER", "CLOSED", BillingStatus::Active),
        ("OPEN_ORDER", "BUILDING", BillingStatus::Draft),
        ("OPEN_ORDER", "SELLER_SIGNING", BillingStatus::Pending),
        ("ACTIVE", "BUILDING", BillingStatus::Active),
        ("SCHEDULED", "CLOSED", BillingStatus::Pending),
        ("TERMINATING", "CLOSED", BillingStatus::Active),
        ("TERMINATED", "CLOSED", BillingStatus::Canceled),
        ("INACTIVE", "CLOSED", BillingStatus::Expired),
        ("ACTIVE", "MIGRATING", BillingStatus::Active),
    ] {
        let source = contract(&json!({"status": status, "stage": stage}), &json!([]));
        assert_eq!(
            (source.status, source.cancel_at_period_end),
            (expected, status == "TERMINATING"),
            "{status} {stage}"
        );
    }
    assert!(found(&subscription(&json!({"status": "PAUSED"})), &json!([])).unwrap_err().contains("status"));
}

#[test]
fn a_lost_order_is_a_deal_with_its_reason_and_a_deleted_one_is_nothing() {
    let lost = json!({"stage": "CLOSED_LOST", "status": "INACTIVE", "name": "Expansion",
        "metadata": {"lost_reason": "Budget was cut"}});
    let found_lost = found(&subscription(&lost), &json!([])).unwrap();
    let [Found::Record(_, record)] = found_lost.as_slice() else { panic!("a deal") };
    let Record::Deal(deal) = record.as_ref() else { panic!("a deal") };
    assert_eq!((deal.status, deal.value_minor, deal.name.as_str()), (DealStatus::Lost, 120_000, "Expansion"));
    assert_eq!(deal.lost_reason.as_deref(), Some("Budget was cut"));
    assert_eq!(found(&subscription(&json!({"stage": "CLOSED_DELETE"})), &json!([])).unwrap(), []);
}

#[test]
fn products_are_the_plan_and_its_bricks() {
    let of = |lines: Value| contract(&json!({"line_items": lines, "name": "Order 7"}), &json!([]));
    let line =
        |plan: &str, brick: &str, quantity: u32| json!({"plan_name": plan, "brick_name": brick, "quantity": quantity});
    let source = of(json!([line("Gold", "Seats", 40), line("Gold", "Storage", 5), line("Gold", "Gold", 1)]));
    assert_eq!((source.product.as_str(), source.quantity), ("Gold: Seats, Storage", Some(40)));
    assert_eq!(of(json!([line("Gold", "Gold", 1)])).product, "Gold");
    assert_eq!(of(json!([line("", "Seats", 1)])).product, "Seats");
    assert_eq!((of(json!([])).product.as_str(), of(json!([])).quantity), ("Order 7", None));
}

#[test]
fn discounts_lower_the_revenue_and_not_the_price() {
    let source = contract(&json!({"grand_total_details": {"discount": "-$120.00", "tax": 96}}), &json!([]));
    assert_eq!((source.amount_minor, source.discount_minor, source.mrr_minor), (120_000, Some(12_000), Some(9_000)));
    let unclear = contract(&json!({"grand_total_details": "$96.00 tax", "metadata": "none"}), &json!([]));
    assert_eq!((unclear.discount_minor, unclear.mrr_minor), (None, Some(10_000)));
}

#[test]
fn days_are_read_from_times_too() {
    let source =
        contract(&json!({"starts_at": "2026-01-01T09:00:00Z", "renews_at": "2027-01-01T00:00:00+02:00"}), &json!([]));
    assert_eq!(source.starts_on.unwrap().to_string(), "2026-01-01");
    assert_eq!(source.renews_on.unwrap().to_string(), "2027-01-01");
    assert_eq!(contract(&json!({"renews_at": "soon é é é"}), &json!([])).renews_on.unwrap().to_string(), "2026-12-31");
}

#[test]
fn what_cannot_be_read_is_set_aside_with_a_sentence() {
    for fields in [
        json!({"currency": null}),
        json!({"billing_frequency": "HOURLY"}),
        json!({"sub_total": null}),
        json!({"subscription_id": 7}),
        json!({"line_items": "none"}),
    ] {
        assert!(found(&subscription(&fields), &json!([])).unwrap_err().len() > 10, "{fields}");
    }
    let access = Access::default();
    let raw = json!({"customer_id": "c", "name": " ", "points_of_contact": [{"email": null}, {"email": "A@b.example"}, {"email": "a@b.example"}]});
    let customer = super::found(&access, &super::super::STREAMS[0], &Item { id: "c".to_owned(), raw }).unwrap();
    let [Found::Company(company)] = customer.as_slice() else { panic!("a company") };
    assert_eq!((company.name.as_str(), company.addresses.as_slice()), ("c", ["A@b.example".to_owned()].as_slice()));
}
