//! The page of a person's day, and the search over everything.

use serde_json::{Value, json};

use crate::harness::world::{World, three_accounts};
use crate::served::demo;

async fn text(url: &str) -> String {
    let response = reqwest::get(url).await.unwrap();
    assert!(response.status().is_success(), "{url}: {}", response.status());
    let html = response.text().await.unwrap();
    let body = html.split_once("<main").unwrap().1.to_owned();
    body.split('<')
        .filter_map(|piece| Some(piece.split_once('>')?.1.trim()))
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_day_shows_their_accounts_what_waits_and_whom_they_meet() {
    let mut records = three_accounts();
    records.push(json!({"type": "signal", "id": "s1", "account": "bolt.io", "kind": "escalation",
        "occurred_at": "2026-06-14T09:00:00Z", "text": "The nightly sync lost two days of orders."}));
    records
        .push(json!({"type": "payment_event", "id": "p1", "account": "bolt.io", "occurred_at": "2026-06-12T09:00:00Z",
        "kind": "failed", "amount_minor": 3_000_000, "currency": "USD"}));
    records.push(json!({"type": "meeting", "id": "m1", "account": "bolt.io", "title": "Sync review",
        "starts_at": "2026-06-16T09:30:00Z", "participants": [{"name": "Lena", "email": "lena@team.example"}]}));
    let served = World::with(&records, |_| {}).await.served().await;
    let proposed = json!({"action": "untrack_account", "reason": "they were bought"});
    let propose = served.post("lena@team.example", "/api/accounts/acme.com/actions", &proposed);
    assert!(propose.send().await.unwrap().status().is_success());
    let draft = served.post("lena@team.example", "/api/drafts", &json!({"account": "acme.com"}));
    assert!(draft.send().await.unwrap().status().is_success());

    let lenas = text(&format!("{}/home?who=lena@team.example", served.url)).await;
    for words in ["Lena’s day", "Monday, June 15", "Bolt", "Acme", "Untrack Acme", "To Ana Ruiz at Acme", "Sync review"]
    {
        assert!(lenas.contains(words), "{words} in {lenas}");
    }
    assert!(!lenas.contains("Crane"), "it is Omar's: {lenas}");
    let omars = text(&format!("{}/home?who=omar@team.example", served.url)).await;
    assert!(omars.contains("Crane") && !omars.contains("To Ana Ruiz") && !omars.contains("Sync review"), "{omars}");
    let nobodys = text(&format!("{}/home?who=nobody@team.example", served.url)).await;
    assert!(nobodys.contains("nobody@team.example owns no tracked account."), "{nobodys}");
    let all = text(&format!("{}/home", served.url)).await;
    assert!(all.contains("Critical accounts") && all.contains("Untrack Acme"), "{all}");
}

async fn found(url: &str, typed: &str) -> Value {
    let response = reqwest::Client::new().get(format!("{url}/api/find")).query(&[("q", typed)]).send().await.unwrap();
    assert!(response.status().is_success(), "{typed}");
    response.json().await.unwrap()
}

#[tokio::test]
async fn accounts_people_and_records_are_found_by_what_is_typed_of_them() {
    let url = demo().await;
    let hooli = found(url, "hool").await;
    assert_eq!(hooli["accounts"][0]["href"], "/accounts/hooli.com");
    for typed in ["priya", "Raman", "RAM"] {
        let people = found(url, typed).await["people"].clone();
        let priya = people.as_array().unwrap().iter().find(|person| person["name"] == "Priya Raman");
        assert_eq!(priya.unwrap()["href"], "/accounts/hooli.com#people", "{typed}: {people}");
    }
    let said = found(url, "audit log export").await;
    let records = said["records"].as_array().unwrap();
    assert!(!records.is_empty() && records.len() <= 6, "{said}");
    for record in records {
        let page = reqwest::get(format!("{url}{}", record["href"].as_str().unwrap())).await.unwrap();
        assert_eq!(page.status(), 200, "{record}");
    }
    let nothing = json!({"accounts": [], "people": [], "records": []});
    assert_eq!(found(url, " ").await, nothing);
    assert_eq!(found(url, "%").await["people"], json!([]), "a sign of a pattern is a letter like any other");
    let long = reqwest::get(format!("{url}/api/find?q={}", "a".repeat(201))).await.unwrap();
    assert_eq!(long.status(), 422);
}
