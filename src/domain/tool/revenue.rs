//! The tool about the money of an account: contracts, payments, deals.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cite, ToolArgs};
use crate::domain::money::Money;
use crate::domain::revenue::PaymentState;
use crate::domain::time::{Moment, Window};

/// Contracts, payments and deals.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Revenue {
    /// Domain of the account.
    pub account: String,
    /// When payments were made; all when absent.
    #[serde(default)]
    pub window: Window,
}

impl ToolArgs for Revenue {
    const NAME: &'static str = "revenue";
    type Output = RevenueView;
}

/// Money of an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RevenueView {
    /// Annual recurring revenue, one entry per currency.
    pub arr: Vec<Money>,
    /// Monthly recurring revenue, one entry per currency.
    pub mrr: Vec<Money>,
    /// How payments stand.
    pub payment_state: Option<PaymentState>,
    /// The next renewal, or the last one if it passed without a newer contract.
    pub renews_on: Option<NaiveDate>,
    /// Days until then; negative when past.
    pub days_to_renewal: Option<i64>,
    /// Contracts and subscriptions, those that count first.
    pub contracts: Vec<ContractView>,
    /// What is owed after failed and late payments, one entry per currency; several tries of one invoice are one debt.
    #[serde(default)]
    pub owed: Vec<Money>,
    /// How many debts those are.
    #[serde(default)]
    pub debts: u64,
    /// What was paid in the window once refunds are taken off, one entry per currency.
    pub paid: Vec<Money>,
    /// What was refunded in the window, one entry per currency.
    #[serde(default)]
    pub refunded: Vec<Money>,
    /// How many payments in the window went through.
    #[serde(default)]
    pub payments_paid: u64,
    /// How many payments there are in the window, whatever became of them.
    pub payments_total: u64,
    /// Payments in the window, newest first, at most 12.
    pub payments: Vec<PaymentView>,
    /// Opportunities, open ones first.
    pub deals: Vec<DealView>,
    /// The notice the customer gave that a contract ends, or withdrew; no contract is changed by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeView>,
}

/// A customer's notice as it was heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    /// The words that say it.
    pub cite: Cite,
    /// Whether it was taken back.
    pub withdrawn: bool,
    /// The day it was given, or taken back.
    pub day: NaiveDate,
    /// The day it names for the end.
    pub ends_on: Option<NaiveDate>,
    /// What the contract says beside it.
    pub contract_says: Option<String>,
    /// What was said, as a sentence without its end.
    pub text: String,
}

/// A contract or subscription.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ContractView {
    /// Evidence.
    pub cite: Cite,
    /// What is sold.
    pub product: String,
    /// Which system holds it, as people name it.
    pub system: String,
    /// Status, as people name it.
    pub status: String,
    /// Price per interval, before any discount.
    pub amount: Money,
    /// The interval, as the source writes it.
    pub interval: String,
    /// The price with its interval, as people say it: `$1,200 every 2 weeks`.
    pub terms: String,
    /// How the year's amount is made of the price, where that takes more than a glance: `÷ 2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What a discount takes off the price per interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
    /// What is left of the price once the discount is taken off, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discounted: Option<Money>,
    /// The price of one seat or unit per interval, after any discount, rounded to the minor unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_unit: Option<Money>,
    /// The last day of the discount, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_until: Option<NaiveDate>,
    /// Whether ARR leaves it out because its interval is not understood.
    #[serde(default)]
    pub uncounted: bool,
    /// Whether it was canceled and only runs on to its last day.
    #[serde(default)]
    pub runs_out: bool,
    /// Annual worth, if it recurs.
    pub arr: Option<Money>,
    /// Whether it counts towards ARR.
    pub counts: bool,
    /// Who had it left out of ARR, where somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out_by: Option<String>,
    /// Seats or units.
    pub quantity: Option<u32>,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Day of renewal or end.
    pub renews_on: Option<NaiveDate>,
}

/// A payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PaymentView {
    /// Evidence.
    pub cite: Cite,
    /// When.
    pub occurred_at: Moment,
    /// What happened, as people name it.
    pub kind: String,
    /// How much.
    pub amount: Money,
}

/// An opportunity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DealView {
    /// Evidence.
    pub cite: Cite,
    /// Name.
    pub name: String,
    /// Stage.
    pub stage: String,
    /// Status, as people name it.
    pub status: String,
    /// Worth.
    pub value: Money,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// When it was won or lost.
    pub closed_at: Option<Moment>,
}
