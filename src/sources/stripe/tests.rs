//! Stripe against its double: every record out again, passes that read only what changed, and everything that goes wrong.

mod deliveries;
mod parts;
mod trouble;

use std::collections::BTreeMap;

use chrono::Duration;
use serde_json::{Value, json};

use super::*;
use crate::domain::record::{Record, RecordRef};
use crate::sources::Next;
use crate::sources::emulator::{Emulator, Fault, Names};

fn now() -> Moment {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

fn record(fields: Value) -> Record {
    serde_json::from_value(fields).unwrap()
}

fn contract(id: &str, fields: Value) -> Record {
    let mut whole = json!({
        "type": "revenue_source", "id": id, "account": "larch.example", "system": "stripe", "product": "Seats",
        "status": "active", "interval": "month", "amount_minor": 50_000, "mrr_minor": 50_000, "currency": "USD",
        "quantity": 10, "starts_on": "2026-01-20", "renews_on": "2026-06-20", "url": "https://pay.example/c",
    });
    let Value::Object(fields) = fields else { panic!("fields") };
    whole.as_object_mut().unwrap().extend(fields);
    record(whole)
}

fn payment(id: &str, kind: &str, at: &str, minor: i64, invoice: Option<&str>) -> Record {
    record(json!({
        "type": "payment_event", "id": id, "account": "larch.example", "occurred_at": at, "kind": kind,
        "amount_minor": minor, "currency": "USD", "invoice": invoice, "url": format!("https://pay.example/{id}"),
    }))
}

fn account() -> Record {
    record(json!({
        "type": "account", "domain": "larch.example", "name": "Larch", "contacts": [
            {"name": "Ida", "email": "ida@larch.example", "primary": true}],
    }))
}

/// Contracts of every shape Stripe can carry.
fn contracts() -> Vec<Record> {
    let of = contract;
    vec![
        of("monthly", json!({})),
        of("uneven", json!({"amount_minor": 49_000, "mrr_minor": 49_000, "quantity": 18})),
        of(
            "yearly",
            json!({"interval": "year", "amount_minor": 100_000, "mrr_minor": 8_333, "renews_on": "2027-01-20"}),
        ),
        of("quarterly", json!({"interval": "quarter", "mrr_minor": 16_667, "renews_on": "2026-07-20"})),
        of("two-years", json!({"interval": "2 years", "mrr_minor": 2_083, "renews_on": "2028-01-20"})),
        of("weeks", json!({"interval": "every 6 weeks", "mrr_minor": 36_111})),
        of("committed", json!({"renews_on": "2027-01-20"})),
        of("ends", json!({"cancel_at_period_end": true})),
        of("ends-later", json!({"cancel_at_period_end": true, "renews_on": "2027-01-20"})),
        of("silent", json!({"mrr_minor": null})),
        of("said", json!({"mrr_minor": 40_000})),
        of("trial", json!({"status": "trialing", "mrr_minor": 0})),
        of("past-due", json!({"status": "past_due", "currency": "GBP"})),
        of("left", json!({"status": "canceled", "mrr_minor": 0, "renews_on": "2026-05-01"})),
        of("not-converted", json!({"status": "expired", "mrr_minor": null, "renews_on": "2026-05-01"})),
        of(
            "planned",
            json!({"status": "pending", "mrr_minor": 0, "starts_on": "2026-08-01", "renews_on": "2027-08-01"}),
        ),
        of("percent", json!({"discount_percent": 12.5, "mrr_minor": 43_750})),
        of("amount", json!({"discount_minor": 5_000, "mrr_minor": 45_000})),
        of("for-a-time", json!({"discount_percent": 20, "discount_until": "2026-09-30"})),
        of("yen", json!({"currency": "JPY"})),
        of("krona", json!({"currency": "ISK", "discount_minor": 100, "mrr_minor": 49_900})),
        of("dinar", json!({"currency": "KWD"})),
    ]
}

fn payments() -> Vec<Record> {
    vec![
        payment("p1", "paid", "2026-02-01T08:00:00Z", 50_000, None),
        payment("p2", "failed", "2026-03-01T08:00:00Z", 50_000, None),
        payment("p3", "failed", "2026-03-04T08:00:00Z", 50_000, None),
        payment("p4", "paid", "2026-03-06T09:30:00Z", 50_000, None),
        payment("p5", "refunded", "2026-03-09T09:30:00Z", 20_000, None),
        payment("p6", "failed", "2026-05-01T08:00:00Z", 70_000, Some("a")),
        payment("p7", "past_due", "2026-05-09T08:00:00Z", 70_000, Some("a")),
        payment("p8", "paid", "2026-04-01T08:00:00Z", 60_000, Some("b")),
        payment("p9", "refunded", "2026-04-03T08:00:00Z", 60_000, Some("b")),
    ]
}

struct Setting {
    emulator: Emulator,
    source: Box<dyn Source>,
}

impl Setting {
    async fn over(records: &[Record]) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let emulator = Emulator::start("127.0.0.1:0".parse().unwrap(), records, now()).await.unwrap();
        let source = open(emulator.access(Vendor::Stripe).unwrap(), Client::new()).unwrap();
        Self { emulator, source }
    }

    fn desk(&self) -> &crate::sources::emulator::Desk {
        self.emulator.desk(Vendor::Stripe).unwrap()
    }

    /// Walks a stream from a cursor; its items, what is gone, and where the next pass begins.
    async fn walk(&self, name: &str, cursor: Option<Value>) -> (Vec<Item>, Vec<String>, Value, bool) {
        let stream = streams::ALL.iter().find(|stream| stream.name == name).unwrap();
        let (mut items, mut gone, mut cursor) = (Vec::new(), Vec::new(), cursor);
        for _ in 0..50 {
            let page = self.source.page(stream, cursor.as_ref(), self.desk().now()).await.unwrap();
            items.extend(page.items);
            gone.extend(page.gone);
            match page.next {
                Next::More(next) => cursor = Some(next),
                Next::Done { cursor, whole } => return (items, gone, cursor, whole),
            }
        }
        panic!("the pass over `{name}` does not end")
    }

    fn records(&self, name: &str, items: &[Item]) -> Vec<Record> {
        let stream = streams::ALL.iter().find(|stream| stream.name == name).unwrap();
        let found = items.iter().flat_map(|item| self.source.map(stream, item).unwrap());
        found
            .filter_map(|found| match found {
                Found::Record(whose, record) => {
                    assert!(matches!(whose.as_slice(), [crate::sources::Whose::Company(id)] if id.starts_with("cus_")));
                    Some(*record)
                }
                _ => None,
            })
            .collect()
    }

    async fn all(&self) -> BTreeMap<String, Record> {
        let mut all = BTreeMap::new();
        for stream in streams::ALL {
            let (items, ..) = self.walk(stream.name, None).await;
            for record in self.records(stream.name, &items) {
                let id = record.reference().id;
                assert!(all.insert(id.clone(), record).is_none(), "{id} came out twice");
            }
        }
        all
    }
}

