//! The private PostgreSQL: survives what kills it or us, refuses what it must, and says what to do.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use success_agent::domain::record::Record;
use success_agent::domain::time::Zone;
use success_agent::store::embedded::{Cluster, DataDirLock, Durability};
use success_agent::store::{Store, StoreError};

use crate::harness::data_dir::DataDir;

const PATIENCE: Duration = Duration::from_secs(90);

fn pid_file(directory: &DataDir) -> PathBuf {
    directory.cluster().join("data/postmaster.pid")
}

fn postmaster(directory: &DataDir) -> Option<u32> {
    std::fs::read_to_string(pid_file(directory)).ok()?.lines().next()?.trim().parse().ok()
}

fn signal(signal: &str, pid: u32) {
    assert!(
        Command::new("sh")
            .args(["-c", "kill -\"$1\" \"$2\"", "sh", signal, &pid.to_string()])
            .status()
            .unwrap()
            .success()
    );
}

fn account() -> Record {
    serde_json::from_value(json!({"type": "account", "domain": "hooli.com", "name": "Hooli"})).unwrap()
}

async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    let since = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(since.elapsed() < PATIENCE, "{what} did not happen");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_stop_and_a_start() {
    let directory = DataDir::new();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    let cluster = Cluster::start(&lock, Durability::Full).await.unwrap();
    let store = Store::connect(cluster.url(), Zone::UTC, PATIENCE).await.unwrap();
    let workspace = store.workspace("w").await.unwrap();
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &[account()]).await.unwrap();
    store.close().await;
    cluster.stop().await;
    assert_eq!(postmaster(&directory), None, "a stopped server leaves nothing behind");

    let since = Instant::now();
    let cluster = Cluster::start(&lock, Durability::Full).await.unwrap();
    let store = Store::connect(cluster.url(), Zone::UTC, PATIENCE).await.unwrap();
    let warm = since.elapsed();
    assert!(store.account(workspace, "hooli.com").await.is_ok());
    println!("warm start with connection: {} ms", warm.as_millis());
    store.close().await;
    cluster.stop().await;
}

#[tokio::test]
async fn a_killed_server_comes_back_with_everything_and_says_so_meanwhile() {
    let directory = DataDir::new();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    let cluster = Cluster::start(&lock, Durability::Full).await.unwrap();
    let store = Store::connect(cluster.url(), Zone::UTC, PATIENCE).await.unwrap();
    let workspace = store.workspace("w").await.unwrap();
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &[account()]).await.unwrap();
    let pid = postmaster(&directory).unwrap();
    signal("KILL", pid);
    until("the failure", || async {
        match store.account(workspace, "hooli.com").await {
            Err(StoreError::Unavailable(text)) => {
                assert!(text.contains("Try again"), "{text}");
                Some(())
            }
            Err(error) => panic!("{error:?}"),
            Ok(_) => (postmaster(&directory) != Some(pid)).then_some(()),
        }
    })
    .await;
    let account = until("the recovery", || async { store.account(workspace, "hooli.com").await.ok() }).await;
    assert_eq!(account.record.name, "Hooli");
    cluster.stop().await;
}

#[tokio::test]
async fn a_second_start_on_the_same_directory_is_refused_with_a_sentence() {
    let directory = DataDir::new();
    let lock = DataDirLock::acquire(directory.path(), "serve").unwrap();
    let refused = DataDirLock::acquire(directory.path(), "import").unwrap_err();
    assert!(
        matches!(&refused, StoreError::Conflict(text) if text.contains("in use by `success-agent serve`")),
        "{refused}"
    );
    drop(lock);
}

/// A child process of the next test: holds a cluster until it is killed. Does nothing when run as a test.
#[tokio::test]
async fn holder_of_a_cluster_until_killed() {
    let Ok(directory) = std::env::var("IT_HOLD_CLUSTER") else { return };
    let lock = DataDirLock::acquire(Path::new(&directory), "held").unwrap();
    let cluster = Cluster::start(&lock, Durability::Full).await.unwrap();
    let store = Store::connect(cluster.url(), Zone::UTC, PATIENCE).await.unwrap();
    let workspace = store.workspace("w").await.unwrap();
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &[account()]).await.unwrap();
    std::fs::write(Path::new(&directory).join("stored"), "").unwrap();
    std::future::pending::<()>().await;
}

/// Has another process hold a cluster with something in it.
async fn hold(directory: &DataDir) -> std::process::Child {
    let holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_cluster::holder_of_a_cluster_until_killed"])
        .env("IT_HOLD_CLUSTER", directory.path())
        .spawn()
        .unwrap();
    let stored = directory.path().join("stored");
    until("the holder's work", || async { stored.exists().then_some(()) }).await;
    holder
}

