//! Streams: the chunks of `chat.startStream`, `chat.appendStream` and `chat.stopStream`.

use serde_json::{Map, Value};

use super::chunks::CHUNKS;
use super::walk::{Walker, too_long};
use super::{Fault, Surface, limits, whole};

/// What Slack would refuse of these chunks.
#[must_use]
pub fn check_stream_chunks(chunks: &Value) -> Vec<Fault> {
    let mut walker = Walker::new(Surface::Message);
    walker.within("chunks", |walker| {
        let Some(items) = chunks.as_array() else { return walker.fault("must be an array") };
        walker.count(items.len(), 1, usize::MAX);
        for (index, item) in items.iter().enumerate() {
            walker.within(&index.to_string(), |walker| chunk(walker, item));
        }
        whole::totals(walker);
        let text: usize = items.iter().filter_map(markdown).map(|text| text.chars().count()).sum();
        if text > limits::MARKDOWN {
            walker.fault(format!("markdown of all chunks {}", too_long(limits::MARKDOWN, text)));
        }
    });
    walker.faults
}

fn markdown(chunk: &Value) -> Option<&str> {
    (chunk.get("type")? == "markdown_text").then(|| chunk.get("text")?.as_str())?
}

fn chunk(walker: &mut Walker, chunk: &Value) {
    match chunk.as_object() {
        Some(fields) if fields.get("type").is_some_and(|tag| tag == "blocks") => blocks(walker, fields),
        _ => walker.any(chunk, CHUNKS),
    }
}

fn blocks(walker: &mut Walker, fields: &Map<String, Value>) {
    match fields.get("blocks") {
        Some(blocks) => walker.within("blocks", |walker| whole::blocks(walker, blocks)),
        None => walker.fault_at("blocks", "is missing"),
    }
    for name in fields.keys().filter(|name| !matches!(name.as_str(), "type" | "blocks")) {
        walker.fault_at(name, "is not a field Slack knows here");
    }
}
