//! What people decided about an account. A decision lies over what was imported, under a key of its own, and stays when
//! the account is imported again.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Action;
use crate::domain::account::Section;
use crate::domain::id::ProposalId;
use crate::domain::time::{Moment, day_text};

/// What was decided, by whom, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What.
    pub value: Value,
    /// Why.
    pub reason: Option<String>,
    /// Who approved it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What it was decided by.
    pub proposal: ProposalId,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Where the next action on the account belongs, and where it came from.
    Section {
        /// Where it was.
        from: Section,
        /// Where it is.
        to: Section,
    },
    /// Whether it takes part in health monitoring, roll-ups and digests.
    Tracked(bool),
    /// The first day it is in digests again.
    SnoozedUntil(NaiveDate),
    /// E-mail address of its owner.
    Owner(String),
    /// Whether a contract is left out of recurring revenue.
    Ignored(bool),
    /// What became of a promise.
    Marked {
        /// Kept or dropped.
        outcome: Outcome,
        /// The words it was made in: under its id another promise may stand once conversations are read anew.
        quote: String,
    },
    /// A note.
    Note(String),
}

impl Value {
    /// What was done to the account, as it continues a sentence: `routed from Health to Pipeline`.
    #[must_use]
    pub fn told(&self, today: NaiveDate) -> String {
        match self {
            Self::Section { from, to } => format!("routed from {} to {}", from.label(), to.label()),
            Self::Tracked(true) => "tracked again".to_owned(),
            Self::Tracked(false) => "untracked".to_owned(),
            Self::SnoozedUntil(day) => format!("snoozed until {}", day_text(*day, today)),
            Self::Owner(owner) => format!("given to {owner}"),
            Self::Ignored(true) => "left with a contract that does not count towards ARR".to_owned(),
            Self::Ignored(false) => "left with a contract that counts towards ARR again".to_owned(),
            Self::Marked { outcome, quote } => format!("part of a promise marked as {}: “{quote}”", outcome.wire()),
            Self::Note(text) => format!("given a note: “{text}”"),
        }
    }
}

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was kept.
    Kept,
    /// Nobody waits for it any more.
    Dropped,
}

impl Outcome {
    /// The name people read, on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Dropped => "dropped",
        }
    }
}

impl Action {
    /// The key its decision lies under; two actions with the same key change the same thing. A note is a thing of its own.
    #[must_use]
    pub fn key(&self, proposal: ProposalId) -> String {
        match self {
            Self::RouteAccount { .. } => "section".to_owned(),
            Self::UntrackAccount { .. } | Self::RetrackAccount { .. } => "tracked".to_owned(),
            Self::SnoozeAccount { .. } => "snoozed".to_owned(),
            Self::SetOwner { .. } => "owner".to_owned(),
            Self::AddNote { .. } => format!("note/{proposal}"),
            Self::IgnoreRevenueSource { source, .. } => format!("revenue/{source}"),
            Self::MarkCommitment { commitment, .. } => format!("commitment/{commitment}"),
        }
    }

    /// What it decides for an account that is in section `from`.
    #[must_use]
    pub fn value(&self, from: Section) -> Value {
        match self {
            Self::RouteAccount { section, .. } => Value::Section { from, to: *section },
            Self::UntrackAccount { .. } => Value::Tracked(false),
            Self::RetrackAccount { .. } => Value::Tracked(true),
            Self::SnoozeAccount { until, .. } => Value::SnoozedUntil(*until),
            Self::SetOwner { owner, .. } => Value::Owner(owner.clone()),
            Self::AddNote { text } => Value::Note(text.clone()),
            Self::IgnoreRevenueSource { ignored, .. } => Value::Ignored(*ignored),
            Self::MarkCommitment { outcome, quote, .. } => Value::Marked { outcome: *outcome, quote: quote.clone() },
        }
    }
}
