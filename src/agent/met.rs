//! Meetings by calendars and by their mails, put into words with the record that says so.

use chrono::NaiveDate;

use super::evidence;
use super::tools::Bench;
use crate::domain::meeting::{Meeting, MeetingNews, Said, meetings};
use crate::domain::record::RecordKind;
use crate::domain::time::day_text;
use crate::domain::tool::account::MeetingView;
use crate::language::naming::plain_name;
use crate::store::{AccountData, StoreError};

/// Days after which a meeting that was is not told of any more.
const PAST: i64 = 30;

/// Meetings shown at most.
const MOST: usize = 12;

/// The meetings of an account that lie ahead or were not long ago, the earliest first.
pub fn view(bench: &mut Bench<'_>, data: &AccountData) -> Vec<MeetingView> {
    let today = bench.today();
    let recent = |meeting: &Meeting<'_>| {
        let day = meeting.day.unwrap_or_else(|| meeting.last.occurred_at.day());
        (today - day).num_days() <= PAST
    };
    let told = meetings(&data.meetings, bench.now()).into_iter().filter(recent).take(MOST);
    told.map(|meeting| shown(bench, data, &meeting, today)).collect()
}

/// The same with those that stand in a calendar; where both tell of one, the calendar goes before the mail.
pub async fn with_calendar(bench: &mut Bench<'_>, data: &AccountData) -> Result<Vec<MeetingView>, StoreError> {
    let mut told = view(bench, data);
    let kept: u64 = bench.records().workspace_counts(&[RecordKind::Meeting]).iter().map(|(_, count)| count).sum();
    if kept == 0 {
        return Ok(told);
    }
    let (store, today) = (&bench.tools.store, bench.today());
    let domain = &data.account.record.domain;
    let planned = store.calendar_meetings(bench.scope.workspace, domain, bench.now(), MOST as u32).await?;
    for meeting in planned {
        let day = meeting.starts_at.day();
        told.retain(|other| other.day != Some(day) || !other.title.eq_ignore_ascii_case(&meeting.title));
        let on = day_text(day, today);
        let time = meeting.starts_at.format("%H:%M").to_string();
        let text = if meeting.canceled {
            format!("“{}” of {on} was canceled", meeting.title)
        } else {
            format!("“{}” is on {on}, {time}", meeting.title)
        };
        told.push(MeetingView {
            cite: bench.ledger.cite(evidence::meeting(&meeting)),
            title: meeting.title,
            day: Some(day),
            time: Some(time),
            canceled: meeting.canceled,
            moved_from: None,
            ahead: day >= today,
            text,
        });
    }
    told.sort_by_key(|meeting| (meeting.day.is_none(), meeting.day));
    Ok(told)
}

fn shown(bench: &mut Bench<'_>, data: &AccountData, meeting: &Meeting<'_>, today: NaiveDate) -> MeetingView {
    let text = in_words(meeting, today);
    let MeetingNews { source, occurred_at, said_by, .. } = meeting.last;
    let evidence = evidence::heard_in(data, source, *occurred_at, &text, said_by);
    MeetingView {
        cite: bench.ledger.cite(evidence),
        title: meeting.last.title.clone(),
        day: meeting.day,
        time: meeting.time.map(str::to_owned),
        canceled: meeting.canceled,
        moved_from: meeting.moved_from,
        ahead: meeting.day.is_some_and(|day| day >= today),
        text,
    }
}

/// `“Rollout talk” is on March 12, 9:30am; it was moved from March 10`.
fn in_words(meeting: &Meeting<'_>, today: NaiveDate) -> String {
    let Meeting { last, day, time, canceled, moved_from } = meeting;
    let on = day.map(|day| day_text(day, today));
    let when = on.map(|on| time.map_or_else(|| on.clone(), |time| format!("{on}, {time}")));
    let told = day_text(last.occurred_at.day(), today);
    let by = plain_name(&last.said_by);
    let by = if by.is_empty() { String::new() } else { format!(" by {by}") };
    let moved = moved_from.map(|day| day_text(day, today));
    match (canceled, when, moved) {
        (true, Some(when), _) => format!("“{}” of {when} was canceled on {told}{by}", last.title),
        (true, None, _) => format!("“{}” was canceled on {told}{by}", last.title),
        (false, Some(when), Some(from)) if last.said == Said::Moved => {
            format!("“{}” is on {when}; it was moved from {from} on {told}{by}", last.title)
        }
        (false, Some(when), _) => format!("“{}” is on {when}", last.title),
        (false, None, _) => format!("“{}” has no day on record", last.title),
    }
}
