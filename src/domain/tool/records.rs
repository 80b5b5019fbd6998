//! Tools about records that were read or given: signals, requests, commitments, releases.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cite, ToolArgs};
use crate::domain::activity::{CommitmentStatus, Side, SignalKind};
use crate::domain::record::RecordKind;
use crate::domain::time::{Moment, Window};
use crate::domain::unheard::Unheard;

/// Lists signals, newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ListSignals {
    /// Domain of the account.
    pub account: String,
    /// Only these kinds; all when empty.
    #[serde(default)]
    pub kinds: Vec<SignalKind>,
    /// Only this window.
    #[serde(default)]
    pub window: Window,
}

impl ToolArgs for ListSignals {
    const NAME: &'static str = "list_signals";
    type Output = SignalList;
}

/// Signals.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SignalList {
    /// Newest first.
    pub items: Vec<SignalView>,
    /// How many signals of any kind and time the account has from its sources.
    pub total: u64,
}

/// A signal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignalView {
    /// Evidence.
    pub cite: Cite,
    /// The record's id.
    pub id: String,
    /// What kind.
    pub kind: SignalKind,
    /// When.
    pub occurred_at: Moment,
    /// What it says.
    pub text: String,
    /// The exact words.
    pub quote: Option<String>,
    /// A score where it has one.
    pub score: Option<f64>,
    /// From −1 to 1.
    pub sentiment: Option<f64>,
    /// The language model that saw it in the customer's words, where no source gave it: its kind is an opinion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noticed_by: Option<String>,
}

/// Lists what customers asked for: one account's requests, or who asked for something.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ListRequests {
    /// Domain of the account; absent: the whole workspace.
    #[serde(default)]
    pub account: Option<String>,
    /// Only requests about this.
    #[serde(default)]
    pub topic: Option<String>,
    /// Only requests answered by this release (its version or id).
    #[serde(default)]
    pub release: Option<String>,
    /// Only this window.
    #[serde(default)]
    pub window: Window,
    /// Only this person's.
    #[serde(default)]
    pub person: Option<String>,
}

impl ToolArgs for ListRequests {
    const NAME: &'static str = "list_requests";
    type Output = RequestList;
}

/// Requests, grouped by what they ask for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RequestList {
    /// The most asked first, then the newest.
    pub groups: Vec<RequestGroup>,
    /// How many requests were looked through: over all accounts, the latest.
    pub total: u64,
    /// How many calls, e-mails and signals were read for requests.
    pub read: u64,
    /// Calls and e-mails that were not read for requests, because of their language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_read: Vec<Unheard>,
}

/// Requests of one account for one thing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestGroup {
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// What for.
    pub what: String,
    /// Whether `what` only repeats the words of the newest quote at length.
    pub told_by_quote: bool,
    /// Every time it was asked, newest first.
    pub asks: Vec<RequestView>,
    /// The release that answers it.
    pub shipped: Option<ShippedIn>,
    /// Where it shipped and is there no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<TakenBack>,
}

/// One time something was asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestView {
    /// Evidence.
    pub cite: Cite,
    /// Who asked.
    pub who: Option<String>,
    /// The exact words.
    pub quote: String,
    /// When.
    pub occurred_at: Moment,
    /// What it was read from.
    pub kind: RecordKind,
    /// Title of the call or e-mail.
    pub title: String,
}

/// The release that answers a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShippedIn {
    /// Evidence.
    pub cite: Cite,
    /// Headline of the release.
    pub title: String,
    /// Version.
    pub version: Option<String>,
    /// When it shipped.
    pub shipped_at: Moment,
    /// The line of the release notes that answers it.
    pub line: String,
    /// Whether the release came after the (last) request; false: it was there before they asked.
    pub after_request: bool,
    /// Whether only a part of it is there, or for some: the words of the line that say so.
    #[serde(default)]
    pub partly: Option<String>,
}

/// A release that shipped what was asked for, and the later one that took it back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TakenBack {
    /// Evidence of both.
    pub cites: Vec<Cite>,
    /// What the first is called: its version, else its headline.
    pub shipped_in: String,
    /// When it shipped.
    pub shipped_at: Moment,
    /// What the later one is called.
    pub taken_back_in: String,
    /// When that shipped.
    pub taken_back_at: Moment,
}

