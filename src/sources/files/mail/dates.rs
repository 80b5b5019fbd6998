//! When a message was sent.

use chrono::{FixedOffset, NaiveDate, TimeZone};
use mail_parser::DateTime;

use crate::domain::time::Moment;

/// The moment a header names, with its offset; none where there is no such time.
pub(super) fn moment(date: &DateTime) -> Option<Moment> {
    let day = NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))?;
    // A leap second is the one before it.
    let time = day.and_hms_opt(u32::from(date.hour), u32::from(date.minute), u32::from(date.second.min(59)))?;
    let seconds = i32::from(date.tz_hour) * 3600 + i32::from(date.tz_minute) * 60;
    let seconds = if date.tz_before_gmt { -seconds } else { seconds };
    // No place is further off than that; what names such an offset is taken for UTC.
    let offset = FixedOffset::east_opt(if seconds.abs() > 15 * 3600 { 0 } else { seconds })?;
    offset.from_local_datetime(&time).single().map(Moment::from)
}
