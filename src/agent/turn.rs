//! The turn as a pure machine: an event goes in, the next step comes out. Nothing here waits, so that every path can be
//! tested in a few lines, and a turn can be kept between steps.

use crate::model::chat::{Message, ModelReply, ToolCall, ToolResult};

/// Model steps a turn may take before it is ended.
pub const STEPS: usize = 8;

/// Tool calls a turn may make before it is ended.
pub const CALLS: usize = 40;

/// What the driver should do next.
#[derive(Debug)]
pub enum Step {
    /// Ask the model for its next step.
    CallModel,
    /// Run these tools.
    CallTools(Vec<ToolCall>),
    /// The model is done.
    Finish(Box<ModelReply>),
    /// The turn went in circles; tell the reader.
    GiveUp,
}

/// What has happened.
#[derive(Debug)]
pub enum Event {
    /// The model answered.
    Replied(ModelReply),
    /// The tools returned, in the order they were called.
    Returned(Vec<ToolResult>),
}

/// A turn under way.
#[derive(Debug)]
pub struct Turn {
    messages: Vec<Message>,
    steps: usize,
    calls: usize,
}

impl Turn {
    /// Begins with a question.
    #[must_use]
    pub fn new(question: &str) -> Self {
        Self { messages: vec![Message::User(question.to_owned())], steps: 0, calls: 0 }
    }

    /// The turn so far.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// Names of the tools used, in order, each once.
    #[must_use]
    pub fn tools_used(&self) -> Vec<String> {
        let mut used: Vec<String> = Vec::new();
        for message in &self.messages {
            if let Message::Result(result) = message
                && !used.contains(&result.name)
            {
                used.push(result.name.clone());
            }
        }
        used
    }

    /// What the tools returned.
    #[must_use]
    pub fn outputs(&self) -> Vec<serde_json::Value> {
        self.messages
            .iter()
            .filter_map(|message| match message {
                Message::Result(result) => result.output.as_ref().ok().cloned(),
                _ => None,
            })
            .collect()
    }

    /// The days the tool calls looked between; an answer may name them.
    #[must_use]
    pub fn windows(&self) -> Vec<serde_json::Value> {
        self.messages
            .iter()
            .filter_map(|message| match message {
                Message::Calls(calls) => Some(calls),
                _ => None,
            })
            .flatten()
            .flat_map(|call| {
                ["window", "renews", "since", "until", "as_of", "signals_window"]
                    .map(|name| call.arguments.get(name).cloned())
            })
            .flatten()
            .collect()
    }

    /// Takes an event and says what to do next.
    pub fn on(&mut self, event: Event) -> Step {
        match event {
            Event::Replied(reply) if reply.calls.is_empty() => Step::Finish(Box::new(reply)),
            Event::Replied(reply) => {
                self.steps += 1;
                self.calls += reply.calls.len();
                if self.steps > STEPS || self.calls > CALLS {
                    return Step::GiveUp;
                }
                self.messages.push(Message::Calls(reply.calls.clone()));
                Step::CallTools(reply.calls)
            }
            Event::Returned(results) => {
                self.messages.extend(results.into_iter().map(Message::Result));
                Step::CallModel
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calling() -> ModelReply {
        let call = ToolCall { id: "1".to_owned(), name: "usage".to_owned(), arguments: serde_json::Value::Null };
        ModelReply { calls: vec![call], ..ModelReply::default() }
    }

    #[test]
    fn tools_are_run_before_the_model_is_asked_again() {
        let mut turn = Turn::new("how many users?");
        assert!(matches!(turn.on(Event::Replied(calling())), Step::CallTools(calls) if calls.len() == 1));
        let result = ToolResult {
            call_id: "1".to_owned(),
            name: "usage".to_owned(),
            output: Ok(serde_json::json!({"days": 3})),
        };
        assert!(matches!(turn.on(Event::Returned(vec![result])), Step::CallModel));
        assert_eq!(turn.tools_used(), ["usage"]);
        assert!(matches!(
            turn.on(Event::Replied(ModelReply { text: "3".to_owned(), ..ModelReply::default() })),
            Step::Finish(_)
        ));
    }

    #[test]
    fn a_model_that_goes_in_circles_is_stopped() {
        let mut turn = Turn::new("loop");
        let stopped = (0..=STEPS).any(|_| matches!(turn.on(Event::Replied(calling())), Step::GiveUp));
        assert!(stopped);
    }
}
