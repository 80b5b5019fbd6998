//! Connecting and looking on through the service: the API, its roles, and webhook deliveries.

use serde_json::{Value, json};
use success_agent::domain::connection::Vendor;

use super::town::{Town, customers};
use crate::harness::world::Served;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_or_setting_is_refused_before_anything_is_kept() {
    let town = Town::of(&customers(1)).await;
    let access = town.doubles.access(Vendor::Attio).unwrap();
    let served = town.world.served().await;
    let connect = async |vendor: &str, key: &str, settings: Value| {
        let body = json!({"vendor": vendor, "key": key, "settings": settings});
        Served::told(served.post("Ona", "/api/sources", &body)).await
    };
    let address = access.settings["address"].clone();
    let (status, problem) = connect("attio", "wrong", json!({"address": address})).await;
    assert_eq!(status, 422, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("Attio does not take the key"), "{problem}");
    let (status, problem) = connect("attio", "k", json!({"adress": address})).await;
    assert!(status == 422 && problem["detail"].as_str().unwrap().contains("no setting `adress`"), "{problem}");
    let (status, problem) = connect("attio", "k", json!({"address": "http://elsewhere.example"})).await;
    assert!(status == 422 && problem["detail"].as_str().unwrap().contains("https"), "{problem}");
    let (status, problem) = connect("posthog", "k", json!({})).await;
    assert!(status == 422 && problem["detail"].as_str().unwrap().contains("project"), "{problem}");
    let (status, problem) = connect("quickbooks", "k", json!({})).await;
    assert!(status == 422 && problem["detail"].as_str().unwrap().contains("stripe"), "{problem}");
    let known = served.get("/api/sources").await;
    assert_eq!(known["sources"], json!([]));
    let (status, source) = connect("attio", &access.key, json!({"address": address})).await;
    assert_eq!(status, 200, "{source}");
    assert_eq!((source["name"].as_str(), source["state"].as_str()), (Some("attio"), Some("new")));
    let (status, problem) = connect("attio", &access.key, json!({"address": access.settings["address"]})).await;
    assert!(status == 409 && problem["detail"].as_str().unwrap().contains("--again attio"), "{problem}");
    let known = served.get("/api/sources").await.to_string();
    assert!(!known.contains(&access.key), "a key is never given out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_is_genuine_has_what_changed_fetched_again_once() {
    let town = Town::of(&customers(2)).await;
    let attio = town.connect(Vendor::Attio).await;
    town.sync(&attio).await;
    let desk = town.doubles.desk(Vendor::Attio).unwrap().clone();
    let deal = desk.tables().all("deals").next().unwrap().0.to_owned();
    let deliveries = desk.delete("deals", &deal);
    assert_eq!(deliveries.len(), 1);
    let app = town.world.app.clone();
    let served = town.world.served().await;
    let client = reqwest::Client::new();
    let send = async |body: Vec<u8>| {
        let mut request = client.post(format!("{}/sources/attio/webhook", served.url)).body(body);
        for (name, value) in &deliveries[0].headers {
            request = request.header(name, value);
        }
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(send(b"{\"events\": []}".to_vec()).await, 403, "another body is not signed");
    assert_eq!(send(deliveries[0].body.clone()).await, 200);
    assert_eq!(send(deliveries[0].body.clone()).await, 200, "a repetition is taken, and nothing follows");
    let open = app.store().open_deliveries(app.workspace(), attio.id, 10).await.unwrap();
    assert_eq!(open.len(), 1);
    app.sync(attio.id, &tokio_util::sync::CancellationToken::new()).await.unwrap();
    let deals = app.store().items_made(app.workspace(), attio.id, "deals", 10).await.unwrap();
    assert_eq!(deals.len(), 1, "it is gone at once, without two passes");
    let unknown = client.post(format!("{}/sources/nobody/webhook", served.url)).body("{}").send().await.unwrap();
    assert_eq!(unknown.status().as_u16(), 404);
}
