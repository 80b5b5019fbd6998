//! Which meeting is to be prepared, and with which account.

use chrono::{NaiveDate, Timelike};

use super::super::{Bench, ToolError};
use crate::agent::{evidence, met};
use crate::domain::activity::Side;
use crate::domain::calendar::{Attendee, CalendarMeeting};
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::time::{Moment, day_text};
use crate::domain::tool::meeting::{MeetingToCome, PrepareMeeting};
use crate::reading::people::{Name, Sides, same_person};

/// Meetings of an account that are looked through, the soonest first.
const LOOKED_THROUGH: u32 = 30;

/// Accounts of which one is meant, at most.
const SEVERAL: usize = 5;

/// The meeting, and the account it is with.
pub(super) struct Found {
    pub account: String,
    pub meeting: Option<MeetingToCome>,
    /// Who is invited of the customer.
    pub invited: Vec<Attendee>,
    /// What cannot be told.
    pub missing: Vec<String>,
}

/// Finds the meeting that is asked for.
pub(super) async fn found(bench: &mut Bench<'_>, wanted: &PrepareMeeting) -> Result<Found, ToolError> {
    let (today, now) = (bench.today(), bench.now());
    if let Some(id) = &wanted.meeting {
        let meeting = by_id(bench, id).await?;
        return shown(bench, meeting).await;
    }
    if !wanted.among.is_empty() {
        let meeting = among(bench, wanted).await?;
        return shown(bench, meeting).await;
    }
    let Some(asked) = bench.scope.account_or_all(wanted.account.as_deref())? else {
        let meeting = next_of_asker(bench, wanted.day).await?;
        return shown(bench, meeting).await;
    };
    let domain = bench.scope.account(&asked)?;
    let ahead = bench.tools.store.calendar_meetings(bench.scope.workspace, &domain, now, LOOKED_THROUGH).await?;
    let on_day = |day: NaiveDate| wanted.day.is_none_or(|wanted| wanted == day);
    let with = |meeting: &&CalendarMeeting| wanted.person.as_deref().is_none_or(|person| is_invited(meeting, person));
    let mut fit = ahead.iter().filter(|meeting| !meeting.canceled && on_day(meeting.starts_at.day()));
    let chosen = fit.clone().find(with).or_else(|| fit.next());
    if let Some(meeting) = chosen {
        return shown(bench, meeting.clone()).await;
    }
    let mut missing = Vec::new();
    let off = ahead.iter().find(|meeting| meeting.canceled && on_day(meeting.starts_at.day()));
    missing.extend(
        off.map(|meeting| {
            format!("“{}” of {} was called off", meeting.title, day_text(meeting.starts_at.day(), today))
        }),
    );
    let data = bench.records().account_data(&domain).await?;
    let told = met::view(bench, &data)
        .into_iter()
        .find(|meeting| meeting.ahead && !meeting.canceled && meeting.day.is_some_and(on_day));
    let meeting = told.and_then(|told| {
        let (cite, title, day, time) = (told.cite, told.title, told.day?, told.time);
        Some(MeetingToCome { cite, title, day, time, ours: Vec::new(), url: None })
    });
    if meeting.is_none() && off.is_none() {
        let on = wanted.day.map(|day| format!(" on {}", day_text(day, today))).unwrap_or_default();
        let next = ahead.iter().find(|meeting| !meeting.canceled);
        let next =
            next.map(|next| format!("; the next is “{}” on {}", next.title, day_text(next.starts_at.day(), today)));
        missing.push(format!(
            "No meeting with {}{on} is on record{}",
            data.account.record.name,
            next.unwrap_or_default()
        ));
    }
    Ok(Found { account: domain, meeting, invited: Vec::new(), missing })
}

fn is_invited(meeting: &CalendarMeeting, person: &str) -> bool {
    meeting.participants.iter().any(|attendee| same_person(&attendee.name, person))
}

