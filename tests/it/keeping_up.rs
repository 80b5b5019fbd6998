//! The index is away, or cannot be opened: the program serves, says so, and catches up by itself.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use success_agent::app::{App, AppError, Readiness, Search};
use success_agent::config::JobsConfig;
use success_agent::domain::task::Task;
use success_agent::jobs::{Bench, TaskError, Workers};
use success_agent::knowledge::EdgeIndex;
use tokio_util::sync::CancellationToken;

use crate::harness::wire::Wire;
use crate::harness::world::{NOW, World, three_accounts};
use crate::index_server::FakeQdrant;

/// How long something may take to be so.
const PATIENCE: Duration = Duration::from_mins(2);

fn note(id: &str, text: &str) -> serde_json::Value {
    json!({"type": "note", "id": id, "account": "acme.com", "written_at": "2026-06-10", "author": "Lena", "text": text})
}

async fn try_import(app: &App, record: &serde_json::Value) -> Result<(), AppError> {
    let input = Box::new(std::io::Cursor::new(record.to_string().into_bytes()));
    app.import(None, input, Arc::new(|_| {})).await.map(drop)
}

async fn working(app: &App) -> (CancellationToken, Workers) {
    let stop = CancellationToken::new();
    let bench = Bench { app: app.clone(), slack: None, stop: stop.clone() };
    (stop, Workers::start(bench, JobsConfig { quick: 1, slow: 2, gone_after_seconds: 5 }, true).await.unwrap())
}

