//! Configuration: one small documented struct per concern, read once at start. Nothing else reads the environment.
//!
//! A value comes from the command line, else from the environment, else from the TOML file, else from its default.
//! What contradicts itself is refused before anything is started, in one sentence that says what to change.

mod args;
mod embedding;
mod file;
mod load;
mod log_in;
mod mail;
mod near;
mod place;
mod slack;
mod sources;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use args::ConfigArgs;
pub use embedding::{EmbeddingApi, EmbeddingConfig, MODEL};
pub use load::ConfigError;
pub use log_in::{LogInConfig, ProviderConfig};
pub use mail::{MailConfig, MailTls};
pub use place::{secret_in_environment, this_program, wants_colour};
pub use slack::{DataClass, QUESTIONS_PER_MINUTE, SlackClientConfig, SlackConfig};
pub use sources::{SourceClient, SourcesConfig};

use crate::domain::action::ActionPolicy;
use crate::domain::health::HealthConfig;
use crate::domain::time::{Calendar, Clock, Today};
use crate::domain::tool::close_loop::CloseLoopConfig;

/// Everything the program can be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder for everything the program keeps: database, index, locks.
    pub data_dir: PathBuf,
    /// Where "now" comes from, and the time zone of the workspace.
    pub clock: Clock,
    /// Who works at this machine: named as the one who asks, proposes and approves where nobody else is.
    pub user: String,
    /// Name of the workspace that commands and pages work in.
    pub workspace: String,
    /// The database.
    pub database: DatabaseConfig,
    /// The vector index.
    pub index: IndexConfig,
    /// The language model. None: the built-in analyst.
    pub model: Option<ModelConfig>,
    /// What tells the meaning of passages.
    pub embedding: EmbeddingConfig,
    /// Address of the hub that models are fetched from.
    pub hub: String,
    /// The HTTP service.
    pub http: HttpConfig,
    /// The providers people can log in with.
    pub log_in: LogInConfig,
    /// Weights and thresholds of the health score.
    pub health: HealthConfig,
    /// Who may approve actions, and for how long they can be approved and undone.
    pub actions: ActionPolicy,
    /// The server approved drafts can be sent through. None: they are copied out or opened in a mail program.
    pub mail: Option<MailConfig>,
    /// Slack. None: the agent is not reached from there.
    pub slack: Option<SlackConfig>,
    /// How tasks are worked on.
    pub jobs: JobsConfig,
    /// When what to know before a meeting comes by itself.
    pub meetings: MeetingsConfig,
    /// What the team says of how it writes; may be empty.
    pub voice: String,
    /// How the workspace counts its years and writes its dates.
    pub calendar: Calendar,
    /// When a source counts as stale.
    pub freshness: FreshnessConfig,
    /// Connected systems.
    pub sources: SourcesConfig,
    /// When a customer is told that what they asked for has shipped.
    pub close_loop: CloseLoopConfig,
    /// What is switched on.
    pub features: FeaturesConfig,
    /// Logs.
    pub log: LogConfig,
}

impl Config {
    /// Everything embedded in `data_dir`, the machine's clock, every setting at its default.
    #[must_use]
    pub fn embedded(data_dir: impl Into<PathBuf>) -> Self {
        let data_dir = data_dir.into();
        Self {
            embedding: EmbeddingConfig::folder_of(&data_dir),
            data_dir,
            clock: Clock::SYSTEM,
            workspace: "main".to_owned(),
            user: "somebody".to_owned(),
            actions: ActionPolicy::default(),
            database: DatabaseConfig::default(),
            index: IndexConfig::default(),
            hub: HUB.to_owned(),
            model: None,
            mail: None,
            slack: None,
            jobs: JobsConfig::default(),
            meetings: MeetingsConfig::default(),
            voice: String::new(),
            http: HttpConfig::default(),
            log_in: LogInConfig::default(),
            health: HealthConfig::default(),
            calendar: Calendar::default(),
            freshness: FreshnessConfig::default(),
            sources: SourcesConfig::default(),
            close_loop: CloseLoopConfig::default(),
            features: FeaturesConfig::default(),
            log: LogConfig { json: false, filter: None },
        }
    }

    /// Whether somebody who comes to `address` has to log in. Nobody has to in a demo that only this machine can reach.
    ///
    /// # Errors
    /// Why not where a demo would be open to others, and what to do.
    pub fn doors(&self, address: SocketAddr, demo: bool) -> Result<Doors, String> {
        // A name for others, a proxy that knows people, or a provider says that others come.
        let others = self.http.user_header.is_some() || self.http.public_url.is_some();
        if !demo || others || !self.log_in.providers.is_empty() {
            return Ok(Doors::LogIn);
        }
        if address.ip().to_canonical().is_loopback() {
            return Ok(Doors::Open);
        }
        Err(format!(
            "the demo has no log-in, and whoever can reach {address} could read and change everything; listen on \
             127.0.0.1, or write under [http] the public_url others come to, or the user_header of a proxy that knows them"
        ))
    }

    /// Today, as the workspace counts.
    #[must_use]
    pub fn today(&self) -> Today {
        Today { day: self.clock.today(), calendar: self.calendar }
    }
}

/// The hub that models are fetched from when no other is named.
const HUB: &str = "https://huggingface.co";

/// Which PostgreSQL to use.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// A server to use (`postgres://…`). None: a private cluster in the data directory.
    pub url: Option<String>,
}

impl std::fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseConfig").field("url", &self.url.as_ref().map(|_| "…")).finish()
    }
}

/// Which vector index to use.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IndexConfig {
    /// A Qdrant server (gRPC, `http://host:6334`). None: Qdrant Edge in this process, in the data directory.
    pub url: Option<String>,
    /// API key for the server.
    pub api_key: Option<String>,
}

