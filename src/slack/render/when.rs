//! Moments as Slack shows them: each reader sees their own local time.

use crate::domain::time::Moment;

/// The time of day, in the reader's own time zone; in the workspace's where Slack cannot tell it.
pub(super) fn clock(instant: Moment) -> String {
    format!("<!date^{}^{{time}}|{}>", instant.timestamp(), plain_clock(instant))
}

/// The time of day where the workspace is, for texts without markup.
pub(super) fn plain_clock(instant: Moment) -> String {
    let offset = instant.offset();
    let zone = if offset.local_minus_utc() == 0 { String::new() } else { offset.to_string() };
    format!("{} UTC{zone}", instant.format("%H:%M"))
}
