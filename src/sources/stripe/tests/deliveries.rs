//! Webhook deliveries.

use super::*;

const BODY: &[u8] = br#"{"id":"evt_1","type":"invoice.paid","data":{"object":{"id":"in_1","object":"invoice"}}}"#;

fn source(secret: Option<&str>) -> Box<dyn Source> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let access = Access { webhook_secret: secret.map(str::to_owned), ..Access::default() };
    open(access, Client::new()).unwrap()
}

fn receive(source: &dyn Source, header: &str, body: &[u8]) -> Result<Delivered, Refused> {
    let headers = BTreeMap::from([("stripe-signature".to_owned(), header.to_owned())]);
    source.delivery(&Delivery { method: "POST", address: "https://here.example/", headers: &headers, body }, now())
}

#[tokio::test]
async fn a_signed_delivery_names_the_item_to_fetch() {
    let source = source(Some("whsec_own"));
    let header = signature("whsec_own", now(), BODY);
    let delivered = receive(&*source, &header, BODY).unwrap();
    assert_eq!((delivered.id.as_str(), delivered.changed.len()), ("evt_1", 1));
    assert_eq!((delivered.changed[0].stream.as_str(), delivered.changed[0].id.as_str()), ("invoices", "in_1"));
    assert_eq!(receive(&*source, &header, BODY).unwrap(), delivered);
}

#[tokio::test]
async fn any_of_several_signatures_will_do() {
    let source = source(Some("whsec_own"));
    let header = signature("whsec_own", now(), BODY);
    let (time, own) = header.split_once(',').unwrap();
    assert!(receive(&*source, &format!("{time},v1=00ff,v0=abc,{own}"), BODY).is_ok());
}

#[tokio::test]
async fn a_delivery_that_is_not_genuine_is_refused() {
    let own = source(Some("whsec_own"));
    let header = signature("whsec_own", now(), BODY);
    assert_eq!(receive(&*own, &signature("whsec_other", now(), BODY), BODY), Err(Refused::Signature));
    assert_eq!(receive(&*own, &header, b"{}"), Err(Refused::Signature));
    assert_eq!(receive(&*own, "v1=00", BODY), Err(Refused::Signature));
    assert_eq!(receive(&*own, &header.replace("v1=", "v0="), BODY), Err(Refused::Signature));
    assert_eq!(receive(&*own, &header.replacen("t=", "t=1", 1), BODY), Err(Refused::Signature));
    assert_eq!(receive(&*source(None), &header, BODY), Err(Refused::NoSecret));
    assert_eq!(receive(&*source(Some("")), &header, BODY), Err(Refused::NoSecret));
}

#[tokio::test]
async fn a_delivery_signed_more_than_five_minutes_away_is_stale() {
    let source = source(Some("whsec_own"));
    let at = |seconds| signature("whsec_own", now() + Duration::seconds(seconds), BODY);
    assert!(receive(&*source, &at(-300), BODY).is_ok());
    assert_eq!(receive(&*source, &at(-301), BODY), Err(Refused::Stale));
    assert_eq!(receive(&*source, &at(301), BODY), Err(Refused::Stale));
}

#[tokio::test]
async fn a_delivery_of_something_else_changes_nothing() {
    let source = source(Some("whsec_own"));
    let of = |body: &[u8]| receive(&*source, &signature("whsec_own", now(), body), body);
    let other = br#"{"id":"evt_2","type":"payout.paid","data":{"object":{"id":"po_1"}}}"#;
    assert_eq!(of(other).unwrap(), Delivered { id: "evt_2".to_owned(), changed: Vec::new() });
    let discount =
        br#"{"id":"evt_3","type":"customer.discount.created","data":{"object":{"id":"di_1","subscription":"sub_1"}}}"#;
    assert_eq!(of(discount).unwrap().changed[0].id, "sub_1");
    assert_eq!(of(b"[1]"), Err(Refused::Unreadable));
}

#[tokio::test]
async fn the_double_signs_what_it_delivers() {
    let setting = Setting::over(&[contract("c", json!({}))]).await;
    let (items, ..) = setting.walk("subscriptions", None).await;
    let sent = setting.desk().change("subscriptions", &items[0].id, &json!({"status": "past_due"}));
    let headers: BTreeMap<String, String> = sent[0].headers.iter().cloned().collect();
    let delivery =
        Delivery { method: "POST", address: "https://here.example/", headers: &headers, body: &sent[0].body };
    let delivered = setting.source.delivery(&delivery, now()).unwrap();
    assert_eq!(delivered.changed[0].id, items[0].id);
    let item = setting.source.item(&streams::ALL[1], &delivered.changed[0].id).await.unwrap().unwrap();
    assert_eq!(item.raw["status"], "past_due");
}
