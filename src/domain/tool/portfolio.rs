//! The tool over all accounts: who is in trouble, who renews, who owes, who owns what.

use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cite, ToolArgs};
use crate::domain::account::{Account, Section};
use crate::domain::activity::SignalKind;
use crate::domain::health::Level;
use crate::domain::money::Money;
use crate::domain::revenue::{BillingStatus, DealStatus, PaymentKind, PaymentState};
use crate::domain::time::{Moment, Window};

/// Lists accounts by their state. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Portfolio {
    /// Only these levels; all when empty.
    #[serde(default)]
    pub levels: Vec<Level>,
    /// Only accounts that renew from today within this many days.
    #[serde(default)]
    pub renewing_within_days: Option<u32>,
    /// Only accounts that renew (or ended) in this window.
    #[serde(default)]
    pub renews: Window,
    /// Only accounts with a canceled contract that still runs and ends in this window.
    #[serde(default)]
    pub ends: Window,
    /// Only accounts whose contract ended without renewal within this many days.
    #[serde(default)]
    pub lapsed_within_days: Option<u32>,
    /// Only with annual recurring revenue of at least this, in whole units of its own currency.
    #[serde(default)]
    pub arr_at_least: Option<u64>,
    /// Only with annual recurring revenue of at most this.
    #[serde(default)]
    pub arr_at_most: Option<u64>,
    /// Only with these payment states; all when empty.
    #[serde(default)]
    pub payment_states: Vec<PaymentState>,
    /// Only of this owner (e-mail address or name).
    #[serde(default)]
    pub owner: Option<String>,
    /// Only in these sections; all when empty.
    #[serde(default)]
    pub sections: Vec<Section>,
    /// Only of this segment.
    #[serde(default)]
    pub segment: Option<String>,
    /// Only accounts that show unhappiness: not healthy, or lately an escalation, words of leaving, a low NPS or
    /// several complaints with no good news after them.
    #[serde(default)]
    pub unhappy: bool,
    /// Only accounts nobody has spoken or written to for at least this many days.
    #[serde(default)]
    pub silent_for_days: Option<u32>,
    /// Only accounts whose usage fell by at least this many percent in 30 days.
    #[serde(default)]
    pub usage_fell_percent: Option<u32>,
    /// Only accounts whose usage rose by at least this many percent in 30 days.
    #[serde(default)]
    pub usage_rose_percent: Option<u32>,
    /// Only accounts of whose seats less than this share is in use, in percent, on an average day of the last week.
    #[serde(default)]
    pub adoption_below: Option<u32>,
    /// Only accounts in a trial.
    #[serde(default)]
    pub trialing: bool,
    /// Only accounts with a contract in one of these states; each is handed out.
    #[serde(default)]
    pub contracts: Vec<BillingStatus>,
    /// Only accounts with a deal in one of these states; each is handed out.
    #[serde(default)]
    pub deals: Vec<DealStatus>,
    /// Only accounts with a payment of one of these kinds, whatever became of it later; each is handed out.
    #[serde(default)]
    pub payments: Vec<PaymentKind>,
    /// When those contracts ended, deals closed and payments were due.
    #[serde(default)]
    pub happened: Window,
    /// Only accounts that have none of these on record.
    #[serde(default)]
    pub without: Vec<Holding>,
    /// Only accounts with a contact of this name.
    #[serde(default)]
    pub contact: Option<String>,
    /// Only tracked (true) or untracked (false) accounts; absent: tracked ones, unless nothing else is asked.
    #[serde(default)]
    pub tracked: Option<bool>,
    /// Only accounts with a signal of one of these kinds.
    #[serde(default)]
    pub signals: Vec<SignalKind>,
    /// When those signals were given.
    #[serde(default)]
    pub signals_window: Window,
    /// Only accounts whose latest NPS is at most this.
    #[serde(default)]
    pub nps_at_most: Option<u32>,
    /// Only accounts whose latest NPS is at least this.
    #[serde(default)]
    pub nps_at_least: Option<u32>,
    /// The day at whose end the score is told; today when absent.
    #[serde(default)]
    pub as_of: Option<NaiveDate>,
    /// The order of the rows.
    #[serde(default)]
    pub order: PortfolioOrder,
    /// At most this many rows; 20 when absent. Counts and sums are always of all that match.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Only accounts whose name, domain or owner has this in it; for pages, not for a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub text: Option<String>,
}

