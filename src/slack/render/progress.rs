//! What is on screen while an answer is made: a message at once, or the steps of a stream. Every step is settled at the
//! end: a stream that ends with an open step looks like a failure.

use serde_json::Value;
use slack_morphism::prelude::{SlackStreamChunk, SlackTaskCardStatus};

use super::Message;
use super::block::{context, json, section};
use super::escape::{line, plain};
use crate::domain::text::clipped;

/// The longest title of a step; Slack shows about so much.
const TITLE: usize = 150;
/// The most steps; what comes after is told by the last one.
const STEPS: usize = 12;

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// It runs.
    Running,
    /// It is done.
    Done,
    /// It failed, or was stopped.
    Failed,
}

/// One thing that is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What: `Reading the last 3 calls`.
    pub label: String,
    /// Where it stands.
    pub state: StepState,
}

/// The steps of an answer, one of which runs at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    steps: Vec<Step>,
}

impl Steps {
    /// The steps so far, the first first.
    #[must_use]
    pub fn all(&self) -> &[Step] {
        &self.steps
    }

    /// Begins the next step: the one that ran is done. What a stream is to be told.
    pub fn begin(&mut self, label: &str) -> Vec<Value> {
        let label = clipped(label, TITLE - 1);
        if self.steps.last().is_some_and(|step| step.label == label && step.state == StepState::Running) {
            return Vec::new();
        }
        if self.steps.len() == STEPS {
            // The list is full: the last step says what runs now.
            let step = Step { label, state: StepState::Running };
            self.steps.pop();
            self.steps.push(step);
            return vec![self.chunk(STEPS - 1)];
        }
        let mut told = self.end(StepState::Done);
        self.steps.push(Step { label, state: StepState::Running });
        told.push(self.chunk(self.steps.len() - 1));
        told
    }

    /// Settles whatever still runs. What a stream is to be told before it is stopped.
    pub fn settle(&mut self, state: StepState) -> Vec<Value> {
        self.end(state)
    }

    fn end(&mut self, state: StepState) -> Vec<Value> {
        let mut told = Vec::new();
        for index in 0..self.steps.len() {
            if self.steps[index].state == StepState::Running {
                self.steps[index].state = state;
                told.push(self.chunk(index));
            }
        }
        told
    }

    fn chunk(&self, index: usize) -> Value {
        let step = &self.steps[index];
        let status = match step.state {
            StepState::Running => SlackTaskCardStatus::InProgress,
            StepState::Done => SlackTaskCardStatus::Complete,
            StepState::Failed => SlackTaskCardStatus::Error,
        };
        json(SlackStreamChunk::TaskUpdate {
            id: format!("step_{}", index + 1).into(),
            title: plain(&step.label, TITLE),
            hide_title: None,
            icon: None,
            status,
            details: None,
            output: None,
            sources: None,
        })
    }
}

/// What the steps are for, as the heading of a stream: `Looking at Hooli`.
#[must_use]
pub fn plan(title: &str) -> Value {
    json(SlackStreamChunk::PlanUpdate { title: plain(&clipped(title, TITLE), TITLE) })
}

/// A piece of checked answer, harmless Markdown already.
#[must_use]
pub fn text(markdown: &str) -> Value {
    json(SlackStreamChunk::MarkdownText { text: markdown.to_owned() })
}

/// The first thing on screen, and what it is updated to: what is looked at, and the steps so far.
#[must_use]
pub fn message(subject: Option<&str>, steps: &[Step]) -> Message {
    let running = steps.iter().rev().find(|step| step.state == StepState::Running);
    let said = match (running, subject) {
        (Some(step), _) => format!("{}…", step.label.trim_end_matches(['.', '…'])),
        (None, Some(subject)) => format!("Looking at {}…", clipped(subject, 100)),
        (None, None) => "Looking…".to_owned(),
    };
    let mut blocks = vec![section(format!("⏳ {}", line(&said)))];
    let settled = steps.iter().filter(|step| step.state != StepState::Running).map(|step| {
        let mark = if step.state == StepState::Done { "✓" } else { "✗" };
        format!("{mark} {}", line(&clipped(&step.label, TITLE)))
    });
    let settled: Vec<String> = settled.collect();
    if !settled.is_empty() {
        blocks.push(context(&settled));
    }
    Message::new(&said, blocks)
}
