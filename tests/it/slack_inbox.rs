//! What came from Slack, as it is written down: once, with one task, however often and however fast it is delivered.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::Executor as _;
use success_agent::domain::task::Task;
use success_agent::store::StoreError;
use success_agent::store::slack::{Outcome, Received, ReceivedMessage};
use uuid::Uuid;

use crate::harness::database::TestDatabase;

fn message(key: &str, thread_ts: &str, body: &Value) -> ReceivedMessage {
    let [key, team, channel, thread_ts, user] = [key, "T1", "C1", thread_ts, "U1"].map(str::to_owned);
    let (direct, begins, addressed, body) = (false, true, true, body.clone());
    ReceivedMessage { key, team, channel, thread_ts, direct, begins, addressed, user, body }
}

fn click(key: &str) -> Received {
    Received::Item { key: key.to_owned(), kind: "click".to_owned(), body: json!({"item": "click"}) }
}

/// Writes something down.
async fn receive(database: &TestDatabase, received: Received, at: DateTime<Utc>) -> Result<(), StoreError> {
    let written = received.writable(database.workspace, at).unwrap();
    database.store.receive_slack(&[written]).await
}

/// Sorts what is written down.
async fn sort(database: &TestDatabase) -> Vec<Outcome> {
    database.store.sort_slack(100).await.unwrap().into_iter().map(|one| one.outcome).collect()
}

/// Takes something in: what becomes of it.
async fn take(database: &TestDatabase, received: Received) -> Outcome {
    receive(database, received, Utc::now()).await.unwrap();
    let [outcome] = sort(database).await[..] else { panic!("one thing was received") };
    outcome
}

async fn threads(database: &TestDatabase) -> Vec<Uuid> {
    let tasks = database.store.tasks(database.workspace, 100).await.unwrap();
    let thread = |task| match task {
        Task::AnswerThread { thread, .. } => Some(thread),
        _ => None,
    };
    tasks.into_iter().filter_map(|queued| thread(queued.task)).collect()
}

