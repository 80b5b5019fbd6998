//! The index in this process: Qdrant Edge on files in the data directory.
//!
//! Reads run side by side; writes take turns and are on disk before they return, because the engine does not replay
//! its log. The directory is held by one process at a time. Every call into the engine runs on a blocking thread, and
//! a panic in there (the engine's answer to damaged files) becomes an error that asks for a rebuild.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use anyhow::anyhow;
use async_trait::async_trait;
use qdrant_edge::external::ordered_float::OrderedFloat;
use qdrant_edge::{
    Condition, CountRequest, CreateIndex, EdgeConfig, EdgeOptimizersConfig, EdgeShard, EdgeSparseVectorParams,
    FieldCondition, FieldIndexOperations, Filter, JsonPath, Match, Modifier, NamedQuery, PayloadFieldSchema,
    PayloadSchemaType, PointId, PointInsertOperations, PointOperations, PointStruct, QueryEnum, QueryRequest, Range,
    Record as EdgeRecord, ScoringQuery, SparseVector, UpdateOperation, Vector, VectorInternal, VectorStructInternal,
    Vectors, WithPayloadInterface, WithVector,
};
use uuid::Uuid;

use super::fault::{damaged, failed, io, rebuild};
use super::folder::{LOCK, enough_room, lock};
use super::point::{self, Clause, PASSAGE};
use super::terms::Terms;
use super::{Candidate, IndexError, TermQuery, VectorIndex, WORDS};
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{Passage, Scope};
use crate::domain::record::RecordRef;

/// Passages written between two runs of the engine's optimizer.
const OPTIMIZE_EVERY: usize = 5_000;

/// Segments the engine spreads the passages over. When it has as many, its optimizer joins new passages with the
/// smallest segment; with one or two it would copy nearly everything each time, and imports would slow down as they go.
const SEGMENTS: usize = 3;

/// Passages handed to the engine at once.
const BATCH: usize = 500;

/// Qdrant Edge in this process.
pub struct EdgeIndex {
    inner: Arc<Inner>,
}

struct Inner {
    directory: PathBuf,
    /// None once closed.
    held: RwLock<Option<Arc<Held>>>,
    /// Held while writing; counts the passages written since the optimizer last ran.
    writing: Mutex<usize>,
}

/// The open files, dropped in this order when the last reader is done: the engine writes itself down, then the
/// directory is free for others.
struct Held {
    shard: EdgeShard,
    _lock: File,
}

