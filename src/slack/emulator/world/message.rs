//! A message as it is kept.

use serde_json::Value;

use super::{Stream, Ts};

/// A message as it is kept.
#[derive(Clone, Debug)]
pub struct Message {
    /// What names it.
    pub ts: Ts,
    /// The first message of its thread; of a first message itself, once somebody replied.
    pub thread: Option<Ts>,
    /// Whether a reply is shown in the channel too.
    pub broadcast: bool,
    /// Who wrote it.
    pub user: String,
    /// Whether the app wrote it.
    pub bot: bool,
    /// The name it was posted under, if another one.
    pub username: Option<String>,
    /// Its text.
    pub text: String,
    /// Its blocks.
    pub blocks: Vec<Value>,
    /// Its attachments.
    pub attachments: Option<Value>,
    /// Its metadata.
    pub metadata: Option<Value>,
    /// Its files.
    pub files: Vec<Value>,
    /// Who changed it last, and when.
    pub edited: Option<(String, Ts)>,
    /// Reactions: name and who.
    pub reactions: Vec<(String, Vec<String>)>,
    /// What is streamed into it, or was.
    pub stream: Option<Stream>,
    /// What its links were unfurled to.
    pub unfurls: Vec<Value>,
    /// The only person who sees it.
    pub only_for: Option<String>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// What was chosen in its inputs: block id, action id, value.
    pub entered: Value,
}

impl Message {
    /// Whether it is there for everybody: neither deleted nor ephemeral.
    pub fn stands(&self) -> bool {
        !self.deleted && self.only_for.is_none()
    }

    /// Whether something is being streamed into it.
    pub fn streaming(&self) -> bool {
        self.stream.as_ref().is_some_and(Stream::is_open)
    }

    /// The text everybody reads: what was streamed, if it was.
    pub fn shown_text(&self) -> &str {
        match &self.stream {
            Some(stream) if self.text.is_empty() => &stream.text,
            _ => &self.text,
        }
    }

    /// The first message of its thread, which may be itself.
    pub fn root(&self) -> Ts {
        self.thread.unwrap_or(self.ts)
    }
}

/// What is to be posted.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The channel's id.
    pub channel: String,
    /// The thread to reply in.
    pub thread: Option<Ts>,
    /// Whether a reply is shown in the channel too.
    pub broadcast: bool,
    /// Who writes.
    pub user: String,
    /// Whether the app writes.
    pub bot: bool,
    /// The name to post under, if another one.
    pub username: Option<String>,
    /// The text.
    pub text: String,
    /// The blocks.
    pub blocks: Vec<Value>,
    /// The attachments.
    pub attachments: Option<Value>,
    /// The metadata.
    pub metadata: Option<Value>,
    /// The files.
    pub files: Vec<Value>,
    /// The stream it begins with.
    pub stream: Option<Stream>,
    /// The only person to see it.
    pub only_for: Option<String>,
}
