//! The state of each account: kept in step with whatever changes its records, its day or the rules.

use chrono::{Days, Duration};
use serde_json::{Value, json};
use sqlx::Executor;
use success_agent::app::{App, Origin};
use success_agent::domain::account::Section;
use success_agent::domain::action::{Action, Outcome};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::health::HealthConfig;
use success_agent::domain::id::AccountId;
use success_agent::domain::record::{Record, RecordKind};
use success_agent::domain::state::AccountState;
use success_agent::domain::task::Task;
use success_agent::domain::time::Moment;
use success_agent::domain::tool::portfolio::Portfolio;
use success_agent::domain::tool::records::ListCommitments;
use success_agent::jobs::Bench;
use success_agent::store::Refreshed;
use tokio_util::sync::CancellationToken;

use crate::harness::database::TestDatabase;
use crate::harness::world::{NOW, World, three_accounts};

fn now() -> Moment {
    NOW.parse().unwrap()
}

fn records(values: &[Value]) -> Vec<Record> {
    values.iter().map(|value| serde_json::from_value(value.clone()).unwrap()).collect()
}

fn account(domain: &str, name: &str) -> Value {
    json!({"type": "account", "domain": domain, "name": name})
}

/// What is kept of each account, without when it was computed.
async fn kept(database: &TestDatabase) -> Vec<String> {
    let rows = "select (to_jsonb(s) - 'computed_at')::text from account_state s order by domain";
    sqlx::query_scalar(rows).fetch_all(&mut database.connection().await).await.unwrap()
}

/// Fails when what is kept is not what the records say now.
async fn assert_in_step(world: &World, after: &str) {
    let (store, workspace, rules) = (world.app.store(), world.app.workspace(), &world.config.health);
    let stale = store.stale_states(workspace, world.app.now(), rules, 100).await.unwrap();
    assert!(stale.is_empty(), "{after}: {stale:?}");
    let found = kept(&world.database).await;
    let all: i64 = sqlx::query_scalar("select count(*) from accounts")
        .fetch_one(&mut world.database.connection().await)
        .await
        .unwrap();
    assert_eq!(i64::try_from(found.len()).unwrap(), all, "{after}");
    let counted = store.workspace_counts(workspace, &[RecordKind::Account]).await.unwrap();
    assert_eq!(counted, [(RecordKind::Account, found.len() as u64)], "{after}");
    world.database.connection().await.execute("update accounts set state_version = 0").await.unwrap();
    store.refresh_states(workspace, world.app.now(), rules, usize::MAX).await.unwrap();
    assert_eq!(found, kept(&world.database).await, "{after}");
}

