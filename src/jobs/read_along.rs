//! `read_along`: has the language model read calls and e-mails, and name conversations.

use super::{Bench, TaskError};
use crate::domain::id::WorkspaceId;

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId) -> Result<(), TaskError> {
    Ok(bench.app.in_workspace(workspace).read_along(&bench.stop).await?)
}
