//! Sending messages so that each is there once: written down before it is sent, and looked for in Slack, never sent
//! again, where nobody knows whether it arrived.

use serde_json::{Value, json};

use super::{Api, CallError, Caller};
use crate::domain::id::WorkspaceId;
use crate::domain::time::Moment;
use crate::slack::payload::text;
use crate::store::slack::{ClaimedPost, NewPost};
use crate::store::{Store, StoreError};

/// Under which name a message carries its key.
const METADATA: &str = "success_agent";

/// Messages looked through for one that may have arrived.
const LOOKED_THROUGH: &str = "50";

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// In whose name.
    pub caller: Caller,
    /// The channel.
    pub channel: String,
    /// The thread.
    pub thread_ts: Option<String>,
}

/// What came of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The message.
    pub ts: String,
    /// Whether it was there already.
    pub before: bool,
}

/// Why a message is not there (yet).
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Slack.
    #[error(transparent)]
    Slack(#[from] CallError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SendError {
    /// Whether nothing can be said in the place any more.
    #[must_use]
    pub fn place_is_gone(&self) -> bool {
        matches!(self, Self::Slack(error) if error.place_is_gone() || error.token_is_bad())
    }
}

/// Sends for a store that remembers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sender {
    api: Api,
    store: Store,
}

impl Sender {
    /// Over these handles.
    #[must_use]
    pub fn new(api: Api, store: Store) -> Self {
        Self { api, store }
    }

    /// Sends a message under a key of its own; one that was sent before is not sent again.
    ///
    /// # Errors
    /// [`CallError::Unknown`] while nobody knows whether it arrived: try again with the same key.
    pub async fn post_once(
        &self,
        target: &Target,
        key: &str,
        (words, blocks): (&str, &[Value]),
        shows: Option<&str>,
        at: Moment,
    ) -> Result<Sent, SendError> {
        let mut arguments = json!({
            "channel": target.channel, "text": words, "blocks": blocks,
            "unfurl_links": false, "unfurl_media": false,
            "metadata": {"event_type": METADATA, "event_payload": {"key": key}},
        });
        if let Some(thread) = &target.thread_ts {
            arguments["thread_ts"] = thread.as_str().into();
        }
        self.once(target, key, shows, at, "chat.postMessage", &arguments, &|message| {
            text(message, "/metadata/event_payload/key") == Some(key)
        })
        .await
    }

    /// Begins a stream under a key of its own. Streams carry no key in Slack: one that may have begun is the agent's
    /// message after `after_ts` that no key is known of.
    ///
    /// # Errors
    /// See [`Sender::post_once`].
    pub async fn stream_once(
        &self,
        target: &Target,
        key: &str,
        arguments: &Value,
        (bot_user, after_ts): (&str, &str),
        at: Moment,
    ) -> Result<Sent, SendError> {
        self.once(target, key, None, at, "chat.startStream", arguments, &|message| {
            text(message, "/user") == Some(bot_user)
                && text(message, "/ts").is_some_and(|ts| ts > after_ts)
                && message.pointer("/metadata/event_payload/key").is_none()
        })
        .await
    }

    #[expect(clippy::too_many_arguments, reason = "what is sent, under which key, and how it is recognized")]
    async fn once(
        &self,
        target: &Target,
        key: &str,
        shows: Option<&str>,
        at: Moment,
        method: &'static str,
        arguments: &Value,
        is_it: &(dyn Fn(&Value) -> bool + Sync),
    ) -> Result<Sent, SendError> {
        let Target { workspace, caller, channel, thread_ts } = target;
        let post = NewPost { key, team: &caller.team, channel, thread_ts: thread_ts.as_deref(), shows };
        match self.store.claim_slack_post(*workspace, &post, at).await? {
            ClaimedPost::Sent(ts) => return Ok(Sent { ts, before: true }),
            ClaimedPost::Unknown => {
                if let Some(ts) = self.look_for(target, is_it).await? {
                    self.store.mark_slack_post_sent(*workspace, key, &ts).await?;
                    return Ok(Sent { ts, before: true });
                }
            }
            ClaimedPost::New => {}
        }
        let mut sent = self.api.write(caller, method, arguments).await;
        if matches!(sent, Err(CallError::Unknown { .. })) {
            // Slack may have taken it. Look now, while the answer can still be given in time.
            match self.look_for(target, is_it).await {
                Ok(Some(ts)) => sent = Ok(json!({ "ts": ts })),
                Ok(None) => sent = self.api.write(caller, method, arguments).await,
                // It stays written down as unknown; the next try looks first.
                Err(_) => {}
            }
        }
        match sent {
            Ok(answer) => {
                let ts = text(&answer, "/ts").unwrap_or_default().to_owned();
                self.store.mark_slack_post_sent(*workspace, key, &ts).await?;
                Ok(Sent { ts, before: false })
            }
            Err(error @ CallError::Unknown { .. }) => Err(error.into()),
            Err(error) => {
                self.store.release_slack_post(*workspace, key).await?;
                Err(error.into())
            }
        }
    }

