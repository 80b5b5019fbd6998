//! Who a message is from and to, and when it was sent.

use chrono::{FixedOffset, NaiveDate, TimeZone};
use mail_parser::{Address, DateTime, Message};

use crate::domain::time::Moment;

/// When a message was sent.
pub(super) fn sent(message: &Message<'_>) -> Option<Moment> {
    moment(message.date()?)
}

/// Each of some people as `Name <address>`, or what is known of them.
pub(super) fn mailboxes(addresses: Option<&Address<'_>>) -> Vec<String> {
    let Some(addresses) = addresses else { return Vec::new() };
    let one = |name: Option<&str>, address: Option<&str>| {
        let name = name.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let name = name.replace(['<', '>'], "").trim_matches(['"', '\'', ' ']).to_owned();
        let address = address.unwrap_or_default().trim().trim_matches(['<', '>']);
        match (name.is_empty() || name.eq_ignore_ascii_case(address), address.is_empty()) {
            (_, true) => name,
            (true, false) => address.to_owned(),
            (false, false) => format!("{name} <{address}>"),
        }
    };
    addresses.iter().map(|found| one(found.name(), found.address())).filter(|text| !text.is_empty()).collect()
}

/// The moment a header names, with its offset; none where there is no such time.
fn moment(date: &DateTime) -> Option<Moment> {
    let day = NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))?;
    // A leap second is the one before it.
    let time = day.and_hms_opt(u32::from(date.hour), u32::from(date.minute), u32::from(date.second.min(59)))?;
    let seconds = i32::from(date.tz_hour) * 3600 + i32::from(date.tz_minute) * 60;
    let seconds = if date.tz_before_gmt { -seconds } else { seconds };
    // No place is further off than that; what names such an offset is taken for UTC.
    let offset = FixedOffset::east_opt(if seconds.abs() > 15 * 3600 { 0 } else { seconds })?;
    offset.from_local_datetime(&time).single().map(Moment::from)
}
