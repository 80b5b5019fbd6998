//! The time zone of a workspace.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use super::Moment;

/// What turns an instant into local time, and a local time into an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl Zone {
    /// No place's own time.
    pub const UTC: Self = Self(Tz::UTC);

    /// The zone with this name of the IANA list, as in `Europe/Berlin`; in any case.
    ///
    /// # Errors
    /// A sentence that names what comes nearest.
    pub fn named(name: &str) -> Result<Self, String> {
        let wanted = name.trim().replace(' ', "_");
        let found = TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(&wanted));
        found.map(|zone| Self(*zone)).ok_or_else(|| {
            let city = |name: &str| name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
            let (wanted, place) = (wanted.to_ascii_lowercase(), city(&wanted));
            let likeness = |zone: &Tz| {
                let whole = strsim::jaro_winkler(&zone.name().to_ascii_lowercase(), &wanted);
                whole.max(strsim::jaro_winkler(&city(zone.name()), &place))
            };
            let nearest = TZ_VARIANTS.iter().map(|zone| (likeness(zone), zone.name()));
            let nearest =
                nearest.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|(likeness, _)| *likeness > 0.8);
            let hint = nearest.map(|(_, name)| format!("; did you mean {name}?")).unwrap_or_default();
            format!("`{name}` is no time zone; write its IANA name, as in America/New_York or Europe/Berlin{hint}")
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// The instant in its local time.
    #[must_use]
    pub fn tell(&self, at: impl Into<DateTime<Utc>>) -> Moment {
        at.into().with_timezone(&self.0).into()
    }

    /// The instant by this zone's own clocks, for what counts their hours.
    #[must_use]
    pub fn local(&self, at: Moment) -> DateTime<Tz> {
        at.with_timezone(&self.0)
    }

    /// The instant of a local time: the first of two where clocks were put back, and the first after the gap where they
    /// were put forward.
    #[must_use]
    pub fn at(&self, local: NaiveDateTime) -> Moment {
        // No gap is longer than a day.
        let mut steps = (0..=96).filter_map(|quarters| local.checked_add_signed(Duration::minutes(15 * quarters)));
        let found = steps.find_map(|local| self.0.from_local_datetime(&local).earliest());
        found.map_or_else(|| local.and_utc().into(), Moment::from)
    }

    /// The last second of a day.
    #[must_use]
    pub fn end_of(&self, day: NaiveDate) -> Moment {
        day.succ_opt().map_or(Moment::last(), |next| self.midnight(next)) - Duration::seconds(1)
    }

    /// The first instant of a day.
    #[must_use]
    pub fn midnight(&self, day: NaiveDate) -> Moment {
        self.at(day.and_time(NaiveTime::MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_instant_is_on_another_day_in_another_place() {
        let at: Moment = "2027-02-10T23:10:00Z".parse().unwrap();
        for (name, day) in [("UTC", "2027-02-10"), ("Asia/Kolkata", "2027-02-11"), ("America/Denver", "2027-02-10")] {
            assert_eq!(zone(name).tell(at).day(), date(day), "{name}");
            assert_eq!(zone(name).tell(at), at, "{name}");
        }
        assert_eq!(zone("Asia/Kolkata").tell(at).to_string(), "2027-02-11T04:40:00+05:30");
        assert_eq!(zone("UTC").tell(at).to_string(), "2027-02-10T23:10:00Z");
    }

    #[test]
    fn a_day_begins_at_its_own_midnight_in_summer_and_in_winter() {
        for (name, day, begins) in [
            ("Europe/Madrid", "2027-01-20", "2027-01-19T23:00:00Z"),
            ("Europe/Madrid", "2027-07-20", "2027-07-19T22:00:00Z"),
            ("Australia/Sydney", "2027-01-20", "2027-01-19T13:00:00Z"),
        ] {
            assert_eq!(zone(name).midnight(date(day)), begins.parse().unwrap(), "{name} {day}");
        }
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_begins_after_the_gap() {
        // Clocks in Asunción and in Cairo go from 24:00 to 01:00; Samoa had no December 30 at all.
        let begins = zone("Africa/Cairo").midnight(date("2027-04-30"));
        assert_eq!(begins.to_string(), "2027-04-30T01:00:00+03:00");
        assert_eq!(zone("Pacific/Apia").midnight(date("2011-12-30")).day(), date("2011-12-31"));
    }

    #[test]
    fn a_time_that_comes_twice_is_its_first() {
        let twice = zone("Europe/Madrid").at("2027-10-31T02:30:00".parse().unwrap());
        assert_eq!(twice, "2027-10-31T00:30:00Z".parse().unwrap());
    }

    #[test]
    fn a_zone_is_found_in_any_case_and_one_that_is_none_says_what_comes_nearest() {
        assert_eq!(zone("america/sao_paulo").name(), "America/Sao_Paulo");
        assert_eq!(zone("America/New York").name(), "America/New_York");
        assert!(Zone::named("Europe/Madird").unwrap_err().contains("did you mean Europe/Madrid?"));
        assert!(Zone::named("Lisbon").unwrap_err().contains("Europe/Lisbon"));
        assert!(Zone::named("office").unwrap_err().contains("IANA"));
    }
}