/// Waits until a search finds a record, with nothing else happening.
async fn until_found(app: &App, words: &str, id: &str) {
    let finding = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        loop {
            ticks.tick().await;
            let search = Search { query: words.to_owned(), account: Some("acme.com".to_owned()), ..Search::default() };
            if app.search(search).await.is_ok_and(|hits| hits.iter().any(|hit| hit.passage.source.id == id)) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, finding).await.unwrap_or_else(|_| panic!("`{id}` is never found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_came_while_the_server_of_the_index_was_away_is_found_once_it_is_back() {
    let wire = Wire::to(FakeQdrant::start().await).await;
    let url = format!("http://{}", wire.address);
    let world = World::with(&three_accounts(), |config| config.index.url = Some(url)).await;
    let (stop, workers) = working(&world.app).await;
    wire.cut();
    let refused = try_import(&world.app, &note("away-1", "The turbine hall wants a darker dashboard.")).await;
    let Err(AppError::Unavailable(said)) = refused else { panic!("{refused:?}") };
    assert!(said.contains("does not answer") && said.contains("1 record of the input had landed"), "{said}");
    assert!(said.contains("need not be imported again"), "{said}");
    // More than once, and however long it takes.
    let workspace = world.app.workspace();
    for _ in 0..2 {
        let tasks = world.app.store().tasks(workspace, 10).await.unwrap();
        assert!(tasks.iter().any(|task| task.task == Task::CatchUp { workspace }), "{tasks:?}");
        perform(&world.app).await.unwrap();
    }
    wire.mend();
    until_found(&world.app, "darker dashboard", "away-1").await;
    assert_eq!(world.app.readiness().await.unindexed, 0);
    stop.cancel();
    workers.stop().await;
}

/// Does the task that catches up, as a worker does it.
async fn perform(app: &App) -> Result<(), TaskError> {
    let bench = Bench { app: app.clone(), slack: None, stop: CancellationToken::new() };
    Box::pin(bench.perform(&Task::CatchUp { workspace: app.workspace() }, false)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_the_server_of_the_index_serves_and_catches_up_when_it_is_there() {
    let wire = Wire::to(FakeQdrant::start().await).await;
    wire.cut();
    let url = format!("http://{}", wire.address);
    let world = World::with(&[], |config| config.index.url = Some(url.clone())).await;
    for record in three_accounts().into_iter().chain([note("early-1", "The orchard asks for a paper ledger.")]) {
        let landed = try_import(&world.app, &record).await;
        assert!(landed.is_ok() || matches!(&landed, Err(AppError::Unavailable(_))), "{landed:?}");
    }
    let readiness = world.app.readiness().await;
    assert_eq!((readiness.ready, readiness.accounts), (false, 3));
    assert!(readiness.problems.iter().any(|problem| problem.contains(&url)), "{readiness:?}");
    let (stop, workers) = working(&world.app).await;
    wire.mend();
    until_found(&world.app, "paper ledger", "early-1").await;
    assert!(world.app.readiness().await.ready);
    stop.cancel();
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_beside_somebody_who_holds_the_index_serves_and_indexes_later() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let folder = world.config.data_dir.join("index");
    world.app.close().await;
    let stranger = EdgeIndex::open(&folder).await.unwrap();
    let app = App::open(&world.config, Arc::new(|_| {})).await.unwrap();
    try_import(&app, &note("held-1", "The bakery counts loaves by hand.")).await.unwrap_err();
    let readiness = app.readiness().await;
    assert!(readiness.problems.iter().any(|problem| problem.contains("in use")), "{readiness:?}");
    assert_eq!(readiness.unindexed, 1);
    let (stop, workers) = working(&app).await;
    success_agent::knowledge::VectorIndex::close(&stranger).await.unwrap();
    until_found(&app, "loaves by hand", "held-1").await;
    stop.cancel();
    workers.stop().await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_that_is_gone_left_is_seen_without_anything_happening() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let (app, workspace) = (&world.app, world.app.workspace());
    let waiting = async || app.store().tasks(workspace, 10).await.unwrap();
    app.enqueue_what_is_left().await.unwrap();
    assert_eq!(waiting().await, [], "nothing is left");
    let record = serde_json::from_value(note("left-1", "The lighthouse pays by barge.")).unwrap();
    app.store().put(workspace, app.now(), &[record]).await.unwrap();
    app.enqueue_what_is_left().await.unwrap();
    let tasks = waiting().await;
    assert!(matches!(tasks.as_slice(), [task] if task.task == Task::CatchUp { workspace }), "{tasks:?}");
}

/// A small disk of its own; only root can make one.
struct Disk(tempfile::TempDir);

impl Disk {
    fn of(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={mebibytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "disk"]).arg(folder.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(folder))
    }

    fn grow(&self, mebibytes: u32) {
        let size = format!("remount,size={mebibytes}m");
        assert!(Command::new("mount").args(["-o", &size]).arg(self.0.path()).status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_on_a_disk_that_is_nearly_full_serves_says_so_and_indexes_when_there_is_room() {
    let Some(disk) = Disk::of(100) else { return };
    let folder = disk.0.path().to_owned();
    let world = World::with(&[], |config| config.data_dir = folder).await;
    for record in three_accounts().into_iter().chain([note("full-1", "The quarry ships gravel on Tuesdays.")]) {
        let landed = try_import(&world.app, &record).await;
        assert!(landed.is_ok() || matches!(&landed, Err(AppError::Unavailable(_))), "{landed:?}");
    }
    let told =
        |readiness: &Readiness| readiness.warnings.iter().any(|warning| warning.contains("make room for at least"));
    let first = world.app.readiness().await;
    assert!(first.ready && told(&first) && first.unindexed == 2, "{first:?}");

    // There is room, then again there is none: what is indexed is found, and not thrown away.
    disk.grow(1_000);
    let (stop, workers) = working(&world.app).await;
    until_found(&world.app, "gravel on Tuesdays", "full-1").await;
    stop.cancel();
    workers.stop().await;
    world.app.close().await;
    let filler = disk.0.path().join("filler");
    let free = Command::new("fallocate").args(["-l", "900M"]).arg(&filler).status().unwrap();
    assert!(free.success());
    let app = App::open(&world.config, Arc::new(|_| {})).await.unwrap();
    until_found(&app, "gravel on Tuesdays", "full-1").await;
    let second = app.readiness().await;
    assert!(second.ready && told(&second), "{second:?}");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn catching_up_ends_with_the_program_and_goes_on_with_the_next() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let (app, workspace) = (&world.app, world.app.workspace());
    let record = serde_json::from_value(note("later-1", "The ferry sails at noon.")).unwrap();
    app.store().put(workspace, app.now(), &[record]).await.unwrap();
    app.wind_down();
    perform(app).await.unwrap();
    assert_eq!(app.readiness().await.unindexed, 1);
    let world = world.at(NOW).await;
    let (stop, workers) = working(&world.app).await;
    until_found(&world.app, "sails at noon", "later-1").await;
    stop.cancel();
    workers.stop().await;
}
