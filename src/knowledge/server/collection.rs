//! A collection on a Qdrant server, over gRPC: created where it is missing, written to and asked, with what a failure
//! means.

use futures::future::BoxFuture;
use qdrant_client::qdrant::{
    Condition, CountPoints, CreateCollection, CreateFieldIndexCollectionBuilder, DeletePoints, FieldType, Filter,
    GetPoints, PointId, PointStruct, PointsSelector, Query, QueryPoints, Range, RetrievedPoint, ScrollPoints,
    UpsertPoints, VectorInput, WithPayloadSelector, WithVectorsSelector, point_id::PointIdOptions,
    points_selector::PointsSelectorOneOf,
};
use qdrant_client::{Qdrant, QdrantError};
use tonic::Code;
use uuid::Uuid;

use super::ServerConfig;
use crate::domain::id::WorkspaceId;
use crate::domain::record::RecordRef;
use crate::knowledge::point::{self, Clause};
use crate::knowledge::{Candidate, IndexError};

/// Points sent in one request.
const BATCH: usize = 250;

/// Points read in one request.
const PAGE: u32 = 500;

/// A collection.
pub(super) struct Collection {
    client: Qdrant,
    name: String,
    url: String,
}

impl Collection {
    /// Connects, and creates the collection and its indexes where they are missing.
    pub async fn connect(config: &ServerConfig, name: String, create: CreateCollection) -> Result<Self, IndexError> {
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
        let collection = Self { client, name: name.clone(), url: config.url.clone() };
        collection.prepare(CreateCollection { collection_name: name, ..create }).await?;
        Ok(collection)
    }

    async fn prepare(&self, create: CreateCollection) -> Result<(), IndexError> {
        if !self.ask(self.client.collection_exists(&self.name)).await? {
            let created = self.ask(self.client.create_collection(create)).await;
            // Another replica may have been faster.
            if created.is_err() && !self.ask(self.client.collection_exists(&self.name)).await? {
                created?;
            }
        }
        let fields = point::KEYWORDS.into_iter().map(|field| (field, FieldType::Keyword));
        for (field, kind) in fields.chain([(point::AT, FieldType::Integer)]) {
            // Asking for an index that exists changes nothing, and finishes what an earlier start left undone.
            let create = CreateFieldIndexCollectionBuilder::new(&self.name, field, kind).wait(true);
            self.ask(self.client.create_field_index(create)).await?;
        }
        Ok(())
    }

    /// Replaces all points of `sources` by `points`, which are theirs.
    pub async fn replace(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
        mut points: Vec<PointStruct>,
    ) -> Result<(), IndexError> {
        for sources in sources.chunks(BATCH) {
            self.delete(&point::of_sources(workspace, sources)).await?;
        }
        while !points.is_empty() {
            let rest = points.split_off(points.len().min(BATCH));
            let upsert = UpsertPoints {
                collection_name: self.name.clone(),
                wait: Some(true),
                points,
                ..UpsertPoints::default()
            };
            self.ask(self.client.upsert_points(upsert)).await?;
            points = rest;
        }
        Ok(())
    }

    /// Deletes the points that meet `clauses`.
    pub async fn delete(&self, clauses: &[Clause]) -> Result<(), IndexError> {
        let delete = DeletePoints {
            collection_name: self.name.clone(),
            wait: Some(true),
            points: Some(PointsSelector { points_selector_one_of: Some(PointsSelectorOneOf::Filter(filter(clauses))) }),
            ..DeletePoints::default()
        };
        self.ask(self.client.delete_points(delete)).await.map(|_| ())
    }

    /// The points that meet `clauses` nearest to a vector, the nearest first.
    pub async fn nearest(
        &self,
        clauses: &[Clause],
        using: &str,
        vector: VectorInput,
        limit: usize,
    ) -> Result<Vec<Candidate>, IndexError> {
        let request = QueryPoints {
            collection_name: self.name.clone(),
            query: Some(Query::from(vector)),
            using: Some(using.to_owned()),
            filter: Some(filter(clauses)),
            limit: Some(limit as u64),
            with_vectors: Some(false.into()),
            with_payload: Some(false.into()),
            ..QueryPoints::default()
        };
        let found = self.ask(self.client.query(request)).await?;
        let found = found.result.into_iter().filter(|point| point.score > 0.0);
        found.map(|point| Ok(Candidate { id: uuid(point.id.as_ref())?, score: point.score })).collect()
    }

    /// The points with these identifiers.
    pub async fn points(
        &self,
        ids: &[Uuid],
        payload: WithPayloadSelector,
        vectors: WithVectorsSelector,
    ) -> Result<Vec<RetrievedPoint>, IndexError> {
        let get = GetPoints {
            collection_name: self.name.clone(),
            ids: ids.iter().map(|id| PointId::from(id.to_string())).collect(),
            with_payload: Some(payload),
            with_vectors: Some(vectors),
            ..GetPoints::default()
        };
        Ok(self.ask(self.client.get_points(get)).await?.result)
    }

    /// All points that meet `clauses`.
    pub async fn all(
        &self,
        clauses: &[Clause],
        payload: WithPayloadSelector,
        vectors: WithVectorsSelector,
    ) -> Result<Vec<RetrievedPoint>, IndexError> {
        let (mut points, mut offset) = (Vec::new(), None);
        loop {
            let scroll = ScrollPoints {
                collection_name: self.name.clone(),
                filter: Some(filter(clauses)),
                offset,
                limit: Some(PAGE),
                with_payload: Some(payload.clone()),
                with_vectors: Some(vectors.clone()),
                ..ScrollPoints::default()
            };
            let page = self.ask(self.client.scroll(scroll)).await?;
            points.extend(page.result);
            if page.next_page_offset.is_none() {
                return Ok(points);
            }
            offset = page.next_page_offset;
        }
    }

    /// About how many points meet `clauses`.
    pub async fn count(&self, clauses: &[Clause]) -> Result<u64, IndexError> {
        let count = CountPoints {
            collection_name: self.name.clone(),
            filter: Some(filter(clauses)),
            exact: Some(false),
            ..CountPoints::default()
        };
        let counted = self.ask(self.client.count(count)).await?;
        Ok(counted.result.map_or(0, |result| result.count))
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
                    if matches!(status.code(), Code::Internal | Code::Unknown)
                        && self.client.health_check().await.is_err() =>
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
                    self.url, self.name
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

pub(super) fn uuid(id: Option<&PointId>) -> Result<Uuid, IndexError> {
    match id.and_then(|id| id.point_id_options.as_ref()) {
        Some(PointIdOptions::Uuid(text)) => Uuid::try_parse(text).map_err(|_| unreadable(id, "identifier")),
        _ => Err(unreadable(id, "identifier")),
    }
}

pub(super) fn unreadable(id: Option<&PointId>, what: &str) -> IndexError {
    IndexError::Internal(anyhow::anyhow!("point {id:?} has no readable {what}"))
}
