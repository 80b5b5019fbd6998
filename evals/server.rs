//! The program under measurement: the real binary on a data directory of its own, started and stopped here.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// The clock of every run, so that answers do not depend on the day.
pub const NOW: &str = "2026-06-17T15:00:00Z";

/// How long the program may take until it answers.
const PATIENCE: Duration = Duration::from_mins(5);
const PAUSE: Duration = Duration::from_millis(50);

/// A language model the program answers with. Its address and key are taken from the environment.
pub struct Language {
    /// Its name, `OPENAI_MODEL`.
    pub name: String,
    /// The program's configuration file, for what a turn may take.
    pub settings: Option<PathBuf>,
}

/// What the program is started for.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The instant it lives in; the machine's own time where it is empty.
    pub now: &'a str,
    /// With the demo workspace, else empty.
    pub demo: bool,
    /// The model that answers; the built-in analyst where there is none.
    pub language: Option<&'a Language>,
    /// Whether passages are found by words alone, whatever model that embeds is at hand.
    pub by_words: bool,
    /// The port it listens on; any free one where it is 0.
    pub port: u16,
    /// Variables it is started with besides.
    pub variables: &'a [(&'a str, String)],
}

impl Default for Setting<'_> {
    fn default() -> Self {
        Self { now: NOW, demo: false, language: None, by_words: false, port: 0, variables: &[] }
    }
}

/// A running server; stopped, and its data directory removed, when dropped.
pub struct Server {
    child: Child,
    url: String,
    data_dir: TempDir,
}

impl Server {
    /// Starts the program on the built-in analyst; with the demo workspace if `demo`, else empty. Returns once it is ready.
    ///
    /// # Errors
    /// When it cannot be started, ends, or is not ready in time; with what it said.
    pub async fn start(demo: bool) -> Result<Self> {
        Self::start_at(NOW, demo).await
    }

