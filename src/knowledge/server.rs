//! The index in a Qdrant server or cluster, over gRPC: the same points and the same query as in this process, shared by
//! any number of replicas of the program.

use std::time::Duration;

use anyhow::anyhow;
use async_trait::async_trait;
use futures::future::BoxFuture;
use qdrant_client::qdrant::{
    Condition, CountPoints, CreateCollection, CreateFieldIndexCollectionBuilder, DeletePoints, FieldType, Filter,
    GetPoints, Modifier, NamedVectors, PointId, PointStruct, PointsSelector, Query, QueryPoints, Range, RetrievedPoint,
    SparseVectorConfig, SparseVectorParams, UpsertPoints, Vector, VectorInput, WithPayloadSelector,
    WithVectorsSelector, point_id::PointIdOptions, points_selector::PointsSelectorOneOf, value::Kind, vector_output,
    vectors_output::VectorsOptions, with_payload_selector::SelectorOptions as WithPayload,
    with_vectors_selector::SelectorOptions as WithVectors,
};
use qdrant_client::{Payload, Qdrant, QdrantError};
use tonic::Code;
use uuid::Uuid;

use super::point::{self, Clause, PASSAGE};
use super::terms::Terms;
use super::{Candidate, IndexError, TermQuery, VectorIndex, WORDS};
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{Passage, Scope};
use crate::domain::record::RecordRef;

/// Points sent in one request.
const BATCH: usize = 250;

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

/// A Qdrant server.
pub struct ServerIndex {
    client: Qdrant,
    collection: String,
    url: String,
}

impl ServerIndex {
    /// Connects, and creates the collection and its indexes where they are missing. A collection of an older layout has
    /// another name and is left alone.
    ///
    /// # Errors
    /// [`IndexError::Unavailable`] when the server is out of reach, [`IndexError::Invalid`] when address or key are
    /// wrong.
    pub async fn connect(config: &ServerConfig) -> Result<Self, IndexError> {
        let mut settings = Qdrant::from_url(&config.url)
            .timeout(config.timeout)
            .connect_timeout(config.timeout)
            .skip_compatibility_check();
        settings.api_key.clone_from(&config.api_key);
        let client = settings.build().map_err(|_| {
            IndexError::Invalid(format!(
                "`{}` is not the address of a Qdrant server; write http://host:6334.",
                config.url
            ))
        })?;
        let collection = format!("{}-{}", config.collection, point::LAYOUT);
        let index = Self { client, collection, url: config.url.clone() };
        index.prepare().await?;
        Ok(index)
    }

    async fn prepare(&self) -> Result<(), IndexError> {
        if !self.ask(self.client.collection_exists(&self.collection)).await? {
            let words = SparseVectorParams { modifier: Some(Modifier::Idf.into()), ..SparseVectorParams::default() };
            let create = CreateCollection {
                collection_name: self.collection.clone(),
                sparse_vectors_config: Some(SparseVectorConfig { map: [(WORDS.to_owned(), words)].into() }),
                ..CreateCollection::default()
            };
            let created = self.ask(self.client.create_collection(create)).await;
            // Another replica may have been faster.
            if created.is_err() && !self.ask(self.client.collection_exists(&self.collection)).await? {
                created?;
            }
        }
        let fields = point::KEYWORDS.into_iter().map(|field| (field, FieldType::Keyword));
        for (field, kind) in fields.chain([(point::AT, FieldType::Integer)]) {
            // Asking for an index that exists changes nothing, and finishes what an earlier start left undone.
            let create = CreateFieldIndexCollectionBuilder::new(&self.collection, field, kind).wait(true);
            self.ask(self.client.create_field_index(create)).await?;
        }
        Ok(())
    }

    async fn delete(&self, clauses: &[Clause]) -> Result<(), IndexError> {
        let delete = DeletePoints {
            collection_name: self.collection.clone(),
            wait: Some(true),
            points: Some(PointsSelector { points_selector_one_of: Some(PointsSelectorOneOf::Filter(filter(clauses))) }),
            ..DeletePoints::default()
        };
        self.ask(self.client.delete_points(delete)).await.map(|_| ())
    }

    async fn points(
        &self,
        ids: &[Uuid],
        payload: WithPayloadSelector,
        vectors: WithVectorsSelector,
    ) -> Result<Vec<RetrievedPoint>, IndexError> {
        let get = GetPoints {
            collection_name: self.collection.clone(),
            ids: ids.iter().map(|id| PointId::from(id.to_string())).collect(),
            with_payload: Some(payload),
            with_vectors: Some(vectors),
            ..GetPoints::default()
        };
        Ok(self.ask(self.client.get_points(get)).await?.result)
    }

