//! Who has left, is away or can no longer be reached at an account, as it was heard.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::record::RecordRef;
use crate::domain::time::Moment;

/// What became of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gone {
    /// They left the company, or will on a day.
    Left,
    /// Their address takes no mail.
    Unreachable,
    /// They are away for a while.
    Away,
}

/// Somebody to turn to instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Successor {
    /// Their name, as far as it was said.
    pub name: String,
    /// Their address, as far as it was said.
    #[serde(default)]
    pub email: Option<String>,
}

/// What was heard of somebody who left, is away or cannot be reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Departure {
    /// Who: as the account's contact, where they are one.
    pub who: String,
    /// Their address, where it is known.
    #[serde(default)]
    pub email: Option<String>,
    /// What became of them.
    pub gone: Gone,
    /// Whether it was said to be still ahead.
    #[serde(default)]
    pub ahead: bool,
    /// From which day on, where it was said.
    #[serde(default)]
    pub since: Option<NaiveDate>,
    /// The first day they are back, where it was said.
    #[serde(default)]
    pub back: Option<NaiveDate>,
    /// Whom to turn to instead.
    #[serde(default)]
    pub successor: Option<Successor>,
    /// The exact words.
    pub quote: String,
    /// Who said so; empty where nobody is named.
    #[serde(default)]
    pub said_by: String,
    /// When it was said.
    pub occurred_at: Moment,
    /// Where.
    pub source: RecordRef,
    /// Seconds from the start of the call.
    #[serde(default)]
    pub at_seconds: Option<f64>,
}

impl Departure {
    /// Whether it holds on a day: who leaves next month is still there, and who was away is back. An absence without an
    /// end is taken for over after [`DAYS_AWAY`] days, and who said that they leave for gone after [`DAYS_TO_LEAVE`].
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        let said = self.occurred_at.day();
        match self.gone {
            Gone::Left => {
                let soon = said + chrono::Duration::days(if self.ahead { DAYS_TO_LEAVE } else { 0 });
                self.since.unwrap_or(soon) <= day && said <= day
            }
            Gone::Unreachable => said <= day,
            Gone::Away => {
                let back = self.back.unwrap_or(said + chrono::Duration::days(DAYS_AWAY));
                self.since.unwrap_or(said) <= day && day < back
            }
        }
    }

    /// Whether they are not to be written to on a day.
    #[must_use]
    pub fn ends_on(&self, day: NaiveDate) -> bool {
        self.gone != Gone::Away && self.holds_on(day)
    }
}

/// Days after which somebody who said that they will leave, and not when, is taken to be gone.
pub const DAYS_TO_LEAVE: i64 = 30;

/// Days after which somebody who did not say when they are back is taken to be back.
pub const DAYS_AWAY: i64 = 21;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::RecordKind;

    fn heard(gone: Gone, since: Option<&str>, back: Option<&str>) -> Departure {
        let day = |text: &str| text.parse().unwrap();
        Departure {
            who: "Ilse Brandt".to_owned(),
            email: None,
            gone,
            ahead: false,
            since: since.map(day),
            back: back.map(day),
            successor: None,
            quote: String::new(),
            said_by: String::new(),
            occurred_at: "2026-05-04T09:00:00Z".parse().unwrap(),
            source: RecordRef { kind: RecordKind::Email, id: "e".to_owned() },
            at_seconds: None,
        }
    }

    #[test]
    fn who_leaves_later_is_still_there_and_who_was_away_is_back() {
        let on = |departure: &Departure, day: &str| departure.holds_on(day.parse().unwrap());
        let later = heard(Gone::Left, Some("2026-05-29"), None);
        assert!(!on(&later, "2026-05-28") && on(&later, "2026-05-29"));
        let left = heard(Gone::Left, None, None);
        assert!(!on(&left, "2026-05-03") && on(&left, "2027-05-04"));
        let away = heard(Gone::Away, None, Some("2026-05-18"));
        assert!(on(&away, "2026-05-17") && !on(&away, "2026-05-18") && !away.ends_on("2026-05-10".parse().unwrap()));
        assert!(!on(&heard(Gone::Away, None, None), "2026-06-01"));
    }
}
