//! The index in this process as a guest of the file system: held by one process, intact after a kill, damaged or full.

use std::path::Path;
use std::sync::Arc;

use success_agent::domain::activity::Note;
use success_agent::domain::id::WorkspaceId;
use success_agent::domain::passage::{AccountScope, PassageQuery, Scope};
use success_agent::domain::record::Record;
use success_agent::domain::time::midnight;
use success_agent::knowledge::{EdgeIndex, IndexError, Knowledge};

fn notes(from: usize, count: usize) -> Vec<Record> {
    (from..from + count)
        .map(|number| {
            Record::Note(Note {
                id: format!("note-{number}"),
                account: format!("account-{}.com", number % 10),
                written_at: midnight("2026-01-01".parse().unwrap()),
                author: String::new(),
                text: format!("Number {number}: the renewal word{} is near.", number % 97),
                url: None,
            })
        })
        .collect()
}

fn scope(workspace: WorkspaceId) -> Scope {
    Scope { workspace, accounts: AccountScope::All }
}

async fn open(directory: &Path) -> Result<Knowledge, IndexError> {
    Ok(Knowledge::new(Arc::new(EdgeIndex::open(directory).await?)))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_in_use_says_so_and_is_free_after_it_is_closed() {
    let directory = tempfile::tempdir().unwrap();
    let first = open(directory.path()).await.unwrap();
    match open(directory.path()).await {
        Err(IndexError::Unavailable(text)) => assert!(text.contains("in use"), "{text}"),
        other => panic!("{:?}", other.err()),
    }
    let workspace = WorkspaceId::new();
    first.put(workspace, &notes(0, 20)).await.unwrap();
    first.close().await.unwrap();
    assert!(matches!(first.count(&scope(workspace)).await, Err(IndexError::Unavailable(_))));
    let second = open(directory.path()).await.unwrap();
    assert_eq!(second.count(&scope(workspace)).await.unwrap(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_or_foreign_index_asks_to_be_rebuilt_and_can_be() {
    let directory = tempfile::tempdir().unwrap();
    let workspace = WorkspaceId::new();
    let index = open(directory.path()).await.unwrap();
    index.put(workspace, &notes(0, 200)).await.unwrap();
    index.settle().await.unwrap();
    index.close().await.unwrap();
    drop(index);

    let layout = directory.path().join("layout");
    let present = std::fs::read_to_string(&layout).unwrap();
    // 1 is what the first versions wrote.
    for other in ["0", "1", "999", "", "x"] {
        std::fs::write(&layout, other).unwrap();
        assert!(matches!(open(directory.path()).await, Err(IndexError::NeedsRebuild(_))), "{other:?}");
    }
    std::fs::write(&layout, present).unwrap();
    assert_eq!(open(directory.path()).await.unwrap().count(&scope(workspace)).await.unwrap(), 200);

    for file in files(&directory.path().join("segments")) {
        let length = std::fs::metadata(&file).unwrap().len();
        std::fs::File::options().write(true).open(&file).unwrap().set_len(length / 2).unwrap();
    }
    match open(directory.path()).await {
        Err(IndexError::NeedsRebuild(text)) => assert!(text.contains("reindex"), "{text}"),
        other => panic!("{:?}", other.err()),
    }
    EdgeIndex::discard(directory.path()).await.unwrap();
    let index = open(directory.path()).await.unwrap();
    assert_eq!(index.count(&scope(workspace)).await.unwrap(), 0);
    index.put(workspace, &notes(0, 20)).await.unwrap();
    let query = PassageQuery { text: "renewal".to_owned(), limit: 5, ..PassageQuery::default() };
    assert_eq!(index.search(&scope(workspace), &query).await.unwrap().len(), 5);
}

fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// What [`what_was_put_survives_a_kill`] runs in another process: puts batches until it is killed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by what_was_put_survives_a_kill in a process of its own"]
async fn write_until_killed() {
    let Ok(directory) = std::env::var("INDEX_KILL_DIRECTORY") else { return };
    let index = open(Path::new(&directory)).await.unwrap();
    let workspace = WorkspaceId::from(uuid::Uuid::from_u128(1));
    for batch in 0.. {
        index.put(workspace, &notes(batch * 100, 100)).await.unwrap();
        println!("acknowledged {}", (batch + 1) * 100);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_survives_a_kill() {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let directory = tempfile::tempdir().unwrap();
    let workspace = WorkspaceId::from(uuid::Uuid::from_u128(1));
    let mut acknowledged = 0;
    for round in 1..=3 {
        let mut child = tokio::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "index_edge::write_until_killed", "--nocapture"])
            .env("INDEX_KILL_DIRECTORY", directory.path())
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some((_, number)) = line.split_once("acknowledged ") {
                let number = number.trim().parse::<u64>().unwrap();
                acknowledged = acknowledged.max(number);
                if number >= round * 700 {
                    break;
                }
            }
        }
        child.kill().await.unwrap();

        let index = open(directory.path()).await.unwrap();
        let count = index.count(&scope(workspace)).await.unwrap();
        assert!(count >= acknowledged, "{count} of {acknowledged} are left");
        for number in [0, acknowledged / 2, acknowledged - 1] {
            let account = AccountScope::Only(vec![format!("account-{}.com", number % 10)]);
            let text = format!("number {number}");
            let query = PassageQuery { text, limit: 1, ..PassageQuery::default() };
            let hits = index.search(&Scope { workspace, accounts: account }, &query).await.unwrap();
            assert_eq!(hits[0].passage.source.id, format!("note-{number}"));
        }
        index.close().await.unwrap();
    }
}
