//! What a list of accounts tells.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::sum::{Shares, Sum};
use crate::domain::account::{Account, Section};
use crate::domain::health::Level;
use crate::domain::money::Money;
use crate::domain::revenue::PaymentState;
use crate::domain::time::Moment;
use crate::domain::tool::Cite;

/// Accounts that match.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PortfolioView {
    /// The first rows, in the order asked for.
    pub rows: Vec<PortfolioRow>,
    /// How many match.
    pub matched: u64,
    /// How many accounts the workspace holds.
    pub total: u64,
    /// Annual recurring revenue of all that match, one entry per currency.
    pub arr: Vec<Money>,
    /// How many of those that match are at each level.
    pub critical: u64,
    /// At risk.
    pub at_risk: u64,
    /// Healthy.
    pub healthy: u64,
    /// Untracked accounts that would have matched.
    pub untracked_left_out: u64,
    /// The bounds on revenue that were asked for, so that an answer can name them.
    #[serde(default)]
    pub bounds: Vec<u64>,
    /// How many records the conditions on records met, over all that match.
    #[serde(default)]
    pub found: u64,
    /// What those records are worth together, one entry per currency.
    #[serde(default)]
    pub found_worth: Vec<Money>,
    /// Where renewals are asked for: canceled contracts that end in that time instead of renewing, the first ten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ending: Vec<EndingContract>,
    /// How many accounts have contracts that sums leave out because their interval is not understood.
    #[serde(default)]
    pub uncounted: u64,
    /// What all that match come to, by what they were to be added up by; the largest group first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sums: Vec<Sum>,
    /// What share of the larger set they are, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Shares>,
    /// Accounts a condition on usage could not be told of, because they have no usage data.
    #[serde(default)]
    pub without_usage: Vec<String>,
}

/// An account of the portfolio.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PortfolioRow {
    /// Evidence: the account with the figures of this row.
    pub cite: Cite,
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// Owner's e-mail address.
    pub owner_email: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// Section.
    pub section: Section,
    /// Where it was routed from, where people put it into its section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed: Option<RoutedFrom>,
    /// The first day it is in digests again, where it is snoozed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<NaiveDate>,
    /// Whether it takes part in health monitoring.
    pub tracked: bool,
    /// 0 to 100.
    pub score: u32,
    /// Level.
    pub level: Level,
    /// The heaviest risk factors in words, at most three.
    pub reasons: Vec<String>,
    /// Evidence of the heaviest risk factor.
    pub reason_cites: Vec<Cite>,
    /// Annual recurring revenue, one entry per currency.
    pub arr: Vec<Money>,
    /// Payment state.
    pub payment_state: PaymentState,
    /// What it owes after failed and late payments, one entry per currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<Money>,
    /// Next renewal, or the last one if it passed.
    pub renews_on: Option<NaiveDate>,
    /// Days until then; negative when past.
    pub days_to_renewal: Option<i64>,
    /// What that day is: `renews`, `trial ends`, `ended`.
    pub on_that_day: String,
    /// Weekly average of active users as a share of seats, in percent.
    pub adoption_percent: Option<u32>,
    /// Change of usage in 30 days, in percent.
    pub usage_change_percent: Option<i32>,
    /// The last call or e-mail.
    pub last_contact: Option<Moment>,
    /// Whether a contract is in trial.
    pub trialing: bool,
    /// Seats paid for.
    pub seats: Option<u32>,
    /// Active users on average over the last seven days on record.
    pub active_users: Option<u32>,
    /// The latest NPS.
    pub nps: Option<f64>,
    /// The records that met the conditions on records, the most telling first.
    pub found: Vec<FoundRecord>,
}

/// A canceled contract that ends instead of renewing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndingContract {
    /// Evidence.
    pub cite: Cite,
    /// Name of the account.
    pub name: String,
    /// The contract in a line: `Platform ($36,000 per year)`.
    pub text: String,
    /// Its last day.
    pub on: NaiveDate,
}

/// How an account came into its section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutedFrom {
    /// The section it was in, as people name it.
    pub from: String,
    /// Why.
    pub reason: Option<String>,
    /// Who approved it.
    pub by: String,
    /// When.
    pub at: Moment,
}

impl RoutedFrom {
    /// How the account came into its section, where people put it there.
    #[must_use]
    pub fn of(account: &Account) -> Option<Self> {
        let (from, decision) = account.decided.routed_from()?;
        Some(Self {
            from: from.label().to_owned(),
            reason: decision.reason.clone(),
            by: decision.by.clone(),
            at: decision.at,
        })
    }
}

/// A record that met a condition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FoundRecord {
    /// Evidence: the record, and another that tells how it went on.
    pub cites: Vec<Cite>,
    /// What it says, in a line.
    pub text: String,
}
