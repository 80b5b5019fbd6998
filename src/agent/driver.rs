//! Drives a turn: calls the model and the tools the machine asks for, checks what comes out, and reports on the way.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

use super::checks::{self, Checked};
use super::ledger::Ledger;
use super::not_seen::{self, FreshnessLimits};
use super::scope::TurnScope;
use super::tools::{Known, ToolError, Toolbox};
use super::turn::{Event, Step, Turn};
use crate::domain::answer::{AgentEvent, Answer};
use crate::domain::conversation::Focus;
use crate::domain::id::ConversationId;
use crate::model::chat::{ChatModel, ChatRequest, ModelError, PastTurn, ToolCall, ToolResult, TurnContext};

/// Drives turns. Cheap to clone.
#[derive(Clone)]
pub struct Agent {
    model: Arc<dyn ChatModel>,
    /// The tools.
    pub tools: Toolbox,
    limits: FreshnessLimits,
}

/// A question inside its conversation.
#[derive(Debug)]
pub struct Asked {
    /// What the turn may see.
    pub scope: TurnScope,
    /// The words.
    pub question: String,
    /// The conversation.
    pub conversation: ConversationId,
    /// Earlier turns, the oldest first.
    pub history: Vec<PastTurn>,
    /// What is known.
    pub known: Known,
}

impl Agent {
    /// An agent on this model and these tools.
    #[must_use]
    pub fn new(model: Arc<dyn ChatModel>, tools: Toolbox, limits: FreshnessLimits) -> Self {
        Self { model, tools, limits }
    }

    /// Answers a question. Whatever fails on the way, there is an answer: at worst one that says what went wrong.
    pub async fn answer(&self, asked: Asked, events: &mpsc::Sender<AgentEvent>) -> (Answer, Focus) {
        let started = Instant::now();
        let mut ledger = Ledger::default();
        let mut turn = Turn::new(&asked.question);
        let outcome = self.run(&asked, &mut turn, &mut ledger, events).await;
        let now = self.tools.clock.now();
        let tools_used = turn.tools_used();
        let (text, focus, offers) = match outcome {
            Ok(reply) => (reply.text, reply.focus, reply.offers),
            Err(sentence) => (sentence, Focus::default(), Vec::new()),
        };
        let mut outputs = turn.outputs();
        outputs.extend(turn.windows());
        let Checked { mut text, citations, checks } =
            checks::check(&text, &asked.question, &outputs, &ledger, &asked.scope, now.date_naive());
        if text.is_empty() {
            text = "The records do not hold an answer to that.".to_owned();
        }
        for line in text.split_inclusive('\n') {
            // A surface that went away does not stop the answer.
            let _ = events.send(AgentEvent::Text { delta: line.to_owned() }).await;
        }
        let account = asked.scope.pinned.clone().or_else(|| match focus.accounts.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        });
        let not_seen = match &account {
            Some(domain) => self.not_seen(&asked.known, domain, &tools_used).await,
            None => Vec::new(),
        };
        let answer = Answer {
            answer: text,
            citations,
            account,
            conversation: asked.conversation,
            tools_used,
            not_seen,
            checks,
            model: self.model.name().to_owned(),
            offers,
            elapsed_ms: started.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
        };
        (answer, focus)
    }

    /// Runs the turn to its end; an error is the sentence the reader gets instead.
    async fn run(
        &self,
        asked: &Asked,
        turn: &mut Turn,
        ledger: &mut Ledger,
        events: &mpsc::Sender<AgentEvent>,
    ) -> Result<crate::model::chat::ModelReply, String> {
        let pinned = match &asked.scope.pinned {
            Some(domain) => asked.known.directory.account(domain).cloned(),
            None => None,
        };
        let context = TurnContext { now: self.tools.clock.now(), pinned, history: asked.history.clone() };
        let mut step = Step::CallModel;
        loop {
            step = match step {
                Step::CallModel => {
                    let request = ChatRequest { context: context.clone(), messages: turn.messages().to_vec() };
                    let reply = self.model.reply(&request).await.map_err(|error| model_sentence(&error))?;
                    turn.on(Event::Replied(reply))
                }
                Step::CallTools(calls) => {
                    let mut results = Vec::with_capacity(calls.len());
                    for call in calls {
                        results.push(self.call(asked, ledger, call, events).await?);
                    }
                    turn.on(Event::Returned(results))
                }
                Step::Finish(reply) => return Ok(*reply),
                Step::GiveUp => {
                    return Err(
                        "I could not finish this: looking it up went in circles. Please ask it in smaller parts."
                            .to_owned(),
                    );
                }
            };
        }
    }

    async fn call(
        &self,
        asked: &Asked,
        ledger: &mut Ledger,
        call: ToolCall,
        events: &mpsc::Sender<AgentEvent>,
    ) -> Result<ToolResult, String> {
        let _ =
            events.send(AgentEvent::Progress { tool: call.name.clone(), label: label(&call.name).to_owned() }).await;
        let output = match self.tools.call(&asked.scope, &asked.known, ledger, &call.name, call.arguments).await {
            Ok(output) => Ok(output),
            // Without its services the turn cannot go on; the reader is told at once.
            Err(error @ (ToolError::Unavailable(_) | ToolError::Internal(_))) => {
                tracing::error!(tool = call.name, error = &error as &dyn std::error::Error, "a tool failed");
                return Err(sentence(&error));
            }
            Err(error) => Err(error.to_string()),
        };
        Ok(ToolResult { call_id: call.id, name: call.name, output })
    }

    async fn not_seen(&self, known: &Known, domain: &str, tools_used: &[String]) -> Vec<String> {
        match known.records.counts(domain).await {
            Ok(spans) => not_seen::notes(&spans, tools_used, self.tools.clock.now(), self.limits),
            Err(_) => vec!["What the sources hold could not be looked up just now.".to_owned()],
        }
    }
}

fn sentence(error: &ToolError) -> String {
    match error {
        ToolError::Internal(_) => {
            "Something went wrong on our side while looking that up; it is in the log. Please try again.".to_owned()
        }
        other => format!("I can't look that up right now. {other}"),
    }
}

fn model_sentence(error: &ModelError) -> String {
    match error {
        ModelError::Permanent(reason) => {
            tracing::error!(reason, "the model failed");
            "I could not put the answer together; the fault is ours and is in the log.".to_owned()
        }
        ModelError::Refused(reason) => reason.clone(),
        ModelError::Transient(_) => "The model is not available right now. Please try again in a moment.".to_owned(),
    }
}

/// What a surface shows while a tool runs.
fn label(tool: &str) -> &'static str {
    match tool {
        "find_account" => "Finding the account",
        "account_overview" => "Reading the account",
        "list_activity" => "Reading the timeline",
        "get_call" => "Reading the calls",
        "search_evidence" => "Searching calls and e-mails",
        "list_signals" => "Reading signals",
        "list_requests" => "Collecting requests",
        "list_commitments" => "Checking promises",
        "score_explanation" | "score_history" => "Working out the score",
        "revenue" => "Reading contracts and payments",
        "usage" => "Reading usage",
        "portfolio" => "Going through all accounts",
        "list_releases" => "Reading releases",
        _ => "Looking things up",
    }
}