/// Lists promises.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ListCommitments {
    /// Domain of the account; absent: the whole workspace.
    #[serde(default)]
    pub account: Option<String>,
    /// Only this person's.
    #[serde(default)]
    pub person: Option<String>,
    /// Only this side's.
    #[serde(default)]
    pub side: Option<Side>,
    /// Only with these statuses; all when empty.
    #[serde(default)]
    pub statuses: Vec<CommitmentStatus>,
    /// Only promises made in this window.
    #[serde(default)]
    pub window: Window,
    /// Only promises about this.
    #[serde(default)]
    pub topic: Option<String>,
    /// Only promises due in this window.
    #[serde(default)]
    pub due: Window,
    /// Only of tracked accounts of this owner, by e-mail address or name. Surfaces ask for it; a model is not told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub owner: Option<String>,
}

impl ToolArgs for ListCommitments {
    const NAME: &'static str = "list_commitments";
    type Output = CommitmentList;
}

/// Promises.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CommitmentList {
    /// Overdue first, then open by day, then kept; newest first among equals.
    pub items: Vec<CommitmentView>,
    /// How many of those that fit are past their day, in all.
    pub overdue: u64,
    /// How many are open, not yet due.
    pub open: u64,
    /// How many were kept.
    pub kept: u64,
    /// How many nobody waits for any more.
    #[serde(default)]
    pub dropped: u64,
    /// How many are past their day and may have been kept: later words on them do not say so plainly.
    #[serde(default)]
    pub unclear: u64,
    /// How many promises the account has in all, whatever was asked for.
    pub total: u64,
    /// How many calls and e-mails were read for promises.
    pub read: u64,
    /// Calls and e-mails that were not read for promises, because of their language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_read: Vec<Unheard>,
    /// Promises of one account of which nobody can tell whose they are: the record names no speaker.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nameless: Vec<NamelessPromise>,
}

/// A promise of which nobody can tell whose it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NamelessPromise {
    /// Evidence.
    pub cite: Cite,
    /// What stands in the place of a name: `Speaker 2`.
    pub who: String,
    /// What was promised.
    pub what: String,
    /// The exact words.
    pub quote: String,
    /// Title of the call.
    pub title: String,
    /// When.
    pub occurred_at: Moment,
}

/// A promise.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CommitmentView {
    /// Evidence.
    pub cite: Cite,
    /// The record's id.
    #[serde(default)]
    pub id: String,
    /// Who marked it as kept or dropped, where a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked_by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked_at: Option<Moment>,
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// Who promised.
    pub who: String,
    /// Which side.
    pub side: Side,
    /// What, as a short phrase.
    pub what: String,
    /// By when.
    pub due: Option<NaiveDate>,
    /// By when, as it was said.
    pub due_text: Option<String>,
    /// The exact words.
    pub quote: String,
    /// Whether the quote alone does not tell what was promised: "Will do."
    #[serde(default)]
    pub says_little: bool,
    /// When it was promised.
    pub occurred_at: Moment,
    /// What it was read from.
    pub kind: RecordKind,
    /// Title of the call or e-mail.
    pub title: String,
    /// Where it stands.
    pub status: CommitmentStatus,
    /// Where it is unclear: the words that may show it kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<LatestWords>,
    /// Later words that show it was kept.
    pub kept_cite: Option<Cite>,
    /// When they were said.
    pub kept_at: Option<Moment>,
}

/// Later words on a promise that may show it kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LatestWords {
    /// Evidence.
    pub cite: Cite,
    /// When they were said.
    pub occurred_at: Moment,
    /// The exact words.
    pub quote: String,
}

/// Lists releases, newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ListReleases {
    /// A version (`4.2`), an id or words of the notes.
    #[serde(default)]
    pub query: Option<String>,
    /// Only this window.
    #[serde(default)]
    pub window: Window,
}

impl ToolArgs for ListReleases {
    const NAME: &'static str = "list_releases";
    type Output = ReleaseList;
}

/// Releases.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ReleaseList {
    /// Newest first.
    pub items: Vec<ReleaseView>,
    /// How many there are in all.
    pub total: u64,
}

/// A release.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReleaseView {
    /// Evidence.
    pub cite: Cite,
    /// The record's id.
    pub id: String,
    /// Headline.
    pub title: String,
    /// Version.
    pub version: Option<String>,
    /// When it shipped.
    pub shipped_at: Moment,
    /// The notes, a line each.
    pub lines: Vec<String>,
}
