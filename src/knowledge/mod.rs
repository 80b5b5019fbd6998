//! The projection of records into a searchable index: passages, the vector index that holds them, and the search.
//!
//! A record is cut into passages ([`chunk`]), each passage becomes a point with its BM25 terms and an indexed payload
//! ([`terms`], `point`), and a [`VectorIndex`] keeps the points: in this process ([`edge`]) or in a Qdrant server
//! ([`server`]). Both hold the same points and run the same query, because the terms are computed here. [`Knowledge`]
//! is what the rest of the program uses: it cuts, writes, and ranks what the index finds.
//!
//! A search reads as little as it can, because reading costs more than finding: first the points and the engine's
//! scores; then, when these are all that share a word with the query, their terms, to score them with the statistics of
//! the scope; last, the passages of the few that are shown. A point's identifier tells its record and its place in it,
//! which is what ranking needs to know of the rest. What is replaced while a search runs is left out or shown as it is
//! now, and never outside the scope.
//!
//! The index holds nothing that the store does not; it can be thrown away and rebuilt. Every query carries a
//! [`Scope`], which becomes the filter in exactly one place (`point::clauses`).
//!
//! Where a model that embeds is at hand, what passages mean is kept beside their words ([`meaning`]), in a collection of
//! its own: vectors come later than terms, go when the model changes, and cost the search by words nothing. A search then
//! ranks by both, and goes on by words alone when the model fails.

mod answer;
pub mod chunk;
pub mod edge;
mod expansion;
mod fault;
mod folder;
pub mod late;
pub mod matching;
pub mod meaning;
mod point;
mod rank;
mod search;
pub mod server;
pub mod terms;

use async_trait::async_trait;
use uuid::Uuid;

use crate::domain::id::WorkspaceId;
use crate::domain::passage::{Passage, Scope};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Window;
use terms::Terms;

pub use answer::{BestSentence, best_sentences};
pub use edge::{EdgeIndex, EdgeMeaning};
pub use late::LateIndex;
pub use meaning::{Meaning, MeaningIndex, Space};
pub use search::Knowledge;
pub use server::{ServerConfig, ServerIndex, ServerMeaning};

/// Name of the sparse vector that holds a passage's terms.
pub const WORDS: &str = "words";

/// Name of the dense vector that tells what a window means.
pub const DENSE: &str = "meaning";

/// Why the index could not do what was asked. Each variant says what to do; the text is safe to show.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The engine is out of reach, or another process holds it; trying again later may help.
    #[error("{0}")]
    Unavailable(String),
    /// The request is wrong and will fail again unless changed.
    #[error("{0}")]
    Invalid(String),
    /// No room is left where the index is kept; nothing was written.
    #[error("{0}")]
    DiskFull(String),
    /// The index is missing, damaged or of an older layout: throw it away and rebuild it from the store.
    #[error("{0}")]
    NeedsRebuild(String),
    /// A fault of ours or of the engine; the source goes to the log.
    #[error("The search index failed; see the log, and run `success-agent reindex` if it keeps failing.")]
    Internal(#[source] anyhow::Error),
}

/// What a query is narrowed to beyond its scope.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Within {
    /// Only these kinds; all when empty.
    pub kinds: Vec<RecordKind>,
    /// Only this window of time.
    pub window: Window,
    /// Only this record.
    pub source: Option<RecordRef>,
}

/// A query as an index runs it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TermQuery {
    /// The terms, each with its weight.
    pub terms: Terms,
    /// What it is narrowed to.
    pub within: Within,
    /// At most this many candidates.
    pub limit: usize,
}

/// A point an index found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The identifier of the point.
    pub id: Uuid,
    /// The engine's score: the terms' weights times the inverse document frequency over the whole collection.
    pub score: f32,
}

/// Where passages are kept and found. Both implementations pass the same conformance suite.
#[async_trait]
pub trait VectorIndex: Send + Sync {
    /// Replaces everything indexed for `sources` by `passages`, which are theirs. When it returns, the passages are
    /// found by searches and survive the end of the process.
    async fn replace(
        &self,
        workspace: WorkspaceId,
        sources: &[RecordRef],
        passages: &[Passage],
    ) -> Result<(), IndexError>;

    /// Forgets every passage of a workspace.
    async fn clear(&self, workspace: WorkspaceId) -> Result<(), IndexError>;

    /// The points in scope that share a term with the query, the best first.
    async fn find(&self, scope: &Scope, query: &TermQuery) -> Result<Vec<Candidate>, IndexError>;

    /// The terms of points that [`VectorIndex::find`] gave, in any order. A point that is gone is left out.
    async fn terms(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Terms)>, IndexError>;

    /// The passages of points that [`VectorIndex::find`] gave, in any order. A point that is gone is left out; one that
    /// was replaced is given as it is now, which may be outside the scope it was found in.
    async fn passages(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Passage)>, IndexError>;

    /// About how many passages are in scope, told from what is indexed without a look at each.
    async fn count(&self, scope: &Scope) -> Result<u64, IndexError>;

    /// Whether there is room for what comes next.
    async fn room(&self) -> Result<(), IndexError> {
        Ok(())
    }

    /// Tidies what writing has left behind so that searches stay fast; called between batches and after an import.
    async fn optimize(&self) -> Result<(), IndexError>;

    /// Writes everything down and lets go of files and locks. The index answers [`IndexError::Unavailable`] afterwards.
    async fn close(&self) -> Result<(), IndexError>;
}
