//! The application's handles: what is opened at the start, what is closed at the end, and everything in between in a
//! line each.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::draft::Outbox;
use super::meaning::{Embedding, Place};
use super::read_along::{Bell, Limits, ReadAlong};
use super::running::Running;
use super::source::{Sealer, Sources};
use super::{
    AppError, ImportSummary, Intake, ModelReading, Progress, ProgressSink, Readiness, RecordView, Search, record,
};
use crate::agent::driver::{Agent, Budget};
use crate::agent::ledger::Ledger;
use crate::agent::letters::Voice;
use crate::agent::not_seen::FreshnessLimits;
use crate::agent::scope::TurnScope;
use crate::agent::tools::{ToolError, Toolbox};
use crate::config::{Config, MeetingsConfig, ModelConfig};
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{self, AccountScope, PassageHit, PassageQuery, Scope};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Zone;
use crate::domain::tool::ToolArgs;
use crate::domain::tool::activity::{ActivityList, ListActivity};
use crate::domain::tool::portfolio::{Portfolio, PortfolioView};
use crate::knowledge::late::{LateIndex, Opening};
use crate::knowledge::{EdgeIndex, IndexError, Knowledge, ServerConfig, ServerIndex, VectorIndex};
use crate::model::analyst::Analyst;
use crate::model::form::FormModel;
use crate::model::openai::{OpenAi, choose_cryptography};
use crate::model::reader::{BuiltInReader, JOIN_VERSION};
use crate::sources::http;
use crate::store::embedded::{Cluster, DataDirLock, Durability};
use crate::store::{Projection, Store};

/// How long the start waits for a database that is coming up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Under which name a workspace keeps which reader read it.
const READER: &str = "reader";

/// Under which name a workspace keeps the zone its days are told in.
const ZONE: &str = "time zone";

/// What the collections on a Qdrant server are called.
const COLLECTION: &str = "success-agent";

/// How long a request to a Qdrant server may take.
const INDEX_TIMEOUT: Duration = Duration::from_secs(10);

/// Hits a search gives when nothing else is asked, and at most.
const HITS: (u32, u32) = (10, 100);

/// Shared handles. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(super) intake: Intake,
    pub(super) agent: Agent,
    pub(super) workspace: WorkspaceId,
    pub(super) running: Running,
    pub(super) bell: Bell,
    pub(super) outbox: Outbox,
    pub(super) meetings: MeetingsConfig,
    pub(super) read_along: Option<ReadAlong>,
    pub(super) embedding: Option<Embedding>,
    pub(super) sources: Sources,
    embedded: Arc<Mutex<Embedded>>,
}

/// What runs in this process and must be stopped with it.
#[derive(Default)]
struct Embedded {
    cluster: Option<Cluster>,
    lock: Option<DataDirLock>,
}

