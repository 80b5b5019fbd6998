//! The tool that prepares a meeting with a customer.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::records::{CommitmentView, RequestGroup, SignalView};
use super::revenue::RevenueView;
use super::score::FactorView;
use super::{Cite, ToolArgs};
use crate::domain::health::Level;
use crate::domain::record::RecordKind;
use crate::domain::time::Moment;

/// Prepares a meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrepareMeeting {
    /// Domain of the account; absent: that of the asker's next meeting on record.
    #[serde(default)]
    pub account: Option<String>,
    /// Whom they meet, where somebody is named.
    #[serde(default)]
    pub person: Option<String>,
    /// The day of the meeting, where one is named.
    #[serde(default)]
    pub day: Option<NaiveDate>,
    /// Where the account is not certain: domains of which the one counts that has such a meeting. A model is not told of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(skip)]
    pub among: Vec<String>,
    /// The id of the meeting. Surfaces ask for it; a model is not told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub meeting: Option<String>,
}

impl ToolArgs for PrepareMeeting {
    const NAME: &'static str = "prepare_meeting";
    type Output = MeetingBrief;
}

/// What to know before a meeting.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeetingBrief {
    /// The account record.
    pub cite: Cite,
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// The meeting, where one is on record.
    pub meeting: Option<MeetingToCome>,
    /// Whom they meet at the customer.
    pub people: Vec<PersonToMeet>,
    /// What the changes are told since.
    pub since: LastTalk,
    /// How the account stands.
    pub standing: StandingThen,
    /// What is to be settled first.
    pub settle: Option<Finding>,
    /// Signals since, newest first.
    pub signals: Vec<SignalView>,
    /// Payments and contracts since, newest first.
    pub money_moves: Vec<DatedFinding>,
    /// How usage moved since.
    pub usage: Option<UsageSince>,
    /// Our open promises, those past their day first.
    pub ours: Vec<CommitmentView>,
    /// How many there are in all.
    pub ours_total: u64,
    /// Theirs.
    pub theirs: Vec<CommitmentView>,
    /// How many there are in all.
    pub theirs_total: u64,
    /// What they asked for that a release since answers.
    pub shipped: Vec<RequestGroup>,
    /// What they asked for that has not shipped, the most asked first.
    pub requests: Vec<RequestGroup>,
    /// How many there are in all.
    pub requests_total: u64,
    /// What lowers the score, the heaviest first.
    pub risks: Vec<FactorView>,
    /// Money.
    pub revenue: RevenueView,
    /// Questions worth asking, at most three.
    pub questions: Vec<Question>,
    /// What cannot be told, and why: a sentence each, without its end.
    pub missing: Vec<String>,
}

/// A meeting that is to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingToCome {
    /// The record of it.
    pub cite: Cite,
    /// What it is called.
    pub title: String,
    /// Its day.
    pub day: NaiveDate,
    /// From when until when, as clocks show it.
    pub time: Option<String>,
    /// Who of our side takes part.
    pub ours: Vec<String>,
    /// Where it can be opened or joined.
    pub url: Option<String>,
}

/// Somebody to meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonToMeet {
    /// Evidence of who they are.
    pub cite: Cite,
    /// Name.
    pub name: String,
    /// Job title, for contacts.
    pub title: Option<String>,
    /// Evidence of the last call or e-mail with them.
    pub last_cite: Option<Cite>,
    /// What that was.
    pub last_kind: Option<RecordKind>,
    /// When it was.
    pub last_at: Option<Moment>,
    /// What they wrote in it, where it is an e-mail of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrote: Option<String>,
    /// What became of them, where they are not there any more, as the predicate of a sentence.
    pub became: Option<String>,
    /// The words that say so.
    pub became_cite: Option<Cite>,
}

/// The last talk with the account, or the day that stands for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastTalk {
    /// Its record; none where nobody talked.
    pub cite: Option<Cite>,
    /// A call or an e-mail.
    pub kind: Option<RecordKind>,
    /// What it is called.
    pub title: String,
    /// Its day.
    pub day: NaiveDate,
}

/// The score now, and as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingThen {
    /// Evidence of both.
    pub cite: Cite,
    /// 0 to 100, now.
    pub score: u32,
    /// The level now.
    pub level: Level,
    /// The score on the day of the last talk.
    pub then: u32,
}

/// Something found, as a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Evidence.
    pub cites: Vec<Cite>,
    /// What it is.
    pub text: String,
}

/// Something found, of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedFinding {
    /// Evidence.
    pub cite: Cite,
    /// The day.
    pub day: NaiveDate,
    /// What it is.
    pub text: String,
}

/// How usage moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageSince {
    /// Evidence of now and then.
    pub cites: Vec<Cite>,
    /// Active users a day, on average of the last week.
    pub now: u32,
    /// The same then.
    pub then: u32,
}

/// A question worth asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Evidence of what it comes from.
    pub cites: Vec<Cite>,
    /// The question.
    pub ask: String,
    /// What it comes from, as a phrase.
    pub because: String,
}
