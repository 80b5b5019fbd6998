//! `handle_slack`: does what a command, a button, a modal or an event of Slack asks for.

use uuid::Uuid;

use super::{Bench, TaskError};
use crate::domain::id::WorkspaceId;

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId, inbox: Uuid, last: bool) -> Result<(), TaskError> {
    Ok(bench.slack()?.handle(workspace, inbox, last).await?)
}
