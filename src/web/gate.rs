//! How many questions are answered at the same time, and how many may wait.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::Problem;
use crate::config::HttpConfig;

/// Lets a bounded number of questions in.
#[derive(Clone)]
pub(super) struct Gate {
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
    slots: u32,
}

/// A question's right to be answered; given back when dropped.
pub(super) struct Turnstile {
    _running: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl Gate {
    pub(super) fn new(config: &HttpConfig) -> Self {
        let slots = config.concurrent_answers.clamp(1, 10_000);
        let places = slots + config.waiting_answers.min(100_000);
        Self { running: Arc::new(Semaphore::new(slots)), places: Arc::new(Semaphore::new(places)), slots: slots as u32 }
    }

    /// Waits for a turn; refuses at once when too many wait already.
    pub(super) async fn enter(&self) -> Result<Turnstile, Problem> {
        let full = || {
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too many questions are being answered right now; ask again in a moment",
            )
        };
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| full())?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(|_| full())?;
        Ok(Turnstile { _running: running, _place: place })
    }

    /// Waits until every question that was let in is answered, for at most `patience`.
    pub(super) async fn drained(&self, patience: Duration) -> bool {
        tokio::time::timeout(patience, self.running.acquire_many(self.slots)).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_question_more_than_may_wait_is_refused() {
        let gate = Gate::new(&HttpConfig { concurrent_answers: 1, waiting_answers: 0, ..HttpConfig::default() });
        let first = gate.enter().await.unwrap();
        assert_eq!(gate.enter().await.err().unwrap().status, 503);
        drop(first);
        assert!(gate.enter().await.is_ok());
    }

    #[tokio::test]
    async fn the_gate_is_drained_once_the_last_answer_is_given() {
        let gate = Gate::new(&HttpConfig::default());
        let running = gate.enter().await.unwrap();
        assert!(!gate.drained(Duration::ZERO).await);
        drop(running);
        assert!(gate.drained(Duration::from_secs(1)).await);
    }
}
