//! What the account pays, owes, may buy, and how much it uses.

use chrono::{DateTime, Days, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::money::{Money, totals};
use super::time::{day, instant, optional_day, optional_instant};

/// The system that holds a contract or subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum BillingSystem {
    Salesbricks,
    Stripe,
    Manual,
}

impl BillingSystem {
    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Salesbricks => "Salesbricks",
            Self::Stripe => "Stripe",
            Self::Manual => "entered by hand",
        }
    }
}

/// Where a contract or subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum BillingStatus {
    Active,
    Trialing,
    PastDue,
    Canceled,
    Expired,
    Pending,
    Draft,
}

impl BillingStatus {
    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Trialing => "trialing",
            Self::PastDue => "past due",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
            Self::Pending => "pending",
            Self::Draft => "draft",
        }
    }

    /// What the last day of a contract in this state is: `renews`, `ended`.
    #[must_use]
    pub fn on_last_day(self) -> &'static str {
        match self {
            Self::Active | Self::PastDue => "renews",
            Self::Trialing => "trial ends",
            Self::Expired => "ended",
            Self::Canceled => "canceled, last day",
            Self::Pending | Self::Draft => "would end",
        }
    }
}

/// A contract or subscription attached to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RevenueSource {
    /// Its id in the workspace.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// Which system holds it.
    pub system: BillingSystem,
    /// What is sold.
    pub product: String,
    /// Where it stands.
    pub status: BillingStatus,
    /// How often `amount_minor` is due: `month`, `quarter`, `year`, `week`, `one_time` (and the usual spellings).
    pub interval: String,
    /// Amount per interval, in minor units.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Monthly recurring revenue in minor units, where the source tells it.
    #[serde(default)]
    pub mrr_minor: Option<i64>,
    /// Seats or units.
    #[serde(default)]
    pub quantity: Option<u32>,
    /// First day.
    #[serde(default, deserialize_with = "optional_day")]
    pub starts_on: Option<NaiveDate>,
    /// Day of renewal or end.
    #[serde(default, deserialize_with = "optional_day")]
    pub renews_on: Option<NaiveDate>,
    /// Where it can be opened.
    #[serde(default)]
    pub url: Option<String>,
}

/// Those of several contracts whose renewal somebody decides on: one that rolls on every month is no renewal of the
/// account while a longer one runs.
#[must_use]
pub fn decided(contracts: Vec<&RevenueSource>) -> Vec<&RevenueSource> {
    let longer = contracts.iter().any(|contract| contract.recurring() && !contract.rolls_monthly());
    contracts.into_iter().filter(|contract| !(longer && contract.recurring() && contract.rolls_monthly())).collect()
}

/// Annual recurring revenue, currency by currency.
#[must_use]
pub fn arr(sources: &[RevenueSource]) -> Vec<Money> {
    totals(sources.iter().filter(|source| source.recurring()).filter_map(RevenueSource::arr))
}

/// The next renewal of what is paid for, else of what is tried; else the last day of what ended. A trial beside a paid
/// contract is no renewal of the account.
#[must_use]
pub fn renewal(sources: &[RevenueSource], today: NaiveDate) -> Option<NaiveDate> {
    let days = |wanted: &[BillingStatus]| -> Vec<NaiveDate> {
        let of_status = sources.iter().filter(|source| wanted.contains(&source.status)).collect();
        decided(of_status).into_iter().filter_map(|source| source.renews_on).collect()
    };
    next_or_last(&days(&[BillingStatus::Active, BillingStatus::PastDue]), today)
        .or_else(|| next_or_last(&days(&[BillingStatus::Trialing]), today))
        .or_else(|| days(&[BillingStatus::Expired, BillingStatus::Canceled]).into_iter().max())
}

/// The next end of a trial, else the last one.
#[must_use]
pub fn trial_end(sources: &[RevenueSource], today: NaiveDate) -> Option<NaiveDate> {
    let trials = sources.iter().filter(|source| source.status == BillingStatus::Trialing);
    next_or_last(&trials.filter_map(|source| source.renews_on).collect::<Vec<_>>(), today)
}

fn next_or_last(days: &[NaiveDate], today: NaiveDate) -> Option<NaiveDate> {
    days.iter().copied().filter(|day| *day >= today).min().or_else(|| days.iter().copied().max())
}

impl RevenueSource {
    /// Whether it counts towards recurring revenue: active and past due contracts do; trials, drafts and ended ones
    /// do not.
    #[must_use]
    pub fn recurring(&self) -> bool {
        matches!(self.status, BillingStatus::Active | BillingStatus::PastDue)
    }

