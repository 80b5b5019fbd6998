//! Contracts and subscriptions: what is due how often, and what that comes to in a year.

use chrono::NaiveDate;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::interval::Interval;
use crate::domain::money::{Money, totals};
use crate::domain::time::optional_day;

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
    /// How often `amount_minor` is due: `month`, `quarter`, `2 years`, `every 6 weeks`, `P18M`, `one_time` and the other usual
    /// spellings. A contract whose interval is not understood is kept, left out of sums, and answers say so.
    pub interval: String,
    /// Price per interval before the discount given below, in minor units.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Monthly recurring revenue in minor units, where the source tells it.
    #[serde(default)]
    pub mrr_minor: Option<i64>,
    /// Percent off the price.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub discount_percent: Option<Decimal>,
    /// Amount off the price per interval, in minor units.
    #[serde(default)]
    pub discount_minor: Option<i64>,
    /// The last day of the discount; without one it is for good. Only a discount for good lowers recurring revenue.
    #[serde(default, deserialize_with = "optional_day")]
    pub discount_until: Option<NaiveDate>,
    /// Seats or units.
    #[serde(default)]
    pub quantity: Option<u32>,
    /// First day.
    #[serde(default, deserialize_with = "optional_day")]
    pub starts_on: Option<NaiveDate>,
    /// Day of renewal or end.
    #[serde(default, deserialize_with = "optional_day")]
    pub renews_on: Option<NaiveDate>,
    /// Whether it was canceled and only runs on to `renews_on`: it ends that day instead of renewing.
    #[serde(default)]
    pub cancel_at_period_end: bool,
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

/// The next renewal of what is paid for, else of what is tried; else the last day of what ends or ended. A trial beside a
/// paid contract is no renewal of the account, nor is the last day of a canceled one while another goes on.
#[must_use]
pub fn renewal(sources: &[RevenueSource], today: NaiveDate) -> Option<NaiveDate> {
    let of = |wanted: &[BillingStatus], runs_out: bool| -> Vec<NaiveDate> {
        let fits = |source: &&RevenueSource| wanted.contains(&source.status) && source.runs_out() == runs_out;
        decided(sources.iter().filter(fits).collect()).into_iter().filter_map(|source| source.renews_on).collect()
    };
    let (paid, tried) = (&[BillingStatus::Active, BillingStatus::PastDue], &[BillingStatus::Trialing]);
    let days = |wanted: &[BillingStatus]| of(wanted, false);
    next_or_last(&days(paid), today)
        .or_else(|| next_or_last(&of(paid, true), today))
        .or_else(|| next_or_last(&days(tried), today))
        .or_else(|| next_or_last(&of(tried, true), today))
        .or_else(|| days(&[BillingStatus::Expired, BillingStatus::Canceled]).into_iter().max())
}

/// The next day on which a canceled contract that still runs ends.
#[must_use]
pub fn ends_on(sources: &[RevenueSource], today: NaiveDate) -> Option<NaiveDate> {
    let canceled = sources.iter().filter(|source| source.runs_out() && source.recurring());
    canceled.filter_map(|source| source.renews_on).filter(|day| *day >= today).min()
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

    /// Whether it was canceled and ends on its day, though it still runs.
    #[must_use]
    pub fn runs_out(&self) -> bool {
        self.cancel_at_period_end && self.runs()
    }

    /// What its last day is: `renews`, `ended`.
    #[must_use]
    pub fn on_last_day(&self) -> &'static str {
        match self.status {
            _ if self.runs_out() => "canceled, ends",
            BillingStatus::Active | BillingStatus::PastDue => "renews",
            BillingStatus::Trialing => "trial ends",
            BillingStatus::Expired => "ended",
            BillingStatus::Canceled => "canceled, last day",
            BillingStatus::Pending | BillingStatus::Draft => "would end",
        }
    }

    /// How often its price is due.
    #[must_use]
    pub fn every(&self) -> Interval {
        Interval::parse(&self.interval)
    }

    /// Whether nobody can say what it comes to in a year, because its interval is not understood.
    #[must_use]
    pub fn uncounted(&self) -> bool {
        self.recurring() && self.every() == Interval::Unknown && self.mrr_minor.is_none()
    }

    /// Whether it goes on from month to month by itself.
    #[must_use]
    pub fn rolls_monthly(&self) -> bool {
        self.every() == Interval::Months(1)
    }

    /// The price per interval, before any discount.
    #[must_use]
    pub fn price(&self) -> Money {
        Money::new(self.amount_minor, &self.currency)
    }

    /// What is due per interval once only the discount that is for good counts.
    #[must_use]
    pub fn due(&self) -> Money {
        let off = match self.discount() {
            Some(off) if self.discount_until.is_none() => off.minor,
            _ => 0,
        };
        Money::new(self.amount_minor.saturating_sub(off), &self.currency)
    }

    /// What the discount takes off the price per interval; none without one. It never takes more than the price.
    #[must_use]
    pub fn discount(&self) -> Option<Money> {
        let percent = self.discount_percent.map(|percent| {
            let part = Decimal::from(self.amount_minor).saturating_mul(percent) / Decimal::ONE_HUNDRED;
            part.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64().unwrap_or_default()
        });
        let off = percent.unwrap_or_default().saturating_add(self.discount_minor.unwrap_or_default());
        let off = off.min(self.amount_minor.max(0));
        (off > 0).then(|| Money::new(off, &self.currency))
    }

    /// How long the discount lasts, behind the discount: ` until 2026-09-30`; nothing where it is for good.
    #[must_use]
    pub fn discount_term(&self) -> String {
        self.discount_until.map(|day| format!(" until {day}")).unwrap_or_default()
    }

    /// What is due how often: `$1,200 every 2 weeks`.
    #[must_use]
    pub fn terms(&self) -> String {
        match self.every() {
            Interval::Unknown => format!("{} per “{}”", self.price(), self.interval),
            every => format!("{} {every}", self.price()),
        }
    }

    /// Annual recurring revenue, whatever the status; none for one-off amounts. One that is too large ends at the largest
    /// amount, which says so.
    #[must_use]
    pub fn arr(&self) -> Option<Money> {
        let every = self.every();
        let minor = match (self.mrr_minor, every.yearly(self.due().minor)) {
            // The interval's own amount is exact; a monthly figure of a yearly contract is often rounded.
            (_, Some(yearly)) => yearly,
            (Some(mrr), None) if every == Interval::Unknown => mrr.saturating_mul(12),
            _ => return None,
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
}
