//! `refresh_cards`: brings the messages in Slack that show a proposal or a draft up to date.

use super::{Bench, TaskError};
use crate::domain::id::WorkspaceId;

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId, subject: &str) -> Result<(), TaskError> {
    match &bench.slack {
        Some(slack) => Ok(slack.refresh_cards(workspace, subject).await?),
        // Nobody sees them where Slack is not configured any more.
        None => Ok(()),
    }
}
