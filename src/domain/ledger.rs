//! The ledger: the contracts and subscriptions of all accounts, one a row.

use serde::{Deserialize, Serialize};

use super::health::Level;
use super::money::Money;
use super::revenue::{BillingStatus, BillingSystem, Held, PaymentState, Reconciled, RevenueSource};

/// Which contracts are shown, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerWanted {
    /// Only these statuses; all when empty.
    pub statuses: Vec<BillingStatus>,
    /// Only of accounts whose payments stand like this; all when empty.
    pub payment_states: Vec<PaymentState>,
    /// Only from these systems; all when empty.
    pub systems: Vec<BillingSystem>,
    /// Only those of which several systems say this.
    pub reconciled: Option<Reconciled>,
    /// Only those that renew from today within so many days.
    pub renewing_within_days: Option<u32>,
    /// Only those that still run though their last day is past.
    pub overdue: bool,
    /// Only those whose product, or whose account's name, domain or owner, contains this; or the one with this id.
    pub text: Option<String>,
    /// The order.
    pub order: LedgerOrder,
}

/// The order of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerOrder {
    /// Nearest renewal first.
    #[default]
    Renewal,
    /// The name of the account.
    Account,
}

impl LedgerOrder {
    /// The name on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Renewal => "renewal",
            Self::Account => "account",
        }
    }

    /// The order of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Renewal, Self::Account].into_iter().find(|order| order.wire() == name)
    }
}

/// A contract with its account.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerRow {
    /// The contract.
    pub contract: RevenueSource,
    /// Name of the account.
    pub account_name: String,
    /// Whether the account is tracked.
    pub tracked: bool,
    /// The account's score and level.
    pub health: Option<(u32, Level)>,
    /// How the account stands with its payments.
    pub payment_state: PaymentState,
    /// Whether somebody had it left out of recurring revenue.
    pub left_out: bool,
    /// What the systems say of its product; none where it does not run or is left out.
    pub held: Option<Held>,
}

impl LedgerRow {
    /// What it adds to annual recurring revenue.
    #[must_use]
    pub fn arr(&self) -> Option<Money> {
        (self.contract.recurring() && !self.left_out).then(|| self.contract.arr()).flatten()
    }

    /// What it adds to monthly recurring revenue.
    #[must_use]
    pub fn mrr(&self) -> Option<Money> {
        (self.contract.recurring() && !self.left_out).then(|| self.contract.mrr()).flatten()
    }
}

/// A page of the ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LedgerPage {
    /// The rows, in the order asked for.
    pub rows: Vec<LedgerRow>,
    /// The contract after which the next page begins; none on the last.
    pub next: Option<String>,
}

/// What the contracts that match come to, whatever their status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerTotals {
    /// How many there are of each status, in the order of the statuses; those there are none of left out.
    pub statuses: Vec<(BillingStatus, u64)>,
    /// Annual recurring revenue, one entry per currency.
    pub arr: Vec<Money>,
    /// How many count towards it.
    pub counted: u64,
    /// How many recur at an interval that is not understood, and are not counted.
    pub uncounted: u64,
    /// How many are left out of it by decision.
    pub left_out: u64,
    /// How many of the workspace two systems hold with the same amount.
    pub agreeing: u64,
    /// How many of the workspace two systems hold with different amounts.
    pub differing: u64,
}

impl LedgerTotals {
    /// A twelfth of the annual figure, one entry per currency.
    #[must_use]
    pub fn mrr(&self) -> Vec<Money> {
        self.arr.iter().map(|arr| Money::new(arr.minor.saturating_add(6).div_euclid(12), &arr.currency)).collect()
    }
}
