//! A data directory: nobody else reads what is in it, and all of it can be taken away.

use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use success_agent::domain::time::Zone;
use success_agent::store::Store;
use success_agent::store::embedded::{Cluster, DataDirLock, Durability};

use crate::cli::program;
use crate::harness::data_dir::DataDir;

const PATIENCE: std::time::Duration = std::time::Duration::from_mins(1);
const LINES: &str = r#"{"type":"account","domain":"kettle.example","name":"Kettle Works"}
{"type":"note","id":"k1","account":"kettle.example","written_at":"2026-06-01","author":"Ida","text":"They want a quieter whistle."}
"#;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Runs a command on a data directory, with `input` typed.
fn run(directory: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = program(directory);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that refuses at once reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Opens everything below `path` to everybody, as an earlier version left it.
fn lay_open(path: &Path) {
    assert!(Command::new("chmod").args(["-R", "go+rX"]).arg(path).status().unwrap().success());
}

/// What others may do with anything that belongs to the same user as `folder`, below it.
fn open_to_others(folder: &Path, found: &mut Vec<String>) {
    let owner = std::fs::metadata(folder).unwrap().uid();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let metadata = entry.metadata().unwrap();
        if metadata.mode() & 0o077 != 0 {
            found.push(format!("{} {:o}", entry.path().display(), metadata.mode() & 0o777));
        }
        if metadata.is_dir() && metadata.uid() == owner {
            open_to_others(&entry.path(), found);
        }
    }
}

#[test]
fn everything_in_a_data_directory_is_for_its_user_alone_also_where_it_lay_open() {
    let directory = DataDir::new();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    for (arguments, input) in [(&["import", "-"][..], LINES), (&["accounts"], "")] {
        let output = run(directory.path(), arguments, input);
        assert!(output.status.success(), "{}", said(&output));
        let mode = std::fs::metadata(directory.path()).unwrap().mode();
        assert_eq!(mode & 0o777, 0o700, "{arguments:?}");
        let mut open = Vec::new();
        open_to_others(directory.path(), &mut open);
        assert_eq!(open, Vec::<String>::new(), "{arguments:?}");
        for part in ["index", "lock"] {
            lay_open(&directory.path().join(part));
        }
        std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn nobody_else_can_hold_the_lock_of_a_data_directory() {
    let directory = tempfile::tempdir().unwrap();
    let lock = directory.path().join("lock");
    std::fs::write(&lock, "").unwrap();
    lay_open(directory.path());
    drop(DataDirLock::acquire(directory.path(), "test").unwrap());
    assert_eq!(std::fs::metadata(lock).unwrap().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(directory.path()).unwrap().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn a_cluster_that_is_inside_a_data_directory_already_stays_and_works() {
    let directory = DataDir::new();
    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    Cluster::start(&lock, Durability::Relaxed).await.unwrap().stop().await;
    drop(lock);
    // Where an earlier version put it.
    let (made, inside) = (directory.cluster(), directory.path().join("postgres"));
    if made != inside {
        assert!(Command::new("mv").arg(&made).arg(&inside).status().unwrap().success());
        std::fs::remove_file(directory.path().join("postgres.location")).unwrap();
    }
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();

    let lock = DataDirLock::acquire(directory.path(), "test").unwrap();
    let cluster = Cluster::start(&lock, Durability::Relaxed).await.unwrap();
    let store = Store::connect(cluster.url(), Zone::UTC, PATIENCE).await.unwrap();
    assert!(store.ping().await.is_ok());
    let (outer, inner) = (std::fs::metadata(directory.path()).unwrap(), std::fs::metadata(&inside).unwrap());
    let expected = if outer.uid() == inner.uid() { 0o700 } else { 0o711 };
    assert_eq!((outer.mode() & 0o777, inner.mode() & 0o777), (expected, 0o700));
    assert_eq!(directory.cluster(), inside);
    store.close().await;
    cluster.stop().await;
}

#[test]
fn purging_asks_names_what_goes_and_leaves_what_people_wrote() {
    let directory = DataDir::new();
    let output = run(directory.path(), &["import", "-"], LINES);
    assert!(output.status.success(), "{}", said(&output));
    let cluster = directory.cluster();
    assert!(cluster.join("data/PG_VERSION").exists());
    std::fs::write(directory.path().join("voice.md"), "Greeting: Ahoy\n").unwrap();

    let asked = run(directory.path(), &["purge"], "");
    assert_eq!(asked.status.code(), Some(2), "{}", said(&asked));
    assert!(said(&asked).contains("--yes") && said(&asked).contains(cluster.to_str().unwrap()), "{}", said(&asked));
    assert!(cluster.exists());

    let held = DataDirLock::acquire(directory.path(), "serve").unwrap();
    let refused = run(directory.path(), &["purge", "--yes"], "");
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("in use by `success-agent serve`"), "{}", said(&refused));
    assert!(cluster.exists());
    drop(held);

    let purged = run(directory.path(), &["purge", "--yes"], "");
    assert!(purged.status.success(), "{}", said(&purged));
    assert!(!cluster.exists());
    let left: Vec<_> = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["voice.md"], "{}", said(&purged));
    let nothing = run(directory.path(), &["purge", "--yes"], "");
    assert!(nothing.status.success() && said(&nothing).contains("nothing to remove"), "{}", said(&nothing));
}

#[test]
fn the_cluster_of_a_data_directory_that_was_deleted_can_still_be_taken_away() {
    let directory = DataDir::new();
    let inner = directory.path().join("data");
    let output = run(&inner, &["import", "-"], LINES);
    assert!(output.status.success(), "{}", said(&output));
    let noted = std::fs::read_to_string(inner.join("postgres.location"));
    std::fs::remove_dir_all(&inner).unwrap();
    let purged = run(&inner, &["purge", "--yes"], "");
    assert!(purged.status.success(), "{}", said(&purged));
    assert!(!inner.exists());
    // Only root's is elsewhere.
    if let Ok(noted) = noted {
        assert!(said(&purged).contains(noted.trim()), "{}", said(&purged));
        assert!(!Path::new(noted.trim()).exists());
    }
}