/// What the messages of the only thread say that waits.
async fn waiting(database: &TestDatabase) -> Vec<String> {
    let [thread] = threads(database).await[..] else { panic!("one thread waits") };
    let said = database.store.said_in_slack_thread(database.workspace, thread).await.unwrap();
    said.into_iter().map(|said| said.body["text"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_of_one_message_at_the_same_moment_are_one_message_with_one_task() {
    let database = Arc::new(TestDatabase::new().await);
    let deliveries: Vec<_> = (0..8)
        .map(|_| {
            let database = Arc::clone(&database);
            tokio::spawn(async move {
                let body = json!({"ts": "1.1", "text": "with a \u{0} in it"});
                receive(&database, Received::Message(message("k1", "1.1", &body)), Utc::now()).await.unwrap();
                sort(&database).await
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for delivery in deliveries {
        outcomes.extend(delivery.await.unwrap());
    }
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::New).count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Repeated).count(), 7, "{outcomes:?}");
    assert_eq!(waiting(&database).await, ["with a  in it"], "the task names the thread the message is in");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_down_together_is_sorted_in_the_order_it_came() {
    let database = TestDatabase::new().await;
    let say = |number: usize| {
        let ts = format!("1.{number:06}");
        let body = json!({"ts": ts, "text": format!("word {number}")});
        let said = ReceivedMessage { begins: number == 0, ..message(&ts, "1.0", &body) };
        Received::Message(said).writable(database.workspace, Utc::now()).unwrap()
    };
    let words: Vec<_> = (0..30).map(say).collect();
    database.store.receive_slack(&words).await.unwrap();
    assert_eq!(database.store.sort_slack(20).await.unwrap().len(), 20);
    assert_eq!(sort(&database).await, [Outcome::New; 10]);
    assert_eq!(sort(&database).await, []);
    assert_eq!(waiting(&database).await, (0..30).map(|number| format!("word {number}")).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_said_to_the_agent_counts_only_in_its_threads() {
    let database = TestDatabase::new().await;
    let body = json!({"ts": "1.2"});
    let aside = |key: &str, thread_ts: &str| {
        Received::Message(ReceivedMessage { begins: false, addressed: false, ..message(key, thread_ts, &body) })
    };
    assert_eq!(take(&database, aside("k1", "1.1")).await, Outcome::NotForUs);
    assert_eq!(take(&database, Received::Message(message("k2", "1.1", &body))).await, Outcome::New);
    assert_eq!(take(&database, aside("k1", "1.1")).await, Outcome::New);
    assert_eq!(take(&database, aside("k3", "9.9")).await, Outcome::NotForUs);
    assert_eq!(threads(&database).await.len(), 1, "of one thread at most one task waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_in_a_direct_message_is_one_thread_while_it_waits() {
    let database = TestDatabase::new().await;
    let (body, now) = (json!({}), Utc::now());
    let accept = async |key: &str, ts: &str, after: i64| {
        let said = ReceivedMessage { direct: true, addressed: false, ..message(key, ts, &body) };
        let at = now + chrono::Duration::milliseconds(after);
        receive(&database, Received::Message(said), at).await.unwrap();
        sort(&database).await;
        threads(&database).await.len()
    };
    assert_eq!(accept("k1", "1.1", 0).await, 1);
    assert_eq!(accept("k2", "1.2", 900).await, 1, "it follows at once");
    assert_eq!(accept("k3", "1.3", 9_000).await, 2, "it comes later");
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_else_is_taken_in_once() {
    let database = TestDatabase::new().await;
    assert_eq!(take(&database, click("event/1")).await, Outcome::New);
    assert_eq!(take(&database, click("event/1")).await, Outcome::Repeated);
    let tasks = database.store.tasks(database.workspace, 10).await.unwrap();
    let [Task::HandleSlack { inbox, .. }] = tasks.iter().map(|queued| &queued.task).collect::<Vec<_>>()[..] else {
        panic!("one task handles it: {tasks:?}")
    };
    assert_eq!(database.store.slack_item(database.workspace, *inbox).await.unwrap().kind, "click");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_or_a_deletion_that_overtakes_its_message_holds() {
    let database = TestDatabase::new().await;
    let body = json!({"ts": "1.1", "text": "who owns Crane?"});
    let said = |key: &str| Received::Message(message(key, "1.1", &body));
    let changed = |key: &str, addressed| {
        let text = "who owns Heron?".to_owned();
        Received::Changed { key: key.to_owned(), text, addressed }
    };
    take(&database, changed("k1", true)).await;
    take(&database, Received::Deleted { key: "k2".to_owned() }).await;
    take(&database, changed("k3", false)).await;
    assert_eq!(take(&database, said("k1")).await, Outcome::New);
    assert_eq!(take(&database, said("k2")).await, Outcome::Repeated, "it was taken back");
    assert_eq!(take(&database, said("k3")).await, Outcome::New);
    let expected = ["who owns Heron?", "who owns Crane?"];
    assert_eq!(waiting(&database).await, expected, "of what is not for the agent nothing is kept");
    take(&database, Received::Deleted { key: "k1".to_owned() }).await;
    assert_eq!(take(&database, said("k1")).await, Outcome::Repeated);
    assert_eq!(waiting(&database).await, ["who owns Crane?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_kept_with_what_makes_it_necessary_and_one_that_fails_holds_up_no_other() {
    let database = TestDatabase::new().await;
    let mut connection = database.connection().await;
    // Refused at the very end, when everything is written down.
    connection
        .execute(
            "create function refuse() returns trigger language plpgsql as $$
                begin if new.key like '%fire%' then raise exception 'the disk is on fire'; end if; return new; end $$;
             create constraint trigger refuse after insert on slack_inbox deferrable initially deferred
                for each row execute function refuse()",
        )
        .await
        .unwrap();
    for key in ["one", "on fire", "two"] {
        receive(&database, click(key), Utc::now()).await.unwrap();
    }
    assert_eq!(sort(&database).await, [Outcome::New; 2]);
    let names = async || {
        let tasks = database.store.tasks(database.workspace, 10).await.unwrap();
        tasks.iter().map(|queued| queued.task.name()).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["handle_slack"; 2], "nothing of the third is kept, and it is tried later");
    assert_eq!(sort(&database).await, []);
    connection.execute("drop trigger refuse on slack_inbox; update slack_received set try_at = now()").await.unwrap();
    assert_eq!(sort(&database).await, [Outcome::New]);
    assert_eq!(names().await, ["handle_slack"; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_is_held_by_one_worker_until_it_gives_it_back_or_is_gone() {
    let database = TestDatabase::new().await;
    let (store, workspace) = (&database.store, database.workspace);
    let thread = store.join_slack_thread(workspace, ("T1", "C1", "1.1"), false, "U1", Utc::now()).await.unwrap();
    let (one, other, minute) = (Uuid::now_v7(), Uuid::now_v7(), Duration::from_mins(1));
    let hold = async |holder, held| store.hold_slack_thread(workspace, thread, holder, held).await.unwrap();
    assert!(hold(one, minute).await);
    assert!(hold(one, minute).await, "the holder holds on");
    assert!(!hold(other, minute).await);
    store.release_slack_thread(workspace, thread, other).await.unwrap();
    assert!(!hold(other, minute).await, "nobody else can give it back");
    assert!(hold(one, Duration::ZERO).await);
    assert!(hold(other, minute).await, "the one before said nothing any more");
    store.release_slack_thread(workspace, thread, other).await.unwrap();
    assert!(hold(one, minute).await);
}