impl App {
    /// Opens everything the configuration names, starting the private PostgreSQL if that is what it says. Whatever a crash,
    /// another version or an index that had to be thrown away left to do is only noted: [`App::catch_up`] does it, so that
    /// questions are answered meanwhile. Takes the data directory's lock when something lives in this process.
    ///
    /// # Errors
    /// [`AppError::Conflict`] while another process has the data directory; else what could not be started and what to
    /// do about it.
    pub async fn open(config: &Config, progress: ProgressSink) -> Result<Self, AppError> {
        let private = config.database.url.is_none() || config.index.url.is_none();
        let lock = if private { Some(DataDirLock::acquire(&config.data_dir, "success-agent")?) } else { None };
        let (url, cluster) = match (&config.database.url, &lock) {
            (Some(url), _) => (url.clone(), None),
            (None, Some(lock)) => {
                progress(Progress { stage: "Starting PostgreSQL".to_owned(), done: 0, total: None });
                let cluster = Cluster::start(lock, Durability::Full).await?;
                (cluster.url().to_owned(), Some(cluster))
            }
            (None, None) => return Err(AppError::Invalid("No database is configured.".to_owned())),
        };
        let store = Store::connect(&url, config.clock.zone(), PATIENCE).await?;
        let workspace = store.workspace(&config.workspace).await?;
        let (index, discarded) = open_index(config).await?;
        let knowledge = Knowledge::new(index);
        let mut intake = Intake::new(
            store.clone(),
            knowledge.clone(),
            Arc::new(BuiltInReader),
            workspace,
            config.clock,
            config.health.clone(),
        );
        intake.day_first = config.calendar.day_first;
        intake.with_notes = config.model.as_ref().is_some_and(|model| model.read);
        let mut tools = Toolbox::new(store, knowledge, config.clock, config.health.clone());
        tools.actions = config.actions.clone();
        tools.close_loop = config.close_loop;
        tools.calendar = config.calendar;
        tools.letters.voice = Arc::new(Voice::read(&config.voice));
        let limits = FreshnessLimits {
            call_days: config.freshness.call_days.into(),
            email_days: config.freshness.email_days.into(),
            usage_days: config.freshness.usage_days.into(),
            payment_days: config.freshness.payment_days.into(),
        };
        let agent = Agent::new(Arc::new(Analyst), tools.clone(), limits);
        let embedded = Arc::new(Mutex::new(Embedded { cluster, lock }));
        let place = match server(config) {
            Some(server) => Place::Server(server),
            None => Place::Folder(config.data_dir.join("meaning")),
        };
        let embedding = Embedding::open(&intake, &tools, &config.embedding, place).await?;
        intake.embeds = embedding.is_some();
        let running = Running::default();
        let bell = Bell::default();
        let outbox = Outbox::new(config);
        let read_along = match &config.model {
            Some(model) => Some(reading_along(&intake, model, &bell)?),
            None => None,
        };
        let meetings = config.meetings;
        choose_cryptography();
        let sources = Sources {
            every_minutes: config.sources.every_minutes,
            raw_days: config.sources.raw_days,
            clients: config.sources.clients.clone(),
            sealer: match config.sources.key {
                Some(key) => Sealer::new(key),
                None => Sealer::of_folder(&config.data_dir)?,
            },
            client: http::client().map_err(AppError::Invalid)?,
        };
        let mut app = Self {
            intake,
            agent,
            workspace,
            running,
            bell,
            outbox,
            meetings,
            read_along,
            embedding,
            sources,
            embedded,
        };
        if let Some(model) = &config.model {
            app = app.on_model(model)?;
        }
        app.read_anew_when_the_reader_changed().await?;
        if discarded {
            // Serving does not wait for what may take long; catching up builds it anew.
            app.intake.index_is_lost().await?;
        }
        Ok(app)
    }

    /// The same application, answering with a language model; the model it has answers when that one cannot.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when this machine cannot make secure connections.
    pub fn on_model(&self, model: &ModelConfig) -> Result<Self, AppError> {
        let budget = Budget { time: Duration::from_secs(model.deadline_seconds.into()), tokens: model.turn_tokens };
        let model = Arc::new(OpenAi::new(model.clone()).map_err(|error| AppError::Invalid(error.to_string()))?);
        let mut agent = self.agent.clone();
        // Written twice at most, within the time of a turn.
        agent.tools.letters.writer = Some((Arc::clone(&model) as Arc<dyn FormModel>, budget.time / 3));
        Ok(Self { agent: agent.on(model, budget), ..self.clone() })
    }

    /// Tells what passages mean until nothing is left to tell; gives the number of windows, 0 where no model does.
    ///
    /// # Errors
    /// When the model, the database or the index is out of reach.
    pub async fn embed(&self) -> Result<u64, AppError> {
        match &self.embedding {
            Some(embedding) => Box::pin(embedding.catch_up()).await,
            None => Ok(0),
        }
    }

    /// Promises and requests are read again when the reader has learned: what an older one read is no longer what it says.
    /// So they are when the workspace tells its days in another zone, or writes its dates otherwise.
    async fn read_anew_when_the_reader_changed(&self) -> Result<(), AppError> {
        let store = &self.intake.store;
        let read_by: Option<String> = store.meta(self.workspace, READER).await?;
        let notes = if self.intake.with_notes { ", with notes of a model" } else { "" };
        let dates = if self.intake.day_first { ", day first" } else { "" };
        let zone = self.intake.clock.zone();
        let days = if zone == Zone::UTC { String::new() } else { format!(", in {}", zone.name()) };
        let reader = format!("{}, joined by {JOIN_VERSION}{notes}{days}{dates}", self.intake.reader.version());
        let told_in: Option<String> = store.meta(self.workspace, ZONE).await?;
        if told_in.as_deref().unwrap_or(Zone::UTC.name()) != zone.name() {
            // Passages are found by the days of the zone they were written down in.
            self.intake.index_is_lost().await?;
            store.put_meta(self.workspace, ZONE, &zone.name()).await?;
        }
        if read_by.as_deref() != Some(&reader) {
            store.mark_all_unread(self.workspace).await?;
            store.put_meta(self.workspace, READER, &reader).await?;
        }
        Ok(())
    }

