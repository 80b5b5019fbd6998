//! Drafts of e-mails to customers: what a mail is for, how it should read, what it stands on, and every version of it.
//!
//! A draft is never sent by itself. Its state belongs to the text of one version: whoever changes the text puts it before
//! a person again.

use chrono::{Duration, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::answer::Usage;
use super::evidence::{Citation, Evidence};
use super::id::{ConversationId, DraftId};
use crate::domain::time::Moment;

/// What a mail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// To hear how things are.
    CheckIn,
    /// To talk about a contract before its renewal.
    Renewal,
    /// To have a payment made that failed or is past due.
    PaymentRecovery,
    /// To have the product used.
    Adoption,
    /// To keep a customer who is unhappy.
    SaveAtRisk,
    /// To turn a trial into a contract.
    TrialConversion,
    /// To win back a lost deal or customer.
    Reengage,
    /// To tell people that what they asked for has shipped.
    CloseTheLoop,
}

impl Goal {
    /// All goals.
    pub const ALL: [Self; 8] = [
        Self::CheckIn,
        Self::Renewal,
        Self::PaymentRecovery,
        Self::Adoption,
        Self::SaveAtRisk,
        Self::TrialConversion,
        Self::Reengage,
        Self::CloseTheLoop,
    ];

    /// The name on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::CheckIn => "check_in",
            Self::Renewal => "renewal",
            Self::PaymentRecovery => "payment_recovery",
            Self::Adoption => "adoption",
            Self::SaveAtRisk => "save_at_risk",
            Self::TrialConversion => "trial_conversion",
            Self::Reengage => "reengage",
            Self::CloseTheLoop => "close_the_loop",
        }
    }

    /// The name people read: `a {label} mail`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::CheckIn => "check-in",
            Self::Renewal => "renewal",
            Self::PaymentRecovery => "payment",
            Self::Adoption => "adoption",
            Self::SaveAtRisk => "save-at-risk",
            Self::TrialConversion => "trial",
            Self::Reengage => "win-back",
            Self::CloseTheLoop => "close-the-loop",
        }
    }

    /// Reads a goal however it is written: `check-in`, `Close the loop`, `save_at_risk`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let wanted = letters(text);
        Self::ALL.into_iter().find(|goal| letters(goal.wire()) == wanted || letters(goal.label()) == wanted)
    }
}

/// How warm a mail is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As to somebody one likes.
    Warm,
    /// As to somebody one works with.
    #[default]
    Neutral,
    /// Without preliminaries.
    Direct,
}

impl Tone {
    /// Reads the name on the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let wanted = letters(text);
        [Self::Warm, Self::Neutral, Self::Direct].into_iter().find(|tone| tone.wire() == wanted)
    }

    /// The name on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Warm => "warm",
            Self::Neutral => "neutral",
            Self::Direct => "direct",
        }
    }
}

/// How long a mail is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// About 40 to 80 words.
    Short,
    /// About 60 to 140 words.
    #[default]
    Medium,
}

impl Length {
    /// Reads the name on the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match letters(text).as_str() {
            "short" => Some(Self::Short),
            "medium" => Some(Self::Medium),
            _ => None,
        }
    }

    /// The name on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Medium => "medium",
        }
    }

    /// Most words of the text between greeting and sign-off.
    #[must_use]
    pub fn most_words(self) -> usize {
        match self {
            Self::Short => 80,
            Self::Medium => 140,
        }
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// How a mail should be written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftOptions {
    /// How warm.
    #[serde(default)]
    pub tone: Tone,
    /// How long.
    #[serde(default)]
    pub length: Length,
    /// The language, by its English name; English when absent.
    #[serde(default)]
    pub language: Option<String>,
    /// Matters it should mention.
    #[serde(default)]
    pub mention: Vec<String>,
    /// Anything else that was asked of it.
    #[serde(default)]
    pub instructions: Option<String>,
    /// The release it is about.
    #[serde(default)]
    pub release: Option<String>,
}

/// Somebody who writes or is written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correspondent {
    /// Full name.
    pub name: String,
    /// Job title.
    #[serde(default)]
    pub title: Option<String>,
    /// E-mail address.
    pub email: String,
}

impl Correspondent {
    /// The name they are called by.
    #[must_use]
    pub fn first_name(&self) -> &str {
        let mut words = self.name.split_whitespace();
        let first = words.next().unwrap_or(&self.name);
        // "Dr. Huw Pritchard" is no "Dr.".
        if first.ends_with('.') { words.next().unwrap_or(first) } else { first }
    }
}

/// Something a mail stands on. It is shown beside the mail and never in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftFact {
    /// The fact in a line.
    pub text: String,
    /// Where it is from.
    pub citation: Citation,
}

/// A request that a release answers, as somebody matched them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// The words it was asked for in.
    pub request: Evidence,
    /// The release.
    pub release: Evidence,
    /// The line of its notes that answers it.
    pub line: String,
    /// Its version.
    pub version: Option<String>,
    /// When it shipped.
    pub shipped_on: NaiveDate,
}

