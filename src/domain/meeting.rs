//! Meetings as the mails of calendars tell of them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::record::RecordRef;
use super::time::Moment;

/// What a calendar's mail says of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// That it is to be.
    Planned,
    /// That it is to be at another time.
    Moved,
    /// That it is not to be.
    Canceled,
}

/// A calendar's mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeetingNews {
    /// What it says.
    pub said: Said,
    /// What the meeting is called.
    pub title: String,
    /// The day it is to be on, where that is named.
    #[serde(default)]
    pub day: Option<NaiveDate>,
    /// The time of day it begins at, as it is written.
    #[serde(default)]
    pub time: Option<String>,
    /// Who sent the mail.
    #[serde(default)]
    pub said_by: String,
    /// When.
    pub occurred_at: Moment,
    /// The mail.
    pub source: RecordRef,
}

/// A meeting by all that calendars wrote of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Meeting<'n> {
    /// The last mail that tells of it.
    pub last: &'n MeetingNews,
    /// The day it is, or was, to be on.
    pub day: Option<NaiveDate>,
    /// The time of day.
    pub time: Option<&'n str>,
    /// Whether it was canceled.
    pub canceled: bool,
    /// The day it was moved from.
    pub moved_from: Option<NaiveDate>,
}

/// The meetings that mails tell of until `now`, each by its last news, the earliest day first. A mail is of the meeting of its
/// title; one that cancels another day than the one that is known is of a meeting of its own.
#[must_use]
pub fn meetings(news: &[MeetingNews], now: Moment) -> Vec<Meeting<'_>> {
    let mut told: Vec<&MeetingNews> = news.iter().filter(|news| news.occurred_at <= now).collect();
    told.sort_by_key(|news| news.occurred_at);
    let mut found: Vec<Meeting<'_>> = Vec::new();
    let alike = |one: &MeetingNews, other: &MeetingNews| one.title.to_lowercase() == other.title.to_lowercase();
    for news in told {
        let of_day = |meeting: &Meeting<'_>| news.day.is_none() || meeting.day.is_none() || meeting.day == news.day;
        let fits = |meeting: &&mut Meeting<'_>| {
            // What is planned anew under a title is another meeting once the one before is over.
            let same = match news.said {
                Said::Moved => !meeting.canceled,
                Said::Canceled | Said::Planned => of_day(meeting),
            };
            alike(meeting.last, news) && same
        };
        let Some(meeting) = found.iter_mut().rev().find(fits) else {
            found.push(Meeting {
                last: news,
                day: news.day,
                time: news.time.as_deref(),
                canceled: news.said == Said::Canceled,
                moved_from: None,
            });
            continue;
        };
        let (day, time) = (news.day.or(meeting.day), news.time.as_deref().or(meeting.time));
        let moved_from = if news.said == Said::Moved && day != meeting.day { meeting.day } else { meeting.moved_from };
        *meeting = Meeting { last: news, day, time, canceled: news.said == Said::Canceled, moved_from };
    }
    found.sort_by_key(|meeting| (meeting.day.is_none(), meeting.day));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::RecordKind;

    fn news(said: Said, sent: &str, day: Option<&str>) -> MeetingNews {
        MeetingNews {
            said,
            title: "Rollout talk".to_owned(),
            day: day.map(|day| day.parse().unwrap()),
            time: None,
            said_by: "Ines Falk".to_owned(),
            occurred_at: format!("{sent}T08:00:00Z").parse().unwrap(),
            source: RecordRef { kind: RecordKind::Email, id: sent.to_owned() },
        }
    }

    fn told(news: &[MeetingNews]) -> Vec<(String, bool, Option<String>)> {
        let text = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let all = meetings(news, "2027-04-01T00:00:00Z".parse().unwrap());
        all.into_iter().map(|one| (text(one.day).unwrap_or_default(), one.canceled, text(one.moved_from))).collect()
    }

    #[test]
    fn a_meeting_is_what_its_last_mail_says() {
        let planned = news(Said::Planned, "2027-03-01", Some("2027-03-10"));
        let moved = news(Said::Moved, "2027-03-02", Some("2027-03-12"));
        let canceled = news(Said::Canceled, "2027-03-03", None);
        let day = |day: &str| day.to_owned();
        assert_eq!(told(std::slice::from_ref(&planned)), [(day("2027-03-10"), false, None)]);
        let to = Some(day("2027-03-10"));
        assert_eq!(told(&[moved.clone(), planned.clone()]), [(day("2027-03-12"), false, to.clone())]);
        assert_eq!(told(&[planned.clone(), moved, canceled]), [(day("2027-03-12"), true, to)]);
        let other_day = news(Said::Canceled, "2027-03-03", Some("2027-03-24"));
        assert_eq!(told(&[planned, other_day]), [(day("2027-03-10"), false, None), (day("2027-03-24"), true, None)]);
    }

    #[test]
    fn what_a_mail_says_later_is_not_known_yet() {
        assert_eq!(told(&[news(Said::Planned, "2027-04-02", Some("2027-04-10"))]), []);
    }
}
