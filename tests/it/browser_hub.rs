//! The page of an account in a real browser: it is asked about beside its records, and acted on where it is read.

use fantoccini::key::Key;
use serde_json::{Value, json};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::browser::{Page, Screen, browse, browse_on};
use crate::harness::model_server::{Act, ModelServer};
use crate::harness::world::{World, three_accounts};
use crate::served::demo_on;

/// What a script finds, as text.
async fn text_of(page: &Page, css: &str) -> String {
    let found = page.run(&format!("return document.querySelector(`{css}`)?.textContent ?? ''")).await;
    found.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_question_beside_the_page_is_answered_and_its_citation_leads_to_the_words_in_the_timeline() {
    browse(Screen::Desk, |client, url| async move {
        let page = Page::open(client, &format!("{url}/accounts/hooli.com")).await;
        page.ask("What did they say about SSO?", 1).await;
        let conversation = page.address().await;
        assert!(conversation.contains("/accounts/hooli.com?chat=conv_"), "{conversation}");
        let cited = "[...document.querySelectorAll('.sources .source')].find((source) => ['Call', 'E-mail'].includes(source.querySelector('.kind').textContent))";
        let title = page.run(&format!("const source = {cited}; source.closest('details').open = true; source.click(); return source.querySelector('.source-name').textContent")).await;
        page.see("#feed .whole mark").await;
        let shown = text_of(&page, "#feed li:has(.whole) .feed-head a").await;
        assert!(title.as_str().unwrap().contains(&shown), "{title}: {shown}");
        assert_eq!(page.run("return document.getElementById('drawer').hidden").await, json!(true));
        page.see("#feed .whole .back").await.click().await.unwrap();
        assert_eq!(page.run("return document.activeElement.className").await, json!("source"), "back at the answer");
        // The conversation is there again when the page is, and in the list of earlier ones.
        page.0.refresh().await.unwrap();
        page.see(".turn .tools").await;
        page.see("#new-chat").await.click().await.unwrap();
        page.see("#empty:not([hidden]) .suggestion").await;
        page.see("#chats-button").await.click().await.unwrap();
        page.see("#chats button").await.click().await.unwrap();
        page.see(".turn .tools").await;
    })
    .await;
}

#[tokio::test]
async fn the_timeline_is_filtered_searched_and_read_on_without_leaving_the_page() {
    browse(Screen::Desk, |client, url| async move {
        let page = Page::open(client, &format!("{url}/accounts/hooli.com")).await;
        page.press("#question", "half a thought").await;
        page.see(".filters a[href*='show=email']").await.click().await.unwrap();
        page.see(".filters a[aria-current][href*='show=email']").await;
        let kinds = "return [...new Set([...document.querySelectorAll('#feed li')].map((item) => item.dataset.kind))]";
        assert_eq!(page.run(kinds).await, json!(["email"]));
        assert!(page.address().await.ends_with("?show=email"));
        page.see("#feed [data-opens]").await.click().await.unwrap();
        page.see("#feed .whole .line").await;
        page.press(".find input", &format!("SSO{}", char::from(Key::Return))).await;
        assert!(page.text("#feed > p.fine").await.contains("What says “SSO”"));
        assert!(
            text_of(&page, "#feed").await.contains("single sign-on")
                || text_of(&page, "#feed .feed").await.contains("SSO")
        );
        page.see(".filters a:first-child").await.click().await.unwrap();
        page.see(".filters a:first-child[aria-current]").await;
        page.see("#feed .pages a").await.click().await.unwrap();
        page.see(".filters a:first-child[aria-current]:not([href*='find'])").await;
        // Older items come as their reader scrolls, twice; then there is a button again.
        page.run("document.querySelector('#feed .pages a[rel=next]').scrollIntoView()").await;
        page.see("#feed li:nth-child(21)").await;
        assert_eq!(page.run("return document.getElementById('question').value").await, json!("half a thought"));
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn an_account_is_moved_after_its_reader_saw_what_follows_and_moved_back() {
    let served = World::with(&three_accounts(), |_| {}).await.served().await;
    let url = served.url.clone();
    browse_on(Screen::Desk, |client| async move {
        let page = Page::open(client, &format!("{url}/accounts/bolt.io")).await;
        page.see(".moves [data-section=pipeline]").await.click().await.unwrap();
        let follows = page.text(".act-follows li").await;
        assert!(follows.contains("leaves Health"), "{follows}");
        let proposals =
            async || -> Value { reqwest::get(format!("{url}/api/proposals")).await.unwrap().json().await.unwrap() };
        assert_eq!(proposals().await["proposals"], json!([]), "to look at what follows keeps nothing");
        page.press("#acting input", "they signed").await;
        page.see("#acting button[type=submit]:not([disabled])").await;
        page.press("#acting input", &char::from(Key::Return).to_string()).await;
        let done = page.text("#acting .card[data-state=done]").await;
        assert!(done.contains("“they signed”") && done.contains("Can be undone until"), "{done}");
        // The page says so at once: badge, audit, and the section it is in.
        page.see(".moves [data-section=pipeline][aria-current]").await;
        assert!(page.text(".badges .routed").await.contains("Routed from Health"));
        assert!(page.text("[data-part=audit]").await.contains("Route account done"));
        page.see("#acting .card-buttons button").await.click().await.unwrap();
        page.see("#acting .card[data-state=undone]").await;
        page.see(".moves [data-section=health][aria-current]").await;
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn a_promise_is_marked_a_contract_left_out_and_a_note_kept_from_the_page() {
    let served = World::with(&three_accounts(), |_| {}).await.served().await;
    let url = served.url.clone();
    browse_on(Screen::Desk, |client| async move {
        let page = Page::open(client, &format!("{url}/accounts/acme.com")).await;
        page.see("[data-act=mark_commitment][data-outcome=kept]").await.click().await.unwrap();
        page.press("#acting input", "sent on June 4").await;
        page.see("#acting button[type=submit]:not([disabled])").await.click().await.unwrap();
        page.see("#acting .card[data-state=done]").await;
        page.see("[data-part=open] .tag[data-state=kept]").await;
        page.see("[data-act=ignore_revenue_source][data-source=acme-2]").await.click().await.unwrap();
        page.see("#acting button[type=submit]:not([disabled])").await.click().await.unwrap();
        page.see("[data-act=ignore_revenue_source][data-source=acme-2][data-ignored=false]").await;
        assert_eq!(text_of(&page, ".metric:nth-child(2) .figure").await, "$120,000");
        page.run("document.querySelector('[data-act=add_note]').click()").await;
        assert!(page.run("return document.querySelector('#acting [type=submit]').disabled").await.as_bool().unwrap());
        page.press("#acting textarea", "Ana asked for the invoice in two parts.").await;
        page.see("#acting button[type=submit]:not([disabled])").await.click().await.unwrap();
        page.see("#acting .card[data-state=done]").await;
        page.run("document.querySelector('[data-act=rate]').click()").await;
        page.see("#acting input[value='4']").await.click().await.unwrap();
        page.see("#acting button[type=submit]").await.click().await.unwrap();
        assert!(page.text(".rating strong").await.contains("4 of 5"));
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn an_e_mail_is_drafted_on_the_page_and_what_cannot_be_is_said_in_its_form() {
    let served = World::with(&three_accounts(), |_| {}).await.served().await;
    let url = served.url.clone();
    browse_on(Screen::Desk, |client| async move {
        let page = Page::open(client, &format!("{url}/accounts/acme.com")).await;
        page.see("[data-act=draft]").await.click().await.unwrap();
        assert!(text_of(&page, "#acting form").await.contains("Ana Ruiz, Head of Data"));
        page.see("#acting button[type=submit]").await.click().await.unwrap();
        assert!(page.text("#acting .card.draft").await.contains("Ana Ruiz"));
        page.see("[data-part=open] [data-act=open_draft]").await;
        page.see("[data-act=set_owner]").await.click().await.unwrap();
        page.press("#acting input[type=email]", "lena@team.example").await;
        assert!(page.text(".act-said:not(:empty)").await.contains("lena@team.example"), "it is hers already");
        assert!(page.run("return document.querySelector('#acting [type=submit]').disabled").await.as_bool().unwrap());
        page.press("#acting input[type=email]", &char::from(Key::Escape).to_string()).await;
        let closed = "return [document.getElementById('acting').hidden, document.activeElement.dataset.act]";
        assert_eq!(page.run(closed).await, json!([true, "set_owner"]));
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn on_a_phone_the_chat_is_a_sheet_over_the_page() {
    browse(Screen::Phone, |client, url| async move {
        let page = Page::open(client, &format!("{url}/accounts/hooli.com")).await;
        page.see("#sheet-open").await.click().await.unwrap();
        page.ask("Why is this account critical?", 1).await;
        let wider =
            "return [...document.querySelectorAll('body, #scroll')].some((node) => node.scrollWidth > screen.width)";
        assert_eq!(page.run(wider).await, json!(false));
        page.run("document.querySelector('.prose button.chip').click()").await;
        page.see("#drawer .drawer-body .line").await;
        page.press("#drawer", &char::from(Key::Escape).to_string()).await;
        page.see("#sheet-close").await.click().await.unwrap();
        let closed = "return [getComputedStyle(document.getElementById('chat')).display, document.activeElement.id]";
        assert_eq!(page.run(closed).await, json!(["none", "sheet-open"]));
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn anything_is_found_from_any_page_with_the_keyboard() {
    browse(Screen::Desk, |client, url| async move {
        let page = Page::open(client, &format!("{url}/home")).await;
        let opens = "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true, cancelable: true}))";
        page.run(opens).await;
        page.press(".palette input", "raman").await;
        page.see(".palette [role=group][aria-label=People] .row").await;
        page.press(".palette input", &char::from(Key::Return).to_string()).await;
        page.see(".metrics").await;
        assert!(page.address().await.ends_with("/accounts/hooli.com#people"), "{}", page.address().await);
        // On the page of an account, what can be done to it is found as well.
        page.see("#search-open").await.click().await.unwrap();
        page.press(".palette input", "snooze").await;
        page.see(".palette [role=group][aria-label=Actions] .row").await.click().await.unwrap();
        page.see("#acting input[type=date]").await;
    })
    .await;
}

/// A way to the service that can be cut: what goes over it ends when the task does.
async fn way(port: u16, to: &str) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let (port, to) = (listener.local_addr().unwrap().port(), to.trim_start_matches("http://").to_owned());
    let over = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let (mut here, _) = listener.accept().await.unwrap();
            let to = to.clone();
            connections.spawn(async move {
                let mut there = TcpStream::connect(to).await.unwrap();
                let _ = copy_bidirectional(&mut here, &mut there).await;
            });
        }
    });
    (port, over)
}

#[tokio::test]
async fn an_answer_that_the_network_cuts_off_is_asked_for_again_and_the_question_is_kept() {
    browse(Screen::Desk, |client, _| async move {
        let model = ModelServer::play([Act::Hang("They renew"), Act::Say("The records do not say.".to_owned())]).await;
        let url = demo_on(model.config()).await;
        let (port, over) = way(0, &url).await;
        let page = Page::open(client, &format!("http://127.0.0.1:{port}/accounts/hooli.com")).await;
        page.press("#question", &format!("When do they renew?{}", char::from(Key::Return))).await;
        page.see(".prose.draft p").await;
        over.abort();
        assert!(over.await.unwrap_err().is_cancelled());
        assert!(page.text(".failure p").await.contains("The connection to the service was lost."));
        assert_eq!(page.run("return document.getElementById('question').value").await, json!("When do they renew?"));
        let (_, over) = way(port, &url).await;
        page.see(".failure .button").await.click().await.unwrap();
        page.see(".turn .tools").await;
        assert!(page.text(".turn:last-child .prose").await.contains("The records do not say."));
        page.is_without_failures().await;
        over.abort();
    })
    .await;
}
