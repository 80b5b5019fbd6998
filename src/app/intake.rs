//! The way in: what importing, reading, scoring and indexing a workspace's records share.
//!
//! The order is always the same. Records land in the store ([`Intake::import`]); promises and requests are read from the
//! accounts whose conversations changed ([`Intake::read_accounts`]); the index takes what it is behind on
//! ([`Intake::index`]); scores that are out of date are told anew ([`Intake::refresh_health`]). Each step finds its work
//! in the store, so whatever a crash leaves undone is done by the next run of any of them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::{StreamExt as _, stream};
use tokio::sync::Mutex;

use super::{AppError, Progress, ProgressSink};
use crate::domain::health::{HealthConfig, assess};
use crate::domain::id::WorkspaceId;
use crate::domain::time::{Clock, Window};
use crate::knowledge::Knowledge;
use crate::model::reader::{Reader, ReaderError};
use crate::store::{AccountData, Store, StoreError, ToRead};

/// Accounts read at once, at most; the store's connections are shared with those who ask.
const MOST_READERS: usize = 4;
/// With at least this many scores to tell, all accounts are loaded in one go.
const MANY_STALE: usize = 8;
/// With more than this many, they are loaded one by one again, to keep memory small.
const TOO_MANY_AT_ONCE: usize = 1_000;
/// Scores kept in one statement.
const SCORES: usize = 200;

/// The handles the way in needs, for one workspace. Cheap to clone; clones take turns at indexing.
#[derive(Clone)]
pub struct Intake {
    /// Where records land.
    pub store: Store,
    /// What is searched.
    pub knowledge: Knowledge,
    /// Who reads conversations for promises and requests.
    pub reader: Arc<dyn Reader>,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Where "now" comes from.
    pub clock: Clock,
    /// How accounts are scored.
    pub health: HealthConfig,
    /// Held while indexing in this process; the store's lease keeps other processes out.
    pub(super) indexing: Arc<Mutex<()>>,
}

impl Intake {
    /// Over these handles.
    #[must_use]
    pub fn new(
        store: Store,
        knowledge: Knowledge,
        reader: Arc<dyn Reader>,
        workspace: WorkspaceId,
        clock: Clock,
        health: HealthConfig,
    ) -> Self {
        Self { store, knowledge, reader, workspace, clock, health, indexing: Arc::new(Mutex::new(())) }
    }

    /// Does all that follows from changed records: reads, indexes, scores. Gives the number of passages indexed.
    ///
    /// # Errors
    /// When a part of it is out of reach; what is left is done the next time.
    pub async fn settle(&self, progress: &ProgressSink) -> Result<u64, AppError> {
        self.read_accounts(progress).await?;
        let passages = self.index(progress).await?;
        self.refresh_health(self.clock.now()).await?;
        Ok(passages)
    }

    /// Reads the accounts whose conversations changed for promises and requests.
    ///
    /// # Errors
    /// When the store or the reader is out of reach.
    pub async fn read_accounts(&self, progress: &ProgressSink) -> Result<(), AppError> {
        let accounts = self.store.accounts_to_read(self.workspace).await?;
        let total = accounts.len() as u64;
        // Reading is all computing, so as many at once as there are cores; each holds one account's conversations.
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_READERS);
        let readings = stream::iter(accounts).map(|account| async move { self.read_account(&account).await });
        let mut readings = readings.buffer_unordered(cores);
        let mut done = 0;
        report(progress, "Reading conversations", done, Some(total));
        while let Some(read) = readings.next().await {
            match read {
                // Deleted meanwhile.
                Ok(()) | Err(AppError::NotFound(_)) => done += 1,
                Err(error) => return Err(error),
            }
            report(progress, "Reading conversations", done, Some(total));
        }
        Ok(())
    }

    async fn read_account(&self, to_read: &ToRead) -> Result<(), AppError> {
        let domain = &to_read.domain;
        let always = Window::ALWAYS;
        let (account, calls, emails) = tokio::try_join!(
            self.store.account(self.workspace, domain),
            self.store.calls(self.workspace, domain, &always, None, i32::MAX as u32),
            self.store.emails(self.workspace, domain, &always, None, i32::MAX as u32),
        )?;
        let reader = Arc::clone(&self.reader);
        let runtime = tokio::runtime::Handle::current();
        // Reading is long work without waiting; it must not hold up what else runs here.
        let reading = tokio::task::spawn_blocking(move || {
            runtime.block_on(async move { reader.read(&account.record, &calls, &emails).await })
        });
        let reading = reading
            .await
            .map_err(|error| AppError::Internal {
                public: format!("The conversations of {domain} could not be read; the log of the service says more."),
                source: error.into(),
            })?
            .map_err(|error| match error {
                ReaderError::Unavailable(_) => AppError::Unavailable(error.to_string()),
                ReaderError::Unusable(_) => {
                    AppError::Internal { public: error.to_string(), source: anyhow::Error::new(error) }
                }
            })?;
        let (commitments, requests) = (&reading.commitments, &reading.requests);
        self.store.replace_reading(self.workspace, domain, commitments, requests, to_read.version).await?;
        Ok(())
    }

    /// Tells every score anew that is missing, of another day or from data that changed since; gives their number.
    ///
    /// # Errors
    /// When the store is out of reach.
    pub async fn refresh_health(&self, now: DateTime<Utc>) -> Result<usize, AppError> {
        let stale = self.store.health_stale(self.workspace, now.date_naive()).await?;
        let mut scores = Vec::new();
        let told =
            |data: &AccountData| (data.account.id, data.version, assess(&data.health_input(), now, &self.health));
        if (MANY_STALE..=TOO_MANY_AT_ONCE).contains(&stale.len()) {
            let wanted: std::collections::HashSet<_> = stale.iter().map(|stale| stale.account).collect();
            let all = self.store.all_account_data(self.workspace).await?;
            scores.extend(all.iter().filter(|data| wanted.contains(&data.account.id)).map(told));
        } else {
            for account in &stale {
                match self.store.account_data(self.workspace, &account.domain).await {
                    Ok(data) => scores.push(told(&data)),
                    Err(StoreError::NotFound(_)) => {}
                    Err(error) => return Err(error.into()),
                }
                if scores.len() == SCORES {
                    self.store.put_health(self.workspace, &scores).await?;
                    scores.clear();
                }
            }
        }
        for scores in scores.chunks(SCORES) {
            self.store.put_health(self.workspace, scores).await?;
        }
        Ok(stale.len())
    }
}

/// Tells how far a stage is.
pub(super) fn report(progress: &ProgressSink, stage: &str, done: u64, total: Option<u64>) {
    progress(Progress { stage: stage.to_owned(), done, total });
}
