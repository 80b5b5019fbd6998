//! The systems outside that records come from, and how a connection to one stands.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::ConnectionId;
use super::readiness::Source;
use super::time::Moment;

/// A system outside that a workspace can be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Vendor {
    Attio,
    HubSpot,
    Salesforce,
    Salesbricks,
    Stripe,
    PostHog,
    BuildBetter,
    GitHub,
    /// An RSS, Atom or JSON feed.
    Feed,
}

impl Vendor {
    /// All of them: who the customers are first, then what is known about them.
    pub const ALL: [Self; 9] = [
        Self::Attio,
        Self::HubSpot,
        Self::Salesforce,
        Self::Salesbricks,
        Self::Stripe,
        Self::PostHog,
        Self::BuildBetter,
        Self::GitHub,
        Self::Feed,
    ];

    /// The name on the wire, in storage and on the command line.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Attio => "attio",
            Self::HubSpot => "hubspot",
            Self::Salesforce => "salesforce",
            Self::Salesbricks => "salesbricks",
            Self::Stripe => "stripe",
            Self::PostHog => "posthog",
            Self::BuildBetter => "buildbetter",
            Self::GitHub => "github",
            Self::Feed => "feed",
        }
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Attio => "Attio",
            Self::HubSpot => "HubSpot",
            Self::Salesforce => "Salesforce",
            Self::Salesbricks => "Salesbricks",
            Self::Stripe => "Stripe",
            Self::PostHog => "PostHog",
            Self::BuildBetter => "BuildBetter",
            Self::GitHub => "GitHub",
            Self::Feed => "Feed",
        }
    }

    /// Reads a name, however it is capitalised.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|vendor| vendor.wire() == text)
    }

    /// The kinds of data it brings.
    #[must_use]
    pub fn brings(self) -> &'static [Source] {
        match self {
            Self::Attio | Self::Salesforce => &[Source::Accounts, Source::Deals],
            Self::HubSpot => &[Source::Accounts, Source::Deals, Source::Enrichment],
            Self::Salesbricks => &[Source::Accounts, Source::Contracts],
            Self::Stripe => &[Source::Subscriptions, Source::Payments],
            Self::PostHog => &[Source::Usage],
            Self::BuildBetter => &[Source::Calls, Source::Signals],
            Self::GitHub | Self::Feed => &[Source::Releases],
        }
    }

    /// Whose word on an account's name, owner and people goes first: the lowest.
    #[must_use]
    pub fn rank(self) -> usize {
        Self::ALL.iter().position(|vendor| *vendor == self).unwrap_or(Self::ALL.len())
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire())
    }
}

/// How a connection to a system stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its identifier.
    pub id: ConnectionId,
    /// The system.
    pub vendor: Vendor,
    /// What identifiers of its records begin with, and what it is called: `stripe`, `stripe-2`.
    pub prefix: String,
    /// What it has to know besides the key.
    pub settings: BTreeMap<String, String>,
    /// Whose credentials they are, as the system says.
    pub of_whom: Option<String>,
    /// Permissions that are missing.
    pub missing: Vec<MissingScope>,
    /// Whether a person has halted it.
    pub paused: bool,
    /// Who connected it.
    pub made_by: String,
    /// When.
    pub made_at: Moment,
    /// When it is fetched from next.
    pub due_at: Moment,
    /// When it was last tried.
    pub tried_at: Option<Moment>,
    /// When everything was last fetched.
    pub succeeded_at: Option<Moment>,
    /// What is wrong, and since when.
    pub failure: Option<Failure>,
}

/// What is wrong with a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong, in a sentence.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
    /// Since when.
    pub since: Moment,
    /// How often in a row.
    pub times: u32,
}

/// A permission that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissingScope {
    /// What the system calls it.
    pub scope: String,
    /// What is not seen without it, as in “deals and their stages”.
    pub costs: String,
}

/// A connection that brings nothing at present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateSource {
    /// The system.
    pub vendor: Vendor,
    /// What the connection is called.
    pub name: String,
    /// When everything was last fetched.
    pub succeeded_at: Option<Moment>,
    /// What is wrong. None: a person has halted it, or it is being fetched for the first time.
    pub reason: Option<String>,
    /// Whether a person has halted it.
    pub paused: bool,
}

/// How far a stream of a connection is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamState {
    /// Its name.
    pub stream: String,
    /// Whether a pass over it is under way.
    pub under_way: bool,
    /// When it was last passed over to its end.
    pub passed_at: Option<Moment>,
    /// Pages fetched since it was connected.
    pub pages: u64,
    /// Items that are known.
    pub items: u64,
    /// Items that wait for their account.
    pub waiting: u64,
    /// Items that could not be read.
    pub set_aside: u64,
}

/// A company or a record that is in no account yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingItem {
    /// The connection, by its prefix.
    pub connection: String,
    /// The stream.
    pub stream: String,
    /// Its identifier in the system.
    pub id: String,
    /// What it is called, where it is a company.
    pub name: Option<String>,
    /// Domains it is known by.
    pub domains: Vec<String>,
    /// Why it waits.
    pub reason: String,
}
