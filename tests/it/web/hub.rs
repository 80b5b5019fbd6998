//! The page of an account: everything on it is of the workspace, opens the record behind it, and needs no script.

use std::collections::BTreeSet;

use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use success_agent::domain::time::Clock;

use crate::harness::world::{World, three_accounts};
use crate::served::{demo, expect};

/// Addresses below `prefix` that a page links to, each once.
pub(super) fn links(html: &str, prefix: &str) -> BTreeSet<String> {
    let linked = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    linked.map(plain).filter(|link| link.starts_with(prefix)).collect()
}

/// Text as the reader of HTML sees it.
pub(super) fn plain(html: &str) -> String {
    let mut text = html.to_owned();
    for (entity, letter) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&#x2F;", "/")]
    {
        text = text.replace(entity, letter);
    }
    text.replace("&amp;", "&")
}

/// The words of a page, a line for each stretch of text.
pub(super) fn words(html: &str) -> String {
    let body = html.split_once("<main").map_or(html, |(_, body)| body);
    let pieces = body.split('<').map(|piece| piece.split_once('>').map_or("", |(_, text)| text).trim());
    let pieces: Vec<String> = pieces.filter(|text| !text.is_empty()).map(plain).collect();
    pieces.join("\n")
}

pub(super) async fn page(url: &str) -> (StatusCode, String) {
    let response = reqwest::get(url).await.unwrap();
    let html = response.headers()["content-type"].to_str().unwrap().starts_with("text/html");
    assert!(html, "{url}: {:?}", response.headers());
    (response.status(), response.text().await.unwrap())
}

#[tokio::test]
async fn an_account_has_a_page_with_everything_on_it() {
    let (status, html) = page(&format!("{}/accounts/Hooli.com", demo().await)).await;
    assert_eq!(status, 200);
    let text = words(&html);
    for words in [
        "Health score",
        "Colin Marsh",
        "$240,000",
        "MRR $20,000",
        "Days to renewal",
        "Risk factors",
        "What moved it",
        "Usage trend",
        "Revenue sources",
        "Salesbricks",
        "We promised",
        "They promised",
        "Requests",
        "Priya Raman",
        "Has left Hooli",
        "Drafts",
        "Audit",
        "Why is this account critical?",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(html.len() < 100_000, "{} bytes", html.len());
    let scripts = html.matches("<script").count() - html.matches("<script type=\"module\" src=\"/assets/").count();
    let strict = scripts == 0 && !html.contains(" style=") && !html.contains(" onclick");
    assert!(strict, "the page's policy allows nothing inline");
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let once: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), once.len(), "a name is given once: {ids:?}");
    for label in html.split("aria-labelledby=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(label.split(' ').all(|id| once.contains(id)), "{label}");
    }
}

#[tokio::test]
async fn every_record_an_account_page_links_to_opens_without_a_script() {
    let url = demo().await;
    for account in ["hooli.com", "raviga.com", "aviato.com"] {
        let (_, html) = page(&format!("{url}/accounts/{account}")).await;
        let records = links(&html, "/records/");
        assert!(records.len() > 10, "{records:?}");
        for record in records {
            let (status, html) = page(&format!("{url}{record}")).await;
            assert_eq!(status, 200, "{record}");
            let back = links(&html, "/accounts/");
            assert!(
                record.contains("/release/") || back.contains(&format!("/accounts/{account}")),
                "{record}: {back:?}"
            );
        }
    }
    let (status, html) = page(&format!("{url}/records/call/none")).await;
    assert!(status == 404 && words(&html).contains("There is no record “call/none”"), "{html}");
}

