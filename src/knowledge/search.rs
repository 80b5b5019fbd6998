//! The search the rest of the program uses, and the writing side of the index.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use quick_cache::sync::Cache;
use uuid::Uuid;

use super::{IndexError, TermQuery, VectorIndex, chunk, expansion, rank};
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{AccountScope, Passage, PassageHit, PassageQuery, Scope};
use crate::domain::record::{Record, RecordRef};

/// Candidates that are ranked when accounts are named, whatever the number asked for: usually all that share a word
/// with the query, so that rarity can be counted among them.
const CANDIDATES_OF_ACCOUNTS: usize = 200;

/// Candidates that are ranked when the whole workspace is searched; the engine's own order decides more there.
const CANDIDATES_OF_ALL: usize = 60;

/// Hits a search gives at most.
const MOST: usize = 100;

/// Records put in at once; bounds what is in memory.
const BATCH: usize = 200;

/// The searchable side of a workspace's records. Cheap to clone.
#[derive(Clone)]
pub struct Knowledge {
    index: Arc<dyn VectorIndex>,
    /// How many passages scopes have, until something is written.
    counted: Arc<Cache<Scope, u64>>,
}

/// Scopes whose passages stay counted.
const COUNTED: usize = 1_000;

impl Knowledge {
    /// Over an index.
    #[must_use]
    pub fn new(index: Arc<dyn VectorIndex>) -> Self {
        Self { index, counted: Arc::new(Cache::new(COUNTED)) }
    }

    /// The passages in scope that say what the query asks, the best first. A query without a single word finds nothing.
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
        let find = TermQuery {
            terms,
            kinds: query.kinds.clone(),
            window: query.window,
            source: query.source.clone(),
            limit: wanted,
        };
        let mut candidates = self.index.find(scope, &find).await?;
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        // Documents can be counted only among all that share a term with the query.
        if named && candidates.len() < wanted {
            let ids: Vec<Uuid> = candidates.iter().map(|candidate| candidate.id).collect();
            let (terms, in_scope) = tokio::try_join!(self.index.terms(&ids), self.counted(scope))?;
            candidates = rank::scored_in_scope(&find.terms, &terms, in_scope);
        }
        let best = rank::best(&candidates, rank::Ranking::DEFAULT, limit);
        let ids: Vec<Uuid> = best.iter().map(|ranked| ranked.id).collect();
        let mut passages: HashMap<Uuid, Passage> = self.index.passages(&ids).await?.into_iter().collect();
        let mut hits: Vec<PassageHit> = best
            .into_iter()
            .filter_map(|ranked| {
                let passage = passages.remove(&ranked.id)?;
                // The record may have moved to another account since it was found.
                scope.accounts.sees(passage.account.as_deref()).then_some(PassageHit {
                    passage,
                    score: ranked.score,
                    lexical: Some(ranked.lexical),
                    dense: None,
                })
            })
            .collect();
        hits.sort_by(best_first);
        hits.truncate(limit);
        Ok(hits)
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
        Ok(())
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
        self.index.close().await
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
