//! The built-in model: it reads the question, plans tool calls, and composes the answer from what they return. No
//! network, no randomness, no state: the same messages give the same reply.

mod act;
mod ask_back;
mod compared;
mod compose;
mod condition;
mod follow;
mod kept;
mod mail;
mod manner;
mod mention;
mod plan;
mod polar;
mod prepared;
mod question;
mod resolve;
mod results;
mod set;
mod settle;
mod span;
mod survey;
mod theme;

use async_trait::async_trait;

use super::chat::{ChatModel, ChatRequest, Draft, Message, ModelError, ModelReply};
use crate::domain::tool::account::{FindAccount, FoundAccounts};
pub use act::asks_for_change;
use plan::Step;
pub use prepared::Preparer;
use question::Shape;
pub use question::{day_named, is_everyday_word};
use resolve::Resolved;
use results::Results;

/// The built-in model.
#[derive(Clone, Copy, Debug, Default)]
pub struct Analyst;

#[async_trait]
impl ChatModel for Analyst {
    fn name(&self) -> &'static str {
        "built-in analyst"
    }

    async fn reply(&self, request: &ChatRequest, _draft: Draft<'_>) -> Result<ModelReply, ModelError> {
        let results = Results::new(&request.messages);
        let Some(question) = request.messages.iter().find_map(|message| match message {
            Message::User(question) => Some(question.as_str()),
            _ => None,
        }) else {
            return Err(ModelError::Permanent("there is no question".to_owned()));
        };
        let found: FoundAccounts = match results.get::<FindAccount>("find") {
            None => {
                let find = FindAccount { query: question.to_owned() };
                return Ok(ModelReply { calls: vec![plan::call("find", &find)], ..ModelReply::default() });
            }
            Some(found) => found.map_err(ModelError::Permanent)?,
        };
        let parts = match resolve::resolve(question, &found, &request.context)? {
            Resolved::Reply(reply) => return Ok(*reply),
            Resolved::Parts(parts) => parts,
        };
        let mut calls = Vec::new();
        let mut replies = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            match plan::step(part, index, &results, &request.context)? {
                Step::Call(more) => calls.extend(more),
                Step::Done(mut reply) => {
                    reply.text = shaped(&reply.text, part.ask.shape);
                    replies.push(*reply);
                }
            }
        }
        if calls.is_empty() { Ok(join(replies)) } else { Ok(ModelReply { calls, ..ModelReply::default() }) }
    }
}

/// An answer in the shape that was asked for: its first lines, where a few of them are all that is wanted.
fn shaped(text: &str, shape: Shape) -> String {
    let lines = match shape {
        Shape::Usual | Shape::Table => return text.to_owned(),
        Shape::Number | Shape::Names => 1,
        Shape::Lines(lines) => lines as usize,
    };
    text.lines().filter(|line| !line.trim().is_empty()).take(lines).collect::<Vec<_>>().join("\n")
}

/// The answers to the parts of a question, one under the other.
fn join(replies: Vec<ModelReply>) -> ModelReply {
    let mut joined = ModelReply::default();
    for reply in replies {
        if !joined.text.is_empty() {
            joined.text.push_str("\n\n");
        }
        joined.text.push_str(&reply.text);
        let known: Vec<String> = joined.focus.accounts.clone();
        joined.focus.accounts.extend(reply.focus.accounts.into_iter().filter(|domain| !known.contains(domain)));
        joined.focus.records.extend(reply.focus.records);
        joined.focus.person = joined.focus.person.or(reply.focus.person);
        joined.focus.intent = joined.focus.intent.or(reply.focus.intent);
        joined.offers.extend(reply.offers);
    }
    joined
}
