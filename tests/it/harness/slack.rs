//! The agent in a local Slack: an application on a small workspace, its workers, and the emulator it is connected to.

use std::time::Duration;

use serde_json::{Value, json};
use success_agent::config::{Config, DataClass, SlackConfig};
use success_agent::domain::time::Clock;
use success_agent::slack::Slack;
use success_agent::slack::emulator::{Emulator, Options};

use super::slack_agent::Agent;
use super::world::World;

/// How long something may take to be seen.
const PATIENCE: Duration = Duration::from_secs(90);

/// The agent in a local Slack.
pub struct SlackWorld {
    agent: Option<Agent>,
    // The routes, where Slack delivers over HTTP; they end with the test.
    routes: Option<tokio::task::JoinHandle<()>>,
    /// Slack as the agent sees it.
    pub slack: Slack,
    settings: SlackConfig,
    /// The local Slack.
    pub emulator: Emulator,
    http: reqwest::Client,
    /// The application and its database. Its folder goes last.
    pub world: World,
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
        questions_per_minute: 1_000,
        paced: true,
    }
}

impl SlackWorld {
    /// The agent on these records, connected over Socket Mode.
    pub async fn with(records: &[Value], set: impl FnOnce(&mut Config, &mut SlackConfig)) -> Self {
        let emulator = Emulator::start(Options::default()).await.unwrap();
        let this = Box::pin(Self::on(emulator, records, set)).await;
        this.connected().await;
        this
    }

    /// The same, with Slack delivering signed requests over HTTP.
    pub async fn over_http(records: &[Value], set: impl FnOnce(&mut Config, &mut SlackConfig)) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let deliver_to = Some(format!("http://{}", listener.local_addr().unwrap()));
        let emulator = Emulator::start(Options { deliver_to, ..Options::default() }).await.unwrap();
        let signed = |config: &mut Config, slack: &mut SlackConfig| {
            slack.app_token = None;
            set(config, slack);
        };
        let mut this = Box::pin(Self::on(emulator, records, signed)).await;
        let router = success_agent::slack::receive::routes(this.slack.clone());
        this.routes = Some(tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }));
        this
    }

    async fn on(emulator: Emulator, records: &[Value], set: impl FnOnce(&mut Config, &mut SlackConfig)) -> Self {
        let mut settings = settings(&emulator);
        let world = World::with(records, |config| {
            // Debounces and expiries are told by the real clock in Slack.
            config.clock = Clock::SYSTEM;
            set(config, &mut settings);
        })
        .await;
        let slack = Slack::new(world.app.clone(), settings.clone(), world.config.http.public_url.clone()).unwrap();
        let agent = Some(Agent::start(&world.config, &settings).await);
        let http = reqwest::Client::new();
        Self { world, emulator, slack, settings, agent, http, routes: None }
    }

    async fn connected(&self) {
        self.until("a connection", async || {
            let state = self.get("/state").await;
            let over_http = state["transport"]["deliver_to"].is_string();
            (over_http || state["transport"]["sockets"].as_u64() > Some(0)).then_some(())
        })
        .await;
    }

    /// Ends the agent, as a program does that is asked to.
    pub async fn stop_agent(&mut self) {
        self.agent.take().unwrap().stop().await;
    }

    /// Starts it again.
    pub async fn start_agent(&mut self) {
        if let Some(held) = self.agent.take() {
            held.stop().await;
        }
        self.agent = Some(Agent::start(&self.world.config, &self.settings).await);
        self.connected().await;
    }

    /// Ends it, and goes on listening without anybody who works.
    pub async fn hold_workers(&mut self) {
        self.stop_agent().await;
        self.agent = Some(Agent::listen_only(&self.world.config, &self.settings).await);
        self.connected().await;
    }

    /// Kills it: whatever it does ends where it is, and nothing is tidied up.
    pub fn kill_agent(&mut self) {
        self.agent.take().unwrap().kill();
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
    pub async fn agent_said(&self, channel: &str, user: &str) -> Vec<Value> {
        self.seen(channel, user).await.into_iter().filter(|message| message["bot"] == true).collect()
    }

    /// Waits until the agent's last message in a channel reads like this; gives it.
    pub async fn until_said(&self, channel: &str, user: &str, words: &str) -> Value {
        self.until(words, async || {
            let said = self.agent_said(channel, user).await;
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
        if let Ok(seen) = waited.await {
            return seen;
        }
        panic!("never seen: {what}\n{:#}\n{}", self.all().await, self.get("/problems").await)
    }

    /// Waits until no task waits or runs, and everything is said that is going to be.
    pub async fn until_idle(&self) {
        self.until("no task to do", async || {
            // First: what is sorted has its task at once.
            if self.something_is_unsorted().await {
                return None;
            }
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
            let said: Vec<String> = transcript["messages"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|message| format!("{}: {}", message["user"], shown(message)))
                .collect();
            if !said.is_empty() {
                all[id] = json!(said);
            }
        }
        all["tasks"] = json!(self.world.app.tasks().await.unwrap_or_default());
        all["calls"] = self
            .get("/calls?after=0")
            .await
            .as_array()
            .map(|calls| {
                calls
                    .iter()
                    .rev()
                    .take(12)
                    .map(|call| json!({"method": call["method"], "error": call["error"]}))
                    .collect()
            })
            .unwrap_or_default();
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
        account("hooli.com", "Hooli", "monica@piedpiper.com"),
        account("northgate.bank", "Northgate Bank", "jared.dunn@piedpiper.com"),
        account("crane.dev", "Crane", "jared.dunn@piedpiper.com"),
        contract("hooli-1", "hooli.com", 24_000_000, 20, "past_due"),
        contract("north-1", "northgate.bank", 3_000_000, 200, "active"),
        contract("crane-1", "crane.dev", 1_000_000, 100, "active"),
        json!({"type": "call", "id": "call-1", "account": "hooli.com", "title": "Weekly",
            // Longer ago than a week: whatever day today is, that Friday is over.
            "started_at": (now - chrono::Duration::days(9)).to_rfc3339(), "duration_seconds": 900,
            "participants": [{"name": "Dana Whitfield", "side": "customer"},
                {"name": "Jared Dunn", "email": "jared.dunn@piedpiper.com", "side": "team"}],
            "transcript": [
                {"speaker": "Dana Whitfield", "text": "The export keeps failing on large files, and we need single sign-on.", "at_seconds": 5.0},
                {"speaker": "Jared Dunn", "text": "I'll send you the migration guide by Friday.", "at_seconds": 20.0}]}),
    ]
}