/// What one version says and what it stands on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// What it is for.
    pub goal: Goal,
    /// Why it is for that, where nobody said so.
    #[serde(default)]
    pub goal_reason: Option<String>,
    /// To whom.
    pub recipient: Correspondent,
    /// Why to them, where nobody said so.
    #[serde(default)]
    pub recipient_reason: Option<String>,
    /// From whom.
    pub sender: Correspondent,
    /// How it was to be written.
    pub options: DraftOptions,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// What it stands on.
    pub facts: Vec<DraftFact>,
    /// The one thing it asks for.
    pub ask: String,
    /// What happens next.
    pub next_step: String,
    /// What the reader of the draft should know: what could not be mentioned, which language it is not in.
    #[serde(default)]
    pub notices: Vec<String>,
    /// Which model wrote it; the person's own words are theirs.
    pub written_by: String,
    /// What a language model cost.
    #[serde(default)]
    pub usage: Usage,
}

/// How a version came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was written.
    Written,
    /// It was written anew with other wishes.
    Revised,
    /// A person changed its text.
    Edited,
}

impl Change {
    /// The name on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Revised => "revised",
            Self::Edited => "edited",
        }
    }
}

/// One version of a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// From 1.
    pub number: u32,
    /// How it came about.
    pub change: Change,
    /// Who made it, or had it made.
    pub by: Actor,
    /// When.
    pub at: Moment,
    /// What it says.
    #[serde(flatten)]
    pub letter: Letter,
}

/// Minutes after which nobody is sending a draft any more, and it is not known whether it went out.
pub const MINUTES_TO_SEND: i64 = 10;

/// Where a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// It waits for a person.
    Draft,
    /// A person approved its text.
    Approved,
    /// A person did not want it.
    Declined,
    /// It is being sent, or the program stopped while it was: then nobody knows whether it went out.
    Sending,
    /// It was sent.
    Sent,
}

impl DraftState {
    /// The name on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Sending => "sending",
            Self::Sent => "sent",
        }
    }
}

/// Who last decided something about a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// Who, and where.
    pub by: Actor,
    /// When.
    pub at: Moment,
}

/// A draft with all its versions, of which there is at least one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Its identifier.
    pub id: DraftId,
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// The conversation it came up in.
    #[serde(default)]
    pub conversation: Option<ConversationId>,
    /// Where it stands.
    pub state: DraftState,
    /// Who approved, declined or sent it.
    #[serde(default)]
    pub decided: Option<Decided>,
    /// Why sending failed, or why it is not known whether it went out.
    #[serde(default)]
    pub trouble: Option<String>,
    /// The first version.
    pub first: Version,
    /// Those after it, the oldest first.
    #[serde(default)]
    pub later: Vec<Version>,
}

impl Draft {
    /// The version that counts.
    #[must_use]
    pub fn current(&self) -> &Version {
        self.later.last().unwrap_or(&self.first)
    }

    /// What it says now.
    #[must_use]
    pub fn letter(&self) -> &Letter {
        &self.current().letter
    }

    /// All versions, the oldest first.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The same draft with a further version, which waits for a person again.
    #[must_use]
    pub fn with(mut self, change: Change, by: Actor, at: Moment, letter: Letter) -> Self {
        let number = self.current().number + 1;
        self.later.push(Version { number, change, by, at, letter });
        (self.state, self.decided, self.trouble) = (DraftState::Draft, None, None);
        self
    }

    /// Whether it was being sent and nobody knows what became of it: then a person looks, and says so.
    #[must_use]
    pub fn lost(&self) -> bool {
        self.state == DraftState::Sending && self.trouble.is_some()
    }

    /// Whether it has been sending for so long that whoever sent it is gone, by `now`.
    #[must_use]
    pub fn given_up(&self, now: Moment) -> bool {
        let since = self.decided.as_ref().map_or(self.current().at, |decided| decided.at);
        self.state == DraftState::Sending && !self.lost() && now - since >= Duration::minutes(MINUTES_TO_SEND)
    }

    /// Whether a person may still change its text, else a sentence that says why not.
    ///
    /// # Errors
    /// The sentence.
    pub fn may_change(&self) -> Result<(), String> {
        match self.state {
            DraftState::Sending => Err("This draft is being sent; it cannot be changed any more.".to_owned()),
            DraftState::Sent => {
                Err("This draft was sent; it cannot be changed any more. Ask for a new one.".to_owned())
            }
            DraftState::Draft | DraftState::Approved | DraftState::Declined => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_read_however_it_is_written() {
        for (text, goal) in [
            ("check-in", Goal::CheckIn),
            ("Close the loop", Goal::CloseTheLoop),
            ("save_at_risk", Goal::SaveAtRisk),
            ("win-back", Goal::Reengage),
            ("re-engage", Goal::Reengage),
        ] {
            assert_eq!(Goal::parse(text), Some(goal), "{text}");
        }
        assert_eq!(Goal::parse("spam"), None);
    }

    #[test]
    fn a_title_is_no_first_name() {
        let named = |name: &str| Correspondent { name: name.to_owned(), title: None, email: String::new() };
        assert_eq!(named("Dr. Leander Fitch").first_name(), "Leander");
        assert_eq!(named("Odette Larkin").first_name(), "Odette");
    }
}
