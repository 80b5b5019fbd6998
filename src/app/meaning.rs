//! What passages mean, as a second projection of the store: embedded in the background while searches already answer.
//!
//! A record is marked as embedded only after its vectors are on disk, as with the index of words; which space the marks
//! are of is kept beside them, so that another model begins anew.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AppError, Intake};
use crate::agent::ledger::Ledger;
use crate::agent::scope::TurnScope;
use crate::agent::tools::Toolbox;
use crate::config::EmbeddingConfig;
use crate::domain::record::{Record, RecordRef};
use crate::domain::tool::ToolArgs as _;
use crate::domain::tool::records::ListRequests;
use crate::knowledge::meaning::MeaningError;
use crate::knowledge::{EdgeMeaning, IndexError, Meaning, MeaningIndex, ServerConfig, ServerMeaning, Space};
use crate::model::chat::ModelError;
use crate::model::embed::{Embedder, LocalEmbedder};
use crate::model::openai::OpenAiEmbedder;
use crate::store::Projection;

/// Key of what is kept about the vectors.
const META: &str = "meaning";
/// Who may write them.
const LEASE: &str = "meaning";
/// Records embedded between two marks.
const RECORDS: u32 = 4;
/// How long a call of the model may wait: nobody waits for it.
const PATIENCE: Duration = Duration::from_mins(5);

/// Where vectors are kept.
#[derive(Clone)]
pub(super) enum Place {
    /// In a folder of this machine.
    Folder(std::path::PathBuf),
    /// On a Qdrant server.
    Server(ServerConfig),
}

/// What is kept about the vectors between two runs.
#[derive(Serialize, Deserialize, PartialEq)]
struct Embedded {
    model: String,
    dimension: usize,
}

/// The work of embedding what the vectors are behind on. Cheap to clone.
#[derive(Clone)]
pub(super) struct Embedding {
    intake: Intake,
    /// Patient ones: nobody waits for them.
    tools: Toolbox,
    embedder: Arc<dyn Embedder>,
    place: Place,
}

impl Embedding {
    /// What the configuration names; none where no model was fetched. What is known of an earlier run is enough to search
    /// by meaning before the model is asked anything.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the model that is named cannot be used.
    pub async fn open(
        intake: &Intake,
        tools: &Toolbox,
        config: &EmbeddingConfig,
        place: Place,
    ) -> Result<Option<Self>, AppError> {
        let kept: Option<Embedded> = intake.store.meta(intake.workspace, META).await?;
        let embedder: Arc<dyn Embedder> = match config {
            EmbeddingConfig::Folder { path, named: true } => Arc::new(LocalEmbedder::named(path).map_err(told)?),
            EmbeddingConfig::Folder { path, named: false } => match LocalEmbedder::open(path).map_err(told)? {
                Some(embedder) => Arc::new(embedder),
                None => return Ok(None),
            },
            EmbeddingConfig::Api(api) => {
                let known = kept.as_ref().filter(|kept| kept.model == OpenAiEmbedder::name_of(api));
                let known = known.map(|kept| kept.dimension);
                Arc::new(OpenAiEmbedder::new(api.clone(), known).map_err(told)?)
            }
        };
        let embedding =
            Self { intake: intake.clone(), tools: Toolbox { patience: PATIENCE, ..tools.clone() }, embedder, place };
        let here = matches!(config, EmbeddingConfig::Folder { .. });
        if here || kept.is_some_and(|kept| kept.model == embedding.embedder.name()) {
            match embedding.prepare().await {
                Ok(()) => {}
                Err(error @ AppError::Invalid(_)) => return Err(error),
                // Searches go by words until it is; the task that embeds prepares it.
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "what is known of meanings cannot be opened; it is tried again");
                }
            }
        }
        Ok(Some(embedding))
    }

    /// Opens where the vectors are kept, and lets searches use it. What is kept of another space, or cannot be read, is
    /// made anew.
    async fn prepare(&self) -> Result<(), AppError> {
        let Intake { store, knowledge, workspace, .. } = &self.intake;
        if knowledge.meaning().is_some() {
            return Ok(());
        }
        let dimension = self.embedder.dimension().await.map_err(told)?;
        let space = Space { model: self.embedder.name().to_owned(), dimension };
        let (index, discarded) = self.place.open(&space).await?;
        let present = Embedded { model: space.model, dimension };
        let kept: Option<Embedded> = store.meta(*workspace, META).await?;
        if discarded || kept.as_ref() != Some(&present) {
            store.forget_projected(*workspace, Projection::Meaning).await?;
            store.put_meta(*workspace, META, &present).await?;
        }
        knowledge.understand(Meaning::new(Arc::clone(&self.embedder), index));
        Ok(())
    }

    /// Embeds all that the vectors are behind on; gives the number of windows.
    ///
    /// # Errors
    /// When the model, the store or the index is out of reach; what was done stays, and the next run goes on from there.
    pub async fn catch_up(&self) -> Result<u64, AppError> {
        self.prepare().await?;
        let Intake { store, knowledge, workspace, .. } = &self.intake;
        let Some(meaning) = knowledge.meaning() else { return Ok(0) };
        self.match_requests().await?;
        let mut windows = 0;
        loop {
            let _lease = store.lease(*workspace, LEASE).await?;
            let behind = store.behind(*workspace, Projection::Meaning, RECORDS).await?;
            if behind.is_empty() {
                break;
            }
            let (records, marks): (Vec<Record>, Vec<(RecordRef, i64)>) =
                behind.into_iter().map(|behind| (behind.record, (behind.reference, behind.revision))).unzip();
            windows += meaning.put(*workspace, &records).await?;
            store.mark_projected(*workspace, Projection::Meaning, &marks).await?;
        }
        if windows > 0 {
            meaning.settle().await?;
        }
        Ok(windows)
    }

    /// Learns what requests and releases mean, so that nobody waits for it who asks which of them match.
    async fn match_requests(&self) -> Result<(), AppError> {
        let workspace = self.intake.workspace;
        let scope = TurnScope::looking(workspace, None);
        let known = self.tools.known(workspace).await?;
        let everything = serde_json::to_value(ListRequests::default()).unwrap_or_default();
        self.tools.call(&scope, &known, &mut Ledger::default(), ListRequests::NAME, everything).await?;
        Ok(())
    }
}

impl Place {
    /// The vectors of `space`, and whether what was there had to be thrown away.
    async fn open(&self, space: &Space) -> Result<(Arc<dyn MeaningIndex>, bool), IndexError> {
        let folder = match self {
            Self::Server(server) => return Ok((Arc::new(ServerMeaning::connect(server, space).await?), false)),
            Self::Folder(folder) => folder,
        };
        match EdgeMeaning::open(folder, space).await {
            Ok(index) => Ok((Arc::new(index), false)),
            Err(IndexError::NeedsRebuild(reason)) => {
                tracing::info!(reason, "the vectors cannot be used; they are made anew");
                EdgeMeaning::discard(folder).await?;
                Ok((Arc::new(EdgeMeaning::open(folder, space).await?), true))
            }
            Err(error) => Err(error),
        }
    }
}

fn told(error: ModelError) -> AppError {
    match error {
        ModelError::Transient(text) => AppError::Unavailable(text),
        ModelError::Refused(text) | ModelError::Permanent(text) => AppError::Invalid(text),
    }
}

impl From<MeaningError> for AppError {
    fn from(error: MeaningError) -> Self {
        match error {
            MeaningError::Model(error) => told(error),
            MeaningError::Index(error) => error.into(),
            MeaningError::Resting => Self::Unavailable(error.to_string()),
        }
    }
}