/// Rows when nothing is said, and at most.
const ROWS: (u32, u32) = (20, 500);

impl Portfolio {
    /// How many rows are wanted.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.limit.unwrap_or(ROWS.0).clamp(1, ROWS.1)
    }

    /// Whether renewals of what is paid for are asked for.
    #[must_use]
    pub fn asks_of_renewals(&self) -> bool {
        !self.trialing && (self.renewing_within_days.is_some() || self.renews != Window::ALWAYS)
    }

    /// The time in which renewals are asked for; none where they are not.
    #[must_use]
    pub fn renewals(&self, today: NaiveDate) -> Option<Window> {
        let within = self.renewing_within_days.and_then(|days| {
            Some(Window { since: Some(today), until: Some(today.checked_add_days(Days::new(days.into()))?) })
        });
        within.or_else(|| (self.renews != Window::ALWAYS).then_some(self.renews)).filter(|_| !self.trialing)
    }

    /// Whether the conditions or the order are told from usage.
    #[must_use]
    pub fn asks_of_usage(&self) -> bool {
        self.usage_fell_percent.is_some()
            || self.usage_rose_percent.is_some()
            || self.adoption_below.is_some()
            || matches!(self.order, PortfolioOrder::ActiveUsers)
    }
}

/// What the records of an account can hold, or lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holding {
    /// Days of product usage.
    Usage,
    /// Calls.
    Calls,
    /// E-mails.
    Emails,
    /// Signals.
    Signals,
    /// An answer to the NPS question.
    Nps,
    /// Contracts and subscriptions.
    Contracts,
    /// Payments.
    Payments,
    /// Deals.
    Deals,
    /// People at the customer.
    Contacts,
    /// Somebody of the team who owns the account.
    Owner,
}

impl Holding {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Usage,
        Self::Calls,
        Self::Emails,
        Self::Signals,
        Self::Nps,
        Self::Contracts,
        Self::Payments,
        Self::Deals,
        Self::Contacts,
        Self::Owner,
    ];

    /// What it is called where there is none of it: `no usage data`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Usage => "usage data",
            Self::Calls => "call",
            Self::Emails => "e-mail",
            Self::Signals => "signal",
            Self::Nps => "NPS",
            Self::Contracts => "contract",
            Self::Payments => "payment",
            Self::Deals => "deal",
            Self::Contacts => "contact",
            Self::Owner => "owner",
        }
    }
}

/// The order of a portfolio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PortfolioOrder {
    /// Lowest score first.
    #[default]
    Score,
    /// Highest score first.
    Healthiest,
    /// Highest annual recurring revenue first.
    Arr,
    /// Lowest annual recurring revenue first, accounts without any last.
    SmallestArr,
    /// Nearest renewal first.
    Renewal,
    /// Name.
    Name,
    /// Steepest fall of usage first.
    Usage,
    /// Longest silence first.
    Silence,
    /// Steepest rise of usage first.
    UsageRise,
    /// Most active users first.
    ActiveUsers,
    /// Most seats first.
    Seats,
    /// Smallest share of seats in use first.
    LowestAdoption,
    /// Lowest NPS first, accounts without one last.
    LowestNps,
    /// Highest NPS first.
    HighestNps,
}

impl ToolArgs for Portfolio {
    const NAME: &'static str = "portfolio";
    type Output = PortfolioView;
}

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