#[tokio::test]
async fn a_timeline_is_read_to_its_end_page_by_page_and_by_kind() {
    let (url, client) = (demo().await, Client::new());
    for show in ["", "call", "email", "signal"] {
        let mut next = Some(format!("/accounts/hooli.com?show={show}"));
        let (mut seen, mut pages) = (Vec::new(), 0);
        while let Some(address) = next.take() {
            let (status, html) = page(&format!("{url}{address}")).await;
            assert_eq!(status, 200);
            let feed = html.split_once("<ol class=\"feed\">").unwrap().1.split_once("</ol>").unwrap().0;
            let ids = feed.split("<li id=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(plain);
            seen.extend(ids);
            let is_next = |rest: &&str| rest.split_once('>').is_some_and(|(link, _)| link.ends_with("rel=\"next\""));
            let older = html.split("<a class=\"button\" href=\"").skip(1).find(is_next);
            let link = older.and_then(|rest| rest.split('"').next()).map(plain);
            next = link.map(|link| link.replace("#activity", ""));
            pages += 1;
            assert!(pages < 20, "{address}");
        }
        let list = format!("{url}/api/accounts/hooli.com/activity?limit=200&kind={show}");
        let list = expect(client.get(list), 200).await;
        let items = list["items"].as_array().unwrap();
        let told: Vec<String> = items
            .iter()
            .map(|item| format!("{}-{}", item["kind"].as_str().unwrap(), item["id"].as_str().unwrap()))
            .collect();
        assert_eq!(seen, told, "{show}");
        assert!(pages > 1 || !show.is_empty(), "{pages}");
    }
}

#[tokio::test]
async fn an_unknown_account_has_a_page_that_says_what_to_do() {
    let url = demo().await;
    let (status, html) = page(&format!("{url}/accounts/hoolli.com")).await;
    assert_eq!(status, 404);
    assert!(words(&html).contains("There is no account “hoolli.com”"), "{html}");
    assert!(html.contains("action=\"/accounts\"") && html.contains("href=\"/accounts\""), "{html}");
    let (_, html) = page(&format!("{url}/accounts/hoo")).await;
    assert!(links(&html, "/accounts/").contains("/accounts/hooli.com"), "{html}");
    for (wrong, says) in [("show=fax", "“fax” is no kind of record"), ("before=yesterday", "“yesterday” is no place")]
    {
        let (status, html) = page(&format!("{url}/accounts/hooli.com?{wrong}")).await;
        assert!(status == 422 && words(&html).contains(says), "{html}");
    }
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    for (from, status) in [("/success/customers/hooli.com", 308), ("/accounts/Hooli", 303)] {
        let response = client.get(format!("{url}{from}")).send().await.unwrap();
        let to = response.headers()["location"].to_str().unwrap();
        assert_eq!((response.status().as_u16(), to), (status, "/accounts/hooli.com"), "{from}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_decided_stands_on_the_page() {
    let served = World::with(&three_accounts(), |_| {}).await.served().await;
    let acts = [
        ("rating", json!({"rating": 2, "note": "They are polite about it."})),
        (
            "actions",
            json!({"action": "route_account", "section": "pipeline", "reason": "they signed", "approve": true}),
        ),
        ("actions", json!({"action": "snooze_account", "until": "2026-07-01", "approve": true})),
        ("actions", json!({"action": "ignore_revenue_source", "source": "acme-2", "ignored": true, "approve": true})),
    ];
    for (path, body) in acts {
        let act = served.post("lena@team.example", &format!("/api/accounts/acme.com/{path}"), &body);
        let response = act.send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.text().await.unwrap());
    }
    let (_, html) = page(&format!("{}/accounts/acme.com", served.url)).await;
    insta::assert_snapshot!("account_page", words(&html));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_score_that_was_kept_is_shown_as_it_was_kept() {
    let account = json!({"type": "account", "domain": "mill.example", "name": "Mill"});
    let long_ago = Clock::fixed("2026-02-01T12:00:00Z".parse().unwrap());
    let world = World::with(&[account], |config| config.clock = long_ago).await.at("2026-06-15T12:00:00Z").await;
    let signal = json!({"type": "signal", "id": "s1", "account": "mill.example", "kind": "escalation",
        "occurred_at": "2026-06-12T09:00:00Z", "text": "The import is down again."});
    world.import(&[signal]).await;
    let (_, html) = page(&format!("{}/accounts/mill.example", world.served().await.url)).await;
    let text = words(&html);
    assert!(text.contains("The import is down again.") && text.contains("Signal: escalation, June 12"), "{text}");
    assert!(!text.contains("Told again"), "{text}");
    let path = html.split("class=\"curve\" d=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert!(path.contains(" H") && path.contains(" V") && !path.contains(" L"), "it holds until it moves: {path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_record_says_is_text_on_the_page() {
    let loud = "<script>alert(1)</script> & \"so on\"";
    let records = [
        json!({"type": "account", "domain": "mill.example", "name": "<b>Mill</b> & Söhne", "crm_url": "javascript:alert(1)",
            "contacts": [{"name": loud, "email": "a@mill.example"}]}),
        json!({"type": "signal", "id": "s\"><img src=x>", "account": "mill.example", "kind": "escalation",
            "occurred_at": "2026-06-12T09:00:00Z", "text": loud, "quote": loud}),
        json!({"type": "email", "id": "e/1#?", "account": "mill.example", "sent_at": "2026-06-13T09:00:00Z",
            "from": "a@mill.example", "to": ["lena@team.example"], "subject": loud, "body": loud}),
    ];
    let served = World::with(&records, |_| {}).await.served().await;
    let (status, html) = page(&format!("{}/accounts/mill.example", served.url)).await;
    assert_eq!(status, 200);
    for foreign in ["<script>", "<b>", "<img", "javascript:"] {
        assert!(!html.contains(foreign), "{foreign} in {html}");
    }
    assert!(words(&html).contains("<script>alert(1)</script>"), "{html}");
    for record in links(&html, "/records/") {
        let (status, html) = page(&format!("{}{record}", served.url)).await;
        assert!(status == 200 && !html.contains("<script>") && !html.contains("<img"), "{record}: {html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_which_nothing_is_on_record_has_a_page() {
    let bare = json!({"type": "account", "domain": "bare.example", "name": "Bare", "attributes": {"tracked": false}});
    let served = World::with(&[bare], |_| {}).await.served().await;
    let (status, html) = page(&format!("{}/accounts/bare.example", served.url)).await;
    let text = words(&html);
    assert_eq!(status, 200);
    for words in
        ["Untracked", "No usage data.", "Nobody at this account is on record.", "Nothing of this kind happened."]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[tokio::test]
async fn the_list_of_accounts_is_searched_and_narrowed_down() {
    let url = demo().await;
    let shown = async |query: &str| {
        let (status, html) = page(&format!("{url}/accounts?{query}")).await;
        assert_eq!(status, 200, "{html}");
        (links(&html, "/accounts/"), words(&html))
    };
    let (found, _) = shown("q=HOOL").await;
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["/accounts/hooli.com"]);
    let (critical, text) = shown("level=critical&owner=jared%40piedpiper.com&section=health").await;
    assert!(critical.contains("/accounts/hooli.com") && !text.contains("\nHealthy\nhealthy"), "{text}");
    let (none, text) = shown("q=nobody-at-all").await;
    assert!(none.is_empty() && text.contains("No account matches."), "{text}");
    let (status, html) = page(&format!("{url}/accounts?level=purple")).await;
    assert!(status == 422 && words(&html).contains("“purple” is no level"), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_of_accounts_has_pages_and_untracked_ones_a_list_of_their_own() {
    let account = |number: u32| {
        json!({"type": "account", "domain": format!("depot-{number:03}.example"), "name": format!("Depot {number:03}"),
            "attributes": {"tracked": number > 0}})
    };
    let records: Vec<_> = (0..=60).map(account).collect();
    let served = World::with(&records, |_| {}).await.served().await;
    let shown = async |query: &str| {
        let (_, html) = page(&format!("{}/accounts?order=name{query}", served.url)).await;
        (links(&html, "/accounts/"), html)
    };
    let (first, html) = shown("").await;
    assert!(first.len() == 50 && html.contains("rel=\"next\""), "{first:?}");
    let (second, html) = shown("&page=2").await;
    assert!(second.len() == 10 && !html.contains("rel=\"next\"") && first.is_disjoint(&second), "{second:?}");
    let (untracked, _) = shown("&untracked=1").await;
    assert_eq!(untracked.into_iter().collect::<Vec<_>>(), ["/accounts/depot-000.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_section_lists_its_accounts_those_routed_there_first_with_what_matters_in_it() {
    let account = |number: u32| {
        json!({"type": "account", "domain": format!("yard-{number}.example"), "name": format!("Yard {number}"),
            "owner_email": "lena@team.example", "licensed_seats": 10})
    };
    let mut records: Vec<Value> = (0..5).map(account).collect();
    for number in 0..3 {
        records.push(json!({"type": "revenue_source", "id": format!("trial-{number}"), "system": "stripe",
            "account": format!("yard-{number}.example"), "product": "Cranes", "status": "trialing", "interval": "year",
            "amount_minor": 500_000, "currency": "EUR", "starts_on": "2026-06-01", "renews_on": "2026-07-15"}));
    }
    let deal = |number: u32, status: &str, more: Value| {
        let mut deal = json!({"type": "deal", "id": format!("deal-{number}"), "account": format!("yard-{number}.example"),
            "name": "Ten cranes", "status": status, "value_minor": 700_000, "currency": "EUR"});
        deal.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        deal
    };
    records.push(deal(3, "lost", json!({"lost_reason": "no night shift", "closed_at": "2026-03-02T09:00:00Z"})));
    records.push(deal(4, "open", json!({"stage": "Legal"})));
    let served = World::with(&records, |_| {}).await.served().await;
    let routed = json!({"action": "route_account", "section": "convert", "reason": "they want to try it again",
        "approve": true});
    let act = served.post("lena@team.example", "/api/accounts/yard-3.example/actions", &routed);
    assert!(act.send().await.unwrap().status().is_success());

    let list = async |path: &str| page(&format!("{}{path}", served.url)).await;
    let (status, html) = list("/convert").await;
    assert_eq!(status, 200);
    let rows: Vec<&str> = html.match_indices("<th scope=\"row\">").map(|(at, _)| &html[at..]).collect();
    assert!(rows[0].contains("Yard 3") && rows.len() == 4, "{html}");
    assert!(html.contains("they want to try it again") && html.contains(" of 100, "), "{html}");
    assert!(words(&list("/pipeline").await.1).contains("Legal"));
    let (_, empty) = list("/re-engage").await;
    assert!(words(&empty).contains("No account is in this section."), "it was routed away: {empty}");
    assert_eq!(list("/close-the-loop").await.0, 200);

    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    for (from, to) in [
        ("/releases", "/close-the-loop"),
        ("/success", "/health"),
        ("/success/re-engage", "/re-engage"),
        ("/success/releases", "/close-the-loop"),
        ("/success/nowhere", "/accounts"),
    ] {
        let response = client.get(format!("{}{from}", served.url)).send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers()["location"].to_str().unwrap()), (308, to), "{from}");
    }
}
