//! `send_brief`: makes the brief of a meeting that begins soon, and delivers it to the owner of the account.

use super::{Bench, TaskError};
use crate::app::DueBrief;
use crate::domain::digest::Destination;
use crate::domain::id::WorkspaceId;

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId, meeting: &str, last: bool) -> Result<(), TaskError> {
    let app = bench.app.in_workspace(workspace);
    // What does not work is tried again as long as the meeting lies ahead: it is looked every minute.
    let given_up = |error: TaskError| if last { Ok(()) } else { Err(error) };
    let due = match app.due_brief(meeting, bench.slack.is_some()).await {
        Ok(Some(due)) => due,
        Ok(None) => return Ok(()),
        Err(error) => return given_up(error.into()),
    };
    match deliver(bench, workspace, &due).await {
        Ok(()) => Ok(app.brief_arrived(&due).await?),
        Err(error) => {
            let for_good = error.is_final();
            app.brief_failed(&due, &error.to_string(), for_good).await?;
            if for_good { Ok(()) } else { given_up(error) }
        }
    }
}

async fn deliver(bench: &Bench, workspace: WorkspaceId, due: &DueBrief) -> Result<(), TaskError> {
    match &due.to {
        Destination::Web => Ok(()),
        Destination::Mail(_) => Ok(bench.app.in_workspace(workspace).mail_brief(due).await?),
        Destination::Slack(user) => Ok(bench.slack()?.post_brief(workspace, user, due).await?),
    }
}
