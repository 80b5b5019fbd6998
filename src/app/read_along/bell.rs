//! How the program and its work in the background tell each other things: that somebody waits for an answer, that the
//! model fails.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// The longest it stands back for those who ask, one after the other without a pause.
const PATIENCE: Duration = Duration::from_secs(30);

/// Shared by all clones.
#[derive(Clone, Debug, Default)]
pub struct Bell {
    asking: Arc<watch::Sender<usize>>,
    problem: Arc<Mutex<Option<String>>>,
}

/// Somebody waits for an answer, for as long as this lives.
pub(in crate::app) struct Asking(Arc<watch::Sender<usize>>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.send_modify(|asking| *asking = asking.saturating_sub(1));
    }
}

impl Bell {
    /// Somebody waits for an answer.
    pub(in crate::app) fn asking(&self) -> Asking {
        self.asking.send_modify(|asking| *asking += 1);
        Asking(Arc::clone(&self.asking))
    }

    /// What the model fails at, if it does.
    pub(in crate::app) fn problem(&self) -> Option<String> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn say(&self, problem: Option<String>) {
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }

    /// Returns once nobody waits for an answer: most machines answer one at a time.
    pub(super) async fn quiet(&self) {
        let mut asking = self.asking.subscribe();
        let nobody = asking.wait_for(|asking| *asking == 0);
        // Whoever asks without end must not keep it from reading for ever.
        let _ = tokio::time::timeout(PATIENCE, nobody).await;
    }
}
