//! The turn as a pure machine: an event goes in, the next step comes out. Nothing here waits, so that every path can be
//! tested in a few lines, and a turn can be kept between steps.

use crate::model::chat::{Message, ModelReply, ToolCall, ToolResult};

/// Model steps a turn may take before it is ended.
pub const STEPS: usize = 8;

/// Tool calls a turn may make before it is ended.
pub const CALLS: usize = 40;

/// Tool calls of a turn that may fail before it is ended.
pub const FAULTS: usize = 6;

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
    Replied(Box<ModelReply>),
    /// The tools returned, in the order they were called.
    Returned(Vec<ToolResult>),
    /// The answer that ended the turn does not hold, for these reasons.
    Doubted {
        /// The answer.
        answer: String,
        /// Why, a sentence each.
        problems: Vec<String>,
    },
}

/// A turn under way.
#[derive(Debug)]
pub struct Turn {
    messages: Vec<Message>,
    steps: usize,
    calls: usize,
    faults: usize,
    /// Tokens that are left.
    tokens: u64,
    repaired: bool,
}

impl Turn {
    /// Begins with a question; the model may read and write so many `tokens` before it has to come to an end.
    #[must_use]
    pub fn new(question: &str, tokens: u64) -> Self {
        let messages = vec![Message::User(question.to_owned())];
        Self { messages, steps: 0, calls: 0, faults: 0, tokens, repaired: false }
    }

    /// Whether an answer that does not hold may be written again: once, while there are tokens left.
    #[must_use]
    pub fn may_repair(&self) -> bool {
        !self.repaired && self.tokens > 0
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
                && result.output.is_ok()
                && !used.contains(&result.name)
            {
                used.push(result.name.clone());
            }
        }
        used
    }

    /// What the tools returned.
    #[must_use]
    fn outputs(&self) -> Vec<serde_json::Value> {
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
    fn windows(&self) -> Vec<serde_json::Value> {
        self.asked()
            .flat_map(|call| {
                ["window", "renews", "since", "until", "as_of", "signals_window"]
                    .map(|name| call.arguments.get(name).cloned())
            })
            .flatten()
            .collect()
    }

    /// Everything an answer may take its figures from: what the tools returned, and the days they looked between.
    #[must_use]
    pub fn told(&self) -> Vec<serde_json::Value> {
        let mut told = self.outputs();
        told.extend(self.windows());
        told
    }

    /// The accounts the tools were asked about, as far as they are `known`, each once.
    #[must_use]
    pub fn accounts(&self, known: impl Fn(&str) -> bool) -> Vec<String> {
        let mut accounts: Vec<String> = Vec::new();
        for call in self.asked() {
            let account = call.arguments.get("account").and_then(serde_json::Value::as_str);
            if let Some(account) = account.map(|account| account.trim().to_lowercase())
                && known(&account)
                && !accounts.contains(&account)
            {
                accounts.push(account);
            }
        }
        accounts
    }

    fn asked(&self) -> impl Iterator<Item = &ToolCall> {
        let calls = self.messages.iter().filter_map(|message| match message {
            Message::Calls(calls) => Some(calls),
            _ => None,
        });
        calls.flatten()
    }

    /// Takes an event and says what to do next.
    pub fn on(&mut self, event: Event) -> Step {
        match event {
            Event::Replied(reply) if reply.calls.is_empty() => {
                self.tokens = self.tokens.saturating_sub(reply.usage.tokens());
                Step::Finish(reply)
            }
            Event::Replied(reply) => {
                self.steps += 1;
                self.calls += reply.calls.len();
                self.tokens = self.tokens.saturating_sub(reply.usage.tokens());
                if self.steps > STEPS || self.calls > CALLS || self.tokens == 0 {
                    return Step::GiveUp;
                }
                self.messages.push(Message::Calls(reply.calls.clone()));
                Step::CallTools(reply.calls)
            }
            Event::Doubted { answer, problems } => {
                self.repaired = true;
                self.messages.push(Message::Repair { answer, problems });
                Step::CallModel
            }
            Event::Returned(results) => {
                self.faults += results.iter().filter(|result| result.output.is_err()).count();
                if self.faults > FAULTS {
                    return Step::GiveUp;
                }
                self.messages.extend(results.into_iter().map(Message::Result));
                Step::CallModel
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::answer::Usage;

    fn calling() -> ModelReply {
        let call = ToolCall { id: "1".to_owned(), name: "usage".to_owned(), arguments: serde_json::Value::Null };
        ModelReply { calls: vec![call], ..ModelReply::default() }
    }

    #[test]
    fn tools_are_run_before_the_model_is_asked_again() {
        let mut turn = Turn::new("how many users?", u64::MAX);
        assert!(matches!(turn.on(Event::Replied(Box::new(calling()))), Step::CallTools(calls) if calls.len() == 1));
        let result = ToolResult {
            call_id: "1".to_owned(),
            name: "usage".to_owned(),
            output: Ok(serde_json::json!({"days": 3})),
        };
        assert!(matches!(turn.on(Event::Returned(vec![result])), Step::CallModel));
        assert_eq!(turn.tools_used(), ["usage"]);
        assert!(matches!(
            turn.on(Event::Replied(Box::new(ModelReply { text: "3".to_owned(), ..ModelReply::default() }))),
            Step::Finish(_)
        ));
    }

    #[test]
    fn a_model_that_goes_in_circles_is_stopped() {
        let mut turn = Turn::new("loop", u64::MAX);
        let stopped = (0..=STEPS).any(|_| matches!(turn.on(Event::Replied(Box::new(calling()))), Step::GiveUp));
        assert!(stopped);
    }

    #[test]
    fn a_model_that_spends_too_much_or_only_fails_is_stopped() {
        let usage = Usage { prompt_tokens: 600, ..Usage::default() };
        let spending = || Event::Replied(Box::new(ModelReply { usage, ..calling() }));
        let mut turn = Turn::new("spend", 1_000);
        assert!(matches!(turn.on(spending()), Step::CallTools(_)));
        assert!(matches!(turn.on(spending()), Step::GiveUp));
        let mut turn = Turn::new("fail", u64::MAX);
        let failed = |id: usize| ToolResult {
            call_id: id.to_string(),
            name: "usage".to_owned(),
            output: Err("no such account".to_owned()),
        };
        let step = turn.on(Event::Returned((0..=FAULTS).map(failed).collect()));
        assert!(matches!(step, Step::GiveUp));
    }

    #[test]
    fn an_answer_that_does_not_hold_is_written_again_once() {
        let mut turn = Turn::new("how many users?", 1_000);
        assert!(turn.may_repair());
        let step = turn.on(Event::Doubted { answer: "40".to_owned(), problems: vec!["no record has 40".to_owned()] });
        assert!(matches!(step, Step::CallModel) && !turn.may_repair());
        assert!(matches!(turn.messages().last(), Some(Message::Repair { .. })));
    }
}
