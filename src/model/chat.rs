//! The trait every model stands behind: messages and tools in, text or tool calls out.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::domain::answer::{Offer, Usage};
use crate::domain::conversation::Focus;
use crate::domain::time::{Calendar, Moment, Today};
use crate::domain::tool::account::AccountBrief;

/// A model that can drive a turn.
#[async_trait]
pub trait ChatModel: Send + Sync {
    /// The name shown with its answers.
    fn name(&self) -> &str;

    /// How much of its text is taken at its word.
    fn trust(&self) -> Trust {
        Trust::Checked
    }

    /// The next step: text that ends the turn, or tools to call. Text is given to `draft` as it arrives, piece by piece.
    ///
    /// # Errors
    /// When the model cannot go on.
    async fn reply(&self, request: &ChatRequest, draft: Draft<'_>) -> Result<ModelReply, ModelError>;
}

/// Takes pieces of text as they arrive, before anything is checked.
pub type Draft<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// How the text of a model is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It fills templates with what tools returned: figures and citations are compared.
    Checked,
    /// It writes freely: every sentence needs the support of what it cites.
    Doubted,
}

/// Why a model could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Trying again may help.
    #[error("the model is not available: {0}")]
    Transient(String),
    /// What was asked for may not be seen or does not exist; the text is for the reader.
    #[error("{0}")]
    Refused(String),
    /// It will fail the same way again.
    #[error("the model failed: {0}")]
    Permanent(String),
}

/// Everything a model is given for its next step.
#[derive(Clone, Debug)]
pub struct ChatRequest {
    /// What is true of the whole turn.
    pub context: Arc<TurnContext>,
    /// The tools it may call, in the order of their names.
    pub tools: Arc<[ToolDefinition]>,
    /// The turn so far, the question first.
    pub messages: Vec<Message>,
}

/// A tool as a model sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToolDefinition {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it is for.
    pub description: String,
    /// JSON Schema of its arguments.
    pub parameters: serde_json::Value,
}

/// What is true of a whole turn.
#[derive(Clone, Debug)]
pub struct TurnContext {
    /// The present instant.
    pub now: Moment,
    /// How the workspace counts its years and writes its dates.
    pub calendar: Calendar,
    /// The account the chat was opened on; the turn must stay on it.
    pub pinned: Option<AccountBrief>,
    /// What people said to each other before the question.
    pub talk: String,
    /// The account that talk is about.
    pub talked_about: Option<AccountBrief>,
    /// The account the place of the chat belongs to; the turn may leave it.
    pub place: Option<AccountBrief>,
    /// Earlier turns of the conversation, the oldest first.
    pub history: Vec<PastTurn>,
}

impl TurnContext {
    /// Today, as the workspace counts.
    #[must_use]
    pub fn today(&self) -> Today {
        Today { day: self.now.day(), calendar: self.calendar }
    }

    /// The accounts a question means that names none: those just talked about, else those of the last answer, else the
    /// account of the place.
    #[must_use]
    pub fn meant(&self) -> &[AccountBrief] {
        let answered = self.history.last().map(|turn| turn.accounts.as_slice()).unwrap_or_default();
        match (&self.talked_about, answered) {
            (Some(account), _) => std::slice::from_ref(account),
            (None, []) => self.place.as_slice(),
            (None, answered) => answered,
        }
    }
}

/// An earlier question and its answer.
#[derive(Clone, Debug)]
pub struct PastTurn {
    /// The question as typed.
    pub question: String,
    /// The answer's text.
    pub answer: String,
    /// What it was about.
    pub focus: Focus,
    /// The accounts of the focus that still exist, the main one first.
    pub accounts: Vec<AccountBrief>,
}

/// One message of a turn.
#[derive(Clone, Debug)]
pub enum Message {
    /// The question.
    User(String),
    /// Tool calls the model asked for.
    Calls(Vec<ToolCall>),
    /// What a tool gave back.
    Result(Arc<ToolResult>),
    /// What was wrong with the answer, for the model to write it again.
    Repair {
        /// The answer as it was.
        answer: String,
        /// What was wrong, a sentence each.
        problems: Vec<String>,
    },
}

/// A tool to call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Ties the result to the call; unique in the turn.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// Its arguments.
    pub arguments: serde_json::Value,
}

/// What a tool gave back.
#[derive(Clone, Debug)]
pub struct ToolResult {
    /// The call it answers.
    pub call_id: String,
    /// The tool's name.
    pub name: String,
    /// Its output, or a sentence that says why there is none.
    pub output: Result<serde_json::Value, String>,
}

/// What a model does next.
#[derive(Clone, Debug, Default)]
pub struct ModelReply {
    /// The answer, when the turn ends here: markdown with `[cite]` marks.
    pub text: String,
    /// Tools to call; empty when the turn ends here.
    pub calls: Vec<ToolCall>,
    /// What the answer is about.
    pub focus: Focus,
    /// Questions offered back to the reader.
    pub offers: Vec<Offer>,
    /// What it cost.
    pub usage: Usage,
}
