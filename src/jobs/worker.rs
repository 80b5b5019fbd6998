//! The worker processes of the queue: two lanes, so that a button is never stuck behind answers that take minutes.

use std::sync::Arc;
use std::time::Duration;

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions, WorkerRecoveryConfig};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Bench;
use crate::config::JobsConfig;
use crate::domain::task::{Lane, Task};
use crate::store::{QUEUE_SCHEMA, QUEUE_TASK, SLOW, Store};

/// How long tasks under way may take to end when the program stops.
const GRACE: Duration = Duration::from_secs(20);

/// The pause before the queue is taken from again after the database was lost.
const PAUSE: Duration = Duration::from_secs(1);

/// How often rows nobody needs any more are taken away.
const TIDY: Duration = Duration::from_mins(30);

/// How often it is looked whether something is left to catch up with.
const LOOK: Duration = Duration::from_mins(1);

/// Days that what was done with Slack is remembered, to recognize repeated deliveries.
const REMEMBERED_DAYS: i64 = 7;

/// The workers of this process. They stop with [`Workers::stop`].
pub struct Workers {
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// A task, as the queue hands it out.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Job(Task);

impl TaskHandler for Job {
    const IDENTIFIER: &'static str = QUEUE_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(bench) = context.get_ext::<Arc<Bench>>().cloned() else {
            return Err("the worker was started without what tasks are done with".to_owned());
        };
        let (id, attempts, most) = (*context.job().id(), *context.job().attempts(), *context.job().max_attempts());
        let task = self.0;
        let done = Box::pin(bench.perform(&task, attempts >= most)).await;
        // Whoever is done waits for a sign, and there may be more.
        bench.app.store().wake_workers();
        done.map_err(|error| {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(job = id, task = task.name(), attempts, most, %error, source, "a task failed");
            error.to_string()
        })
    }
}

impl Workers {
    /// Starts working. `alone` says that no other process uses the database: what a process that is gone had taken is
    /// then free at once, instead of after some seconds.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn start(bench: Bench, config: JobsConfig, alone: bool) -> anyhow::Result<Self> {
        let (stop, tasks) = (bench.stop.clone(), TaskTracker::new());
        let store = bench.app.store().clone();
        if alone {
            store.release_tasks_of_the_dead().await?;
        }
        let bench = Arc::new(bench);
        for (lane, concurrency) in [(Lane::Quick, config.quick), (Lane::Slow, config.slow)] {
            let (store, bench, stop) = (store.clone(), Arc::clone(&bench), stop.clone());
            tasks.spawn(async move {
                while !stop.is_cancelled() {
                    if let Err(error) = work(&store, &bench, lane, concurrency, config, &stop).await {
                        tracing::warn!(%error, "the queue of tasks is out of reach; trying again");
                        tokio::select! {
                            () = tokio::time::sleep(PAUSE) => {}
                            () = stop.cancelled() => {}
                        }
                    }
                }
            });
        }
        tasks.spawn(look(Arc::clone(&bench), stop.clone()));
        tasks.spawn(tidy(store, bench, stop.clone()));
        tasks.close();
        Ok(Self { stop, tasks })
    }

    /// Takes no more tasks, waits for those under way, and gives the others back.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }
}

async fn work(
    store: &Store,
    bench: &Arc<Bench>,
    lane: Lane,
    concurrency: usize,
    config: JobsConfig,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let gone = Duration::from_secs(config.gone_after_seconds);
    let recovery = WorkerRecoveryConfig::default()
        .heartbeat_interval(gone / 4)
        .sweep_interval(gone / 2)
        .sweep_threshold(gone)
        .recovery_delay(Duration::ZERO);
    let options = WorkerOptions::default()
        .pg_pool(store.queue_pool())
        .schema(QUEUE_SCHEMA)
        .concurrency(concurrency)
        .poll_interval(Duration::from_secs(2))
        .worker_recovery(recovery)
        .listen_os_shutdown_signals(false)
        .shutdown_grace_period(GRACE)
        .shutdown_interrupted_job_retry_delay(Duration::ZERO)
        .shutdown_signal(stop.clone().cancelled_owned())
        .add_extension(Arc::clone(bench))
        .define_job::<Job>();
    let options = match lane {
        Lane::Quick => options.add_forbidden_flag(SLOW),
        Lane::Slow => options.add_accepted_flag(SLOW),
    };
    options.init().await?.run().await?;
    Ok(())
}

/// Sees to it that what another process left is caught up with, though nothing else happens.
async fn look(bench: Arc<Bench>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = bench.app.enqueue_due_digests().await {
            tracing::debug!(%error, "it could not be looked which digests are due; it is the next time");
        }
        if let Err(error) = bench.app.enqueue_due_briefs().await {
            tracing::debug!(%error, "it could not be looked which meetings begin soon; it is the next time");
        }
        match bench.app.source_alerts().await {
            Ok(alerts) => {
                for alert in alerts {
                    tracing::error!("{}", alert.text);
                    if let Some(slack) = &bench.slack {
                        slack.say_source_fails(bench.app.workspace(), &alert).await;
                    }
                }
            }
            Err(error) => tracing::debug!(%error, "it could not be looked which sources fail; it is the next time"),
        }
        if let Err(error) = bench.app.enqueue_due_syncs().await {
            tracing::debug!(%error, "it could not be looked which sources are due; it is the next time");
        }
        if let Err(error) = bench.app.enqueue_what_is_left().await {
            tracing::debug!(%error, "it could not be looked whether something is left; it is the next time");
        }
    }
}

/// Takes away what nobody needs any more, and has states computed that ended with the day.
async fn tidy(store: Store, bench: Arc<Bench>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(TIDY) => {}
            () = stop.cancelled() => return,
        }
        let before = bench.app.now() - chrono::Duration::days(REMEMBERED_DAYS);
        let tidied = async {
            store.tidy_queue().await?;
            while store.prune_slack(before).await? > 0 {}
            bench.app.forget_old_items().await?;
            bench.app.enqueue_stale_states().await
        };
        if let Err(error) = tidied.await {
            tracing::warn!(%error, "old rows and states could not be seen to; they are the next time");
        }
    }
}
