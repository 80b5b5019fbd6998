//! The conversation: what was asked and answered before, and what it was about.

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::id::{ConversationId, TurnId};
use super::record::RecordRef;
use crate::domain::time::Moment;

/// A conversation as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its identifier.
    pub id: ConversationId,
    /// Domain of the account it was opened on; such a conversation stays on it.
    pub pinned: Option<String>,
    /// When it began.
    pub started_at: Moment,
    /// What it is about: a language model's words, else its first question. None before that.
    pub title: Option<String>,
    /// Who asked its first question. None for what the agent began by itself.
    #[serde(default)]
    pub asked_by: Option<String>,
}

impl Conversation {
    /// A new one, opened on an account or on all.
    #[must_use]
    pub fn begun(pinned: Option<String>, started_at: Moment) -> Self {
        Self { id: ConversationId::new(), pinned, started_at, title: None, asked_by: None }
    }
}

/// What the agent says by itself, and a conversation begins with: a digest, alerts, a brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// What it is.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Domains of the accounts it is about, the main one first.
    pub accounts: Vec<String>,
}

impl Opening {
    /// The first turn of the conversation it begins, as if somebody had asked for it.
    #[must_use]
    pub fn turn(self, conversation: ConversationId, at: Moment) -> Turn {
        let account = if let [only] = self.accounts.as_slice() { Some(only.clone()) } else { None };
        Turn {
            id: TurnId::new(),
            asked_at: at,
            question: self.title,
            answer: Answer { account, ..Answer::plain(self.text, conversation) },
            focus: Focus { accounts: self.accounts, ..Focus::default() },
            feedback: None,
        }
    }
}

/// One question and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Its identifier.
    pub id: TurnId,
    /// When it was asked.
    pub asked_at: Moment,
    /// The question as typed.
    pub question: String,
    /// What was answered.
    pub answer: Answer,
    /// What the answer was about, for "them" and "that call".
    pub focus: Focus,
    /// What the reader thought of the answer.
    #[serde(default)]
    pub feedback: Option<Feedback>,
}

/// What a reader thought of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Whether it was of use.
    pub verdict: Verdict,
    /// Why, in a line.
    pub comment: Option<String>,
    /// When it was said.
    pub given_at: Moment,
}

/// Whether an answer was of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Thumbs up.
    Up,
    /// Thumbs down.
    Down,
}

impl Verdict {
    /// The name on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// What a turn was about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Focus {
    /// Domains of the accounts, the main one first.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// The records the answer dwelt on, the main one first ("that call").
    #[serde(default)]
    pub records: Vec<RecordRef>,
    /// The person spoken of, if any ("did she…").
    #[serde(default)]
    pub person: Option<String>,
    /// What was asked for, in the model's own terms, so that "and Aviato?" can ask the same again.
    #[serde(default)]
    pub intent: Option<serde_json::Value>,
}
