//! The local Slack as an app and a person meet it: over HTTP, over sockets, in process.

mod command_line;
mod delivery;
mod faults;
mod people;
mod web_api;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use success_agent::slack::emulator::{Emulator, Options, RateLimits};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A local Slack with a client for both of its sides.
struct Slack {
    emulator: Emulator,
    http: reqwest::Client,
}

async fn slack() -> Slack {
    started(Options::default()).await
}

async fn started(options: Options) -> Slack {
    let emulator = Emulator::start(options).await.unwrap();
    Slack { emulator, http: reqwest::Client::builder().no_proxy().build().unwrap() }
}

impl Slack {
    fn request(&self, method: &str, arguments: &Value) -> reqwest::RequestBuilder {
        let address = format!("{}/{method}", self.emulator.api_url());
        self.http.post(address).bearer_auth(self.emulator.bot_token()).json(arguments)
    }

    /// What a method of the Web API says to the bot.
    async fn api(&self, method: &str, arguments: Value) -> Value {
        self.request(method, &arguments).send().await.unwrap().json().await.unwrap()
    }

    /// What the driver says, which has to be fine.
    async fn drive(&self, path: &str, request: Value) -> Value {
        let (status, body) = self.try_drive(path, request).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn try_drive(&self, path: &str, request: Value) -> (u16, Value) {
        let address = format!("{}/{path}", self.emulator.driver_url());
        let response = self.http.post(address).json(&request).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn look(&self, path: &str) -> Value {
        let address = format!("{}/{path}", self.emulator.driver_url());
        self.http.get(address).send().await.unwrap().json().await.unwrap()
    }

    /// A message of somebody; its `ts`.
    async fn says(&self, user: &str, channel: &str, text: &str) -> String {
        let said = self.drive("message", json!({"user": user, "channel": channel, "text": text})).await;
        said["ts"].as_str().unwrap().to_owned()
    }

    /// The messages somebody sees in a channel.
    async fn seen(&self, channel: &str, user: &str) -> Vec<Value> {
        let transcript = self.look(&format!("transcript?channel={channel}&user={user}")).await;
        transcript["messages"].as_array().unwrap().clone()
    }

    /// A Socket Mode connection that has been greeted.
    async fn connect(&self) -> Socket {
        let address = format!("{}/apps.connections.open", self.emulator.api_url());
        let opened = self.http.post(address).bearer_auth(self.emulator.app_token()).send().await.unwrap();
        let opened: Value = opened.json().await.unwrap();
        let (stream, _) = connect_async(opened["url"].as_str().unwrap()).await.unwrap();
        let mut socket = Socket(stream);
        assert_eq!(socket.next().await.unwrap()["type"], "hello");
        socket
    }
}

/// A Socket Mode connection.
struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// The next frame with text; none when the connection has ended.
    async fn next(&mut self) -> Option<Value> {
        while let Some(Ok(frame)) = self.0.next().await {
            if let Message::Text(text) = frame {
                return Some(serde_json::from_str(&text).unwrap());
            }
        }
        None
    }

    async fn acknowledge(&mut self, envelope: &Value, payload: Option<Value>) {
        let mut ack = json!({"envelope_id": envelope["envelope_id"]});
        if let Some(payload) = payload {
            ack["payload"] = payload;
        }
        self.0.send(Message::text(ack.to_string())).await.unwrap();
    }

    /// The next envelope of this kind, acknowledged; others before it are acknowledged too.
    async fn take(&mut self, kind: &str) -> Value {
        self.answer(kind, None).await
    }

    async fn answer(&mut self, kind: &str, payload: Option<Value>) -> Value {
        loop {
            let envelope = self.next().await.unwrap();
            let found = envelope["type"] == kind;
            self.acknowledge(&envelope, if found { payload.clone() } else { None }).await;
            if found {
                return envelope;
            }
        }
    }

    /// The payload of the next event of this type, acknowledged as everything before it.
    async fn event(&mut self, kind: &str) -> Value {
        loop {
            let envelope = self.take("events_api").await;
            if envelope["payload"]["event"]["type"] == kind {
                return envelope["payload"].clone();
            }
        }
    }
}

fn limited() -> Options {
    Options { rate_limits: RateLimits::Times(1), ..Options::default() }
}

fn button(action: &str, value: &str) -> Value {
    let text = json!({"type": "plain_text", "text": "Press"});
    json!([{"type": "actions", "block_id": "row", "elements": [
        {"type": "button", "action_id": action, "text": text, "value": value}]}])
}

fn modal(blocks: &Value) -> Value {
    let text = |text: &str| json!({"type": "plain_text", "text": text});
    json!({"type": "modal", "callback_id": "m", "title": text("Title"), "submit": text("Save"), "blocks": blocks})
}