impl std::fmt::Debug for IndexConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexConfig")
            .field("url", &self.url)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .finish()
    }
}

/// Whether people have to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doors {
    /// Nobody has to: they say who they are.
    Open,
    /// Everybody has to.
    LogIn,
}

/// How the HTTP service listens and what it accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpConfig {
    /// Address and port.
    pub listen: SocketAddr,
    /// Host names, besides loopback and bare addresses, that requests may be sent to; lower case, without port.
    pub allowed_hosts: BTreeSet<String>,
    /// The largest import body, in bytes.
    pub max_import_bytes: u64,
    /// Questions answered at the same time.
    pub concurrent_answers: usize,
    /// Questions that may wait for their turn; one more is refused with 503.
    pub waiting_answers: usize,
    /// The longest question, in characters.
    pub question_chars: usize,
    /// Connections open at the same time; one more takes the place of the oldest that has sent no request yet.
    pub connections: usize,
    /// How long a connection may take to send the next request's head, and so how long it may lie idle.
    pub head_patience: Duration,
    /// How long a body may pause while it is sent.
    pub body_patience: Duration,
    /// Address under which people reach the service from elsewhere, as in `https://cs.example.com`; links in messages lead
    /// there. None: it is reached from this machine only.
    pub public_url: Option<String>,
    /// A header in which a proxy that knows who is there names them, in lower case. None: people name themselves.
    pub user_header: Option<String>,
}

impl HttpConfig {
    /// What to know where others can reach `address`, but not over https: what travels can be read on the way. None where
    /// only this machine can.
    #[must_use]
    pub fn in_clear(&self, address: SocketAddr) -> Option<String> {
        let https = self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
        if address.ip().to_canonical().is_loopback() || self.user_header.is_some() || https {
            return None;
        }
        Some(format!(
            "What goes to and from {address} is not encrypted, and neither are log-ins: put a proxy that speaks https \
             before it, and write its address as public_url under [http]."
        ))
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            allowed_hosts: BTreeSet::new(),
            max_import_bytes: 512 * 1024 * 1024,
            concurrent_answers: 16,
            waiting_answers: 128,
            question_chars: 4_000,
            connections: 512,
            head_patience: Duration::from_secs(30),
            body_patience: Duration::from_secs(30),
            public_url: None,
            user_header: None,
        }
    }
}

/// How tasks are worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JobsConfig {
    /// Tasks that take moments worked on at the same time: commands, buttons, events.
    pub quick: usize,
    /// Tasks that may take minutes worked on at the same time: answers, reading, indexing.
    pub slow: usize,
    /// Seconds after which a process that says nothing counts as gone, and its tasks are given to others. The same in
    /// all processes on one database: each says four times within its own that it is there.
    pub gone_after_seconds: u64,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self { quick: 4, slow: 8, gone_after_seconds: 30 }
    }
}

/// When what to know before a meeting comes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MeetingsConfig {
    /// Minutes before a meeting begins; 0: it does not come by itself.
    pub brief_minutes_before: u32,
}

impl Default for MeetingsConfig {
    fn default() -> Self {
        Self { brief_minutes_before: 60 }
    }
}

/// What is switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeaturesConfig {
    /// The sections and the pages of accounts.
    pub success: bool,
}

impl Default for FeaturesConfig {
    fn default() -> Self {
        Self { success: true }
    }
}

/// A language model behind an OpenAI-compatible address.
#[derive(Clone, PartialEq)]
pub struct ModelConfig {
    /// Address of the API, as in `https://api.openai.com/v1`.
    pub base_url: String,
    /// The key; none for local servers that want none.
    pub api_key: Option<String>,
    /// Name of the model.
    pub name: String,
    /// Seconds a turn may take on it, before the built-in analyst takes over.
    pub deadline_seconds: u32,
    /// Tokens that fit its window, what it writes included.
    pub context_tokens: u32,
    /// Tokens an answer may have.
    pub answer_tokens: u32,
    /// Tokens a turn may read and write in all.
    pub turn_tokens: u64,
    /// Whether it also reads calls and e-mails, in the background of `serve`. By default only where they stay on this
    /// machine or its network: reading everything through a paid API costs money and sends it all that customers said.
    pub read: bool,
    /// US dollars for a million tokens, read and written.
    pub prices: Option<(f64, f64)>,
}

impl ModelConfig {
    /// This model at this address, everything else at its default.
    #[must_use]
    pub fn new(base_url: impl Into<String>, api_key: Option<String>, name: impl Into<String>) -> Self {
        let base_url = base_url.into();
        Self {
            read: near::is_near(&base_url),
            base_url,
            api_key,
            name: name.into(),
            deadline_seconds: 60,
            context_tokens: 32_000,
            answer_tokens: 1_000,
            turn_tokens: 150_000,
            prices: None,
        }
    }
}

impl std::fmt::Debug for ModelConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ModelConfig")
            .field("base_url", &self.base_url)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// After how many days without a new record a source counts as stale, per source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FreshnessConfig {
    /// Calls.
    pub call_days: u32,
    /// E-mails.
    pub email_days: u32,
    /// Product usage.
    pub usage_days: u32,
    /// Payments; contracts are paid monthly or yearly, so this is generous.
    pub payment_days: u32,
}

impl Default for FreshnessConfig {
    fn default() -> Self {
        Self { call_days: 60, email_days: 45, usage_days: 7, payment_days: 400 }
    }
}

/// What is logged and how it is written. Logs go to standard error and never hold a question's or a record's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// One JSON object a line instead of text.
    pub json: bool,
    /// A filter such as `info,success_agent=debug`. None: warnings for commands, information for the service.
    pub filter: Option<String>,
}
