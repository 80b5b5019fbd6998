//! What is on screen while an answer is made: in direct messages a stream with the steps as they are taken, in channels a
//! message that is brought up to date and becomes the answer. A stream that Slack has closed meanwhile becomes one too.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::client::CallError;
use super::super::render::Message;
use super::super::render::progress::{self, StepState, Steps};
use super::super::service::{Slack, SlackError, Team};
use crate::domain::answer::AgentEvent;
use crate::domain::text::clipped;
use crate::store::slack::{ThreadRow, TurnRow};

/// How often what is on screen is brought up to date, in a stream and in a message.
const OFTEN: (Duration, Duration) = (Duration::from_millis(800), Duration::from_secs(3));

/// What is on screen.
pub(super) struct Live {
    team: Team,
    channel: String,
    thread_ts: String,
    key: String,
    ts: String,
    streams: bool,
    direct: bool,
    /// Whether steps may be shown: they name accounts.
    open: bool,
    steps: Steps,
    /// What a stream is still to be told.
    pending: Vec<Value>,
    told_at: Instant,
}

impl Live {
    /// The key of the message that is on screen first and becomes the answer.
    pub(super) fn key(turn: &TurnRow) -> String {
        format!("turn/{}/answer", turn.id)
    }

    /// Puts the first sign on screen; what a process that is gone had put there is gone on with.
    pub(super) async fn begin(
        slack: &Slack,
        team: &Team,
        thread: &ThreadRow,
        turn: &TurnRow,
        open: bool,
    ) -> Result<Self, SlackError> {
        let key = Self::key(turn);
        let place = team.place(&thread.channel, Some(&thread.thread_ts));
        let mut live = Self {
            team: team.clone(),
            channel: thread.channel.clone(),
            thread_ts: thread.thread_ts.clone(),
            key: key.clone(),
            ts: String::new(),
            streams: thread.direct,
            direct: thread.direct,
            open,
            steps: Steps::default(),
            pending: Vec::new(),
            told_at: Instant::now(),
        };
        if thread.direct {
            let arguments = json!({
                "channel": thread.channel, "thread_ts": thread.thread_ts, "recipient_user_id": turn.asker,
                "recipient_team_id": team.id, "task_display_mode": "timeline",
            });
            let begun = (team.bot_user.as_str(), turn.message_ts.as_str());
            match slack
                .sender()
                .stream_once(&place, &key, &arguments, begun, slack.now())
                .await
                .map_err(SlackError::from)
            {
                Ok(sent) => {
                    live.ts = sent.ts;
                    if !sent.before && thread.conversation.is_none() {
                        live.name_session(slack, thread, turn).await;
                    }
                    return Ok(live);
                }
                // Where streams are not to be had a message does.
                Err(SlackError::Call(CallError::Refused { code, .. })) if !is_gone(&code) => live.streams = false,
                Err(error) => return Err(error),
            }
        }
        let first = progress::message(None, &[]);
        let said = (first.text.as_str(), first.blocks.as_slice());
        live.ts = slack.sender().post_once(&place, &key, said, None, slack.now()).await?.ts;
        Ok(live)
    }

    /// Names a session that begins after its question.
    async fn name_session(&self, slack: &Slack, thread: &ThreadRow, turn: &TurnRow) {
        let title = clipped(&turn.question, 60);
        let named = json!({"channel_id": thread.channel, "thread_ts": thread.thread_ts, "title": title});
        if let Err(error) = slack.api().write(&self.team.caller, "agents.sessions.rename", &named).await {
            tracing::debug!(%error, "a session could not be named");
        }
    }

    /// The message.
    pub(super) fn ts(&self) -> &str {
        &self.ts
    }

    /// Something is looked up: it is shown, though not more often than Slack likes.
    pub(super) async fn step(&mut self, slack: &Slack, event: &AgentEvent) {
        let AgentEvent::Progress { label, .. } = event else { return };
        if !self.open {
            return;
        }
        let told = self.steps.begin(label);
        self.pending.extend(told);
        let often = if self.streams { OFTEN.0 } else { OFTEN.1 };
        if self.told_at.elapsed() < often || self.pending.is_empty() {
            return;
        }
        self.told_at = Instant::now();
        // It is only progress: where it fails, the answer still comes.
        if self.streams {
            let chunks = std::mem::take(&mut self.pending);
            let arguments = json!({"channel": self.channel, "ts": self.ts, "chunks": chunks});
            if let Err(error) = slack.api().write(&self.team.caller, "chat.appendStream", &arguments).await
                && has_ended(&error)
            {
                self.streams = false;
            }
        } else {
            let message = progress::message(None, self.steps.all());
            let said = (message.text.as_str(), message.blocks.as_slice());
            let _ = slack.sender().update(&self.team.caller, &self.channel, &self.ts, said, &self.key).await;
        }
    }

    /// Ends with a text and what stands below it.
    pub(super) async fn end_with_text(
        mut self,
        slack: &Slack,
        markdown: &str,
        below: &[Value],
        whole: &Message,
        waits: bool,
    ) -> Result<(), SlackError> {
        if self.streams {
            let mut chunks = std::mem::take(&mut self.pending);
            chunks.extend(self.steps.settle(StepState::Done));
            chunks.push(progress::text(markdown));
            let arguments = json!({
                "channel": self.channel, "ts": self.ts, "chunks": chunks, "blocks": below,
                "session_status": if waits { "suspended" } else { "active" },
            });
            match slack.api().write(&self.team.caller, "chat.stopStream", &arguments).await {
                Ok(_) => return Ok(()),
                // Closed by Slack, or by us before a crash: the message can only be changed as a whole.
                Err(error) if has_ended(&error) => self.streams = false,
                Err(error) => return Err(error.into()),
            }
        }
        self.end_with(slack, whole).await
    }

    /// Becomes a message.
    pub(super) async fn end_with(self, slack: &Slack, message: &Message) -> Result<(), SlackError> {
        let said = (message.text.as_str(), message.blocks.as_slice());
        if self.streams {
            let arguments = json!({"channel": self.channel, "ts": self.ts, "session_status": "active"});
            match slack.api().write(&self.team.caller, "chat.stopStream", &arguments).await {
                Ok(_) => {}
                Err(error) if has_ended(&error) => self.leave_session(slack).await,
                Err(error) => return Err(error.into()),
            }
        } else if self.direct {
            self.leave_session(slack).await;
        }
        Ok(slack.sender().update(&self.team.caller, &self.channel, &self.ts, said, &self.key).await?)
    }

    /// The session goes on for an hour where nobody ends the stream that began it: Slack shows the agent at work so long.
    async fn leave_session(&self, slack: &Slack) {
        let status = json!({"channel_id": self.channel, "thread_ts": self.thread_ts, "status": "active"});
        if let Err(error) = slack.api().write(&self.team.caller, "agents.sessions.setStatus", &status).await {
            tracing::debug!(%error, "a session in Slack could not be left");
        }
    }

    /// Whether it is a stream.
    pub(super) fn streams(&self) -> bool {
        self.streams
    }
}

/// Whether Slack says that a stream is not one any more.
fn has_ended(error: &CallError) -> bool {
    matches!(error.code(), Some("message_not_in_streaming_state" | "stopped_by_user" | "streaming_state_conflict"))
}

fn is_gone(code: &str) -> bool {
    CallError::Refused { method: "chat.startStream", code: code.to_owned(), messages: Vec::new() }.place_is_gone()
        && code != "invalid_thread_ts"
}