    /// Awaits an answer and says what a failure means. The client reports a server it cannot reach as an internal
    /// error; whether the server is there is asked then, not read from the message.
    fn ask<'a, T: Send + 'a>(
        &'a self,
        request: impl Future<Output = Result<T, QdrantError>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, IndexError>> {
        // The client's futures are large; boxed here, once, instead of at every caller.
        Box::pin(async move {
            match request.await {
                Ok(answer) => Ok(answer),
                Err(QdrantError::ResponseError { status })
                    if status.code() == Code::Internal && self.client.health_check().await.is_err() =>
                {
                    Err(self.away())
                }
                Err(error) => Err(self.failed(error)),
            }
        })
    }

    fn away(&self) -> IndexError {
        IndexError::Unavailable(format!(
            "The Qdrant server at {} does not answer; start it or correct QDRANT_URL, and try again.",
            self.url
        ))
    }

    fn failed(&self, error: QdrantError) -> IndexError {
        match &error {
            QdrantError::ResponseError { status } => match status.code() {
                Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => self.away(),
                Code::ResourceExhausted => IndexError::Unavailable(format!(
                    "The Qdrant server at {} is overloaded or out of room; try again later.",
                    self.url
                )),
                Code::Unauthenticated | Code::PermissionDenied => IndexError::Invalid(format!(
                    "The Qdrant server at {} refuses the key; correct QDRANT_API_KEY.",
                    self.url
                )),
                Code::NotFound => IndexError::NeedsRebuild(format!(
                    "The Qdrant server at {} no longer has the collection `{}`; run `success-agent reindex`.",
                    self.url, self.collection
                )),
                _ => IndexError::Internal(error.into()),
            },
            QdrantError::ResourceExhaustedError { retry_after_seconds, .. } => IndexError::Unavailable(format!(
                "The Qdrant server at {} is overloaded; try again in {retry_after_seconds} seconds.",
                self.url
            )),
            QdrantError::Io(_) => self.away(),
            _ => IndexError::Internal(error.into()),
        }
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
        for sources in sources.chunks(BATCH) {
            self.delete(&point::of_sources(workspace, sources)).await?;
        }
        for passages in passages.chunks(BATCH) {
            let points = passages.iter().map(|passage| point_of(workspace, passage)).collect::<Result<_, _>>()?;
            let upsert = UpsertPoints {
                collection_name: self.collection.clone(),
                wait: Some(true),
                points,
                ..UpsertPoints::default()
            };
            self.ask(self.client.upsert_points(upsert)).await?;
        }
        Ok(())
    }

    async fn clear(&self, workspace: WorkspaceId) -> Result<(), IndexError> {
        self.delete(&point::of_workspace(workspace)).await
    }

    async fn find(&self, scope: &Scope, query: &TermQuery) -> Result<Vec<Candidate>, IndexError> {
        let Some(clauses) = point::narrowed(scope, query) else { return Ok(Vec::new()) };
        if query.terms.is_empty() || query.limit == 0 {
            return Ok(Vec::new());
        }
        let (indices, values): (Vec<u32>, Vec<f32>) = query.terms.pairs().iter().copied().unzip();
        let request = QueryPoints {
            collection_name: self.collection.clone(),
            query: Some(Query::from(VectorInput::new_sparse(indices, values))),
            using: Some(WORDS.to_owned()),
            filter: Some(filter(&clauses)),
            limit: Some(query.limit as u64),
            with_vectors: Some(false.into()),
            with_payload: Some(false.into()),
            ..QueryPoints::default()
        };
        let found = self.ask(self.client.query(request)).await?;
        let found = found.result.into_iter().filter(|point| point.score > 0.0);
        found.map(|point| Ok(Candidate { id: uuid(point.id.as_ref())?, score: point.score })).collect()
    }

    async fn terms(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Terms)>, IndexError> {
        let words = WithVectors::Include(vec![WORDS.to_owned()].into());
        self.points(ids, false.into(), words.into()).await?.into_iter().map(terms).collect()
    }

    async fn passages(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Passage)>, IndexError> {
        let passage = WithPayload::Include(vec![PASSAGE.to_owned()].into());
        self.points(ids, passage.into(), false.into()).await?.iter().map(passage_of).collect()
    }

    async fn count(&self, scope: &Scope) -> Result<u64, IndexError> {
        let Some(clauses) = point::clauses(scope) else { return Ok(0) };
        let count = CountPoints {
            collection_name: self.collection.clone(),
            filter: Some(filter(&clauses)),
            exact: Some(false),
            ..CountPoints::default()
        };
        let counted = self.ask(self.client.count(count)).await?;
        Ok(counted.result.map_or(0, |result| result.count))
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

fn filter(clauses: &[Clause]) -> Filter {
    Filter::must(clauses.iter().map(|clause| match clause {
        Clause::AnyOf(field, values) => match values.as_slice() {
            [value] => Condition::matches(*field, value.clone()),
            values => Condition::matches(*field, values.to_vec()),
        },
        Clause::Between(field, from, before) => {
            let bound = |seconds: i64| seconds as f64;
            Condition::range(*field, Range { gte: from.map(bound), lt: before.map(bound), gt: None, lte: None })
        }
    }))
}

fn point_of(workspace: WorkspaceId, passage: &Passage) -> Result<PointStruct, IndexError> {
    let payload = point::payload(workspace, passage).map_err(|error| IndexError::Internal(error.into()))?;
    let payload = Payload::try_from(payload).map_err(|error| IndexError::Internal(error.into()))?;
    let (indices, values): (Vec<u32>, Vec<f32>) = Terms::of_passage(passage).pairs().iter().copied().unzip();
    let vectors = NamedVectors::default().add_vector(WORDS, Vector::new_sparse(indices, values));
    Ok(PointStruct::new(point::id(workspace, passage).to_string(), vectors, payload))
}

fn uuid(id: Option<&PointId>) -> Result<Uuid, IndexError> {
    match id.and_then(|id| id.point_id_options.as_ref()) {
        Some(PointIdOptions::Uuid(text)) => Uuid::try_parse(text).map_err(|_| unreadable(id, "identifier")),
        _ => Err(unreadable(id, "identifier")),
    }
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

fn unreadable(id: Option<&PointId>, what: &str) -> IndexError {
    IndexError::Internal(anyhow!("point {id:?} has no readable {what}"))
}
