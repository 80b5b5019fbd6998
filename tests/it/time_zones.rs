//! Days are those of the workspace's time zone, wherever one is asked for, counted or shown.

use serde_json::{Value, json};
use success_agent::config::Config;
use success_agent::domain::record::RecordKind;
use success_agent::domain::time::{Clock, Window, Zone};

use crate::harness::world::World;

const DOMAIN: &str = "harrow.example";

/// The fifteenth of June in London, and early on the sixteenth in Brisbane.
const NOW: &str = "2026-06-15T20:00:00Z";

fn account() -> Value {
    json!({"type": "account", "domain": DOMAIN, "name": "Harrow", "owner_email": "lena@team.example",
        "contacts": [{"name": "Ines Falk", "email": "ines@harrow.example", "primary": true}]})
}

fn call(id: &str, at: &str, text: &str) -> Value {
    json!({"type": "call", "id": id, "account": DOMAIN, "title": "Weekly talk", "started_at": at, "duration_seconds": 600,
        "participants": [{"name": "Ines Falk", "side": "customer"},
                         {"name": "Lena Roth", "side": "team", "email": "lena@team.example"}],
        "transcript": [{"speaker": "Lena Roth", "text": text, "at_seconds": 4}]})
}

fn records() -> Vec<Value> {
    vec![
        account(),
        // Half past eight in the morning of the fifteenth in Brisbane.
        call("talk", "2026-06-14T22:30:00Z", "I will send you the list of blocked badges by tomorrow."),
        json!({"type": "revenue_source", "id": "r1", "account": DOMAIN, "system": "stripe", "product": "Badges",
            "status": "active", "interval": "year", "amount_minor": 900_000, "currency": "AUD", "starts_on": "2025-07-01",
            "renews_on": "2026-07-01"}),
    ]
}

fn in_zone(zone: &str) -> impl FnOnce(&mut Config) {
    let zone = Zone::named(zone).unwrap();
    move |config| config.clock = Clock::fixed(NOW.parse().unwrap()).in_zone(zone)
}

async fn due(world: &World) -> Vec<(String, Option<String>)> {
    let all = world.app.store().commitments(world.app.workspace(), DOMAIN, &Window::ALWAYS).await.unwrap();
    all.into_iter().map(|item| (item.occurred_at.day().to_string(), item.due.map(|day| day.to_string()))).collect()
}

fn on(day: &str) -> Window {
    Window { since: Some(day.parse().unwrap()), until: Some(day.parse().unwrap()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_counts_from_the_local_day_of_its_words() {
    let pair = |day: &str, due: &str| (day.to_owned(), Some(due.to_owned()));
    let world = World::with(&records(), in_zone("Australia/Brisbane")).await;
    assert_eq!(due(&world).await, [pair("2026-06-15", "2026-06-16")]);
    // The same words are told on another day where the workspace says that it is elsewhere.
    let world = world.in_zone("Europe/London").await;
    world.app.catch_up().await.unwrap();
    assert_eq!(due(&world).await, [pair("2026-06-14", "2026-06-15")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_a_day_is_asked_of_the_local_day() {
    let world = World::with(&records(), in_zone("Australia/Brisbane")).await;
    let store = world.app.store().clone();
    let (workspace, account) = (world.app.workspace(), DOMAIN);
    for (day, found) in [("2026-06-14", 0), ("2026-06-15", 1), ("2026-06-16", 0)] {
        let calls = store.calls(workspace, account, &on(day), None, 9).await.unwrap();
        assert_eq!(calls.len(), found, "{day}");
        let happened = store.activity(workspace, account, &[RecordKind::Call], &on(day), None, 9).await.unwrap();
        assert_eq!(happened.len(), found, "{day}");
    }
    let served = world.served().await;
    let answer = async |question: &str| served.ask("lena@team.example", question, None).await["answer"].to_string();
    assert!(answer("When was the last call with Harrow?").await.contains("June 15 (yesterday)"));
    assert!(answer("What did we say to Harrow yesterday?").await.contains("blocked badges"));
    let renewal = answer("When does Harrow renew?").await;
    assert!(renewal.contains("July 1 (in 15 days)"), "{renewal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_without_an_offset_is_local_and_one_with_an_offset_is_what_it_says() {
    let records = [
        account(),
        call("local", "2026-06-10 23:30", "Hello."),
        call("other", "2026-06-09T09:15:00-04:00", "Hello again."),
    ];
    let world = World::with(&records, in_zone("Australia/Brisbane")).await;
    let calls = world.app.store().calls(world.app.workspace(), DOMAIN, &Window::ALWAYS, None, 9).await.unwrap();
    let told: Vec<String> = calls.iter().map(|call| call.started_at.to_string()).collect();
    assert_eq!(told, ["2026-06-10T23:30:00+10:00", "2026-06-09T23:15:00+10:00"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_the_api_say_the_local_time() {
    let served = World::with(&records(), in_zone("Australia/Brisbane")).await.served().await;
    let health = served.get("/healthz").await;
    assert_eq!(health["now"], "2026-06-16T06:00:00+10:00", "{health}");
    let record = served.get("/api/records/call/talk").await;
    assert_eq!(record["occurred_at"], "2026-06-15T08:30:00+10:00", "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_no_zone_is_set_a_record_is_told_by_the_offset_it_states() {
    let mail = json!({"type": "email", "id": "late", "account": DOMAIN, "sent_at": "2026-05-31T22:40:00-06:00",
        "from": "Ines Falk <ines@harrow.example>", "to": ["lena@team.example"], "subject": "Badges",
        "body": "Hi Lena,\n\ncould you add a weekly report of lost badges?\n\nInes"});
    let records = [account(), call("evening", "2026-06-03T19:30:00-06:00", "The gate reader stays dark."), mail];
    let world = World::with(&records, |config| config.clock = Clock::fixed(NOW.parse().unwrap())).await;
    let store = world.app.store().clone();
    let calls = async |day: &str| store.calls(world.app.workspace(), DOMAIN, &on(day), None, 9).await.unwrap().len();
    assert_eq!((calls("2026-06-03").await, calls("2026-06-04").await), (1, 0));
    let may = Window { since: Some("2026-05-01".parse().unwrap()), until: Some("2026-05-31".parse().unwrap()) };
    let asked = store.requests(world.app.workspace(), DOMAIN, &may).await.unwrap();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0].occurred_at.to_string(), "2026-05-31T22:40:00-06:00");

    let served = world.served().await;
    let answer = async |question: &str| served.ask("lena@team.example", question, None).await["answer"].to_string();
    assert!(answer("When was the last call with Harrow?").await.contains("June 3"));
    assert!(answer("What was said in the call with Harrow on June 3?").await.contains("June 3"));
    assert!(answer("What did Harrow ask for in May?").await.contains("report of lost badges"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_is_set_goes_before_the_offsets_of_records() {
    let records = [account(), call("evening", "2026-06-03T19:30:00-06:00", "The gate reader stays dark.")];
    let world = World::with(&records, in_zone("Europe/Madrid")).await;
    let found = world.app.store().calls(world.app.workspace(), DOMAIN, &on("2026-06-04"), None, 9).await.unwrap();
    assert_eq!(found[0].started_at.to_string(), "2026-06-04T03:30:00+02:00");
}
