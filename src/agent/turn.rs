//! The turn as a pure machine: an event goes in, the next step comes out. Nothing here waits, so that every path can be
//! tested in a few lines, and a turn can be kept between steps.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use serde::Deserialize as _;

use crate::domain::time::Window;
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
    pub fn outputs(&self) -> Vec<&serde_json::Value> {
        self.answered().map(|(_, output)| output).collect()
    }

    /// The days the tools looked between; an answer may name them. What stands in their place in the arguments of a
    /// call and is no day, or belongs to a call that gave nothing, was only said by the model.
    #[must_use]
    pub fn windows(&self, today: NaiveDate) -> Vec<Window> {
        let day = |call: &ToolCall, name: &str| NaiveDate::deserialize(call.arguments.get(name)?).ok();
        let looked_between = |call: &ToolCall| {
            let whole =
                ["window", "renews", "signals_window"].map(|name| Window::deserialize(call.arguments.get(name)?).ok());
            let apart = Window { since: day(call, "since"), until: day(call, "until").or(day(call, "as_of")) };
            let ahead = call.arguments.get("renewing_within_days").and_then(serde_json::Value::as_u64);
            let ahead = ahead.and_then(|days| today.checked_add_days(Days::new(days)));
            let ahead = ahead.map(|until| Window { since: Some(today), until: Some(until) });
            whole.into_iter().flatten().chain([apart]).chain(ahead).collect::<Vec<_>>()
        };
        self.answered().flat_map(|(call, _)| looked_between(call)).filter(|window| *window != Window::ALWAYS).collect()
    }

    /// The accounts the tools gave something of, as the calls name them, each once.
    #[must_use]
    pub fn accounts(&self) -> Vec<String> {
        let mut accounts: Vec<String> = Vec::new();
        for (call, _) in self.answered() {
            let account = call.arguments.get("account").and_then(serde_json::Value::as_str);
            if let Some(account) = account.map(|account| account.trim().to_lowercase())
                && !accounts.contains(&account)
            {
                accounts.push(account);
            }
        }
        accounts
    }

    /// The calls that gave something, with what they gave. Told by their place: ids are a model's, and may repeat.
    fn answered(&self) -> impl Iterator<Item = (&ToolCall, &serde_json::Value)> {
        let mut made = [].iter();
        self.messages.iter().filter_map(move |message| match message {
            Message::Calls(calls) => {
                made = calls.iter();
                None
            }
            Message::Result(result) => Some((made.next()?, result.output.as_ref().ok()?)),
            _ => None,
        })
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
                self.messages.extend(results.into_iter().map(Arc::new).map(Message::Result));
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
    fn only_days_of_calls_that_gave_something_are_days_that_were_looked_at() {
        let window = |since: &str| serde_json::json!({ "window": { "since": since }, "until": "2026-06-17" });
        let call = |arguments| ToolCall { id: "same".to_owned(), name: "usage".to_owned(), arguments };
        let calls = [
            call(window("2026-05-01")),
            call(window("2026-04-01")),
            call(serde_json::json!({ "window": { "since": "$999,999" }, "since": "ours is 42", "as_of": 999_999 })),
        ];
        let output = |output| ToolResult { call_id: "same".to_owned(), name: "usage".to_owned(), output };
        let mut turn = Turn::new("how many users?", u64::MAX);
        turn.on(Event::Replied(Box::new(ModelReply { calls: calls.to_vec(), ..ModelReply::default() })));
        let given = || Ok(serde_json::Value::Null);
        turn.on(Event::Returned([given(), Err("no".to_owned()), given()].map(output).to_vec()));
        let days = |text: &str| text.parse::<NaiveDate>().ok();
        let until = Window { since: None, until: days("2026-06-17") };
        assert_eq!(
            turn.windows(days("2026-06-17").unwrap()),
            [Window { since: days("2026-05-01"), until: None }, until]
        );
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
