//! States of accounts as fresh as a list needs them: some are computed while somebody waits, the others in the background.

use super::{Bench, Toolbox};
use crate::domain::health::HealthConfig;
use crate::domain::id::WorkspaceId;
use crate::domain::task::Task;
use crate::store::StoreError;

/// States computed while somebody waits, at most.
const STATES: usize = 200;

/// What became of states that were out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refreshing {
    /// How many were computed anew.
    pub computed: usize,
    /// Whether more are computed in the background.
    pub going_on: bool,
}

impl Toolbox {
    /// Has states that are out of date computed before a list is made of them: some at once, and if there are many, the
    /// others by whoever works on tasks.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn fresh_states(&self, workspace: WorkspaceId, rules: &HealthConfig) -> Result<Refreshing, StoreError> {
        let refreshed = self.store.refresh_states(workspace, self.clock.now(), rules, STATES).await?;
        let going_on = refreshed.left && refreshed.computed >= STATES;
        if going_on {
            self.store.enqueue(&Task::RefreshStates { workspace }, None).await?;
        }
        Ok(Refreshing { computed: refreshed.computed, going_on })
    }
}

impl Bench<'_> {
    /// The same with the weights and thresholds that hold.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn fresh_states(&self) -> Result<(), StoreError> {
        self.tools.fresh_states(self.records().workspace(), self.rules()).await.map(drop)
    }
}