    /// Loads (or, on a new day, reloads) the demo workspace.
    ///
    /// # Errors
    /// What importing it answers.
    pub async fn load_demo(&self, progress: ProgressSink) -> Result<(), AppError> {
        self.intake.load_demo(&progress).await.map(drop)
    }

    /// Searches passages.
    ///
    /// # Errors
    /// [`AppError::NotFound`] naming an account that does not exist; [`AppError::Invalid`] without an account, unless
    /// only releases are searched.
    pub async fn search(&self, search: Search) -> Result<Vec<PassageHit>, AppError> {
        let accounts = match self.account_or_all(search.account.as_deref()).await? {
            Some(account) => AccountScope::Only(vec![account]),
            None if search.kinds == [RecordKind::Release] => AccountScope::Shared,
            None => {
                return Err(AppError::Invalid(
                    "Say which account to search: --account DOMAIN (or `account` in the request).".to_owned(),
                ));
            }
        };
        let limit = search.limit.unwrap_or(HITS.0).clamp(1, HITS.1) as usize;
        let query = PassageQuery { text: search.query, kinds: search.kinds, limit, ..PassageQuery::default() };
        let mut hits = self.intake.knowledge.search(&Scope { workspace: self.workspace, accounts }, &query).await?;
        let notes = passage::notes_among(&hits);
        if !notes.is_empty() {
            passage::keep_known(&mut hits, &self.intake.store.records(self.workspace, &notes).await?);
        }
        Ok(hits)
    }

    /// Accounts with their state.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn accounts(&self, filter: Portfolio) -> Result<PortfolioView, AppError> {
        self.look_up(filter).await
    }

    /// An account's timeline.
    ///
    /// # Errors
    /// [`AppError::NotFound`] naming an account that does not exist.
    pub async fn activity(&self, filter: ListActivity) -> Result<ActivityList, AppError> {
        self.look_up(filter).await
    }

    /// What a tool gives, over all accounts; its evidence goes into `ledger`.
    pub(super) async fn tool_with<T: ToolArgs>(
        &self,
        ledger: &mut Ledger,
        arguments: T,
    ) -> Result<T::Output, AppError> {
        let scope = TurnScope::looking(self.workspace, None);
        let fault = |error: serde_json::Error| internal(error.into());
        let arguments = serde_json::to_value(arguments).map_err(fault)?;
        let known = self.agent.tools.known(self.workspace).await?;
        let output = Box::pin(self.agent.tools.call(&scope, &known, ledger, T::NAME, arguments)).await?;
        serde_json::from_value(output).map_err(fault)
    }

    /// A record, for the reader of a citation.
    ///
    /// # Errors
    /// [`AppError::NotFound`] naming a record that does not exist.
    pub async fn record(&self, record: RecordRef) -> Result<RecordView, AppError> {
        let store = &self.intake.store;
        let mut view = record::view(store.record(self.workspace, &record).await?);
        if record.kind == RecordKind::Call {
            let written = store.summaries(self.workspace, std::slice::from_ref(&record.id)).await?.remove(&record.id);
            record::add_summary(&mut view, written);
        }
        Ok(view)
    }

    /// Imports JSON Lines. `name` is the file's, for messages. Records whose account comes later in the input land too.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] saying how much landed and how to go on when a service is lost on the way or the program
    /// ends. Lines that are wrong are in the summary instead.
    pub async fn import(
        &self,
        name: Option<String>,
        input: Box<dyn tokio::io::AsyncBufRead + Send + Unpin>,
        progress: ProgressSink,
    ) -> Result<ImportSummary, AppError> {
        let imported = self.intake.import(name, input, &progress).await;
        self.read_along_later().await;
        imported
    }

    /// How far the language model is with reading, where one is configured.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn model_reading(&self) -> Result<Option<ModelReading>, AppError> {
        match &self.read_along {
            Some(along) => Ok(Some(along.told().await?)),
            None => Ok(None),
        }
    }

    /// Rebuilds the index from the database; returns the number of passages.
    ///
    /// # Errors
    /// When the database or the index is out of reach.
    pub async fn reindex(&self, progress: ProgressSink) -> Result<u64, AppError> {
        self.intake.reindex(&progress).await
    }

    /// Whether the service can answer.
    pub async fn readiness(&self) -> Readiness {
        let store = &self.intake.store;
        let mut problems = Vec::new();
        let accounts = store.workspace_counts(self.workspace, &[RecordKind::Account]).await;
        let accounts = accounts
            .map_err(|error| problems.push(error.to_string()))
            .ok()
            .and_then(|counts| counts.first().map(|(_, count)| *count));
        let unindexed = store.count_behind(self.workspace, Projection::Words).await.unwrap_or_default();
        let unembedded = match &self.embedding {
            Some(_) => store.count_behind(self.workspace, Projection::Meaning).await.ok(),
            None => None,
        };
        let everything = Scope { workspace: self.workspace, accounts: AccountScope::All };
        let mut warnings = Vec::new();
        let indexed = self.intake.knowledge.count(&everything).await;
        match indexed.map(drop).and(self.intake.knowledge.room().await) {
            Ok(()) => {}
            Err(IndexError::DiskFull(text)) => {
                warnings.push(format!("{text} What comes in meanwhile is kept, and is searchable once there is room."));
            }
            Err(error) => problems.push(error.to_string()),
        }
        Readiness {
            ready: problems.is_empty(),
            problems,
            warnings,
            accounts: accounts.unwrap_or_default(),
            unindexed,
            unembedded,
        }
    }

    /// Has what takes long end where it can be gone on with: an import after the batch it stores.
    pub fn wind_down(&self) {
        self.intake.stop.cancel();
    }

    /// Stops what [`App::open`] started, cleanly.
    pub async fn close(self) {
        if let Err(error) = self.intake.knowledge.close().await {
            tracing::warn!(%error, "the index did not close cleanly; it is checked at the next start");
        }
        self.intake.store.close().await;
        let mut embedded = self.embedded.lock().await;
        if let Some(cluster) = embedded.cluster.take() {
            cluster.stop().await;
        }
        drop(embedded.lock.take());
    }
}

