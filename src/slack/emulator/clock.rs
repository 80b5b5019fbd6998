//! The clock of the local Slack: the machine's, set ahead by whoever tests what takes minutes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

/// Time in microseconds since 1970.
#[derive(Debug)]
pub struct Clock {
    started: Instant,
    epoch: u64,
    ahead: AtomicU64,
    moved: Notify,
}

impl Clock {
    /// The machine's time.
    pub fn new() -> Self {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros() as u64;
        Self { started: Instant::now(), epoch, ahead: AtomicU64::new(0), moved: Notify::new() }
    }

    /// The time now.
    pub fn now(&self) -> u64 {
        self.epoch + self.started.elapsed().as_micros() as u64 + self.ahead.load(Ordering::Acquire)
    }

    /// Sets the clock ahead; whoever sleeps on it sees it.
    pub fn advance(&self, by: Duration) {
        self.ahead.fetch_add(by.as_micros() as u64, Ordering::AcqRel);
        self.moved.notify_waiters();
    }

    /// Returns once it is `due`.
    pub async fn sleep_until(&self, due: u64) {
        loop {
            let moved = self.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            let now = self.now();
            if now >= due {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_micros(due - now)) => {}
                () = moved => {}
            }
        }
    }
}
