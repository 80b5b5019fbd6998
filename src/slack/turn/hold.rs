//! One worker answers in a thread at a time: it holds the thread, and says so again as long as it is alive.

use std::time::Duration;

use uuid::Uuid;

use super::super::service::{Slack, SlackError};
use crate::domain::id::WorkspaceId;
use crate::domain::task::Task;

/// How long a thread is held without another word. Shorter than the time after which a process counts as gone, so that
/// whoever gets its tasks gets its threads.
const HELD: Duration = Duration::from_secs(15);

/// How often the holder says that it is alive.
const BEAT: Duration = Duration::from_secs(4);

/// When somebody looks again who found the thread held.
const AGAIN: Duration = Duration::from_secs(3);

impl Slack {
    /// Does `work` while no other worker is at work in the thread. Where one is, the task waits: what it does not take up
    /// is done then.
    pub(super) async fn alone_in(
        &self,
        workspace: WorkspaceId,
        thread: Uuid,
        work: impl Future<Output = Result<(), SlackError>>,
    ) -> Result<(), SlackError> {
        let (store, holder) = (self.store(), Uuid::now_v7());
        if !store.hold_slack_thread(workspace, thread, holder, HELD).await? {
            return Ok(store.enqueue_in(&Task::AnswerThread { workspace, thread }, AGAIN).await?);
        }
        let done = tokio::select! {
            done = work => done,
            () = self.lost(workspace, thread, holder) => {
                tracing::warn!(%thread, "another worker took a thread over, because this one could not say that it is alive");
                return Ok(store.enqueue_in(&Task::AnswerThread { workspace, thread }, AGAIN).await?);
            }
        };
        if let Err(error) = store.release_slack_thread(workspace, thread, holder).await {
            tracing::warn!(%error, "a thread could not be given back; it is free in some seconds");
        }
        done
    }

    /// Holds on, and returns once another worker has the thread.
    async fn lost(&self, workspace: WorkspaceId, thread: Uuid, holder: Uuid) {
        loop {
            tokio::time::sleep(BEAT).await;
            match self.store().hold_slack_thread(workspace, thread, holder, HELD).await {
                Ok(false) => return,
                Ok(true) => {}
                Err(error) => tracing::debug!(%error, "a thread could not be held on to; trying again"),
            }
        }
    }
}
