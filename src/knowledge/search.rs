//! The search the rest of the program uses, and the writing side of the index.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use quick_cache::sync::Cache;
use uuid::Uuid;

use super::meaning::{Meaning, MeaningError, Near};
use super::{Candidate, IndexError, TermQuery, VectorIndex, Within, chunk, expansion, rank};
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{AccountScope, Passage, PassageHit, PassageQuery, Scope};
use crate::domain::record::{Record, RecordRef};
use crate::telemetry::work;

/// Candidates that are ranked when accounts are named, whatever the number asked for: usually all that share a word
/// with the query, so that rarity can be counted among them.
const CANDIDATES_OF_ACCOUNTS: usize = 200;

/// Candidates that are ranked when the whole workspace is searched; the engine's own order decides more there.
const CANDIDATES_OF_ALL: usize = 60;

/// Windows of passages that are compared by what they mean, for each passage that is ranked.
const WINDOWS_EACH: usize = 3;

/// Hits a search gives at most.
const MOST: usize = 100;

/// Records put in at once; bounds what is in memory.
const BATCH: usize = 200;

/// The searchable side of a workspace's records. Cheap to clone.
#[derive(Clone)]
pub struct Knowledge {
    index: Arc<dyn VectorIndex>,
    /// What passages mean, from when a model is known.
    meaning: Arc<OnceLock<Meaning>>,
    /// How many passages scopes have, until something is written.
    counted: Arc<Cache<Scope, u64>>,
}

/// Scopes whose passages stay counted.
const COUNTED: usize = 1_000;

impl Knowledge {
    /// Over an index.
    #[must_use]
    pub fn new(index: Arc<dyn VectorIndex>) -> Self {
        Self { index, meaning: Arc::default(), counted: Arc::new(Cache::new(COUNTED)) }
    }

    /// From now on, searches rank by what passages mean too. Only the first call counts.
    pub fn understand(&self, meaning: Meaning) {
        let _ = self.meaning.set(meaning);
    }

    /// What passages mean, if a model is known.
    #[must_use]
    pub fn meaning(&self) -> Option<&Meaning> {
        self.meaning.get()
    }

    /// The passages in scope that say what the query asks, the best first. A query without a single word finds nothing.
    /// Where meanings cannot be told, words alone decide.
    ///
    /// # Errors
    /// What the index answers.
    pub async fn search(&self, scope: &Scope, query: &PassageQuery) -> Result<Vec<PassageHit>, IndexError> {
        let terms = expansion::terms(&query.text);
        let limit = query.limit.min(MOST);
        if terms.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let named = matches!(scope.accounts, AccountScope::Only(_));
        let wanted = limit.max(if named { CANDIDATES_OF_ACCOUNTS } else { CANDIDATES_OF_ALL });
        let within = Within { kinds: query.kinds.clone(), window: query.window, source: query.source.clone() };
        let find = TermQuery { terms, within: within.clone(), limit: wanted };
        let (words, meanings) = tokio::join!(
            self.by_words(scope, &find, named),
            self.by_meaning(scope, query.meaning.as_deref().unwrap_or(&query.text), within, wanted * WINDOWS_EACH)
        );
        let candidates = rank::fused(&words?, &meanings, rank::Ranking::DEFAULT);
        let best = rank::best(&candidates, rank::Ranking::DEFAULT, limit);
        if best.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = best.iter().map(|ranked| ranked.scores.id).collect();
        work::passages(ids.len());
        let mut passages: HashMap<Uuid, Passage> = self.index.passages(&ids).await?.into_iter().collect();
        let mut hits: Vec<PassageHit> = best
            .into_iter()
            .filter_map(|ranked| {
                let passage = passages.remove(&ranked.scores.id)?;
                let window = ranked.scores.window.map(|window| window as usize);
                let nearest = window.and_then(|window| chunk::windows(&passage.text).into_iter().nth(window));
                // The record may have moved to another account since it was found.
                scope.accounts.sees(passage.account.as_deref()).then_some(PassageHit {
                    passage,
                    score: ranked.score,
                    lexical: ranked.scores.lexical,
                    dense: ranked.scores.dense,
                    nearest,
                })
            })
            .collect();
        hits.sort_by(best_first);
        hits.truncate(limit);
        Ok(hits)
    }

