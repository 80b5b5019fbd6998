//! The index as a projection of the store: takes what it is behind on, repairs what a crash left, rebuilds.
//!
//! A record is marked as indexed only after its passages are on disk. A crash in between leaves it on the list, and
//! indexing it once more replaces its passages, so nothing is lost or doubled.

use serde::{Deserialize, Serialize};

use super::intake::{Intake, report};
use super::{AppError, ProgressSink};
use crate::domain::passage::{AccountScope, Scope};
use crate::domain::record::{Record, RecordRef};
use crate::domain::task::Task;
use crate::store::Projection;

/// Key of what is kept about the index.
const META: &str = "index";
/// Who may write to a workspace's passages.
const LEASE: &str = "index";
/// Records taken at once, at most; fewer when they are long.
const MOST_RECORDS: u32 = 500;
/// Records taken first, before their length is known.
const FIRST_RECORDS: u32 = 50;
/// Bytes of a record beside its text, about.
const SHORT: usize = 256;
/// Bytes of text taken at once, about.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// How many passages may be missing or too many, beside one in a hundred, before the index is not trusted.
const TOLERANCE: u64 = 50;

/// What is kept about the index between two runs.
#[derive(Serialize, Deserialize)]
struct Indexed {
    /// Passages it held when this was noted.
    passages: u64,
    /// Whether a run had begun and not ended, so that it may hold more.
    running: bool,
}

impl Intake {
    /// Brings the index up to date with the store: forgets what was taken away, takes what is new or changed; gives the number of passages written.
    ///
    /// # Errors
    /// When the store or the index is out of reach; what was done stays, and the next run goes on from there.
    pub async fn index(&self, progress: &ProgressSink) -> Result<u64, AppError> {
        let _turn = self.indexing.lock().await;
        let total = self.store.count_behind(self.workspace, Projection::Words).await?;
        let gone = self.store.gone_records(self.workspace, MOST_RECORDS).await?;
        if total == 0 && gone.is_empty() {
            return Ok(0);
        }
        let _lease = self.store.lease(self.workspace, LEASE).await?;
        self.note_count(true).await?;
        self.forget_gone(gone).await?;
        let (mut done, mut passages, mut limit) = (0, 0, FIRST_RECORDS);
        loop {
            report(progress, "Indexing", done, Some(total.max(done)));
            let behind = self.store.behind(self.workspace, Projection::Words, limit).await?;
            if behind.is_empty() {
                break;
            }
            let (records, marks): (Vec<Record>, Vec<(RecordRef, i64)>) =
                behind.into_iter().map(|behind| (behind.record, (behind.reference, behind.revision))).unzip();
            passages += self.knowledge.put(self.workspace, &records).await?;
            self.store.mark_projected(self.workspace, Projection::Words, &marks).await?;
            done += marks.len() as u64;
            limit = next_limit(&records);
        }
        self.knowledge.settle().await?;
        self.note_count(false).await?;
        if self.embeds {
            self.store.enqueue(&Task::EmbedPassages { workspace: self.workspace }, None).await?;
        }
        Ok(passages)
    }

    /// Forgets the records that were taken away, beginning with `gone`.
    async fn forget_gone(&self, mut gone: Vec<RecordRef>) -> Result<(), AppError> {
        while !gone.is_empty() {
            self.knowledge.remove(self.workspace, &gone).await?;
            self.store.mark_forgotten(self.workspace, &gone).await?;
            gone = self.store.gone_records(self.workspace, MOST_RECORDS).await?;
        }
        Ok(())
    }

    /// Makes the index whole after whatever happened: rebuilds it when it was thrown away (`discarded`), is empty or
    /// holds another number of passages than it should, and indexes what is left over. Quick when all is well. Gives the
    /// number of passages written.
    ///
    /// # Errors
    /// When the store or the index is out of reach.
    pub async fn repair(&self, discarded: bool, progress: &ProgressSink) -> Result<u64, AppError> {
        if discarded || self.count_is_off().await? {
            return self.reindex(progress).await;
        }
        let passages = self.settle(progress).await?;
        self.note_count(false).await?;
        Ok(passages)
    }

    /// Rebuilds the index from the database; gives the number of passages.
    ///
    /// # Errors
    /// When the store or the index is out of reach; the next start goes on with it.
    pub async fn reindex(&self, progress: &ProgressSink) -> Result<u64, AppError> {
        {
            let _turn = self.indexing.lock().await;
            let _lease = self.store.lease(self.workspace, LEASE).await?;
            // In this order: a crash in between leaves everything on the list.
            self.store.forget_projected(self.workspace, Projection::Words).await?;
            self.store.forget_projected(self.workspace, Projection::Meaning).await?;
            self.knowledge.clear(self.workspace).await?;
        }
        self.settle(progress).await
    }

    /// Takes the passages of deleted records out of the index.
    ///
    /// # Errors
    /// When the store or the index is out of reach.
    pub async fn forget(&self, records: &[RecordRef]) -> Result<(), AppError> {
        let _turn = self.indexing.lock().await;
        let _lease = self.store.lease(self.workspace, LEASE).await?;
        for records in records.chunks(MOST_RECORDS as usize) {
            self.knowledge.remove(self.workspace, records).await?;
        }
        self.note_count(false).await
    }

    async fn count(&self) -> Result<u64, AppError> {
        let scope = Scope { workspace: self.workspace, accounts: AccountScope::All };
        Ok(self.knowledge.count(&scope).await?)
    }

    async fn note_count(&self, running: bool) -> Result<(), AppError> {
        let passages = self.count().await?;
        Ok(self.store.put_meta(self.workspace, META, &Indexed { passages, running }).await?)
    }

    /// Whether the index cannot be the one that was left here.
    async fn count_is_off(&self) -> Result<bool, AppError> {
        let found = self.count().await?;
        let Some(Indexed { passages: expected, running }) = self.store.meta(self.workspace, META).await? else {
            return Ok(found == 0);
        };
        let off = if found == 0 {
            expected > 0 || running
        } else {
            !running && found.abs_diff(expected) > TOLERANCE + expected / 100
        };
        if off {
            tracing::warn!(found, expected, "the search index is not the one that was left; it is rebuilt");
        }
        Ok(off)
    }
}

/// As many records as fit into a batch, going by those just seen.
fn next_limit(records: &[Record]) -> u32 {
    let bytes: usize = records.iter().map(|record| SHORT + record.text_bytes()).sum();
    let each = (bytes / records.len().max(1)).max(1);
    u32::try_from(BATCH_BYTES / each).unwrap_or(MOST_RECORDS).clamp(1, MOST_RECORDS)
}
