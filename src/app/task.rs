//! Tasks that need no surface: catching up with what changed, embedding, reading along. What they are written down for
//! is said in [`crate::domain::task`]; who works on them, in `jobs`.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use super::{App, AppError, ProgressSink};
use crate::domain::action::ActionPolicy;
use crate::domain::id::WorkspaceId;
use crate::domain::task::{QueuedTask, Task};
use crate::domain::time::Moment;
use crate::store::{Projection, Store};

/// States computed before a task looks whether it is to stop.
const STATES: usize = 200;

/// Tasks listed at most.
const LISTED: u32 = 200;

impl App {
    /// The workspace it works in.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// The same application on another workspace of the same database.
    #[must_use]
    pub fn in_workspace(&self, workspace: WorkspaceId) -> Self {
        if workspace == self.workspace {
            return self.clone();
        }
        let mut other = self.clone();
        other.workspace = workspace;
        other.intake.workspace = workspace;
        // Their work in the background is done for the workspace the program was started on.
        other.read_along = None;
        other.embedding = None;
        other.intake.embeds = false;
        other
    }

    /// The workspace called so, made when it is not there.
    ///
    /// # Errors
    /// When the name cannot be one, or the database is out of reach.
    pub async fn workspace_named(&self, name: &str) -> Result<WorkspaceId, AppError> {
        Ok(self.intake.store.workspace(name).await?)
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.intake.store
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.intake.clock.now()
    }

    /// Who may approve, and for how long.
    #[must_use]
    pub fn policy(&self) -> &ActionPolicy {
        &self.agent.tools.actions
    }

    /// Writes down the work a start finds: what a crash, another version or another program left.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn enqueue_catching_up(&self) -> Result<(), AppError> {
        let workspace = self.workspace;
        self.intake.store.enqueue(&Task::CatchUp { workspace }, None).await?;
        if self.embedding.is_some() {
            self.intake.store.enqueue(&Task::EmbedPassages { workspace }, None).await?;
        }
        if self.read_along.is_some() {
            self.intake.store.enqueue(&Task::ReadAlong { workspace }, None).await?;
        }
        Ok(())
    }

    /// Writes down that something is left to catch up with, if there is. What writes records down does so by itself; this
    /// is for what a process that is gone left.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn enqueue_what_is_left(&self) -> Result<(), AppError> {
        if self.intake.store.count_behind(self.workspace, Projection::Words).await? > 0 {
            self.intake.enqueue_again().await?;
        }
        Ok(())
    }

    /// Has catching up tried again in some seconds.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn catch_up_again(&self) -> Result<(), AppError> {
        self.intake.enqueue_again().await
    }

    /// Reads, scores and indexes what changed, after looking whether the index is whole. When the program ends meanwhile,
    /// what is left is written down again, for another process or the next start.
    ///
    /// # Errors
    /// When a part of it is out of reach; what is left is done the next time.
    pub async fn catch_up(&self) -> Result<(), AppError> {
        let quietly: ProgressSink = Arc::new(|_| {});
        self.intake.repair(&quietly).await?;
        self.intake.settle(&quietly).await?;
        if self.stopping().is_cancelled() {
            self.intake.store.enqueue(&Task::CatchUp { workspace: self.workspace }, None).await?;
        }
        Ok(())
    }

    /// Cancelled by whoever ends the program: what catches up then gives up at the next place where nothing is lost.
    #[must_use]
    pub fn stopping(&self) -> &CancellationToken {
        &self.intake.stop
    }

    /// Computes some states that are out of date; gives whether there are more.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn refresh_some_states(&self) -> Result<bool, AppError> {
        let rules = self.intake.rules().await?;
        let refreshed = self.intake.store.refresh_states(self.workspace, self.now(), &rules, STATES).await?;
        // Those that are being changed just now are seen to by whoever changes them.
        Ok(refreshed.left && refreshed.computed > 0)
    }

    /// Waits for the turn to do a piece of work that nobody waits for: one at a time in a process, and after the questions
    /// under way, so that those who ask do not feel the night.
    pub async fn background(&self) -> OwnedMutexGuard<()> {
        self.running.background().await
    }

    /// Writes down that states are to be computed, where some are out of date: when a day ends, most of them are.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn enqueue_stale_states(&self) -> Result<(), AppError> {
        let (store, rules) = (&self.intake.store, self.intake.rules().await?);
        if !store.stale_states(self.workspace, self.now(), &rules, 1).await?.is_empty() {
            store.enqueue(&Task::RefreshStates { workspace: self.workspace }, None).await?;
        }
        Ok(())
    }

    /// Has the language model read along until nothing is left, where one is configured.
    ///
    /// # Errors
    /// When the model or the database fails.
    pub async fn read_along(&self, stop: &CancellationToken) -> Result<(), AppError> {
        match &self.read_along {
            Some(along) => along.run(stop).await,
            None => Ok(()),
        }
    }

    /// Writes down that there may be something for a language model to read or to name.
    pub(super) async fn read_along_later(&self) {
        if self.read_along.is_none() {
            return;
        }
        let task = Task::ReadAlong { workspace: self.workspace };
        if let Err(error) = self.intake.store.enqueue(&task, None).await {
            // The next change or start writes it down again.
            tracing::warn!(error = &error as &dyn std::error::Error, "reading along could not be written down");
        }
    }

    /// Tasks that wait, run or have failed, the latest first.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn tasks(&self) -> Result<Vec<QueuedTask>, AppError> {
        Ok(self.intake.store.tasks(self.workspace, LISTED).await?)
    }

    /// One such task.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is done or was never there.
    pub async fn task(&self, id: i64) -> Result<QueuedTask, AppError> {
        Ok(self.intake.store.task(self.workspace, id).await?)
    }

    /// Has a task tried again now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is done; [`AppError::Conflict`] while it runs.
    pub async fn retry_task(&self, id: i64) -> Result<QueuedTask, AppError> {
        self.intake.store.retry_task(self.workspace, id).await?;
        self.task(id).await
    }

    /// Takes a task away without doing it.
    ///
    /// # Errors
    /// See [`App::retry_task`].
    pub async fn drop_task(&self, id: i64) -> Result<(), AppError> {
        Ok(self.intake.store.drop_task(self.workspace, id).await?)
    }
}
