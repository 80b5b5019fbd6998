//! Which company is which account: what is certain is settled, what is not waits for a person.

use serde_json::json;
use success_agent::domain::action::AuditQuery;
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::connection::Vendor;
use success_agent::domain::record::RecordKind;

use super::town::{Town, account, customers};

fn ona() -> Actor {
    Actor::new("ona@ours.example", Surface::Cli)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_that_are_one_company_become_one_and_can_part_again() {
    let town = Town::of(&customers(2)).await;
    let attio = town.connect(Vendor::Attio).await;
    town.sync(&attio).await;
    let posthog = town.connect(Vendor::PostHog).await;
    town.sync(&posthog).await;
    town.world.app.merge_accounts("quarz1.example", "quarz0.example", &ona()).await.unwrap();
    town.sync(&attio).await;
    assert_eq!(town.accounts().await, ["quarz0.example"]);
    let store = town.world.app.store();
    let data = store.account_data(town.world.app.workspace(), "quarz0.example").await.unwrap();
    assert_eq!(data.deals.len(), 2, "the deals of both");
    let newest = AuditQuery { limit: 10, ..AuditQuery::default() };
    let audit = store.audit(town.world.app.workspace(), &newest);
    assert!(audit.await.unwrap().iter().any(|entry| entry.action == "merge_accounts"));
    // What comes in for the old domain lands with the account.
    town.world
        .import(&[
            json!({"type": "note", "id": "n1", "account": "quarz1.example", "written_at": "2026-06-10T08:00:00Z",
        "author": "Ona", "text": "Met them."}),
        ])
        .await;
    assert_eq!(town.accounts().await, ["quarz0.example"]);
    town.world.app.split_account("quarz1.example").await.unwrap();
    town.sync(&attio).await;
    town.sync(&posthog).await;
    assert_eq!(town.accounts().await, ["quarz0.example", "quarz1.example"]);
    let data = store.account_data(town.world.app.workspace(), "quarz1.example").await.unwrap();
    assert_eq!(data.deals.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_without_a_domain_waits_and_is_settled_by_a_persons_word() {
    let town = Town::of(&customers(1)).await;
    let attio = town.connect(Vendor::Attio).await;
    let company = town.desk(Vendor::Attio).tables().all("companies").next().unwrap().0.to_owned();
    town.desk(Vendor::Attio).change("companies", &company, &json!({"values": {"domains": []}}));
    town.world.import(&[account("fjell.example", "Fjell")]).await;
    town.sync(&attio).await;
    assert_eq!(town.accounts().await, ["fjell.example"]);
    let waiting = town.world.app.waiting_items().await.unwrap();
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert!(waiting[0].reason.contains("Quarz 0") && waiting[0].reason.contains("domain"), "{waiting:?}");
    assert_eq!(town.count(RecordKind::Deal).await, 0);
    town.world.app.confirm_company("attio", &waiting[0].id, "fjell.example").await.unwrap();
    town.sync(&attio).await;
    assert!(town.world.app.waiting_items().await.unwrap().is_empty());
    assert_eq!(town.count(RecordKind::Deal).await, 1, "what belongs to the company came along");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_that_names_two_accounts_asks_and_merges_nothing() {
    let town = Town::beside(&[account("a.example", "A"), account("b.example", "B")], &customers(1)).await;
    let attio = town.connect(Vendor::Attio).await;
    let company = town.desk(Vendor::Attio).tables().all("companies").next().unwrap().0.to_owned();
    let domains = json!([{"domain": "a.example", "root_domain": "a.example", "attribute_type": "domain"},
        {"domain": "b.example", "root_domain": "b.example", "attribute_type": "domain"}]);
    town.desk(Vendor::Attio).change("companies", &company, &json!({"values": {"domains": domains}}));
    town.sync(&attio).await;
    assert_eq!(town.accounts().await, ["a.example", "b.example"]);
    let waiting = town.world.app.waiting_items().await.unwrap();
    assert!(waiting.len() == 1 && waiting[0].reason.contains("merge them"), "{waiting:?}");
    assert_eq!(town.count(RecordKind::Deal).await, 1, "the rest is not held up");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_of_another_account_is_refused_with_the_way_to_merge() {
    let town = Town::beside(&[account("a.example", "A"), account("b.example", "B")], &[]).await;
    let refused = town.world.app.alias_account("b.example", "a.example", &ona()).await.unwrap_err().to_string();
    assert!(refused.contains("accounts merge b.example a.example"), "{refused}");
    town.world.app.alias_account("c.example", "a.example", &ona()).await.unwrap();
    let aliases = town.world.app.account_aliases(Some("a.example")).await.unwrap();
    assert_eq!(
        (aliases.len(), aliases[0].domain.as_str(), aliases[0].by.as_str()),
        (1, "c.example", "ona@ours.example")
    );
}
