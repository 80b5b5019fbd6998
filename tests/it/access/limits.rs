//! How many requests may be sent.

use serde_json::Value;

use super::notes;
use crate::harness::visitor::Visitor;
use crate::harness::world::{World, three_accounts};

#[tokio::test]
async fn whoever_tries_many_links_or_tokens_waits_and_nobody_else_does() {
    let served = World::with(&three_accounts(), |_| {}).await.served_with_log_in().await;
    let lena = Visitor::logged_in(&served, &["lena@team.example"]).await;
    for token in [false, true] {
        let guesser = Visitor::of(&served);
        let from = if token { "203.0.113.1" } else { "203.0.113.2" };
        let guess = || {
            let place = if token { "/api/accounts" } else { "/log-in/link/guess" };
            let request = guesser.get(place).header("x-forwarded-for", from);
            if token { request.bearer_auth("sa_guess") } else { request }
        };
        let mut last = guess().send().await.unwrap();
        for _ in 0..100 {
            if last.status() == 429 {
                break;
            }
            assert_eq!(last.status(), if token { 401 } else { 410 });
            last = guess().send().await.unwrap();
        }
        assert_eq!(last.status(), 429);
        let wait: u64 = last.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        let problem: Value = last.json().await.unwrap();
        assert!(problem["detail"].as_str().unwrap().contains("wait"), "{problem}");
        let other = guesser.get("/log-in/link/guess").header("x-forwarded-for", "203.0.113.9");
        assert_eq!(other.send().await.unwrap().status(), 410, "from elsewhere");
    }
    assert_eq!(notes(&lena).await.0, 200, "who is logged in is not kept waiting");
}
