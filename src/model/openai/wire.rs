//! Writes a request so that it fits the model's window: what never changes first, then the conversation, then the turn.
//!
//! What does not fit is left out in this order: the oldest turns of the conversation, then the ends of the longest tool
//! results. The question and the instructions always stay.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::config::ModelConfig;
use crate::domain::time::Calendar;
use crate::model::chat::{ChatRequest, Message, ModelError, TurnContext};
use crate::model::data;
use crate::prompt::{self, Template};

/// What the model is told of its work.
#[derive(serde::Serialize)]
struct System<'a> {
    /// Only its domain: a name may hold anything, and this text is not data.
    account: Option<&'a str>,
    /// The month the fiscal year begins in, where that is not January.
    fiscal_year: Option<String>,
    /// Whether dates in figures have the day first.
    day_first: bool,
    open: &'static str,
    close: &'static str,
}

impl Template for System<'_> {
    const FILE: &'static str = "agent/system.md";
}

/// What the model is told of an answer that does not hold.
#[derive(serde::Serialize)]
struct Repair<'a> {
    problems: &'a [String],
}

impl Template for Repair<'_> {
    const FILE: &'static str = "agent/repair.md";
}

/// What the model is told of the conversation so far, before a question that may go on from it.
#[derive(serde::Serialize)]
struct About {
    /// What people said to each other, as a block of data.
    talk: Option<String>,
    /// Domains of what is spoken of: a name may hold anything.
    accounts: Vec<String>,
}

impl Template for About {
    const FILE: &'static str = "agent/about.md";
}

/// Accounts that are named as spoken of, at most: after more of them, "they" means none in particular.
const TOLD: usize = 4;

/// Of the room a turn has, what talk between people may take: one part in so many.
const TALK_SHARE: usize = 4;

/// Bytes of talk that are given, at most; what was said last says what the question is about.
const TALK: usize = 4_000;

/// Bytes of English and JSON that make a token, at least: cautious, because the window is not told in bytes.
pub(super) const BYTES_PER_TOKEN: usize = 3;

/// Tokens that every message costs besides its text.
const PER_MESSAGE: usize = 8;

/// Tokens a text costs, at most.
pub(super) fn tokens(text: &str) -> usize {
    text.len().div_ceil(BYTES_PER_TOKEN)
}

/// A request for one word.
pub(super) fn probe(config: &ModelConfig) -> Value {
    json!({
        "model": config.name,
        "messages": [{ "role": "user", "content": "Answer with the word yes." }],
        "max_tokens": 16,
        "stream": true,
    })
}

