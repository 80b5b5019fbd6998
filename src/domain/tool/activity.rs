//! Tools about what was said and done: the timeline, one call, and the search for evidence.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::account::KindCount;
use super::{Cite, ToolArgs};
use crate::domain::activity::{Participant, Side};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::{Moment, Window};

/// Lists what happened on an account, newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ListActivity {
    /// Domain of the account.
    pub account: String,
    /// Only these kinds; all when empty.
    #[serde(default)]
    pub kinds: Vec<RecordKind>,
    /// Only this window.
    #[serde(default)]
    pub window: Window,
    /// Only what this person took part in.
    #[serde(default)]
    pub person: Option<String>,
    /// At most this many; 20 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

impl ToolArgs for ListActivity {
    const NAME: &'static str = "list_activity";
    type Output = ActivityList;
}

/// A stretch of the timeline.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ActivityList {
    /// Newest first.
    pub items: Vec<ActivityItem>,
    /// How many there are in all, by kind.
    pub counts: Vec<KindCount>,
    /// How many there are in all.
    pub total: u64,
    /// The newest item of these kinds outside the window, when the window holds none.
    pub latest_outside: Option<ActivityItem>,
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ActivityItem {
    /// Evidence.
    pub cite: Cite,
    /// What it is.
    pub kind: RecordKind,
    /// The record's id.
    pub id: String,
    /// Title, subject or headline.
    pub title: String,
    /// When.
    pub occurred_at: Moment,
    /// What it says, in a sentence or two of the record's own words.
    pub gist: String,
    /// For e-mails and notes: who wrote it.
    pub from: Option<String>,
    /// Which side wrote it.
    pub side: Option<Side>,
    /// Who took part or received it.
    pub people: Vec<String>,
    /// For calls: length in minutes.
    pub minutes: Option<u32>,
    /// For e-mails of the team: whether the customer wrote in the same thread afterwards.
    pub answered: Option<bool>,
}

/// A place in a timeline, which goes from the newest to the oldest: right after a record, or at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The instant.
    pub at: Moment,
    /// The record of that instant it comes after; none where the instant's own records come next.
    pub record: Option<RecordRef>,
}

impl Place {
    /// Where the timeline goes on after `at`, with what happened at that instant.
    #[must_use]
    pub fn at(at: Moment) -> Self {
        Self { at, record: None }
    }
}

/// In an address: `2026-06-01T10:00:00Z~call~call-1`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.record {
            Some(record) => write!(f, "{}~{}~{}", self.at, record.kind.wire(), record.id),
            None => write!(f, "{}", self.at),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is no place in a timeline; begin at the newest again.");
        let mut parts = text.splitn(3, '~');
        let at = parts.next().and_then(|at| at.parse().ok()).ok_or_else(wrong)?;
        match (parts.next(), parts.next()) {
            (None, _) => Ok(Self::at(at)),
            (Some(kind), Some(id)) => {
                let kind = RecordKind::parse(kind).ok_or_else(wrong)?;
                Ok(Self { at, record: Some(RecordRef { kind, id: id.to_owned() }) })
            }
            (Some(_), None) => Err(wrong()),
        }
    }
}

/// A page of a timeline.
#[derive(Clone, Debug)]
pub struct ActivityPage {
    /// Newest first.
    pub items: Vec<ActivityItem>,
    /// Where it goes on; none at its end.
    pub older: Option<Place>,
}

/// Reads one or several calls.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct GetCall {
    /// Domain of the account.
    pub account: String,
    /// The call's id; the latest calls when absent.
    #[serde(default)]
    pub call_id: Option<String>,
    /// How many of the latest calls; 1 when absent.
    #[serde(default)]
    pub last: Option<u32>,
    /// Only calls in this window.
    #[serde(default)]
    pub window: Window,
    /// Only calls this person took part in.
    #[serde(default)]
    pub person: Option<String>,
    /// What the reader wants to know; the highlights lean towards it.
    #[serde(default)]
    pub about: Option<String>,
}

impl ToolArgs for GetCall {
    const NAME: &'static str = "get_call";
    type Output = CallList;
}

/// Calls, newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CallList {
    /// The calls.
    pub calls: Vec<CallView>,
    /// How many calls the account has in all.
    pub total: u64,
    /// Summaries a language model wrote of those without one. No evidence: what was said is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub summaries: Vec<WrittenSummary>,
}

/// What a language model wrote about a call. Apart from the call, so that nothing is cited for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenSummary {
    /// The call's id.
    pub call: String,
    /// Two or three sentences, each borne out by the transcript.
    pub text: String,
    /// The model.
    pub by: String,
}

/// A call as a reader needs it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CallView {
    /// Evidence: the call itself (its summary or its opening).
    pub cite: Cite,
    /// The record's id.
    pub id: String,
    /// Title.
    pub title: String,
    /// When it began.
    pub started_at: Moment,
    /// Length in minutes.
    pub minutes: u32,
    /// Who took part.
    pub participants: Vec<Participant>,
    /// The source's own summary.
    pub summary: Option<String>,
    /// The sentences that carry the call, in order of time.
    pub highlights: Vec<Highlight>,
    /// How many turns were spoken.
    pub turns: u32,
}

