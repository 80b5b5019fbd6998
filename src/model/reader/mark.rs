//! What becomes of a promise: whether later words show it kept, and whether it is still held to its day.
//!
//! A promise is judged by what was said around it and by what came after it, within [`Outlook::of`] its day. So what is
//! new changes only the promises of about a year, and a mark holds for as long as nothing in its outlook changes.

use chrono::{Days, NaiveDate};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::join::JOIN_VERSION;
use super::kept::{Shown, denied, shown_by};
use super::merge::{Told, carrying};
use super::said::Stretch;
use super::sought::Sought;
use super::statement::Script;
use crate::domain::activity::LaterWords;
use crate::domain::time::{Moment, midnight};

/// What was said so many days before a promise tells which of its words are rare around the account.
const DAYS_BEFORE: u64 = 120;

/// Words and records count for so many days after a promise and after its day.
const DAYS_AFTER: u64 = 365;

/// What became of a promise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// The day it is held to.
    pub due: Option<NaiveDate>,
    /// What shows that it was kept.
    pub kept_by: Option<LaterWords>,
    /// Where nothing does: what may show it.
    pub unclear_by: Option<LaterWords>,
}

/// The stretch of time in which words tell what became of a promise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outlook {
    /// Its first moment.
    pub from: Moment,
    /// The first moment after it.
    pub before: Moment,
}

impl Outlook {
    /// Of a promise.
    pub fn of(told: &Told) -> Self {
        let said = told.commitment.occurred_at;
        let last = told.commitment.due.map_or(said, |due| said.max(midnight(due)));
        Self {
            from: said.checked_sub_days(Days::new(DAYS_BEFORE)).unwrap_or(Moment::first()),
            before: last.checked_add_days(Days::new(DAYS_AFTER)).unwrap_or(Moment::last()),
        }
    }

    /// All the time that either of two reaches over, and what lies between.
    pub fn and(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), before: self.before.max(other.before) }
    }

    /// The last day on which anything was said, as far as it is seen from here.
    pub fn latest(&self, latest: NaiveDate) -> NaiveDate {
        latest.min(self.before.day())
    }

    /// Changes with everything the mark depends on: the promise, how marks are made, and what is `on_record`.
    ///
    /// # Errors
    /// When the promise cannot be written as JSON.
    pub fn key(&self, told: &Told, latest: NaiveDate, on_record: &impl Serialize) -> Result<String, serde_json::Error> {
        let depends_on = (JOIN_VERSION, &told.commitment, &told.what, self.latest(latest), on_record);
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(&depends_on)?)))
    }
}

/// Judges a promise by what was `said` in its outlook and by our `works` in it; `latest` is the last day in it.
pub(super) fn judge(told: &Told, said: &Stretch<'_>, works: &[Script<'_>], latest: NaiveDate) -> Mark {
    let Shown { kept_by, unclear_by } = shown_by(&Sought::new(told, said), said, works);
    let due = told.commitment.due.filter(|due| kept_by.is_some() || !is_let_go(told, *due, said, latest));
    Mark { due, kept_by, unclear_by }
}

/// Days after which a favour for the same day that nobody spoke of again is no longer held to its day.
const FAVOUR_DAYS: i64 = 30;

/// Days past its day after which the same holds for any promise.
const FORGOTTEN_DAYS: i64 = 120;

/// Whether nobody spoke of a promise again, which is soon told for favours of the same day: whether "I'll send it right
/// after the call" was done is seldom on record, and calling it overdue for ever would be worse than leaving it open.
fn is_let_go(told: &Told, due: NaiveDate, said: &Stretch<'_>, latest: NaiveDate) -> bool {
    let promised = &told.commitment;
    let past = latest.signed_duration_since(due).num_days();
    if past <= if due == promised.occurred_at.day() { FAVOUR_DAYS } else { FORGOTTEN_DAYS } {
        return false;
    }
    let shares = said.shares(&said.weights(&carrying(&told.what)));
    !said.after(promised.occurred_at).any(|(number, script)| {
        let named = (0..script.statements.len()).any(|index| shares.in_statement(number, index) >= 0.6);
        named || denied(script, number, &shares)
    })
}