impl EdgeIndex {
    /// Opens the index in `directory`, creating it where there is none.
    ///
    /// # Errors
    /// [`IndexError::Unavailable`] when another process holds it, [`IndexError::NeedsRebuild`] when it is damaged or of
    /// another layout.
    pub async fn open(directory: &Path) -> Result<Self, IndexError> {
        let directory = directory.to_owned();
        let inner = blocking(move || Inner::open(&directory)).await?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Removes the index in `directory`, so that [`EdgeIndex::open`] starts an empty one.
    ///
    /// # Errors
    /// [`IndexError::Unavailable`] when another process holds it.
    pub async fn discard(directory: &Path) -> Result<(), IndexError> {
        let directory = directory.to_owned();
        blocking(move || {
            if !directory.exists() {
                return Ok(());
            }
            let _lock = lock(&directory)?;
            let files = fs::read_dir(&directory).map_err(|error| io(&directory, error))?;
            for entry in files.flatten().filter(|entry| entry.file_name() != LOCK) {
                let path = entry.path();
                let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                removed.map_err(|error| io(&path, error))?;
            }
            Ok(())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, IndexError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || work(&inner)).await
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
        let (sources, passages) = (sources.to_vec(), passages.to_vec());
        self.run(move |inner| inner.replace(workspace, &sources, &passages)).await
    }

    async fn clear(&self, workspace: WorkspaceId) -> Result<(), IndexError> {
        self.run(move |inner| inner.write(usize::MAX, |shard| delete(shard, &point::of_workspace(workspace)))).await
    }

    async fn find(&self, scope: &Scope, query: &TermQuery) -> Result<Vec<Candidate>, IndexError> {
        let Some(clauses) = point::narrowed(scope, query) else { return Ok(Vec::new()) };
        if query.terms.is_empty() || query.limit == 0 {
            return Ok(Vec::new());
        }
        let request = request(&clauses, &query.terms, query.limit);
        self.run(move |inner| {
            let found = inner.held()?.shard.query(request).map_err(failed)?;
            let found = found.into_iter().filter(|point| point.score > 0.0);
            found.map(|point| Ok(Candidate { id: uuid(point.id)?, score: point.score })).collect()
        })
        .await
    }

    async fn terms(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Terms)>, IndexError> {
        let ids = points(ids);
        self.run(move |inner| {
            let words = WithVector::Selector(vec![WORDS.into()]);
            inner.records(&ids, WithPayloadInterface::Bool(false), words)?.iter().map(terms).collect()
        })
        .await
    }

    async fn passages(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Passage)>, IndexError> {
        let ids = points(ids);
        self.run(move |inner| {
            let passage = WithPayloadInterface::Fields(vec![path(PASSAGE)]);
            inner.records(&ids, passage, WithVector::Bool(false))?.iter().map(passage_of).collect()
        })
        .await
    }

    async fn count(&self, scope: &Scope) -> Result<u64, IndexError> {
        let Some(clauses) = point::clauses(scope) else { return Ok(0) };
        let request = CountRequest { filter: Some(filter(&clauses)), exact: false };
        self.run(move |inner| inner.held()?.shard.count(request).map(|count| count as u64).map_err(failed)).await
    }

    async fn optimize(&self) -> Result<(), IndexError> {
        self.run(|inner| inner.write(usize::MAX, |_| Ok(()))).await
    }

    async fn close(&self) -> Result<(), IndexError> {
        self.run(|inner| {
            let _writing = inner.writing();
            drop(inner.held.write().unwrap_or_else(PoisonError::into_inner).take());
            Ok(())
        })
        .await
    }
}

/// Name of the file that tells the layout of what is in the directory.
const LAYOUT: &str = "layout";

impl Inner {
    fn open(directory: &Path) -> Result<Self, IndexError> {
        fs::create_dir_all(directory).map_err(|error| io(directory, error))?;
        let lock = lock(directory)?;
        let layout = directory.join(LAYOUT);
        let shard = match fs::read_to_string(&layout) {
            Ok(text) if text.trim() == point::LAYOUT.to_string() => {
                EdgeShard::load(directory, Some(config())).map_err(|error| damaged(directory, &error))?
            }
            Ok(_) => return Err(IndexError::NeedsRebuild(rebuild(directory, "was written by another version"))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if directory.join("segments").exists() {
                    return Err(IndexError::NeedsRebuild(rebuild(directory, "was not completely created")));
                }
                enough_room(directory)?;
                let shard = EdgeShard::new(directory, config()).map_err(failed)?;
                for (field, schema) in fields() {
                    shard.update(UpdateOperation::FieldIndexOperation(index_of(field, schema))).map_err(failed)?;
                }
                shard.flush();
                fs::write(&layout, point::LAYOUT.to_string()).map_err(|error| io(&layout, error))?;
                shard
            }
            Err(error) => return Err(io(&layout, error)),
        };
        Ok(Self {
            directory: directory.to_owned(),
            held: RwLock::new(Some(Arc::new(Held { shard, _lock: lock }))),
            writing: Mutex::new(0),
        })
    }

    fn held(&self) -> Result<Arc<Held>, IndexError> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner).clone();
        held.ok_or_else(|| IndexError::Unavailable("The search index is closed; start the program again.".to_owned()))
    }

    fn records(
        &self,
        ids: &[PointId],
        payload: WithPayloadInterface,
        vectors: WithVector,
    ) -> Result<Vec<EdgeRecord>, IndexError> {
        self.held()?.shard.retrieve(ids, Some(payload), Some(vectors)).map_err(failed)
    }

