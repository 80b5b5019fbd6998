//! The private PostgreSQL: survives what kills it or us, refuses what it must, and says what to do.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use success_agent::domain::record::Record;
use success_agent::store::embedded::{Cluster, DataDirLock, Durability};
use success_agent::store::{Store, StoreError};

const PATIENCE: Duration = Duration::from_secs(30);

/// A data directory that the user PostgreSQL runs as can enter.
fn data_dir() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    directory
}

fn postmaster(directory: &Path) -> Option<u32> {
    let text = std::fs::read_to_string(directory.join("postgres/data/postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok()
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
    let directory = data_dir();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    let cluster = Cluster::start(&lock, Durability::Full).await.unwrap();
    let store = Store::connect(cluster.url(), PATIENCE).await.unwrap();
    let workspace = store.workspace("w").await.unwrap();
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &[account()]).await.unwrap();
    store.close().await;
    cluster.stop().await;
    assert_eq!(postmaster(directory.path()), None, "a stopped server leaves nothing behind");

    let since = Instant::now();
    let cluster = Cluster::start(&lock, Durability::Full).await.unwrap();
    let store = Store::connect(cluster.url(), PATIENCE).await.unwrap();
    let warm = since.elapsed();
    assert!(store.account(workspace, "hooli.com").await.is_ok());
    println!("warm start with connection: {} ms", warm.as_millis());
    store.close().await;
    cluster.stop().await;
}

#[tokio::test]
async fn a_killed_server_comes_back_with_everything_and_says_so_meanwhile() {
    let directory = data_dir();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    let cluster = Cluster::start(&lock, Durability::Full).await.unwrap();
    let store = Store::connect(cluster.url(), PATIENCE).await.unwrap();
    let workspace = store.workspace("w").await.unwrap();
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &[account()]).await.unwrap();
    let pid = postmaster(directory.path()).unwrap();
    signal("KILL", pid);
    until("the failure", || async {
        match store.account(workspace, "hooli.com").await {
            Err(StoreError::Unavailable(text)) => {
                assert!(text.contains("Try again"), "{text}");
                Some(())
            }
            Err(error) => panic!("{error:?}"),
            Ok(_) => (postmaster(directory.path()) != Some(pid)).then_some(()),
        }
    })
    .await;
    let account = until("the recovery", || async { store.account(workspace, "hooli.com").await.ok() }).await;
    assert_eq!(account.record.name, "Hooli");
    cluster.stop().await;
}

#[tokio::test]
async fn a_second_start_on_the_same_directory_is_refused_with_a_sentence() {
    let directory = data_dir();
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
    let store = Store::connect(cluster.url(), PATIENCE).await.unwrap();
    let workspace = store.workspace("w").await.unwrap();
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &[account()]).await.unwrap();
    std::fs::write(Path::new(&directory).join("stored"), "").unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn the_server_of_a_killed_process_is_stopped_and_its_data_is_there() {
    let directory = data_dir();
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_cluster::holder_of_a_cluster_until_killed"])
        .env("IT_HOLD_CLUSTER", directory.path())
        .spawn()
        .unwrap();
    let stored = directory.path().join("stored");
    until("the holder's work", || async { stored.exists().then_some(()) }).await;
    let refused = DataDirLock::acquire(directory.path(), "serve").unwrap_err().to_string();
    assert!(refused.contains(&format!("process {}", holder.id())), "{refused}");
    holder.kill().unwrap();
    holder.wait().unwrap();

    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    let cluster = Cluster::start(&lock, Durability::Full).await.unwrap();
    let store = Store::connect(cluster.url(), PATIENCE).await.unwrap();
    let workspace = store.workspace("w").await.unwrap();
    assert!(store.account(workspace, "hooli.com").await.is_ok());
    store.close().await;
    cluster.stop().await;
}

#[tokio::test]
async fn a_dropped_cluster_stops_by_itself() {
    let directory = data_dir();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    let cluster = Cluster::start(&lock, Durability::Relaxed).await.unwrap();
    drop(cluster);
    until("the stop", || async { postmaster(directory.path()).is_none().then_some(()) }).await;
}

#[tokio::test]
async fn a_process_number_that_went_to_somebody_else_is_no_obstacle() {
    let directory = data_dir();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    Cluster::start(&lock, Durability::Relaxed).await.unwrap().stop().await;
    let file = directory.path().join("postgres/data/postmaster.pid");
    std::fs::write(&file, format!("{}\n", std::process::id())).unwrap();
    Cluster::start(&lock, Durability::Relaxed).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_database_of_another_version_is_refused_with_a_sentence() {
    let directory = data_dir();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    Cluster::start(&lock, Durability::Relaxed).await.unwrap().stop().await;
    std::fs::write(directory.path().join("postgres/data/PG_VERSION"), "9\n").unwrap();
    let refused = Cluster::start(&lock, Durability::Relaxed).await.unwrap_err().to_string();
    assert!(refused.contains("made by PostgreSQL 9, but this machine has PostgreSQL"), "{refused}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_with_what_to_do() {
    let refused = Store::connect("postgres://nobody@127.0.0.1:9/none", Duration::ZERO).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Unavailable(text) if text.contains("127.0.0.1:9")), "{refused}");
    let refused = Store::connect("not an address", Duration::ZERO).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Invalid(text) if text.contains("postgres://")), "{refused}");
}
