//! The systems outside that records come from, and how a connection to one stands.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::readiness::Source;

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
