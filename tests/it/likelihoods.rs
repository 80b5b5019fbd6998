//! How likely an account is to buy, or to come back: asked in the chat, answered with the factors and their evidence.

use serde_json::{Value, json};

use crate::harness::world::{Served, World};

const LENA: &str = "lena@team.example";

fn account(domain: &str, name: &str) -> Value {
    json!({"type": "account", "domain": domain, "name": name, "owner_email": LENA, "licensed_seats": 20})
}

fn contract(domain: &str, status: &str, until: &str) -> Value {
    json!({"type": "revenue_source", "id": format!("contract-{domain}"), "account": domain, "system": "stripe",
        "product": "Looms", "status": status, "interval": "year", "amount_minor": 900_000, "currency": "EUR",
        "starts_on": "2025-06-01", "renews_on": until})
}

fn mail(domain: &str, at: &str, body: &str) -> Value {
    json!({"type": "email", "id": format!("mail-{domain}-{at}"), "account": domain, "sent_at": at,
        "from": format!("Ines Falk <ines@{domain}>"), "to": [LENA], "subject": "Looms", "body": body})
}

/// A trial in use, one nobody uses, an account that was lost for what has shipped since, and a customer.
async fn company() -> Served {
    let mut records = vec![
        account("wool.example", "Wool Works"),
        account("silk.example", "Silk Street"),
        account("flax.example", "Flax Yard"),
        account("hemp.example", "Hemp Hall"),
        contract("wool.example", "trialing", "2026-06-30"),
        contract("silk.example", "trialing", "2026-06-30"),
        contract("hemp.example", "active", "2026-12-01"),
        mail("wool.example", "2026-06-15T09:00:00Z", "We are weaving with it every day."),
        mail("silk.example", "2026-05-02T09:00:00Z", "We will have a look."),
        json!({"type": "deal", "id": "deal-flax", "account": "flax.example", "name": "Twenty looms", "stage": "Closed",
            "status": "lost", "value_minor": 1_800_000, "currency": "EUR", "lost_reason": "no dark mode",
            "closed_at": "2026-02-10T09:00:00Z"}),
        mail("flax.example", "2026-02-01T09:00:00Z", "Please add a dark mode to the pattern editor."),
        mail("flax.example", "2026-05-20T09:00:00Z", "How are things with you?"),
        json!({"type": "release", "id": "release-7", "version": "7", "title": "Dark mode", "shipped_at": "2026-05-01T09:00:00Z",
            "notes": "- Dark mode for the pattern editor"}),
    ];
    for day in 1..=16 {
        let usage = |domain: &str, users: u32| json!({"type": "usage", "account": domain, "day": format!("2026-06-{day:02}"), "active_users": users});
        records.extend([usage("wool.example", 15), usage("silk.example", 0)]);
    }
    World::with(&records, |_| {}).await.served().await
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_an_account_buys_or_comes_back_is_answered_with_the_factors_that_say_so() {
    let company = company().await;
    for (question, conclusion, because) in [
        ("How likely is Wool Works to convert?", "Wool Works is likely to convert", "15 of 20 seats"),
        ("will Silk Street buy?", "Silk Street is unlikely to convert", "Nobody uses the product"),
        ("What are the chances that Flax Yard comes back?", "Flax Yard is likely to come back", "(no dark mode)"),
        ("What are the chances that Flax Yard comes back?", "Flax Yard is likely to come back", "Shipped since"),
        ("Is Hemp Hall going to convert?", "No likelihood is told for Hemp Hall", "paying customer"),
        ("How is Flax Yard doing?", "Flax Yard is", "Likely to come back"),
    ] {
        let answer = company.ask(LENA, question, None).await;
        let text = answer["answer"].as_str().unwrap();
        assert!(text.trim_start_matches('*').starts_with(conclusion), "{question}: {text}");
        assert!(text.contains(because), "{question}: {text}");
        assert_eq!(answer["checks"]["corrections"], json!([]), "{text}");
        assert!(!answer["citations"].as_array().unwrap().is_empty(), "{question}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_an_account_shows_the_likelihood_where_there_is_one() {
    let company = company().await;
    let page = async |domain: &str| {
        let page = reqwest::get(format!("{}/accounts/{domain}", company.url)).await.unwrap();
        page.text().await.unwrap()
    };
    assert!(page("wool.example").await.contains("Likely to convert"));
    assert!(page("flax.example").await.contains("Likely to come back"));
    let customer = page("hemp.example").await;
    assert!(customer.contains("Hemp Hall") && !customer.contains("to convert"));
}
