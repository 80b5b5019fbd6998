//! The account's timeline: calls, e-mails, signals, projects and notes; and the releases that answer requests.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::commitment::{Commitment, CommitmentStatus, LaterWords};
use super::host;
use super::sentiment::{Sentiment, sentiment};
use super::time::instant;
use crate::domain::time::Moment;

/// Which side of the table somebody sits on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The customer.
    Customer,
    /// Our own team.
    Team,
}

impl Side {
    /// The name on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Team => "team",
        }
    }
}

/// Somebody who took part in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Participant {
    /// Full name, as the transcript's speakers are named.
    pub name: String,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Customer or team.
    pub side: Side,
}

/// One turn of a transcript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpokenTurn {
    /// Who speaks.
    pub speaker: String,
    /// What is said.
    pub text: String,
    /// Seconds from the start of the call.
    #[serde(default)]
    pub at_seconds: Option<f64>,
}

/// A recorded call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    /// Its id in the workspace.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// What the call was called.
    pub title: String,
    /// When it began.
    #[serde(deserialize_with = "instant")]
    pub started_at: Moment,
    /// How long it took, in seconds.
    #[serde(default)]
    pub duration_seconds: u32,
    /// Who took part.
    #[serde(default)]
    pub participants: Vec<Participant>,
    /// What was said, in order.
    #[serde(default)]
    pub transcript: Vec<SpokenTurn>,
    /// A summary, where the source wrote one.
    #[serde(default)]
    pub summary: Option<String>,
    /// Where the recording can be opened.
    #[serde(default)]
    pub url: Option<String>,
}

impl Call {
    /// Bytes of what was said, speakers included.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        self.transcript.iter().map(|turn| turn.speaker.len() + turn.text.len()).sum()
    }
}

/// An e-mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Email {
    /// Its id in the workspace.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// When it was sent.
    #[serde(deserialize_with = "instant")]
    pub sent_at: Moment,
    /// Sender, `Name <address>` or an address.
    pub from: String,
    /// Recipients, likewise.
    #[serde(default)]
    pub to: Vec<String>,
    /// Subject line.
    #[serde(default)]
    pub subject: String,
    /// Plain text.
    #[serde(default)]
    pub body: String,
    /// Ties the e-mails of one exchange together.
    #[serde(default)]
    pub thread_id: Option<String>,
    /// Where it can be opened.
    #[serde(default)]
    pub url: Option<String>,
}

/// Splits `Name <address>` into a display name and an address; a bare address has its local part as the name, and a
/// name without address is kept as it is written.
#[must_use]
pub fn mailbox(text: &str) -> (String, String) {
    match text.rsplit_once('<') {
        Some((name, address)) => {
            let address = in_one_spelling(address.trim().trim_end_matches('>').trim());
            let name = name.trim().trim_matches('"').trim();
            let name = if name.is_empty() { address.split('@').next().unwrap_or_default() } else { name };
            (name.to_owned(), address)
        }
        None if !text.contains('@') => (text.trim().to_owned(), text.trim().to_lowercase()),
        None => {
            let address = in_one_spelling(text.trim());
            (address.split('@').next().unwrap_or_default().to_owned(), address)
        }
    }
}

/// An address in small letters, with its host in the one spelling of it.
fn in_one_spelling(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, host)) => format!("{}@{}", local.to_lowercase(), host::canonical(host)),
        None => address.to_lowercase(),
    }
}

/// Where a mailbox is, in the one spelling of its host; none of a name without address.
#[must_use]
pub fn host_of(text: &str) -> Option<String> {
    mailbox(text).1.rsplit_once('@').map(|(_, host)| host.to_owned())
}

/// What kind of signal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum SignalKind {
    FeatureRequest,
    Complaint,
    Praise,
    Nps,
    ChurnRisk,
    Escalation,
    Commitment,
    Question,
    Other,
}

impl SignalKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::FeatureRequest,
        Self::Complaint,
        Self::Praise,
        Self::Nps,
        Self::ChurnRisk,
        Self::Escalation,
        Self::Commitment,
        Self::Question,
        Self::Other,
    ];

    /// The name on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::FeatureRequest => "feature_request",
            Self::Complaint => "complaint",
            Self::Praise => "praise",
            Self::Nps => "nps",
            Self::ChurnRisk => "churn_risk",
            Self::Escalation => "escalation",
            Self::Commitment => "commitment",
            Self::Question => "question",
            Self::Other => "other",
        }
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::FeatureRequest => "feature request",
            Self::Nps => "NPS",
            Self::ChurnRisk => "churn risk",
            other => other.wire(),
        }
    }
}

