//! Actions: what can be done to an account, what that changes, and how a person's approval becomes a change.
//!
//! Whoever wants something done makes a [`Proposal`]; it does nothing. A person's approval of exactly that proposal, while
//! the account is as it was shown, sets one [`Decision`]. Decisions lie over the imported records and outlive a new import.

mod audit;
mod decision;
mod policy;
mod proposal;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use audit::{AuditEntry, AuditQuery, Deed};
pub use decision::{Decision, Outcome, Value};
pub use policy::ActionPolicy;
pub use proposal::{Approval, Approved, Preview, Proposal, Refusal, Row, State};

use super::account::Section;
use super::person::reads_as_address;
use super::time::day;

/// Something to do to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Move the account to another section.
    RouteAccount {
        /// Where its next action belongs.
        section: Section,
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Leave the account out of health monitoring, roll-ups and digests.
    UntrackAccount {
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Take the account back into health monitoring, roll-ups and digests.
    RetrackAccount {
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Write something down about the account.
    AddNote {
        /// The words.
        text: String,
    },
    /// Leave the account out of digests until a day.
    SnoozeAccount {
        /// The first day it is back.
        #[serde(deserialize_with = "day")]
        until: NaiveDate,
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Give the account to somebody.
    SetOwner {
        /// E-mail address of the colleague.
        owner: String,
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Leave a contract or subscription out of recurring revenue, or count it again.
    IgnoreRevenueSource {
        /// Its id.
        source: String,
        /// True to leave it out, false to count it.
        ignored: bool,
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Say what became of a promise.
    MarkCommitment {
        /// Its id.
        commitment: String,
        /// The words it was made in, as the record has them.
        #[serde(default)]
        quote: String,
        /// Kept or dropped.
        outcome: Outcome,
        /// What shows it.
        #[serde(default)]
        evidence: Option<String>,
    },
}

/// How many days an account can be snoozed for, at most: for longer it is untracked, which may take two people.
pub const MOST_DAYS_SNOOZED: i64 = 180;

/// The longest reason or note, in characters.
const WORDS: usize = 2_000;

impl Action {
    /// The name on the wire and in storage.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::RouteAccount { .. } => "route_account",
            Self::UntrackAccount { .. } => "untrack_account",
            Self::RetrackAccount { .. } => "retrack_account",
            Self::AddNote { .. } => "add_note",
            Self::SnoozeAccount { .. } => "snooze_account",
            Self::SetOwner { .. } => "set_owner",
            Self::IgnoreRevenueSource { .. } => "ignore_revenue_source",
            Self::MarkCommitment { .. } => "mark_commitment",
        }
    }

    /// Why it is to be done, in the words of whoever wants it.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::RouteAccount { reason, .. }
            | Self::UntrackAccount { reason }
            | Self::RetrackAccount { reason }
            | Self::SnoozeAccount { reason, .. }
            | Self::SetOwner { reason, .. }
            | Self::IgnoreRevenueSource { reason, .. }
            | Self::MarkCommitment { evidence: reason, .. } => reason.as_deref(),
            Self::AddNote { .. } => None,
        }
    }

    /// The same action with blanks taken off its words, and no words where there are only blanks.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence that says what to do.
    pub fn checked(mut self, today: NaiveDate) -> Result<Self, String> {
        match &mut self {
            Self::RouteAccount { reason, .. }
            | Self::UntrackAccount { reason }
            | Self::RetrackAccount { reason }
            | Self::SnoozeAccount { reason, .. }
            | Self::SetOwner { reason, .. }
            | Self::IgnoreRevenueSource { reason, .. }
            | Self::MarkCommitment { evidence: reason, .. } => *reason = plain(reason.take(), "reason")?,
            Self::AddNote { text } => {
                *text =
                    plain(Some(std::mem::take(text)), "note")?.ok_or("The note is empty; say what to write down.")?;
            }
        }
        match &mut self {
            Self::SnoozeAccount { until, .. } if *until <= today => {
                return Err(format!(
                    "An account cannot be snoozed until {until}: that day is not ahead. Name a later one."
                ));
            }
            Self::SnoozeAccount { until, .. } if (*until - today).num_days() > MOST_DAYS_SNOOZED => {
                let last = today + chrono::Duration::days(MOST_DAYS_SNOOZED);
                return Err(format!(
                    "An account can be snoozed for {MOST_DAYS_SNOOZED} days at most, until {last}. Name a day up to then, or \
                     untrack the account to leave it out for longer."
                ));
            }
            Self::SetOwner { owner, .. } => {
                *owner = owner.trim().to_lowercase();
                if !reads_as_address(owner) {
                    return Err(format!("`{owner}` is not an e-mail address; name the new owner by one."));
                }
            }
            _ => {}
        }
        Ok(self)
    }
}

/// Words without blanks around them and without characters nobody sees.
fn plain(words: Option<String>, what: &str) -> Result<Option<String>, String> {
    let Some(words) = words else { return Ok(None) };
    let kept: String = words.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
    let length = kept.trim().chars().count();
    if length > WORDS {
        return Err(format!("The {what} has {length} characters; shorten it to {WORDS}."));
    }
    Ok(Some(kept.trim().to_owned()).filter(|kept| !kept.is_empty()))
}

#[cfg(test)]
mod tests;
