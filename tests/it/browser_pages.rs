//! Pages in a real browser: a reader goes from an account to a call and to the chat, and a phone shows all of it.

use serde_json::json;

use crate::browser::{Page, Screen, browse};

#[tokio::test]
async fn a_reader_goes_from_the_page_of_an_account_to_a_call_and_to_the_chat() {
    browse(Screen::Desk, |client, url| async move {
        let page = Page::open(client, &format!("{url}/accounts/hooli.com")).await;
        assert!(page.text(".head h1").await.contains("Hooli"));
        assert_eq!(page.text(".ring title").await, "", "a title is told and not shown");
        page.see(".filters a[href*='show=call']").await.click().await.unwrap();
        page.see(".filters a[aria-current][href*='show=call']").await;
        let kinds =
            "return [...new Set([...document.querySelectorAll('.feed .kind')].map((kind) => kind.textContent))]";
        assert_eq!(page.run(kinds).await, json!(["Call"]));
        page.see(".feed li a").await.click().await.unwrap();
        page.see(".record .line").await;
        assert!(page.address().await.contains("/records/call/"));
        page.see(".record header a[href='/accounts/hooli.com']").await.click().await.unwrap();
        page.see(".places a[href='/?account=hooli.com']").await.click().await.unwrap();
        page.see("#account h1 a").await.click().await.unwrap();
        page.see(".metrics").await;
    })
    .await;
}

#[tokio::test]
async fn a_phone_shows_the_page_of_an_account_without_scrolling_sideways() {
    browse(Screen::Phone, |client, url| async move {
        for address in ["/accounts/hooli.com", "/accounts", "/records/call/hooli-call-4", "/accounts/nobody.example"] {
            let page = Page::open(client.clone(), &format!("{url}{address}")).await;
            page.see("#content").await;
            let wider = "return document.documentElement.scrollWidth > screen.width";
            assert_eq!(page.run(wider).await, json!(false), "{address}");
        }
    })
    .await;
}
