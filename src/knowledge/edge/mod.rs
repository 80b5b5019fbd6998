//! The index in this process: Qdrant Edge on files in the data directory.
//!
//! Reads run side by side; writes take turns and are on disk before they return, because the engine does not replay
//! its log. The directory is held by one process at a time. Every call into the engine runs on a blocking thread, and
//! a panic in there (the engine's answer to damaged files) becomes an error that asks for a rebuild.
//!
//! Words and meanings are kept in two shards (`words` here, and [`EdgeMeaning`]): vectors come later than terms, go when
//! the embedding model changes, and cost the search by words nothing.

mod meaning;
mod shard;

use std::path::Path;

use anyhow::anyhow;
use async_trait::async_trait;
use qdrant_edge::{
    EdgeConfig, EdgeOptimizersConfig, EdgeShard, EdgeSparseVectorParams, Modifier, NamedQuery, PointId, PointStruct,
    QueryEnum, QueryRequest, Record as EdgeRecord, ScoringQuery, SparseVector, Vector, VectorInternal,
    VectorStructInternal, Vectors, WithPayloadInterface, WithVector,
};
use uuid::Uuid;

use super::fault::failed;
use super::point::{self, Clause, PASSAGE};
use super::terms::Terms;
use super::{Candidate, IndexError, TermQuery, VectorIndex, WORDS};
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{Passage, Scope};
use crate::domain::record::RecordRef;
pub use meaning::EdgeMeaning;
use shard::{SEGMENTS, Shard, filter, path};

/// The words of Qdrant Edge in this process.
pub struct EdgeIndex {
    shard: Shard,
}

impl EdgeIndex {
    /// Opens the index in `directory`, creating it where there is none.
    ///
    /// # Errors
    /// [`IndexError::Unavailable`] when another process holds it, [`IndexError::NeedsRebuild`] when it is damaged or of
    /// another layout.
    pub async fn open(directory: &Path) -> Result<Self, IndexError> {
        let words = EdgeSparseVectorParams::builder().modifier(Modifier::Idf).build();
        let config = EdgeConfig::builder().optimizers(optimizers()).sparse_vector(WORDS, words).build();
        Ok(Self { shard: Shard::open(directory, point::LAYOUT.to_string(), config).await? })
    }

    /// Removes the index in `directory`, so that [`EdgeIndex::open`] starts an empty one.
    ///
    /// # Errors
    /// [`IndexError::Unavailable`] when another process holds it.
    pub async fn discard(directory: &Path) -> Result<(), IndexError> {
        Shard::discard(directory).await
    }
}

#[async_trait]
impl VectorIndex for EdgeIndex {
    async fn replace(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
        passages: &[Passage],
    ) -> Result<(), IndexError> {
        let points = passages.iter().map(|passage| point_of(workspace, passage)).collect::<Result<Vec<_>, _>>()?;
        self.shard.replace(workspace, sources, points).await
    }

    async fn clear(&self, workspace: WorkspaceId) -> Result<(), IndexError> {
        self.shard.clear(workspace).await
    }

    async fn find(&self, scope: &Scope, query: &TermQuery) -> Result<Vec<Candidate>, IndexError> {
        let Some(clauses) = point::narrowed(scope, &query.within) else { return Ok(Vec::new()) };
        if query.terms.is_empty() || query.limit == 0 {
            return Ok(Vec::new());
        }
        let terms = VectorInternal::Sparse(sparse(&query.terms));
        let request = nearest(&clauses, WORDS, terms, query.limit);
        self.shard.read(move |shard| found(shard, request)).await
    }

    async fn terms(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Terms)>, IndexError> {
        let ids = points(ids);
        let read = move |shard: &EdgeShard| {
            let words = WithVector::Selector(vec![WORDS.into()]);
            records(shard, &ids, WithPayloadInterface::Bool(false), words)?.iter().map(terms).collect()
        };
        self.shard.read(read).await
    }

    async fn passages(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Passage)>, IndexError> {
        let ids = points(ids);
        let read = move |shard: &EdgeShard| {
            let passage = WithPayloadInterface::Fields(vec![path(PASSAGE)]);
            records(shard, &ids, passage, WithVector::Bool(false))?.iter().map(passage_of).collect()
        };
        self.shard.read(read).await
    }

