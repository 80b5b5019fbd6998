//! The tool that drafts an e-mail. Nothing is sent by it: a person approves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cite, ToolArgs};
use crate::domain::draft::{Goal, Length, Tone};
use crate::domain::id::DraftId;

/// Drafts an e-mail to somebody at an account, or changes the last draft of the conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DraftEmail {
    /// Domain of the account.
    pub account: String,
    /// What it is for; chosen from the account's state when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// Name or address of the contact; chosen for the goal when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// How warm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
    /// How long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<Length>,
    /// English name of the language; English when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Matters to mention, a few words each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mention: Vec<String>,
    /// What else was asked of it, in the asker's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// Version of the release it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// True to change the last draft of this conversation; what is absent stays as it was.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revise: bool,
}

impl ToolArgs for DraftEmail {
    const NAME: &'static str = "draft_email";
    type Output = DraftedEmail;
}

/// A draft that was put before the asker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DraftedEmail {
    /// The account record.
    pub cite: Cite,
    /// The draft.
    pub draft: DraftId,
    /// Its version, from 1.
    pub version: u32,
    /// Name of the account.
    pub account_name: String,
    /// What it is for.
    pub goal: Goal,
    /// Why that, where nobody said.
    pub goal_reason: Option<String>,
    /// To whom.
    pub recipient: String,
    /// Their job title.
    pub title: Option<String>,
    /// Why to them, where nobody said.
    pub recipient_reason: Option<String>,
    /// Subject line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// What it stands on.
    pub facts: Vec<DraftedFact>,
    /// What the asker should know about it.
    pub notices: Vec<String>,
}

/// Something a draft stands on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DraftedFact {
    /// Evidence.
    pub cite: Cite,
    /// The fact in a line.
    pub text: String,
}
