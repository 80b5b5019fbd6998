//! Tasks: kept with the change that makes them necessary, tried again, given up to a person, and done once.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use serde_json::{Value, json};
use sqlx::{Executor as _, PgConnection};
use success_agent::app::{App, AppError};
use success_agent::config::{Config, JobsConfig};
use success_agent::domain::id::WorkspaceId;
use success_agent::domain::task::{QueuedTask, Task, TaskState};
use success_agent::domain::time::Moment;
use success_agent::jobs::{Bench, Workers};
use success_agent::slack::Slack;
use success_agent::store::{Lease, Projection, Store};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::cli::program;
use crate::harness::database::TestDatabase;
use crate::harness::slack::{SlackWorld, accounts, settings, shown};
use crate::harness::world::{World, three_accounts};

/// How long something may take to be so.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits for something to be so.
pub async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let waited = tokio::time::timeout(PATIENCE, async {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            ticks.tick().await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("never so: {what}"))
}

/// Waits until a task stands so.
async fn until_task(app: &App, id: i64, what: &str, stands: impl Fn(&QueuedTask) -> bool) -> QueuedTask {
    until(what, async || app.task(id).await.ok().filter(&stands)).await
}

async fn until_done(app: &App, id: i64) {
    until("the task is done", async || matches!(app.task(id).await, Err(AppError::NotFound(_))).then_some(())).await;
}

/// Workers that stop at the end of a test.
struct Working {
    stop: CancellationToken,
    workers: Workers,
}

impl Working {
    /// Of a process that is soon missed.
    async fn start(app: &App, alone: bool) -> Self {
        let config = JobsConfig { quick: 2, slow: 2, gone_after_seconds: 5 };
        Self::with(app, None, config, alone).await
    }

    async fn with(app: &App, slack: Option<Slack>, config: JobsConfig, alone: bool) -> Self {
        let stop = CancellationToken::new();
        let bench = Bench { app: app.clone(), slack, stop: stop.clone() };
        Self { stop, workers: Workers::start(bench, config, alone).await.unwrap() }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.workers.stop().await;
    }
}

/// A task that cannot be done where Slack is not configured.
fn hopeless(workspace: WorkspaceId) -> Task {
    Task::HandleSlack { workspace, inbox: Uuid::now_v7() }
}

/// Writes a task down; gives its number.
async fn add(store: &Store, task: &Task) -> i64 {
    store.enqueue(task, None).await.unwrap();
    let tasks = store.tasks(task.workspace(), 1_000).await.unwrap();
    tasks.into_iter().find(|queued| queued.task == *task).unwrap().id
}

/// Says of a task how often it was tried, and that it is due.
async fn tried(connection: &mut PgConnection, id: i64, attempts: i16) {
    sqlx::query("update success_agent_jobs._private_jobs set attempts = $2, run_at = now() where id = $1")
        .bind(id)
        .bind(attempts)
        .execute(connection)
        .await
        .unwrap();
}

