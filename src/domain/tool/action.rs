//! Tools that would change an account. None of them does: each gives a proposal that a person approves, or not.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cite, ToolArgs};
use crate::domain::account::Section;
use crate::domain::action::{Action, Outcome, Row};
use crate::domain::id::ProposalId;
use crate::domain::time::{Moment, day};

/// What a tool that changes an account is asked for.
pub trait Proposing: ToolArgs<Output = Proposed> {
    /// Domain of the account, and what is to be done to it.
    fn wanted(self) -> (String, Action);
}

/// The proposal, as a model sees it; a person sees the whole of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proposed {
    /// Evidence: the account as it is.
    pub cite: Cite,
    /// The proposal.
    pub proposal: ProposalId,
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// What is to be done.
    pub title: String,
    /// Why, in the words of whoever wants it.
    pub reason: Option<String>,
    /// What would change.
    pub rows: Vec<Row>,
    /// What would follow from it.
    pub consequences: Vec<String>,
    /// How many people have to approve it.
    pub approvals_needed: u8,
    /// Minutes it can be approved.
    pub minutes: u32,
    /// Says that nothing is done yet.
    pub status: String,
}

macro_rules! proposing {
    ($(#[$doc:meta])* $args:ident, $name:literal, { $($(#[$meta:meta])* $field:ident: $kind:ty),* $(,)? }, $action:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
        pub struct $args {
            /// Domain of the account.
            pub account: String,
            $($(#[$meta])* pub $field: $kind,)*
        }

        impl ToolArgs for $args {
            const NAME: &'static str = $name;
            type Output = Proposed;
        }

        impl Proposing for $args {
            fn wanted(self) -> (String, Action) {
                let Self { account, $($field),* } = self;
                let action: fn($($kind),*) -> Action = $action;
                (account, action($($field),*))
            }
        }
    };
}

proposing!(
    /// Moves an account to another section.
    RouteAccount,
    "route_account",
    {
        /// Where its next action belongs.
        section: Section,
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    |section, reason| Action::RouteAccount { section, reason }
);
proposing!(
    /// Leaves an account out of health monitoring.
    UntrackAccount,
    "untrack_account",
    {
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    |reason| Action::UntrackAccount { reason }
);
proposing!(
    /// Takes an account back into health monitoring.
    RetrackAccount,
    "retrack_account",
    {
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    |reason| Action::RetrackAccount { reason }
);
proposing!(
    /// Writes something down about an account.
    AddNote,
    "add_note",
    {
        /// The words.
        text: String,
    },
    |text| Action::AddNote { text }
);
proposing!(
    /// Leaves an account out of digests until a day.
    SnoozeAccount,
    "snooze_account",
    {
        /// The first day it is back.
        #[serde(deserialize_with = "day")]
        until: NaiveDate,
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    |until, reason| Action::SnoozeAccount { until, reason }
);
proposing!(
    /// Gives an account to somebody.
    SetOwner,
    "set_owner",
    {
        /// E-mail address of the colleague.
        owner: String,
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    |owner, reason| Action::SetOwner { owner, reason }
);
proposing!(
    /// Leaves a contract out of recurring revenue, or counts it again.
    IgnoreRevenueSource,
    "ignore_revenue_source",
    {
        /// Id of the contract or subscription, or what is sold in it.
        source: String,
        /// True to leave it out, false to count it.
        ignored: bool,
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    |source, ignored, reason| Action::IgnoreRevenueSource { source, ignored, reason }
);
proposing!(
    /// Says what became of a promise.
    MarkCommitment,
    "mark_commitment",
    {
        /// Id of the promise, as `list_commitments` gives it.
        commitment: String,
        /// Kept or dropped.
        outcome: Outcome,
        /// What shows it.
        #[serde(default)]
        evidence: Option<String>,
    },
    |commitment, outcome, evidence| Action::MarkCommitment { commitment, quote: String::new(), outcome, evidence }
);

/// Where an account was routed, and whatever else people decided about it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct RouteHistory {
    /// Domain of the account; absent: all accounts.
    #[serde(default)]
    pub account: Option<String>,
}

impl ToolArgs for RouteHistory {
    const NAME: &'static str = "route_history";
    type Output = DecisionList;
}

/// What people decided.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DecisionList {
    /// Newest first, at most 40.
    pub items: Vec<DecisionView>,
    /// How many there are.
    pub total: u64,
}

/// Something that was done or undone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DecisionView {
    /// Evidence: the account.
    pub cite: Cite,
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// What: `routed from Health to Pipeline`.
    pub what: String,
    /// Why.
    pub reason: Option<String>,
    /// Who approved or undid it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Whether it was undone.
    pub undone: bool,
    /// The proposal.
    pub proposal: String,
}
