//! What each role may do, tried at every address there is.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::visitor::Visitor;
use crate::harness::world::{Served, World, three_accounts};

/// What a viewer may send: questions, and what changes nothing of an account.
const ASKS: [&str; 6] = [
    "/api/accounts/{domain}/actions/preview",
    "/api/ask",
    "/api/conversations/{id}/stop",
    "/api/feedback",
    "/api/health/settings/preview",
    "/api/search",
];

/// What only an admin may send.
const OF_ADMINS: [&str; 10] = [
    "/api/health/settings",
    "/api/identity",
    "/api/import",
    "/api/jobs/{id}/drop",
    "/api/jobs/{id}/retry",
    "/api/people",
    "/api/reindex",
    "/api/sources",
    "/api/sources/{name}",
    "/api/team",
];

/// What only a command on the server may send.
const OF_THE_SERVER: [&str; 1] = ["/api/log-in/links"];

/// Everything that can be sent, as the service describes itself.
async fn sent(served: &Served) -> Vec<(Method, String)> {
    let document = served.get("/api/openapi.json").await;
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap().keys().map(|method| method.to_uppercase());
        let changing = methods.filter(|method| ["POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str()));
        all.extend(changing.map(|method| (method.parse().unwrap(), path.clone())));
    }
    all
}

/// What comes of sending something there that names nothing.
async fn status(visitor: &Visitor, method: &Method, path: &str) -> (u16, Value) {
    let place = path.replace("{domain}", "bolt.io").replace("{kind}", "call").replace("{token}", "none");
    let place = place.replace("{id}", "1");
    let answer = visitor.request(method.clone(), &place, &json!({})).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn every_address_refuses_those_whose_role_does_not_allow_it() {
    let served = World::with(&three_accounts(), |_| {}).await.served_with_log_in().await;
    let admin = Visitor::logged_in(&served, &["ada@team.example"]).await;
    let csm = Visitor::logged_in(&served, &["omar@team.example"]).await;
    let viewer = Visitor::logged_in(&served, &["vic@team.example", "--role", "viewer"]).await;
    let all = sent(&served).await;
    assert!(all.len() > 30, "{all:?}");
    for known in ASKS.iter().chain(&OF_ADMINS).chain(&OF_THE_SERVER) {
        assert!(all.iter().any(|(_, path)| path == known), "{known} is no address any more");
    }
    for (method, path) in &all {
        let asks = ASKS.contains(&path.as_str());
        let of_server = OF_THE_SERVER.contains(&path.as_str());
        let of_admins = OF_ADMINS.contains(&path.as_str()) || of_server;
        let (told, problem) = status(&viewer, method, path).await;
        assert_eq!(told == 403, !asks, "{method} {path} by a viewer: {told} {problem}");
        let (told, problem) = status(&csm, method, path).await;
        assert_eq!(told == 403, of_admins, "{method} {path} by a CSM: {told} {problem}");
        if told == 403 {
            let said = problem["detail"].as_str().unwrap();
            assert!(said.contains("admin may") || said.contains("command on the server"), "{path}: {said}");
        }
        let (told, problem) = status(&admin, method, path).await;
        assert_eq!(told == 403, of_server, "{method} {path} by an admin: {told} {problem}");
    }
}

#[tokio::test]
async fn what_a_role_may_not_do_is_not_on_the_page() {
    let served = World::with(&three_accounts(), |_| {}).await.served_with_log_in().await;
    Visitor::logged_in(&served, &["ada@team.example"]).await;
    for (arguments, acts) in [(&["vic@team.example", "--role", "viewer"][..], false), (&["omar@team.example"], true)] {
        let mut visitor = Visitor::logged_in(&served, arguments).await;
        let (_, chat) = visitor.page("/").await;
        assert_eq!(chat.contains("data-may-act"), acts, "{arguments:?}");
        assert!(!chat.contains("Who are you?"), "nobody names themselves who is logged in");
        let (_, account) = visitor.page("/accounts/acme.com").await;
        assert!(account.contains("Risk factors"), "{account}");
        assert_eq!(account.contains("data-act=\"route_account\""), acts, "{arguments:?}");
        assert_eq!(account.contains("data-act=\"mark_commitment\""), acts, "{arguments:?}");
        let (_, sources) = visitor.page("/sources").await;
        assert!(
            sources.contains("Nothing is connected yet") && !sources.contains("Connect with a key"),
            "{arguments:?}"
        );
        let (_, home) = visitor.page("/home").await;
        assert_eq!(home.contains("Crane"), acts, "whoever is logged in sees their own day: {home}");
    }
}
