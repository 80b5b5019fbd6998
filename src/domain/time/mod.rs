//! Time: an injected clock, moments in the workspace's zone, windows of dates, and how dates are read and written.
//!
//! An instant becomes a day in one place, [`Moment::day`]; nothing else asks which zone it is in.

mod moment;
mod zone;

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

pub use moment::Moment;
pub use zone::Zone;

/// Where "now" comes from, and in which zone days are told: the machine, one fixed instant for demos, tests and evals, or
/// hands that a simulation moves.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    time: Time,
    zone: Zone,
}

#[derive(Clone, Copy, Debug)]
enum Time {
    Machine,
    Fixed(DateTime<Utc>),
    /// Seconds since 1970.
    Moved(&'static AtomicI64),
}

impl Default for Clock {
    fn default() -> Self {
        Self::SYSTEM
    }
}

impl Clock {
    /// The machine's clock, in UTC.
    pub const SYSTEM: Self = Self { time: Time::Machine, zone: Zone::UTC };

    /// Always this instant, in UTC.
    #[must_use]
    pub fn fixed(at: Moment) -> Self {
        Self { time: Time::Fixed(at.utc()), zone: Zone::UTC }
    }

    /// What these hands show, in seconds since 1970, in UTC: a simulation moves them.
    #[must_use]
    pub fn moved_by(hands: &'static AtomicI64) -> Self {
        Self { time: Time::Moved(hands), zone: Zone::UTC }
    }

    /// The same clock in another zone.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// Whether it does not go with the machine.
    #[must_use]
    pub fn stands(&self) -> bool {
        !matches!(self.time, Time::Machine)
    }

    /// The zone it tells the time in.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.zone.tell(match self.time {
            Time::Machine => Utc::now(),
            Time::Fixed(at) => at,
            Time::Moved(hands) => DateTime::from_timestamp(hands.load(Ordering::Relaxed), 0).unwrap_or_default(),
        })
    }

    /// The present day.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().day()
    }
}

/// How a workspace counts its years and writes its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The month the fiscal year begins in, 1 to 12. A fiscal year is called by the year it ends in.
    pub fiscal_start: u32,
    /// Whether `3/4/2027` is the third of April; else it is March 4.
    pub day_first: bool,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { fiscal_start: 1, day_first: false }
    }
}

/// The day words of time are seen from, and how the workspace counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today {
    /// The day.
    pub day: NaiveDate,
    /// How years and dates are counted.
    pub calendar: Calendar,
}

/// A day of the usual calendar.
impl From<NaiveDate> for Today {
    fn from(day: NaiveDate) -> Self {
        Self { day, calendar: Calendar::default() }
    }
}

/// A window of days, both ends included; an open end has no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Window {
    /// First day inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// Last day inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl Window {
    /// Everything, whenever it happened.
    pub const ALWAYS: Self = Self { since: None, until: None };

    /// From `since` on.
    #[must_use]
    pub fn since(since: NaiveDate) -> Self {
        Self { since: Some(since), until: None }
    }

    /// Whether `day` lies inside.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.since.is_none_or(|since| day >= since) && self.until.is_none_or(|until| day <= until)
    }

    /// The first day after the window.
    #[must_use]
    pub fn end(&self) -> Option<NaiveDate> {
        self.until.and_then(|until| until.checked_add_days(Days::new(1)))
    }
}

/// A day as a moment: its first instant in UTC, whose day it is wherever the workspace is.
#[must_use]
pub fn midnight(day: NaiveDate) -> Moment {
    day.and_time(NaiveTime::MIN).and_utc().into()
}

/// A duration in milliseconds, to the microsecond.
#[must_use]
pub fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}

/// `March 4`, with the year where it is not the year of `today`.
#[must_use]
pub fn day_text(day: NaiveDate, today: NaiveDate) -> String {
    if day.year() == today.year() { day.format("%B %-d").to_string() } else { day.format("%B %-d, %Y").to_string() }
}

/// `today`, `yesterday`, `3 days ago`, `in 5 weeks`: how far a day lies from `today`, in the unit a person would use.
#[must_use]
pub fn relative_text(day: NaiveDate, today: NaiveDate) -> String {
    let days = day.signed_duration_since(today).num_days();
    match days {
        0 => return "today".to_owned(),
        1 => return "tomorrow".to_owned(),
        -1 => return "yesterday".to_owned(),
        _ => {}
    }
    let distance = days.unsigned_abs();
    let (count, unit) = match distance {
        0..=20 => (distance, "day"),
        21..=59 => ((distance + 3) / 7, "week"),
        60..=729 => ((distance * 10 + 100) / 304, "month"),
        _ => (distance / 365, "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if days < 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

/// Reads an instant as people and systems write it: RFC 3339, told as it was written; a date and time without an offset, or
/// a bare date (its first instant), which are of `zone`.
///
/// # Errors
/// A sentence that says what was wrong and what is accepted.
pub fn parse_instant(text: &str, zone: Zone) -> Result<Moment, String> {
    let text = text.trim();
    text.parse::<Moment>()
        .ok()
        .or_else(|| local_time(text).map(|local| zone.at(local)))
        .ok_or_else(|| format!("`{text}` is not a date; write 2026-03-04 or 2026-03-04T15:30:00Z"))
}

/// A date and time without an offset, or a bare date's first time.
#[must_use]
pub fn local_time(text: &str) -> Option<NaiveDateTime> {
    let with_time = |form| NaiveDateTime::parse_from_str(text, form).ok();
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .into_iter()
        .find_map(with_time)
        .or_else(|| text.parse().ok().map(|day: NaiveDate| day.and_time(NaiveTime::MIN)))
}

/// Deserializes with [`parse_instant`], in UTC; for `#[serde(deserialize_with)]`.
pub(crate) fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_instant(&text, Zone::UTC).map_err(serde::de::Error::custom)
}

/// Like [`instant`], for a field that may be absent or null.
pub(crate) fn optional_instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Moment>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| parse_instant(&text, Zone::UTC)).transpose().map_err(serde::de::Error::custom)
}

/// Deserializes a day, also from a full instant: the day that is written there.
pub(crate) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    instant(deserializer).map(|instant| instant.day())
}

/// Like [`day`], for a field that may be absent or null.
pub(crate) fn optional_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    optional_instant(deserializer).map(|instant| instant.map(|instant| instant.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn distances_are_told_in_the_unit_a_person_would_use() {
        let today = date("2026-06-15");
        for (day, text) in [
            ("2026-06-15", "today"),
            ("2026-06-14", "yesterday"),
            ("2026-06-03", "12 days ago"),
            ("2026-07-13", "in 4 weeks"),
            ("2026-02-15", "4 months ago"),
            ("2024-06-01", "2 years ago"),
        ] {
            assert_eq!(relative_text(date(day), today), text);
        }
    }

    #[test]
    fn instants_are_read_with_and_without_time_and_zone() {
        for text in ["2026-03-04", "2026-03-04T00:00:00", "2026-03-04T01:00:00+01:00", "2026-03-04 00:00:00"] {
            assert_eq!(parse_instant(text, Zone::UTC).unwrap(), midnight(date("2026-03-04")), "{text}");
        }
        assert!(parse_instant("4 March", Zone::UTC).unwrap_err().contains("2026-03-04"));
    }
}
