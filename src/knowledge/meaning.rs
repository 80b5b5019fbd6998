//! What passages mean, as vectors: cut into windows, embedded, and found by how near they lie to a query.
//!
//! A model reads only so many words at once, and a question is about a sentence or two; so each passage is embedded in
//! windows, and is as near to a query as its nearest window. The vectors are a projection of the records beside that of
//! their words: made in the background, found by the same scope, thrown away when the model changes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::matching::Vectors;
use super::{Candidate, IndexError, Within, chunk, point};
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{Passage, Scope};
use crate::domain::record::{Record, RecordRef};
use crate::model::chat::ModelError;
use crate::model::embed::{Embedder, Role};
use crate::telemetry::work;

/// Windows embedded at once; bounds how long a stop waits.
const BATCH: usize = 16;

/// How long a search waits for the vector of its query before it goes by words alone.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a model that failed is left alone.
const REST: Duration = Duration::from_secs(30);

/// Short texts whose vectors are kept.
const TEXTS: usize = 20_000;

/// Queries whose vectors are kept.
const QUERIES: usize = 1_000;

/// What vectors are of: only those of one space can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// The model, as [`Embedder::name`] tells it.
    pub model: String,
    /// Numbers in a vector.
    pub dimension: usize,
}

impl Space {
    /// A short name for files and collections.
    #[must_use]
    pub fn key(&self) -> String {
        hex::encode(Sha256::digest(format!("{}\n{}", self.model, self.dimension)))[..12].to_owned()
    }
}

/// A stretch of a passage with its vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// The identifier of its point.
    pub id: Uuid,
    /// What it is filtered by.
    pub labels: serde_json::Map<String, serde_json::Value>,
    /// The hash of its words.
    pub digest: String,
    /// What they mean.
    pub vector: Vec<f32>,
}

/// A query as an index of meanings runs it.
#[derive(Clone, Debug, PartialEq)]
pub struct MeaningQuery {
    /// What is looked for.
    pub vector: Vec<f32>,
    /// What it is narrowed to.
    pub within: Within,
    /// At most this many windows.
    pub limit: usize,
}

/// Where the windows of one [`Space`] are kept and found. Both implementations pass the same conformance suite.
#[async_trait]
pub trait MeaningIndex: Send + Sync {
    /// Replaces everything kept for `sources` by `windows`, which are theirs. When it returns, they are found by searches
    /// and survive the end of the process.
    async fn replace(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
        windows: Vec<Window>,
    ) -> Result<(), IndexError>;

    /// The vectors kept for `sources`, by the hash of the words they are of.
    async fn kept(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
    ) -> Result<HashMap<String, Vec<f32>>, IndexError>;

    /// The windows in scope nearest to the query, the nearest first. Those that point away from it are left out.
    async fn nearest(&self, scope: &Scope, query: &MeaningQuery) -> Result<Vec<Candidate>, IndexError>;

    /// About how many windows are in scope.
    async fn count(&self, scope: &Scope) -> Result<u64, IndexError>;

    /// Tidies what writing has left behind.
    async fn optimize(&self) -> Result<(), IndexError>;

    /// Writes everything down and lets go of files and locks.
    async fn close(&self) -> Result<(), IndexError>;
}

/// A passage that lies near a query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// The identifier of the passage's point.
    pub id: Uuid,
    /// How near its nearest window lies, at most 1.
    pub score: f32,
    /// The number of that window.
    pub window: u32,
}

/// Why meanings could not be told.
#[derive(Debug, thiserror::Error)]
pub enum MeaningError {
    /// The model could not embed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The index could not keep or find.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The model failed a moment ago and is not asked for now.
    #[error("the embedding model failed a moment ago")]
    Resting,
}

/// A model and where its vectors are kept. Cheap to clone.
#[derive(Clone)]
pub struct Meaning {
    embedder: Arc<dyn Embedder>,
    index: Arc<dyn MeaningIndex>,
    queries: Arc<Cache<String, Arc<Vec<f32>>>>,
    texts: Arc<Cache<String, Arc<Vec<f32>>>>,
    /// Until when the model is not asked about queries, because it failed.
    resting: Arc<Mutex<Option<Instant>>>,
}

impl Meaning {
    /// Vectors of this model in this index, which must be of its space.
    #[must_use]
    pub fn new(embedder: Arc<dyn Embedder>, index: Arc<dyn MeaningIndex>) -> Self {
        Self {
            embedder,
            index,
            queries: Arc::new(Cache::new(QUERIES)),
            texts: Arc::new(Cache::new(TEXTS)),
            resting: Arc::default(),
        }
    }