#[tokio::test]
async fn of_tasks_with_one_key_one_waits_and_a_later_one_does_not_put_it_off() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    let cards = |subject: &str| Task::RefreshCards { workspace, subject: subject.to_owned() };
    let first = "2099-01-01T00:00:00Z".parse().unwrap();
    let last = "2099-01-02T00:00:00Z".parse().unwrap();
    store.enqueue(&cards("prop_1"), Some(first)).await.unwrap();
    store.enqueue(&cards("prop_2"), Some(first)).await.unwrap();
    store.enqueue(&cards("prop_1"), Some(last)).await.unwrap();
    let mut tasks = store.tasks(workspace, 10).await.unwrap();
    tasks.sort_by_key(|queued| queued.task.key());
    let waiting: Vec<_> = tasks.into_iter().map(|queued| (queued.task, queued.due_at, queued.state)).collect();
    let expected = [(cards("prop_1"), first, TaskState::Waiting), (cards("prop_2"), first, TaskState::Waiting)];
    assert_eq!(waiting, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_fails_is_tried_again_later_and_at_last_left_to_a_person() {
    let world = World::with(&[], |_| {}).await;
    let app = &world.app;
    let mut connection = world.database.connection().await;
    let id = add(app.store(), &hopeless(app.workspace())).await;
    let working = Working::start(app, true).await;
    let first = until_task(app, id, "it has failed", |task| task.attempts == 1 && task.last_error.is_some()).await;
    assert_eq!(first.state, TaskState::Waiting);
    assert!(first.last_error.as_ref().unwrap().contains("Slack is not configured"), "{first:?}");
    let pause = first.due_at - first.added_at;
    assert!(pause > chrono::Duration::seconds(1), "{pause}");
    let began = Moment::from(Utc::now());
    tried(&mut connection, id, 1).await;
    let second =
        until_task(app, id, "it has failed again", |task| task.attempts == 2 && task.state == TaskState::Waiting).await;
    assert!(second.due_at - began > chrono::Duration::seconds(5), "later each time: {second:?}");

    tried(&mut connection, id, 4).await;
    let failed = until_task(app, id, "it is given up", |task| task.state == TaskState::Failed).await;
    assert_eq!((failed.attempts, failed.max_attempts), (5, 5));
    assert_eq!(app.tasks().await.unwrap().len(), 1, "it stays in the list");

    let retried = app.retry_task(id).await.unwrap();
    assert_ne!(retried.state, TaskState::Failed);
    until_task(app, id, "it was tried again", |task| task.attempts == 1 && task.state == TaskState::Waiting).await;
    app.drop_task(id).await.unwrap();
    assert_eq!(app.tasks().await.unwrap(), []);
    for gone in [app.task(id).await.map(drop), app.retry_task(id).await.map(drop), app.drop_task(id).await] {
        assert!(matches!(gone, Err(AppError::NotFound(_))), "{gone:?}");
    }
    working.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_runs_is_neither_dropped_nor_tried_again() {
    let world = World::with(&[], |_| {}).await;
    let (app, workspace) = (&world.app, world.app.workspace());
    let lease = occupied(app).await;
    let id = add(app.store(), &Task::CatchUp { workspace }).await;
    let working = Working::start(app, true).await;
    until_task(app, id, "it runs", |task| task.state == TaskState::Running).await;
    for refused in [app.retry_task(id).await.map(drop), app.drop_task(id).await] {
        assert!(matches!(&refused, Err(AppError::Conflict(text)) if text.contains("worked on")), "{refused:?}");
    }
    // What makes it necessary again meanwhile is not lost.
    app.store().enqueue(&Task::CatchUp { workspace }, None).await.unwrap();
    drop(lease);
    until("all is done", async || app.tasks().await.unwrap().is_empty().then_some(())).await;
    assert_eq!(app.store().count_behind(workspace, Projection::Words).await.unwrap(), 0);
    working.stop().await;
}

/// Something to index, and the turn to do it taken: catching up waits until it is given back.
async fn occupied(app: &App) -> Lease {
    let records: Vec<_> = three_accounts().into_iter().map(|record| serde_json::from_value(record).unwrap()).collect();
    app.store().put(app.workspace(), chrono::DateTime::UNIX_EPOCH, &records).await.unwrap();
    app.store().lease(app.workspace(), "index").await.unwrap()
}

/// An application on the same database in another process.
async fn another(config: &Config, folder: &tempfile::TempDir) -> App {
    let config = Config { data_dir: folder.path().to_owned(), ..config.clone() };
    App::open(&config, Arc::new(|_| {})).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_on_one_database_never_do_one_task_twice() {
    const QUESTIONS: usize = 5;
    const CARDS: usize = 150;
    let world = SlackWorld::with(&accounts(), |_, _| {}).await;
    let (app, folder) = (&world.world.app, tempfile::tempdir().unwrap());
    let mut connection = world.world.database.connection().await;
    connection
        .execute(
            "create table takes (task bigint not null, worker text not null);
             create function note_take() returns trigger language plpgsql as $$ begin
                if new.locked_by is not null and old.locked_by is null then
                    insert into takes values (new.id, new.locked_by);
                end if;
                return new;
             end $$;
             create trigger note_take after update on success_agent_jobs._private_jobs
                for each row execute function note_take()",
        )
        .await
        .unwrap();
    let second = another(&world.world.config, &folder).await;
    let slack = Slack::new(second.clone(), settings(&world.emulator), None).unwrap();
    slack.own_team().await.unwrap();
    // As long missed as the first: they tell each other that they are there, each in its own time.
    let few = JobsConfig { quick: 2, slow: 2, ..JobsConfig::default() };
    let working = Working::with(&second, Some(slack), few, false).await;
    for number in 0..CARDS {
        let subject = format!("prop_{number}");
        app.store().enqueue(&Task::RefreshCards { workspace: app.workspace(), subject }, None).await.unwrap();
    }
    for _ in 0..QUESTIONS {
        world.say("U_MONICA", "C_GENERAL", "<@BOT> who owns Hooli?", None).await;
    }
    until("all are answered", async || {
        let said = world.agent_said("C_GENERAL", "U_MONICA").await;
        let answers = said.iter().filter(|message| shown(message).contains("Hooli is owned by"));
        (answers.count() >= QUESTIONS).then_some(())
    })
    .await;
    until("all is done", async || app.tasks().await.unwrap().is_empty().then_some(())).await;
    assert_eq!(world.agent_said("C_GENERAL", "U_MONICA").await.len(), QUESTIONS, "one answer each");
    let (takes, tasks, workers): (i64, i64, i64) =
        sqlx::query_as("select count(*), count(distinct task), count(distinct worker) from takes")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(takes, tasks, "each was taken once");
    assert!(tasks >= i64::try_from(QUESTIONS + CARDS).unwrap(), "{tasks}");
    assert!(workers > 2, "both processes, each with two lanes, took some: {workers}");
    assert_eq!(world.get("/problems").await, json!([]));
    working.stop().await;
    second.close().await;
}

/// Has a process of its own begin the task, and kills it.
async fn taken_and_killed(config: &Config, id: i64) {
    let config = config.clone();
    let killed = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let left = runtime.block_on(async {
            let app = another(&config, &folder).await;
            let working = Working::start(&app, false).await;
            until_task(&app, id, "the other process has it", |task| task.state == TaskState::Running).await;
            (app, working)
        });
        // Nothing runs any more that could give it back.
        runtime.shutdown_background();
        drop(left);
    });
    killed.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_had_taken_is_done_by_another() {
    for alone in [true, false] {
        let world = World::with(&[], |_| {}).await;
        let (app, workspace) = (&world.app, world.app.workspace());
        let lease = occupied(app).await;
        let id = add(app.store(), &Task::CatchUp { workspace }).await;
        taken_and_killed(&world.config, id).await;
        drop(lease);
        assert_eq!(app.task(id).await.unwrap().state, TaskState::Running, "nobody knows yet that it is gone");
        let working = Working::start(app, alone).await;
        until_done(app, id).await;
        assert_eq!(app.store().count_behind(workspace, Projection::Words).await.unwrap(), 0);
        working.stop().await;
    }
}

#[tokio::test]
async fn tasks_of_another_workspace_are_neither_listed_nor_dropped() {
    let world = World::with(&[], |_| {}).await;
    let app = &world.app;
    let other = app.in_workspace(app.workspace_named("another").await.unwrap());
    let id = add(app.store(), &hopeless(app.workspace())).await;
    let own = add(other.store(), &hopeless(other.workspace())).await;
    let listed: Vec<i64> = other.tasks().await.unwrap().iter().map(|task| task.id).collect();
    assert_eq!(listed, [own]);
    for refused in [other.task(id).await.map(drop), other.retry_task(id).await.map(drop), other.drop_task(id).await] {
        assert!(matches!(refused, Err(AppError::NotFound(_))), "{refused:?}");
    }
    assert_eq!(app.task(id).await.unwrap().state, TaskState::Waiting);
}

#[tokio::test]
async fn the_command_lists_retries_and_drops_tasks_with_and_without_a_server() {
    let world = World::with(&[], |_| {}).await;
    let id = add(world.app.store(), &hopeless(world.app.workspace())).await;
    let database = world.config.database.url.clone().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut alone = program(folder.path());
    alone.env("DATABASE_URL", &database).args(["jobs", "list", "--json"]);
    let of_database = listed(alone).await;

    let mut connection = world.database.connection().await;
    tried(&mut connection, id, 5).await;
    // Commands find the server by its data directory; without it they would look into a database of their own.
    let served = world.served().await;
    let command = |arguments: &[&str]| {
        let mut command = program(&served.data_dir);
        command.args(arguments);
        command
    };
    let of_server = listed(command(&["jobs", "list", "--json"])).await;
    for (job, state, attempts) in [(&of_database, "waiting", 0), (&of_server, "failed", 5)] {
        assert_eq!((&job["id"], &job["task"]), (&json!(id), &json!("handle_slack")), "{job}");
        assert_eq!(
            (&job["state"], &job["attempts"], &job["max_attempts"]),
            (&json!(state), &json!(attempts), &json!(5))
        );
    }
    let number = id.to_string();
    let (told, _) = run(command(&["jobs", "list"])).await;
    assert!(told.contains("failed") && told.contains("tried 5 of 5"), "{told}");
    let (told, ok) = run(command(&["jobs", "retry", &number])).await;
    assert!(ok && told.contains("is tried again"), "{told}");
    assert_eq!(listed(command(&["jobs", "list", "--json"])).await["state"], "waiting");
    let (told, ok) = run(command(&["jobs", "drop", &number])).await;
    assert!(ok, "{told}");
    let (told, ok) = run(command(&["jobs", "show", &number])).await;
    assert!(!ok && told.contains(&format!("There is no task {id}")), "{told}");
    let (told, ok) = run(command(&["jobs", "list"])).await;
    assert!(ok && told.contains("Nothing waits"), "{told}");
}

/// What a command says, and whether it was content.
async fn run(mut command: Command) -> (String, bool) {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (text, output.status.success())
}

/// The only task a command lists.
async fn listed(command: Command) -> Value {
    let (text, ok) = run(command).await;
    assert!(ok, "{text}");
    let listed: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let jobs = listed["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), 1, "{listed}");
    jobs[0].clone()
}
