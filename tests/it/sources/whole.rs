//! A workspace that fills itself: what the systems hold comes in, once, and follows them.

use success_agent::domain::connection::Vendor;
use success_agent::domain::record::RecordKind;

use super::town::{Town, account, customers};

const CRM: [Vendor; 4] = [Vendor::Attio, Vendor::HubSpot, Vendor::PostHog, Vendor::GitHub];

#[tokio::test(flavor = "multi_thread")]
async fn what_the_systems_hold_is_the_workspace_that_was_imported() {
    let records = customers(5);
    let town = Town::of(&records).await;
    town.all(&CRM).await;
    let imported = Town::beside(&records, &[]).await;
    let (synced, imported) = (town.everything().await, imported.everything().await);
    // Identifiers are the systems' own.
    let plain = |lines: Vec<String>| -> Vec<String> {
        let id = regex_lite(&lines);
        let mut lines: Vec<String> = id;
        lines.sort();
        lines
    };
    assert_eq!(plain(synced), plain(imported));
}

/// The lines without what systems number and address themselves.
fn regex_lite(lines: &[String]) -> Vec<String> {
    let without = |line: &String| {
        let mut text = line.clone();
        for field in ["id: \"", "url: Some(\"", "url: "] {
            while let Some(at) = text.find(field) {
                let end = text[at + field.len()..].find([',', '}']).map_or(text.len(), |end| at + field.len() + end);
                text.replace_range(at..end, "");
            }
        }
        text
    };
    lines.iter().map(without).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sync_with_nothing_new_changes_nothing() {
    let town = Town::of(&customers(4)).await;
    let connections = town.all(&CRM).await;
    let before = town.everything().await;
    for connection in &connections {
        let requests = town.desk(connection.vendor).requests();
        let synced = town.sync(connection).await;
        assert_eq!(synced.counted.changed, 0, "{}", connection.prefix);
        let asked = town.desk(connection.vendor).requests() - requests;
        assert!(asked <= 8, "{} took {asked} requests", connection.prefix);
    }
    assert_eq!(town.everything().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_moves_or_goes_away_there_does_so_here() {
    let town = Town::of(&customers(3)).await;
    let attio = town.connect(Vendor::Attio).await;
    town.sync(&attio).await;
    assert_eq!(town.count(RecordKind::Deal).await, 3);
    let deal = town.desk(Vendor::Attio).tables().all("deals").next().unwrap().0.to_owned();
    town.desk(Vendor::Attio).delete("deals", &deal);
    // A list that is paged by offset leaves one out now and then: once is not enough.
    town.sync(&attio).await;
    assert_eq!(town.count(RecordKind::Deal).await, 3);
    town.sync(&attio).await;
    assert_eq!(town.count(RecordKind::Deal).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_only_adds_waits_for_the_account_and_then_adds() {
    let town = Town::of(&customers(2)).await;
    let hubspot = town.connect(Vendor::HubSpot).await;
    town.sync(&hubspot).await;
    assert!(town.accounts().await.is_empty());
    town.world.import(&[account("quarz0.example", "Quarz by hand")]).await;
    town.sync(&hubspot).await;
    assert_eq!(town.accounts().await, ["quarz0.example"]);
    let account = town.world.app.store().accounts(town.world.app.workspace()).await.unwrap().remove(0);
    assert_eq!(account.record.attributes["plan"], "gold", "what the file said stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_keeps_the_records_unless_they_are_to_be_forgotten() {
    let town = Town::of(&customers(2)).await;
    let attio = town.connect(Vendor::Attio).await;
    town.sync(&attio).await;
    town.world.app.disconnect("attio", false).await.unwrap();
    assert_eq!(town.count(RecordKind::Deal).await, 2);
    let again = town.connect(Vendor::Attio).await;
    town.sync(&again).await;
    assert_eq!(town.count(RecordKind::Deal).await, 2, "the same deals, not others");
    town.world.app.disconnect("attio", true).await.unwrap();
    assert_eq!(town.count(RecordKind::Deal).await, 0);
    assert!(town.world.app.connection_called("attio").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_the_last_weeks_can_be_read_once_more() {
    let town = Town::of(&customers(2)).await;
    let attio = town.connect(Vendor::Attio).await;
    town.sync(&attio).await;
    let before = town.everything().await;
    let made = town.world.app.store().items_made(town.world.app.workspace(), attio.id, "deals", 10).await.unwrap();
    let records: Vec<_> = made.into_iter().flat_map(|(_, made)| made).collect();
    town.world.app.store().take_away(town.world.app.workspace(), &records).await.unwrap();
    assert_eq!(town.count(RecordKind::Deal).await, 0);
    assert!(town.world.app.remap("attio").await.unwrap() > 0);
    assert_eq!(town.everything().await, before);
}
