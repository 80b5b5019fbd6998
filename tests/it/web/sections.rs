//! The lists of sections and the figures above them.

use serde_json::{Value, json};

use super::hub::{page, plain, words};
use crate::harness::world::{Served, World};
use crate::served::demo;

/// An account.
pub(super) fn account(name: &str) -> Value {
    json!({"type": "account", "domain": format!("{name}.example"), "name": name, "owner_email": "lena@team.example",
        "licensed_seats": 10})
}

/// A contract of a year.
pub(super) fn contract(
    id: &str,
    account: &str,
    status: &str,
    (minor, currency): (u64, &str),
    renews_on: &str,
) -> Value {
    json!({"type": "revenue_source", "id": id, "account": format!("{account}.example"), "system": "stripe",
        "product": "Cranes", "status": status, "interval": "year", "amount_minor": minor, "currency": currency,
        "starts_on": "2025-07-01", "renews_on": renews_on})
}

fn deal(id: &str, account: &str, status: &str, minor: u64) -> Value {
    json!({"type": "deal", "id": id, "account": format!("{account}.example"), "name": format!("Deal {id}"),
        "status": status, "value_minor": minor, "currency": "EUR"})
}

/// The figures of a page: name, value, and where each leads.
pub(super) fn figures(html: &str) -> Vec<(String, String, Option<String>)> {
    let items = html.split("<li class=\"metric\"").skip(1);
    let between = |text: &str, from: &str, to: &str| {
        let (_, rest) = text.split_once(from)?;
        Some(plain(rest.split_once(to)?.0))
    };
    let figure = |item: &str| {
        let heading = between(item, "<h2>", "</h2>").unwrap();
        let href = between(&heading, "href=\"", "\"");
        let name = heading.split('>').nth(1).map_or(heading.as_str(), |rest| rest.split('<').next().unwrap());
        (name.to_owned(), between(item, "<p class=\"figure\">", "</p>").unwrap(), href)
    };
    items.map(figure).collect()
}

/// The names in the first column of a page's table of accounts.
pub(super) fn names(html: &str) -> Vec<String> {
    let rows = html.split("<th scope=\"row\"><a href=\"/accounts/").skip(1);
    rows.map(|row| plain(row.split_once('>').unwrap().1.split_once('<').unwrap().0)).collect()
}

