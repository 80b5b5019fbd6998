//! Questions over a set of accounts: sums, averages, shares and groups of all that match, and questions that go on from
//! the set of the answer before.

use serde_json::{Value, json};
use success_agent::domain::money::Money;
use success_agent::domain::tool::portfolio::{Billed, Grouping, Portfolio};

use crate::harness::world::World;

/// A brewery, a bakery and a dairy of Pia's, and a mill of Odo's; one pays in euros and one by the month.
async fn world() -> World {
    let account = |domain: &str, name: &str, owner: &str, segment: &str| {
        json!({"type": "account", "domain": domain, "name": name, "owner_email": format!("{owner}@team.example"),
               "segment": segment, "licensed_seats": 20})
    };
    let contract = |domain: &str, interval: &str, amount: u64, currency: &str, renews: &str| {
        json!({"type": "revenue_source", "id": format!("{domain}-contract"), "account": domain, "system": "stripe",
               "product": "Scales", "status": "active", "interval": interval, "amount_minor": amount,
               "currency": currency, "renews_on": renews})
    };
    let records: Vec<Value> = vec![
        account("brewery.example", "Larch Brewery", "pia", "smb"),
        account("bakery.example", "Rowan Bakery", "pia", "smb"),
        account("dairy.example", "Hazel Dairy", "pia", "enterprise"),
        account("mill.example", "Alder Mill", "odo", "enterprise"),
        contract("brewery.example", "year", 3_000_000, "USD", "2026-12-01"),
        contract("bakery.example", "month", 100_000, "USD", "2026-07-01"),
        contract("dairy.example", "year", 900_000, "EUR", "2026-08-01"),
        contract("mill.example", "year", 1_800_000, "USD", "2027-02-01"),
    ];
    World::with(&records, |_| {}).await
}

#[tokio::test]
async fn sums_are_of_all_that_match_and_never_of_two_currencies() {
    let world = world().await;
    let wanted = Portfolio { sum: Some(Grouping::Together), limit: Some(1), ..Portfolio::default() };
    let view = world.app.accounts(wanted.clone()).await.unwrap();
    let [sum] = view.sums.as_slice() else { panic!("{:?}", view.sums) };
    assert_eq!((view.rows.len(), sum.accounts, sum.seats), (1, 4, 80));
    let [euros, dollars] = sum.arr.as_slice() else { panic!("{sum:?}") };
    assert_eq!((&euros.total, euros.accounts), (&Money::new(900_000, "EUR"), 1));
    assert_eq!((&dollars.total, &dollars.mean), (&Money::new(6_000_000, "USD"), &Money::new(2_000_000, "USD")));

    let by_owner = Portfolio { sum: Some(Grouping::Owner), currency: Some("USD".to_owned()), ..Portfolio::default() };
    let view = world.app.accounts(by_owner).await.unwrap();
    let groups: Vec<_> =
        view.sums.iter().map(|sum| (sum.group.as_str(), sum.accounts, sum.arr[0].total.minor)).collect();
    assert_eq!(groups, [("Pia", 2, 4_200_000), ("Odo", 1, 1_800_000)]);
    assert_eq!(view.arr, [Money::new(6_000_000, "USD")]);

    let monthly = Portfolio { billed: Some(Billed::Monthly), ..Portfolio::default() };
    let view = world.app.accounts(monthly).await.unwrap();
    assert_eq!(view.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Rowan Bakery"]);
}

#[tokio::test]
async fn a_question_goes_on_from_the_set_of_the_answer_before() {
    let world = world().await.served().await;
    let opening = |answer: &Value| answer["answer"].as_str().unwrap().lines().next().unwrap().to_owned();
    let first = world.ask("otto", "What is the average ARR in dollars of our accounts?", None).await;
    assert!(opening(&first).contains("$20,000"), "{first}");
    let conversation = first["conversation"].as_str().unwrap().to_owned();
    let go_on = async |question: &str| opening(&world.ask("otto", question, Some(&conversation)).await);

    let said = go_on("Which of those renew this year?").await;
    assert!(said.contains("Rowan Bakery (July 1)") && said.contains("Larch Brewery (December 1)"), "{said}");
    assert!(!said.contains("Alder Mill") && !said.contains("Hazel Dairy"), "{said}");
    let said = go_on("and how much of that is enterprise?").await;
    assert!(said.contains("0%") && said.contains("$42,000"), "{said}");
    let said = go_on("Which of our accounts pay monthly? Only names.").await;
    assert_eq!(said.trim_end_matches(" [1]"), "**Rowan Bakery**");
}

#[tokio::test]
async fn a_share_is_told_with_both_its_sides() {
    let world = world().await.served().await;
    let answer = world.ask("otto", "What share of our dollar ARR is Alder Mill?", None).await;
    let text = answer["answer"].as_str().unwrap();
    assert!(text.starts_with("**30%: $18,000 of $60,000"), "{text}");
    assert!(answer["checks"]["corrections"].as_array().is_none_or(Vec::is_empty), "{answer}");
}
