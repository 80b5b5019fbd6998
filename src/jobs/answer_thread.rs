//! `answer_thread`: answers what waits in a Slack thread.

use uuid::Uuid;

use super::{Bench, TaskError};
use crate::domain::id::WorkspaceId;

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId, thread: Uuid, last: bool) -> Result<(), TaskError> {
    Ok(bench.slack()?.answer_thread(workspace, thread, last).await?)
}
