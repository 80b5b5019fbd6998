//! An OpenAI-compatible server of embeddings: tells a meaning for each topic, checks what it is asked, and fails when told.

use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use success_agent::config::EmbeddingApi;

/// Words that mean the same, a number in the vector for each line.
pub const TOPICS: [&[&str]; 4] = [
    &["price", "expensive", "budget", "cost"],
    &["slow", "latency", "lag", "sluggish"],
    &["login", "saml", "password", "sso"],
    &["leave", "churn", "cancel", "goodbye"],
];

/// The vector of a text: how many words of each topic it has, and a little of everything.
pub fn vector(text: &str) -> Vec<f32> {
    let lower = text.to_lowercase();
    let topic = |words: &&[&str]| words.iter().filter(|word| lower.contains(*word)).count() as f32;
    TOPICS.iter().map(topic).chain([0.1]).collect()
}

/// The server.
#[derive(Clone, Default)]
pub struct EmbeddingServer {
    address: String,
    state: Arc<Told>,
}

#[derive(Default)]
struct Told {
    /// The status to answer with; 0 for what is right.
    status: AtomicU16,
    /// Numbers to leave out of each vector.
    shorter: AtomicUsize,
    /// Texts of each request.
    batches: Mutex<Vec<usize>>,
}

impl EmbeddingServer {
    /// Starts on a free port; it ends with the test's runtime.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/v1", listener.local_addr().unwrap());
        let state = Arc::new(Told::default());
        let router = Router::new().route("/v1/embeddings", post(embed)).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, state }
    }

    /// How to ask it.
    pub fn api(&self) -> EmbeddingApi {
        EmbeddingApi { base_url: self.address.clone(), api_key: Some("key".to_owned()), name: "topics".to_owned() }
    }

    /// From now on it answers with this status; 0 for what is right.
    pub fn answer(&self, status: u16) {
        self.state.status.store(status, Ordering::Relaxed);
    }

    /// From now on its vectors are so much shorter.
    pub fn shorten(&self, by: usize) {
        self.state.shorter.store(by, Ordering::Relaxed);
    }

    /// How many texts each request had so far.
    pub fn batches(&self) -> Vec<usize> {
        self.state.batches.lock().unwrap().clone()
    }
}

async fn embed(State(told): State<Arc<Told>>, headers: HeaderMap, Json(request): Json<Value>) -> Response {
    assert_eq!(headers["authorization"], "Bearer key");
    assert_eq!((&request["model"], &request["encoding_format"]), (&json!("topics"), &json!("float")));
    let texts: Vec<&str> = request["input"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert!(!texts.is_empty() && texts.iter().all(|text| !text.trim().is_empty()), "{texts:?}");
    told.batches.lock().unwrap().push(texts.len());
    let status = told.status.load(Ordering::Relaxed);
    if status != 0 {
        let error = json!({ "error": { "message": "no", "type": "no", "param": null, "code": null } });
        return (StatusCode::from_u16(status).unwrap(), Json(error)).into_response();
    }
    let shorter = told.shorter.load(Ordering::Relaxed);
    // The last first: the index tells which is which.
    let data: Vec<Value> = texts
        .iter()
        .enumerate()
        .rev()
        .map(|(index, text)| {
            let mut vector = vector(text);
            vector.truncate(vector.len() - shorter);
            json!({ "object": "embedding", "index": index, "embedding": vector })
        })
        .collect();
    Json(json!({ "object": "list", "data": data, "model": "topics", "usage": { "prompt_tokens": 1, "total_tokens": 1 } }))
        .into_response()
}
