//! One account, whatever became of it.

use serde_json::{Value, json};

use crate::harness::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_answered_for_tracked_or_not() {
    let aside =
        json!({"type": "account", "domain": "attic.example", "name": "Attic", "attributes": {"tracked": false}});
    let served = World::with(&[aside], |_| {}).await.served().await;
    let account = served.get("/api/accounts/Attic.example").await;
    assert_eq!((&account["name"], &account["tracked"]), (&json!("Attic"), &json!(false)), "{account}");
    let missing = reqwest::get(format!("{}/api/accounts/cellar.example", served.url)).await.unwrap();
    assert_eq!(missing.status().as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_far_down_the_list_is_answered_for_too() {
    let records: Vec<Value> = (0..520)
        .map(|number| json!({"type": "account", "domain": format!("depot-{number}.example"), "name": format!("Depot {number}")}))
        .collect();
    let served = World::with(&records, |_| {}).await.served().await;
    for number in [0, 251, 519] {
        let account = served.get(&format!("/api/accounts/depot-{number}.example")).await;
        assert_eq!(account["name"], format!("Depot {number}"));
    }
}
