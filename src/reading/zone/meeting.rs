//! What a calendar's mail says of a meeting: that it is to be, was moved, or was canceled, and when.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::date::day_in;
use super::lexicon::{self, Kind};
use super::line::plain;
use crate::domain::meeting::Said;

/// What a calendar's mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingMail {
    /// That it is to be, was moved, or was canceled.
    pub said: Said,
    /// What the meeting is called.
    pub title: String,
    /// The day, where it is named with its year.
    pub day: Option<NaiveDate>,
    /// The time of day it begins at, as it is written.
    pub time: Option<String>,
}

/// Reads a mail by its subject and its text; none where it is no calendar's, or only answers an invitation with a no. In a date
/// of figures the day comes first where `day_first` says so.
#[must_use]
pub fn meeting(subject: &str, body: &str, day_first: bool) -> Option<MeetingMail> {
    let lists = [
        (Kind::CalendarCanceled, Said::Canceled),
        (Kind::CalendarMoved, Said::Moved),
        (Kind::CalendarInvited, Said::Planned),
    ];
    let announced = plain(subject);
    let prefix = |kind| lexicon::first(kind, &announced).filter(|rest| rest.trim_start().starts_with([':', '：']));
    let said = lists.into_iter().find_map(|(kind, said)| prefix(kind).map(|_| said))?;
    let (_, rest) = subject.split_once([':', '：'])?;
    // A service puts the time behind the title: "Weekly @ Tue Mar 9, 2027 10am - 10:30am (CET) (ana@acme.com)".
    let (title, when) = match rest.rsplit_once(" @ ") {
        Some((title, when)) if day_in(&plain(when), day_first).is_some() => (title, Some(when.to_owned())),
        _ => (rest, None),
    };
    let title = title.trim();
    if title.is_empty() {
        return None;
    }
    let when = when.or_else(|| stated(body));
    let day = when.as_deref().and_then(|when| day_in(&plain(when), day_first));
    let time = when.as_deref().filter(|_| day.is_some()).and_then(time_in);
    Some(MeetingMail { said, title: title.to_owned(), day, time })
}

/// What stands behind the label of the time, on its line or on the next.
fn stated(body: &str) -> Option<String> {
    let mut lines = body.lines().map(str::trim).filter(|line| !line.is_empty());
    while let Some(line) = lines.next() {
        let (name, rest) = line.split_once([':', '：']).unwrap_or((line, ""));
        if lexicon::is(Kind::When, plain(name).trim_matches(['*', ' '])) {
            let rest = rest.trim_matches(['*', ' ']);
            return if rest.is_empty() { lines.next().map(str::to_owned) } else { Some(rest.to_owned()) };
        }
    }
    None
}

/// The first time of day in a text.
fn time_in(text: &str) -> Option<String> {
    static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b([01]?\d|2[0-3])[:.h][0-5]\d(?:\s?[ap]\.?m\b\.?)?|\b(?:1[0-2]|[1-9])\s?[ap]\.?m\b\.?").ok()
    });
    TIME.as_ref()?.find(text).map(|found| found.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(subject: &str, body: &str) -> Option<(Said, String, Option<String>, Option<String>)> {
        let found = meeting(subject, body, true)?;
        Some((found.said, found.title, found.day.map(|day| day.to_string()), found.time))
    }

    fn is(said: Said, title: &str, day: &str, time: &str) -> (Said, String, Option<String>, Option<String>) {
        (said, title.to_owned(), Some(day.to_owned()), Some(time.to_owned()))
    }

    #[test]
    fn the_mails_of_calendars_are_read_in_several_languages() {
        for (subject, body, wanted) in [
            (
                "Invitation: Rollout talk @ Wed Mar 10, 2027 2pm - 2:45pm (CET) (ines@harrow.example)",
                "",
                is(Said::Planned, "Rollout talk", "2027-03-10", "2pm"),
            ),
            (
                "Updated invitation: Rollout talk @ Fri Mar 12, 2027 9:30am - 10am (CET) (ines@harrow.example)",
                "",
                is(Said::Moved, "Rollout talk", "2027-03-12", "9:30am"),
            ),
            (
                "Canceled: Badge review",
                "When: Thursday, 11 March 2027 15:00-15:30 (UTC+01:00)\nWhere: Teams",
                is(Said::Canceled, "Badge review", "2027-03-11", "15:00"),
            ),
            (
                "Abgesagt: Jour fixe",
                "Wann: Montag, 8. März 2027 10:00-10:30",
                is(Said::Canceled, "Jour fixe", "2027-03-08", "10:00"),
            ),
            (
                "Annulé : Point mensuel",
                "Quand : 11/03/2027 14:30",
                is(Said::Canceled, "Point mensuel", "2027-03-11", "14:30"),
            ),
            (
                "Invitación: Revisión",
                "Cuándo\nmar 9 de marzo de 2027 16:00 - 16:30",
                is(Said::Planned, "Revisión", "2027-03-09", "16:00"),
            ),
        ] {
            assert_eq!(told(subject, body), Some(wanted), "{subject}");
        }
        assert_eq!(
            told("Canceled: Badge review", "I cannot make it.").map(|(said, .., day, time)| (said, day, time)),
            Some((Said::Canceled, None, None))
        );
    }

    #[test]
    fn what_people_write_of_meetings_is_no_calendars_mail() {
        for subject in [
            "Re: Invitation: Rollout talk",
            "The canceled order",
            "Meeting notes",
            "Declined: Rollout talk",
            "Invitation",
        ] {
            assert_eq!(told(subject, "When: Thursday, 11 March 2027 15:00"), None, "{subject}");
        }
    }
}
