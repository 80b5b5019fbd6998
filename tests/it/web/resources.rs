//! Accounts, their timeline, search, the page and what describes the service.

use serde_json::Value;

use super::{expect, kind};
use crate::served::{NOW, demo};

#[tokio::test]
async fn accounts_are_listed_by_level_owner_and_part_of_their_name() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let list = async |query: &str| expect(client.get(format!("{url}/api/accounts?{query}")), 200).await;
    let critical = list("level=critical").await;
    assert!(
        critical["accounts"].as_array().unwrap().iter().all(|account| account["level"] == "critical"),
        "{critical}"
    );
    assert_eq!(critical["critical"], critical["matched"]);
    let found = list("q=HOOL").await;
    assert_eq!(found["accounts"][0]["domain"], "hooli.com");
    assert_eq!(found["matched"], 1);
    assert_eq!(found["accounts"][0]["arr"][0]["text"], "$240,000");
    let mine = list("owner=jared@piedpiper.com&limit=3&order=name").await;
    assert!(mine["accounts"].as_array().unwrap().len() <= 3);
    assert!(mine["accounts"].as_array().unwrap().iter().all(|account| account["owner_email"] == "jared@piedpiper.com"));
    let hooli = expect(client.get(format!("{url}/api/accounts/Hooli.com")), 200).await;
    assert_eq!(hooli["name"], "Hooli");
}

#[tokio::test]
async fn the_timeline_is_newest_first_and_of_the_kinds_asked_for() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let list = expect(client.get(format!("{url}/api/accounts/hooli.com/activity?kind=call,email&limit=5")), 200).await;
    let items = list["items"].as_array().unwrap();
    let instants: Vec<&str> = items.iter().map(|item| item["occurred_at"].as_str().unwrap()).collect();
    assert!(!instants.is_empty() && instants.is_sorted_by(|newer, older| newer >= older), "{list}");
    assert!(items.iter().all(|item| item["kind"] == "call" || item["kind"] == "email"));
}

#[tokio::test]
async fn search_stays_on_its_account() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let found = expect(client.get(format!("{url}/api/search?q=single+sign-on&account=hooli.com&limit=5")), 200).await;
    let hits = found["hits"].as_array().unwrap();
    assert!(!hits.is_empty() && hits.len() <= 5);
    assert!(hits.iter().all(|hit| hit["account"] == "hooli.com"), "{found}");
    let body = serde_json::json!({"query": "single sign-on", "account": "hooli.com", "limit": 5});
    let again = expect(client.post(format!("{url}/api/search")).json(&body), 200).await;
    assert_eq!(again["hits"], found["hits"]);
    assert!(again["elapsed_us"].as_u64().is_some_and(|took| took > 0), "{again}");
}

#[tokio::test]
async fn the_page_keeps_browsers_strict_and_its_assets_for_good() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let page = client.get(format!("{url}/c/conv_1?account=hooli.com")).send().await.unwrap();
    let headers = page.headers().clone();
    assert!(headers["content-security-policy"].to_str().unwrap().contains("script-src 'self'"));
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "same-origin");
    let html = page.text().await.unwrap();
    let assets: Vec<&str> = html.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert!(assets.len() >= 4, "{assets:?}");
    for asset in assets {
        let response = client.get(format!("{url}{asset}")).header("accept-encoding", "gzip").send().await.unwrap();
        assert!(response.status().is_success(), "{asset}");
        assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    }
    assert!(!html.contains("http://") && !html.contains("https://"), "nothing is loaded from elsewhere");
}

#[tokio::test]
async fn the_service_says_that_it_lives_what_time_it_takes_it_to_be_and_that_it_is_ready() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let alive = expect(client.get(format!("{url}/healthz")), 200).await;
    assert_eq!((alive["status"].as_str(), alive["now"].as_str()), (Some("ok"), Some(NOW)));
    let ready = expect(client.get(format!("{url}/readyz")), 200).await;
    assert!(ready["accounts"].as_u64().unwrap() >= 40, "{ready}");
}

#[tokio::test]
async fn the_description_names_every_address_of_the_api() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let document = expect(client.get(format!("{url}/api/openapi.json")), 200).await;
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "/api/ask",
        "/api/conversations/{id}",
        "/api/accounts",
        "/api/accounts/{domain}",
        "/api/accounts/{domain}/activity",
        "/api/search",
        "/api/records/{kind}/{id}",
        "/api/import",
        "/api/import/schema",
        "/api/reindex",
        "/healthz",
        "/readyz",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    // Every reference leads somewhere.
    let mut references = Vec::new();
    collect(&document, &mut references);
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

#[tokio::test]
async fn long_responses_are_compressed_for_those_who_ask() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let request = client.get(format!("{url}/api/accounts")).header("accept-encoding", "gzip");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(kind(&response), "application/json");
}