    /// The same, living in another instant.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn start_at(now: &str, demo: bool) -> Result<Self> {
        Self::start_with(&Setting { now, demo, ..Setting::default() }).await
    }

    /// The same in any setting. A language model is tried first.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn start_with(setting: &Setting<'_>) -> Result<Self> {
        let data_dir = tempfile::Builder::new().prefix("success-agent-evals-").tempdir()?;
        if setting.language.is_some() {
            let mut command = command("models", data_dir.path(), setting)?;
            let tried = command.stdin(Stdio::null()).output().context("the program cannot be started")?;
            if !tried.status.success() {
                bail!("the model cannot be asked: {}", String::from_utf8_lossy(&tried.stderr).trim());
            }
        }
        let child = serve(data_dir.path(), setting)?;
        let mut server = Self { child, url: String::new(), data_dir };
        server.ready().await?;
        Ok(server)
    }

    /// Kills the program as a machine that fails would, and starts it again on what it left; returns at once, with when it
    /// was started. Its port has to be a fixed one.
    ///
    /// # Errors
    /// When it cannot be killed or started.
    pub fn kill_and_start(&mut self, setting: &Setting<'_>) -> Result<Instant> {
        self.child.kill().context("the program cannot be killed")?;
        self.child.wait()?;
        let since = Instant::now();
        self.child = serve(self.data_dir.path(), setting)?;
        Ok(since)
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A client that proves itself as the commands on this machine do: nobody has to log in. Good until the server is
    /// started again.
    pub fn http(&self) -> reqwest::Client {
        let mut headers = reqwest::header::HeaderMap::new();
        let token = token(&self.data_dir().join("server.json")).unwrap_or_default();
        if let Ok(value) = format!("Bearer {token}").parse() {
            headers.insert(reqwest::header::AUTHORIZATION, value);
        }
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(64).default_headers(headers);
        http.build().unwrap_or_default()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where it keeps its data.
    pub fn data_dir(&self) -> std::path::PathBuf {
        self.data_dir.path().join("data")
    }

    async fn ready(&mut self) -> Result<()> {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                bail!("the program ended ({status}) before it was ready:\n{}", self.said());
            }
            if let Some(address) = address(&self.data_dir().join("server.json")) {
                let url = format!("http://{address}");
                let ready = reqwest::get(format!("{url}/readyz")).await;
                if ready.is_ok_and(|response| response.status().is_success()) {
                    self.url = url;
                    return Ok(());
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("the program was not ready within {} seconds:\n{}", PATIENCE.as_secs(), self.said())
    }

    fn said(&self) -> String {
        let said = std::fs::read_to_string(self.data_dir.path().join("said.log")).unwrap_or_default();
        let lines: Vec<&str> = said.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked to stop, so that it stops the database it started.
        let asked = Command::new("kill").arg(self.pid().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            drop(self.child.kill());
        }
        let since = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && since.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(PAUSE);
        }
        drop(self.child.kill());
        drop(self.child.wait());
        // Its database may lie elsewhere on the machine; a folder removed would leave that there.
        if let Ok(mut purge) = command("purge", self.data_dir.path(), &Setting::default()) {
            drop(purge.arg("--yes").stdout(Stdio::null()).stderr(Stdio::null()).status());
        }
    }
}

/// Starts the program on the data directory in `folder`.
fn serve(folder: &Path, setting: &Setting<'_>) -> Result<Child> {
    let log = std::fs::File::options().create(true).append(true).open(folder.join("said.log"))?;
    let mut command = command("serve", folder, setting)?;
    command.args(["--listen", &format!("127.0.0.1:{}", setting.port)]).args(setting.demo.then_some("--demo"));
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    command.spawn().context("the program cannot be started")
}

/// A command of the program on the data directory in `folder`, with nothing set but what the run needs.
fn command(name: &str, folder: &Path, setting: &Setting<'_>) -> Result<Command> {
    let mut command = Command::new(program()?);
    command.arg(name).arg("--data-dir").arg(folder.join("data"));
    if setting.by_words {
        command.env_remove("EMBEDDING_MODEL_DIR").env_remove("OPENAI_EMBEDDING_MODEL");
    }
    command
        .env("SUCCESS_AGENT_NOW", setting.now)
        .env_remove("SUCCESS_AGENT_CONFIG")
        .env_remove("SUCCESS_AGENT_WORKSPACE");
    if setting.now.is_empty() {
        command.env_remove("SUCCESS_AGENT_NOW");
    }
    // Nothing of a run may reach somebody's own Slack.
    for name in ["BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET", "TOKEN_KEY", "API_URL"] {
        command.env_remove(format!("SLACK_{name}"));
    }
    command.envs(setting.variables.iter().map(|(name, value)| (name, value)));
    // A database or index named in the environment would be filled with the data of the run.
    command.env_remove("DATABASE_URL").env_remove("QDRANT_URL");
    match setting.language {
        Some(Language { name, settings }) => {
            command.env("OPENAI_MODEL", name);
            let settings = match settings {
                Some(settings) => std::path::absolute(settings)?,
                // Reading along would take the model's time from the answers, and change what is on record meanwhile.
                None => {
                    let file = folder.join("settings.toml");
                    std::fs::write(&file, "[model]\nread = false\n")?;
                    file
                }
            };
            command.env("SUCCESS_AGENT_CONFIG", settings);
        }
        // Someone who works with a model wants the figures of the built-in analyst all the same. An address alone is
        // refused, unless it is there for the model that embeds.
        None => {
            command.env_remove("OPENAI_MODEL");
            if std::env::var_os("OPENAI_EMBEDDING_MODEL").is_none() {
                command.env_remove("OPENAI_BASE_URL");
            }
        }
    }
    Ok(command)
}

/// The program: the one built with the tests, else the one beside this program.
fn program() -> Result<PathBuf> {
    let built = option_env!("CARGO_BIN_EXE_success-agent").map(PathBuf::from);
    Ok(built.map_or_else(|| std::env::current_exe().map(|own| own.with_file_name("success-agent")), Ok)?)
}

fn address(file: &Path) -> Option<String> {
    said_in(file, "address")
}

/// What commands on this machine prove themselves with.
fn token(file: &Path) -> Option<String> {
    said_in(file, "token")
}

fn said_in(file: &Path, field: &str) -> Option<String> {
    let presence: serde_json::Value = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    Some(presence.get(field)?.as_str()?.to_owned())
}
