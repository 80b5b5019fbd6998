//! Tools about one account: find it, and its state in one look.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::portfolio::RoutedFrom;
use super::revenue::RevenueView;
use super::score::{HealthView, LikelihoodView};
use super::usage::UsageView;
use super::{Cite, ToolArgs};
use crate::domain::account::{Contact, Rating, Section};
use crate::domain::activity::Side;
use crate::domain::departure::Gone;
use crate::domain::health::Level;
use crate::domain::record::RecordKind;
use crate::domain::time::Moment;

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
    /// An account to name where a question could be about any; none in an empty workspace.
    #[serde(default)]
    pub example: Option<AccountBrief>,
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
    /// The whole name that was typed, where the words are only the beginning of it and it goes on unlike the account's:
    /// “Northgate Insurance” beside an account called Northgate Bank. It may be another company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_name: Option<String>,
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
    /// Where it was routed from, where people put it into its section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed: Option<RoutedFrom>,
    /// The first day it is in digests again, where it is snoozed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<chrono::NaiveDate>,
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
    /// What somebody of our side thinks of it; it never goes into the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// What disagrees, where its score and its money say different things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disagreement: Option<String>,
    /// How likely it is to convert or to come back, where it is no paying customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<LikelihoodView>,
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
    /// Evidence of those promises, the ones past their day first; at most two.
    pub owed_cites: Vec<Cite>,
    /// Requests on record.
    pub requests: u64,
    /// How fresh each source is.
    pub sources: Vec<SourceFreshness>,
    /// Who has left, leaves, is away or cannot be reached, the latest news first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub departures: Vec<DepartureView>,
    /// Meetings that lie ahead or were not long ago, by the mails of calendars, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub meetings: Vec<MeetingView>,
}

/// A meeting as calendars tell of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingView {
    /// The mail that tells of it last.
    pub cite: Cite,
    /// What it is called.
    pub title: String,
    /// Its day, where one is named.
    pub day: Option<chrono::NaiveDate>,
    /// The time of day it begins at, as the calendar writes it.
    pub time: Option<String>,
    /// Whether it was canceled.
    pub canceled: bool,
    /// The day it was moved from.
    pub moved_from: Option<chrono::NaiveDate>,
    /// Whether its day has not passed.
    pub ahead: bool,
    /// All of it as a sentence, without its end.
    pub text: String,
}

/// Somebody who has left, leaves, is away or cannot be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartureView {
    /// The words that say so.
    pub cite: Cite,
    /// Who.
    pub who: String,
    /// Their address, where it is known.
    pub email: Option<String>,
    /// What became of them.
    pub gone: Gone,
    /// What became of them, as the predicate of a sentence.
    pub became: String,
    /// Who says so, and in which words.
    pub by_whom: String,
    /// Whether they are not there any more, today.
    pub ended: bool,
    /// Whom to turn to instead, as far as it was said.
    pub successor: Option<String>,
    /// Their address.
    pub successor_email: Option<String>,
    /// When it was said.
    pub occurred_at: Moment,
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
    pub newest: Option<Moment>,
    /// How many records of the account.
    pub count: u64,
    /// Whether any account of the workspace has records of this kind.
    pub connected: bool,
}
