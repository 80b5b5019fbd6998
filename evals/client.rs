//! The HTTP interface as a client sees it: only what is published, in types of its own.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An answer, as `POST /api/ask` gives it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// Markdown with `[n]` marks.
    pub answer: String,
    /// What the marks name.
    #[serde(default)]
    pub citations: Vec<Citation>,
    /// Domain of the account it is about.
    pub account: Option<String>,
    /// Sent again to follow up.
    pub conversation: String,
    /// Names of the tools used.
    #[serde(default)]
    pub tools_used: Vec<String>,
    /// Questions offered to the reader.
    #[serde(default)]
    pub offers: Vec<Value>,
    /// What can be approved.
    #[serde(default)]
    pub cards: Vec<Value>,
    /// Why another model than the configured one wrote it.
    #[serde(default)]
    pub notice: Option<String>,
    /// What the checks did.
    #[serde(default)]
    pub checks: Checks,
    /// What asking a language model cost.
    #[serde(default)]
    pub usage: Usage,
    /// Milliseconds, by the server's own clock.
    pub elapsed_ms: u64,
    /// Where they went.
    #[serde(default)]
    pub timings: Timings,
    /// What was done for it.
    #[serde(default)]
    pub work: Work,
}

/// Where the time of a turn went, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Timings {
    /// Reading what the turn begins with.
    pub prepare_ms: f64,
    /// The model.
    pub model_ms: f64,
    /// The tools.
    pub tools_ms: f64,
    /// The checks.
    pub checks_ms: f64,
    /// Keeping the turn.
    pub save_ms: f64,
}

/// What was done for an answer.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Work {
    /// Statements the database ran.
    pub statements: u64,
    /// Texts a model embedded.
    pub embeddings: u64,
    /// Passages that were read.
    pub passages: u64,
    /// Sentences that text was cut into.
    pub sentences: u64,
}

/// What the checks did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Checks {
    /// What was left out or corrected, a sentence each.
    pub corrections: Vec<String>,
}

/// What asking a language model cost.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Times it was asked.
    pub requests: u32,
    /// How many of these times it had to write again what did not hold.
    pub repairs: u32,
    /// Tokens it read.
    pub prompt_tokens: u64,
    /// Tokens it wrote.
    pub completion_tokens: u64,
    /// Millionths of a US dollar.
    pub cost_micros: Option<u64>,
}

/// A numbered citation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Citation {
    /// The number in the text.
    pub n: u32,
    /// The imported record's id.
    pub id: String,
    /// Kind of record.
    pub kind: String,
    /// Domain of the account.
    pub account: Option<String>,
    /// Title of the record.
    #[serde(default)]
    pub title: String,
    /// The words cited.
    #[serde(default)]
    pub quote: String,
}

/// A record, as `GET /api/records` gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Record {
    /// Domain of the account.
    pub account: Option<String>,
    /// Title.
    pub title: String,
    /// When it happened.
    pub occurred_at: Option<String>,
    /// Its body.
    pub lines: Vec<Line>,
}

/// A line of a record.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// Speaker or name of the fact.
    pub label: Option<String>,
    /// The words.
    pub text: String,
}

/// A passage found by `POST /api/search`.
#[derive(Clone, Debug, Deserialize)]
pub struct Hit {
    /// First turn of a call's transcript.
    pub first_turn: Option<usize>,
    /// Last turn.
    pub last_turn: Option<usize>,
}

/// What an import did.
#[derive(Clone, Debug, Deserialize)]
pub struct Imported {
    /// Lines read.
    pub lines: u64,
    /// Passages indexed.
    pub passages: u64,
    /// Lines that did not land.
    pub rejected_total: u64,
    /// The first of them.
    pub rejected: Vec<Value>,
}

#[derive(Deserialize)]
struct Found {
    hits: Vec<Hit>,
    elapsed_us: u64,
}

#[derive(Deserialize)]
struct Ready {
    unembedded: Option<u64>,
}

#[derive(Deserialize)]
struct Accounts {
    accounts: Vec<Account>,
}

/// An account, as `GET /api/accounts` lists it.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// Everything else that is shown of it.
    #[serde(flatten)]
    pub facts: serde_json::Map<String, Value>,
}

/// A connection to a server. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    /// Of the server at `url`, where nobody has to log in.
    pub fn new(url: &str) -> Self {
        Self::with(reqwest::Client::new(), url)
    }

    /// Of the server at `url`, by a client that proves who it is.
    pub fn with(http: reqwest::Client, url: &str) -> Self {
        Self { http, url: url.to_owned() }
    }

    /// Asks a question.
    ///
    /// # Errors
    /// A refusal with its words, or that the server cannot be reached.
    pub async fn ask(&self, question: &str, account: Option<&str>, conversation: Option<&str>) -> Result<Answer> {
        let body = json!({"question": question, "account": account, "conversation": conversation});
        read(self.http.post(format!("{}/api/ask", self.url)).json(&body)).await
    }

    /// Searches the passages of an account; the best first, and the server's own time.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub async fn search(&self, query: &str, account: &str, limit: u32) -> Result<(Vec<Hit>, Duration)> {
        let body = json!({"query": query, "account": account, "limit": limit});
        let found: Found = read(self.http.post(format!("{}/api/search", self.url)).json(&body)).await?;
        Ok((found.hits, Duration::from_micros(found.elapsed_us)))
    }

    /// Imports JSON Lines; every line has to land.
    ///
    /// # Errors
    /// As [`Client::ask`], or the first line that did not land.
    pub async fn import(&self, lines: String) -> Result<Imported> {
        let request = self.http.post(format!("{}/api/import", self.url));
        let imported: Imported = read(request.header("content-type", "application/x-ndjson").body(lines)).await?;
        if imported.rejected_total > 0 {
            bail!("{} lines did not land, the first: {:?}", imported.rejected_total, imported.rejected.first());
        }
        Ok(imported)
    }

    /// Waits until the meaning of all records is known, where a model tells it; says whether one does.
    ///
    /// # Errors
    /// As [`Client::ask`], or that it takes longer than `patience`.
    pub async fn embedded(&self, patience: Duration) -> Result<bool> {
        let since = Instant::now();
        while since.elapsed() < patience {
            let ready: Ready = read(self.http.get(format!("{}/readyz", self.url))).await?;
            match ready.unembedded {
                None => return Ok(false),
                Some(0) => return Ok(true),
                Some(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
        bail!("the meaning of all records is not known after {} minutes", patience.as_secs() / 60)
    }

    /// A record.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub async fn record(&self, kind: &str, id: &str) -> Result<Record> {
        let mut url = reqwest::Url::parse(&self.url)?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(["api", "records", kind]).extend(id.split('/'));
        }
        read(self.http.get(url)).await
    }

    /// All accounts.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        let accounts: Accounts = read(self.http.get(format!("{}/api/accounts?limit=10000", self.url))).await?;
        Ok(accounts.accounts)
    }
}

async fn read<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T> {
    let response = request.send().await.context("the server cannot be reached")?;
    let status = response.status();
    let body = response.bytes().await?;
    if !status.is_success() {
        bail!("{status}: {}", String::from_utf8_lossy(&body));
    }
    serde_json::from_slice(&body).context("the response does not have the fields wanted")
}
