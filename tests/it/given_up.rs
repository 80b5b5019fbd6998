//! Reads nobody waits for any more.

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::join_all;

use crate::harness::database::TestDatabase;

/// More than there are connections.
const MANY: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn reads_that_are_given_up_take_no_connection_from_those_that_follow() {
    let database = TestDatabase::new().await;
    let workspace = database.store.workspace("main").await.unwrap();
    database.store.snapshot(workspace).await.unwrap();
    for _ in 0..MANY {
        // It has begun, and is dropped before the database answers.
        drop(database.store.snapshot(workspace).now_or_never());
    }
    let reads = join_all((0..MANY).map(|_| database.store.snapshot(workspace)));
    let read = tokio::time::timeout(Duration::from_mins(1), reads).await.unwrap();
    assert!(read.iter().all(Result::is_ok), "{read:?}");
}
