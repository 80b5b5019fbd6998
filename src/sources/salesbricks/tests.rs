//! Salesbricks against its double.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::*;
use crate::domain::record::Record;
use crate::sources::emulator::{Desk, Emulator, Fault};
use crate::sources::{Next, Whose};

fn now() -> Moment {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

fn contract(id: &str, fields: Value) -> Record {
    let mut whole = json!({
        "type": "revenue_source", "id": id, "account": "larch.example", "system": "salesbricks", "product": "Seats",
        "status": "active", "interval": "year", "amount_minor": 600_000, "mrr_minor": 50_000, "currency": "USD",
        "quantity": 10, "starts_on": "2026-01-20", "renews_on": "2027-01-20", "url": "https://pay.example/c",
    });
    let Value::Object(fields) = fields else { panic!("fields") };
    whole.as_object_mut().unwrap().extend(fields);
    serde_json::from_value(whole).unwrap()
}

fn account() -> Record {
    serde_json::from_value(json!({
        "type": "account", "domain": "larch.example", "name": "Larch", "contacts": [
            {"name": "Bo"}, {"name": "Ida Holt", "email": "ida@larch.example", "title": "Buyer", "primary": true}],
    }))
    .unwrap()
}

/// Contracts of every shape Salesbricks can carry.
fn contracts() -> Vec<Record> {
    let of = contract;
    vec![
        of("yearly", json!({})),
        of("by-hand", json!({"system": "manual"})),
        of("uneven", json!({"amount_minor": 100_000, "mrr_minor": 8_333, "quantity": null})),
        of("monthly", json!({"interval": "month", "mrr_minor": 600_000})),
        of("quarterly", json!({"interval": "quarter", "mrr_minor": 200_000})),
        of("half", json!({"interval": "every 6 months", "mrr_minor": 100_000})),
        of("two-years", json!({"interval": "2 years", "mrr_minor": 25_000, "renews_on": "2028-01-20"})),
        of("weeks", json!({"interval": "every 6 weeks", "mrr_minor": 433_333})),
        of("silent", json!({"mrr_minor": null})),
        of("said", json!({"mrr_minor": 1})),
        of(
            "trial",
            json!({"status": "trialing", "mrr_minor": 0, "starts_on": "2026-06-01", "renews_on": "2026-07-01"}),
        ),
        of("ends", json!({"cancel_at_period_end": true})),
        of("left", json!({"status": "canceled", "mrr_minor": 0, "renews_on": "2026-05-01"})),
        of(
            "lapsed",
            json!({"status": "expired", "mrr_minor": null, "starts_on": "2025-05-01", "renews_on": "2026-05-01"}),
        ),
        of("to-sign", json!({"status": "pending", "starts_on": null, "renews_on": null, "mrr_minor": 0})),
        of("draft", json!({"status": "draft", "starts_on": null, "renews_on": null})),
        of("percent", json!({"discount_percent": 12.5, "mrr_minor": 43_750})),
        of("amount", json!({"discount_minor": 60_000, "mrr_minor": 45_000})),
        of("for-a-time", json!({"discount_minor": 60_000, "discount_until": "2026-09-30"})),
        of("euro", json!({"currency": "EUR", "amount_minor": 600_050, "mrr_minor": 50_004})),
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
        let source = open(emulator.access(Vendor::Salesbricks).unwrap(), Client::new()).unwrap();
        Self { emulator, source }
    }

    fn desk(&self) -> &Desk {
        self.emulator.desk(Vendor::Salesbricks).unwrap()
    }

    /// Walks a stream, with something done between its pages; its items, and whether it met all.
    async fn walk(&self, stream: &Stream, between: impl Fn(&Desk)) -> (Vec<Item>, bool) {
        let (mut items, mut cursor) = (Vec::new(), None);
        for _ in 0..20 {
            let page = self.source.page(stream, cursor.as_ref(), now()).await.unwrap();
            items.extend(page.items);
            match page.next {
                Next::More(next) => cursor = Some(next),
                Next::Done { whole, .. } => return (items, whole),
            }
            between(self.desk());
        }
        panic!("the walk does not end")
    }

    fn found(&self, stream: &Stream, items: &[Item]) -> Vec<Found> {
        items.iter().flat_map(|item| self.source.map(stream, item).unwrap()).collect()
    }
}

/// A record as it comes out, without what is another there: the identifier, the account, and who entered it.
fn bare(record: &Record) -> Value {
    let mut value = serde_json::to_value(record).unwrap();
    let fields = value.as_object_mut().unwrap();
    for name in ["id", "account", "system"] {
        fields.remove(name);
    }
    value
}

#[tokio::test]
async fn every_contract_comes_out_once_and_as_it_went_in() {
    let mut records = contracts();
    records.push(account());
    let setting = Setting::over(&records).await;
    let (items, whole) = setting.walk(&STREAMS[1], |_| ()).await;
    assert!(whole);
    let mut out = BTreeMap::new();
    for found in setting.found(&STREAMS[1], &items) {
        let Found::Record(whose, record) = found else { panic!("a record") };
        assert!(matches!(whose.as_slice(), [Whose::Company(_)]));
        assert!(out.insert(record.reference().id, *record).is_none());
    }
    for record in contracts() {
        let (_, own) = &setting.emulator.names()[&record.reference()];
        assert_eq!(bare(&out[&format!("salesbricks:{own}")]), bare(&record), "{:?}", record.reference());
    }
    assert_eq!(out.len(), contracts().len());
}

#[tokio::test]
async fn a_customer_brings_its_contact_and_its_identifier_in_stripe() {
    let subscription = contract("s", json!({"system": "stripe"}));
    let setting = Setting::over(&[account(), contract("c", json!({})), subscription]).await;
    let (items, whole) = setting.walk(&STREAMS[0], |_| ()).await;
    let found = setting.found(&STREAMS[0], &items);
    let [Found::Company(company)] = found.as_slice() else { panic!("one company") };
    assert_eq!(
        (company.name.as_str(), company.addresses.as_slice(), whole),
        ("Larch", ["ida@larch.example".to_owned()].as_slice(), true)
    );
    let stripe = setting.emulator.desk(Vendor::Stripe).unwrap();
    let [(Vendor::Stripe, there)] = company.same_as.as_slice() else { panic!("a customer of Stripe") };
    assert!(stripe.tables().get("customers", there).is_some());
    let (items, _) = setting.walk(&STREAMS[1], |_| ()).await;
    let Found::Record(whose, _) = setting.found(&STREAMS[1], &items).remove(0) else { panic!("a record") };
    assert_eq!(whose, [Whose::Company(company.id.clone()), Whose::CompanyOf(Vendor::Stripe, there.clone())]);
}

fn many(count: usize) -> Vec<Record> {
    (0..count).map(|number| contract(&format!("c{number}"), json!({"account": format!("a{number}.example")}))).collect()
}

#[tokio::test]
async fn more_customers_than_a_page_are_met_once() {
    let setting = Setting::over(&many(120)).await;
    for stream in STREAMS {
        let (items, whole) = setting.walk(stream, |_| ()).await;
        let ids: BTreeSet<&str> = items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!((items.len(), ids.len(), whole), (120, 120, true));
    }
}

#[tokio::test]
async fn a_walk_whose_list_moved_does_not_claim_to_have_met_all() {
    let setting = Setting::over(&many(120)).await;
    let first = |desk: &Desk| desk.tables().all("customers").next().map(|(id, _)| id.to_owned());
    let (_, whole) = setting
        .walk(&STREAMS[0], |desk| {
            if let Some(id) = first(desk) {
                let _ = desk.delete("customers", &id);
            }
        })
        .await;
    assert!(!whole);
}

#[tokio::test]
async fn a_change_and_a_deletion_show_in_the_next_walk_and_by_themselves() {
    let setting = Setting::over(&contracts()).await;
    let (items, _) = setting.walk(&STREAMS[1], |_| ()).await;
    let _ = setting.desk().change(
        "subscriptions",
        &items[0].id,
        &json!({"status": "TERMINATING", "terminates_at": "2026-12-31"}),
    );
    let item = setting.source.item(&STREAMS[1], &items[0].id).await.unwrap().unwrap();
    let Found::Record(whose, record) = setting.found(&STREAMS[1], &[item]).remove(0) else { panic!("a record") };
    assert!(matches!(*record, Record::RevenueSource(source) if source.cancel_at_period_end));
    assert!(matches!(whose.as_slice(), [Whose::Company(_)]));
    let _ = setting.desk().delete("subscriptions", &items[1].id);
    assert_eq!(setting.source.item(&STREAMS[1], &items[1].id).await.unwrap(), None);
    assert_eq!(setting.source.item(&STREAMS[1], "../customers").await.unwrap(), None);
    let (again, whole) = setting.walk(&STREAMS[1], |_| ()).await;
    assert_eq!((again.len(), whole), (items.len() - 1, true));
    assert!(again.iter().all(|item| item.id != items[1].id));
}

#[tokio::test]
async fn a_customer_is_fetched_by_itself() {
    let setting = Setting::over(&[account(), contract("c", json!({}))]).await;
    let (items, _) = setting.walk(&STREAMS[0], |_| ()).await;
    let item = setting.source.item(&STREAMS[0], &items[0].id).await.unwrap().unwrap();
    assert_eq!(setting.found(&STREAMS[0], &[item]), setting.found(&STREAMS[0], &items));
}

#[tokio::test]
async fn what_goes_wrong_is_said_and_the_page_can_be_asked_for_again() {
    let setting = Setting::over(&[contract("c", json!({}))]).await;
    let page = || setting.source.page(&STREAMS[1], None, now());
    setting.desk().fail(Fault::RateLimited { after: 9 }, 1);
    assert!(matches!(page().await, Err(SourceError::RateLimited { after }) if after.as_secs() == 9));
    setting.desk().fail(Fault::Garbled, 1);
    assert!(matches!(page().await, Err(SourceError::Malformed(_))));
    setting.desk().fail(Fault::Revoked, 1);
    assert!(matches!(page().await, Err(SourceError::Unauthorized(_))));
    for fault in [Fault::ServerError, Fault::Cut] {
        setting.desk().fail(fault, 1);
        assert_eq!(page().await.unwrap().items.len(), 1);
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused() {
    let setting = Setting::over(&[]).await;
    assert_eq!(setting.source.preflight().await, Ok(Preflight::default()));
    let access = Access { key: "wrong".to_owned(), ..setting.emulator.access(Vendor::Salesbricks).unwrap() };
    let source = open(access, Client::new()).unwrap();
    let Err(SourceError::Unauthorized(text)) = source.preflight().await else { panic!("it was let in") };
    assert!(text.contains("Invalid API key") && !text.contains("wrong"), "{text}");
}

#[tokio::test]
async fn the_double_refuses_what_salesbricks_refuses() {
    let setting = Setting::over(&contracts()).await;
    let desk = setting.desk();
    let client = Client::new();
    let subscription = setting.emulator.names().values().next().unwrap().1.clone();
    for (path, status) in [
        ("customers?limit=1000", 200),
        ("customers?limit=1001", 400),
        ("customers?updated_since=2026-01-01", 400),
        ("customers?offset=-1", 400),
        (&format!("subscriptions/{subscription}/orders?ordering=starts_at"), 200),
        (&format!("subscriptions/{subscription}/orders?ordering=price"), 400),
        ("subscriptions/nobody", 404),
        ("subscriptions", 404),
    ] {
        let request = client.get(format!("{}/{path}", desk.base())).header("x-salesbricks-key", desk.key());
        assert_eq!(request.send().await.unwrap().status().as_u16(), status, "{path}");
    }
    assert_eq!(client.get(format!("{}/customers", desk.base())).send().await.unwrap().status().as_u16(), 401);
}

fn receive(source: &dyn Source, header: &str, body: &[u8]) -> Result<Delivered, Refused> {
    let headers = BTreeMap::from([("x-salesbricks-key".to_owned(), header.to_owned())]);
    source.delivery(&Delivery { method: "POST", address: "https://here.example/", headers: &headers, body }, now())
}

#[tokio::test]
async fn a_delivery_names_the_subscription_and_is_known_again() {
    let setting = Setting::over(&[contract("c", json!({}))]).await;
    let (items, _) = setting.walk(&STREAMS[1], |_| ()).await;
    let sent = setting.desk().change("subscriptions", &items[0].id, &json!({"status": "TERMINATED"}));
    let (_, header) = &sent[0].headers[1];
    let delivered = receive(&*setting.source, header, &sent[0].body).unwrap();
    assert_eq!((delivered.changed.len(), delivered.changed[0].id.as_str()), (1, items[0].id.as_str()));
    assert_eq!(receive(&*setting.source, header, &sent[0].body).unwrap(), delivered);
    let other = br#"{"order":{"chain_id":"x","updated_at":"2026-06-16"}}"#;
    let header = signature(setting.desk().key(), other);
    assert_ne!(receive(&*setting.source, &header, other).unwrap().id, delivered.id);
}

#[tokio::test]
async fn a_delivery_of_an_invoice_leads_to_its_subscription() {
    let setting = Setting::over(&[]).await;
    let of = |body: &[u8]| receive(&*setting.source, &signature(setting.desk().key(), body), body);
    let invoice = br#"{"invoice":{"due_days":30,"payments":[],"order":{"id":"o","chain_id":"chain"}}}"#;
    assert_eq!(of(invoice).unwrap().changed[0].id, "chain");
    assert_eq!(of(br#"{"ping":true}"#).unwrap().changed, []);
    assert_eq!(of(b"[]"), Err(Refused::Unreadable));
}

#[tokio::test]
async fn a_delivery_that_is_not_genuine_is_refused() {
    let setting = Setting::over(&[]).await;
    let body = b"{}";
    assert_eq!(receive(&*setting.source, &signature("other", body), body), Err(Refused::Signature));
    assert_eq!(receive(&*setting.source, &signature(setting.desk().key(), b"{ }"), body), Err(Refused::Signature));
    assert_eq!(receive(&*setting.source, "not base64!", body), Err(Refused::Signature));
    let keyless = open(Access::default(), Client::new()).unwrap();
    assert_eq!(receive(&*keyless, &signature("", body), body), Err(Refused::NoSecret));
}

#[test]
fn a_signature_is_the_hmac_sha512_of_the_body_in_base64() {
    // Test case 2 of RFC 4231.
    let expected = "Fkt6e/z4GeLjlfvnO1bgo4e9ZCIugx/WECcM1+olBVSXWL91wFqZSm0DT2X48Ob9yuqxo01Ka0tjbgcKOLznNw==";
    assert_eq!(signature("Jefe", b"what do ya want for nothing?"), expected);
}