/// Does something to an account, and undoes it where that is wanted.
async fn act(app: &App, account: &str, action: Action, undo: bool) {
    let by = Origin { by: Actor::new("lena@team.example", Surface::Cli), request: None, typed: None };
    let acted = app.command(account, action, &by).await.unwrap();
    assert_eq!(acted.refusal, None);
    if undo {
        let undone = app.undo(acted.proposal.id, &by).await.unwrap();
        assert!(undone.changed, "{:?}", undone.refusal);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_done_the_state_of_each_account_is_what_its_records_say() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let app = &world.app;
    assert_in_step(&world, "the first import").await;
    let promise = app.look_up(ListCommitments::default()).await.unwrap().items.remove(0);
    let reason = Some("they asked us to".to_owned());
    let snooze = Action::SnoozeAccount { until: "2026-07-20".parse().unwrap(), reason: reason.clone() };
    for (account, action) in [
        ("acme.com", Action::RouteAccount { section: Section::Pipeline, reason: reason.clone() }),
        ("acme.com", snooze),
        ("bolt.io", Action::UntrackAccount { reason: reason.clone() }),
        ("crane.dev", Action::SetOwner { owner: "mina@team.example".to_owned(), reason: reason.clone() }),
        (
            "acme.com",
            Action::IgnoreRevenueSource { source: "acme-2".to_owned(), ignored: true, reason: reason.clone() },
        ),
        (
            "acme.com",
            Action::MarkCommitment {
                commitment: promise.id.clone(),
                outcome: Outcome::Kept,
                quote: promise.quote.clone(),
                evidence: None,
            },
        ),
        ("bolt.io", Action::AddNote { text: "They moved to a new office.".to_owned() }),
    ] {
        let name = action.name();
        act(app, account, action.clone(), true).await;
        assert_in_step(&world, &format!("{name}, undone")).await;
        act(app, account, action, false).await;
        assert_in_step(&world, name).await;
    }
    world
        .import(&[
            json!({"type": "signal", "id": "s-1", "account": "crane.dev", "kind": "nps", "score": 4,
                "occurred_at": "2026-06-14T09:00:00Z", "text": "Too many clicks"}),
            json!({"type": "revenue_source", "id": "crane-1", "account": "crane.dev", "system": "manual",
                "product": "Platform", "status": "trialing", "interval": "month", "amount_minor": 90_000,
                "currency": "EUR", "renews_on": "2026-06-30"}),
            json!({"type": "usage", "account": "acme.com", "day": "2026-06-14", "active_users": 31}),
            json!({"type": "email", "id": "e-1", "account": "bolt.io", "sent_at": "2026-06-14T08:00:00Z",
                "from": "Ana Ruiz <ana@bolt.io>", "to": ["lena@team.example"], "subject": "Hello", "body": "All fine."}),
        ])
        .await;
    assert_in_step(&world, "more records").await;
    app.store().delete_accounts(world.app.workspace(), &["bolt.io"]).await.unwrap();
    assert_in_step(&world, "an account is gone").await;
    world.import(&three_accounts()).await;
    assert_in_step(&world, "it is back").await;
    let world = world.at("2026-06-20T07:00:00Z").await;
    world.app.catch_up().await.unwrap();
    assert_in_step(&world, "another day").await;
}

#[tokio::test]
async fn a_state_is_out_of_date_by_its_data_its_time_its_rules_and_a_clock_that_went_back() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    let rules = HealthConfig::default();
    let stale =
        async |at: Moment, rules: &HealthConfig| store.stale_states(workspace, at, rules, 10).await.unwrap().len();
    let complaint = json!({"type": "signal", "id": "s-1", "account": "bolt.io", "kind": "escalation",
        "occurred_at": "2026-04-15T14:00:00Z", "text": "Nothing works"});
    store
        .put(workspace, now(), &records(&[account("acme.com", "Acme"), account("bolt.io", "Bolt"), complaint]))
        .await
        .unwrap();
    assert_eq!(stale(now(), &rules).await, 2, "they have none");
    assert_eq!(store.stale_states(workspace, now(), &rules, 1).await.unwrap().len(), 1);
    let refreshed = store.refresh_states(workspace, now(), &rules, 1).await.unwrap();
    assert_eq!(refreshed, Refreshed { computed: 1, left: true });
    let refreshed = store.refresh_states(workspace, now(), &rules, 10).await.unwrap();
    assert_eq!(refreshed, Refreshed { computed: 1, left: false });
    assert_eq!(stale(now(), &rules).await, 0);
    assert_eq!(stale(now() + Duration::hours(1), &rules).await, 0);
    assert_eq!(stale(now() + Duration::hours(2), &rules).await, 1, "a signal is forgotten at its own time of day");
    assert_eq!(stale(now() + Duration::hours(12), &rules).await, 2, "a new day");
    assert_eq!(stale(now() - Duration::seconds(1), &rules).await, 2, "the clock went back");
    let other = HealthConfig { base: 60, ..HealthConfig::default() };
    assert_eq!(stale(now(), &other).await, 2, "other rules");
    store.put(workspace, now(), &records(&[account("acme.com", "Acme Ltd")])).await.unwrap();
    assert_eq!(stale(now(), &rules).await, 1, "a record changed");
}

#[tokio::test]
async fn states_wait_for_no_change_that_is_under_way_and_are_computed_after_it() {
    let test = TestDatabase::new().await;
    let (store, workspace, rules) = (&test.store, test.workspace, HealthConfig::default());
    store.put(workspace, now(), &records(&[account("acme.com", "Acme"), account("bolt.io", "Bolt")])).await.unwrap();
    let mut elsewhere = test.connection().await;
    elsewhere.execute("begin").await.unwrap();
    elsewhere.execute("update workspaces set version = version + 1").await.unwrap();
    elsewhere.execute("update accounts set data_version = data_version + 1 where domain = 'acme.com'").await.unwrap();
    let acme = store.account_data(workspace, "acme.com").await.unwrap();
    let state = AccountState::computed(&acme.state_input(), now(), &rules);
    let held = [(acme.account.id, acme.version, state)];
    assert_eq!(store.put_states(workspace, now(), &rules, &held, &[]).await.unwrap(), 0);
    let refreshed = store.refresh_states(workspace, now(), &rules, 10).await.unwrap();
    assert_eq!(refreshed, Refreshed { computed: 1, left: true }, "the other one");
    elsewhere.execute("commit").await.unwrap();
    let refreshed = store.refresh_states(workspace, now(), &rules, 10).await.unwrap();
    assert_eq!(refreshed, Refreshed { computed: 1, left: false });
}

#[tokio::test]
async fn what_is_known_of_newer_data_stays_and_a_deleted_account_has_no_state() {
    let test = TestDatabase::new().await;
    let (store, workspace, rules) = (&test.store, test.workspace, HealthConfig::default());
    store.put(workspace, now(), &records(&[account("acme.com", "Acme")])).await.unwrap();
    let old = store.account_data(workspace, "acme.com").await.unwrap();
    store.put(workspace, now(), &records(&[account("acme.com", "Acme Ltd")])).await.unwrap();
    store.refresh_states(workspace, now(), &rules, 10).await.unwrap();
    let newer = kept(&test).await;
    let state = AccountState::computed(&old.state_input(), now(), &rules);
    store.put_states(workspace, now(), &rules, &[(old.account.id, old.version, state.clone())], &[]).await.unwrap();
    assert_eq!(kept(&test).await, newer);
    assert!(newer[0].contains("Acme Ltd"));
    let gone = [(AccountId::new(), 1, state)];
    assert_eq!(store.put_states(workspace, now(), &rules, &gone, &[]).await.unwrap(), 0);
}

