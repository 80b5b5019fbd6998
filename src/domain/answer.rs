//! The answer: what a person reads, the citations under it, what could not be seen, and what the checks did.

use serde::{Deserialize, Serialize};

use super::card::Card;
use super::evidence::Citation;
use super::id::{ConversationId, TurnId};

/// What stands in the place of an answer that was stopped: no tool of a turn changes anything.
pub const STOPPED: &str = "Stopped. Nothing was changed.";

/// A finished, checked answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Markdown with `[n]` marks.
    pub answer: String,
    /// The citations the marks name, in order.
    pub citations: Vec<Citation>,
    /// Domain of the account the answer is about, when it is about one.
    pub account: Option<String>,
    /// The conversation it belongs to; give it again to follow up.
    pub conversation: ConversationId,
    /// The turn it ends.
    #[serde(default)]
    pub turn: Option<TurnId>,
    /// Whether the reader stopped it; then it says no more than that.
    #[serde(default)]
    pub stopped: bool,
    /// Names of the tools that were used, in order, each once.
    pub tools_used: Vec<String>,
    /// Sources that are missing or stale, and what that hides; a sentence each.
    pub not_seen: Vec<String>,
    /// What the checks found.
    pub checks: Checks,
    /// Which model wrote it.
    pub model: String,
    /// Why another model than the configured one wrote it, in one line.
    #[serde(default)]
    pub notice: Option<String>,
    /// What the language model cost, where one was asked.
    #[serde(default)]
    pub usage: Usage,
    /// Accounts or switches offered to the reader, when the answer is a question back.
    pub offers: Vec<Offer>,
    /// What the reader can approve, as it was when the answer was given.
    #[serde(default)]
    pub cards: Vec<Card>,
    /// How long the whole turn took, in milliseconds. As it was kept, without the keeping.
    pub elapsed_ms: u64,
    /// Where that time went.
    #[serde(default)]
    pub timings: Timings,
    /// What was done for it.
    #[serde(default)]
    pub work: Work,
}

impl Answer {
    /// What is said without having been worked out: no citations, and nothing checked.
    #[must_use]
    pub fn plain(answer: String, conversation: ConversationId) -> Self {
        Self {
            answer,
            citations: Vec::new(),
            account: None,
            conversation,
            turn: None,
            stopped: false,
            tools_used: Vec::new(),
            not_seen: Vec::new(),
            checks: Checks::default(),
            model: String::new(),
            notice: None,
            usage: Usage::default(),
            offers: Vec::new(),
            cards: Vec::new(),
            elapsed_ms: 0,
            timings: Timings::default(),
            work: Work::default(),
        }
    }

    /// What is left of it when the reader stopped it: that, and what it had cost.
    #[must_use]
    pub fn stopped(self) -> Self {
        Self {
            answer: STOPPED.to_owned(),
            citations: Vec::new(),
            stopped: true,
            not_seen: Vec::new(),
            checks: Checks::default(),
            notice: None,
            offers: Vec::new(),
            cards: Vec::new(),
            ..self
        }
    }
}

/// Where the time of a turn went, in milliseconds; what is left of the whole went between these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Reading what the turn begins with: the conversation, who asks, the account it is opened on.
    pub prepare_ms: f64,
    /// The model: understanding the question, writing the answer.
    pub model_ms: f64,
    /// The tools; those that ran at the same time once.
    pub tools_ms: f64,
    /// Comparing what was written with the records, and looking what could not be seen.
    pub checks_ms: f64,
    /// Keeping the turn.
    pub save_ms: f64,
}

impl Timings {
    /// Adds what was spent otherwise.
    pub fn add(&mut self, other: Self) {
        self.prepare_ms += other.prepare_ms;
        self.model_ms += other.model_ms;
        self.tools_ms += other.tools_ms;
        self.checks_ms += other.checks_ms;
        self.save_ms += other.save_ms;
    }
}

/// What was done for a turn, by itself: not by tasks it leaves to others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Statements the database ran.
    pub statements: u64,
    /// Texts a model was asked to embed.
    pub embeddings: u64,
    /// Passages whose words were read.
    pub passages: u64,
    /// Sentences that text was cut into.
    pub sentences: u64,
}

impl Work {
    /// Adds what was done later.
    pub fn add(&mut self, later: Self) {
        self.statements += later.statements;
        self.embeddings += later.embeddings;
        self.passages += later.passages;
        self.sentences += later.sentences;
    }

    /// What was done since so much was done.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            statements: self.statements - before.statements,
            embeddings: self.embeddings - before.embeddings,
            passages: self.passages - before.passages,
            sentences: self.sentences - before.sentences,
        }
    }
}

/// What asking a language model cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Times it was asked.
    pub requests: u32,
    /// How many of these times it had to write again what did not hold.
    #[serde(default)]
    pub repairs: u32,
    /// Tokens it read.
    pub prompt_tokens: u64,
    /// Tokens it wrote.
    pub completion_tokens: u64,
    /// Millionths of a US dollar, where prices are configured.
    pub cost_micros: Option<u64>,
}

impl Usage {
    /// Tokens read and written.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.prompt_tokens.saturating_add(self.completion_tokens)
    }

    /// Adds what was asked later.
    pub fn add(&mut self, later: Self) {
        self.requests += later.requests;
        self.repairs += later.repairs;
        self.prompt_tokens += later.prompt_tokens;
        self.completion_tokens += later.completion_tokens;
        self.cost_micros = match (self.cost_micros, later.cost_micros) {
            (None, None) => None,
            (left, right) => Some(left.unwrap_or_default() + right.unwrap_or_default()),
        };
    }
}

/// A question a reader can send with one click.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What the button says.
    pub label: String,
    /// The question it sends.
    pub question: String,
    /// The account the question is asked on.
    pub account: Option<String>,
}

/// What the checks looked at and what they changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// Figures, dates and levels compared with the records.
    pub figures: u32,
    /// Citations compared with the records.
    pub citations: u32,
    /// What failed and was removed or corrected; a sentence each.
    pub corrections: Vec<String>,
}

/// What happens while a question is answered, for surfaces that show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AgentEvent {
    /// The question was accepted.
    Started {
        /// The conversation it belongs to.
        conversation: ConversationId,
        /// The turn it begins; with it, it can be stopped.
        turn: TurnId,
    },
    /// Something is being looked up.
    Progress {
        /// The tool.
        tool: String,
        /// What to show: `Reading the last 3 calls`.
        label: String,
    },
    /// The next piece of what a model writes, before it is checked: to show that it is being written, and to be replaced.
    Draft {
        /// Markdown.
        delta: String,
    },
    /// The next piece of checked text.
    Text {
        /// Markdown.
        delta: String,
    },
    /// The finished answer.
    Answer(Box<Answer>),
}
