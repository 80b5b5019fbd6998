//! Tools about one account: find it, its state, its score, its money, its usage.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cite, ToolArgs};
use crate::domain::account::{Contact, Section};
use crate::domain::activity::Side;
use crate::domain::health::{FactorKind, Level};
use crate::domain::money::Money;
use crate::domain::record::RecordKind;
use crate::domain::revenue::PaymentState;
use crate::domain::time::Window;

/// Finds the accounts and people a text mentions.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FindAccount {
    /// A name, a domain, a person, or a whole question.
    pub query: String,
}

impl ToolArgs for FindAccount {
    const NAME: &'static str = "find_account";
    type Output = FoundAccounts;
}

/// What a text mentions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FoundAccounts {
    /// Accounts, in the order they are mentioned.
    pub accounts: Vec<AccountMention>,
    /// People, in the order they are mentioned.
    pub people: Vec<PersonMention>,
    /// How many accounts the workspace holds.
    pub known_accounts: u64,
}

/// Words of a text that name an account, or several that could be meant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountMention {
    /// The words, as typed.
    pub words: String,
    /// Where they start, in bytes.
    pub start: usize,
    /// Where they end, in bytes.
    pub end: usize,
    /// Whether the words are spelled exactly as the account is.
    pub exact: bool,
    /// Who may be meant, the likeliest first. More than one: ambiguous.
    pub candidates: Vec<AccountBrief>,
}

/// Words of a text that name a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersonMention {
    /// The words, as typed.
    pub words: String,
    /// Where they start, in bytes.
    pub start: usize,
    /// Where they end, in bytes.
    pub end: usize,
    /// Who may be meant.
    pub people: Vec<Person>,
}

/// A person known to the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Job title, for contacts.
    pub title: Option<String>,
    /// Which side.
    pub side: Side,
    /// The accounts they are a contact of; empty for the team.
    pub accounts: Vec<AccountBrief>,
    /// Whether they own accounts as CSM.
    pub owner: bool,
}

/// An account in a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountBrief {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// Owner's e-mail address.
    pub owner_email: Option<String>,
    /// Level, when assessed.
    pub level: Option<Level>,
}

/// The state of an account in one look.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AccountOverview {
    /// Domain of the account.
    pub account: String,
}

impl ToolArgs for AccountOverview {
    const NAME: &'static str = "account_overview";
    type Output = Overview;
}

/// The state of an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Overview {
    /// The account record.
    pub cite: Cite,
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// Owner's e-mail address.
    pub owner_email: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// Where its next action belongs.
    pub section: Section,
    /// Whether it takes part in health monitoring.
    pub tracked: bool,
    /// People at the customer.
    pub contacts: Vec<Contact>,
    /// Where it stands in the CRM.
    pub crm_url: Option<String>,
    /// Free facts from the CRM, as written there.
    pub attributes: std::collections::BTreeMap<String, serde_json::Value>,
    /// The score.
    pub health: HealthView,
    /// Money.
    pub revenue: RevenueView,
    /// Usage.
    pub usage: UsageView,
    /// The latest activity of each kind.
    pub latest: Vec<super::activity::ActivityItem>,
    /// How many records of each kind there are.
    pub counts: Vec<KindCount>,
    /// Promises of ours that are open or overdue.
    pub open_commitments: u64,
    /// Of those, past their day.
    pub overdue_commitments: u64,
    /// Requests on record.
    pub requests: u64,
    /// How fresh each source is.
    pub sources: Vec<SourceFreshness>,
}

/// How many records of a kind there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCount {
    /// The kind.
    pub kind: RecordKind,
    /// How many.
    pub count: u64,
}

/// How fresh a source is for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFreshness {
    /// What it supplies.
    pub kind: RecordKind,
    /// The newest record of the account; none when there is none.
    pub newest: Option<DateTime<Utc>>,
    /// How many records of the account.
    pub count: u64,
    /// Whether any account of the workspace has records of this kind.
    pub connected: bool,
}

/// Explains the health score.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ScoreExplanation {
    /// Domain of the account.
    pub account: String,
}

impl ToolArgs for ScoreExplanation {
    const NAME: &'static str = "score_explanation";
    type Output = HealthView;
}

