//! How an account stands with whoever gets a digest: new to it, worse, unchanged, put aside, recovered.
//!
//! A pure step from one delivery to the next, so that a simulated quarter can be checked line by line.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::health::Level;
use crate::domain::time::Moment;

/// A fall of the score of so many points since it was last reported makes an account worse.
const WORSE_POINTS: u32 = 5;

/// How an account stands in an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// It was not in the edition before.
    New,
    /// It fell since it was last reported.
    Worse,
    /// As it was.
    Unchanged,
    /// Somebody said that they see to it, and it did not get worse since.
    Acknowledged,
    /// Put aside until a day.
    Snoozed,
    /// It was in the edition before, and is better now.
    Recovered,
}

/// Where an account stood when it was last delivered to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// How it was shown.
    pub state: RowState,
    /// The score it is compared with: when it was last new or worse, or a better one since.
    pub score: u32,
    /// The level it is compared with.
    pub level: Level,
    /// When it came into the digest.
    pub since: Moment,
    /// Who sees to it, and since when.
    pub acknowledged: Option<Acknowledged>,
    /// The first day it is shown again.
    pub snoozed_until: Option<NaiveDate>,
}

/// That somebody sees to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// What an account is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// 0 to 100.
    pub score: u32,
    /// The colour.
    pub level: Level,
    /// Whether it meets the conditions of the digest.
    pub matches: bool,
    /// Whether that is because it got better; else it was untracked, given away or moved.
    pub better: bool,
}

impl Standing {
    /// Where an account stands in the edition made at `now`; none when there is nothing to say about it any more.
    #[must_use]
    pub fn next(before: Option<&Self>, seen: Seen, now: Moment) -> Option<Self> {
        let fresh = |state| Self {
            state,
            score: seen.score,
            level: seen.level,
            since: now,
            acknowledged: None,
            snoozed_until: None,
        };
        match before.filter(|before| before.state != RowState::Recovered) {
            None => seen.matches.then(|| fresh(RowState::New)),
            Some(before) if !seen.matches => {
                let recovered = Self { since: before.since, ..fresh(RowState::Recovered) };
                seen.better.then_some(recovered)
            }
            Some(before) => Some(before.continued(seen, now)),
        }
    }

    fn continued(&self, seen: Seen, now: Moment) -> Self {
        let snoozed_until = self.snoozed_until.filter(|day| *day > now.day());
        if snoozed_until.is_some() {
            return Self { state: RowState::Snoozed, ..self.clone() };
        }
        let worse = seen.level < self.level || seen.score + WORSE_POINTS <= self.score;
        if worse {
            let (score, level) = (seen.score, seen.level);
            return Self { state: RowState::Worse, score, level, acknowledged: None, snoozed_until, ..self.clone() };
        }
        let state = if self.acknowledged.is_some() { RowState::Acknowledged } else { RowState::Unchanged };
        // A fall is told from the best it was meanwhile, so that a slow decline is not missed.
        let (score, level) = (self.score.max(seen.score), self.level.max(seen.level));
        Self { state, score, level, snoozed_until, ..self.clone() }
    }
}
