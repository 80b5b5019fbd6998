//! The agent in a local Slack: an application on a small workspace, its workers, and the emulator it is connected to.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use success_agent::app::App;
use success_agent::config::{Config, DataClass, JobsConfig, SlackConfig};
use success_agent::domain::time::Clock;
use success_agent::jobs::{Bench, Workers};
use success_agent::slack::Slack;
use success_agent::slack::emulator::{Emulator, Options};
use tokio_util::sync::CancellationToken;

use super::world::World;

/// How long something may take to be seen.
const PATIENCE: Duration = Duration::from_secs(30);

/// The agent in a local Slack.
pub struct SlackWorld {
    /// The application and its database.
    pub world: World,
    /// The local Slack.
    pub emulator: Emulator,
    /// Slack as the agent sees it.
    pub slack: Slack,
    agent: Option<Agent>,
    http: reqwest::Client,
}

/// A running agent: its connections and its workers.
pub struct Agent {
    stop: CancellationToken,
    workers: Workers,
    listening: tokio::task::JoinHandle<()>,
}

impl Agent {
    /// Connects and begins to work.
    pub async fn start(app: &App, slack: &Slack) -> Self {
        let stop = CancellationToken::new();
        slack.own_team().await.unwrap();
        let bench = Bench { app: app.clone(), slack: Some(slack.clone()), stop: stop.clone() };
        let workers = Workers::start(bench, JobsConfig::default(), true).await.unwrap();
        let listening = tokio::spawn(slack.clone().listen(stop.clone()));
        Self { stop, workers, listening }
    }

    /// Ends as a program does that is asked to.
    pub async fn stop(self) {
        self.stop.cancel();
        self.workers.stop().await;
        self.listening.await.unwrap();
    }
}

/// Settings for the local Slack.
pub fn settings(emulator: &Emulator) -> SlackConfig {
    SlackConfig {
        api_url: emulator.api_url(),
        bot_token: Some(emulator.bot_token().to_owned()),
        app_token: Some(emulator.app_token().to_owned()),
        signing_secret: Some(emulator.signing_secret().to_owned()),
        client: None,
        allowed: Vec::new(),
        outsiders_see: DataClass::Name,
        paced: true,
    }
}

impl SlackWorld {
    /// The agent on these records, connected over Socket Mode.
    pub async fn with(records: &[Value], set: impl FnOnce(&mut Config, &mut SlackConfig)) -> Self {
        let emulator = Emulator::start(Options::default()).await.unwrap();
        let mut slack = settings(&emulator);
        let world = World::with(records, |config| {
            // Debounces and expiries are told by the real clock in Slack.
            config.clock = Clock::System;
            set(config, &mut slack);
        })
        .await;
        let slack = Slack::new(world.app.clone(), slack, world.config.http.public_url.clone()).unwrap();
        let agent = Some(Agent::start(&world.app, &slack).await);
        let http = reqwest::Client::new();
        let this = Self { world, emulator, slack, agent, http };
        this.connected().await;
        this
    }

    async fn connected(&self) {
        self.until("a connection", async || {
            let state = self.get("/state").await;
            (state["transport"]["sockets"].as_u64() > Some(0)).then_some(())
        })
        .await;
    }

    /// Ends the agent, as a program does that is asked to.
    pub async fn stop_agent(&mut self) {
        self.agent.take().unwrap().stop().await;
    }

    /// Starts it again.
    pub async fn start_agent(&mut self) {
        self.agent = Some(Agent::start(&self.world.app, &self.slack).await);
        self.connected().await;
    }

    /// Does something in Slack; it has to work.
    pub async fn act(&self, path: &str, body: Value) -> Value {
        let answer = self.try_act(path, body.clone()).await;
        assert_eq!(answer["ok"], true, "{path} {body}: {answer}");
        answer
    }

