//! `catch_up`: reads, scores and indexes what changed.
//!
//! What it needs may be away for hours: a Qdrant server, room on the disk. Then it is done again in some seconds, as often
//! as it takes; it is no task that failed, and no person has to look at it.

use super::{Bench, TaskError};
use crate::app::AppError;
use crate::domain::id::WorkspaceId;

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId) -> Result<(), TaskError> {
    let app = bench.app.in_workspace(workspace);
    match app.catch_up().await {
        Err(AppError::Unavailable(reason)) => {
            tracing::warn!(reason, "catching up has to wait; it is tried again in some seconds");
            Ok(app.catch_up_again().await?)
        }
        done => Ok(done?),
    }
}
