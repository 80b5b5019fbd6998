//! The way in: what importing, reading, scoring and indexing a workspace's records share.
//!
//! The order is always the same. Records land in the store ([`Intake::import`]); promises and requests are read from the
//! accounts whose conversations changed ([`Intake::read_accounts`]) while the index takes what it is behind on
//! ([`Intake::index`]); states that are out of date are computed anew ([`Intake::refresh_states`]). Each step finds its
//! work in the store, so whatever a crash leaves undone is done by the next run of any of them.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::{AppError, Progress, ProgressSink};
use crate::domain::health::HealthConfig;
use crate::domain::id::WorkspaceId;
use crate::domain::record::RecordKind;
use crate::domain::task::Task;
use crate::domain::time::{Clock, Moment};
use crate::knowledge::Knowledge;
use crate::model::reader::Reader;
use crate::store::{HealthSetting, Store};

/// Accounts whose names are written down in one transaction.
const NAMES: u32 = 500;
/// How often it is looked, during an import, whether so many are new.
const NAMING: Duration = Duration::from_millis(100);
/// From this many new states on the database is told that there are more, if they are as many as a tenth of the accounts:
/// fewer change no plan, and it looks by itself after a while.
const MANY: usize = 5_000;
/// How long one who brought records waits for another who is reading and indexing. After that it is left to a task.
const TURN: Duration = Duration::from_secs(30);
/// When what could not be done is tried again.
const AGAIN: Duration = Duration::from_secs(5);

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
    /// How accounts are scored, where the workspace has no settings of its own.
    pub health: HealthConfig,
    /// Whether people here write dates in figures with the day first.
    pub day_first: bool,
    /// Whether what a language model noted in conversations counts too.
    pub with_notes: bool,
    /// Held by the one who reads, indexes and scores in this process.
    settling: Arc<Mutex<()>>,
    /// Held while indexing in this process; the store's lease keeps other processes out.
    pub(super) indexing: Arc<Mutex<()>>,
    /// Whether what is indexed by its words is to be embedded as well.
    pub(super) embeds: bool,
    /// Cancelled when the program ends: reading and indexing then give up at the next place where nothing is lost, as if
    /// they were done, and the next start goes on from there.
    pub stop: CancellationToken,
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
        Self {
            store,
            knowledge,
            reader,
            workspace,
            clock,
            health,
            day_first: false,
            with_notes: false,
            settling: Arc::default(),
            indexing: Arc::default(),
            embeds: false,
            stop: CancellationToken::new(),
        }
    }

    /// Does all that follows from changed records: reads, indexes, scores. Gives the number of passages indexed. What
    /// cannot be done now, because a part is out of reach or somebody else is at it for long, is written down as a task.
    /// When the program ends meanwhile, what is left is done the next time.
    ///
    /// # Errors
    /// When a part of it is out of reach.
    pub async fn settle(&self, progress: &ProgressSink) -> Result<u64, AppError> {
        let Ok(_turn) = tokio::time::timeout(TURN, self.settling.lock()).await else {
            self.catch_up_later().await;
            return Ok(0);
        };
        let settled = self.settle_in_turn(progress).await;
        if settled.is_err() {
            self.catch_up_later().await;
        }
        settled
    }

    /// Writes down that something is left to read, to index or to score.
    pub(super) async fn enqueue_again(&self) -> Result<(), AppError> {
        let task = Task::CatchUp { workspace: self.workspace };
        Ok(self.store.enqueue_in(&task, AGAIN).await?)
    }

    /// The same where nobody can be said that it failed: the workers look for what is left by themselves, though later.
    async fn catch_up_later(&self) {
        if let Err(error) = self.enqueue_again().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "catching up could not be written down");
        }
    }

    /// What `work` gives, which brings in so many new accounts as `arrived` says. What they are called is written down
    /// meanwhile, many at a time, while the database stores others; [`Intake::settle`] sees to the rest.
    pub(super) async fn naming_meanwhile<T>(&self, arrived: &AtomicU64, work: impl Future<Output = T>) -> T {
        let naming = async {
            let (mut looks, mut named) = (tokio::time::interval(NAMING), 0);
            loop {
                looks.tick().await;
                while arrived.load(Ordering::Relaxed) >= named + u64::from(NAMES) {
                    match Box::pin(self.store.refresh_names(self.workspace, NAMES)).await {
                        Ok(0) => break,
                        Ok(more) => named += more,
                        Err(error) => {
                            tracing::debug!(%error, "what new accounts are called is written down later");
                            return std::future::pending::<Infallible>().await;
                        }
                    }
                }
            }
        };
        tokio::select! {
            biased;
            done = work => done,
            never = naming => match never {},
        }
    }

    async fn settle_in_turn(&self, progress: &ProgressSink) -> Result<u64, AppError> {
        while self.store.refresh_names(self.workspace, NAMES).await? > 0 {}
        // Neither needs the other, and each leaves cores idle. One stage is told at a time.
        let reading = Arc::new(AtomicBool::new(true));
        let quiet: ProgressSink = {
            let (progress, reading) = (Arc::clone(progress), Arc::clone(&reading));
            Arc::new(move |told| {
                if !reading.load(Ordering::Relaxed) {
                    progress(told);
                }
            })
        };
        let read = async {
            let read = self.read_accounts(progress).await;
            reading.store(false, Ordering::Relaxed);
            read
        };
        let (read, indexed) = tokio::join!(read, self.index(&quiet));
        read?;
        // Scores need no index.
        self.refresh_states(self.clock.now()).await?;
        indexed
    }

    /// Weights and thresholds of the workspace's scores.
    ///
    /// # Errors
    /// When the store is out of reach.
    pub async fn rules(&self) -> Result<HealthConfig, AppError> {
        Ok(self.rules_of(self.store.health_settings(self.workspace, 1).await?.first()))
    }

    /// Those that hold after the latest setting.
    pub(super) fn rules_of(&self, latest: Option<&HealthSetting>) -> HealthConfig {
        latest.and_then(|set| set.rules.clone()).unwrap_or_else(|| self.health.clone())
    }

    /// Computes every state that is missing, out of date or from data that changed since; gives their number.
    ///
    /// # Errors
    /// When the store is out of reach.
    pub async fn refresh_states(&self, now: Moment) -> Result<usize, AppError> {
        let rules = self.rules().await?;
        let computed = self.store.refresh_states(self.workspace, now, &rules, usize::MAX).await?.computed;
        if computed >= MANY {
            let accounts = self.store.workspace_counts(self.workspace, &[RecordKind::Account]).await?;
            // Until it is known how many there are now, lists cost several times as much.
            if accounts.first().is_none_or(|(_, accounts)| computed as u64 >= accounts / 10) {
                self.store.analyze().await?;
            }
        }
        Ok(computed)
    }
}

/// Tells how far a stage is.
pub(super) fn report(progress: &ProgressSink, stage: &str, done: u64, total: Option<u64>) {
    progress(Progress { stage: stage.to_owned(), done, total });
}
