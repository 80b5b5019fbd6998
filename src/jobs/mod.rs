//! The workers: they take tasks from the queue and do them, one file a task.
//!
//! A task is taken under a lease: of several processes one has it, and when that process is gone, another gets it. A
//! task holds no connection of the database while a model thinks. One that fails is tried again, a little later each
//! time; one that has failed as often as it may stays in `jobs list`, for a person to retry or to drop.

mod answer_thread;
mod catch_up;
mod embed_passages;
mod handle_slack;
mod read_along;
mod refresh_cards;
mod refresh_states;
mod send_alerts;
mod send_brief;
mod send_digest;
mod sync_source;
mod worker;

use tokio_util::sync::CancellationToken;

use crate::app::{App, AppError};
use crate::domain::task::Task;
use crate::slack::{Slack, SlackError};

pub use worker::Workers;

/// What tasks are done with. Cheap to clone.
#[derive(Clone)]
pub struct Bench {
    /// The application, on the workspace the program was started on.
    pub app: App,
    /// Slack, where it is configured.
    pub slack: Option<Slack>,
    /// Cancelled when the program ends.
    pub stop: CancellationToken,
}

impl std::fmt::Debug for Bench {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bench").finish_non_exhaustive()
    }
}

/// Why a task is not done. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// The application.
    #[error(transparent)]
    App(#[from] AppError),
    /// Slack.
    #[error(transparent)]
    Slack(#[from] SlackError),
    /// Slack is not configured in this process.
    #[error("Slack is not configured in this process; set its variables, or drop the task")]
    NoSlack,
}

impl TaskError {
    /// Whether trying again would not help.
    fn is_final(&self) -> bool {
        match self {
            Self::App(error) => matches!(error, AppError::Invalid(_) | AppError::Forbidden(_) | AppError::NotFound(_)),
            Self::Slack(error) => error.is_final(),
            Self::NoSlack => true,
        }
    }
}

impl Bench {
    /// Does a task. `last` says that it is not tried again.
    ///
    /// # Errors
    /// Why it is not done.
    pub async fn perform(&self, task: &Task, last: bool) -> Result<(), TaskError> {
        match task {
            Task::CatchUp { workspace } => catch_up::run(self, *workspace).await,
            Task::EmbedPassages { workspace } => embed_passages::run(self, *workspace).await,
            Task::ReadAlong { workspace } => read_along::run(self, *workspace).await,
            Task::RefreshStates { workspace } => refresh_states::run(self, *workspace).await,
            Task::SyncSource { workspace, connection } => sync_source::run(self, *workspace, *connection).await,
            Task::AnswerThread { workspace, thread } => answer_thread::run(self, *workspace, *thread, last).await,
            Task::RefreshCards { workspace, subject } => refresh_cards::run(self, *workspace, subject).await,
            Task::SendAlerts { workspace } => Box::pin(send_alerts::run(self, *workspace, last)).await,
            Task::SendDigest { workspace, digest } => Box::pin(send_digest::run(self, *workspace, *digest, last)).await,
            Task::SendBrief { workspace, meeting } => Box::pin(send_brief::run(self, *workspace, meeting, last)).await,
            Task::HandleSlack { workspace, inbox } => handle_slack::run(self, *workspace, *inbox, last).await,
        }
    }

    fn slack(&self) -> Result<&Slack, TaskError> {
        self.slack.as_ref().ok_or(TaskError::NoSlack)
    }
}
