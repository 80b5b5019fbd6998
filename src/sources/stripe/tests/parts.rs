//! Parts a list does not carry, which are fetched by themselves.

use super::*;
use crate::domain::revenue::RevenueSource;

fn item(number: usize, price: &Value, quantity: u64) -> Value {
    json!({
        "id": format!("si_{number}"), "object": "subscription_item", "quantity": quantity, "price": price, "discounts": [],
        "subscription": "sub_x", "created": 1_000 - number, "current_period_end": 1_782_000_000,
    })
}

fn price(id: &str, fields: Value) -> Value {
    let mut whole = json!({
        "id": id, "object": "price", "currency": "usd", "product": "prod_x", "type": "recurring", "unit_amount": 1_000,
        "unit_amount_decimal": "1000", "billing_scheme": "per_unit",
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
    });
    let Value::Object(fields) = fields else { panic!("fields") };
    whole.as_object_mut().unwrap().extend(fields);
    whole
}

fn subscription(items: &[Value], more: bool) -> Value {
    json!({
        "id": "sub_x", "status": "active", "customer": "cus_x", "currency": "usd", "start_date": 1_770_000_000,
        "discounts": [], "items": {"object": "list", "data": items, "has_more": more}, "metadata": {},
    })
}

/// The only contract there is: in the list, and as it is fetched by itself.
async fn contract_of(setting: &Setting) -> RevenueSource {
    let (items, ..) = setting.walk("subscriptions", None).await;
    let alone = setting.source.item(&streams::ALL[1], "sub_x").await.unwrap().unwrap();
    let records = setting.records("subscriptions", &items);
    assert_eq!(records, setting.records("subscriptions", &[alone]));
    let [Record::RevenueSource(source)] = records.as_slice() else { panic!("one contract") };
    source.clone()
}

#[tokio::test]
async fn tiers_and_names_of_products_are_fetched() {
    let setting = Setting::over(&[]).await;
    let tiers = json!([{"up_to": 5, "unit_amount": 100, "flat_amount": 50}, {"up_to": null, "unit_amount": 80}]);
    let fields = json!({"billing_scheme": "tiered", "tiers_mode": "graduated", "tiers": tiers, "unit_amount": null,
        "unit_amount_decimal": null});
    let tiered = price("price_t", fields);
    setting.desk().tables().put("prices", "price_t", tiered.clone());
    setting.desk().tables().put("products", "prod_x", json!({"id": "prod_x", "object": "product", "name": "Hedge"}));
    setting.desk().tables().put("subscriptions", "sub_x", subscription(&[item(0, &tiered, 12)], false));
    let source = contract_of(&setting).await;
    assert_eq!((source.amount_minor, source.product.as_str()), (50 + 5 * 100 + 7 * 80, "Hedge"));
}

#[tokio::test]
async fn coupons_of_single_items_are_fetched() {
    let setting = Setting::over(&[]).await;
    let coupon = json!({"id": "HALF", "object": "coupon", "percent_off": 50, "duration": "forever"});
    let discount =
        json!({"id": "di_x", "object": "discount", "source": {"type": "coupon", "coupon": "HALF"}, "end": null});
    let mut line = item(0, &price("price_x", json!({})), 4);
    line["discounts"] = json!(["di_x"]);
    setting.desk().tables().put("coupons", "HALF", coupon);
    setting.desk().tables().put("discounts", "di_x", discount);
    setting.desk().tables().put("subscriptions", "sub_x", subscription(&[line], false));
    let source = contract_of(&setting).await;
    assert_eq!((source.amount_minor, source.mrr_minor), (4_000, Some(2_000)));
    assert_eq!(source.discount_percent, Some(50.into()));
}

#[tokio::test]
async fn items_beyond_those_embedded_are_fetched() {
    let setting = Setting::over(&[]).await;
    let all: Vec<Value> = (0..130).map(|number| item(number, &price("price_x", json!({})), 1)).collect();
    for line in &all {
        setting.desk().tables().put("subscription_items", line["id"].as_str().unwrap(), line.clone());
    }
    setting.desk().tables().put("subscriptions", "sub_x", subscription(&all[..20], true));
    assert_eq!(contract_of(&setting).await.amount_minor, 130_000);
}

#[tokio::test]
async fn a_planned_subscription_says_nothing_once_it_has_started() {
    let planned = json!({"status": "pending", "mrr_minor": 0, "starts_on": "2026-08-01", "renews_on": "2027-08-01"});
    let setting = Setting::over(&[contract("planned", planned)]).await;
    let (items, _, cursor, _) = setting.walk("subscription_schedules", None).await;
    assert_eq!(setting.records("subscription_schedules", &items).len(), 1);
    let _ = setting.desk().change("subscription_schedules", &items[0].id, &json!({"status": "active"}));
    let (items, ..) = setting.walk("subscription_schedules", Some(cursor)).await;
    assert_eq!((items.len(), setting.records("subscription_schedules", &items).len()), (1, 0));
}
