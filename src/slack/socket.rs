//! Socket Mode: connections this server opens to Slack, so that it needs no address of its own.
//!
//! Each envelope is acknowledged as soon as what it holds is written down. When Slack warns that a connection is about to
//! end, the next one is opened first. Failures are followed by pauses that grow and differ, so that many servers do not
//! come back at the same moment; what Slack refuses for good is said once and tried again now and then.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::client::{CallError, Caller};
use super::payload::text;
use super::service::{Slack, SlackError};

/// Connections that are open at the same time: what is sent while one ends goes over the other.
const CONNECTIONS: usize = 2;

/// A connection nothing comes over for so long is taken for dead. Slack pings about every ten seconds.
const SILENCE: Duration = Duration::from_mins(1);

/// How long is waited after what Slack refuses for good.
const AFTER_REFUSAL: Duration = Duration::from_mins(1);

/// Envelopes of one connection that are worked on at the same time.
const AT_ONCE: usize = 64;

type Stream = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The program ends.
    Stopped,
    /// Slack said that it is about to end, or to be renewed; another is to take its place.
    Renew,
    /// It broke.
    Broken,
}

impl Slack {
    /// Keeps connections open until `stop`. Without an app-level token there is nothing to do.
    pub async fn listen(self, stop: CancellationToken) {
        let Some(token) = self.config().app_token.clone() else { return };
        let connections = (0..CONNECTIONS).map(|number| {
            let (slack, token, stop) = (self.clone(), token.clone(), stop.clone());
            async move { slack.keep_connected(number, &token, &stop).await }
        });
        futures::future::join_all(connections).await;
    }

    async fn keep_connected(&self, number: usize, token: &str, stop: &CancellationToken) {
        let work = TaskTracker::new();
        let mut pauses = pauses();
        while !stop.is_cancelled() {
            let connected = tokio::select! {
                connected = self.connect(token) => connected,
                () = stop.cancelled() => break,
            };
            let pause = match connected {
                Ok(stream) => {
                    tracing::info!(number, "connected to Slack");
                    pauses = self::pauses();
                    match self.serve(stream, &work, stop).await {
                        End::Stopped => break,
                        End::Renew => Duration::ZERO,
                        End::Broken => pauses.next().unwrap_or(AFTER_REFUSAL),
                    }
                }
                Err(error) if error.token_is_bad() || matches!(error, CallError::Refused { .. }) => {
                    tracing::error!(%error, "Slack refuses the connection; look at SLACK_APP_TOKEN with `success-agent slack doctor`");
                    AFTER_REFUSAL
                }
                Err(error) => {
                    let pause = pauses.next().unwrap_or(AFTER_REFUSAL);
                    tracing::warn!(%error, ?pause, "no connection to Slack");
                    pause
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => {}
            }
        }
        work.close();
        work.wait().await;
    }

    async fn connect(&self, token: &str) -> Result<Stream, CallError> {
        let caller = Caller::new("", token);
        let opened = self.api().write(&caller, "apps.connections.open", &json!({})).await?;
        let url = text(&opened, "/url").ok_or(CallError::Unknown { method: "apps.connections.open" })?;
        let connecting = tokio_tungstenite::connect_async(url);
        match tokio::time::timeout(Duration::from_secs(15), connecting).await {
            Ok(Ok((stream, _))) => Ok(stream),
            _ => Err(CallError::Unreachable),
        }
    }

    /// Works on what comes over a connection until it ends. A connection that is to be renewed is read to its end while
    /// the next one is opened.
    async fn serve(&self, stream: Stream, work: &TaskTracker, stop: &CancellationToken) -> End {
        let (mut write, mut read) = stream.split();
        let (acknowledge, mut acknowledged) = mpsc::channel::<Message>(AT_ONCE);
        let writer = tokio::spawn(async move {
            while let Some(message) = acknowledged.recv().await {
                if write.send(message).await.is_err() {
                    break;
                }
            }
            let _ = write.close().await;
        });
        let end = loop {
            let received = tokio::select! {
                received = tokio::time::timeout(SILENCE, read.next()) => received,
                () = stop.cancelled() => break End::Stopped,
            };
            let Ok(Some(Ok(message))) = received else { break End::Broken };
            match self.hear(message, &acknowledge, work).await {
                None => {}
                Some(End::Renew) => {
                    // The old connection is read on its own until Slack closes it.
                    let (slack, work_on) = (self.clone(), work.clone());
                    work.spawn(async move {
                        while let Ok(Some(Ok(message))) = tokio::time::timeout(SILENCE, read.next()).await {
                            if slack.hear(message, &acknowledge, &work_on).await == Some(End::Broken) {
                                break;
                            }
                        }
                    });
                    return End::Renew;
                }
                Some(end) => break end,
            }
        };
        drop(acknowledge);
        let _ = writer.await;
        end
    }

    async fn hear(&self, message: Message, acknowledge: &mpsc::Sender<Message>, work: &TaskTracker) -> Option<End> {
        let said = match message {
            Message::Text(said) => said,
            Message::Ping(bytes) => {
                let _ = acknowledge.send(Message::Pong(bytes)).await;
                return None;
            }
            Message::Close(_) => return Some(End::Broken),
            Message::Binary(_) | Message::Pong(_) | Message::Frame(_) => return None,
        };
        let Ok(envelope) = serde_json::from_str::<Value>(&said) else {
            self.ignore("an envelope that cannot be read");
            return None;
        };
        match text(&envelope, "/type") {
            Some("hello") | None => None,
            Some("disconnect") => {
                let reason = text(&envelope, "/reason").unwrap_or_default();
                tracing::info!(reason, "Slack ends a connection");
                match reason {
                    "link_disabled" => {
                        tracing::error!(
                            "Socket Mode is switched off for the app; switch it on in its settings, or use HTTP"
                        );
                        Some(End::Broken)
                    }
                    "warning" | "refresh_requested" => Some(End::Renew),
                    _ => Some(End::Broken),
                }
            }
            Some(_) => {
                let (slack, acknowledge) = (self.clone(), acknowledge.clone());
                work.spawn(async move { slack.take_envelope(envelope, &acknowledge).await });
                None
            }
        }
    }

    async fn take_envelope(&self, envelope: Value, acknowledge: &mpsc::Sender<Message>) {
        let Some(id) = text(&envelope, "/envelope_id") else { return };
        let payload = envelope.get("payload").unwrap_or(&Value::Null);
        let taken: Result<Option<Value>, SlackError> = match text(&envelope, "/type") {
            Some("events_api") => self.take_event(payload).await.map(|()| None),
            Some("slash_commands") => self.take_command(payload).await,
            Some("interactive") => self.take_interaction(payload).await,
            Some(other) => {
                self.ignore(other);
                Ok(None)
            }
            None => Ok(None),
        };
        let reply = match taken {
            Ok(reply) => reply,
            Err(error) => {
                // Without an acknowledgement Slack sends it again.
                tracing::warn!(%error, "something from Slack could not be written down; Slack sends it again");
                return;
            }
        };
        let mut answer = json!({ "envelope_id": id });
        if let Some(reply) = reply.filter(|_| envelope.get("accepts_response_payload") == Some(&Value::Bool(true))) {
            answer["payload"] = reply;
        }
        let _ = acknowledge.send(Message::Text(tungstenite::Utf8Bytes::from(answer.to_string()))).await;
    }
}

fn pauses() -> backon::ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(500))
        .with_max_delay(Duration::from_secs(30))
        .with_jitter()
        .without_max_times()
        .build()
}
