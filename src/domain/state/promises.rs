//! How many promises stand where, as lists count them.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::activity::{Commitment, CommitmentStatus, Side};

/// Promises of one side by where they stand. The same words can hold several promises; they count once, where they
/// matter most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PromiseCounts {
    /// Past their day.
    pub overdue: u32,
    /// To be kept yet.
    pub open: u32,
    /// Kept.
    pub kept: u32,
    /// Nobody waits for them any more.
    pub dropped: u32,
    /// Past their day, and perhaps kept.
    pub unclear: u32,
}

impl PromiseCounts {
    /// Counts the promises of a side on `today`.
    #[must_use]
    pub fn of(commitments: &[Commitment], side: Side, today: NaiveDate) -> Self {
        let mut ranks: HashMap<&str, u8> = HashMap::new();
        for promise in commitments.iter().filter(|promise| promise.side == side) {
            let rank = rank(promise.status(today));
            ranks.entry(&promise.quote).and_modify(|known| *known = rank.min(*known)).or_insert(rank);
        }
        let count = |wanted| {
            let at = ranks.values().filter(|known| **known == rank(wanted)).count();
            u32::try_from(at).unwrap_or(u32::MAX)
        };
        Self {
            overdue: count(CommitmentStatus::Overdue),
            open: count(CommitmentStatus::Open),
            kept: count(CommitmentStatus::Kept),
            dropped: count(CommitmentStatus::Dropped),
            unclear: count(CommitmentStatus::Unclear),
        }
    }
}

/// What matters most comes first.
fn rank(status: CommitmentStatus) -> u8 {
    match status {
        CommitmentStatus::Overdue => 0,
        CommitmentStatus::Unclear => 1,
        CommitmentStatus::Open => 2,
        CommitmentStatus::Kept => 3,
        CommitmentStatus::Dropped => 4,
    }
}
