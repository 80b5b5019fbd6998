//! A shard of Qdrant Edge on files in a folder: opened by one process at a time, written to in turns, tidied up in
//! between, thrown away when it cannot be read.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use qdrant_edge::external::ordered_float::OrderedFloat;
use qdrant_edge::{
    Condition, CountRequest, CreateIndex, EdgeConfig, EdgeShard, FieldCondition, FieldIndexOperations, Filter,
    JsonPath, Match, PayloadFieldSchema, PayloadSchemaType, PointInsertOperations, PointOperations, PointStruct, Range,
    UpdateOperation,
};

use crate::domain::id::WorkspaceId;
use crate::domain::record::RecordRef;
use crate::knowledge::IndexError;
use crate::knowledge::fault::{damaged, failed, io, rebuild};
use crate::knowledge::folder::{FolderLock, LOCK, enough_room, lock, make};
use crate::knowledge::point::{self, Clause};

/// Points written between two runs of the engine's optimizer.
const OPTIMIZE_EVERY: usize = 5_000;

/// Segments the engine spreads the points over. When it has as many, its optimizer joins new points with the smallest
/// segment; with one or two it would copy nearly everything each time, and imports would slow down as they go.
pub(super) const SEGMENTS: usize = 3;

/// Points handed to the engine at once.
const BATCH: usize = 500;

/// Name of the file that tells the layout of what is in the directory.
const LAYOUT: &str = "layout";

/// The files of one shard. Cheap to clone.
#[derive(Clone)]
pub(super) struct Shard {
    inner: Arc<Inner>,
}

pub(super) struct Inner {
    directory: PathBuf,
    /// None once closed.
    held: RwLock<Option<Arc<Held>>>,
    /// Held while writing; counts the points written since the optimizer last ran.
    writing: Mutex<usize>,
}

/// The open files, dropped in this order when the last reader is done: the engine writes itself down, then the
/// directory is free for others.
struct Held {
    shard: EdgeShard,
    _lock: FolderLock,
}

impl Shard {
    /// Opens the shard in `directory`, creating it where there is none. What was written with another `layout` asks to be
    /// rebuilt.
    pub async fn open(directory: &Path, layout: String, config: EdgeConfig) -> Result<Self, IndexError> {
        let directory = directory.to_owned();
        let inner = blocking(move || Inner::open(&directory, &layout, config)).await?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Empties `directory`, if there is room to fill it again.
    pub async fn discard(directory: &Path) -> Result<(), IndexError> {
        let directory = directory.to_owned();
        blocking(move || {
            if !directory.exists() {
                return Ok(());
            }
            let _lock = lock(&directory)?;
            // What cannot be made anew now is not thrown away: a full disk may be all that is wrong with it.
            enough_room(&directory)?;
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

    /// Reads, beside other readers.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&EdgeShard) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, IndexError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || work(&inner.held()?.shard)).await
    }

    /// Replaces all points of `sources` by `points`, which are theirs.
    pub async fn replace(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
        points: Vec<PointStruct>,
    ) -> Result<(), IndexError> {
        let (inner, sources) = (Arc::clone(&self.inner), sources.to_vec());
        blocking(move || {
            inner.write(points.len(), |shard| {
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
        })
        .await
    }

    /// Deletes all points of a workspace, and tidies up.
    pub async fn clear(&self, workspace: WorkspaceId) -> Result<(), IndexError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || inner.write(usize::MAX, |shard| delete(shard, &point::of_workspace(workspace)))).await
    }

    /// About how many points meet `clauses`.
    pub async fn count(&self, clauses: &[Clause]) -> Result<u64, IndexError> {
        let request = CountRequest { filter: Some(filter(clauses)), exact: false };
        self.read(move |shard| shard.count(request).map(|count| count as u64).map_err(failed)).await
    }

    /// Whether there is room for what is written next.
    pub async fn room(&self) -> Result<(), IndexError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || enough_room(&inner.directory)).await
    }

    /// Runs the engine's optimizer.
    pub async fn optimize(&self) -> Result<(), IndexError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || inner.write(usize::MAX, |_| Ok(()))).await
    }

    /// Lets go of the files.
    pub async fn close(&self) -> Result<(), IndexError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || {
            let _writing = inner.writing();
            drop(inner.held.write().unwrap_or_else(PoisonError::into_inner).take());
            Ok(())
        })
        .await
    }
}

impl Inner {
    fn open(directory: &Path, layout: &str, config: EdgeConfig) -> Result<Self, IndexError> {
        make(directory)?;
        let lock = lock(directory)?;
        let told = directory.join(LAYOUT);
        let shard = match fs::read_to_string(&told) {
            Ok(text) if text.trim() == layout => {
                EdgeShard::load(directory, Some(config)).map_err(|error| damaged(directory, &error))?
            }
            Ok(_) => return Err(IndexError::NeedsRebuild(rebuild(directory, "was written by another version"))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if directory.join("segments").exists() {
                    return Err(IndexError::NeedsRebuild(rebuild(directory, "was not completely created")));
                }
                enough_room(directory)?;
                let shard = EdgeShard::new(directory, config).map_err(failed)?;
                for (field, schema) in fields() {
                    shard.update(UpdateOperation::FieldIndexOperation(index_of(field, schema))).map_err(failed)?;
                }
                shard.flush();
                fs::write(&told, layout).map_err(|error| io(&told, error))?;
                shard
            }
            Err(error) => return Err(io(&told, error)),
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

    fn writing(&self) -> MutexGuard<'_, usize> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a write in its turn, tidies up when enough has been written, and leaves everything on disk.
    fn write(&self, points: usize, work: impl FnOnce(&EdgeShard) -> Result<(), IndexError>) -> Result<(), IndexError> {
        let mut written = self.writing();
        let held = self.held()?;
        let shard = &held.shard;
        enough_room(&self.directory)?;
        work(shard)?;
        *written = written.saturating_add(points);
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

pub(super) fn path(field: &str) -> JsonPath {
    JsonPath { first_key: field.into(), rest: Vec::new() }
}

pub(super) fn filter(clauses: &[Clause]) -> Filter {
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