/// What a model does while nobody waits.
fn reading_along(intake: &Intake, model: &ModelConfig, bell: &Bell) -> Result<ReadAlong, AppError> {
    let limits = Limits::default();
    let patient = OpenAi::patient(model.clone(), limits.deadline);
    let patient = patient.map_err(|error| AppError::Invalid(error.to_string()))?;
    Ok(ReadAlong::new(intake.clone(), Arc::new(patient), model.read, limits, bell.clone()))
}

/// The Qdrant server, if one is configured.
fn server(config: &Config) -> Option<ServerConfig> {
    Some(ServerConfig {
        url: config.index.url.clone()?,
        api_key: config.index.api_key.clone(),
        collection: COLLECTION.to_owned(),
        timeout: INDEX_TIMEOUT,
    })
}

/// The index, and whether an unusable one was thrown away to be built anew. One that cannot be opened now is opened later,
/// unless that would fail again: a start waits for nothing that may be away for long.
async fn open_index(config: &Config) -> Result<(Arc<dyn VectorIndex>, bool), AppError> {
    let error = match try_index(server(config), &config.data_dir).await {
        Ok(opened) => return Ok(opened),
        Err(error @ IndexError::Invalid(_)) => return Err(error.into()),
        Err(error) => error,
    };
    tracing::warn!(error = &error as &dyn std::error::Error, "the search index cannot be opened; it is tried again");
    let (server, data_dir) = (server(config), config.data_dir.clone());
    let opening: Opening = Box::new(move || {
        let (server, data_dir) = (server.clone(), data_dir.clone());
        // One made anew is filled by the task that catches up.
        Box::pin(async move { Ok(try_index(server, &data_dir).await?.0) })
    });
    Ok((Arc::new(LateIndex::new(opening, error)), false))
}

async fn try_index(server: Option<ServerConfig>, data_dir: &Path) -> Result<(Arc<dyn VectorIndex>, bool), IndexError> {
    if let Some(server) = server {
        return Ok((Arc::new(ServerIndex::connect(&server).await?), false));
    }
    let directory: &Path = &data_dir.join("index");
    match EdgeIndex::open(directory).await {
        Ok(index) => Ok((Arc::new(index), false)),
        Err(IndexError::NeedsRebuild(reason)) => {
            tracing::warn!(reason, "the index cannot be used; it is built anew from the database");
            EdgeIndex::discard(directory).await?;
            Ok((Arc::new(EdgeIndex::open(directory).await?), true))
        }
        Err(error) => Err(error),
    }
}

pub(super) fn internal(source: anyhow::Error) -> AppError {
    AppError::Internal {
        public: "Something went wrong on our side; the log of the service says more.".to_owned(),
        source,
    }
}

impl From<ToolError> for AppError {
    fn from(error: ToolError) -> Self {
        match error {
            ToolError::Refused(text) | ToolError::Invalid(text) => Self::Invalid(text),
            ToolError::NotFound(text) => Self::NotFound(text),
            ToolError::Unavailable(text) => Self::Unavailable(text),
            ToolError::Internal(source) => internal(source),
        }
    }
}
