//! The tool over all accounts: who is in trouble, who renews, who owes, who owns what.

mod sum;
mod view;

use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ToolArgs;
use crate::domain::account::Section;
use crate::domain::activity::SignalKind;
use crate::domain::health::Level;
use crate::domain::interval::Interval;
use crate::domain::revenue::{BillingStatus, DealStatus, PaymentKind, PaymentState};
use crate::domain::time::Window;
pub use sum::{Grouping, MoneySum, Share, Shares, Sum, mean};
pub use view::{EndingContract, FoundRecord, PortfolioRow, PortfolioView, RoutedFrom};

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
    /// Only accounts whose score and money disagree: healthy and unpaid or ending, or not healthy and growing.
    #[serde(default)]
    pub disagrees: bool,
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
    /// Only accounts with recurring revenue in this currency (ISO 4217); sums are of that currency alone.
    #[serde(default)]
    pub currency: Option<String>,
    /// Only accounts that pay for a running contract this often.
    #[serde(default)]
    pub billed: Option<Billed>,
    /// Only these accounts, by domain; all when empty.
    #[serde(default)]
    pub among: Vec<String>,
    /// Adds up all that match, by this.
    #[serde(default)]
    pub sum: Option<Grouping>,
    /// The conditions of a larger set, to say what share of it these accounts are; for the built-in analyst.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub of: Option<Box<Portfolio>>,
    /// The day at whose end the score is told; today when absent.
    #[serde(default)]
    pub as_of: Option<NaiveDate>,
    /// The order of the rows.
    #[serde(default)]
    pub order: PortfolioOrder,
    /// At most this many rows; 20 when absent. Counts and sums are always of all that match.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Rows left out at the beginning; for pages, not for a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub skip: Option<u32>,
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

/// How often a contract is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Billed {
    /// Every month or more often.
    Monthly,
    /// Every quarter.
    Quarterly,
    /// Every year, or every few years.
    Yearly,
}

impl Billed {
    /// Whether something due at this interval is paid for so.
    #[must_use]
    pub fn is(self, every: Interval) -> bool {
        match every {
            Interval::HalfMonth => self == Self::Monthly,
            Interval::Months(months) => match self {
                Self::Monthly => months == 1,
                Self::Quarterly => months == 3,
                Self::Yearly => months >= 12 && months.is_multiple_of(12),
            },
            Interval::Weeks(weeks) => self.spans(weeks.saturating_mul(7)),
            Interval::Days(days) => self.spans(days),
            Interval::Once | Interval::Unknown => false,
        }
    }

    /// Whether so many days are paid for at once.
    fn spans(self, days: u32) -> bool {
        match self {
            Self::Monthly => (1..=31).contains(&days),
            Self::Quarterly => (89..=92).contains(&days),
            Self::Yearly => days >= 364,
        }
    }

    /// How somebody pays: `monthly`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
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