/// The one meeting there is with somebody who may be of several accounts.
async fn among(bench: &Bench<'_>, wanted: &PrepareMeeting) -> Result<CalendarMeeting, ToolError> {
    let person = wanted.person.as_deref().unwrap_or_default();
    let mut fit: Vec<CalendarMeeting> = Vec::new();
    for account in wanted.among.iter().take(SEVERAL) {
        let domain = bench.scope.account(account)?;
        let ahead =
            bench.tools.store.calendar_meetings(bench.scope.workspace, &domain, bench.now(), LOOKED_THROUGH).await?;
        let on_day = |meeting: &CalendarMeeting| wanted.day.is_none_or(|day| meeting.starts_at.day() == day);
        fit.extend(
            ahead.into_iter().find(|meeting| !meeting.canceled && on_day(meeting) && is_invited(meeting, person)),
        );
    }
    match fit.len() {
        1 => Ok(fit.remove(0)),
        _ => Err(ToolError::NotFound(format!(
            "`{person}` may be somebody at {}; name the account.",
            wanted.among.join(" or ")
        ))),
    }
}

async fn by_id(bench: &Bench<'_>, id: &str) -> Result<CalendarMeeting, ToolError> {
    let wanted = RecordRef { kind: RecordKind::Meeting, id: id.to_owned() };
    match bench.records().records(&[wanted]).await?.first() {
        Some(Record::Meeting(meeting)) => Ok(meeting.clone()),
        _ => Err(ToolError::NotFound(format!("There is no meeting `{id}` in this workspace."))),
    }
}

/// The next meeting of whoever asks.
async fn next_of_asker(bench: &Bench<'_>, day: Option<NaiveDate>) -> Result<CalendarMeeting, ToolError> {
    let store = &bench.tools.store;
    let unnamed = || ToolError::NotFound("Say whom you meet: name the account, or the person.".to_owned());
    let asker = bench.scope.asker.as_ref().ok_or_else(unnamed)?;
    let email = if asker.who.contains('@') {
        asker.who.clone()
    } else {
        let called = store.colleagues_called(bench.scope.workspace, &asker.who).await?;
        let [email] = called.as_slice() else { return Err(unnamed()) };
        email.clone()
    };
    bench.fresh_states().await?;
    let ahead = store.meetings_of(bench.scope.workspace, &email, bench.now(), LOOKED_THROUGH).await?;
    let on = day.map(|day| format!(" on {}", day_text(day, bench.today()))).unwrap_or_default();
    ahead.into_iter().find(|meeting| day.is_none_or(|day| meeting.starts_at.day() == day)).ok_or_else(|| {
        ToolError::NotFound(format!(
            "No meeting of {email}{on} is on record. Name the account or the person you meet, and I prepare it all the same."
        ))
    })
}

/// A meeting with who takes part, by their sides.
async fn shown(bench: &mut Bench<'_>, meeting: CalendarMeeting) -> Result<Found, ToolError> {
    let account = bench.scope.account(&meeting.account)?;
    let data = bench.records().account_data(&account).await?;
    let sides = data.sides();
    let (ours, invited): (Vec<Attendee>, Vec<Attendee>) =
        meeting.participants.iter().cloned().partition(|attendee| side_of(&sides, attendee) == Some(Side::Team));
    let come = MeetingToCome {
        cite: bench.ledger.cite(evidence::meeting(&meeting)),
        title: meeting.title.clone(),
        day: meeting.starts_at.day(),
        time: Some(time_of(meeting.starts_at, meeting.ends_at)),
        ours: ours.into_iter().map(|attendee| attendee.name).collect(),
        url: meeting.url.clone(),
    };
    Ok(Found { account, meeting: Some(come), invited, missing: Vec::new() })
}

/// The side of somebody who is invited: by their address, else by the account's contacts.
fn side_of(sides: &Sides, attendee: &Attendee) -> Option<Side> {
    match &attendee.email {
        Some(email) => sides.of(email),
        None => sides.contact(&Name::read(&attendee.name)).map(|_| Side::Customer),
    }
}

/// `15:00–15:45`, or `15:00`.
fn time_of(starts: Moment, ends: Option<Moment>) -> String {
    let clock = |at: &Moment| format!("{:02}:{:02}", at.hour(), at.minute());
    match ends {
        Some(ends) if ends > starts => format!("{}–{}", clock(&starts), clock(&ends)),
        _ => clock(&starts),
    }
}
