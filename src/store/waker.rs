//! Wakes the workers of all processes: at once, and then at most so often, however much is written down.
//!
//! The sign is not part of the transactions that write tasks down, because all that give one queue for the same lock
//! until their commit is on disk. When it is lost with the process, the workers look by themselves two seconds later.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// The pause after a sign. Each has every idle worker of every process look into the queue.
const PAUSE: Duration = Duration::from_millis(25);

/// Wakes workers. It ends with the last handle of the store.
#[derive(Debug)]
pub(super) struct Waker {
    wished: Arc<Notify>,
    waking: JoinHandle<()>,
}

impl Waker {
    /// Over connections whose commits do not wait for the disk.
    pub(super) fn start(relaxed: PgPool) -> Self {
        let wished = Arc::new(Notify::new());
        let waking = tokio::spawn(wake_when(Arc::clone(&wished), relaxed));
        Self { wished, waking }
    }

    /// Soon there is a sign.
    pub(super) fn wake(&self) {
        self.wished.notify_one();
    }
}

impl Drop for Waker {
    fn drop(&mut self) {
        self.waking.abort();
    }
}

async fn wake_when(wished: Arc<Notify>, relaxed: PgPool) {
    loop {
        wished.notified().await;
        match sqlx::query("select pg_notify('jobs:insert', '')").execute(&relaxed).await {
            Ok(_) => {}
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => tracing::debug!(%error, "the workers could not be woken; they look by themselves"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