/// A record as it comes out, without what is another there: the identifier, the account and the invoice's name.
fn bare(record: &Record) -> Value {
    let mut value = serde_json::to_value(record).unwrap();
    let fields = value.as_object_mut().unwrap();
    for name in ["id", "account", "invoice"] {
        fields.remove(name);
    }
    if let Some(percent) = fields.get_mut("discount_percent").filter(|percent| !percent.is_null()) {
        *percent = json!(percent.as_str().unwrap().parse::<f64>().unwrap());
    }
    value
}

fn own_id(names: &Names, record: &RecordRef) -> String {
    format!("stripe:{}", names.get(record).unwrap().1)
}

#[tokio::test]
async fn every_record_comes_out_once_and_as_it_went_in() {
    let mut records = contracts();
    records.extend(payments());
    records.push(account());
    let setting = Setting::over(&records).await;
    let found = setting.all().await;
    let expected: Vec<&Record> = records.iter().filter(|record| !matches!(record, Record::Account(_))).collect();
    for record in &expected {
        let own = own_id(setting.emulator.names(), &record.reference());
        let out = found.get(&own).unwrap_or_else(|| panic!("{:?} did not come out as {own}", record.reference()));
        assert_eq!(bare(out), bare(record), "{:?}", record.reference());
    }
    assert_eq!(found.len(), expected.len());
}

