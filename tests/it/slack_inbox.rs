//! What came from Slack, as it is written down: once, with one task, however often and however fast it is delivered.

use std::time::Duration;

use chrono::Utc;
use serde_json::{Value, json};
use success_agent::domain::task::Task;
use success_agent::store::slack::{Accepted, NewItem, NewMessage};
use uuid::Uuid;

use crate::harness::database::TestDatabase;

fn message<'a>(key: &'a str, thread_ts: &'a str, body: &'a Value) -> NewMessage<'a> {
    NewMessage {
        key,
        team: "T1",
        channel: "C1",
        thread_ts,
        direct: false,
        begins: true,
        addressed: true,
        user: "U1",
        body,
    }
}

async fn threads(database: &TestDatabase) -> Vec<Uuid> {
    let tasks = database.store.tasks(database.workspace, 100).await.unwrap();
    let thread = |task| match task {
        Task::AnswerThread { thread, .. } => Some(thread),
        _ => None,
    };
    tasks.into_iter().filter_map(|queued| thread(queued.task)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_of_one_message_at_the_same_moment_are_one_message_with_one_task() {
    let database = TestDatabase::new().await;
    let deliveries: Vec<_> = (0..8)
        .map(|_| {
            let (store, workspace) = (database.store.clone(), database.workspace);
            tokio::spawn(async move {
                let body = json!({"ts": "1.1", "text": "with a \u{0} in it"});
                store.accept_slack_message(workspace, &message("k1", "1.1", &body), Utc::now()).await.unwrap()
            })
        })
        .collect();
    let mut accepted = Vec::new();
    for delivery in deliveries {
        accepted.push(delivery.await.unwrap());
    }
    assert_eq!(accepted.iter().filter(|accepted| **accepted == Accepted::New).count(), 1, "{accepted:?}");
    assert_eq!(accepted.iter().filter(|accepted| **accepted == Accepted::Repeated).count(), 7, "{accepted:?}");
    let threads = threads(&database).await;
    assert_eq!(threads.len(), 1);
    let said = database.store.said_in_slack_thread(database.workspace, threads[0]).await.unwrap();
    assert_eq!(said.len(), 1, "the task names the thread the message is in");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_said_to_the_agent_counts_only_in_its_threads() {
    let database = TestDatabase::new().await;
    let (store, body) = (&database.store, json!({"ts": "1.2"}));
    let aside = |key, thread_ts| NewMessage { begins: false, addressed: false, ..message(key, thread_ts, &body) };
    let accept =
        async |new: NewMessage<'_>| store.accept_slack_message(database.workspace, &new, Utc::now()).await.unwrap();
    assert_eq!(accept(aside("k1", "1.1")).await, Accepted::NotForUs);
    assert_eq!(accept(message("k2", "1.1", &body)).await, Accepted::New);
    assert_eq!(accept(aside("k1", "1.1")).await, Accepted::New);
    assert_eq!(accept(aside("k3", "9.9")).await, Accepted::NotForUs);
    assert_eq!(threads(&database).await.len(), 1, "of one thread at most one task waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_in_a_direct_message_is_one_thread_while_it_waits() {
    let database = TestDatabase::new().await;
    let (body, now) = (json!({}), Utc::now());
    let accept = async |key, ts, after: i64| {
        let new = NewMessage { direct: true, addressed: false, ..message(key, ts, &body) };
        let at = now + chrono::Duration::milliseconds(after);
        database.store.accept_slack_message(database.workspace, &new, at).await.unwrap();
        threads(&database).await.len()
    };
    assert_eq!(accept("k1", "1.1", 0).await, 1);
    assert_eq!(accept("k2", "1.2", 900).await, 1, "it follows at once");
    assert_eq!(accept("k3", "1.3", 9_000).await, 2, "it comes later");
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_else_is_taken_in_once() {
    let database = TestDatabase::new().await;
    let body = json!({"item": "home"});
    let item = NewItem { key: "event/1", kind: "home", body: &body };
    let accept = async || database.store.accept_slack_item(database.workspace, &item, Utc::now()).await.unwrap();
    let (first, inbox) = accept().await;
    assert_eq!((first, accept().await), (Accepted::New, (Accepted::Repeated, None)));
    let tasks = database.store.tasks(database.workspace, 10).await.unwrap();
    let task = Task::HandleSlack { workspace: database.workspace, inbox: inbox.unwrap() };
    assert_eq!(tasks.iter().map(|queued| &queued.task).collect::<Vec<_>>(), [&task]);
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
