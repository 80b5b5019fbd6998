//! The ledger of contracts: its page, its API and its export.

use serde_json::{Value, json};

use super::hub::{page, words};
use super::sections::{account, contract, figures};
use crate::harness::world::{Served, World};

fn held_by(system: &str, product: &str, mut contract: Value) -> Value {
    contract["system"] = json!(system);
    contract["product"] = json!(product);
    contract
}

/// Three accounts: one whose contracts two systems hold, one that owes, one that left.
fn ledger() -> Vec<Value> {
    let euros = |minor| (minor, "EUR");
    vec![
        account("Dock"),
        account("Yard"),
        account("Lock"),
        held_by("salesbricks", "Cranes", contract("a1", "Dock", "active", euros(120_000), "2026-07-01")),
        held_by("stripe", "cranes ", contract("a2", "Dock", "active", euros(120_000), "2026-07-01")),
        held_by("salesbricks", "Belts", contract("a3", "Dock", "active", euros(60_000), "2026-12-01")),
        held_by("stripe", "Belts", contract("a4", "Dock", "active", euros(50_000), "2026-12-01")),
        contract("b1", "Yard", "past_due", (200_000, "USD"), "2026-05-01"),
        contract("c1", "Lock", "expired", euros(900_000), "2025-07-01"),
        json!({"type": "payment_event", "id": "p1", "account": "Yard.example", "occurred_at": "2026-06-01T09:00:00Z",
            "kind": "failed", "amount_minor": 200_000, "currency": "USD"}),
    ]
}

async fn served(records: &[Value]) -> Served {
    World::with(records, |_| {}).await.served().await
}