    /// The passages that share words with the query.
    async fn by_words(&self, scope: &Scope, find: &TermQuery, named: bool) -> Result<Vec<Candidate>, IndexError> {
        let candidates = self.index.find(scope, find).await?;
        // Documents can be counted only among all that share a term with the query.
        if candidates.is_empty() || !named || candidates.len() >= find.limit {
            return Ok(candidates);
        }
        let ids: Vec<Uuid> = candidates.iter().map(|candidate| candidate.id).collect();
        let (terms, in_scope) = tokio::try_join!(self.index.terms(&ids), self.counted(scope))?;
        Ok(rank::scored_in_scope(&find.terms, &terms, in_scope))
    }

    /// The passages that lie near the query; none where that cannot be told.
    async fn by_meaning(&self, scope: &Scope, text: &str, within: Within, limit: usize) -> Vec<Near> {
        let Some(meaning) = self.meaning.get() else { return Vec::new() };
        match meaning.nearest(scope, text, within, limit).await {
            Ok(candidates) => candidates,
            Err(MeaningError::Resting) => Vec::new(),
            Err(error) => {
                tracing::warn!(%error, "what passages mean could not be told; words alone decide");
                Vec::new()
            }
        }
    }

    /// About how many passages are in scope, which is all that rarity needs: another process may have written since.
    async fn counted(&self, scope: &Scope) -> Result<u64, IndexError> {
        self.counted.get_or_insert_async(scope, self.index.count(scope)).await
    }

    /// Indexes records, replacing what was indexed for them; returns the number of passages. Of a record given twice
    /// the last one counts. Kinds that are not searched by words are passed over.
    ///
    /// # Errors
    /// What the index answers; then some of the records may be indexed and the call can be repeated.
    pub async fn put(&self, workspace: WorkspaceId, records: &[Record]) -> Result<u64, IndexError> {
        let latest: BTreeMap<RecordRef, &Record> =
            records.iter().filter_map(|record| Some((chunk::source(record)?, record))).collect();
        let latest: Vec<(RecordRef, &Record)> = latest.into_iter().collect();
        let mut count = 0;
        for batch in latest.chunks(BATCH) {
            let sources: Vec<RecordRef> = batch.iter().map(|(source, _)| source.clone()).collect();
            let passages: Vec<Passage> = batch.iter().flat_map(|(_, record)| chunk::chunk(record)).collect();
            self.index.replace(workspace, &sources, &passages).await?;
            self.counted.clear();
            count += passages.len() as u64;
        }
        Ok(count)
    }

    /// Forgets what was indexed for these records.
    ///
    /// # Errors
    /// What the index answers.
    pub async fn remove(&self, workspace: WorkspaceId, sources: &[RecordRef]) -> Result<(), IndexError> {
        if sources.is_empty() {
            return Ok(());
        }
        self.index.replace(workspace, sources, &[]).await?;
        self.counted.clear();
        match self.meaning.get() {
            Some(meaning) => meaning.remove(workspace, sources).await,
            None => Ok(()),
        }
    }

    /// Forgets everything of a workspace: the first step of rebuilding it, followed by [`Knowledge::put`] for all its
    /// records and [`Knowledge::settle`].
    ///
    /// # Errors
    /// What the index answers.
    pub async fn clear(&self, workspace: WorkspaceId) -> Result<(), IndexError> {
        self.index.clear(workspace).await?;
        self.counted.clear();
        Ok(())
    }

    /// About how many passages are in scope.
    ///
    /// # Errors
    /// What the index answers.
    pub async fn count(&self, scope: &Scope) -> Result<u64, IndexError> {
        self.index.count(scope).await
    }

    /// Whether the index has room for what comes next.
    ///
    /// # Errors
    /// [`IndexError::DiskFull`] where it has not; else what the index answers.
    pub async fn room(&self) -> Result<(), IndexError> {
        self.index.room().await
    }

    /// Tidies the index after an import, so that searches are fast.
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
        let closed = self.index.close().await;
        match self.meaning.get() {
            Some(meaning) => closed.and(meaning.close().await),
            None => closed,
        }
    }
}

/// By score; what is equal, the latest first, then by its place, so that the order is the same each time.
fn best_first(left: &PassageHit, right: &PassageHit) -> std::cmp::Ordering {
    right
        .score
        .total_cmp(&left.score)
        .then_with(|| right.passage.occurred_at.cmp(&left.passage.occurred_at))
        .then_with(|| left.passage.source.cmp(&right.passage.source))
        .then_with(|| left.passage.ordinal.cmp(&right.passage.ordinal))
}
