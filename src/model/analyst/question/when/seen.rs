//! What words of time are seen from: a day, the way they look where they do not say, and how the workspace counts.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::domain::time::Calendar;

/// First and last day of a stretch.
pub(super) type Span = (NaiveDate, NaiveDate);

/// The day words of time are seen from, and which way they look where they do not say: "in September" is the last
/// one for what was said, and the next one for what is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Today.
    pub today: NaiveDate,
    /// Whether the question is for what comes.
    pub forward: bool,
    /// How the workspace counts its years and writes its dates.
    pub calendar: Calendar,
}

impl Seen {
    /// "The 15th": the last one, or the next where it looks ahead; months without that day are passed over.
    pub fn day_of_month(self, number: u32) -> Option<NaiveDate> {
        self.days_of_months(number, 3).next()
    }

    /// A day of this month and of those beyond it, so many in all, the nearest first; none on the other side of today.
    fn days_of_months(self, number: u32, months: u32) -> impl Iterator<Item = NaiveDate> {
        let month = move |away: u32| {
            let (this, away) = (self.today.with_day(1)?, Months::new(away));
            if self.forward { this.checked_add_months(away) } else { this.checked_sub_months(away) }
        };
        let days = (0..months).filter_map(month).filter_map(move |month| month.with_day(number));
        days.filter(move |day| self.lies_there(*day))
    }

    /// Whether a day lies where the question looks; today does either way.
    fn lies_there(self, day: NaiveDate) -> bool {
        if self.forward { day >= self.today } else { day <= self.today }
    }

    /// The same day, looking back.
    pub fn back(self) -> Self {
        Self { forward: false, ..self }
    }

    /// The year of a month or quarter named without one: the latest in which `first` has begun, or, looking forward,
    /// the next in which `last` is not over.
    pub fn year(self, first: u32, last: u32) -> i32 {
        let (year, month) = (self.today.year(), self.today.month());
        match self.forward {
            true if last < month => year + 1,
            false if first > month => year - 1,
            _ => year,
        }
    }

    /// A day of a month named without a year: the latest that is not ahead, or the next that is not over.
    pub fn day_in(self, month: u32, day: u32) -> Option<NaiveDate> {
        let year = self.today.year();
        let years = if self.forward { [year, year + 1, year + 4] } else { [year, year - 1, year - 4] };
        let mut days = years.into_iter().filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
        days.find(|day| self.lies_there(*day))
    }

    /// The last such weekday before today, or the next after it.
    pub fn weekday(self, weekday: Weekday) -> Option<NaiveDate> {
        let (today, wanted) = (self.today.weekday().num_days_from_monday(), weekday.num_days_from_monday());
        if self.forward {
            self.today.checked_add_days(Days::new(u64::from((wanted + 6 - today) % 7 + 1)))
        } else {
            self.today.checked_sub_days(Days::new(u64::from((today + 6 - wanted) % 7 + 1)))
        }
    }

    /// That weekday of the week so many weeks ahead.
    pub fn weekday_of_week(self, weekday: Weekday, ahead: u64) -> Option<NaiveDate> {
        let (monday, _) = week_around(self.today)?;
        monday.checked_add_days(Days::new(ahead * 7 + u64::from(weekday.num_days_from_monday())))
    }

    /// "Friday the 13th": the nearest such day, one that is past unless the question looks ahead.
    pub fn weekday_and_day(self, weekday: Weekday, number: u32) -> Option<NaiveDate> {
        const MONTHS: u32 = 40;
        self.days_of_months(number, MONTHS).find(|day| day.weekday() == weekday)
    }

    /// First and last day of the fiscal quarter or year around `day`.
    pub fn fiscal(self, unit: &str, day: NaiveDate) -> Option<Span> {
        let into = (day.month() + 12 - self.calendar.fiscal_start) % 12;
        let begins = day.with_day(1)?.checked_sub_months(Months::new(match unit {
            "year" => into,
            "quarter" => into % 3,
            _ => return None,
        }))?;
        months(begins.year(), begins.month(), if unit == "year" { 12 } else { 3 })
    }

    /// The fiscal year called `year`: the one that ends in it.
    pub fn fiscal_year(self, year: i32) -> Option<Span> {
        let start = self.calendar.fiscal_start;
        months(if start == 1 { year } else { year - 1 }, start, 12)
    }
}

/// First and last day of the week, month, quarter or year around `day`.
pub(super) fn enclosing(unit: &str, day: NaiveDate) -> Option<Span> {
    match unit {
        "week" => week_around(day),
        "month" => months(day.year(), day.month(), 1),
        "quarter" => months(day.year(), (day.month() - 1) / 3 * 3 + 1, 3),
        "year" => months(day.year(), 1, 12),
        _ => None,
    }
}

/// The span that begins after the one around `day` has ended, of the same unit.
pub(super) fn after(day: NaiveDate, of: impl Fn(NaiveDate) -> Option<Span>) -> Option<Span> {
    of(of(day)?.1.succ_opt()?)
}

/// The span that ended before the one around `day` began, of the same unit.
pub(super) fn ahead_of(day: NaiveDate, of: impl Fn(NaiveDate) -> Option<Span>) -> Option<Span> {
    of(of(day)?.0.pred_opt()?)
}

/// Monday to Sunday around a day.
pub(super) fn week_around(day: NaiveDate) -> Option<Span> {
    let week = day.week(Weekday::Mon);
    Some((week.checked_first_day()?, week.checked_last_day()?))
}

/// So many months from the first of one on.
pub(super) fn months(year: i32, month: u32, count: u32) -> Option<Span> {
    let start = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some((start, start.checked_add_months(Months::new(count))?.pred_opt()?))
}

/// So many days, weeks, months or years before a day.
pub(super) fn before(day: NaiveDate, count: u64, unit: &str) -> Option<NaiveDate> {
    let months = |each: u64| u32::try_from(count.checked_mul(each)?).ok().map(Months::new);
    match unit {
        "month" => day.checked_sub_months(months(1)?),
        "quarter" => day.checked_sub_months(months(3)?),
        "year" => day.checked_sub_months(months(12)?),
        _ => day.checked_sub_days(Days::new(count.checked_mul(super::word::unit_days(unit)?)?)),
    }
}