    /// Embeds records, replacing what was kept for them; gives the number of windows. Words that were embedded before
    /// are not embedded again.
    ///
    /// # Errors
    /// What model or index answer; then nothing of these records changed.
    pub async fn put(&self, workspace: WorkspaceId, records: &[Record]) -> Result<u64, MeaningError> {
        let sources: BTreeSet<RecordRef> = records.iter().filter_map(chunk::source).collect();
        let sources: Vec<RecordRef> = sources.into_iter().collect();
        let passages: Vec<Passage> = records.iter().flat_map(chunk::chunk).collect();
        let mut cut: Vec<(Window, String)> = Vec::new();
        // What a mail quotes lies as near as the mail itself; it is found by its words.
        for passage in passages.iter().filter(|passage| passage.weight >= chunk::MEANT_FROM) {
            let of = point::id(workspace, passage);
            for (number, words) in (0..).zip(chunk::windows(&passage.text)) {
                let Some(id) = point::window(of, number) else { break };
                let (labels, digest) = (point::labels(workspace, passage), digest(&words));
                cut.push((Window { id, labels, digest, vector: Vec::new() }, words));
            }
        }
        let mut known = self.index.kept(workspace, &sources).await?;
        let missing: BTreeMap<&str, &str> = cut
            .iter()
            .filter(|(window, _)| !known.contains_key(&window.digest))
            .map(|(window, words)| (window.digest.as_str(), words.as_str()))
            .collect();
        let missing: Vec<(&str, &str)> = missing.into_iter().collect();
        for batch in missing.chunks(BATCH) {
            let words: Vec<String> = batch.iter().map(|(_, words)| (*words).to_owned()).collect();
            work::embeddings(words.len());
            let vectors = self.embedder.embed(words, Role::Passage).await?;
            known.extend(batch.iter().map(|(digest, _)| (*digest).to_owned()).zip(vectors));
        }
        let filled: Vec<Window> = cut
            .into_iter()
            .filter_map(|(window, _)| {
                let vector = known.get(&window.digest)?.clone();
                Some(Window { vector, ..window })
            })
            .collect();
        let count = filled.len() as u64;
        self.index.replace(workspace, &sources, filled).await?;
        Ok(count)
    }

    /// Forgets what was kept for these records.
    ///
    /// # Errors
    /// What the index answers.
    pub async fn remove(&self, workspace: WorkspaceId, sources: &[RecordRef]) -> Result<(), IndexError> {
        self.index.replace(workspace, sources, Vec::new()).await
    }

    /// The passages in scope nearest in meaning to `text`, each as near as its nearest window; from at most `limit`
    /// windows.
    ///
    /// # Errors
    /// What model or index answer.
    pub async fn nearest(
        &self,
        scope: &Scope,
        text: &str,
        within: Within,
        limit: usize,
    ) -> Result<Vec<Near>, MeaningError> {
        let vector = self.of_query(text).await?.as_ref().clone();
        let query = MeaningQuery { vector, within, limit };
        let mut nearest: Vec<Near> = Vec::new();
        let mut seen: HashSet<Uuid> = HashSet::new();
        for Candidate { id, score } in self.index.nearest(scope, &query).await? {
            let (id, window) = point::of_window(id);
            if seen.insert(id) {
                nearest.push(Near { id, score, window });
            }
        }
        Ok(nearest)
    }

    /// The vector of a query. Searches that run side by side often have the same one: it is embedded for the first of
    /// them, and the others wait.
    async fn of_query(&self, text: &str) -> Result<Arc<Vec<f32>>, MeaningError> {
        self.queries.get_or_insert_async(text, self.embed_query(text)).await
    }

    /// A model that fails or is slow is left alone for a while, so that nobody waits for it again and again.
    async fn embed_query(&self, text: &str) -> Result<Arc<Vec<f32>>, MeaningError> {
        if self.resting().is_some_and(|until| Instant::now() < until) {
            return Err(MeaningError::Resting);
        }
        work::embeddings(1);
        let embedding = self.embedder.embed(vec![text.to_owned()], Role::Query);
        let embedded = match tokio::time::timeout(PATIENCE, embedding).await {
            Ok(embedded) => embedded,
            Err(_) => Err(ModelError::Transient("it took too long".to_owned())),
        };
        let mut vectors = embedded.inspect_err(|_| *self.resting() = Some(Instant::now() + REST))?;
        Ok(Arc::new(vectors.pop().unwrap_or_default()))
    }

    /// What short texts mean, by the text: wishes and lines of release notes, which are compared with each other. Those
    /// that are not known yet are embedded, as many as `patience` allows; the others are left to their words.
    pub async fn of_texts<'t>(&self, texts: impl IntoIterator<Item = &'t str>, patience: Duration) -> Vectors {
        let since = Instant::now();
        let mut vectors = Vectors::new();
        let mut missing: BTreeSet<&str> = BTreeSet::new();
        for text in texts {
            match self.texts.get(text) {
                Some(vector) => drop(vectors.insert(text.to_owned(), vector)),
                None => drop(missing.insert(text)),
            }
        }
        let missing: Vec<&str> = missing.into_iter().collect();
        for batch in missing.chunks(BATCH) {
            if since.elapsed() > patience || self.resting().is_some_and(|until| Instant::now() < until) {
                break;
            }
            let words = batch.iter().map(|text| (*text).to_owned()).collect();
            work::embeddings(batch.len());
            match self.embedder.embed(words, Role::Query).await {
                Ok(embedded) => {
                    for (text, vector) in batch.iter().zip(embedded) {
                        let vector = Arc::new(vector);
                        self.texts.insert((*text).to_owned(), Arc::clone(&vector));
                        vectors.insert((*text).to_owned(), vector);
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "requests are matched with releases by their words until the model answers");
                    *self.resting() = Some(Instant::now() + REST);
                }
            }
        }
        vectors
    }

    fn resting(&self) -> MutexGuard<'_, Option<Instant>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// About how many windows are in scope.
    ///
    /// # Errors
    /// What the index answers.
    pub async fn count(&self, scope: &Scope) -> Result<u64, IndexError> {
        self.index.count(scope).await
    }

    /// Tidies the index.
    ///
    /// # Errors
    /// What the index answers.
    pub async fn settle(&self) -> Result<(), IndexError> {
        self.index.optimize().await
    }

    /// Writes everything down and closes the index.
    ///
    /// # Errors
    /// What the index answers.
    pub async fn close(&self) -> Result<(), IndexError> {
        self.index.close().await
    }
}

fn digest(words: &str) -> String {
    hex::encode(Sha256::digest(words))[..32].to_owned()
}
