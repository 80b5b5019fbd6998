//! `sync_source`: fetches what is new from a connected system, for a while; what is left is another task.

use super::{Bench, TaskError};
use crate::domain::id::{ConnectionId, WorkspaceId};

pub(super) async fn run(bench: &Bench, workspace: WorkspaceId, connection: ConnectionId) -> Result<(), TaskError> {
    let app = bench.app.in_workspace(workspace);
    Box::pin(app.sync(connection, &bench.stop)).await?;
    Ok(())
}
