//! Alerts: what begins sharply is said once in each place, not too often, and not again while it lasts.

use serde_json::{Value, json};
use success_agent::app::{DigestWanted, Origin};
use success_agent::config::Config;
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::digest::Digest;
use success_agent::domain::task::Task;
use success_agent::jobs::Bench;
use tokio_util::sync::CancellationToken;

use crate::harness::hands::Hands;
use crate::harness::mail_server::{MailServer, Manner};
use crate::harness::world::{NOW, World};

const LENA: &str = "lena@team.example";

struct Lived {
    world: World,
    mail: MailServer,
    hands: Hands,
}

fn account(domain: &str, name: &str) -> Value {
    json!({"type": "account", "domain": domain, "name": name, "owner_email": LENA})
}

fn contract(domain: &str, amount: u64) -> Value {
    json!({"type": "revenue_source", "id": format!("contract-{domain}"), "account": domain, "system": "stripe",
        "product": "Platform", "status": "active", "interval": "year", "amount_minor": amount, "currency": "USD",
        "starts_on": "2025-07-01", "renews_on": "2027-03-01"})
}

fn signal(id: &str, domain: &str, kind: &str, at: &str) -> Value {
    json!({"type": "signal", "id": id, "account": domain, "kind": kind, "occurred_at": at, "text": "Nobody can log in"})
}

fn failed(id: &str, domain: &str, at: &str) -> Value {
    json!({"type": "payment_event", "id": id, "account": domain, "occurred_at": at, "kind": "failed",
        "amount_minor": 70_000, "currency": "USD"})
}

impl Lived {
    /// Lena's large account and her small one, and one of somebody else.
    async fn new() -> Self {
        let hands = Hands::at(NOW.parse().unwrap());
        let mail = MailServer::start(Manner::Takes).await;
        let mut records = vec![
            account("acme.com", "Acme"),
            contract("acme.com", 9_000_000),
            account("bolt.io", "Bolt"),
            contract("bolt.io", 300_000),
            contract("crane.dev", 9_000_000),
        ];
        records.insert(
            4,
            json!({"type": "account", "domain": "crane.dev", "name": "Crane", "owner_email": "mina@team.example"}),
        );
        // What is there from the start is no news.
        records.push(signal("old", "acme.com", "complaint", "2026-06-01T09:00:00Z"));
        let set = |config: &mut Config| {
            config.clock = hands.clock();
            config.mail = Some(mail.config());
        };
        let world = World::with(&records, set).await;
        Self { world, mail, hands }
    }

    async fn digest(&self, to: &str, alerts: Option<bool>) -> Digest {
        let origin = Origin { by: Actor::new(LENA, Surface::Cli), request: None, typed: None };
        let wanted = DigestWanted {
            to: Some(to.to_owned()),
            schedule: Some("Mondays 8:30".to_owned()),
            owner: Some(LENA.to_owned()),
            name: Some(format!("{to} {alerts:?}")),
            alerts,
            ..DigestWanted::default()
        };
        self.world.app.add_digest(&wanted, &origin).await.unwrap()
    }

    async fn pass(&self, hours: i64) {
        self.hands.pass(hours);
        while self.world.app.refresh_some_states().await.unwrap() {}
    }

    /// What the workers do; gives the alerts that were mailed so far, without their heads.
    async fn said(&self) -> Vec<String> {
        let bench = Bench { app: self.world.app.clone(), slack: None, stop: CancellationToken::new() };
        let task = Task::SendAlerts { workspace: self.world.app.workspace() };
        Box::pin(bench.perform(&task, false)).await.unwrap();
        let alert = |message: &String| message.contains("Subject: Alert");
        self.mail.messages().into_iter().filter(alert).collect()
    }

