//! The health score: a pure function from an account's data to a score, a level and the risk factors behind it.

pub mod alert;
mod assess;
mod config;
mod known;
mod likelihood;
mod money;
mod receipt;
mod replay;
mod trend;
mod usage;
mod voice;

#[cfg(test)]
mod tests;

pub use alert::{Alert, AlertKind, AlertRules};
pub use assess::assess;
pub use config::{HealthConfig, LikelihoodWeights, MoneyWeights, UsageWeights, VoiceWeights};
pub use known::KnownBy;
pub use likelihood::{Chance, Likelihood, LikelihoodKind, Shipped};
pub use receipt::{Cause, Change, Mark, Move, Receipt, Refresh};
pub use replay::replay;
pub use trend::{Slope, Trend};
pub use usage::{UsageChange, usage_change, usage_percent};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::account::AccountRecord;
use super::activity::{Commitment, Signal};
use super::notice::Notice;
use super::record::RecordRef;
use super::revenue::{Deal, PaymentEvent, RevenueSource, UsageDay};
use crate::domain::time::Moment;

/// What an account is upset about on an instant: the newest escalation, or fresh complaint, that nothing better came
/// after.
#[must_use]
pub fn open_trouble<'a>(signals: &'a [Signal], now: Moment, config: &HealthConfig) -> Option<&'a Signal> {
    voice::open_trouble(signals, assess::AsOf { now, today: now.day() }, &config.voice)
}

/// The colour a score stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Red: likely to be lost without action.
    Critical,
    /// Amber: something is wrong.
    AtRisk,
    /// Green.
    Healthy,
}

impl Level {
    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::AtRisk => "at risk",
            Self::Healthy => "healthy",
        }
    }

    /// The name on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::AtRisk => "at_risk",
            Self::Healthy => "healthy",
        }
    }

    /// Reads a level however it is written: `at risk`, `at_risk`, `red`, `amber`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters: String =
            text.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect();
        Some(match letters.as_str() {
            "critical" | "red" => Self::Critical,
            "atrisk" | "amber" | "yellow" => Self::AtRisk,
            "healthy" | "green" => Self::Healthy,
            _ => return None,
        })
    }
}

/// Everything the score is computed from. Borrowed, so that the same data can be assessed as of several days.
#[derive(Clone, Copy, Debug)]
pub struct HealthInput<'a> {
    /// The account.
    pub account: &'a AccountRecord,
    /// Contracts and subscriptions.
    pub revenue: &'a [RevenueSource],
    /// Payments.
    pub payments: &'a [PaymentEvent],
    /// Daily usage, any order.
    pub usage: &'a [UsageDay],
    /// Signals.
    pub signals: &'a [Signal],
    /// Opportunities.
    pub deals: &'a [Deal],
    /// Promises read from calls and e-mails.
    pub commitments: &'a [Commitment],
    /// Calls and e-mails: when, and which.
    pub contacts: &'a [(Moment, RecordRef)],
    /// Notices that a contract ends, and words that take them back.
    pub notices: &'a [Notice],
}

/// What a risk factor is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// Share of paid seats in use.
    Adoption,
    /// Where usage is going.
    UsageTrend,
    /// Payments.
    Payment,
    /// How near the renewal or the end of the contract is.
    Renewal,
    /// Net promoter score.
    Nps,
    /// Escalations.
    Escalation,
    /// Words of leaving.
    ChurnRisk,
    /// Complaints.
    Complaint,
    /// Praise.
    Praise,
    /// Promises of ours past their day.
    BrokenPromise,
    /// How long ago anybody last spoke or wrote.
    Silence,
    /// A trial that ends with nothing signed. Of a likelihood, not of the score; so are the next.
    Trial,
    /// A deal that is open, or was lost.
    Deal,
    /// What was shipped since it was asked for.
    Shipped,
}

/// One signed contribution to the score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskFactor {
    /// What it is about.
    pub kind: FactorKind,
    /// Points; negative lowers the score.
    pub magnitude: i32,
    /// Why, in words with the figures that carry it.
    pub reason: String,
    /// The kind of source it came from, as people name it: `usage`, `Stripe`, `contract`, `signal`, `calls`.
    pub source: String,
    /// The records behind it.
    pub records: Vec<RecordRef>,
}

/// A kind of data the score would use and does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum MissingData {
    Usage,
    Contract,
    Payments,
    Conversations,
}

impl MissingData {
    /// The same after `no`.
    #[must_use]
    pub fn bare(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            other => other.label(),
        }
    }

    /// What it is, as people name it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Usage => "usage data",
            Self::Contract => "a contract",
            Self::Payments => "payments",
            Self::Conversations => "calls or e-mails",
        }
    }
}

/// The score of one account on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// The day it is told for.
    pub as_of: NaiveDate,
    /// 0 to 100.
    pub score: u32,
    /// The colour.
    pub level: Level,
    /// 0 to 1: the share of the data the score would use that is there.
    pub confidence: f32,
    /// What the score starts from.
    pub base: i32,
    /// Contributions, the heaviest first, risks before strengths of the same weight.
    pub factors: Vec<RiskFactor>,
    /// What it could not see.
    pub missing: Vec<MissingData>,
}

impl Health {
    /// Points that what it says of a kind comes to; 0 where it says nothing of it.
    #[must_use]
    pub fn weight(&self, kind: FactorKind) -> i32 {
        self.factors.iter().filter(|factor| factor.kind == kind).map(|factor| factor.magnitude).sum()
    }
}
