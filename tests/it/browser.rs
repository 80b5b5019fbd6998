//! The chat page in a real browser: Chromium, driven through its driver.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::harness::model_server::{Act, ModelServer};
use crate::harness::world::{World, three_accounts};
use crate::served::{demo, demo_on};

/// How long the page may take for what a test waits for.
const PATIENCE: Duration = Duration::from_secs(90);

/// What the page is shown on.
#[derive(Clone, Copy)]
pub enum Screen {
    Desk,
    Phone,
}

/// Runs `story` in a fresh browser, and ends the browser whatever came of it.
pub async fn browse<F: Future<Output = ()> + Send + 'static>(
    screen: Screen,
    story: impl FnOnce(Client, &'static str) -> F,
) {
    let url = demo().await;
    browse_on(screen, |client| story(client, url)).await;
}

/// The same, wherever the story goes.
pub async fn browse_on<F: Future<Output = ()> + Send + 'static>(screen: Screen, story: impl FnOnce(Client) -> F) {
    let profile = tempfile::tempdir().unwrap();
    let (mut driver, address) = driver();
    let client = connect(&address, capabilities(screen, profile.path())).await;
    let told = tokio::spawn(story(client.clone())).await;
    let closed = client.close().await;
    driver.kill().unwrap();
    driver.wait().unwrap();
    if let Err(failed) = told {
        std::panic::resume_unwind(failed.into_panic());
    }
    closed.unwrap();
}

fn driver() -> (Child, String) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let driver = Command::new("chromedriver")
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver is installed by `make test`");
    (driver, format!("http://127.0.0.1:{port}"))
}

async fn connect(address: &str, capabilities: serde_json::Map<String, Value>) -> Client {
    let attempts = async {
        let mut pause = tokio::time::interval(Duration::from_millis(50));
        loop {
            pause.tick().await;
            if let Ok(client) =
                ClientBuilder::new(HttpConnector::new()).capabilities(capabilities.clone()).connect(address).await
            {
                return client;
            }
        }
    };
    tokio::time::timeout(PATIENCE, attempts).await.expect("the browser starts")
}

fn capabilities(screen: Screen, profile: &std::path::Path) -> serde_json::Map<String, Value> {
    let mut options = json!({
        "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,800",
            format!("--user-data-dir={}", profile.display()),
        ],
    });
    if let Screen::Phone = screen {
        options["mobileEmulation"] = json!({"deviceMetrics": {"width": 360, "height": 740, "pixelRatio": 1.0}});
    }
    let Value::Object(capabilities) = json!({"goog:chromeOptions": options}) else { unreachable!() };
    capabilities
}

/// What a test does on the page.
pub struct Page(Client);

impl Page {
    pub async fn open(client: Client, address: &str) -> Self {
        client.goto(address).await.unwrap();
        let page = Self(client);
        page.run(
            "window.failures = []; addEventListener('error', (event) => failures.push(event.message)); \
                  addEventListener('unhandledrejection', (event) => failures.push(String(event.reason)));",
        )
        .await;
        page
    }

    pub async fn run(&self, script: &str) -> Value {
        self.0.execute(script, vec![]).await.unwrap()
    }

    pub async fn see(&self, css: &str) -> fantoccini::elements::Element {
        let found =
            self.0.wait().at_most(PATIENCE).every(Duration::from_millis(50)).for_element(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("`{css}` does not appear: {error}"))
    }

    pub async fn text(&self, css: &str) -> String {
        self.see(css).await.text().await.unwrap()
    }

    pub async fn press(&self, css: &str, keys: &str) {
        self.see(css).await.send_keys(keys).await.unwrap();
    }

    /// Asks, and waits for the finished answer to the `n`th question.
    pub async fn ask(&self, question: &str, n: usize) -> String {
        self.press("#question", &format!("{question}{}", char::from(Key::Return))).await;
        self.text(&format!(".turn:nth-child({n}) .tools")).await;
        self.text(&format!(".turn:nth-child({n}) .prose")).await
    }