#[tokio::test]
async fn each_figure_leads_to_the_accounts_it_counts() {
    let url = demo().await;
    for section in ["health", "convert", "re-engage"] {
        let (status, html) = page(&format!("{url}/{section}")).await;
        assert_eq!(status, 200);
        let figures = figures(&html);
        assert!(figures.len() >= 2, "{section}: {figures:?}");
        for (name, value, href) in figures {
            let (Some(href), Ok(count)) = (href, value.parse::<usize>()) else { continue };
            let (_, list) = page(&format!("{url}{href}")).await;
            assert_eq!(names(&list).len(), count, "{section}, {name}: {}", words(&list));
            assert!(words(&list).contains(&format!("{count} of ")), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn protected_revenue_is_that_of_healthy_tracked_accounts_in_each_currency() {
    let mut untracked = account("Quay");
    untracked["attributes"] = json!({"tracked": false});
    let records = [
        account("Dock"),
        account("Yard"),
        account("Lock"),
        untracked,
        contract("c1", "Dock", "active", (1_000_000, "EUR"), "2027-03-01"),
        contract("c2", "Yard", "active", (2_000_000, "USD"), "2026-07-01"),
        contract("c3", "Lock", "past_due", (4_000_000, "EUR"), "2027-03-01"),
        contract("c4", "Quay", "active", (8_000_000, "EUR"), "2027-03-01"),
        json!({"type": "signal", "id": "s1", "account": "Lock.example", "kind": "escalation",
            "occurred_at": "2026-06-12T09:00:00Z", "text": "Everything is down."}),
        json!({"type": "signal", "id": "s2", "account": "Lock.example", "kind": "churn_risk",
            "occurred_at": "2026-06-13T09:00:00Z", "text": "We are looking at others."}),
    ];
    let served = World::with(&records, |_| {}).await.served().await;
    let (_, html) = page(&format!("{}/health", served.url)).await;
    let figures = figures(&html);
    let value = |name: &str| &figures.iter().find(|(known, ..)| known == name).unwrap().1;
    assert_eq!(value("Protected ARR"), "€10,000 + $20,000", "{}", words(&html));
    assert_eq!(value("Renewing in 30 days"), "1");
    assert_eq!(html.matches("class=\"levels-bar\"").count(), 2, "a bar for each currency");
    assert!(html.contains("ARR by level, €50,000: "), "currencies are not added up: {html}");
    let (_, lowest) = page(&format!("{}/health?order=arr", served.url)).await;
    assert_eq!(names(&lowest), ["Lock", "Yard", "Dock"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_health_names_two_risk_factors_and_counts_the_others() {
    let mut records = vec![account("Dock"), contract("c1", "Dock", "past_due", (1_000_000, "EUR"), "2026-06-20")];
    for (id, kind) in [("s1", "escalation"), ("s2", "churn_risk")] {
        records.push(json!({"type": "signal", "id": id, "account": "Dock.example", "kind": kind,
            "occurred_at": "2026-06-12T09:00:00Z", "text": format!("It is bad: {kind}.")}));
    }
    let served = World::with(&records, |_| {}).await.served().await;
    let account = served.get("/api/accounts/Dock.example").await;
    let (_, html) = page(&format!("{}/health", served.url)).await;
    let text = words(&html);
    for reason in account["reasons"].as_array().unwrap().iter().take(2) {
        assert!(text.contains(reason.as_str().unwrap()), "{reason} in {text}");
    }
    let third = account["reasons"][2].as_str().unwrap();
    assert!(!text.contains(third) && text.lines().any(|line| line.starts_with('+')), "{third} in {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn convert_lists_the_likeliest_first_and_expects_a_part_of_what_is_offered() {
    let records = [
        account("Dock"),
        account("Yard"),
        account("Lock"),
        contract("t1", "Dock", "trialing", (100_000, "EUR"), "2026-06-18"),
        contract("t2", "Yard", "trialing", (300_000, "EUR"), "2026-09-18"),
        contract("t3", "Lock", "trialing", (500_000, "EUR"), "2026-09-18"),
        deal("d1", "Lock", "open", 700_000),
        json!({"type": "signal", "id": "s1", "account": "Lock.example", "kind": "praise",
            "occurred_at": "2026-06-12T09:00:00Z", "text": "The team loves it."}),
    ];
    let served = World::with(&records, |_| {}).await.served().await;
    let (_, html) = page(&format!("{}/convert", served.url)).await;
    assert_eq!(names(&html), ["Lock", "Yard", "Dock"], "{}", words(&html));
    let scores: Vec<u64> =
        html.split(" of 100, ").filter_map(|before| before.rsplit('>').next()?.parse().ok()).collect();
    assert!(scores.len() == 3 && scores.is_sorted_by(|left, right| left >= right), "{scores:?}");
    // A deal is what the trial is about: it is not counted twice.
    let cents = scores[0] * 700_000 + scores[1] * 300_000 + scores[2] * 100_000;
    let whole = cents / 100 / 100;
    let figures = figures(&html);
    let (_, value, _) = figures.iter().find(|(name, ..)| name == "Expected value").unwrap();
    assert_eq!(value.replace([',', '€'], "").split('.').next().unwrap(), whole.to_string(), "{value}");
    let (_, ending) = page(&format!("{}/convert?trial=7&order=trial_end", served.url)).await;
    assert_eq!(names(&ending), ["Dock"]);
    let (_, dear) = page(&format!("{}/convert?order=value", served.url)).await;
    assert_eq!(names(&dear), ["Lock", "Yard", "Dock"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn refreshing_says_how_many_scores_were_out_of_date() {
    let served = World::with(&[account("Dock")], |_| {}).await.served().await;
    let (_, html) = page(&format!("{}/health?refresh=1", served.url)).await;
    assert!(words(&html).contains("All scores are up to date"), "{}", words(&html));
    let rules = json!({"changes": {"base": 60}});
    let set = served.post("ops", "/api/health/settings", &rules).send().await.unwrap();
    assert!(set.status().is_success());
    let (_, html) = page(&format!("{}/health?refresh=1", served.url)).await;
    assert!(words(&html).contains("1 score was computed anew."), "{}", words(&html));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_be_shown_says_what_is_wrong() {
    let served = World::with(&[account("Dock")], |_| {}).await.served().await;
    for (query, says) in [
        ("renewing=soon", "“soon” is no number of days"),
        ("chance=maybe", "“maybe” is no likelihood"),
        ("order=colour", "“colour” is no order"),
        ("renewing=3&trial=3", "choose one of them"),
    ] {
        let (status, html) = page(&format!("{}/health?{query}", served.url)).await;
        assert!(status == 422 && words(&html).contains(says), "{query}: {html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pipeline_is_a_board_and_a_table_of_what_is_open() {
    let mut records = vec![account("Dock"), account("Yard")];
    for number in 0..10 {
        let mut open = deal(&format!("d{number}"), "Dock", "open", 10_000 + number);
        open["stage"] = json!("Legal");
        open["url"] = json!(format!("https://crm.example/{number}"));
        records.push(open);
    }
    records.push(deal("bare", "Yard", "open", 90_000));
    let mut won = deal("won", "Yard", "won", 70_000);
    won["closed_at"] = json!("2026-06-01T09:00:00Z");
    records.push(won);
    let served = World::with(&records, |_| {}).await.served().await;
    let (status, html) = page(&format!("{}/pipeline", served.url)).await;
    assert_eq!(status, 200);
    let text = words(&html);
    for words in ["Legal", "No stage", "2 more in Legal", "€900", "1 deals in the last 90 days"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(html.contains("href=\"https://crm.example/9\""), "the stage is changed where it is kept");
    assert_eq!(html.matches("class=\"deal\"").count(), 8 + 1);
    let (_, legal) = page(&format!("{}/pipeline?stage=Legal", served.url)).await;
    assert_eq!(legal.matches("<th scope=\"row\">").count(), 10);
    let (_, none) = page(&format!("{}/pipeline?stage=", served.url)).await;
    assert_eq!(none.matches("<th scope=\"row\">").count(), 1, "deals without a stage have a list of their own");

    for order in ["value", "stage", "account"] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let list = served.get(&format!("/api/deals?order={order}&limit=3{after}")).await;
            let ids = list["deals"].as_array().unwrap().iter().map(|deal| deal["id"].as_str().unwrap().to_owned());
            seen.extend(ids);
            match list["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!((seen.len(), seen.contains(&"won".to_owned())), (11, false), "{order}: {seen:?}");
        assert!(order == "account" || seen[0] == "bare", "{order}: {seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_gives_a_section_page_by_page_with_its_figures() {
    let mut records = Vec::new();
    for (number, name) in ["Dock", "Yard", "Lock", "Quay", "Pier"].into_iter().enumerate() {
        records.push(account(name));
        records.push(contract(name, name, "trialing", (100_000 * (number as u64 + 1), "EUR"), "2026-09-18"));
    }
    let served = World::with(&records, |_| {}).await.served().await;
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let list = served.get(&format!("/api/sections/convert?order=value&limit=2{after}")).await;
        assert_eq!((&list["matched"], &list["figures"]["candidates"]), (&json!(5), &json!(5)));
        seen.extend(list["accounts"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()));
        match list["next"].as_u64() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["Pier", "Quay", "Lock", "Yard", "Dock"]);
    let list = served.get("/api/sections/convert").await;
    let of = |list: &Value, name: &str| list["figures"][name][0]["minor"].as_i64().unwrap();
    let sum: i64 =
        list["accounts"].as_array().unwrap().iter().map(|one| one["expected"][0]["minor"].as_i64().unwrap()).sum();
    assert_eq!((of(&list, "offered"), of(&list, "expected")), (1_500_000, sum));
    for (path, status, says) in [
        ("nowhere", 404, "there is no section"),
        ("health?order=colour", 422, "is not an order"),
        ("convert?chance=maybe", 422, "is not a chance"),
        ("health?after=20000", 422, "narrow it down"),
    ] {
        let (got, problem) =
            Served::told(reqwest::Client::new().get(format!("{}/api/sections/{path}", served.url))).await;
        assert!(got == status && problem["detail"].as_str().unwrap().contains(says), "{path}: {problem}");
    }
}

#[tokio::test]
async fn the_list_of_all_accounts_is_read_to_its_end_page_by_page() {
    let url = demo().await;
    let list = async |query: &str| -> Value {
        reqwest::get(format!("{url}/api/accounts?order=name{query}")).await.unwrap().json().await.unwrap()
    };
    let names = |list: &Value| -> Vec<String> {
        list["accounts"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let all = list("").await;
    assert_eq!(all["next"], Value::Null);
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = list(&format!("&limit=7{after}")).await;
        seen.extend(names(&page));
        match page["next"].as_u64() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, names(&all));
}
