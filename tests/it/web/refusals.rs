//! What is refused: each with its status, as a problem whose sentence says what to do.

use serde_json::json;

use super::refusal;
use crate::served::{QUESTION_CHARS, demo};

#[tokio::test]
async fn questions_that_cannot_be_answered_say_why() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let ask = |body: serde_json::Value| client.post(format!("{url}/api/ask")).json(&body);
    assert!(refusal(ask(json!({"question": " \n"})), 422).await.contains("empty"));
    let long = refusal(ask(json!({"question": "é".repeat(QUESTION_CHARS + 1)})), 422).await;
    assert!(long.contains(&QUESTION_CHARS.to_string()), "{long}");
    assert!(refusal(ask(json!({"question": "x", "conversation": "acct_1"})), 422).await.contains("conv"));
    assert!(refusal(ask(json!({"questions": "x"})), 422).await.contains("questions"));
    assert!(
        refusal(ask(json!({"question": "Why?", "account": "nobody.example"})), 404).await.contains("nobody.example")
    );
}

#[tokio::test]
async fn bodies_that_cannot_be_read_say_why() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let post =
        |kind: &str, body: Vec<u8>| client.post(format!("{url}/api/ask")).header("content-type", kind).body(body);
    assert!(refusal(post("application/json", b"{\"question\": ".to_vec()), 400).await.contains("JSON"));
    assert!(refusal(post("application/json", b"{\"question\": \"\xff\"}".to_vec()), 400).await.contains("JSON"));
    assert!(refusal(post("text/plain", b"why".to_vec()), 415).await.contains("application/json"));
    assert!(refusal(post("application/json", vec![b' '; 70_000]), 413).await.contains("64 KiB"));
}

#[tokio::test]
async fn addresses_and_methods_that_are_not_there_say_what_is() {
    let (url, client) = (demo().await, reqwest::Client::new());
    assert!(refusal(client.get(format!("{url}/api/nothing")), 404).await.contains("openapi.json"));
    let response = client.get(format!("{url}/api/ask")).send().await.unwrap();
    assert_eq!(response.headers()["allow"], "POST");
    refusal(client.get(format!("{url}/api/ask")), 405).await;
    assert!(refusal(client.get(format!("{url}/api/accounts?level=purple")), 422).await.contains("at_risk"));
    assert!(refusal(client.get(format!("{url}/api/accounts?levle=critical")), 400).await.contains("levle"));
    assert!(refusal(client.get(format!("{url}/api/accounts/nobody.example")), 404).await.contains("nobody.example"));
    assert!(refusal(client.get(format!("{url}/api/records/fax/1")), 422).await.contains("call"));
    refusal(client.get(format!("{url}/api/records/call/none")), 404).await;
    refusal(client.get(format!("{url}/api/conversations/conv_00000000000000000000000000000000")), 404).await;
    refusal(client.get(format!("{url}/api/search?q=sso")), 422).await;
}

#[tokio::test]
async fn a_name_rebound_to_this_machine_is_not_answered() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let sentence = refusal(client.get(format!("{url}/api/accounts")).header("host", "evil.example"), 421).await;
    assert!(sentence.contains("allowed_hosts"), "{sentence}");
    for host in ["localhost:1", "127.0.0.1", "[::1]:80"] {
        let response = client.get(format!("{url}/healthz")).header("host", host).send().await.unwrap();
        assert!(response.status().is_success(), "{host}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_cannot_post() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let ask = || client.post(format!("{url}/api/ask")).json(&json!({"question": "Which accounts are critical?"}));
    refusal(ask().header("origin", "https://evil.example"), 403).await;
    refusal(ask().header("origin", "null"), 403).await;
    refusal(ask().header("sec-fetch-site", "cross-site"), 403).await;
    assert!(ask().header("origin", url).send().await.unwrap().status().is_success());
}

#[tokio::test]
async fn a_token_that_is_not_the_servers_is_refused() {
    let (url, client) = (demo().await, reqwest::Client::new());
    refusal(client.get(format!("{url}/healthz")).bearer_auth("guess"), 401).await;
}
