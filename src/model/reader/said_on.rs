//! The day something was said, and how its record writes dates.

use chrono::NaiveDate;

/// What dates are told from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaidOn {
    /// The day.
    pub day: NaiveDate,
    /// Whether `3/4` is the third of April; else it is March 4.
    pub day_first: bool,
}

/// A day on which dates begin with the month.
impl From<NaiveDate> for SaidOn {
    fn from(day: NaiveDate) -> Self {
        Self { day, day_first: false }
    }
}