/// A sentence that carries a call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Highlight {
    /// Evidence.
    pub cite: Cite,
    /// Who said it.
    pub speaker: String,
    /// Which side.
    pub side: Option<Side>,
    /// Seconds from the start.
    pub at_seconds: Option<f64>,
    /// The exact words.
    pub text: String,
    /// Why it was picked.
    pub reason: HighlightReason,
}

/// Why a sentence was picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HighlightReason {
    /// Somebody promises something.
    Commitment,
    /// The customer asks for something.
    Request,
    /// The customer says what is wrong or worrying.
    Concern,
    /// The customer says what is good.
    Praise,
    /// A decision, a number, a date, a name of weight.
    Substance,
}

/// Searches what was said and written.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct SearchEvidence {
    /// Domain of the account; absent: the whole workspace.
    #[serde(default)]
    pub account: Option<String>,
    /// The words to look for.
    pub query: String,
    /// What is asked, as a sentence; finds what says it in other words.
    #[serde(default)]
    pub question: Option<String>,
    /// Only these kinds; all when empty.
    #[serde(default)]
    pub kinds: Vec<RecordKind>,
    /// Only this window.
    #[serde(default)]
    pub window: Window,
    /// Only what this person said or wrote.
    #[serde(default)]
    pub person: Option<String>,
    /// What is said of this person is preferred.
    #[serde(default)]
    pub about: Option<String>,
    /// Only this side.
    #[serde(default)]
    pub side: Option<Side>,
    /// The fact wanted; words that hold such a fact are preferred.
    #[serde(default)]
    pub wants: Option<WantedFact>,
    /// Only this record.
    #[serde(default)]
    pub record_id: Option<String>,
    /// At most this many; 12 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

impl ToolArgs for SearchEvidence {
    const NAME: &'static str = "search_evidence";
    type Output = EvidenceList;
}

/// A kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WantedFact {
    /// A day or a stretch of time.
    Date,
    /// A number, an amount or a measure.
    Amount,
    /// A cause.
    Reason,
    /// Who leaves, where to and why.
    Departure,
    /// Who takes somebody's place.
    Successor,
    /// Who decides or signs.
    Decider,
    /// Another vendor in play.
    Competitor,
    /// A price that was lowered, or the offer to.
    Discount,
    /// What stands in the way.
    Blocker,
    /// A chance that the account grows.
    Growth,
    /// What somebody thinks of us.
    Opinion,
    /// The price we or others ask.
    Offer,
    /// Why people do or do not use the product.
    UseCause,
    /// Why an invoice is not paid.
    PayCause,
}

/// What a search found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EvidenceList {
    /// Best first.
    pub hits: Vec<EvidenceHit>,
    /// What was searched.
    pub searched: Vec<KindCount>,
    /// The oldest record searched.
    pub oldest: Option<Moment>,
    /// The newest record searched.
    pub newest: Option<Moment>,
    /// Everyday words of the query that none of what was found says; the rest of it was looked for.
    #[serde(default)]
    pub unsaid: Vec<String>,
}

/// What somebody else said right before or after.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// Who said it.
    pub speaker: String,
    /// The words.
    pub text: String,
}

/// One statement found: a sentence or a few of one speaker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EvidenceHit {
    /// Evidence.
    pub cite: Cite,
    /// Domain of the account; none for releases.
    pub account: Option<String>,
    /// Name of the account.
    pub account_name: Option<String>,
    /// What it was found in.
    pub kind: RecordKind,
    /// The record's id.
    pub id: String,
    /// Title of the record.
    pub title: String,
    /// When.
    pub occurred_at: Moment,
    /// Who said or wrote it.
    pub speaker: Option<String>,
    /// Which side.
    pub side: Option<Side>,
    /// Whether the record does not name who said it, so that nobody can tell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nameless: bool,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
    /// The exact words.
    pub text: String,
    /// The same with what the speaker said around them.
    pub excerpt: String,
    /// The question they answer, or what they point back at.
    pub before: Option<Reply>,
    /// What was said next, where they ask or are few.
    pub then: Vec<Reply>,
    /// The share of the query's weight that the words cover, 0 to 1.
    pub coverage: f32,
    /// The search engine's score.
    pub score: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_timeline_survives_an_address() {
        let record = |id: &str| Some(RecordRef { kind: RecordKind::Call, id: id.to_owned() });
        for record in [None, record("call-1"), record("a~b/c~")] {
            let place = Place { at: "2026-06-01T10:00:00.000250Z".parse().unwrap(), record };
            assert_eq!(place.to_string().parse::<Place>().unwrap(), place);
        }
        for text in ["", "yesterday", "2026-06-01T10:00:00Z~fax~1", "2026-06-01T10:00:00Z~call"] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }
}
