//! Meetings with a customer as a calendar has them.
//!
//! What the mails of calendars say of meetings is in [`meeting`](super::meeting).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::time::{Moment, instant, optional_instant};

/// A meeting with a customer. It lies ahead, is going on, or is over; a meeting is no contact, the call that comes of it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalendarMeeting {
    /// Its id in the workspace.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// When it begins.
    #[serde(deserialize_with = "instant")]
    pub starts_at: Moment,
    /// When it ends.
    #[serde(default, deserialize_with = "optional_instant")]
    pub ends_at: Option<Moment>,
    /// What it is called.
    pub title: String,
    /// Who is invited, of both sides.
    #[serde(default)]
    pub participants: Vec<Attendee>,
    /// Where it can be opened or joined.
    #[serde(default)]
    pub url: Option<String>,
    /// Whether it was called off.
    #[serde(default)]
    pub canceled: bool,
}

/// Somebody who is invited to a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attendee {
    /// Full name; the name of the mailbox where only an address is given.
    #[serde(default)]
    pub name: String,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
}

impl CalendarMeeting {
    /// When it is over: at its end, or as it begins where no end is told.
    #[must_use]
    pub fn over_at(&self) -> Moment {
        self.ends_at.unwrap_or(self.starts_at)
    }
}