/// Something a customer said or did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Signal {
    /// Its id in the workspace.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// What kind of signal.
    pub kind: SignalKind,
    /// When it was given.
    #[serde(deserialize_with = "instant")]
    pub occurred_at: Moment,
    /// What it says, in a sentence.
    pub text: String,
    /// The customer's exact words.
    #[serde(default)]
    pub quote: Option<String>,
    /// A score where the signal has one (NPS: 0 to 10).
    #[serde(default)]
    pub score: Option<f64>,
    /// From −1 (bad) to 1 (good); an import may say it in words: "very negative", "mixed".
    #[serde(default, deserialize_with = "sentiment")]
    #[schemars(with = "Sentiment")]
    pub sentiment: Option<f64>,
    /// The call it was heard in.
    #[serde(default)]
    pub call_id: Option<String>,
    /// Where it can be opened.
    #[serde(default)]
    pub url: Option<String>,
}

/// A piece of work with or for the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Project {
    /// Its id in the workspace.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// What it is about.
    pub title: String,
    /// Where it stands, in the source's words.
    pub status: String,
    /// When it last changed.
    #[serde(deserialize_with = "instant")]
    pub updated_at: Moment,
    /// Where it can be opened.
    #[serde(default)]
    pub url: Option<String>,
}

/// Something a colleague wrote down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// Its id in the workspace.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// When it was written.
    #[serde(deserialize_with = "instant")]
    pub written_at: Moment,
    /// Who wrote it.
    #[serde(default)]
    pub author: String,
    /// What it says.
    pub text: String,
    /// Where it can be opened.
    #[serde(default)]
    pub url: Option<String>,
}

/// Something that was shipped, for every account of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Release {
    /// Its id in the workspace.
    pub id: String,
    /// Headline.
    pub title: String,
    /// Release notes, plain text or markdown.
    #[serde(default)]
    pub body: String,
    /// When it shipped.
    #[serde(deserialize_with = "instant")]
    pub shipped_at: Moment,
    /// Version, where it has one.
    #[serde(default)]
    pub version: Option<String>,
    /// Whether it is a draft that nobody published.
    #[serde(default)]
    pub draft: bool,
    /// Whether it is a release for trying out; a version such as `2.0-rc1` or `3.1.0-beta` says so by itself.
    #[serde(default)]
    pub prerelease: bool,
    /// Where it can be read.
    #[serde(default)]
    pub url: Option<String>,
}

impl Release {
    /// What people call it: its version, else its headline.
    #[must_use]
    pub fn name(&self) -> &str {
        self.version.as_deref().unwrap_or(&self.title)
    }

    /// Whether customers have it at `now`: a draft and a release for trying out ship nothing.
    #[must_use]
    pub fn shipped(&self, now: Moment) -> bool {
        self.published() && self.shipped_at <= now
    }

    /// Whether it is for everybody, whenever it ships.
    #[must_use]
    pub fn published(&self) -> bool {
        !self.draft && !self.prerelease && !self.version.as_deref().is_some_and(for_trying_out)
    }
}

/// Whether a version names a release for trying out, as semantic versioning writes it: `2.0.0-rc.1`, `3.1b2`.
fn for_trying_out(version: &str) -> bool {
    const STAGES: [&str; 8] = ["alpha", "beta", "rc", "pre", "preview", "dev", "nightly", "canary"];
    let version = version.to_lowercase();
    let after_digit = version.trim_start_matches('v').find(|letter: char| letter.is_alphabetic() || letter == '-');
    let Some(stage) = after_digit.map(|at| &version.trim_start_matches('v')[at..]) else { return false };
    let mut words = stage.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
    version.contains(|letter: char| letter.is_ascii_digit()) && words.any(|word| STAGES.contains(&word))
}

/// A sentence of the customer in which a language model saw a signal. Kept apart from the signals that a source gave: that
/// it was said is certain, what kind it is of is a model's opinion, and no score is told from an opinion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noticed {
    /// `<source id>#s<n>`.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// What kind of signal.
    pub kind: SignalKind,
    /// Who said it.
    pub who: String,
    /// The exact words.
    pub quote: String,
    /// When it was said.
    pub occurred_at: Moment,
    /// The call or e-mail.
    pub source: super::record::RecordRef,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
    /// The model.
    pub by: String,
}

/// Something the customer asked for, read from a call or an e-mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// `<source id>#r<n>`, or `#n<n>` where only a language model noted it; stable over repeated imports.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// Who asked.
    pub who: String,
    /// What for, as a short phrase.
    pub what: String,
    /// The exact words.
    pub quote: String,
    /// When it was asked.
    pub occurred_at: Moment,
    /// The call or e-mail.
    pub source: super::record::RecordRef,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
}
