//! `send_alerts`: says what began sharply, in the places where digests on it go.

use super::{Bench, TaskError};
use crate::domain::digest::{AlertPost, Destination, Digest};
use crate::domain::id::WorkspaceId;

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId, last: bool) -> Result<(), TaskError> {
    let app = bench.app.in_workspace(workspace);
    let mut unsaid = None;
    for (digest, post) in app.alerts_to_say().await? {
        match deliver(bench, workspace, &digest, &post).await {
            Ok(()) => app.alerts_arrived(&post).await?,
            Err(error) if last || error.is_final() => app.alerts_failed(&digest, &post, &error.to_string()).await?,
            // One place that is out of reach keeps no other waiting.
            Err(error) => unsaid = Some(error),
        }
    }
    unsaid.map_or(Ok(()), Err)
}

async fn deliver(bench: &Bench, workspace: WorkspaceId, digest: &Digest, post: &AlertPost) -> Result<(), TaskError> {
    match &digest.to {
        Destination::Web => Ok(()),
        Destination::Mail(_) => Ok(bench.app.in_workspace(workspace).mail_alerts(digest, post).await?),
        Destination::Slack(place) => Ok(bench.slack()?.post_alerts(workspace, place, post).await?),
    }
}