/// The request for the next step of a turn.
pub(super) fn request(config: &ModelConfig, request: &ChatRequest) -> Result<Value, ModelError> {
    let today = request.context.now.day();
    let account = request.context.pinned.as_ref().map(|account| account.domain.as_str());
    let Calendar { fiscal_start, day_first } = request.context.calendar;
    let fiscal_year = NaiveDate::from_ymd_opt(2000, fiscal_start, 1).filter(|_| fiscal_start != 1);
    let fiscal_year = fiscal_year.map(|day| day.format("%B").to_string());
    let system = System { account, fiscal_year, day_first, open: data::OPEN, close: data::CLOSE };
    let system = prompt::render(&system, today).map_err(|error| ModelError::Permanent(error.to_string()))?;
    let tools: Vec<Value> = request
        .tools
        .iter()
        .map(|tool| {
            json!({ "type": "function", "function": {
                "name": tool.name, "description": tool.description, "parameters": tool.parameters,
            }})
        })
        .collect();
    let fixed = tokens(&system) + tools.iter().map(|tool| tokens(&tool.to_string())).sum::<usize>() + 2 * PER_MESSAGE;
    let room = (config.context_tokens.saturating_sub(config.answer_tokens) as usize)
        .checked_sub(fixed)
        .ok_or_else(|| ModelError::Permanent("the instructions alone do not fit the model's window".to_owned()))?;
    let mut turn = Vec::new();
    for message in &request.messages {
        turn.extend(written(message, today)?);
    }
    if let (Some(about), Some(question)) = (about(&request.context, room, today)?, turn.first_mut()) {
        question["content"] = format!("{about}\n\n{}", question["content"].as_str().unwrap_or_default()).into();
    }
    shorten(&mut turn, room)?;
    let mut left = room.saturating_sub(cost(&turn));
    let mut past = Vec::new();
    for earlier in request.context.history.iter().rev() {
        let exchange = [
            json!({ "role": "user", "content": data::plain(&earlier.question) }),
            json!({ "role": "assistant", "content": without_marks(&data::plain(&earlier.answer)) }),
        ];
        let Some(rest) = left.checked_sub(cost(&exchange)) else { break };
        left = rest;
        past.extend(exchange.into_iter().rev());
    }
    past.reverse();
    let messages: Vec<Value> =
        [json!({ "role": "system", "content": system })].into_iter().chain(past).chain(turn).collect();
    let mut request = json!({
        "model": config.name,
        "messages": messages,
        "max_tokens": config.answer_tokens,
        "temperature": 0,
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    if !tools.is_empty() {
        request["tools"] = tools.into();
    }
    Ok(request)
}

/// What the question may go on from: talk between people, and in a chat that is open on no account what is spoken of.
fn about(context: &TurnContext, room: usize, today: NaiveDate) -> Result<Option<String>, ModelError> {
    let mut accounts: Vec<&str> = Vec::new();
    if context.pinned.is_none() && context.meant().len() <= TOLD {
        accounts.extend(context.meant().iter().map(|account| account.domain.as_str()));
    }
    let talk = last_bytes(context.talk.trim(), TALK.min(room / TALK_SHARE * BYTES_PER_TOKEN));
    let talk = (!talk.is_empty()).then(|| data::block(talk));
    if accounts.is_empty() && talk.is_none() {
        return Ok(None);
    }
    let accounts = accounts.into_iter().map(data::plain).collect();
    let about = prompt::render(&About { talk, accounts }, today);
    Ok(Some(about.map_err(|error| ModelError::Permanent(error.to_string()))?.trim().to_owned()))
}

/// The end of a text, in whole letters.
fn last_bytes(text: &str, most: usize) -> &str {
    let from = text.len().saturating_sub(most);
    let from = (from..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    &text[from..]
}

fn written(message: &Message, today: NaiveDate) -> Result<Vec<Value>, ModelError> {
    Ok(match message {
        Message::User(question) => vec![json!({ "role": "user", "content": data::plain(question) })],
        Message::Calls(calls) => {
            let calls: Vec<Value> = calls
                .iter()
                .map(|call| {
                    json!({ "id": call.id, "type": "function",
                        "function": { "name": call.name, "arguments": call.arguments.to_string() }})
                })
                .collect();
            // Empty and not null: not every server takes an answer without words.
            vec![json!({ "role": "assistant", "content": "", "tool_calls": calls })]
        }
        Message::Result(result) => {
            let content = match &result.output {
                Ok(output) => data::block(&output.to_string()),
                Err(sentence) => data::block(sentence),
            };
            vec![json!({ "role": "tool", "tool_call_id": result.call_id, "content": content })]
        }
        Message::Repair { answer, problems } => {
            let problems: Vec<String> = problems.iter().map(|problem| data::plain(problem)).collect();
            let text = prompt::render(&Repair { problems: &problems }, today)
                .map_err(|error| ModelError::Permanent(error.to_string()))?;
            vec![json!({ "role": "assistant", "content": answer }), json!({ "role": "user", "content": text })]
        }
    })
}

/// What messages cost.
fn cost(messages: &[Value]) -> usize {
    messages.iter().map(|message| tokens(&message.to_string()) + PER_MESSAGE).sum()
}

/// Takes the ends off the longest tool results until the messages fit.
fn shorten(messages: &mut [Value], room: usize) -> Result<(), ModelError> {
    /// Bytes of a result that are left, at least.
    const LEAST: usize = 400;
    loop {
        let over = cost(messages).saturating_sub(room) * BYTES_PER_TOKEN;
        if over == 0 {
            return Ok(());
        }
        let results = messages.iter_mut().filter(|message| message["role"] == "tool");
        let longest = results.max_by_key(|message| message["content"].as_str().map_or(0, str::len));
        let Some((message, text)) =
            longest.and_then(|message| message["content"].as_str().map(str::to_owned).map(|text| (message, text)))
        else {
            return Err(ModelError::Permanent("the question does not fit the model's window".to_owned()));
        };
        if text.len() <= LEAST {
            return Err(ModelError::Permanent("what was looked up does not fit the model's window".to_owned()));
        }
        let keep = text.len().saturating_sub(over + 80).max(LEAST / 2).min(text.len() / 2 + LEAST / 4);
        let end = (0..=keep).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        let inner = text[..end].trim_start_matches(data::OPEN);
        message["content"] = data::block(&format!("{}\n(cut: there is more than fits)", inner.trim_start())).into();
    }
}

/// The text without its `[n]` marks: numbers of another turn name nothing in this one.
fn without_marks(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for piece in text.split_inclusive(']') {
        match piece.rfind('[') {
            Some(at)
                if piece.ends_with(']') && piece[at + 1..piece.len() - 1].bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                plain.push_str(piece[..at].trim_end());
            }
            _ => plain.push_str(piece),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::conversation::Focus;
    use crate::model::chat::{PastTurn, ToolCall, ToolDefinition, ToolResult, TurnContext};

    fn asked(history: usize, talk: usize, results: &[String]) -> ChatRequest {
        let past = PastTurn {
            question: "And before?".to_owned(),
            answer: "They renewed [1].\n- By invoice [12].".to_owned(),
            focus: Focus::default(),
            accounts: Vec::new(),
        };
        let call = |index: usize| ToolCall { id: index.to_string(), name: "usage".to_owned(), arguments: json!({}) };
        let result = |(index, text): (usize, &String)| {
            let output = Ok(Value::String(text.clone()));
            Message::Result(Arc::new(ToolResult { call_id: index.to_string(), name: "usage".to_owned(), output }))
        };
        let calls = Message::Calls((0..results.len()).map(call).collect());
        let messages = [Message::User("How many users?".to_owned()), calls];
        let usage =
            ToolDefinition { name: "usage", description: "Usage.".to_owned(), parameters: json!({"type": "object"}) };
        ChatRequest {
            context: Arc::new(TurnContext {
                calendar: Calendar::default(),
                now: "2026-06-17T15:00:00Z".parse().unwrap(),
                pinned: None,
                talk: "They called. ".repeat(talk),
                talked_about: None,
                place: None,
                history: vec![past; history],
            }),
            tools: Arc::new([usage]),
            messages: messages.into_iter().chain(results.iter().enumerate().map(result)).collect(),
        }
    }

    fn config(context_tokens: u32) -> ModelConfig {
        ModelConfig { context_tokens, answer_tokens: 200, ..ModelConfig::new("http://localhost", None, "m") }
    }

    #[test]
    fn what_never_changes_comes_first_and_numbers_of_other_turns_are_gone() {
        let written = request(&config(8_000), &asked(2, 0, &["plenty".to_owned()])).unwrap();
        let roles: Vec<_> = written["messages"].as_array().unwrap().iter().map(|message| &message["role"]).collect();
        assert_eq!(roles, ["system", "user", "assistant", "user", "assistant", "user", "assistant", "tool"]);
        assert_eq!(written["messages"][2]["content"], "They renewed.\n- By invoice.");
        insta::assert_snapshot!(written["messages"][0]["content"].as_str().unwrap());
    }

    #[test]
    fn a_window_that_holds_nothing_is_said_so() {
        let error = request(&config(450), &asked(0, 0, &[])).unwrap_err().to_string();
        assert!(error.contains("do not fit the model's window"), "{error}");
    }

    proptest! {
        #[test]
        fn no_request_overruns_its_window(
            context_tokens in 1_500u32..6_000,
            history in 0usize..12,
            talk in 0usize..900,
            results in proptest::collection::vec("[a-zé ]{0,4000}", 0..4),
        ) {
            let config = config(context_tokens);
            let asked = asked(history, talk, &results);
            let written = request(&config, &asked).unwrap();
            let used = written["messages"].to_string().len() + written["tools"].to_string().len();
            prop_assert!(used.div_ceil(BYTES_PER_TOKEN) + config.answer_tokens as usize <= context_tokens as usize);
            let last = written["messages"].as_array().unwrap().iter().filter(|message| message["role"] == "tool").count();
            prop_assert_eq!(last, results.len());
        }
    }
}
