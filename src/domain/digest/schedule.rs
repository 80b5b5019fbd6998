//! When a digest comes: a cron line, or plain words, in a time zone.
//!
//! Clocks that change never send one twice and never swallow one: a time that does not exist on a day counts at the first
//! instant after the gap, one that comes twice at the first of the two.

use chrono::{DateTime, Duration, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::spoken;
use crate::domain::text::listed;
use crate::domain::time::{Moment, Zone};

/// No digest comes more often.
const LEAST_APART: Duration = Duration::hours(1);

/// So many occurrences are looked at for how far apart they are: a day of one an hour.
const LOOKED_AT: usize = 25;

/// When a digest comes.
#[derive(Clone, Debug)]
pub struct Schedule {
    cron: Cron,
    text: String,
    zone: Zone,
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.zone == other.zone
    }
}

impl Eq for Schedule {}

impl Schedule {
    /// Reads a schedule, as in `30 8 * * 1` or `Mondays 8:30`, told in the zone of this name.
    ///
    /// # Errors
    /// A sentence that names the mistake, and three times at which something near it would come after `now`.
    pub fn read(text: &str, zone: &str, now: Moment) -> Result<Self, String> {
        let found = Zone::named(zone).map_err(|mistake| {
            let mistake = if mistake.ends_with('?') { mistake } else { format!("{mistake}.") };
            let nearest = mistake.rsplit("did you mean ").next().and_then(|rest| rest.strip_suffix('?'));
            let meant = nearest.and_then(|name| Zone::named(name).ok()).unwrap_or_default();
            match Self::in_zone(text, meant) {
                Ok(schedule) => format!("{mistake} In {} it would come {}.", meant.name(), schedule.next_three(now)),
                Err(_) => mistake,
            }
        })?;
        Self::in_zone(text, found).map_err(|mistake| {
            let example = Self::in_zone(EXAMPLE, found).map(|schedule| schedule.next_three(now)).unwrap_or_default();
            format!(
                "{mistake} A schedule is minute, hour, day of the month, month and weekday, as in `{EXAMPLE}`, or words, \
                 as in `Mondays 8:30` or `weekdays 9:00`. `{EXAMPLE}` would come {example}."
            )
        })
    }

    /// Reads a schedule in a zone.
    ///
    /// # Errors
    /// A sentence that names the mistake.
    pub fn in_zone(text: &str, zone: Zone) -> Result<Self, String> {
        let text = text.trim();
        let line = spoken::cron_line(text).unwrap_or_else(|| text.split_whitespace().collect::<Vec<_>>().join(" "));
        let fields = line.split(' ').count();
        if fields != 5 && !line.starts_with('@') {
            return Err(format!("`{text}` is no schedule: it has {} instead of five fields.", counted(fields)));
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(&line).map_err(|error| match out_of_range(&line) {
            Some(mistake) => format!("`{text}` is no schedule: {mistake}."),
            None => format!("`{text}` is no schedule: {}.", plain(&error.to_string())),
        })?;
        let schedule = Self { cron, text: line, zone };
        let start = Moment::from(DateTime::<Utc>::UNIX_EPOCH);
        let times: Vec<Moment> = schedule.after(start).take(LOOKED_AT).collect();
        if times.is_empty() {
            return Err(format!("`{text}` is no schedule: there is no such day."));
        }
        if times.windows(2).any(|two| two[1] - two[0] < LEAST_APART) {
            return Err(format!("`{text}` would come more often than once an hour, and nobody would read it."));
        }
        Ok(schedule)
    }

    /// As a cron line.
    #[must_use]
    pub fn cron(&self) -> &str {
        &self.text
    }

    /// The zone it is told in.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The first time after an instant.
    #[must_use]
    pub fn next_after(&self, instant: Moment) -> Option<Moment> {
        self.cron.find_next_occurrence(&self.zone.local(instant), false).ok().map(Moment::from)
    }

    /// The last time that is not after an instant.
    #[must_use]
    pub fn last_until(&self, instant: Moment) -> Option<Moment> {
        self.cron.find_previous_occurrence(&self.zone.local(instant), true).ok().map(Moment::from)
    }

    /// The times after an instant.
    pub fn after(&self, instant: Moment) -> impl Iterator<Item = Moment> + '_ {
        std::iter::successors(self.next_after(instant), |last| self.next_after(*last))
    }

    /// The next three times, for people: `Mon 7 Dec 08:30, …`.
    #[must_use]
    pub fn next_three(&self, now: Moment) -> String {
        let times: Vec<String> =
            self.after(now).take(3).map(|at| self.zone.tell(at).format("%a %-d %b %Y %H:%M").to_string()).collect();
        listed(&times)
    }

    /// In words: `Mondays at 08:30 (Europe/Berlin)`.
    #[must_use]
    pub fn words(&self) -> String {
        let words = spoken::words(&self.text).unwrap_or_else(|| self.cron.describe());
        format!("{words} ({})", self.zone.name())
    }
}

/// What a schedule looks like.
const EXAMPLE: &str = "30 8 * * 1";

/// `six`, for the numbers of fields people write.
fn counted(fields: usize) -> String {
    let words = ["no", "one", "two", "three", "four", "five", "six", "seven"];
    words.get(fields).map_or_else(|| fields.to_string(), |word| (*word).to_owned())
}

/// A field with a number that it cannot have.
fn out_of_range(line: &str) -> Option<String> {
    const FIELDS: [(&str, u32, u32); 5] =
        [("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("weekday", 0, 7)];
    line.split(' ').zip(FIELDS).find_map(|(field, (name, least, most))| {
        let numbers = field.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
        let wrong: u32 = numbers.into_iter().find(|number| !(least..=most).contains(number))?;
        Some(format!("{wrong} is no {name}, which goes from {least} to {most}"))
    })
}

/// The parser's sentence without its class and its full stop.
fn plain(error: &str) -> String {
    let told = error.split_once(": ").map_or(error, |(_, told)| told);
    told.trim_end_matches('.').to_owned()
}

/// How a schedule is stored and sent.
#[derive(Serialize, Deserialize)]
struct Written {
    cron: String,
    zone: String,
}

impl Serialize for Schedule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { cron: self.text.clone(), zone: self.zone.name().to_owned() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Schedule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let zone = Zone::named(&written.zone).map_err(serde::de::Error::custom)?;
        Self::in_zone(&written.cron, zone).map_err(serde::de::Error::custom)
    }
}
