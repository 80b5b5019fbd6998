//! A workspace that records can be brought into: a database, an index in a directory of its own, the built-in reader.

use std::path::Path;
use std::sync::Arc;

use success_agent::app::{ImportSummary, Intake, ProgressSink};
use success_agent::domain::health::HealthConfig;
use success_agent::domain::passage::{AccountScope, PassageQuery, Scope};
use success_agent::domain::time::{Clock, Moment};
use success_agent::knowledge::{EdgeIndex, Knowledge};
use success_agent::model::reader::BuiltInReader;

use super::database::TestDatabase;

/// The day every test of the way in happens on.
pub const NOW: &str = "2026-06-15T12:00:00Z";

/// A workspace with a way in.
pub struct TestIntake {
    /// The way in.
    pub intake: Intake,
    /// Its database.
    pub database: TestDatabase,
    /// Where its index is.
    pub index: tempfile::TempDir,
}

impl TestIntake {
    /// An empty workspace.
    pub async fn new() -> Self {
        let database = TestDatabase::new().await;
        let index = tempfile::tempdir().unwrap();
        let intake = open(&database, index.path(), NOW.parse().unwrap()).await;
        Self { intake, database, index }
    }

    /// The same workspace as a program finds it that starts at `now`, after the one before is gone.
    pub async fn restarted(self, now: &str) -> Self {
        // Closed already where a test took the index away.
        let _ = self.intake.knowledge.close().await;
        let intake = open(&self.database, self.index.path(), now.parse().unwrap()).await;
        Self { intake, ..self }
    }

    /// Imports `text`.
    pub async fn import(&self, text: &str) -> ImportSummary {
        self.intake.import(None, text.as_bytes(), &silent()).await.unwrap()
    }

    /// Passages in the index.
    pub async fn passages(&self) -> u64 {
        self.intake.knowledge.count(&self.scope()).await.unwrap()
    }

    /// Ids of the records found by `words`.
    pub async fn found(&self, words: &str) -> Vec<String> {
        let query = PassageQuery { text: words.to_owned(), limit: 20, ..PassageQuery::default() };
        let hits = self.intake.knowledge.search(&self.scope(), &query).await.unwrap();
        hits.into_iter().map(|hit| hit.passage.source.id).collect()
    }

    /// Everything in the workspace.
    pub fn scope(&self) -> Scope {
        Scope { workspace: self.intake.workspace, accounts: AccountScope::All }
    }
}

async fn open(database: &TestDatabase, index: &Path, now: Moment) -> Intake {
    let index = EdgeIndex::open(index).await.unwrap();
    Intake::new(
        database.store.clone(),
        Knowledge::new(Arc::new(index)),
        Arc::new(BuiltInReader),
        database.workspace,
        Clock::fixed(now),
        HealthConfig::default(),
    )
}

/// Progress nobody looks at.
pub fn silent() -> ProgressSink {
    Arc::new(|_| {})
}
