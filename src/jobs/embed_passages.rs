//! `embed_passages`: computes the embeddings the index is behind on.

use super::{Bench, TaskError};
use crate::domain::id::WorkspaceId;

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId) -> Result<(), TaskError> {
    let app = bench.app.in_workspace(workspace);
    tokio::select! {
        embedded = app.embed() => {
            let windows = embedded?;
            if windows > 0 {
                tracing::info!(windows, "embeddings are computed");
            }
            Ok(())
        }
        // What is done stays; the next start goes on from there.
        () = bench.stop.cancelled() => Ok(app.enqueue_catching_up().await?),
    }
}
