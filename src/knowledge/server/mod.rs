//! The index in a Qdrant server or cluster, over gRPC: the same points and the same query as in this process, shared by
//! any number of replicas of the program.

mod collection;
mod meaning;

use std::time::Duration;

use async_trait::async_trait;
use qdrant_client::Payload;
use qdrant_client::qdrant::{
    CreateCollection, Modifier, NamedVectors, PointStruct, RetrievedPoint, SparseVectorConfig, SparseVectorParams,
    Vector, VectorInput, value::Kind, vector_output, vectors_output::VectorsOptions,
    with_payload_selector::SelectorOptions as WithPayload, with_vectors_selector::SelectorOptions as WithVectors,
};
use uuid::Uuid;

use super::point::{self, PASSAGE};
use super::terms::Terms;
use super::{Candidate, IndexError, TermQuery, VectorIndex, WORDS};
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{Passage, Scope};
use crate::domain::record::RecordRef;
use collection::{Collection, unreadable, uuid};
pub use meaning::ServerMeaning;

/// Which server, and where in it.
#[derive(Clone)]
pub struct ServerConfig {
    /// gRPC address, for example `http://localhost:6334`.
    pub url: String,
    /// Key of a managed cluster.
    pub api_key: Option<String>,
    /// Name the collections begin with; the layout's number follows.
    pub collection: String,
    /// How long one request may take.
    pub timeout: Duration,
}

/// The words on a Qdrant server.
pub struct ServerIndex {
    collection: Collection,
}

impl ServerIndex {
    /// Connects, and creates the collection and its indexes where they are missing. A collection of an older layout has
    /// another name and is left alone.
    ///
    /// # Errors
    /// [`IndexError::Unavailable`] when the server is out of reach, [`IndexError::Invalid`] when address or key are
    /// wrong.
    pub async fn connect(config: &ServerConfig) -> Result<Self, IndexError> {
        let words = SparseVectorParams { modifier: Some(Modifier::Idf.into()), ..SparseVectorParams::default() };
        let create = CreateCollection {
            sparse_vectors_config: Some(SparseVectorConfig { map: [(WORDS.to_owned(), words)].into() }),
            ..CreateCollection::default()
        };
        let name = format!("{}-{}", config.collection, point::LAYOUT);
        Ok(Self { collection: Collection::connect(config, name, create).await? })
    }
}
#[async_trait]
impl VectorIndex for ServerIndex {
    async fn replace(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
        passages: &[Passage],
    ) -> Result<(), IndexError> {
        let points = passages.iter().map(|passage| point_of(workspace, passage)).collect::<Result<_, _>>()?;
        self.collection.replace(workspace, sources, points).await
    }

    async fn clear(&self, workspace: WorkspaceId) -> Result<(), IndexError> {
        self.collection.delete(&point::of_workspace(workspace)).await
    }

    async fn find(&self, scope: &Scope, query: &TermQuery) -> Result<Vec<Candidate>, IndexError> {
        let Some(clauses) = point::narrowed(scope, &query.within) else { return Ok(Vec::new()) };
        if query.terms.is_empty() || query.limit == 0 {
            return Ok(Vec::new());
        }
        let (indices, values): (Vec<u32>, Vec<f32>) = query.terms.pairs().iter().copied().unzip();
        self.collection.nearest(&clauses, WORDS, VectorInput::new_sparse(indices, values), query.limit).await
    }

    async fn terms(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Terms)>, IndexError> {
        let words = WithVectors::Include(vec![WORDS.to_owned()].into());
        self.collection.points(ids, false.into(), words.into()).await?.into_iter().map(terms).collect()
    }

    async fn passages(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Passage)>, IndexError> {
        let passage = WithPayload::Include(vec![PASSAGE.to_owned()].into());
        self.collection.points(ids, passage.into(), false.into()).await?.iter().map(passage_of).collect()
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

fn point_of(workspace: WorkspaceId, passage: &Passage) -> Result<PointStruct, IndexError> {
    let payload = point::payload(workspace, passage).map_err(|error| IndexError::Internal(error.into()))?;
    let payload = Payload::try_from(payload).map_err(|error| IndexError::Internal(error.into()))?;
    let (indices, values): (Vec<u32>, Vec<f32>) = Terms::of_passage(passage).pairs().iter().copied().unzip();
    let vectors = NamedVectors::default().add_vector(WORDS, Vector::new_sparse(indices, values));
    Ok(PointStruct::new(point::id(workspace, passage).to_string(), vectors, payload))
}

fn terms(found: RetrievedPoint) -> Result<(Uuid, Terms), IndexError> {
    let id = uuid(found.id.as_ref())?;
    let vector = match found.vectors.and_then(|vectors| vectors.vectors_options) {
        Some(VectorsOptions::Vectors(mut named)) => named.vectors.remove(WORDS),
        _ => None,
    };
    match vector.map(qdrant_client::qdrant::VectorOutput::into_vector) {
        Some(vector_output::Vector::Sparse(sparse)) => {
            Ok((id, Terms::new(sparse.indices.into_iter().zip(sparse.values).collect())))
        }
        _ => Err(unreadable(found.id.as_ref(), "terms")),
    }
}

fn passage_of(found: &RetrievedPoint) -> Result<(Uuid, Passage), IndexError> {
    let unreadable = || unreadable(found.id.as_ref(), "passage");
    let Some(Kind::StringValue(text)) = found.payload.get(PASSAGE).and_then(|value| value.kind.as_ref()) else {
        return Err(unreadable());
    };
    Ok((uuid(found.id.as_ref())?, serde_json::from_str(text).map_err(|_| unreadable())?))
}
