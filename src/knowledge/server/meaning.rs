//! The meanings on a Qdrant server: a collection for each model.

use std::collections::HashMap;

use async_trait::async_trait;
use qdrant_client::Payload;
use qdrant_client::qdrant::{
    CreateCollection, Datatype, Distance, NamedVectors, PointStruct, RetrievedPoint, Vector, VectorInput, VectorParams,
    VectorParamsMap, VectorsConfig, value::Kind, vector_output, vectors_config, vectors_output::VectorsOptions,
    with_payload_selector::SelectorOptions as WithPayload, with_vectors_selector::SelectorOptions as WithVectors,
};

use super::ServerConfig;
use super::collection::Collection;
use crate::domain::id::WorkspaceId;
use crate::domain::passage::Scope;
use crate::domain::record::RecordRef;
use crate::knowledge::meaning::{MeaningIndex, MeaningQuery, Space, Window};
use crate::knowledge::point::{self, DIGEST};
use crate::knowledge::{Candidate, DENSE, IndexError};

/// A collection of one space on a Qdrant server.
pub struct ServerMeaning {
    collection: Collection,
}

impl ServerMeaning {
    /// Connects, and creates the collection and its indexes where they are missing. A collection of another space has
    /// another name and is left alone: a replica may still be configured for it.
    ///
    /// # Errors
    /// [`IndexError::Unavailable`] when the server is out of reach, [`IndexError::Invalid`] when address or key are
    /// wrong.
    pub async fn connect(config: &ServerConfig, space: &Space) -> Result<Self, IndexError> {
        let vectors = VectorParams {
            size: space.dimension as u64,
            distance: Distance::Cosine.into(),
            datatype: Some(Datatype::Float16.into()),
            ..VectorParams::default()
        };
        let map = VectorParamsMap { map: [(DENSE.to_owned(), vectors)].into() };
        let create = CreateCollection {
            vectors_config: Some(VectorsConfig { config: Some(vectors_config::Config::ParamsMap(map)) }),
            ..CreateCollection::default()
        };
        let name = format!("{}-{}-{DENSE}-{}", config.collection, point::LAYOUT, space.key());
        Ok(Self { collection: Collection::connect(config, name, create).await? })
    }
}

#[async_trait]
impl MeaningIndex for ServerMeaning {
    async fn replace(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
        windows: Vec<Window>,
    ) -> Result<(), IndexError> {
        let points = windows.into_iter().map(point_of).collect::<Result<_, _>>()?;
        self.collection.replace(workspace, sources, points).await
    }

    async fn kept(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
    ) -> Result<HashMap<String, Vec<f32>>, IndexError> {
        let digest = WithPayload::Include(vec![DIGEST.to_owned()].into());
        let vectors = WithVectors::Include(vec![DENSE.to_owned()].into());
        let found = self.collection.all(&point::of_sources(workspace, sources), digest.into(), vectors.into()).await?;
        Ok(found.into_iter().filter_map(vector_of).collect())
    }

    async fn nearest(&self, scope: &Scope, query: &MeaningQuery) -> Result<Vec<Candidate>, IndexError> {
        let Some(clauses) = point::narrowed(scope, &query.within) else { return Ok(Vec::new()) };
        if query.vector.is_empty() || query.limit == 0 {
            return Ok(Vec::new());
        }
        let vector = VectorInput::new_dense(query.vector.clone());
        self.collection.nearest(&clauses, DENSE, vector, query.limit).await
    }

    async fn count(&self, scope: &Scope) -> Result<u64, IndexError> {
        match point::clauses(scope) {
            Some(clauses) => self.collection.count(&clauses).await,
            None => Ok(0),
        }
    }

    /// The server runs its optimizer by itself.
    async fn optimize(&self) -> Result<(), IndexError> {
        Ok(())
    }

    /// Nothing is held here; the connections end with the value.
    async fn close(&self) -> Result<(), IndexError> {
        Ok(())
    }
}

fn point_of(window: Window) -> Result<PointStruct, IndexError> {
    let mut payload = window.labels;
    payload.insert(DIGEST.to_owned(), window.digest.into());
    let payload = Payload::try_from(serde_json::Value::Object(payload));
    let payload = payload.map_err(|error| IndexError::Internal(error.into()))?;
    let vectors = NamedVectors::default().add_vector(DENSE, Vector::new_dense(window.vector));
    Ok(PointStruct::new(window.id.to_string(), vectors, payload))
}

/// The hash of a window's words, and its vector.
fn vector_of(mut found: RetrievedPoint) -> Option<(String, Vec<f32>)> {
    let Some(Kind::StringValue(digest)) = found.payload.remove(DIGEST)?.kind else { return None };
    let VectorsOptions::Vectors(mut named) = found.vectors?.vectors_options? else { return None };
    match named.vectors.remove(DENSE)?.into_vector() {
        vector_output::Vector::Dense(dense) => Some((digest, dense.data)),
        _ => None,
    }
}