    async fn count(&self, scope: &Scope) -> Result<u64, IndexError> {
        match point::clauses(scope) {
            Some(clauses) => self.shard.count(&clauses).await,
            None => Ok(0),
        }
    }

    async fn room(&self) -> Result<(), IndexError> {
        self.shard.room().await
    }

    async fn optimize(&self) -> Result<(), IndexError> {
        self.shard.optimize().await
    }

    async fn close(&self) -> Result<(), IndexError> {
        self.shard.close().await
    }
}

fn optimizers() -> EdgeOptimizersConfig {
    EdgeOptimizersConfig { default_segment_number: Some(SEGMENTS), ..EdgeOptimizersConfig::default() }
}

fn records(
    shard: &EdgeShard,
    ids: &[PointId],
    payload: WithPayloadInterface,
    vectors: WithVector,
) -> Result<Vec<EdgeRecord>, IndexError> {
    shard.retrieve(ids, Some(payload), Some(vectors)).map_err(failed)
}

/// The points nearest to a vector.
fn nearest(clauses: &[Clause], using: &str, query: VectorInternal, limit: usize) -> QueryRequest {
    let nearest = NamedQuery { query, using: Some(using.into()) };
    QueryRequest {
        prefetches: Vec::new(),
        query: Some(ScoringQuery::Vector(QueryEnum::Nearest(nearest))),
        filter: Some(filter(clauses)),
        score_threshold: None,
        limit,
        offset: 0,
        params: None,
        with_vector: WithVector::Bool(false),
        with_payload: WithPayloadInterface::Bool(false),
    }
}

fn found(shard: &EdgeShard, request: QueryRequest) -> Result<Vec<Candidate>, IndexError> {
    let found = shard.query(request).map_err(failed)?;
    let found = found.into_iter().filter(|point| point.score > 0.0);
    found.map(|point| Ok(Candidate { id: uuid(point.id)?, score: point.score })).collect()
}

fn point_of(workspace: WorkspaceId, passage: &Passage) -> Result<PointStruct, IndexError> {
    let payload = point::payload(workspace, passage).map_err(|error| IndexError::Internal(error.into()))?;
    let vectors = Vectors::new_named([(WORDS, Vector::from(sparse(&Terms::of_passage(passage))))]);
    Ok(PointStruct::new(PointId::Uuid(point::id(workspace, passage)), vectors, payload))
}

fn sparse(terms: &Terms) -> SparseVector {
    let (indices, values) = terms.pairs().iter().copied().unzip();
    SparseVector { indices, values }
}

fn points(ids: &[Uuid]) -> Vec<PointId> {
    ids.iter().copied().map(PointId::Uuid).collect()
}

fn uuid(id: PointId) -> Result<Uuid, IndexError> {
    match id {
        PointId::Uuid(uuid) => Ok(uuid),
        PointId::NumId(_) => Err(unreadable(id, "identifier")),
    }
}

fn terms(found: &EdgeRecord) -> Result<(Uuid, Terms), IndexError> {
    match &found.vector {
        Some(VectorStructInternal::Named(vectors)) => match vectors.get(WORDS) {
            Some(VectorInternal::Sparse(vector)) => {
                let pairs = vector.indices.iter().copied().zip(vector.values.iter().copied());
                Ok((uuid(found.id)?, Terms::new(pairs.collect())))
            }
            _ => Err(unreadable(found.id, "terms")),
        },
        _ => Err(unreadable(found.id, "terms")),
    }
}

fn passage_of(found: &EdgeRecord) -> Result<(Uuid, Passage), IndexError> {
    let text = found.payload.as_ref().and_then(|payload| payload.0.get(PASSAGE)).and_then(|text| text.as_str());
    let passage = text.and_then(|text| serde_json::from_str(text).ok());
    Ok((uuid(found.id)?, passage.ok_or_else(|| unreadable(found.id, "passage"))?))
}

fn unreadable(id: PointId, what: &str) -> IndexError {
    IndexError::Internal(anyhow!("point {id} has no readable {what}"))
}
