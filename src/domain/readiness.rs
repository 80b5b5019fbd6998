//! What the sections stand on: which sources are there, what each would add, and what to do next.

use serde::{Deserialize, Serialize};

use super::account::Section;
use super::text;

/// Where a source, or a part of the program, stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is in use: there are records of it.
    Connected,
    /// It can be brought in now.
    Available,
    /// Nothing can bring it in yet.
    Missing,
}

impl Standing {
    /// The name on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Available => "available",
            Self::Missing => "missing",
        }
    }
}

/// What a source brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Who the customers are.
    Accounts,
    /// Contracts, orders and trials.
    Contracts,
    /// Subscriptions.
    Subscriptions,
    /// Payments that happened or failed.
    Payments,
    /// Days of product usage.
    Usage,
    /// Opportunities.
    Deals,
    /// Recorded calls.
    Calls,
    /// E-mails.
    Emails,
    /// What customers said and did.
    Signals,
    /// What was shipped.
    Releases,
    /// Facts about companies from elsewhere.
    Enrichment,
}

/// Sources of which one is enough, as they are said: `contracts, subscriptions or deals`.
#[must_use]
pub fn either(one_of: &[Source]) -> String {
    text::either(&one_of.iter().map(|source| source.label().to_lowercase()).collect::<Vec<_>>())
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Accounts,
        Self::Contracts,
        Self::Subscriptions,
        Self::Payments,
        Self::Usage,
        Self::Deals,
        Self::Calls,
        Self::Emails,
        Self::Signals,
        Self::Releases,
        Self::Enrichment,
    ];

    /// The name on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Contracts => "contracts",
            Self::Subscriptions => "subscriptions",
            Self::Payments => "payments",
            Self::Usage => "usage",
            Self::Deals => "deals",
            Self::Calls => "calls",
            Self::Emails => "emails",
            Self::Signals => "signals",
            Self::Releases => "releases",
            Self::Enrichment => "enrichment",
        }
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Accounts => "Accounts",
            Self::Contracts => "Contracts",
            Self::Subscriptions => "Subscriptions",
            Self::Payments => "Payments",
            Self::Usage => "Product usage",
            Self::Deals => "Deals",
            Self::Calls => "Calls",
            Self::Emails => "E-mails",
            Self::Signals => "Signals",
            Self::Releases => "Releases",
            Self::Enrichment => "Company enrichment",
        }
    }

    /// The systems it usually comes from.
    #[must_use]
    pub fn systems(self) -> &'static str {
        match self {
            Self::Accounts => "the CRM: Attio, Salesforce, HubSpot",
            Self::Contracts => "Salesbricks",
            Self::Subscriptions | Self::Payments => "Stripe",
            Self::Usage => "PostHog",
            Self::Deals => "Attio, Salesforce",
            Self::Calls | Self::Signals => "BuildBetter",
            Self::Emails => "the mail server",
            Self::Releases => "GitHub, a feed, or entered by hand",
            Self::Enrichment => "HubSpot",
        }
    }

    /// What it adds, in a sentence.
    #[must_use]
    pub fn adds(self) -> &'static str {
        match self {
            Self::Accounts => "Who the customers are, who owns them, and where they stand in the CRM.",
            Self::Contracts => "ARR, renewals and trials; without them no account has a renewal.",
            Self::Subscriptions => "Recurring revenue that is billed, to hold against the contracts.",
            Self::Payments => "Failed and late payments, which weigh in the health score.",
            Self::Usage => "Active users and adoption, the heaviest part of the health score.",
            Self::Deals => "The pipeline, what trials are offered, and why accounts were lost.",
            Self::Calls => "Promises, requests and moods, each with the words they were said in.",
            Self::Emails => "The same from letters, and who was written to lately.",
            Self::Signals => "Escalations, complaints, praise and NPS, which weigh in the health score.",
            Self::Releases => "Whom to tell that what they asked for has shipped, and whom to win back with it.",
            Self::Enrichment => "Size and industry of companies, by their domain.",
        }
    }
}

/// A source as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceState {
    /// Which.
    pub source: Source,
    /// Where it stands.
    pub standing: Standing,
    /// How many records of it there are, where they are counted.
    pub records: Option<u64>,
}

/// A part of the program the sections reuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartState {
    /// Its name on the wire: `company_identity`, `sources`, `signals`, `jobs`.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Where it stands.
    pub standing: Standing,
    /// How, in a sentence.
    pub told: String,
}

/// What a section stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionState {
    /// Which section.
    pub section: Section,
    /// Whether it has something to show: each of what it needs is there.
    pub ready: bool,
    /// What it needs and lacks; of each set one is enough.
    pub needs: Vec<Vec<Source>>,
    /// What would add to it and is not there.
    pub would_add: Vec<Source>,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// Connect a system, or import records.
    Connect,
    /// Import records.
    Import,
    /// Have scores computed that are out of date.
    Recompute,
    /// Nothing.
    Nothing,
}

impl NextStep {
    /// The name on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Import => "import",
            Self::Recompute => "recompute",
            Self::Nothing => "nothing",
        }
    }
}

/// Sources a section needs, one of each set; and sources that add to it.
#[must_use]
pub fn wanted(section: Section) -> (&'static [&'static [Source]], &'static [Source]) {
    use Source::{Accounts, Calls, Contracts, Deals, Emails, Payments, Releases, Signals, Subscriptions, Usage};
    match section {
        Section::Health => (&[&[Accounts]], &[Usage, Contracts, Payments, Signals, Calls, Emails]),
        Section::Convert => (&[&[Accounts], &[Contracts, Subscriptions, Deals]], &[Usage, Deals, Calls]),
        Section::Contracts => (&[&[Accounts], &[Contracts, Subscriptions]], &[Subscriptions, Payments]),
        Section::Pipeline => (&[&[Accounts], &[Deals]], &[Usage, Calls]),
        Section::Reengage => (&[&[Accounts], &[Deals, Contracts, Subscriptions]], &[Releases, Calls, Emails]),
        Section::CloseTheLoop => (&[&[Accounts], &[Releases], &[Calls, Emails, Signals]], &[Signals, Calls, Emails]),
    }
}

impl SectionState {
    /// How a section stands where these sources are there.
    #[must_use]
    pub fn of(section: Section, there: &[Source]) -> Self {
        let (needed, adding) = wanted(section);
        let has = |source: &Source| there.contains(source);
        let needs: Vec<Vec<Source>> =
            needed.iter().filter(|one_of| !one_of.iter().any(has)).map(|one_of| one_of.to_vec()).collect();
        let said = |source: &Source| needs.iter().any(|one_of| one_of.contains(source));
        let would_add = adding.iter().copied().filter(|source| !has(source) && !said(source)).collect();
        Self { section, ready: needs.is_empty(), needs, would_add }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_needs_one_of_each_set() {
        let bare = SectionState::of(Section::Convert, &[Source::Accounts]);
        assert_eq!(bare.needs, [vec![Source::Contracts, Source::Subscriptions, Source::Deals]]);
        assert_eq!((bare.ready, bare.would_add), (false, vec![Source::Usage, Source::Calls]));
        assert!(SectionState::of(Section::Convert, &[Source::Accounts, Source::Deals]).ready);
    }
}
