//! The application: the shared handles, and what surfaces can ask of it. The one place that names concrete adapters.

mod access;
mod action;
mod close_loop;
mod conversation;
mod demo;
mod brief;
mod digest;
mod draft;
mod failure;
mod find;
mod feedback;
mod health;
mod home;
mod hub;
mod import;
mod indexing;
mod intake;
mod look;
mod meaning;
mod naming;
mod open;
mod people;
pub mod read_along;
mod readiness;
mod reading;
mod record;
mod running;
mod section;
mod source;
mod task;
mod team;
mod token;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::id::ConversationId;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Moment;
use crate::reading::zone::Zone;
use crate::store::ReadingState;

pub use crate::agent::tools::ReasonAnswered;
pub use access::{LoginLink, secret};
pub use action::{Acted, Origin};
pub use brief::{DueBrief, MeetingAhead};
pub use close_loop::LoopDraft;
pub use digest::{DigestWanted, DueEdition, digest_text};
pub use draft::{Edit, envelope};
pub use feedback::{Frozen, FrozenAnswer, FrozenCase, FrozenTurn, Judged, Judgement};
pub use find::Finds;
pub use health::{HealthPreview, HealthSettings, Switch};
pub use home::Home;
pub use hub::{
    FeedItem, FeedPage, HAPPENS, Hub, HubContract, HubPerson, HubWanted, RecordTitle, ScoreStep, ScoreStory, StepReason,
};
pub use intake::Intake;
pub use open::App;
pub use people::{Console, SlackProfile};
pub use readiness::Groundwork;
pub use section::{Board, CLOSED_DAYS, Refreshing, ReleaseEntry, SectionList, SectionRow};
pub use source::{ConnectionView, ConnectionWanted, Counted, Sealer, SourceAlert, Synced, settings_of};
pub use token::TokenWanted;

/// Why a request could not be served. Each variant tells the caller what to do; the text is safe to show.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The request itself is wrong; it will fail again unless changed.
    #[error("{0}")]
    Invalid(String),
    /// Whoever asks may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// What was named does not exist.
    #[error("{0}")]
    NotFound(String),
    /// Somebody else holds what is needed (data directory in use, import running).
    #[error("{0}")]
    Conflict(String),
    /// A service is out of reach or full; trying again later may help.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of ours. `public` is shown, the source is logged.
    #[error("{public}")]
    Internal {
        /// What a user may read.
        public: String,
        /// What the log gets.
        #[source]
        source: anyhow::Error,
    },
}

/// A question as a surface received it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Question {
    /// The words.
    pub question: String,
    /// Domain (or unambiguous name) of the account the chat is opened on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The conversation to go on with; a new one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// What people said to each other before the question, where it is asked among them.
    #[serde(skip)]
    pub talk: String,
    /// Domain of the account the place belongs to where it is asked. A question that names no account means it; others
    /// can be asked about all the same.
    #[serde(skip)]
    pub place: Option<String>,
    /// Where this begins a conversation: the one the same person had just before, in the same place. The first question
    /// may point back to it.
    #[serde(skip)]
    pub just_before: Option<ConversationId>,
    /// Who asks, and with which HTTP request.
    #[serde(skip)]
    pub origin: Origin,
}

/// A search as a surface received it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Search {
    /// The words.
    pub query: String,
    /// Domain of the account; required unless the search is for releases only.
    #[serde(default)]
    pub account: Option<String>,
    /// Only these kinds.
    #[serde(default)]
    pub kinds: Vec<RecordKind>,
    /// At most this many; 10 when absent, at most 100.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A record opened by a citation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordView {
    /// What it is.
    pub record: RecordRef,
    /// Domain of its account.
    pub account: Option<String>,
    /// Title.
    pub title: String,
    /// When it happened.
    pub occurred_at: Option<Moment>,
    /// Where it can be opened.
    pub url: Option<String>,
    /// Its body in order: transcript turns, paragraphs of an e-mail, or the facts of a row.
    pub lines: Vec<RecordLine>,
}

/// A line of a record's body.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordLine {
    /// Speaker or name of the fact.
    pub label: Option<String>,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
    /// The words.
    pub text: String,
    /// Of a line of an e-mail: what it is.
    pub zone: Option<Zone>,
    /// Of an answer between quoted lines: the line it answers.
    pub answers: Option<String>,
}

/// What an import did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ImportSummary {
    /// Lines read, blank ones not counted.
    pub lines: u64,
    /// Records that are new, by type.
    pub added: std::collections::BTreeMap<String, u64>,
    /// Records that replaced an earlier one with the same id, by type.
    pub updated: std::collections::BTreeMap<String, u64>,
    /// Lines that did not land.
    pub rejected: Vec<RejectedLine>,
    /// How many did not land, when `rejected` was cut at 1,000.
    pub rejected_total: u64,
    /// Fields that are not part of the format and were not read, each with the number of lines it was seen on.
    pub ignored_fields: std::collections::BTreeMap<String, u64>,
    /// Passages indexed.
    pub passages: u64,
    /// Records of the workspace that are not searchable yet when it ends; they are indexed by themselves.
    #[serde(default)]
    pub unindexed: u64,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// A line that did not land.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedLine {
    /// The file, when there were several.
    pub file: Option<String>,
    /// Its number, from 1.
    pub line: u64,
    /// Why, and what to do.
    pub reason: String,
}

/// How far a long piece of work is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done: `Starting PostgreSQL`, `Importing`, `Indexing`.
    pub stage: String,
    /// Units done.
    pub done: u64,
    /// Units in all, when known.
    pub total: Option<u64>,
}

/// Where progress is reported to; called often, must be quick.
pub type ProgressSink = Arc<dyn Fn(Progress) + Send + Sync>;

/// How far a language model is with reading calls and e-mails.
#[derive(Clone, Debug)]
pub struct ModelReading {
    /// The model.
    pub model: String,
    /// Whether it reads.
    pub on: bool,
    /// How far it is.
    pub state: ReadingState,
    /// What it failed at last, unless it did better since.
    pub problem: Option<String>,
}

/// Whether the service can answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Readiness {
    /// It can: there are no problems.
    pub ready: bool,
    /// Why it cannot answer, a sentence each.
    pub problems: Vec<String>,
    /// What is to be looked after though it answers, a sentence each.
    pub warnings: Vec<String>,
    /// Accounts in the workspace.
    pub accounts: u64,
    /// Records waiting to be indexed.
    pub unindexed: u64,
    /// Records whose meaning is not known yet; none where no model tells it.
    pub unembedded: Option<u64>,
}