#[tokio::test]
async fn the_server_of_a_killed_process_is_stopped_and_its_data_is_there() {
    let directory = DataDir::new();
    let mut holder = hold(&directory).await;
    let refused = DataDirLock::acquire(directory.path(), "serve").unwrap_err().to_string();
    assert!(refused.contains(&format!("process {}", holder.id())), "{refused}");
    holder.kill().unwrap();
    holder.wait().unwrap();

    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    let cluster = Cluster::start(&lock, Durability::Full).await.unwrap();
    let store = Store::connect(cluster.url(), Zone::UTC, PATIENCE).await.unwrap();
    let workspace = store.workspace("w").await.unwrap();
    assert!(store.account(workspace, "hooli.com").await.is_ok());
    store.close().await;
    cluster.stop().await;
}

#[tokio::test]
async fn a_dropped_cluster_stops_by_itself() {
    let directory = DataDir::new();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    let cluster = Cluster::start(&lock, Durability::Relaxed).await.unwrap();
    drop(cluster);
    until("the stop", || async { postmaster(&directory).is_none().then_some(()) }).await;
}

#[tokio::test]
async fn a_process_number_that_went_to_somebody_else_is_no_obstacle() {
    let directory = DataDir::new();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    Cluster::start(&lock, Durability::Relaxed).await.unwrap().stop().await;
    let file = pid_file(&directory);
    std::fs::write(&file, format!("{}\n", std::process::id())).unwrap();
    Cluster::start(&lock, Durability::Relaxed).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_server_that_died_and_was_not_waited_for_is_no_obstacle() {
    let directory = DataDir::new();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    Cluster::start(&lock, Durability::Relaxed).await.unwrap().stop().await;
    let owner = std::fs::metadata(directory.cluster()).unwrap();
    let mut dead = Command::new("sh");
    // PostgreSQL looks at its own user's processes more closely than at others.
    if owner.uid() != std::fs::metadata(directory.path()).unwrap().uid() {
        dead.uid(owner.uid()).gid(owner.gid());
    }
    let mut dead = dead.args(["-c", "exit"]).current_dir("/").spawn().unwrap();
    let status = || std::fs::read_to_string(format!("/proc/{}/stat", dead.id()));
    until("its end", || async { status().map_or(Some(()), |stat| stat.contains(") Z ").then_some(())) }).await;
    std::fs::write(pid_file(&directory), format!("{}\n/nowhere\n1\n5432\n", dead.id())).unwrap();
    let started = Cluster::start(&lock, Durability::Relaxed).await;
    dead.wait().unwrap();
    started.unwrap().stop().await;
}

#[tokio::test]
async fn a_file_that_names_no_process_is_no_obstacle() {
    let directory = DataDir::new();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    Cluster::start(&lock, Durability::Relaxed).await.unwrap().stop().await;
    for text in ["", "\n", "half a num", "0\n"] {
        std::fs::write(pid_file(&directory), text).unwrap();
        Cluster::start(&lock, Durability::Relaxed).await.unwrap().stop().await;
    }
}

#[tokio::test]
async fn a_server_that_runs_is_found_though_its_file_names_none() {
    let directory = DataDir::new();
    let mut holder = hold(&directory).await;
    let pid = postmaster(&directory).unwrap();
    std::fs::write(pid_file(&directory), "").unwrap();
    // Whoever watches it does not know it any more, so it outlives its holder.
    holder.kill().unwrap();
    holder.wait().unwrap();

    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    let cluster = Cluster::start(&lock, Durability::Full).await.unwrap();
    assert_ne!(postmaster(&directory), Some(pid));
    let store = Store::connect(cluster.url(), Zone::UTC, PATIENCE).await.unwrap();
    let workspace = store.workspace("w").await.unwrap();
    assert!(store.account(workspace, "hooli.com").await.is_ok());
    store.close().await;
    cluster.stop().await;
}

#[tokio::test]
async fn a_database_of_another_version_is_refused_with_a_sentence() {
    let directory = DataDir::new();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    Cluster::start(&lock, Durability::Relaxed).await.unwrap().stop().await;
    std::fs::write(directory.cluster().join("data/PG_VERSION"), "9\n").unwrap();
    let refused = Cluster::start(&lock, Durability::Relaxed).await.unwrap_err().to_string();
    assert!(refused.contains("made by PostgreSQL 9, but this machine has PostgreSQL"), "{refused}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_with_what_to_do() {
    let refused = Store::connect("postgres://nobody@127.0.0.1:9/none", Zone::UTC, Duration::ZERO).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Unavailable(text) if text.contains("127.0.0.1:9")), "{refused}");
    let refused = Store::connect("not an address", Zone::UTC, Duration::ZERO).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Invalid(text) if text.contains("postgres://")), "{refused}");
}
