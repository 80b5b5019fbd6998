//! An instant as a workspace tells it.

use std::fmt;
use std::ops::{Add, Deref, Sub};
use std::str::FromStr;

use chrono::{DateTime, Days, Duration, FixedOffset, NaiveDate, Offset, ParseError, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant together with the local time it is told in, so that nobody who holds one has to ask which [`day`](Self::day)
/// it is. Two of them are compared as instants, wherever they are told. Those of the store and of the clock are told in the
/// workspace's [`Zone`](super::Zone); one that was parsed is told as it was written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(DateTime<FixedOffset>);

impl Moment {
    /// Before everything.
    #[must_use]
    pub fn first() -> Self {
        DateTime::<Utc>::MIN_UTC.into()
    }

    /// After everything.
    #[must_use]
    pub fn last() -> Self {
        DateTime::<Utc>::MAX_UTC.into()
    }

    /// Its day: the one place where an instant becomes a day.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        self.0.date_naive()
    }

    /// The bare instant.
    #[must_use]
    pub fn utc(&self) -> DateTime<Utc> {
        self.0.to_utc()
    }

    /// Since another, which may be later.
    #[must_use]
    pub fn signed_duration_since(self, earlier: impl Into<DateTime<Utc>>) -> Duration {
        self.utc() - earlier.into()
    }

    /// So much later, unless that is after everything.
    #[must_use]
    pub fn checked_add_signed(self, time: Duration) -> Option<Self> {
        self.0.checked_add_signed(time).map(Self)
    }

    /// So many days later, unless that is after everything.
    #[must_use]
    pub fn checked_add_days(self, days: Days) -> Option<Self> {
        self.0.checked_add_days(days).map(Self)
    }

    /// So many days earlier, unless that is before everything.
    #[must_use]
    pub fn checked_sub_days(self, days: Days) -> Option<Self> {
        self.0.checked_sub_days(days).map(Self)
    }
}

impl<Tz: TimeZone> From<DateTime<Tz>> for Moment {
    fn from(at: DateTime<Tz>) -> Self {
        Self(at.with_timezone(&at.offset().fix()))
    }
}

impl From<Moment> for DateTime<Utc> {
    fn from(at: Moment) -> Self {
        at.utc()
    }
}

impl Deref for Moment {
    type Target = DateTime<FixedOffset>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, time: Duration) -> Self {
        Self(self.0 + time)
    }
}

impl Sub<Duration> for Moment {
    type Output = Self;

    fn sub(self, time: Duration) -> Self {
        Self(self.0 - time)
    }
}

impl Sub for Moment {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.0 - earlier.0
    }
}

/// As RFC 3339, with `Z` for UTC.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads RFC 3339, and the same with a blank for the `T` and an offset of hours alone, as a database writes it.
impl FromStr for Moment {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let written = || DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z");
        DateTime::parse_from_rfc3339(text).or_else(|error| written().map_err(|_| error)).map(Self)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Moment {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        DateTime::<Utc>::schema_name()
    }

    fn inline_schema() -> bool {
        DateTime::<Utc>::inline_schema()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        DateTime::<Utc>::json_schema(generator)
    }
}
