//! `refresh_states`: computes the states of accounts that are out of date.

use super::{Bench, TaskError};
use crate::domain::id::WorkspaceId;

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId) -> Result<(), TaskError> {
    let app = bench.app.in_workspace(workspace);
    loop {
        let turn = app.background().await;
        if !app.refresh_some_states().await? {
            return Ok(());
        }
        drop(turn);
        // What is computed stays; the next start goes on from there.
        if bench.stop.is_cancelled() {
            return Ok(app.enqueue_stale_states().await?);
        }
    }
}
