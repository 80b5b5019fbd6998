//! `catch_up`: reads, scores and indexes what changed.

use super::{Bench, TaskError};
use crate::domain::id::WorkspaceId;

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId) -> Result<(), TaskError> {
    Ok(bench.app.in_workspace(workspace).catch_up().await?)
}
