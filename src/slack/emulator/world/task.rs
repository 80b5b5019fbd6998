//! A task card of a stream: title and status replace what stood there, details, output and sources add to it.

use serde_json::{Value, json};

/// Longer details or output come back as done and stand empty.
const MOST_DETAIL: usize = 8_000;

/// A task card.
#[derive(Clone, Debug, Default)]
pub struct Task {
    /// What names it within its stream.
    pub id: String,
    title: String,
    /// `pending`, `in_progress`, `complete` or `error`.
    pub status: String,
    details: String,
    output: String,
    sources: Vec<Value>,
}

impl Task {
    /// An empty card.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), ..Self::default() }
    }

    /// Whether it still runs.
    pub fn open(&self) -> bool {
        matches!(self.status.as_str(), "pending" | "in_progress")
    }

    /// Takes an update in; whether something was too long to be kept.
    pub fn update(&mut self, chunk: &Value) -> bool {
        let text = |name: &str| chunk.get(name).and_then(Value::as_str);
        if let Some(title) = text("title") {
            title.clone_into(&mut self.title);
        }
        if let Some(status) = text("status") {
            status.clone_into(&mut self.status);
        }
        let mut dropped = false;
        for (name, kept) in [("details", &mut self.details), ("output", &mut self.output)] {
            if let Some(added) = text(name) {
                if kept.len() + added.len() > MOST_DETAIL {
                    kept.clear();
                    dropped = true;
                } else {
                    kept.push_str(added);
                }
            }
        }
        self.sources.extend(chunk.get("sources").and_then(Value::as_array).into_iter().flatten().cloned());
        dropped
    }

    /// As the transcript shows it.
    pub fn json(&self) -> Value {
        json!({
            "id": self.id, "title": self.title, "status": self.status, "details": self.details, "output": self.output,
            "sources": self.sources
        })
    }
}