    /// Does something in Slack.
    pub async fn try_act(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.emulator.driver_url());
        self.http.post(url).json(&body).send().await.unwrap().json().await.unwrap()
    }

    /// Looks at something in Slack.
    pub async fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.emulator.driver_url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    /// Says something as a person; gives the message.
    pub async fn say(&self, user: &str, channel: &str, text: &str, thread: Option<&str>) -> String {
        let mut body = json!({"user": user, "channel": channel, "text": text});
        if let Some(thread) = thread {
            body["thread_ts"] = thread.into();
        }
        self.act("/message", body).await["ts"].as_str().unwrap().to_owned()
    }

    /// What one person sees in a channel.
    pub async fn seen(&self, channel: &str, user: &str) -> Vec<Value> {
        let transcript = self.get(&format!("/transcript?channel={channel}&user={user}")).await;
        transcript["messages"].as_array().cloned().unwrap_or_default()
    }

    /// The agent's messages in a channel, as one person sees them.
    pub async fn from_agent(&self, channel: &str, user: &str) -> Vec<Value> {
        self.seen(channel, user).await.into_iter().filter(|message| message["bot"] == true).collect()
    }

    /// Waits until the agent's last message in a channel reads like this; gives it.
    pub async fn until_said(&self, channel: &str, user: &str, words: &str) -> Value {
        self.until(words, async || {
            let said = self.from_agent(channel, user).await;
            said.into_iter().rev().find(|message| shown(message).contains(words))
        })
        .await
    }

    /// Waits for something to be so: looked at again whenever something changes in Slack.
    pub async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let url = format!("{}/changes", self.emulator.driver_url());
        let mut changes = self.http.get(url).send().await.unwrap();
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(seen) = look().await {
                    return seen;
                }
                // What changes in the database only is seen at the next look.
                let _ = tokio::time::timeout(Duration::from_millis(250), changes.chunk()).await;
            }
        });
        match waited.await {
            Ok(seen) => seen,
            Err(_) => panic!("never seen: {what}\n{:#}\n{}", self.all().await, self.get("/problems").await),
        }
    }

    /// Waits until no task waits or runs, and everything is said that is going to be.
    pub async fn until_idle(&self) {
        self.until("no task to do", async || {
            let now = self.world.app.now();
            let tasks = self.world.app.tasks().await.unwrap();
            let due = tasks.iter().any(|queued| queued.due_at <= now + chrono::Duration::seconds(5));
            (!due).then_some(())
        })
        .await;
    }

    async fn all(&self) -> Value {
        let mut all = json!({});
        let state = self.get("/state").await;
        for channel in state["channels"].as_array().into_iter().flatten() {
            let id = channel["id"].as_str().unwrap();
            let transcript = self.get(&format!("/transcript?channel={id}")).await;
            let said: Vec<String> =
                transcript["messages"].as_array().into_iter().flatten().map(|message| format!("{}: {}", message["user"], shown(message))).collect();
            if !said.is_empty() {
                all[id] = json!(said);
            }
        }
        all["tasks"] = json!(self.world.app.tasks().await.unwrap_or_default());
        all["calls"] = self.get("/calls?after=0").await.as_array().map(|calls| {
            calls.iter().rev().take(12).map(|call| json!({"method": call["method"], "error": call["error"]})).collect()
        }).unwrap_or_default();
        all
    }
}

/// Everything a message shows, as text.
pub fn shown(message: &Value) -> String {
    fn gather(value: &Value, all: &mut String) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if matches!(name.as_str(), "text" | "title" | "label") => {
                            all.push_str(text);
                            all.push('\n');
                        }
                        value => gather(value, all),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| gather(value, all)),
            _ => {}
        }
    }
    let mut all = message["text"].as_str().unwrap_or_default().to_owned();
    all.push('\n');
    gather(&message["blocks"], &mut all);
    gather(&message["stream"], &mut all);
    all
}

/// The action ids of a message's live buttons.
pub fn buttons(message: &Value) -> Vec<String> {
    fn gather(value: &Value, all: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(id) = fields.get("action_id").and_then(Value::as_str) {
                    all.push(id.to_owned());
                }
                fields.values().for_each(|value| gather(value, all));
            }
            Value::Array(values) => values.iter().for_each(|value| gather(value, all)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    gather(&message["blocks"], &mut all);
    all
}

/// Three accounts of the people in the local Slack.
pub fn accounts() -> Vec<Value> {
    let now = chrono::Utc::now();
    let day = |days: i64| (now + chrono::Duration::days(days)).date_naive().to_string();
    let account = |domain: &str, name: &str, owner: &str| {
        json!({"type": "account", "domain": domain, "name": name, "owner_email": owner, "licensed_seats": 50,
            "contacts": [{"name": "Dana Whitfield", "email": format!("dana@{domain}"), "title": "Head of Data", "primary": true}]})
    };
    let contract = |id: &str, domain: &str, amount: u64, renews: i64, status: &str| {
        json!({"type": "revenue_source", "id": id, "account": domain, "system": "stripe", "product": "Platform",
            "status": status, "interval": "year", "amount_minor": amount, "currency": "USD",
            "starts_on": day(renews - 365), "renews_on": day(renews)})
    };
    vec![
        account("hooli.com", "Hooli", "monica.hall@piedpiper.com"),
        account("northgate.bank", "Northgate Bank", "jared.dunn@piedpiper.com"),
        account("crane.dev", "Crane", "jared.dunn@piedpiper.com"),
        contract("hooli-1", "hooli.com", 24_000_000, 20, "past_due"),
        contract("north-1", "northgate.bank", 3_000_000, 200, "active"),
        contract("crane-1", "crane.dev", 1_000_000, 100, "active"),
        json!({"type": "call", "id": "call-1", "account": "hooli.com", "title": "Weekly",
            "started_at": (now - chrono::Duration::days(3)).to_rfc3339(), "duration_seconds": 900,
            "participants": [{"name": "Dana Whitfield", "side": "customer"},
                {"name": "Jared Dunn", "email": "jared.dunn@piedpiper.com", "side": "team"}],
            "transcript": [
                {"speaker": "Dana Whitfield", "text": "The export keeps failing on large files, and we need single sign-on.", "at_seconds": 5.0},
                {"speaker": "Jared Dunn", "text": "I'll send you the migration guide by Friday.", "at_seconds": 20.0}]}),
    ]
}

/// Nobody looks at progress.
pub fn silent() -> success_agent::app::ProgressSink {
    Arc::new(|_| {})
}
