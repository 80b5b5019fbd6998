//! The real program beside a local Slack in this process, which sends it signed events over HTTP.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use success_agent::slack::emulator::{Emulator, Options};

use super::super::private;
use super::super::server::{Server, Setting};

/// Channels the events are spread over.
pub const CHANNELS: usize = 20;

/// How long the program may take until it knows its team.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program and the Slack it is in.
pub struct Emulated {
    /// The program.
    pub server: Server,
    /// Its database.
    pub database: PgPool,
    /// The address of that.
    pub database_url: String,
    /// What requests to the program are signed with.
    pub secret: String,
    /// The user the agent is.
    pub bot: String,
    /// Its team.
    pub team: String,
    driver: String,
    http: reqwest::Client,
    // Both end with this.
    _emulator: Emulator,
}

impl Emulated {
    /// Starts both, on the demo workspace.
    pub async fn start() -> Result<Self> {
        // The local Slack has to know where the program is before the program knows where that is.
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let deliver_to = Some(format!("http://127.0.0.1:{port}"));
        let emulator = Emulator::start(Options { deliver_to, ..Options::default() }).await?;
        // A few people ask as much as a whole company does.
        let settings = tempfile::NamedTempFile::new()?;
        std::fs::write(settings.path(), "[slack]\nquestions_per_minute = 1000000\n")?;
        let variables = [
            ("SUCCESS_AGENT_CONFIG", settings.path().to_string_lossy().into_owned()),
            ("SLACK_API_URL", emulator.api_url()),
            ("SLACK_BOT_TOKEN", emulator.bot_token().to_owned()),
            ("SLACK_SIGNING_SECRET", emulator.signing_secret().to_owned()),
            ("SLACK_RATE_LIMITS", "off".to_owned()),
        ];
        let setting =
            Setting { now: "", demo: true, by_words: true, port, variables: &variables, ..Setting::default() };
        let server = Server::start_with(&setting).await?;
        let database_url = private::url(&server.data_dir());
        let database = PgPoolOptions::new().max_connections(2).connect(&database_url).await?;
        let (driver, secret) = (emulator.driver_url(), emulator.signing_secret().to_owned());
        let http = reqwest::Client::builder().no_proxy().build()?;
        let mut this = Self {
            server,
            database,
            database_url,
            secret,
            bot: String::new(),
            team: String::new(),
            driver,
            http,
            _emulator: emulator,
        };
        this.furnish().await?;
        Ok(this)
    }

    /// Learns who is there, makes channels, and waits until the program knows its team.
    async fn furnish(&mut self) -> Result<()> {
        let state = self.get("/state").await?;
        let text = |pointer: &str| state.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        self.bot = text("/bot/user_id").context("the local Slack names no bot")?;
        self.team = text("/team/id").context("the local Slack names no team")?;
        for number in 0..CHANNELS {
            let members = ["U_MONICA", "U_JARED", "U_RICHARD", "U_DINESH", "U_GILFOYLE"];
            let channel = json!({"id": channel(number), "name": format!("bench-{number}"), "members": members});
            self.act("/channels", &channel).await?;
        }
        let since = std::time::Instant::now();
        while since.elapsed() < PATIENCE {
            let known: i64 = sqlx::query_scalar("select count(*) from slack_teams").fetch_one(&self.database).await?;
            if known > 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the program did not get to know its team in Slack")
    }

    /// Whether everything that was written down has its task.
    pub async fn is_sorted(&self) -> Result<bool> {
        let query = sqlx::query_scalar("select not exists (select from slack_received)");
        Ok(query.fetch_one(&self.database).await?)
    }

    /// Does something in Slack.
    pub async fn act(&self, path: &str, body: &Value) -> Result<Value> {
        act(&self.http, &self.driver, path, body).await
    }

    /// Looks at something in Slack.
    pub async fn get(&self, path: &str) -> Result<Value> {
        Ok(self.http.get(format!("{}{path}", self.driver)).send().await?.json().await?)
    }

    /// Says something as a person.
    pub fn say(&self, number: usize) -> impl Future<Output = Result<f64>> + Send + use<> {
        let people = ["U_MONICA", "U_JARED", "U_RICHARD", "U_DINESH", "U_GILFOYLE"];
        let text = format!("<@BOT> {}", QUESTIONS[number % QUESTIONS.len()]);
        let said = json!({"user": people[number % people.len()], "channel": channel(number % CHANNELS), "text": text});
        let (http, driver) = (self.http.clone(), self.driver.clone());
        async move {
            let answer = act(&http, &driver, "/message", &said).await?;
            let ts = answer["ts"].as_str().context("a message has no time")?;
            Ok(ts.parse()?)
        }
    }
}

async fn act(http: &reqwest::Client, driver: &str, path: &str, body: &Value) -> Result<Value> {
    let answer: Value = http.post(format!("{driver}{path}")).json(body).send().await?.json().await?;
    if answer["ok"] != true {
        bail!("the local Slack refused {path}: {}", answer["error"]);
    }
    Ok(answer)
}

/// A channel of the run.
pub fn channel(number: usize) -> String {
    format!("C_BENCH_{number}")
}

/// What is asked, about accounts of the demo workspace.
const QUESTIONS: [&str; 6] = [
    "who owns Hooli?",
    "why is Hooli critical?",
    "when does Raviga renew?",
    "what did Hooli say about single sign-on?",
    "are there any open commitments to Raviga?",
    "what is the ARR of Hooli?",
];
