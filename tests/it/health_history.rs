//! The history of a score: what is kept of it, what each receipt says, and what settings of one's own change.

use chrono::Days;
use serde_json::{Value, json};
use success_agent::app::{App, Console, Origin};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::health::{Cause, Level, MissingData, Refresh};
use success_agent::domain::tool::portfolio::Portfolio;
use success_agent::domain::tool::score::ScoreHistory;

use crate::harness::hands::Hands;
use crate::harness::world::{NOW, Served, World};

fn lena() -> Origin {
    Origin { by: Actor::new("lena@team.example", Surface::Cli), request: None, typed: None }
}

/// A clock that `set` moves, and the workspace that lives by it.
struct Lived {
    world: World,
    hands: Hands,
}

impl Lived {
    async fn with(records: &[Value]) -> Self {
        let hands = Hands::at(NOW.parse().unwrap());
        let world = World::with(records, |config| config.clock = hands.clock()).await;
        Self { world, hands }
    }

    /// Lets days pass, and has what is out of date computed, as the workers do each night.
    async fn pass(&self, days: i64) {
        self.hands.pass(24 * days);
        while self.world.app.refresh_some_states().await.unwrap() {}
    }

    async fn history(&self, account: &str) -> Vec<Refresh> {
        self.world.app.health_history(account, None).await.unwrap()
    }

    async fn last(&self, account: &str) -> Refresh {
        self.history(account).await.pop().unwrap()
    }

    fn today(&self) -> chrono::NaiveDate {
        self.world.app.now().day()
    }
}

fn account(domain: &str, name: &str) -> Value {
    json!({"type": "account", "domain": domain, "name": name, "owner_email": "lena@team.example", "licensed_seats": 50})
}

fn contract(domain: &str, renews: &str) -> Value {
    json!({"type": "revenue_source", "id": format!("contract-{domain}"), "account": domain, "system": "stripe",
        "product": "Platform", "status": "active", "interval": "year", "amount_minor": 4_000_000, "currency": "USD",
        "starts_on": "2025-07-01", "renews_on": renews})
}

fn usage(domain: &str, day: chrono::NaiveDate) -> Value {
    json!({"type": "usage", "account": domain, "day": day, "active_users": 40})
}

fn signal(id: &str, domain: &str, kind: &str, at: &str) -> Value {
    json!({"type": "signal", "id": id, "account": domain, "kind": kind, "occurred_at": at, "text": "Exports stop half way"})
}

fn company() -> Vec<Value> {
    let mut records = vec![
        account("acme.com", "Acme"),
        account("bolt.io", "Bolt"),
        contract("acme.com", "2027-03-01"),
        contract("bolt.io", "2027-03-01"),
        json!({"type": "email", "id": "e-1", "account": "acme.com", "sent_at": "2026-06-12T08:00:00Z",
            "from": "Ana Ruiz <ana@acme.com>", "to": ["lena@team.example"], "subject": "Hello", "body": "All fine."}),
    ];
    let today: chrono::NaiveDate = "2026-06-15".parse().unwrap();
    records.extend((0..40).map(|ago| usage("acme.com", today - Days::new(ago))));
    records
}

