//! What goes wrong in life: limits, cut connections, revoked keys, poisoned records, and a process that ends anywhere.

use serde_json::json;
use success_agent::domain::connection::Vendor;
use success_agent::domain::record::RecordKind;
use success_agent::sources::emulator::Fault;
use tokio_util::sync::CancellationToken;

use super::town::{Town, customers};
use crate::harness::dice::Dice;

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_said_with_what_to_do_and_clears_itself() {
    let town = Town::of(&customers(2)).await;
    let attio = town.connect(Vendor::Attio).await;
    town.desk(Vendor::Attio).fail(Fault::Revoked, 1);
    town.sync(&attio).await;
    let failure = town.standing(&attio).await.failure.expect("it failed");
    assert!(failure.reason.contains("Attio does not take the key"), "{failure:?}");
    assert!(failure.remedy.contains("success-agent connect attio --again attio"), "{failure:?}");
    town.sync(&attio).await;
    let standing = town.standing(&attio).await;
    assert!(standing.failure.is_none() && standing.succeeded_at.is_some());
    assert_eq!(town.count(RecordKind::Deal).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_pause_that_is_asked_for_is_kept_and_is_no_failure() {
    let town = Town::of(&customers(2)).await;
    let posthog = town.connect(Vendor::PostHog).await;
    town.desk(Vendor::PostHog).fail(Fault::RateLimited { after: 300 }, 1);
    town.sync(&posthog).await;
    let standing = town.standing(&posthog).await;
    assert!(standing.failure.is_none() && standing.succeeded_at.is_none(), "{standing:?}");
    let seconds = standing.due_at.signed_duration_since(town.world.app.now().utc()).num_seconds();
    assert!((299..=300).contains(&seconds), "{seconds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_by_itself_is_waited_out() {
    let town = Town::of(&customers(2)).await;
    let attio = town.connect(Vendor::Attio).await;
    for fault in [Fault::ServerError, Fault::Cut, Fault::RateLimited { after: 0 }] {
        town.desk(Vendor::Attio).fail(fault, 1);
    }
    town.sync(&attio).await;
    assert!(town.standing(&attio).await.failure.is_none());
    assert_eq!(town.count(RecordKind::Deal).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_record_is_set_aside_and_the_rest_goes_on() {
    let town = Town::of(&customers(3)).await;
    let attio = town.connect(Vendor::Attio).await;
    let deal = town.desk(Vendor::Attio).tables().all("deals").next().unwrap().0.to_owned();
    town.desk(Vendor::Attio).change("deals", &deal, &json!({"values": "nothing of the kind"}));
    town.sync(&attio).await;
    assert_eq!(town.count(RecordKind::Deal).await, 2);
    let waiting = town.world.app.waiting_items().await.unwrap();
    assert!(waiting.len() == 1 && waiting[0].id == deal, "{waiting:?}");
    assert!(town.standing(&attio).await.failure.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_ends_anywhere_loses_and_doubles_nothing() {
    let records = customers(12);
    let whole = Town::of(&records).await;
    whole.all(&[Vendor::Attio, Vendor::PostHog]).await;
    let wanted = whole.everything().await;
    let town = Town::of(&records).await;
    let mut dice = Dice(20_260_615);
    let stop = CancellationToken::new();
    for vendor in [Vendor::Attio, Vendor::PostHog] {
        let connection = town.connect(vendor).await;
        for _ in 0..60 {
            // Dropped wherever it is, as by kill -9.
            let patience = std::time::Duration::from_millis(dice.below(60) + 1);
            let _ = tokio::time::timeout(patience, town.world.app.sync(connection.id, &stop)).await;
            if dice.below(4) == 0 {
                town.desk(vendor).fail(Fault::Cut, 1);
            }
        }
        town.sync(&connection).await;
        town.sync(&connection).await;
    }
    assert_eq!(town.everything().await, wanted);
}
