//! The pages of the sections in a real browser: nothing on them hinders anybody, and what is done there is done.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::browser::{Page, Screen, browse, browse_on};
use crate::harness::world::{World, three_accounts};

/// The pages, and those beside them.
const PAGES: [&str; 18] = [
    "/",
    "/?account=hooli.com",
    "/home",
    "/accounts/hooli.com",
    "/records/call/hooli-call-4",
    "/digests",
    "/accounts",
    "/health",
    "/health/settings?critical_below=45",
    "/convert",
    "/contracts?status=all",
    "/pipeline",
    "/re-engage",
    "/close-the-loop?release=all",
    "/readiness",
    "/sources",
    "/success-unlock",
    "/health?level=purple",
];

/// The checker, as its package ships it.
fn axe() -> String {
    let of = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let cache = || of("XDG_CACHE_HOME").unwrap_or_else(|| of("HOME").unwrap().join(".cache"));
    let folder = of("AXE_DIR").unwrap_or_else(|| cache().join("success-agent/axe"));
    let script = folder.join("node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(script).expect("axe-core is installed by `make tools-axe`")
}

/// What hinders somebody on this page: the rule and where.
async fn barriers(page: &Page) -> Value {
    page.run(&axe()).await;
    let run = "const done = arguments[arguments.length - 1]; \
        axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}) \
        .then((found) => done(found.violations.map((one) => [one.id, one.nodes.slice(0, 3).map((node) => \
        node.html.slice(0, 200) + ' ' + node.failureSummary)])), (error) => done(String(error)))";
    page.wait_for(run).await
}

/// Every page on one screen.
async fn nothing_hinders(screen: Screen) {
    browse(screen, |client, url| async move {
        for address in PAGES {
            let page = Page::open(client.clone(), &format!("{url}{address}")).await;
            page.see("main").await;
            assert_eq!(barriers(&page).await, json!([]), "{address}");
            let wider =
                "return document.documentElement.scrollWidth > (screen.width < 500 ? screen.width : innerWidth)";
            assert_eq!(page.run(wider).await, json!(false), "{address} scrolls sideways");
            page.is_without_failures().await;
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_on_the_pages_of_the_sections_hinders_anybody_by_day() {
    nothing_hinders(Screen::Desk).await;
}

#[tokio::test]
async fn nothing_on_them_hinders_anybody_by_night() {
    nothing_hinders(Screen::Night).await;
}

#[tokio::test]
async fn nothing_on_them_hinders_anybody_on_a_phone() {
    nothing_hinders(Screen::Phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_the_pipeline_takes_a_proposal_and_the_stage_stays_with_the_crm() {
    let mut records = three_accounts();
    records.push(json!({"type": "deal", "id": "d1", "account": "acme.com", "name": "Ten more seats", "stage": "Legal",
        "status": "open", "value_minor": 900_000, "currency": "USD", "url": "https://crm.example/d1"}));
    let served = World::with(&records, |_| {}).await.served().await;
    let url = served.url.clone();
    browse_on(Screen::Desk, |client| async move {
        let page = Page::open(client, &format!("{url}/pipeline")).await;
        assert_eq!(
            page.run("return document.querySelector('.deal a[href^=\"https://crm\"]').textContent").await,
            json!("Change stage in the CRM")
        );
        page.press(".deal summary", &char::from(Key::Return).to_string()).await;
        page.press(".deal input[name=reason]", &format!("they signed{}", char::from(Key::Return))).await;
        let card = page.text(".deal .card").await;
        assert!(card.contains("Route Acme to Contracts") && card.contains("Waits for approval"), "{card}");
        page.is_without_failures().await;
    })
    .await;
    let account = served.get("/api/accounts/acme.com").await;
    assert_eq!(account["section"], "health", "a proposal changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_entered_and_weights_are_set_on_their_pages() {
    let served = World::with(&three_accounts(), |_| {}).await.served().await;
    let url = served.url.clone();
    browse_on(Screen::Desk, |client| async move {
        let page = Page::open(client.clone(), &format!("{url}/close-the-loop")).await;
        page.press(".enter-release input[name=title]", "Large exports").await;
        page.press(".enter-release textarea", "- Exports of large files no longer fail").await;
        page.see(".enter-release button").await.click().await.unwrap();
        page.see("option[selected][value^=by-hand]").await;
        assert!(page.text("#go").await.contains("Large exports"));
        let page = Page::open(client, &format!("{url}/health/settings?healthy_from=95")).await;
        page.press(".set-health input[name=note]", &format!("stricter{}", char::from(Key::Return))).await;
        page.see("#history").await;
        let now = "return [document.getElementById('healthy_from').value, location.search]";
        assert_eq!(page.run(now).await, json!(["95", ""]));
    })
    .await;
    let settings = served.get("/api/health/settings").await;
    assert_eq!((&settings["rules"]["healthy_from"], &settings["history"][0]["note"]), (&json!(95), &json!("stricter")));
}