    fn writing(&self) -> MutexGuard<'_, usize> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace(&self, workspace: WorkspaceId, sources: &[RecordRef], passages: &[Passage]) -> Result<(), IndexError> {
        let points = passages.iter().map(|passage| point_of(workspace, passage)).collect::<Result<Vec<_>, _>>()?;
        self.write(passages.len(), |shard| {
            for sources in sources.chunks(BATCH) {
                delete(shard, &point::of_sources(workspace, sources))?;
            }
            for points in points.chunks(BATCH) {
                let points = points.iter().cloned().map(Into::into).collect();
                let insert = PointOperations::UpsertPoints(PointInsertOperations::PointsList(points));
                shard.update(UpdateOperation::PointOperation(insert)).map_err(failed)?;
            }
            Ok(())
        })
    }

    /// Runs a write in its turn, tidies up when enough has been written, and leaves everything on disk.
    fn write(
        &self,
        passages: usize,
        work: impl FnOnce(&EdgeShard) -> Result<(), IndexError>,
    ) -> Result<(), IndexError> {
        let mut written = self.writing();
        let held = self.held()?;
        let shard = &held.shard;
        enough_room(&self.directory)?;
        work(shard)?;
        *written = written.saturating_add(passages);
        if *written >= OPTIMIZE_EVERY {
            shard.optimize().map_err(failed)?;
            *written = 0;
        }
        shard.flush();
        Ok(())
    }
}

/// Runs `work` on a thread that may block. The engine panics on damaged files and failed writes.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IndexError> + Send + 'static,
) -> Result<T, IndexError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => {
            let panic = error.into_panic();
            let message = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            tracing::error!(panic = message, "the search engine gave up");
            Err(IndexError::NeedsRebuild("The search index is damaged; run `success-agent reindex`.".to_owned()))
        }
        Err(error) => Err(IndexError::Internal(error.into())),
    }
}

fn config() -> EdgeConfig {
    let optimizers = EdgeOptimizersConfig { default_segment_number: Some(SEGMENTS), ..EdgeOptimizersConfig::default() };
    EdgeConfig::builder()
        .optimizers(optimizers)
        .sparse_vector(WORDS, EdgeSparseVectorParams::builder().modifier(Modifier::Idf).build())
        .build()
}

fn fields() -> impl Iterator<Item = (&'static str, PayloadSchemaType)> {
    point::KEYWORDS
        .into_iter()
        .map(|field| (field, PayloadSchemaType::Keyword))
        .chain([(point::AT, PayloadSchemaType::Integer)])
}

fn index_of(field: &str, schema: PayloadSchemaType) -> FieldIndexOperations {
    FieldIndexOperations::CreateIndex(CreateIndex {
        field_name: path(field),
        field_schema: Some(PayloadFieldSchema::FieldType(schema)),
    })
}

fn path(field: &str) -> JsonPath {
    JsonPath { first_key: field.into(), rest: Vec::new() }
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

fn filter(clauses: &[Clause]) -> Filter {
    let conditions = clauses.iter().map(|clause| {
        Condition::Field(match clause {
            Clause::AnyOf(field, values) => match values.as_slice() {
                [value] => FieldCondition::new_match(path(field), Match::from(value.clone())),
                values => FieldCondition::new_match(path(field), Match::from(values.to_vec())),
            },
            Clause::Between(field, from, before) => {
                let bound = |seconds: i64| OrderedFloat(seconds as f64);
                let range = Range { gte: from.map(bound), lt: before.map(bound), gt: None, lte: None };
                FieldCondition::new_range(path(field), range)
            }
        })
    });
    Filter { must: Some(conditions.collect()), should: None, min_should: None, must_not: None }
}

fn delete(shard: &EdgeShard, clauses: &[Clause]) -> Result<(), IndexError> {
    let delete = PointOperations::DeletePointsByFilter(filter(clauses));
    shard.update(UpdateOperation::PointOperation(delete)).map_err(failed)
}

fn request(clauses: &[Clause], terms: &Terms, limit: usize) -> QueryRequest {
    let nearest = NamedQuery { query: VectorInternal::Sparse(sparse(terms)), using: Some(WORDS.into()) };
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
