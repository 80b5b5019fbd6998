//! `send_digest`: makes the edition of a digest that is due, and delivers it.

use super::{Bench, TaskError};
use crate::app::DueEdition;
use crate::domain::digest::Destination;
use crate::domain::id::{DigestId, WorkspaceId};

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId, digest: DigestId, last: bool) -> Result<(), TaskError> {
    let app = bench.app.in_workspace(workspace);
    let turn = app.background().await;
    let Some(due) = app.due_edition(digest).await? else { return Ok(()) };
    drop(turn);
    let addressed = app.in_their_stead(&due).await?;
    match deliver(bench, workspace, &addressed).await {
        Ok(()) => Ok(app.edition_arrived(&due).await?),
        // Trying again does not help, or was done often enough: whoever owns the digest hears it.
        Err(error) if last || error.is_final() => {
            app.edition_failed(&due, &error.to_string()).await?;
            if let Some(slack) = &bench.slack {
                slack.say_digest_failed(workspace, &due, &error.to_string()).await;
            }
            Ok(())
        }
        Err(error) => Err(error),
    }
}

async fn deliver(bench: &Bench, workspace: WorkspaceId, due: &DueEdition) -> Result<(), TaskError> {
    match &due.digest.to {
        Destination::Web => Ok(()),
        Destination::Mail(_) => Ok(bench.app.in_workspace(workspace).mail_edition(due).await?),
        Destination::Slack(place) => Ok(bench.slack()?.post_digest(workspace, place, due).await?),
    }
}
