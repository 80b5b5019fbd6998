//! An OpenAI-compatible endpoint that plays a script, streams real server-sent events, and looks at every request it
//! gets: what it finds wrong is told when the test asks for it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures::StreamExt;
use serde_json::{Value, json};
use success_agent::config::ModelConfig;
use tokio::sync::watch;

/// What the endpoint does with one request.
pub enum Act {
    /// Answers with this text, word by word.
    Say(String),
    /// Answers with what is made of the request.
    With(Box<dyn Fn(&Value) -> String + Send>),
    /// Calls these tools.
    Call(Vec<(&'static str, Value)>),
    /// Calls a tool with arguments as they stand here.
    CallRaw(&'static str, &'static str),
    /// Fails with this status, and how many seconds to wait, if it says so.
    Fail(u16, Option<u32>),
    /// Answers with something else than events.
    Garbage(&'static str),
    /// Begins this text and closes the connection.
    Cut(&'static str),
    /// Begins this text and then never goes on.
    Hang(&'static str),
}

/// A running endpoint.
pub struct ModelServer {
    url: String,
    state: Arc<Script>,
}

struct Script {
    acts: Mutex<VecDeque<Act>>,
    requests: Mutex<Vec<Value>>,
    faults: Mutex<Vec<String>>,
    context_tokens: usize,
    /// How many answers that never end nobody waits for any more.
    left: watch::Sender<usize>,
    asked: watch::Sender<usize>,
}

/// Tells when an answer that never ends is dropped.
struct Waited(Arc<Script>);

impl Drop for Waited {
    fn drop(&mut self) {
        self.0.left.send_modify(|left| *left += 1);
    }
}

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(90);

/// The key the endpoint wants.
const KEY: &str = "test-key";

impl ModelServer {
    /// Plays `acts`, one a request, and then only fails.
    pub async fn play(acts: impl IntoIterator<Item = Act>) -> Self {
        Self::with_window(acts, 32_000).await
    }

    /// The same, for a model with a window of so many tokens.
    pub async fn with_window(acts: impl IntoIterator<Item = Act>, context_tokens: usize) -> Self {
        let acts = Mutex::new(acts.into_iter().collect());
        let (requests, faults) = Default::default();
        let (left, asked) = Default::default();
        let state = Arc::new(Script { acts, requests, faults, context_tokens, left, asked });
        let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(Arc::clone(&state));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, state }
    }

    /// How to use it.
    pub fn config(&self) -> ModelConfig {
        ModelConfig {
            context_tokens: self.state.context_tokens as u32,
            ..ModelConfig::new(&self.url, Some(KEY.to_owned()), "scripted")
        }
    }

    /// Returns once it was asked so many times, which has to be soon.
    pub async fn is_asked(&self, times: usize) {
        let mut asked = self.state.asked.subscribe();
        let reached = tokio::time::timeout(PATIENCE, asked.wait_for(|asked| *asked >= times)).await;
        reached.unwrap().unwrap();
    }

    /// Returns once nobody waits any more for an answer that never ends, which has to be soon.
    pub async fn is_left(&self) {
        let mut left = self.state.left.subscribe();
        let reached = tokio::time::timeout(PATIENCE, left.wait_for(|left| *left > 0)).await;
        reached.unwrap().unwrap();
    }

    /// The requests so far; everything wrong with them fails the test.
    pub fn requests(&self) -> Vec<Value> {
        let faults = self.state.faults.lock().unwrap();
        assert!(faults.is_empty(), "{faults:#?}");
        self.state.requests.lock().unwrap().clone()
    }
}

async fn complete(State(script): State<Arc<Script>>, headers: HeaderMap, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let mut faults = inspect(&request, script.context_tokens);
    if headers.get("authorization").is_none_or(|key| key != &format!("Bearer {KEY}")) {
        faults.push("the key is not sent".to_owned());
    }
    script.faults.lock().unwrap().extend(faults);
    script.requests.lock().unwrap().push(request.clone());
    script.asked.send_modify(|asked| *asked += 1);
    let act = script.acts.lock().unwrap().pop_front();
    match act.unwrap_or(Act::Fail(500, None)) {
        Act::Say(text) => say(&text),
        Act::With(make) => say(&make(&request)),
        Act::Call(calls) => {
            let calls = calls.into_iter().enumerate().flat_map(|(index, (name, arguments))| {
                let arguments = arguments.to_string();
                let half = (0..=arguments.len() / 2).rev().find(|at| arguments.is_char_boundary(*at)).unwrap();
                let (begin, end) = arguments.split_at(half);
                [
                    delta(&json!({ "tool_calls": [{ "index": index, "id": format!("call_{index}"), "type": "function",
                        "function": { "name": name, "arguments": begin } }] })),
                    delta(&json!({ "tool_calls": [{ "index": index, "function": { "arguments": end } }] })),
                ]
            });
            events(calls.chain([finish("tool_calls"), usage()]).chain(done()))
        }
        Act::CallRaw(name, arguments) => {
            let call = json!({ "tool_calls": [{ "index": 0, "id": "call_0", "type": "function",
                "function": { "name": name, "arguments": arguments } }] });
            events([delta(&call), finish("tool_calls")].into_iter().chain(done()))
        }
        Act::Fail(status, retry_after) => {
            let error = json!({ "error": { "message": "no", "type": "test", "param": null, "code": null } });
            let mut response = (StatusCode::from_u16(status).unwrap(), axum::Json(error)).into_response();
            if let Some(seconds) = retry_after {
                response.headers_mut().insert("retry-after", seconds.into());
            }
            response
        }
        Act::Garbage(text) => ([("content-type", "text/event-stream")], text).into_response(),
        Act::Cut(text) => {
            let begun = futures::stream::iter(text_chunks(text).map(|chunk| Ok(Bytes::from(chunk))));
            let cut = futures::stream::once(async { Err(std::io::Error::other("cut")) });
            ([("content-type", "text/event-stream")], Body::from_stream(begun.chain(cut))).into_response()
        }
        Act::Hang(text) => {
            let begun = futures::stream::iter(text_chunks(text).map(|chunk| Ok::<_, Infallible>(Bytes::from(chunk))));
            let waited = Waited(Arc::clone(&script));
            let hanging = futures::stream::once(async move {
                let _waited = waited;
                std::future::pending().await
            });
            ([("content-type", "text/event-stream")], Body::from_stream(begun.chain(hanging))).into_response()
        }
    }
}

fn say(text: &str) -> Response {
    events(text_chunks(text).chain([finish("stop"), usage()]).chain(done()))
}

fn events(chunks: impl Iterator<Item = String>) -> Response {
    let body: Vec<Result<Bytes, Infallible>> = chunks.map(|chunk| Ok(Bytes::from(chunk))).collect();
    ([("content-type", "text/event-stream")], Body::from_stream(futures::stream::iter(body))).into_response()
}

fn text_chunks(text: &str) -> impl Iterator<Item = String> {
    let words: Vec<String> = text.split_inclusive(' ').map(|word| delta(&json!({ "content": word }))).collect();
    words.into_iter()
}

fn delta(delta: &Value) -> String {
    format!("data: {}\n\n", json!({ "object": "chat.completion.chunk", "choices": [{ "index": 0, "delta": delta }] }))
}

fn finish(reason: &str) -> String {
    format!("data: {}\n\n", json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] }))
}

fn usage() -> String {
    format!("data: {}\n\n", json!({ "choices": [], "usage": { "prompt_tokens": 100, "completion_tokens": 10 } }))
}

fn done() -> [String; 1] {
    ["data: [DONE]\n\n".to_owned()]
}

/// What is wrong with a request.
fn inspect(request: &Value, context_tokens: usize) -> Vec<String> {
    let mut faults = Vec::new();
    if request["stream"] != true {
        faults.push("the answer is not asked for as a stream".to_owned());
    }
    let messages = request["messages"].as_array().cloned().unwrap_or_default();
    // Four bytes are a token, about.
    let tokens = request.to_string().len() / 4 + request["max_tokens"].as_u64().unwrap_or_default() as usize;
    if tokens > context_tokens {
        faults.push(format!("{tokens} tokens do not fit a window of {context_tokens}"));
    }
    let mut open: Vec<String> = Vec::new();
    for message in &messages {
        let role = message["role"].as_str().unwrap_or_default();
        if !message["content"].is_string() {
            // OpenAI takes null beside calls; llama-cpp-python's server answers 500.
            faults.push(format!("a message of the {role} has no text: {message}"));
        }
        match role {
            "tool" => {
                let id = message["tool_call_id"].as_str().unwrap_or_default();
                match open.iter().position(|call| call == id) {
                    Some(at) => drop(open.remove(at)),
                    None => faults.push(format!("the result {id} answers no call")),
                }
                let content = message["content"].as_str().unwrap_or_default();
                if !is_marked(content) {
                    faults.push(format!("a result is not marked as data: {content}"));
                }
            }
            "assistant" | "user" if !open.is_empty() => faults.push(format!("calls without a result: {open:?}")),
            "assistant" => {
                let calls = message["tool_calls"].as_array().cloned().unwrap_or_default();
                open = calls.iter().map(|call| call["id"].as_str().unwrap_or_default().to_owned()).collect();
            }
            _ => {}
        }
    }
    if !open.is_empty() {
        faults.push(format!("calls without a result: {open:?}"));
    }
    if let Some(format) = request.get("response_format") {
        let schema = &format["json_schema"]["schema"];
        if format["type"] != "json_schema" || schema["type"] != "object" || schema["additionalProperties"] != false {
            faults.push(format!("the form of the answer is no strict schema: {format}"));
        }
        let content = messages.last().and_then(|message| message["content"].as_str()).unwrap_or_default();
        if messages.len() != 2 || !is_marked(content) {
            faults.push(format!("what is to be read is not marked as data: {content}"));
        }
    }
    let tools: Vec<&Value> = request["tools"].as_array().map(|tools| tools.iter().collect()).unwrap_or_default();
    if !tools.is_sorted_by_key(|tool| tool["function"]["name"].as_str().unwrap_or_default().to_owned()) {
        faults.push("the tools are not sorted".to_owned());
    }
    for tool in tools {
        if tool["function"]["parameters"]["type"] != "object" {
            faults.push(format!("the schema of {} is no object", tool["function"]["name"]));
        }
    }
    faults
}

fn is_marked(content: &str) -> bool {
    content.starts_with("<<<data\n") && content.ends_with("\ndata>>>")
}

/// The data of the last tool result of a request.
pub fn last_result(request: &Value) -> Value {
    let messages = request["messages"].as_array().unwrap();
    let content = messages.iter().rev().find(|message| message["role"] == "tool").unwrap()["content"].as_str().unwrap();
    let json = content.trim_start_matches("<<<data\n").trim_end_matches("\ndata>>>");
    serde_json::from_str(json).unwrap()
}
