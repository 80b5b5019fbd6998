//! The meanings of Qdrant Edge in this process.

use std::collections::HashMap;
use std::path::Path;

use async_trait::async_trait;
use qdrant_edge::{
    Distance, EdgeConfig, EdgeOptimizersConfig, EdgeVectorParams, PointId, PointStruct, Record as EdgeRecord,
    ScrollRequest, Vector, VectorInternal, VectorStorageDatatype, VectorStructInternal, Vectors, WithPayloadInterface,
    WithVector,
};

use super::shard::{Shard, filter, path};
use super::{found, nearest, optimizers};
use crate::domain::id::WorkspaceId;
use crate::domain::passage::Scope;
use crate::domain::record::RecordRef;
use crate::knowledge::fault::failed;
use crate::knowledge::meaning::{MeaningIndex, MeaningQuery, Space, Window};
use crate::knowledge::point::{self, DIGEST};
use crate::knowledge::{Candidate, DENSE, IndexError};

/// Points read at once.
const PAGE: usize = 1_000;

/// No graph over the vectors: within an account, which is where nearly all searches look, comparing with each is exact
/// and takes less than a millisecond, and a graph takes minutes to build.
const NEVER: usize = usize::MAX / 1024;

/// Qdrant Edge in this process.
pub struct EdgeMeaning {
    shard: Shard,
}

impl EdgeMeaning {
    /// Opens the index of `space` in `directory`, creating it where there is none.
    ///
    /// # Errors
    /// [`IndexError::Unavailable`] when another process holds it, [`IndexError::NeedsRebuild`] when it is damaged, of
    /// another layout or of another space.
    pub async fn open(directory: &Path, space: &Space) -> Result<Self, IndexError> {
        let vectors = EdgeVectorParams::builder(space.dimension, Distance::Cosine)
            .datatype(VectorStorageDatatype::Float16)
            .on_disk(true)
            .build();
        let optimizers = EdgeOptimizersConfig { indexing_threshold: Some(NEVER), ..optimizers() };
        let config = EdgeConfig::builder().optimizers(optimizers).vector(DENSE, vectors).build();
        let layout = format!("{} {}", point::LAYOUT, space.key());
        Ok(Self { shard: Shard::open(directory, layout, config).await? })
    }

    /// Removes the index in `directory`, so that [`EdgeMeaning::open`] starts an empty one.
    ///
    /// # Errors
    /// [`IndexError::Unavailable`] when another process holds it.
    pub async fn discard(directory: &Path) -> Result<(), IndexError> {
        Shard::discard(directory).await
    }
}

#[async_trait]
impl MeaningIndex for EdgeMeaning {
    async fn replace(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
        windows: Vec<Window>,
    ) -> Result<(), IndexError> {
        self.shard.replace(workspace, sources, windows.into_iter().map(point_of).collect()).await
    }

    async fn kept(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
    ) -> Result<HashMap<String, Vec<f32>>, IndexError> {
        let filter = filter(&point::of_sources(workspace, sources));
        self.shard
            .read(move |shard| {
                let (mut kept, mut offset) = (HashMap::new(), None);
                loop {
                    let page = ScrollRequest {
                        offset,
                        limit: Some(PAGE),
                        filter: Some(filter.clone()),
                        with_payload: Some(WithPayloadInterface::Fields(vec![path(DIGEST)])),
                        with_vector: WithVector::Selector(vec![DENSE.into()]),
                        order_by: None,
                    };
                    let (records, next) = shard.scroll(page).map_err(failed)?;
                    kept.extend(records.into_iter().filter_map(vector_of));
                    let Some(next) = next else { return Ok(kept) };
                    offset = Some(next);
                }
            })
            .await
    }

    async fn nearest(&self, scope: &Scope, query: &MeaningQuery) -> Result<Vec<Candidate>, IndexError> {
        let Some(clauses) = point::narrowed(scope, &query.within) else { return Ok(Vec::new()) };
        if query.vector.is_empty() || query.limit == 0 {
            return Ok(Vec::new());
        }
        let request = nearest(&clauses, DENSE, VectorInternal::Dense(query.vector.clone()), query.limit);
        self.shard.read(move |shard| found(shard, request)).await
    }

    async fn count(&self, scope: &Scope) -> Result<u64, IndexError> {
        match point::clauses(scope) {
            Some(clauses) => self.shard.count(&clauses).await,
            None => Ok(0),
        }
    }

    async fn optimize(&self) -> Result<(), IndexError> {
        self.shard.optimize().await
    }

    async fn close(&self) -> Result<(), IndexError> {
        self.shard.close().await
    }
}

fn point_of(window: Window) -> PointStruct {
    let mut payload = window.labels;
    payload.insert(DIGEST.to_owned(), window.digest.into());
    let vectors = Vectors::new_named([(DENSE, Vector::from(window.vector))]);
    PointStruct::new(PointId::Uuid(window.id), vectors, serde_json::Value::Object(payload))
}

/// The hash of a window's words, and its vector.
fn vector_of(found: EdgeRecord) -> Option<(String, Vec<f32>)> {
    let digest = found.payload?.0.get(DIGEST)?.as_str()?.to_owned();
    let Some(VectorStructInternal::Named(mut vectors)) = found.vector else { return None };
    match vectors.remove(DENSE)? {
        VectorInternal::Dense(vector) => Some((digest, vector)),
        _ => None,
    }
}