/// The receipt in short: the causes with their points.
fn causes(refresh: &Refresh) -> Vec<(Cause, i32)> {
    let receipt = refresh.receipt.as_ref().unwrap();
    receipt.moves.iter().map(|moved| (moved.cause, moved.points)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moves_a_score_is_kept_with_its_cause_and_what_does_not_is_not() {
    let lived = Lived::with(&company()).await;
    let first = lived.history("acme.com").await;
    assert_eq!((first.len(), &first[0].receipt), (1, &None), "{first:?}");
    lived.pass(1).await;
    lived
        .world
        .import(&[json!({"type": "note", "id": "n-1", "account": "acme.com", "written_at": "2026-06-16T09:00:00Z",
        "author": "Lena", "text": "They moved."})])
        .await;
    assert_eq!(lived.history("acme.com").await.len(), 1, "nothing moved");

    lived.world.import(&[signal("s-1", "acme.com", "escalation", "2026-06-16T10:00:00Z")]).await;
    let escalated = lived.last("acme.com").await;
    let receipt = escalated.receipt.clone().unwrap();
    assert_eq!(receipt.moves.len(), 1, "{receipt:?}");
    assert_eq!((receipt.moves[0].cause, receipt.moves[0].records[0].id.as_str()), (Cause::Data, "s-1"));
    assert_eq!(receipt.before.score, first[0].health.score);
    assert_eq!(lived.history("bolt.io").await.len(), 1, "another account's");

    // Usage stops coming; after eleven days nothing can be told from it.
    lived.pass(12).await;
    let blind = lived.last("acme.com").await;
    assert!(blind.health.missing.contains(&MissingData::Usage));
    let lost = Cause::Lost(MissingData::Usage);
    assert!(causes(&blind).iter().any(|(cause, points)| *cause == lost && *points < 0), "{blind:?}");
    let today = lived.today();
    lived.world.import(&[usage("acme.com", today)]).await;
    let seen = lived.last("acme.com").await;
    assert!(causes(&seen).iter().any(|(cause, _)| *cause == Cause::Back(MissingData::Usage)), "{seen:?}");

    // Nobody writes any more.
    lived.pass(60).await;
    let silent = lived.last("acme.com").await;
    assert!(causes(&silent).iter().any(|(cause, points)| *cause == Cause::Time && *points != 0), "{silent:?}");

    let history = lived.history("acme.com").await;
    for pair in history.windows(2) {
        let receipt = pair[1].receipt.as_ref().unwrap();
        assert_eq!(receipt.before.score, pair[0].health.score);
        let moved: i32 = receipt.moves.iter().map(|moved| moved.points).sum();
        assert_eq!(pair[0].health.score.cast_signed() + moved + receipt.bounds, pair[1].health.score.cast_signed());
    }
    let now = lived.world.app.look_up(Portfolio::default()).await.unwrap();
    let acme = now.rows.iter().find(|row| row.domain == "acme.com").unwrap();
    assert_eq!(acme.score, history.last().unwrap().health.score, "the list says what the history says");
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_score_moved_is_told_from_receipts_once_there_are_any_and_replayed_before() {
    let lived = Lived::with(&company()).await;
    let ask = |since: Option<chrono::NaiveDate>| {
        let app = lived.world.app.clone();
        async move { app.look_up(ScoreHistory { account: "acme.com".to_owned(), since, until: None }).await.unwrap() }
    };
    let replayed = ask(None).await;
    assert!(replayed.replayed && replayed.causes.is_empty() && replayed.points.len() > 10);

    lived.pass(10).await;
    let begin = lived.today();
    lived.world.import(&[signal("s-1", "acme.com", "churn_risk", "2026-06-25T09:00:00Z")]).await;
    let app = &lived.world.app;
    let stricter = json!({"voice": {"churn_risk": 30, "churn_risk_cap": 40}});
    app.set_health(Some(&stricter), None, Some("after the review"), &lena(), Console::Local).await.unwrap();
    lived.pass(1).await;
    let kept = ask(Some(begin - Days::new(1))).await;
    assert!(!kept.replayed, "{kept:?}");
    let by = |words: &str| kept.causes.iter().find(|cause| cause.cause.contains(words)).map(|cause| cause.points);
    assert!(by("records").unwrap() < 0 && by("weights").unwrap() < 0, "{:?}", kept.causes);
    let (first, last) = (kept.points.first().unwrap().score, kept.points.last().unwrap().score);
    let moved: i32 = kept.causes.iter().map(|cause| cause.points).sum();
    assert_eq!(first.cast_signed() + moved, last.cast_signed(), "{kept:?}");
    assert!(kept.moves.iter().any(|moved| moved.why.iter().any(|why| why.contains("Exports stop half way"))));

    let served = lived.world.served().await;
    let answer = served.ask("lena@team.example", "How did the score of Acme change since yesterday?", None).await;
    let text = answer["answer"].as_str().unwrap();
    assert!(text.contains("changed weights or thresholds") && text.contains("By cause"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_previewed_checked_set_once_and_hold_at_once() {
    let world = World::with(&company(), |_| {}).await;
    let app = &world.app;
    let row = async |app: &App| {
        let found = app.look_up(Portfolio::default()).await.unwrap();
        found.rows.into_iter().find(|row| row.domain == "acme.com").unwrap()
    };
    let before = row(app).await;
    assert_eq!(before.level, Level::Healthy);
    let harsh = json!({"healthy_from": 99, "critical_below": 98});
    let preview = app.preview_health(&harsh).await.unwrap();
    assert_eq!((preview.looked_at, preview.moved, preview.switched), (2, 2, 2), "{preview:?}");
    assert_eq!(preview.switches[0].after.level, Level::Critical);
    assert_eq!(row(app).await.level, Level::Healthy, "nothing was set");

    let wrong = app.preview_health(&json!({"usage": {"nonne": 4}})).await.unwrap_err().to_string();
    assert!(wrong.contains("there is no `usage.nonne`"), "{wrong}");
    let set = app.set_health(Some(&harsh), Some(0), Some("trial"), &lena(), Console::Local).await.unwrap();
    assert_eq!((set.version, set.history[0].by.as_str()), (1, "lena@team.example"));
    assert_eq!(row(app).await.level, Level::Critical, "the next question is answered by them");
    let late = app.set_health(None, Some(0), None, &lena(), Console::Local).await.unwrap_err().to_string();
    assert!(late.contains("Somebody else changed these settings"), "{late}");
    app.set_health(None, Some(1), None, &lena(), Console::Local).await.unwrap();
    assert_eq!(row(app).await.score, before.score);

    app.put_person("omar@team.example", None, Some(success_agent::domain::person::Role::Csm)).await.unwrap();
    let omar = Origin { by: Actor::new("omar@team.example", Surface::Chat), request: None, typed: None };
    let refused = app.set_health(Some(&harsh), None, None, &omar, Console::LoggedIn).await.unwrap_err().to_string();
    assert!(refused.contains("may not change how accounts are scored"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owners_rating_stands_beside_the_score_and_moves_nothing() {
    let world = World::with(&company(), |_| {}).await;
    let score = world.app.health_history("acme.com", None).await.unwrap().pop().unwrap().health.score;
    let served = world.served().await;
    let rate = |body: Value| Served::told(served.post("lena@team.example", "/api/accounts/acme.com/rating", &body));
    let (status, kept) = rate(json!({"rating": 2, "note": "Their new lead wants another tool"})).await;
    assert_eq!((status, &kept["by"]), (200, &json!("lena@team.example")), "{kept}");
    let (status, wrong) = rate(json!({"rating": 6})).await;
    assert_eq!(status, 422, "{wrong}");
    assert!(wrong.to_string().contains("1 (in trouble) to 5"), "{wrong}");
    let answer = served.ask("lena@team.example", "How is Acme doing?", None).await;
    let text = answer["answer"].as_str().unwrap();
    assert!(text.contains("rates it 2 of 5") && text.contains("another tool"), "{text}");
    let history = served.get("/api/accounts/acme.com/health").await;
    assert_eq!(history["refreshes"].as_array().unwrap().len(), 1, "{history}");
    assert_eq!(history["refreshes"][0]["mark"]["score"], score);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_whose_score_and_money_disagree_are_a_list_of_their_own() {
    let mut records = company();
    records.extend(
        ["2026-06-10", "2026-06-11", "2026-06-12"]
            .map(|day| signal(&format!("praise-{day}"), "acme.com", "praise", &format!("{day}T09:00:00Z"))),
    );
    records.push(json!({"type": "signal", "id": "nps", "account": "acme.com", "kind": "nps", "score": 10,
        "occurred_at": "2026-06-12T10:00:00Z", "text": "Fine"}));
    records.push(
        json!({"type": "payment_event", "id": "p-1", "account": "acme.com", "occurred_at": "2026-06-14T09:00:00Z",
        "kind": "failed", "amount_minor": 1000, "currency": "USD"}),
    );
    let world = World::with(&records, |_| {}).await;
    let wanted = Portfolio { disagrees: true, ..Portfolio::default() };
    let found = world.app.look_up(wanted).await.unwrap();
    let names: Vec<&str> = found.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Acme"], "{found:?}");
    assert!(found.rows[0].reasons[0].contains("but a payment failed"), "{:?}", found.rows[0].reasons);
    let served = world.served().await;
    let answer = served.ask("lena@team.example", "Where do health scores contradict the revenue?", None).await;
    let text = answer["answer"].as_str().unwrap();
    assert!(text.contains("Acme") && !text.contains("Bolt") && text.contains("a payment failed"), "{text}");
}