#[tokio::test]
async fn tries_of_one_debt_are_one_invoice_and_its_payment_settles_it() {
    let setting = Setting::over(&payments()).await;
    let found = setting.all().await;
    let invoice = |id: &str| {
        let reference = RecordRef { kind: crate::domain::record::RecordKind::PaymentEvent, id: id.to_owned() };
        match &found[&own_id(setting.emulator.names(), &reference)] {
            Record::PaymentEvent(payment) => payment.invoice.clone(),
            _ => None,
        }
    };
    assert!(invoice("p2").is_some());
    assert_eq!(invoice("p2"), invoice("p4"));
    assert_eq!(invoice("p6"), invoice("p7"));
    assert_eq!(invoice("p8"), invoice("p9"));
    assert_ne!(invoice("p1"), invoice("p2"));
    assert_eq!(invoice("p5"), None);
}

#[tokio::test]
async fn customers_bring_domain_and_address() {
    let setting = Setting::over(&[account(), contract("c", json!({}))]).await;
    let (items, ..) = setting.walk("customers", None).await;
    let found = setting.source.map(&streams::ALL[0], &items[0]).unwrap();
    let Found::Company(company) = &found[0] else { panic!("a company") };
    assert_eq!((company.name.as_str(), company.domains.as_slice()), ("Larch", ["larch.example".to_owned()].as_slice()));
    assert_eq!(company.addresses, ["ida@larch.example"]);
}

#[tokio::test]
async fn a_list_longer_than_a_page_is_read_to_its_end() {
    let many: Vec<Record> = (0..230).map(|number| contract(&format!("c{number}"), json!({}))).collect();
    let setting = Setting::over(&many).await;
    let (items, _, _, whole) = setting.walk("subscriptions", None).await;
    let ids: std::collections::BTreeSet<&str> = items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!((items.len(), ids.len(), whole), (230, 230, true));
}

#[tokio::test]
async fn a_pass_with_nothing_new_costs_one_request_a_stream() {
    let setting = Setting::over(&contracts()).await;
    for stream in streams::ALL {
        let (.., cursor, _) = setting.walk(stream.name, None).await;
        for round in 0..2 {
            setting.desk().set_now(now() + Duration::minutes(5 * round));
            let before = setting.desk().requests();
            let (items, gone, _, whole) = setting.walk(stream.name, Some(cursor.clone())).await;
            assert_eq!(setting.desk().requests() - before, 1, "{}", stream.name);
            assert!(items.is_empty() && gone.is_empty() && !whole);
        }
    }
}

#[tokio::test]
async fn a_change_is_read_once_and_a_deletion_is_reported() {
    let setting = Setting::over(&[account(), contract("c", json!({})), contract("d", json!({}))]).await;
    let (items, _, cursor, _) = setting.walk("subscriptions", None).await;
    let (changed, other) = (items[0].id.clone(), items[1].id.clone());
    let _ = setting.desk().change("subscriptions", &changed, &json!({"status": "past_due"}));
    let _ = setting.desk().change("subscriptions", &changed, &json!({"cancel_at_period_end": true}));
    let (items, gone, cursor, whole) = setting.walk("subscriptions", Some(cursor)).await;
    assert_eq!((items.len(), items[0].id.as_str(), gone.len(), whole), (1, changed.as_str(), 0, false));
    let records = setting.records("subscriptions", &items);
    assert!(matches!(&records[0], Record::RevenueSource(source) if source.cancel_at_period_end));
    let before = setting.desk().requests();
    let (items, _, cursor, _) = setting.walk("subscriptions", Some(cursor)).await;
    assert_eq!((items.len(), setting.desk().requests() - before), (0, 1));
    setting.desk().set_now(now() + Duration::days(2));
    let _ = setting.desk().delete("subscriptions", &other);
    let (items, gone, ..) = setting.walk("subscriptions", Some(cursor)).await;
    assert_eq!((items.len(), gone), (0, vec![other]));
}

