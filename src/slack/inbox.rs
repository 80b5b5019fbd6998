//! The way into the database: what comes in at the same moment is written down in one statement, and acknowledged once it
//! is on disk. What is written down is sorted behind that, in the order it came.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::service::{Shared, Slack, SlackError};
use crate::store::slack::{Outcome, Sorted, Writable};
use crate::store::{Store, StoreError};

/// Deliveries that may wait to be written down.
const WAITING: usize = 2_048;

/// Deliveries that are written down in one statement.
const TOGETHER: usize = 256;

/// How long a delivery waits for a place. Slack gives up after three seconds and comes again.
const PATIENCE: Duration = Duration::from_secs(2);

/// Rows that are sorted in one statement.
const SORTED: u32 = 200;

/// The pause after sorting, in which more comes in: so it is done at once, and then at most so often.
const PAUSE: Duration = Duration::from_millis(25);

/// How soon is looked for what another process left.
const LOOK: Duration = Duration::from_secs(2);

/// The way in. It ends with its last handle.
pub(super) struct Inbox {
    way: mpsc::Sender<Waiting>,
    sorting: JoinHandle<()>,
}

/// A delivery that waits, and who waits for it.
struct Waiting {
    what: Writable,
    written: oneshot::Sender<Result<(), Arc<StoreError>>>,
}

impl Inbox {
    /// Begins to write and to sort, for `slack`.
    pub(super) fn open(store: Store, slack: Weak<Shared>) -> Self {
        let (way, waiting) = mpsc::channel(WAITING);
        let arrived = Arc::new(Notify::new());
        tokio::spawn(write(store.clone(), waiting, Arc::clone(&arrived)));
        Self { way, sorting: tokio::spawn(sort(store, slack, arrived)) }
    }

    /// Writes something down; it is on disk once this ends well.
    pub(super) async fn put(&self, what: Writable) -> Result<(), SlackError> {
        let (written, is_written) = oneshot::channel();
        let place = self.way.send_timeout(Waiting { what, written }, PATIENCE).await;
        place.map_err(|_| SlackError::TooMuch)?;
        match is_written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(SlackError::NotWritten(error)),
            Err(_) => Err(SlackError::TooMuch),
        }
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.sorting.abort();
    }
}

/// Writes down what waits, as much at a time as has come in while the last was being written.
async fn write(store: Store, mut waiting: mpsc::Receiver<Waiting>, arrived: Arc<Notify>) {
    let mut together = Vec::with_capacity(TOGETHER);
    while waiting.recv_many(&mut together, TOGETHER).await > 0 {
        let (whats, those): (Vec<_>, Vec<_>) = together.drain(..).map(|one| (one.what, one.written)).unzip();
        let written = store.receive_slack(&whats).await.map_err(Arc::new);
        for one in those {
            // Whoever does not wait any more is brought it again.
            let _ = one.send(written.clone());
        }
        arrived.notify_one();
    }
}

async fn sort(store: Store, slack: Weak<Shared>, arrived: Arc<Notify>) {
    loop {
        match store.sort_slack(SORTED).await {
            Ok(sorted) => {
                let more = sorted.len() >= SORTED as usize;
                let Some(shared) = slack.upgrade() else { return };
                Slack::from(shared).show_what_waits(sorted);
                if more {
                    continue;
                }
            }
            Err(error) => tracing::warn!(%error, "what came from Slack is written down, but cannot be sorted now"),
        }
        tokio::time::sleep(PAUSE).await;
        // A failed look is repeated then, too.
        let _ = tokio::time::timeout(LOOK, arrived.notified()).await;
    }
}

impl Slack {
    /// Shows of questions that have to wait for others that they came in: within a second, whatever the models do.
    fn show_what_waits(&self, sorted: Vec<Sorted>) {
        if !self.is_busy() {
            return;
        }
        for one in sorted.into_iter().filter(|one| one.outcome == Outcome::New) {
            if let Some(asked) = one.asked {
                let slack = self.clone();
                tokio::spawn(async move { slack.show_that_it_waits(&asked, one.direct).await });
            }
        }
    }
}