    /// Whether it binds somebody now, paid for or in trial.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.recurring() || self.status == BillingStatus::Trialing
    }

    /// Whether it goes on from month to month by itself.
    #[must_use]
    pub fn rolls_monthly(&self) -> bool {
        matches!(self.interval.trim().to_ascii_lowercase().as_str(), "month" | "monthly")
    }

    /// Annual recurring revenue, whatever the status; none for one-off amounts. One that is too large ends at the largest
    /// amount, which says so.
    #[must_use]
    pub fn arr(&self) -> Option<Money> {
        let minor = match (self.mrr_minor, self.per_year()) {
            // The interval's own amount is exact; a monthly figure of a yearly contract is often rounded.
            (_, Some(times)) => self.amount_minor.saturating_mul(times),
            (Some(mrr), None) => mrr.saturating_mul(12),
            (None, None) => return None,
        };
        Some(Money::new(minor, &self.currency))
    }

    /// Monthly recurring revenue, as told by the source or a twelfth of the annual figure.
    #[must_use]
    pub fn mrr(&self) -> Option<Money> {
        match self.mrr_minor {
            Some(minor) => Some(Money::new(minor, &self.currency)),
            None => self.arr().map(|arr| Money::new(arr.minor.saturating_add(6).div_euclid(12), &arr.currency)),
        }
    }

    fn per_year(&self) -> Option<i64> {
        times_a_year(&self.interval)
    }
}

/// How often a year an amount is due, by the name of its interval; none for one-off amounts.
#[must_use]
pub fn times_a_year(interval: &str) -> Option<i64> {
    Some(match interval.trim().to_ascii_lowercase().as_str() {
        "year" | "yearly" | "annual" | "annually" | "12 months" => 1,
        "half_year" | "semiannual" | "semi-annual" | "6 months" => 2,
        "quarter" | "quarterly" | "3 months" => 4,
        "month" | "monthly" => 12,
        "week" | "weekly" => 52,
        "day" | "daily" => 365,
        _ => return None,
    })
}

/// What happened to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum PaymentKind {
    Paid,
    Failed,
    PastDue,
    Refunded,
}

impl PaymentKind {
    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::PastDue => "past due",
            Self::Refunded => "refunded",
        }
    }
}

/// A payment that happened or failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentEvent {
    /// Its id in the workspace.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// When it happened.
    #[serde(deserialize_with = "instant")]
    pub occurred_at: DateTime<Utc>,
    /// What happened.
    pub kind: PaymentKind,
    /// Amount in minor units.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Where it can be opened.
    #[serde(default)]
    pub url: Option<String>,
}

impl PaymentEvent {
    /// The amount with its currency.
    #[must_use]
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, &self.currency)
    }
}

/// How the account stands with its payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// The latest payment went through and nothing is past due.
    Current,
    /// The latest payment failed.
    Failed,
    /// A contract or invoice is past due.
    PastDue,
    /// No payment is on record.
    Unknown,
}

impl PaymentState {
    /// The state told by contracts and payments: a later successful payment clears an earlier failure, a contract
    /// marked past due stays past due.
    #[must_use]
    pub fn of(sources: &[RevenueSource], payments: &[PaymentEvent]) -> Self {
        if sources.iter().any(|source| source.status == BillingStatus::PastDue) {
            return Self::PastDue;
        }
        let latest = payments
            .iter()
            .filter(|payment| payment.kind != PaymentKind::Refunded)
            .max_by_key(|payment| (payment.occurred_at, payment.kind == PaymentKind::Paid));
        match latest.map(|payment| payment.kind) {
            Some(PaymentKind::Failed) => Self::Failed,
            Some(PaymentKind::PastDue) => Self::PastDue,
            Some(_) => Self::Current,
            None => Self::Unknown,
        }
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Current => "paid up",
            Self::Failed => "payment failed",
            Self::PastDue => "past due",
            Self::Unknown => "no payment on record",
        }
    }
}

/// One day of product usage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageDay {
    /// Domain of the account.
    pub account: String,
    /// The day.
    #[serde(deserialize_with = "day")]
    pub day: NaiveDate,
    /// People who used the product that day.
    pub active_users: u32,
    /// Seats paid for on that day.
    #[serde(default)]
    pub licensed_seats: Option<u32>,
}

/// The average of daily active users over the seven days that end on `last`, rounded; none without a day on record.
#[must_use]
pub fn week_average(days: &[UsageDay], last: NaiveDate) -> Option<u32> {
    let first = last.checked_sub_days(Days::new(6))?;
    let within: Vec<u32> =
        days.iter().filter(|day| (first..=last).contains(&day.day)).map(|day| day.active_users).collect();
    let sum: u64 = within.iter().map(|users| u64::from(*users)).sum();
    (!within.is_empty()).then(|| ((sum as f64) / (within.len() as f64)).round() as u32)
}

/// Where a sales opportunity ended, or that it has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum DealStatus {
    Open,
    Won,
    Lost,
}

impl DealStatus {
    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}

/// A sales opportunity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deal {
    /// Its id in the workspace.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// What it is called.
    pub name: String,
    /// The pipeline stage, in the workspace's own words.
    #[serde(default)]
    pub stage: String,
    /// Open, won or lost.
    pub status: DealStatus,
    /// Worth, in minor units.
    #[serde(default)]
    pub value_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Why it was lost.
    #[serde(default)]
    pub lost_reason: Option<String>,
    /// When it was won or lost.
    #[serde(default, deserialize_with = "optional_instant")]
    pub closed_at: Option<DateTime<Utc>>,
    /// Where it can be opened.
    #[serde(default)]
    pub url: Option<String>,
}

impl Deal {
    /// Its worth with the currency.
    #[must_use]
    pub fn value(&self) -> Money {
        Money::new(self.value_minor, &self.currency)
    }
}