/// A score with its reasons.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HealthView {
    /// The day it is told for.
    pub as_of: NaiveDate,
    /// 0 to 100.
    pub score: u32,
    /// Level.
    pub level: Level,
    /// What the score starts from.
    pub base: i32,
    /// At or above: healthy.
    pub healthy_from: u32,
    /// Below: critical.
    pub critical_below: u32,
    /// 0 to 1.
    pub confidence: f32,
    /// Contributions, the heaviest risk first.
    pub factors: Vec<FactorView>,
    /// Data the score would use and does not have, as people name it.
    pub missing: Vec<String>,
}

/// A risk factor with its evidence.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FactorView {
    /// Evidence.
    pub cites: Vec<Cite>,
    /// What it is about.
    pub kind: FactorKind,
    /// Points; negative lowers the score.
    pub magnitude: i32,
    /// Why.
    pub reason: String,
    /// The kind of source.
    pub source: String,
}

/// How the score moved.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ScoreHistory {
    /// Domain of the account.
    pub account: String,
    /// First day; 90 days ago when absent.
    #[serde(default)]
    pub since: Option<NaiveDate>,
}

impl ToolArgs for ScoreHistory {
    const NAME: &'static str = "score_history";
    type Output = ScorePath;
}

/// The score over time, replayed from dated records.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScorePath {
    /// The account record.
    pub cite: Cite,
    /// Weekly points, the oldest first; the last is today.
    pub points: Vec<ScorePoint>,
    /// What moved it most between the first and the last point, the heaviest first.
    pub movers: Vec<ScoreMover>,
}

/// The score on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScorePoint {
    /// The day.
    pub day: NaiveDate,
    /// 0 to 100.
    pub score: u32,
    /// Level.
    pub level: Level,
}

/// A factor that weighs differently than it did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScoreMover {
    /// Evidence.
    pub cites: Vec<Cite>,
    /// Points then.
    pub before: i32,
    /// Points now.
    pub now: i32,
    /// Why, as of now (or as of then, when it no longer counts).
    pub reason: String,
}

/// Contracts, payments and deals.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Revenue {
    /// Domain of the account.
    pub account: String,
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
    /// Payments, newest first, at most 12.
    pub payments: Vec<PaymentView>,
    /// Opportunities, open ones first.
    pub deals: Vec<DealView>,
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
    /// Amount per interval.
    pub amount: Money,
    /// The interval.
    pub interval: String,
    /// Annual worth, if it recurs.
    pub arr: Option<Money>,
    /// Whether it counts towards ARR.
    pub counts: bool,
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
    pub occurred_at: DateTime<Utc>,
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
    pub closed_at: Option<DateTime<Utc>>,
}

/// Product usage.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// Domain of the account.
    pub account: String,
    /// Days to look at; everything when absent.
    #[serde(default)]
    #[schemars(skip)]
    pub window: Window,
}

impl ToolArgs for Usage {
    const NAME: &'static str = "usage";
    type Output = UsageView;
}

/// Usage of an account. Averages are of daily active users over seven days, so that weekends do not look like a fall.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UsageView {
    /// The newest day on record; none when there is no usage data.
    pub latest: Option<UsagePoint>,
    /// Average of the last seven days on record, rounded.
    pub average_7d: Option<u32>,
    /// Average of the seven days before those.
    pub average_previous_7d: Option<u32>,
    /// Average of the seven days that ended 30 days before the newest.
    pub average_30d_ago: Option<u32>,
    /// Average of the first seven days in the window.
    pub average_first: Option<u32>,
    /// Change of the weekly average against the week before, in percent.
    pub week_change_percent: Option<i32>,
    /// Change against 30 days ago, in percent.
    pub month_change_percent: Option<i32>,
    /// Change against the start of the window, in percent.
    pub window_change_percent: Option<i32>,
    /// The day with most active users in the window.
    pub peak: Option<UsagePoint>,
    /// Seats paid for.
    pub licensed_seats: Option<u32>,
    /// Weekly average as a share of seats, in percent.
    pub adoption_percent: Option<u32>,
    /// Days on record in the window.
    pub days: u64,
    /// First day on record in the window.
    pub first_day: Option<NaiveDate>,
    /// Weekly averages, the oldest first.
    pub weekly: Vec<UsagePoint>,
    /// Evidence for the newest week.
    pub cite: Option<Cite>,
    /// Evidence for the start of the window.
    pub first_cite: Option<Cite>,
}

/// Active users on, or in the week that ends on, a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsagePoint {
    /// The day.
    pub day: NaiveDate,
    /// Active users.
    pub active_users: u32,
}