#[tokio::test]
async fn an_event_that_comes_late_is_still_read() {
    let setting = Setting::over(&[contract("c", json!({}))]).await;
    let (items, _, cursor, _) = setting.walk("subscriptions", None).await;
    setting.desk().set_now(now() + Duration::minutes(30));
    let (.., cursor, _) = setting.walk("subscriptions", Some(cursor)).await;
    // It happened before the last pass, and is listed only now.
    setting.desk().set_now(now() + Duration::minutes(27));
    let _ = setting.desk().change("subscriptions", &items[0].id, &json!({"status": "unpaid"}));
    setting.desk().set_now(now() + Duration::minutes(35));
    let (items, ..) = setting.walk("subscriptions", Some(cursor)).await;
    assert_eq!(items.len(), 1);
}

#[tokio::test]
async fn many_events_are_read_page_by_page() {
    let many: Vec<Record> = (0..120).map(|number| contract(&format!("c{number}"), json!({}))).collect();
    let setting = Setting::over(&many).await;
    let (items, _, cursor, _) = setting.walk("subscriptions", None).await;
    for item in &items {
        let _ = setting.desk().change("subscriptions", &item.id, &json!({"status": "past_due"}));
    }
    let (again, _, cursor, _) = setting.walk("subscriptions", Some(cursor)).await;
    assert_eq!(again.len(), 120);
    let (none, ..) = setting.walk("subscriptions", Some(cursor)).await;
    assert!(none.is_empty());
}

#[tokio::test]
async fn after_a_month_without_a_pass_everything_is_read_again() {
    let setting = Setting::over(&contracts()).await;
    let (first, _, cursor, _) = setting.walk("subscriptions", None).await;
    setting.desk().set_now(now() + Duration::days(31));
    let (again, _, _, whole) = setting.walk("subscriptions", Some(cursor)).await;
    assert_eq!((again.len(), whole), (first.len(), true));
}

#[tokio::test]
async fn an_invoice_becomes_past_due_without_an_event() {
    let open = payment("p", "past_due", "2026-06-17T00:00:00Z", 900, None);
    let setting = Setting::over(&[open]).await;
    let (items, _, cursor, _) = setting.walk("invoices", None).await;
    assert!(setting.records("invoices", &items).is_empty());
    setting.desk().set_now(now() + Duration::days(2));
    let (items, _, cursor, _) = setting.walk("invoices", Some(cursor)).await;
    assert_eq!(setting.records("invoices", &items).len(), 1);
    let (items, ..) = setting.walk("invoices", Some(cursor)).await;
    assert!(items.is_empty());
}

#[tokio::test]
async fn a_voided_invoice_loses_its_debts() {
    let setting = Setting::over(&[payment("p", "failed", "2026-06-01T00:00:00Z", 900, None)]).await;
    let (items, _, cursor, _) = setting.walk("invoices", None).await;
    assert_eq!(setting.records("invoices", &items).len(), 1);
    let _ = setting.desk().change("invoices", &items[0].id, &json!({"status": "void"}));
    let (items, ..) = setting.walk("invoices", Some(cursor)).await;
    assert_eq!((items.len(), setting.records("invoices", &items).len()), (1, 0));
}

#[tokio::test]
async fn a_deleted_customer_is_gone() {
    let setting = Setting::over(&[account(), contract("c", json!({}))]).await;
    let (items, _, cursor, _) = setting.walk("customers", None).await;
    let _ = setting.desk().delete("customers", &items[0].id);
    let (none, gone, ..) = setting.walk("customers", Some(cursor)).await;
    assert_eq!((none.len(), gone), (0, vec![items[0].id.clone()]));
    assert_eq!(setting.source.item(&streams::ALL[0], &items[0].id).await.unwrap(), None);
    assert_eq!(setting.source.item(&streams::ALL[0], "../events").await.unwrap(), None);
}
