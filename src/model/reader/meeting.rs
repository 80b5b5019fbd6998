//! Meetings, by the mails that calendars send.

use super::heard::Setting;
use super::presence::latest_first;
use crate::domain::activity::Email;
use crate::domain::meeting::{MeetingNews, Said};
use crate::domain::record::{RecordKind, RecordRef};
use crate::reading::zone;
use crate::reading::zone::MeetingMail;

/// What a mail says of a meeting, where a calendar sent it.
pub(super) fn meeting(email: &Email, setting: &Setting<'_>) -> Option<MeetingNews> {
    let MeetingMail { said, title, day, time } = zone::meeting(&email.subject, &email.body, setting.day_first)?;
    Some(MeetingNews {
        said,
        title,
        day,
        time,
        said_by: setting.sides.writer(&email.from),
        occurred_at: email.sent_at,
        source: RecordRef { kind: RecordKind::Email, id: email.id.clone() },
    })
}

/// What mails say of meetings, the latest first. One that names no day is no calendar's unless another tells of its meeting:
/// "Canceled: order 12".
pub(super) fn known(mut all: Vec<MeetingNews>) -> Vec<MeetingNews> {
    let dated: Vec<String> =
        all.iter().filter(|news| news.day.is_some()).map(|news| news.title.to_lowercase()).collect();
    all.retain(|news| news.day.is_some() || news.said == Said::Canceled && dated.contains(&news.title.to_lowercase()));
    latest_first(&mut all, |news| (news.occurred_at, &news.source));
    all
}