fn ids(list: &Value) -> Vec<&str> {
    list["contracts"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_are_found_by_status_payment_system_renewal_and_words() {
    let served = served(&ledger()).await;
    for (query, found) in [
        ("", vec!["c1", "b1", "a1", "a2", "a3", "a4"]),
        ("?status=expired,past_due", vec!["c1", "b1"]),
        ("?payment=past_due", vec!["b1"]),
        ("?system=salesbricks", vec!["a1", "a3"]),
        ("?renewing_within_days=30", vec!["a1", "a2"]),
        ("?overdue=true", vec!["b1"]),
        ("?q=belts", vec!["a3", "a4"]),
        ("?q=YARD", vec!["b1"]),
        ("?q=a4", vec!["a4"]),
        ("?reconciled=agrees", vec!["a1", "a2"]),
        ("?reconciled=differs", vec!["a3", "a4"]),
        ("?reconciled=only_here", vec!["b1"]),
        ("?order=account", vec!["a1", "a2", "a3", "a4", "c1", "b1"]),
    ] {
        assert_eq!(ids(&served.get(&format!("/api/contracts{query}")).await), found, "{query}");
    }
    for (query, says) in
        [("status=happy", "is not a status"), ("order=colour", "is not an order"), ("format=pdf", "is not a format")]
    {
        let (status, problem) =
            Served::told(reqwest::Client::new().get(format!("{}/api/contracts?{query}", served.url))).await;
        assert!(status == 422 && problem["detail"].as_str().unwrap().contains(says), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_is_read_to_its_end_page_by_page() {
    let served = served(&ledger()).await;
    for order in ["renewal", "account"] {
        let all = served.get(&format!("/api/contracts?order={order}")).await;
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = served.get(&format!("/api/contracts?order={order}&limit=2{after}")).await;
            seen.extend(ids(&page).into_iter().map(str::to_owned));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen, ids(&all), "{order}");
    }
    let gone = reqwest::Client::new().get(format!("{}/api/contracts?after=nobody", served.url));
    let (status, problem) = Served::told(gone).await;
    assert!(status == 404 && problem["detail"].as_str().unwrap().contains("begin with the first page"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_are_those_of_the_accounts_and_leave_out_what_people_left_out() {
    let served = served(&ledger()).await;
    let sum = async || {
        let list = served.get("/api/contracts").await;
        let arr = list["arr"].as_array().unwrap().iter().map(|arr| arr["text"].as_str().unwrap().to_owned());
        (arr.collect::<Vec<_>>(), list)
    };
    let (arr, list) = sum().await;
    assert_eq!(arr, ["€3,500", "$2,000"]);
    let accounts = served.get("/api/accounts").await;
    assert_eq!(accounts["arr"], list["arr"], "the ledger and the accounts say the same");
    assert_eq!(
        list["statuses"],
        json!([{"status": "active", "contracts": 4}, {"status": "past_due", "contracts": 1},
        {"status": "expired", "contracts": 1}])
    );
    let ignore = json!({"action": "ignore_revenue_source", "source": "a2", "ignored": true, "approve": true});
    let act = served.post("lena@team.example", "/api/accounts/Dock.example/actions", &ignore).send().await.unwrap();
    assert!(act.status().is_success());
    let (arr, list) = sum().await;
    assert_eq!((arr, &list["left_out"]), (vec!["€2,300".to_owned(), "$2,000".to_owned()], &json!(1)));
    let agrees = served.get("/api/contracts?reconciled=agrees").await;
    assert_eq!(ids(&agrees), Vec::<&str>::new(), "leaving one out settles it");
    assert_eq!(ids(&served.get("/api/contracts?reconciled=only_here").await), ["b1", "a1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_export_is_all_of_the_list_and_holds_no_formula() {
    let mut records = ledger();
    records.push(held_by(
        "manual",
        "=HYPERLINK(\"http://evil\")",
        contract("x1", "Yard", "active", (100, "EUR"), "2026-08-01"),
    ));
    // More than are read at once.
    records.extend(
        (0..600).map(|number| contract(&format!("n{number:03}"), "Lock", "canceled", (100, "EUR"), "2026-01-01")),
    );
    let served = served(&records).await;
    let response = reqwest::get(format!("{}/api/contracts?format=csv", served.url)).await.unwrap();
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert!(response.headers()["content-disposition"].to_str().unwrap().contains("contracts.csv"));
    let text = response.text().await.unwrap();
    let lines: Vec<&str> = text.split("\r\n").filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 1 + 600 + 7, "{}", &text[..500]);
    assert!(lines[0].starts_with("account,account_name,contract,"), "{}", lines[0]);
    assert!(text.contains("\"'=HYPERLINK(\"\"http://evil\"\")\""), "a formula is text");
    let row = lines.iter().find(|line| line.contains(",a3,")).unwrap();
    assert_eq!(
        *row,
        "dock.example,Dock,a3,Belts,salesbricks,active,year,600.00,EUR,600.00,50.00,,2025-07-01,2026-12-01,false,unknown,differs,false,healthy,"
    );
    let narrowed = reqwest::get(format!("{}/api/contracts?format=csv&status=expired", served.url)).await.unwrap();
    assert_eq!(narrowed.text().await.unwrap().lines().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_what_the_systems_say_and_who_was_routed_there() {
    let served = served(&ledger()).await;
    let route = json!({"action": "route_account", "section": "contracts", "reason": "they want to sign again", "approve": true});
    let act = served.post("lena@team.example", "/api/accounts/Yard.example/actions", &route).send().await.unwrap();
    assert!(act.status().is_success());
    let (status, html) = page(&format!("{}/contracts", served.url)).await;
    let text = words(&html);
    assert_eq!(status, 200);
    for words in [
        "Routed from Health",
        "they want to sign again",
        "Amounts differ",
        "Salesbricks €600, Stripe €500",
        "Same in both",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("2025-07-01") && !text.contains("\nExpired\ndid"), "what ended is not shown unasked");
    let figures = figures(&html);
    assert!(figures.iter().any(|(name, value, _)| name == "ARR" && value == "€3,500 + $2,000"), "{figures:?}");
    for (name, value, href) in figures {
        let (Some(href), Ok(count)) = (href, value.parse::<usize>()) else { continue };
        let (_, list) = page(&format!("{}{href}", served.url)).await;
        assert_eq!(list.matches("data-status=").count(), count, "{name}");
    }
    let (_, all) = page(&format!("{}/contracts?status=all", served.url)).await;
    assert!(all.contains("data-status=\"expired\""), "{all}");
    let (status, refused) = page(&format!("{}/contracts?status=happy", served.url)).await;
    assert!(status == 422 && words(&refused).contains("is not a status"), "{refused}");
}