    async fn waits(&self) -> bool {
        self.world.app.tasks().await.unwrap().iter().any(|queued| queued.task.name() == "send_alerts")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_begins_sharply_is_said_once_to_whoever_gets_a_digest_on_it() {
    let lived = Lived::new().await;
    lived.digest("mail:lena@team.example", None).await;
    lived.digest("mail:quiet@team.example", Some(false)).await;
    assert!(lived.said().await.is_empty() && !lived.waits().await, "what was there is no news");

    lived
        .world
        .import(&[
            failed("p-1", "acme.com", "2026-06-15T10:00:00Z"),
            failed("p-2", "bolt.io", "2026-06-15T10:00:00Z"),
            signal("s-1", "crane.dev", "escalation", "2026-06-15T10:00:00Z"),
        ])
        .await;
    assert!(lived.waits().await, "it is written down with the change");
    let said = lived.said().await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("To: lena@team.example") && said[0].contains("Acme"), "{}", said[0]);
    assert!(
        !said[0].contains("Bolt") && !said[0].contains("Crane"),
        "a small account, and somebody else's: {}",
        said[0]
    );

    // It lasts, and is tried again: no news.
    lived.pass(20).await;
    lived.world.import(&[failed("p-3", "acme.com", "2026-06-16T07:00:00Z")]).await;
    assert_eq!(lived.said().await.len(), 1);
    let listed = lived.world.app.alerts().await.unwrap();
    assert_eq!(listed.iter().filter(|alert| alert.domain == "acme.com").count(), 1);

    // It is paid, and fails anew.
    lived
        .world
        .import(&[json!({"type": "payment_event", "id": "p-4", "account": "acme.com",
        "occurred_at": "2026-06-16T08:00:00Z", "kind": "paid", "amount_minor": 70_000, "currency": "USD"})])
        .await;
    let listed = lived.world.app.alerts().await.unwrap();
    assert!(listed.iter().any(|alert| alert.domain == "acme.com" && alert.cleared_at.is_some()), "{listed:?}");
    lived.pass(30).await;
    lived.world.import(&[failed("p-5", "acme.com", "2026-06-17T10:00:00Z")]).await;
    assert_eq!(lived.said().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fall_within_days_is_said_with_what_weighs_most_and_other_weights_are_no_fall() {
    let lived = Lived::new().await;
    lived.digest("mail:lena@team.example", None).await;
    let origin = Origin { by: Actor::new(LENA, Surface::Cli), request: None, typed: None };
    let harsher = json!({"base": 50});
    let app = &lived.world.app;
    app.set_health(Some(&harsher), None, None, &origin, success_agent::app::Console::Local).await.unwrap();
    lived.pass(1).await;
    assert!(lived.said().await.is_empty(), "nobody at the customer's did anything");
    app.set_health(None, None, None, &origin, success_agent::app::Console::Local).await.unwrap();
    lived.pass(200).await;
    lived.world.import(&[signal("c-1", "bolt.io", "churn_risk", "2026-06-23T09:00:00Z")]).await;
    lived.pass(24).await;
    lived
        .world
        .import(&[json!({"type": "signal", "id": "n-1", "account": "bolt.io", "kind": "nps", "score": 1,
        "occurred_at": "2026-06-24T09:00:00Z", "text": "No"})])
        .await;
    let said = lived.said().await;
    let last = said.last().unwrap();
    assert!(last.contains("Bolt") && last.contains("Fell ") && last.contains("within 7 days"), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_a_day_are_said_and_the_rest_is_left_to_the_digest() {
    let lived = Lived::new().await;
    lived.digest("mail:lena@team.example", None).await;
    for number in 0..8 {
        let at = format!("2026-06-15T1{}:00:00Z", number % 2);
        lived.world.import(&[signal(&format!("s-{number}"), "acme.com", "escalation", &at)]).await;
        lived.said().await;
    }
    assert_eq!(lived.said().await.len(), 5);
    lived.pass(48).await;
    lived.world.import(&[signal("s-9", "acme.com", "escalation", "2026-06-17T09:00:00Z")]).await;
    assert_eq!(lived.said().await.len(), 6, "the next day has room again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_does_not_arrive_stands_with_its_digest() {
    let lived = Lived::new().await;
    let digest = lived.digest("slack:#nowhere", None).await;
    lived.world.import(&[signal("s-1", "acme.com", "escalation", "2026-06-15T10:00:00Z")]).await;
    lived.said().await;
    let problem = lived.world.app.digest(&digest.id.to_string()).await.unwrap().problem.unwrap();
    assert!(problem.contains("Acme") && problem.contains("Slack is not configured"), "{problem}");
    lived.said().await;
    let page = lived.world.served().await;
    let shown = reqwest::get(format!("{}/digests", page.url)).await.unwrap().text().await.unwrap();
    assert!(shown.contains("Sharp moves of the last seven days") && shown.contains("Nobody can log in"), "{shown}");
}