    /// The message in Slack that is it and that no other key belongs to.
    async fn look_for(
        &self,
        target: &Target,
        is_it: &(dyn Fn(&Value) -> bool + Sync),
    ) -> Result<Option<String>, SendError> {
        let channel = target.channel.as_str();
        let common = [("channel", channel), ("limit", LOOKED_THROUGH), ("include_all_metadata", "true")];
        let found = match &target.thread_ts {
            Some(thread) => {
                let arguments = [&common[..], &[("ts", thread.as_str())]].concat();
                self.last_replies(target, &arguments).await?
            }
            None => self.api.read(&target.caller, "conversations.history", &common).await?,
        };
        let messages = found.get("messages").and_then(Value::as_array).cloned().unwrap_or_default();
        let candidates: Vec<String> = messages
            .iter()
            .filter(|message| is_it(message))
            .filter_map(|message| text(message, "/ts").map(str::to_owned))
            .collect();
        let known = self.store.known_slack_posts(target.workspace, &target.caller.team, channel, &candidates).await?;
        Ok(candidates.into_iter().find(|ts| !known.contains(ts)))
    }

    /// The last page of a thread: replies come the oldest first.
    async fn last_replies(&self, target: &Target, arguments: &[(&str, &str)]) -> Result<Value, CallError> {
        /// Pages that are read at most.
        const PAGES: u32 = 20;
        let mut cursor = String::new();
        let mut all: Vec<Value> = Vec::new();
        for _ in 0..PAGES {
            let page = if cursor.is_empty() {
                self.api.read(&target.caller, "conversations.replies", arguments).await?
            } else {
                let more = [arguments, &[("cursor", cursor.as_str())]].concat();
                self.api.read(&target.caller, "conversations.replies", &more).await?
            };
            all.extend(page.get("messages").and_then(Value::as_array).cloned().unwrap_or_default());
            match text(&page, "/response_metadata/next_cursor") {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        Ok(json!({ "messages": all }))
    }

    /// Changes a message that is there.
    ///
    /// # Errors
    /// See [`CallError`]; trying again does no harm.
    pub async fn update(
        &self,
        caller: &Caller,
        channel: &str,
        ts: &str,
        (words, blocks): (&str, &[Value]),
        key: &str,
    ) -> Result<(), CallError> {
        let arguments = json!({
            "channel": channel, "ts": ts, "text": words, "blocks": blocks,
            "metadata": {"event_type": METADATA, "event_payload": {"key": key}},
        });
        self.api.write(caller, "chat.update", &arguments).await.map(drop)
    }

    /// Shows something to one person only.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn whisper(
        &self,
        caller: &Caller,
        (channel, thread_ts): (&str, Option<&str>),
        user: &str,
        (words, blocks): (&str, &[Value]),
    ) -> Result<(), CallError> {
        let mut arguments = json!({ "channel": channel, "user": user, "text": words, "blocks": blocks });
        if let Some(thread) = thread_ts {
            arguments["thread_ts"] = thread.into();
        }
        self.api.write(caller, "chat.postEphemeral", &arguments).await.map(drop)
    }

    /// Answers where a command was typed or a button pressed, for the person alone; `instead` takes the place of the
    /// message with the button.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn respond(
        &self,
        response_url: &str,
        (words, blocks): (&str, &[Value]),
        instead: bool,
    ) -> Result<(), CallError> {
        let body = json!({
            "response_type": "ephemeral", "replace_original": instead, "text": words, "blocks": blocks,
            "unfurl_links": false, "unfurl_media": false,
        });
        self.api.respond(response_url, &body).await
    }

    /// The channel of the direct message with a person.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn direct_message(&self, caller: &Caller, user: &str) -> Result<String, CallError> {
        let opened = self.api.write(caller, "conversations.open", &json!({ "users": user })).await?;
        text(&opened, "/channel/id").map(str::to_owned).ok_or(CallError::Refused {
            method: "conversations.open",
            code: "no_channel".to_owned(),
            messages: Vec::new(),
        })
    }
}
