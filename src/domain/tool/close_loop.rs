//! The tool that tells who asked for what shipped, and whom to tell of it now.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cite, ToolArgs};
use crate::domain::matching::Verdict;
use crate::domain::record::RecordKind;
use crate::domain::time::Moment;

/// When a customer is told that what they asked for has shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CloseLoopConfig {
    /// For so many days after our last e-mail to somebody they are left in peace.
    pub quiet_days: u32,
}

impl Default for CloseLoopConfig {
    fn default() -> Self {
        Self { quiet_days: 7 }
    }
}

/// Tells who asked for what shipped, and whom to tell of it now.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct CloseLoop {
    /// Only what this release answers: its version (`4.2`), id or title.
    #[serde(default)]
    pub release: Option<String>,
    /// Domain of the account; absent: the whole workspace.
    #[serde(default)]
    pub account: Option<String>,
    /// Only requests about this.
    #[serde(default)]
    pub topic: Option<String>,
}

impl ToolArgs for CloseLoop {
    const NAME: &'static str = "close_loop";
    type Output = LoopList;
}

/// Who asked for what shipped.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LoopList {
    /// One entry a person: those to tell first, whoever has waited longest before the others.
    pub people: Vec<LoopPerson>,
    /// How many of them to tell now.
    pub go: u64,
    /// How many are held back.
    pub held: u64,
    /// The release asked about.
    pub release: Option<LoopRelease>,
    /// How many requests were compared.
    pub requests: u64,
    /// With how many releases.
    pub releases: u64,
}

/// A release.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoopRelease {
    /// The record's id.
    pub id: String,
    /// Headline.
    pub title: String,
    /// Version.
    pub version: Option<String>,
    /// When it shipped, or will.
    pub shipped_at: Moment,
    /// Whether it has shipped by now.
    pub shipped: bool,
}

impl LoopRelease {
    /// What people call it: its version, else its headline.
    #[must_use]
    pub fn name(&self) -> &str {
        self.version.as_deref().unwrap_or(&self.title)
    }
}

/// A person who asked for what shipped; where nobody is named, all that an account's unnamed asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoopPerson {
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// Who asked.
    pub who: Option<String>,
    /// Where they are written to.
    pub email: Option<String>,
    /// What they asked for, with what answers it.
    pub wishes: Vec<LoopWish>,
    /// Whether to tell them now, of the wishes that are not held.
    pub go: bool,
    /// Why not, if not.
    pub holds: Vec<Hold>,
}

/// Something a person asked for, and the line that answers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoopWish {
    /// What for.
    pub what: String,
    /// How often this person asked for it.
    pub times: u64,
    /// Evidence of the request.
    pub asked_cite: Cite,
    /// The person's own words.
    pub quote: String,
    /// When.
    pub asked_at: Moment,
    /// What it was read from.
    pub kind: RecordKind,
    /// The release.
    pub release: LoopRelease,
    /// Evidence of the line.
    pub line_cite: Cite,
    /// The line of its notes.
    pub line: String,
    /// How sure it is that the line is about the wish, 0 to 1.
    pub confidence: f32,
    /// What the line says of it.
    pub verdict: Verdict,
    /// Why it is not told, if it is not.
    pub hold: Option<Hold>,
}

/// Why somebody is not told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Hold {
    /// The reason.
    pub reason: HoldReason,
    /// The same in a sentence, with what to do.
    pub text: String,
    /// Evidence of it.
    pub cite: Option<Cite>,
    /// Whom to write to instead, where somebody else is there.
    pub instead: Option<String>,
    /// The day from which on it no longer holds, where it is known.
    pub until: Option<NaiveDate>,
}

/// The reasons not to tell somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The release has not shipped.
    NotShippedYet,
    /// The notes say that it is not there.
    NotThere,
    /// Only a part of it is there, or for some.
    Partly,
    /// It was there before they asked.
    ThereBefore,
    /// It is not sure that the line answers the wish.
    Unsure,
    /// Nobody is named.
    Nameless,
    /// They are no contact of the account.
    NoContact,
    /// There is no address to write to.
    NoAddress,
    /// They have left, or cannot be reached.
    Gone,
    /// The account is left out of monitoring.
    Untracked,
    /// The account is upset.
    Escalation,
    /// They were told.
    Told,
    /// We wrote to them a moment ago.
    MailedLately,
}

impl HoldReason {
    /// The name on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::NotShippedYet => "not_shipped_yet",
            Self::NotThere => "not_there",
            Self::Partly => "partly",
            Self::ThereBefore => "there_before",
            Self::Unsure => "unsure",
            Self::Nameless => "nameless",
            Self::NoContact => "no_contact",
            Self::NoAddress => "no_address",
            Self::Gone => "gone",
            Self::Untracked => "untracked",
            Self::Escalation => "escalation",
            Self::Told => "told",
            Self::MailedLately => "mailed_lately",
        }
    }
}
