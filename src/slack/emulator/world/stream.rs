//! A message that is written while people watch: open, then stopped by the app, or run out.

use serde_json::{Value, json};

use super::task::Task;
use super::{MINUTE, Refusal, ThreadKey, Ts, World};

/// How long a stream stays open, whatever is written to it.
const LIFE: u64 = 5 * MINUTE;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Stopped,
    RunOut,
    StoppedByUser,
}

/// What is streamed into a message, or was.
#[derive(Clone, Debug)]
pub struct Stream {
    /// The text so far.
    pub text: String,
    /// Its task cards.
    pub tasks: Vec<Task>,
    plan: Option<String>,
    /// `timeline` or `plan`.
    mode: String,
    /// Who watches it live.
    pub recipient: Option<String>,
    state: State,
    until: u64,
}

impl Stream {
    /// An open stream that began `now`.
    pub fn new(now: u64, mode: &str, recipient: Option<String>) -> Self {
        Self {
            text: String::new(),
            tasks: Vec::new(),
            plan: None,
            mode: mode.to_owned(),
            recipient,
            state: State::Open,
            until: now + LIFE,
        }
    }

    /// Whether it can be written to.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Takes chunks in; gives the blocks among them, and whether something was dropped.
    pub fn write(&mut self, chunks: &[Value]) -> (Vec<Value>, bool) {
        let (mut blocks, mut dropped) = (Vec::new(), false);
        for chunk in chunks {
            match chunk["type"].as_str() {
                Some("markdown_text") => self.text.push_str(chunk["text"].as_str().unwrap_or_default()),
                Some("plan_update") => self.plan = chunk["title"].as_str().map(str::to_owned),
                Some("blocks") => blocks.extend(chunk["blocks"].as_array().into_iter().flatten().cloned()),
                Some("task_update") => {
                    let id = chunk["id"].as_str().unwrap_or_default();
                    let at = self.tasks.iter().position(|task| task.id == id).unwrap_or_else(|| {
                        self.tasks.push(Task::new(id));
                        self.tasks.len() - 1
                    });
                    dropped |= self.tasks[at].update(chunk);
                }
                _ => {}
            }
        }
        (blocks, dropped)
    }

    /// As the transcript shows it.
    pub fn json(&self) -> Value {
        let tasks: Vec<Value> = self.tasks.iter().map(Task::json).collect();
        json!({
            "text": self.text, "tasks": tasks, "plan": self.plan, "mode": self.mode, "recipient": self.recipient,
            "run_out": self.state == State::RunOut
        })
    }
}

impl World {
    /// Remembers that a stream is open.
    pub fn stream_started(&mut self, channel: &str, ts: Ts) {
        self.open_streams.push((channel.to_owned(), ts));
    }

    /// Streams that are open, of one thread or of all.
    pub fn streams(&self, of: Option<&ThreadKey>) -> Vec<ThreadKey> {
        let in_thread = |(channel, ts): &&ThreadKey| {
            of.is_none_or(|(place, root)| {
                place == channel && self.message(channel, *ts).is_some_and(|message| message.root() == *root)
            })
        };
        self.open_streams.iter().filter(in_thread).cloned().collect()
    }

    /// The stream of a message, if it can be written to.
    pub fn open_stream(&mut self, channel: &str, ts: Ts) -> Result<&mut Stream, Refusal> {
        let message = self.message_mut(channel, ts).ok_or("message_not_found")?;
        if !message.bot {
            return Err("message_not_owned_by_app".into());
        }
        match message.stream.as_mut() {
            Some(stream) if stream.state == State::Open => Ok(stream),
            Some(stream) if stream.state == State::StoppedByUser => Err("stopped_by_user".into()),
            _ => Err("message_not_in_streaming_state".into()),
        }
    }

    /// Writes chunks to a stream.
    pub fn write_stream(&mut self, channel: &str, ts: Ts, chunks: &[Value]) -> Result<(), Refusal> {
        let (blocks, dropped) = self.open_stream(channel, ts)?.write(chunks);
        let blocks = super::with_ids(blocks, || self.next_number());
        if let Some(message) = self.message_mut(channel, ts) {
            message.blocks.extend(blocks);
        }
        if dropped {
            self.notice("a task's details or output were too long and stand empty", Some(channel), Some(ts), "");
        }
        self.changed.channels.insert(channel.to_owned());
        Ok(())
    }

    /// Closes a stream as the app asks.
    pub fn close_stream(&mut self, channel: &str, ts: Ts) -> Result<(), Refusal> {
        let stream = self.open_stream(channel, ts)?;
        stream.state = State::Stopped;
        let mut unsettled = Vec::new();
        for task in stream.tasks.iter_mut().filter(|task| task.open()) {
            "error".clone_into(&mut task.status);
            unsettled.push(task.id.clone());
        }
        if !unsettled.is_empty() {
            let detail = format!("shown as \"Something went wrong\": {}", unsettled.join(", "));
            self.notice("a stream was stopped with tasks still open", Some(channel), Some(ts), detail);
        }
        self.forget_stream(channel, ts);
        Ok(())
    }

    fn forget_stream(&mut self, channel: &str, ts: Ts) {
        self.open_streams.retain(|(place, other)| place != channel || *other != ts);
        self.changed.channels.insert(channel.to_owned());
    }

    /// Closes the open streams of a thread because a person pressed Stop.
    pub fn kill_streams(&mut self, thread: &ThreadKey) {
        for (channel, ts) in self.streams(Some(thread)) {
            if let Ok(stream) = self.open_stream(&channel, ts) {
                stream.state = State::StoppedByUser;
            }
            self.forget_stream(&channel, ts);
        }
    }

    /// Closes streams that have run out; with `all`, every open one.
    pub fn expire_streams(&mut self, all: bool) {
        if self.open_streams.is_empty() {
            return;
        }
        let now = self.now;
        for (channel, ts) in self.open_streams.clone() {
            let due = match self.message_mut(&channel, ts).and_then(|message| message.stream.as_mut()) {
                Some(stream) if all || stream.until <= now => {
                    stream.state = State::RunOut;
                    true
                }
                Some(_) => false,
                None => true,
            };
            if due {
                self.forget_stream(&channel, ts);
            }
        }
    }
}