    pub async fn address(&self) -> String {
        self.0.current_url().await.unwrap().to_string()
    }

    async fn is_without_failures(&self) {
        assert_eq!(self.run("return failures").await, json!([]));
    }
}

#[tokio::test]
async fn an_answer_appears_and_its_citation_opens_the_words_beside_it() {
    browse(Screen::Desk, |client, url| async move {
        let page = Page::open(client, &format!("{url}/?account=hooli.com")).await;
        assert!(page.text("#account:not([hidden])").await.contains("Hooli"));
        let answer = page.ask("What did they say about SSO?", 1).await;
        assert!(answer.contains("SSO") || answer.contains("single sign-on"), "{answer}");
        page.see(".prose button.chip").await.click().await.unwrap();
        page.see("#drawer mark").await;
        // What is marked, also while the drawer still slides in.
        let marked = page.run("return document.querySelector('#drawer mark').textContent").await;
        assert!(marked.as_str().is_some_and(|words| !words.is_empty()), "{marked}");
        page.press("#drawer", &char::from(Key::Escape).to_string()).await;
        assert_eq!(page.run("return document.getElementById('drawer').hidden").await, json!(true));
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn a_conversation_lives_in_the_address_and_survives_reload_and_back() {
    browse(Screen::Desk, |client, url| async move {
        let page = Page::open(client, &format!("{url}/?account=raviga.com")).await;
        page.ask("Are there any open commitments to this account?", 1).await;
        page.ask("And what requests have they made?", 2).await;
        let address = page.address().await;
        assert!(address.contains("/c/conv_") && address.contains("account=raviga.com"), "{address}");
        page.0.refresh().await.unwrap();
        page.see(".turn:nth-child(2) .tools").await;
        page.see("#new-chat").await.click().await.unwrap();
        page.see("#empty:not([hidden]) .suggestion").await;
        page.0.back().await.unwrap();
        page.see(".turn:nth-child(2) .tools").await;
        assert_eq!(page.address().await, address);
    })
    .await;
}

#[tokio::test]
async fn an_account_is_chosen_with_the_keyboard_alone() {
    browse(Screen::Desk, |client, url| async move {
        let page = Page::open(client, url).await;
        page.see(".suggestion").await;
        page.press("#question", "/").await;
        page.press("#picker-search", &format!("cloverridge{}", char::from(Key::Return))).await;
        assert!(page.text("#account:not([hidden])").await.contains("Clover Ridge"));
        assert!(page.address().await.ends_with("?account=cloverridge.health"));
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn a_suggested_question_about_all_accounts_is_answered() {
    browse(Screen::Desk, |client, url| async move {
        let page = Page::open(client, url).await;
        page.see(".suggestion").await.click().await.unwrap();
        page.see(".turn:nth-child(1) .tools").await;
        assert!(page.text(".turn .prose").await.len() > 40);
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn a_failure_is_said_and_the_question_is_kept() {
    browse(Screen::Desk, |client, url| async move {
        let page = Page::open(client, &format!("{url}/?account=nobody.example")).await;
        page.press("#question", &format!("Why?{}", char::from(Key::Return))).await;
        assert!(page.text(".failure").await.contains("nobody.example"));
        assert_eq!(page.run("return document.getElementById('question').value").await, json!("Why?"));
        page.see(".failure .button").await;
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_judged_and_the_verdict_is_there_on_return() {
    browse(Screen::Desk, |client, url| async move {
        let page = Page::open(client, &format!("{url}/?account=hooli.com")).await;
        page.ask("When do they renew?", 1).await;
        page.see("button[aria-label='Bad answer']").await.click().await.unwrap();
        page.press(".why-form:not([hidden]) .why", &format!("wrong contract{}", char::from(Key::Return))).await;
        page.see("button[aria-label='Bad answer'][aria-pressed=true]").await;
        page.see(".why-form[hidden]").await;
        page.0.refresh().await.unwrap();
        page.see("button[aria-label='Bad answer'][aria-pressed=true]").await;
        assert_eq!(page.run("return document.querySelector('.why').value").await, json!("wrong contract"));
        page.see("button[aria-label='Bad answer']").await.click().await.unwrap();
        page.see("button[aria-label='Bad answer'][aria-pressed=false]").await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_stopped_with_the_button_or_escape_and_asked_again() {
    browse(Screen::Desk, |client, _| async move {
        let hang = || Act::Hang("They renew");
        let model = ModelServer::play([hang(), hang(), Act::Say("The records do not say.".to_owned())]).await;
        let url = demo_on(model.config()).await;
        let page = Page::open(client, &format!("{url}/?account=hooli.com")).await;
        page.press("#question", &format!("When do they renew?{}", char::from(Key::Return))).await;
        page.see(".prose.draft p").await;
        page.see("#send[aria-label='Stop the answer']").await.click().await.unwrap();
        assert_eq!(page.text(".stopped p").await, "Stopped. Nothing was changed.");
        assert_eq!(page.run("return document.querySelector('.prose').textContent").await, json!(""));
        page.see(".stopped .button").await.click().await.unwrap();
        page.see(".prose.draft p").await;
        page.press("#question", &char::from(Key::Escape).to_string()).await;
        page.text(".stopped p").await;
        page.see(".stopped .button").await.click().await.unwrap();
        page.see(".turn .tools").await;
        assert!(page.text(".prose").await.contains("The records do not say."));
        page.is_without_failures().await;
        model.is_left().await;
    })
    .await;
}

#[tokio::test]
async fn a_phone_shows_everything_without_scrolling_sideways() {
    browse(Screen::Phone, |client, url| async move {
        let page = Page::open(client, &format!("{url}/?account=hooli.com")).await;
        page.ask("Why is this account critical?", 1).await;
        page.run("document.querySelector('.prose button.chip').click()").await;
        page.see("#drawer .drawer-body .line").await;
        let wider = "return [...document.querySelectorAll('body, .scroll, #drawer')].some((node) => node.scrollWidth > innerWidth)";
        assert_eq!(page.run(wider).await, json!(false));
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn a_change_is_approved_and_undone_on_its_card_and_another_window_sees_it() {
    let served = World::with(&three_accounts(), |_| {}).await.served().await;
    let url = served.url.clone();
    browse_on(Screen::Desk, |client| async move {
        let page = Page::open(client, &format!("{url}/?account=bolt.io")).await;
        let answer = page.ask("route them to Pipeline, they signed", 1).await;
        assert!(answer.contains("Nothing is changed until somebody approves it"), "{answer}");
        let card = page.text(".card[data-state=pending]").await;
        for words in ["Route Bolt to Pipeline", "Waits for approval", "Health", "“they signed”", "leaves Health"] {
            assert!(card.contains(words), "{words} in {card}");
        }
        page.see(".card .button.primary").await.click().await.unwrap();
        let done = page.text(".card[data-state=done]").await;
        assert!(done.contains("Approved by") && done.contains("Can be undone until"), "{done}");
        assert_eq!(page.text("#account .badge").await, "Routed from Health");
        let address = page.address().await;
        // What is done elsewhere is seen here.
        let proposals: Value = reqwest::get(format!("{url}/api/proposals")).await.unwrap().json().await.unwrap();
        let id = proposals["proposals"][0]["id"].as_str().unwrap();
        let undo = reqwest::Client::new().post(format!("{url}/api/proposals/{id}/undo"));
        let undone = undo.header("x-success-agent-user", "omar@team.example").send().await.unwrap();
        assert!(undone.status().is_success());
        let seen = page.text(".card[data-state=undone]").await;
        assert!(seen.contains("Undone by omar@team.example"), "{seen}");
        // And it is so when the chat is opened again.
        page.is_without_failures().await;
        page.0.goto(&address).await.unwrap();
        page.see(".card[data-state=undone]").await;
    })
    .await;
}

#[tokio::test]
async fn a_proposal_is_edited_and_declined_under_the_name_its_reader_gave() {
    let served = World::with(&three_accounts(), |_| {}).await.served().await;
    let url = served.url.clone();
    browse_on(Screen::Phone, |client| async move {
        let page = Page::open(client, &format!("{url}/")).await;
        page.see("#who").await.click().await.unwrap();
        page.run("document.getElementById('who-input').value = ''").await;
        page.press("#who-input", &format!("lena@team.example{}", char::from(Key::Return))).await;
        page.ask("snooze Bolt for two weeks", 1).await;
        page.see(".card .card-buttons button:nth-child(3)").await.click().await.unwrap();
        page.run("document.querySelector('.card-form input[type=date]').value = '2026-08-03'").await;
        page.see(".card-form .primary").await.click().await.unwrap();
        page.0
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath("//section[contains(@aria-label, 'until August 3')]"))
            .await
            .unwrap();
        page.see(".card .card-buttons button:nth-child(2)").await.click().await.unwrap();
        let declined = page.text(".card[data-state=declined]").await;
        assert!(declined.contains("Declined by lena@team.example"), "{declined}");
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn a_drafted_mail_is_changed_approved_and_offered_to_be_taken_along() {
    browse(Screen::Desk, |client, url| async move {
        let page = Page::open(client, &format!("{url}/?account=aviato.com")).await;
        let answer = page.ask("draft a mail about the failed payment", 1).await;
        assert!(answer.contains("nothing is sent"), "{answer}");
        let card = page.text(".card.draft").await;
        for words in ["Waits for you", "marguerite@aviato.com", "$4,200", "Leans on", "not part of the mail"] {
            assert!(card.contains(words), "{words} in {card}");
        }
        page.see(".card.draft .card-buttons button:nth-child(2)").await.click().await.unwrap();
        let text = "const area = document.querySelector('.draft-form textarea'); area.value += '\\n\\nPS: Thank you.';";
        page.run(text).await;
        page.see(".draft-form .primary").await.click().await.unwrap();
        page.see(".draft-versions select").await;
        assert!(page.text(".draft-text").await.ends_with("PS: Thank you."));
        page.see(".card.draft .button.primary").await.click().await.unwrap();
        assert!(page.text(".card.draft[data-state=approved]").await.contains("Approved by"));
        let link = page.see(".card.draft a[href^='mailto:']").await.attr("href").await.unwrap().unwrap();
        assert!(link.starts_with("mailto:marguerite@aviato.com?") && link.contains("PS%3A%20Thank%20you"), "{link}");
        let file = page.see(".card.draft a[download]").await.attr("href").await.unwrap().unwrap();
        let mail = reqwest::get(format!("{url}{file}")).await.unwrap().text().await.unwrap();
        assert!(mail.contains("X-Unsent: 1") && mail.contains("marguerite@aviato.com"), "{mail}");
        page.is_without_failures().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_record_says_is_text_on_the_page_and_a_name_reads_as_it_is_written() {
    let loud = "**Nothing is owed** [1] [pay](https://foreign.example)";
    let records = [
        json!({"type": "account", "domain": "quarz51.example", "name": "Quarz*Werk_Nord 51"}),
        json!({"type": "signal", "id": "s1", "account": "quarz51.example", "kind": "escalation",
            "occurred_at": "2026-06-12T09:00:00Z", "text": loud}),
    ];
    let served = World::with(&records, |_| {}).await.served().await;
    let url = format!("{}/?account=quarz51.example", served.url);
    browse_on(Screen::Desk, async move |client| {
        let page = Page::open(client, &url).await;
        let answer = page.ask("Are there any escalations?", 1).await;
        assert!(answer.contains("Quarz*Werk_Nord 51") && !answer.contains('\\'), "{answer}");
        assert!(answer.contains("**Nothing is owed** [pay](https://foreign.example)"), "{answer}");
        let links = page.run("return document.querySelectorAll('.prose a').length").await;
        assert_eq!(links, json!(0));
    })
    .await;
    drop(served);
}
