//! The hands of a clock that a test moves.

use std::sync::atomic::{AtomicI64, Ordering};

use success_agent::domain::time::{Clock, Moment};

/// Hands; the processes of a test may share them.
#[derive(Clone, Copy)]
pub struct Hands(&'static AtomicI64);

impl Hands {
    /// They show this instant.
    pub fn at(moment: Moment) -> Self {
        Self(Box::leak(Box::new(AtomicI64::new(moment.timestamp()))))
    }

    /// A clock that shows what they do.
    pub fn clock(self) -> Clock {
        Clock::moved_by(self.0)
    }

    /// Has them show another instant.
    pub fn set(self, moment: Moment) {
        self.0.store(moment.timestamp(), Ordering::Relaxed);
    }

    /// Moves them on by so many hours.
    pub fn pass(self, hours: i64) {
        self.0.fetch_add(hours * 3_600, Ordering::Relaxed);
    }
}
