//! Logging in and out in a real browser, as somebody who may only read.

use serde_json::json;

use crate::browser::{Page, Screen, browse_on};
use crate::harness::visitor::{Visitor, link};
use crate::harness::world::{Served, World, three_accounts};

#[tokio::test]
async fn a_viewer_logs_in_by_a_link_finds_nothing_to_approve_and_logs_out() {
    let served = World::with(&three_accounts(), |_| {}).await.served_with_log_in().await;
    let omar = Visitor::logged_in(&served, &["omar@team.example"]).await;
    let wish = json!({"question": "Add a note to Bolt that they moved offices"});
    let (_, answer) = Served::told(omar.post("/api/ask", &wish)).await;
    assert_eq!(answer["cards"].as_array().map(Vec::len), Some(1), "{answer}");
    let chat = format!("{}/c/{}", served.url, answer["conversation"].as_str().unwrap());
    let link = link(&served, &["vic@team.example", "--name", "Vic Stone", "--role", "viewer"]).await;
    let pages = served.url.clone();
    browse_on(Screen::Desk, async move |client| {
        let page = Page::open(client.clone(), &chat).await;
        assert!(page.address().await.contains("/log-in?to="), "{}", page.address().await);
        assert_eq!(page.text("h1").await, "Log in");
        let page = Page::open(client.clone(), &link).await;
        assert!(page.text("main").await.contains("Vic Stone"));
        page.see("main form button").await.click().await.unwrap();
        assert!(page.text(".reader").await.contains("Vic Stone"));

        let page = Page::open(client.clone(), &chat).await;
        assert!(page.text(".card").await.contains("Waits for approval"));
        let buttons = "return document.querySelectorAll('.card button').length";
        assert_eq!(page.run(buttons).await, json!(0), "what they may not do is not there");
        let approve = "const request = new XMLHttpRequest();
            request.open('POST', '/api/accounts/bolt.io/actions', false);
            request.setRequestHeader('content-type', 'application/json');
            request.setRequestHeader('x-csrf-token', document.querySelector('meta[name=csrf-token]').content);
            request.send('{\"action\": \"add_note\", \"text\": \"Hello\", \"approve\": true}');
            return [request.status, JSON.parse(request.responseText).detail]";
        let refused = page.run(approve).await;
        assert_eq!(refused[0], 403, "{refused}");
        assert!(refused[1].as_str().unwrap().contains("may read and ask"), "{refused}");
        let told = page.ask("When does Acme renew?", 2).await;
        assert!(told.contains("August"), "{told}");

        page.see(".log-out button").await.click().await.unwrap();
        assert_eq!(page.text("h1").await, "Log in");
        let page = Page::open(client, &format!("{pages}/accounts")).await;
        assert!(page.address().await.contains("/log-in?to="), "{}", page.address().await);
    })
    .await;
    drop(served);
}