#[tokio::test]
async fn usage_is_read_no_further_back_than_the_figures_are_computed_from() {
    let test = TestDatabase::new().await;
    let (store, workspace, rules) = (&test.store, test.workspace, HealthConfig::default());
    let mut all = vec![account("acme.com", "Acme"), account("bolt.io", "Bolt")];
    all.extend((0..300_u32).map(|ago| {
        let day = now().day() + Days::new(20) - Days::new(u64::from(ago));
        json!({"type": "usage", "account": "acme.com", "day": day, "active_users": 10 + ago / 3, "licensed_seats": 90})
    }));
    all.push(json!({"type": "usage", "account": "bolt.io", "day": "2026-08-01", "active_users": 4}));
    store.put(workspace, now(), &records(&all)).await.unwrap();
    let whole = store.account_data(workspace, "acme.com").await.unwrap();
    let ahead = store.account_data(workspace, "bolt.io").await.unwrap();
    for today in [now(), now() - Duration::days(40)] {
        let ids = [whole.account.id, ahead.account.id];
        let mut some = store.account_data_of(workspace, &ids, today.day()).await.unwrap();
        assert_eq!(some.pop().unwrap(), ahead, "what lies ahead is on record too");
        let some = some.pop().unwrap();
        assert!(some.usage.len() <= 150, "{}", some.usage.len());
        let state =
            |data: &success_agent::store::AccountData| AccountState::computed(&data.state_input(), today, &rules);
        assert_eq!(state(&some), state(&whole));
        assert!(state(&whole).usage_change_percent.is_some());
    }
}

#[tokio::test]
async fn a_state_is_kept_of_names_no_index_would_take() {
    let test = TestDatabase::new().await;
    let (store, workspace, rules) = (&test.store, test.workspace, HealthConfig::default());
    let mut long = account("acme.com", &"Ä".repeat(5_000));
    long["owner_email"] = json!(format!("{}@team.example", "o".repeat(4_000)));
    long["contacts"] = json!([{"name": "N".repeat(4_000)}]);
    store.put(workspace, now(), &records(&[long])).await.unwrap();
    let refreshed = store.refresh_states(workspace, now(), &rules, 10).await.unwrap();
    assert_eq!(refreshed, Refreshed { computed: 1, left: false });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_day_leaves_out_of_date_is_written_down_as_a_task_and_computed() {
    let world = World::with(&three_accounts(), |_| {}).await.at("2026-06-16T00:00:01Z").await;
    let (app, rules) = (&world.app, &world.config.health);
    let stale = async || app.store().stale_states(app.workspace(), app.now(), rules, 10).await.unwrap().len();
    assert_eq!(stale().await, 3);
    app.enqueue_stale_states().await.unwrap();
    let task = Task::RefreshStates { workspace: app.workspace() };
    assert!(app.tasks().await.unwrap().iter().any(|queued| queued.task == task));
    let bench = Bench { app: app.clone(), slack: None, stop: CancellationToken::new() };
    bench.perform(&task, false).await.unwrap();
    assert_eq!(stale().await, 0);
    let queued = app.tasks().await.unwrap().len();
    app.enqueue_stale_states().await.unwrap();
    assert_eq!(app.tasks().await.unwrap().len(), queued, "nothing is left to do");
}

/// So many accounts without records, the last of them with another name.
fn crowd(many: u32) -> Vec<Value> {
    let mut all: Vec<Value> =
        (1..many).map(|number| account(&format!("a{number}.example"), &format!("Anemone {number}"))).collect();
    all.push(account("z.example", "Zinnia Ltd"));
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_on_a_new_day_computes_some_states_and_leaves_the_others_to_a_task() {
    let world = World::with(&crowd(230), |_| {}).await.at("2026-06-16T08:00:00Z").await;
    let app = &world.app;
    let list = app.accounts(Portfolio::default()).await.unwrap();
    assert_eq!((list.rows.len(), list.matched, list.total), (20, 230, 230));
    let stale = app.store().stale_states(app.workspace(), app.now(), &world.config.health, 100).await.unwrap();
    assert_eq!(stale.len(), 30);
    let task = Task::RefreshStates { workspace: app.workspace() };
    assert!(app.tasks().await.unwrap().iter().any(|queued| queued.task == task));
    app.accounts(Portfolio::default()).await.unwrap();
    assert_in_step(&world, "two lists").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_of_a_name_is_looked_for_among_all_accounts_and_not_among_the_first() {
    let served = World::with(&crowd(510), |_| {}).await.served().await;
    let found = served.get("/api/accounts?order=name&limit=10&q=INNIA%20l").await;
    assert_eq!((found["matched"].as_u64(), found["total"].as_u64()), (Some(1), Some(510)));
    assert_eq!(found["accounts"][0]["domain"], "z.example");
    let first = served.get("/api/accounts?order=name&limit=200").await;
    assert_eq!((first["accounts"].as_array().unwrap().len(), first["matched"].as_u64()), (200, Some(510)));
}
