//! Moments as Slack shows them: each reader sees their own local time.

use chrono::{DateTime, Utc};

/// The time of day, in the reader's own time zone; UTC where Slack cannot tell it.
pub(super) fn clock(instant: DateTime<Utc>) -> String {
    format!("<!date^{}^{{time}}|{} UTC>", instant.timestamp(), instant.format("%H:%M"))
}

/// The time of day in UTC, for texts without markup.
pub(super) fn clock_utc(instant: DateTime<Utc>) -> String {
    format!("{} UTC", instant.format("%H:%M"))
}
