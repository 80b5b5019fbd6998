//! What goes wrong: faults, permissions, keys, and what Stripe does not take.

use super::*;

#[tokio::test]
async fn what_goes_wrong_is_said_and_the_page_can_be_asked_for_again() {
    let setting = Setting::over(&[contract("c", json!({}))]).await;
    let page = || setting.source.page(&streams::ALL[1], None, now());
    setting.desk().fail(Fault::RateLimited { after: 9 }, 1);
    assert!(matches!(page().await, Err(SourceError::RateLimited { .. })));
    setting.desk().fail(Fault::Garbled, 1);
    assert!(matches!(page().await, Err(SourceError::Malformed(_))));
    setting.desk().fail(Fault::Revoked, 1);
    assert!(matches!(page().await, Err(SourceError::Unauthorized(_))));
    setting.desk().fail(Fault::ServerError, 1);
    assert_eq!(page().await.unwrap().items.len(), 1);
    setting.desk().fail(Fault::Cut, 1);
    assert_eq!(page().await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_wrong_key_is_refused_without_being_repeated() {
    let setting = Setting::over(&[]).await;
    let access = Access { key: "sk_test_wrong".to_owned(), ..setting.emulator.access(Vendor::Stripe).unwrap() };
    let source = open(access, Client::new()).unwrap();
    let Err(SourceError::Unauthorized(text)) = source.preflight().await else { panic!("it was let in") };
    assert!(!text.contains("wrong"), "{text}");
    assert_eq!(setting.source.preflight().await.unwrap().missing, []);
}

#[tokio::test]
async fn a_restricted_key_reads_what_it_may_and_says_what_is_missing() {
    let setting = Setting::over(&contracts()).await;
    for (list, permission) in
        [("products", "rak_product_read"), ("events", "rak_event_read"), ("refunds", "rak_charge_read")]
    {
        setting.desk().tables().put("forbidden", list, json!({"permission": permission}));
    }
    let missing = setting.source.preflight().await.unwrap().missing;
    let scopes: Vec<&str> = missing.iter().map(|missing| missing.scope.as_str()).collect();
    assert_eq!(scopes, ["rak_charge_read", "rak_product_read", "rak_event_read"]);
    let (items, _, cursor, _) = setting.walk("subscriptions", None).await;
    let records = setting.records("subscriptions", &items);
    assert!(
        records
            .iter()
            .all(|record| matches!(record, Record::RevenueSource(source) if source.product == "Subscription"))
    );
    let (again, _, _, whole) = setting.walk("subscriptions", Some(cursor)).await;
    assert_eq!((again.len(), whole), (items.len(), true));
    let refunds = streams::ALL.iter().find(|stream| stream.name == "refunds").unwrap();
    let refused = setting.source.page(refunds, None, now()).await;
    assert!(matches!(refused, Err(SourceError::Forbidden(text)) if text.contains("rak_charge_read")));
}

#[tokio::test]
async fn a_page_after_an_object_that_was_deleted_begins_anew() {
    let many: Vec<Record> = (0..150).map(|number| contract(&format!("c{number}"), json!({}))).collect();
    let setting = Setting::over(&many).await;
    let stream = &streams::ALL[1];
    let page = setting.source.page(stream, None, now()).await.unwrap();
    let Next::More(cursor) = page.next else { panic!("there are more") };
    let last = page.items.last().unwrap().id.clone();
    setting.desk().tables().remove("subscriptions", &last);
    let (rest, _, _, whole) = setting.walk(stream.name, Some(cursor)).await;
    assert_eq!((rest.len(), whole), (149, true));
}

#[tokio::test]
async fn the_double_refuses_what_stripe_refuses() {
    let setting = Setting::over(&contracts()).await;
    let desk = setting.desk();
    let client = Client::new();
    for (path, status) in [
        ("customers?limit=100", 200),
        ("customers?limit=101", 400),
        ("customers?limit=0", 400),
        ("customers?page=2", 400),
        ("customers?starting_after=cus_nobody", 400),
        ("customers?created[gte]=yesterday", 400),
        ("subscriptions?expand[]=data.items.data.price.product", 400),
        ("subscriptions?expand[]=items", 400),
        ("subscriptions?expand[]=data.nonsense", 400),
        ("payouts", 404),
        ("customers/cus_nobody", 404),
    ] {
        let request = client.get(format!("{}/v1/{path}", desk.base())).bearer_auth(desk.key());
        assert_eq!(request.send().await.unwrap().status().as_u16(), status, "{path}");
    }
    let open = |request: reqwest::RequestBuilder| async { request.send().await.unwrap().status().as_u16() };
    let accounts = || client.get(format!("{}/v1/account", desk.base()));
    assert_eq!(open(accounts()).await, 401);
    assert_eq!(open(accounts().bearer_auth(desk.key()).header("stripe-version", "1999-01-01")).await, 400);
    assert_eq!(open(accounts().bearer_auth(desk.key()).header("stripe-version", VERSION)).await, 200);
}

#[test]
fn a_missing_permission_is_named_and_no_key_is_repeated() {
    let said = |text: &str| message(&json!({"error": {"message": text}}));
    let long = "The provided key 'rk_live_***abc' lacks access. Having the 'rak_invoice_read' permission would help.";
    assert_eq!(said(long).unwrap(), "the permission `rak_invoice_read` is missing");
    assert_eq!(said("Invalid API Key provided: sk_live_***abc"), None);
    assert_eq!(said("No such invoice: 'in_1'").unwrap(), "No such invoice: 'in_1'");
}
