//! An index that need not be there yet: it is opened by the first use that finds it in reach.
//!
//! The program starts and answers from facts while the disk is full, a server is away or another process holds the files;
//! what needs the index says why it has none.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::future::BoxFuture;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::terms::Terms;
use super::{Candidate, IndexError, TermQuery, VectorIndex};
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{Passage, Scope};
use crate::domain::record::RecordRef;

/// How long a failure to open stands before it is tried again: whoever asks meanwhile does not wait for it.
const REST: Duration = Duration::from_secs(1);

/// What opens an index.
pub type Opening = Box<dyn Fn() -> BoxFuture<'static, Result<Arc<dyn VectorIndex>, IndexError>> + Send + Sync>;

/// An index that is opened when it can be.
pub struct LateIndex {
    opening: Opening,
    rest: Duration,
    index: OnceLock<Arc<dyn VectorIndex>>,
    /// When it could not be opened last, and why. Held while it is tried.
    failed: Mutex<Option<(Instant, IndexError)>>,
}

impl LateIndex {
    /// One that could not be opened just now, because of `error`.
    #[must_use]
    pub fn new(opening: Opening, error: IndexError) -> Self {
        Self { opening, rest: REST, index: OnceLock::new(), failed: Mutex::new(Some((Instant::now(), error))) }
    }

    async fn index(&self) -> Result<Arc<dyn VectorIndex>, IndexError> {
        if let Some(index) = self.index.get() {
            return Ok(Arc::clone(index));
        }
        let mut failed = self.failed.lock().await;
        if let Some(index) = self.index.get() {
            return Ok(Arc::clone(index));
        }
        if let Some((at, error)) = &*failed
            && at.elapsed() < self.rest
        {
            return Err(again(error));
        }
        match (self.opening)().await {
            Ok(index) => {
                tracing::info!("the search index is open now");
                Ok(Arc::clone(self.index.get_or_init(|| index)))
            }
            Err(error) => {
                let told = again(&error);
                *failed = Some((Instant::now(), error));
                Err(told)
            }
        }
    }
}

/// The same failure once more.
fn again(error: &IndexError) -> IndexError {
    match error {
        IndexError::Unavailable(text) => IndexError::Unavailable(text.clone()),
        IndexError::Invalid(text) => IndexError::Invalid(text.clone()),
        IndexError::DiskFull(text) => IndexError::DiskFull(text.clone()),
        IndexError::NeedsRebuild(text) => IndexError::NeedsRebuild(text.clone()),
        IndexError::Internal(source) => IndexError::Internal(anyhow::anyhow!("{source:#}")),
    }
}

#[async_trait]
impl VectorIndex for LateIndex {
    async fn replace(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
        passages: &[Passage],
    ) -> Result<(), IndexError> {
        self.index().await?.replace(workspace, sources, passages).await
    }

    async fn clear(&self, workspace: WorkspaceId) -> Result<(), IndexError> {
        self.index().await?.clear(workspace).await
    }

    async fn find(&self, scope: &Scope, query: &TermQuery) -> Result<Vec<Candidate>, IndexError> {
        self.index().await?.find(scope, query).await
    }

    async fn terms(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Terms)>, IndexError> {
        self.index().await?.terms(ids).await
    }

    async fn passages(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Passage)>, IndexError> {
        self.index().await?.passages(ids).await
    }

    async fn count(&self, scope: &Scope) -> Result<u64, IndexError> {
        self.index().await?.count(scope).await
    }

    async fn room(&self) -> Result<(), IndexError> {
        self.index().await?.room().await
    }

    async fn optimize(&self) -> Result<(), IndexError> {
        self.index().await?.optimize().await
    }

    async fn close(&self) -> Result<(), IndexError> {
        match self.index.get() {
            Some(index) => index.close().await,
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::domain::passage::AccountScope;
    use crate::knowledge::EdgeIndex;

    #[tokio::test]
    async fn it_says_why_there_is_none_and_is_there_once_there_is_room() {
        let directory = tempfile::tempdir().unwrap();
        let (tries, path) = (Arc::new(AtomicUsize::new(0)), directory.path().to_owned());
        let counted = Arc::clone(&tries);
        let opening: Opening = Box::new(move || {
            let (path, full) = (path.clone(), counted.fetch_add(1, Ordering::Relaxed) < 1);
            Box::pin(async move {
                if full {
                    return Err(IndexError::DiskFull("Only 3 MiB are free.".to_owned()));
                }
                Ok(Arc::new(EdgeIndex::open(&path).await?) as Arc<dyn VectorIndex>)
            })
        });
        let mut index = LateIndex::new(opening, IndexError::DiskFull("Only 2 MiB are free.".to_owned()));
        index.rest = Duration::from_hours(1);
        let scope = Scope { workspace: WorkspaceId::new(), accounts: AccountScope::All };
        for _ in 0..2 {
            assert_eq!(index.count(&scope).await.unwrap_err().to_string(), "Only 2 MiB are free.");
        }
        assert_eq!(tries.load(Ordering::Relaxed), 0, "it is not tried for everybody who asks");
        index.rest = Duration::ZERO;
        assert_eq!(index.count(&scope).await.unwrap_err().to_string(), "Only 3 MiB are free.");
        assert_eq!(index.count(&scope).await.unwrap(), 0);
        assert_eq!(tries.load(Ordering::Relaxed), 2);
        index.close().await.unwrap();
    }
}
