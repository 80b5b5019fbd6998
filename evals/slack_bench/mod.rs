//! Slack: how soon an event is acknowledged, what a burst does, how soon progress is seen, and the same receiving done in
//! Python, all against the real program on a private PostgreSQL and a local Slack in this process.

mod burst;
mod emulated;
pub mod floor;
mod load;
mod peer;
mod progress;
mod receiving;

use std::time::Duration;

use anyhow::Result;

use super::Line;

/// How much is done.
pub struct Size {
    /// Turns in which the floor and the service are measured, one after the other.
    pub rounds: usize,
    /// Events in a turn.
    pub events: usize,
    /// How long a burst lasts, and how many events come in a second of it.
    pub burst: (Duration, u32),
    /// Questions that come at a pace in which each is answered at once; of one person no more than they may ask a minute.
    pub questions: usize,
    /// Events that are taken in as fast as they can be, by the service and by its peer.
    pub flood: (usize, usize),
}

/// For the README.
pub const FULL: Size =
    Size { rounds: 10, events: 400, burst: (Duration::from_mins(1), 500), questions: 90, flood: (20_000, 5_000) };

/// To try whether everything works.
pub const QUICK: Size =
    Size { rounds: 2, events: 50, burst: (Duration::from_secs(4), 50), questions: 10, flood: (500, 300) };

/// Everything about Slack.
///
/// # Errors
/// When something does not start, or an event is refused.
pub async fn run(size: &Size) -> Result<Vec<Line>> {
    let mut lines = receiving::measure(size).await?;
    lines.extend(progress::measure(size).await?);
    lines.extend(burst::measure(size).await?);
    Ok(lines)
}
