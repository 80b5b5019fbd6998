//! The queue of tasks, in the tables of `graphile_worker`: written down in the transaction of the change that makes a
//! task necessary, looked at and decided by people.

use std::time::Duration;

use graphile_worker::WorkerUtils;
use graphile_worker::worker_utils::types::CleanupTask;
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::types::Json;
use sqlx::{Row, postgres::PgRow};

use super::error::of_queue;
use super::{Result, Store, StoreError};
use crate::domain::id::WorkspaceId;
use crate::domain::task::{Lane, QueuedTask, Task, TaskState};
use crate::domain::time::Moment;

/// The schema the queue lives in.
pub const QUEUE_SCHEMA: &str = "success_agent_jobs";

/// The one identifier under which all tasks stand in the queue; which task it is stands in the payload.
pub const QUEUE_TASK: &str = "task";

/// The flag of tasks that may take minutes.
pub const SLOW: &str = "slow";

/// Writes a task down: done once the transaction of `connection` is kept, and after `due_at`. One that waits under the
/// same key gives its place to it.
pub(super) async fn enqueue(connection: &mut PgConnection, task: &Task, due_at: Option<Moment>) -> Result<()> {
    sqlx::query(ADD)
        .bind(Json(task))
        .bind(task.queue())
        .bind(due_at)
        .bind(i32::from(task.attempts()))
        .bind(task.key())
        .bind(i32::from(task.priority()))
        .bind(flags(task))
        // What waits to be done at once is not put off by what is to be looked at again later.
        .bind(if due_at.is_some() && !task.moves() { "preserve_run_at" } else { "replace" })
        .execute(connection)
        .await?;
    Ok(())
}

/// What a worker chooses tasks by.
pub(super) fn flags(task: &Task) -> Option<Vec<String>> {
    (task.lane() == Lane::Slow).then(|| vec![SLOW.to_owned()])
}

const ADD: &str = "select 1 from success_agent_jobs.add_job(
    identifier => 'task'::text, payload => $1::json, queue_name => $2::text, run_at => $3::timestamptz,
    max_attempts => $4::int, job_key => $5::text, priority => $6::int, flags => $7::text[], job_key_mode => $8::text)";

/// Without it a worker of the quick lane reads every slow task that waits, each time it looks for a quick one.
const NOT_SLOW: &str =
    "create index if not exists jobs_not_slow_index on success_agent_jobs._private_jobs (priority, run_at)
    where is_available = true and (flags ?| '{slow}'::text[]) is not true";

/// Tasks of a workspace; what was replaced while it ran is not one any more.
const LIST: &str = "
    select j.id, j.payload, j.attempts, j.max_attempts, j.run_at::text, j.created_at::text, j.last_error,
           j.locked_at is not null as locked
    from success_agent_jobs._private_jobs j
    where j.payload ->> 'workspace' = $1
      and ($2::bigint is null or j.id = $2)
      and not exists (select 1 from success_agent_jobs._private_job_retirements r where r.id = j.id)
    order by j.id desc limit $3";

impl Store {
    /// The pool a worker takes tasks from.
    #[must_use]
    pub fn queue_pool(&self) -> PgPool {
        self.queue.clone()
    }

    /// Has the workers look for tasks soon: the queue hands each of them one at a time and then waits for the next sign.
    pub fn wake_workers(&self) {
        self.waker.wake();
    }

    /// Brings the queue's tables up to date.
    pub(super) async fn migrate_queue(&self) -> Result<()> {
        let mut turn = self.begin().await?;
        // Two processes that start at the same moment take turns.
        sqlx::query("select pg_advisory_xact_lock(hashtextextended('success_agent_jobs', 0))")
            .execute(&mut *turn)
            .await?;
        self.queue().migrate().await.map_err(of_queue)?;
        sqlx::query(NOT_SLOW).execute(&mut *turn).await?;
        turn.commit().await?;
        Ok(())
    }

    fn queue(&self) -> WorkerUtils {
        WorkerUtils::new(self.pool.clone(), QUEUE_SCHEMA)
    }

    /// Writes a task down, to be done at once or at `due_at`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn enqueue(&self, task: &Task, due_at: Option<Moment>) -> Result<()> {
        enqueue(&mut *self.read().await?, task, due_at).await
    }

    /// Writes a task down, to be done after a while by the database's clock.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn enqueue_in(&self, task: &Task, after: Duration) -> Result<()> {
        let mut connection = self.read().await?;
        let due_at = sqlx::query_scalar("select (now() + $1)::text").bind(after).fetch_one(&mut *connection).await?;
        enqueue(&mut connection, task, Some(due_at)).await
    }

    /// Tasks that are not done, the latest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn tasks(&self, workspace: WorkspaceId, limit: u32) -> Result<Vec<QueuedTask>> {
        let rows = sqlx::query(LIST)
            .bind(workspace.to_string())
            .bind(None::<i64>)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(queued).collect()
    }

    /// One task that is not done.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is done or was never there.
    pub async fn task(&self, workspace: WorkspaceId, id: i64) -> Result<QueuedTask> {
        let row =
            sqlx::query(LIST).bind(workspace.to_string()).bind(Some(id)).bind(1_i64).fetch_optional(&self.pool).await?;
        queued(&row.ok_or_else(|| no_task(id))?)
    }

    /// Has a task tried again now, as often as a new one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is done; [`StoreError::Conflict`] while it runs.
    pub async fn retry_task(&self, workspace: WorkspaceId, id: i64) -> Result<()> {
        self.idle_task(workspace, id).await?;
        let changed = sqlx::query(
            "select 1 from success_agent_jobs.reschedule_jobs(job_ids => array[$1::bigint], run_at => now(), attempts => 0)",
        )
        .bind(id)
        .fetch_all(&self.pool)
        .await?;
        if changed.is_empty() { Err(no_task(id)) } else { Ok(()) }
    }

    /// Takes a task away without doing it.
    ///
    /// # Errors
    /// See [`Store::retry_task`].
    pub async fn drop_task(&self, workspace: WorkspaceId, id: i64) -> Result<()> {
        self.idle_task(workspace, id).await?;
        sqlx::query("select 1 from success_agent_jobs.complete_jobs(job_ids => array[$1::bigint])")
            .bind(id)
            .fetch_all(&self.pool)
            .await?;
        Ok(())
    }

    async fn idle_task(&self, workspace: WorkspaceId, id: i64) -> Result<()> {
        match self.task(workspace, id).await?.state {
            TaskState::Running => Err(StoreError::Conflict(format!(
                "Task {id} is being worked on; wait until it has ended, then look at it again."
            ))),
            TaskState::Waiting | TaskState::Failed => Ok(()),
        }
    }

    /// Takes away the queue's rows that no task needs any more.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn tidy_queue(&self) -> Result<()> {
        let tidied = self.queue().cleanup(&[CleanupTask::GcJobQueues]).await;
        sqlx::query(
            "delete from success_agent_jobs._private_jobs j
             using success_agent_jobs._private_job_retirements r where r.id = j.id and j.locked_at is null",
        )
        .execute(&self.pool)
        .await?;
        tidied.map_err(of_queue)
    }

    /// Gives back tasks that processes which are gone had taken. Only for a database no other process uses.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn release_tasks_of_the_dead(&self) -> Result<()> {
        let gone: Vec<String> = sqlx::query_scalar(
            "select distinct locked_by from success_agent_jobs._private_jobs where locked_by is not null
             union select locked_by from success_agent_jobs._private_job_queues where locked_by is not null",
        )
        .fetch_all(&self.pool)
        .await?;
        sqlx::query("update slack_threads set held_by = null, held_until = null where held_by is not null")
            .execute(&self.pool)
            .await?;
        let gone: Vec<&str> = gone.iter().map(String::as_str).collect();
        self.queue().force_unlock_workers(&gone).await.map_err(of_queue)
    }
}

fn queued(row: &PgRow) -> Result<QueuedTask> {
    let Json(task) = row.try_get("payload")?;
    let (attempts, max_attempts): (i16, i16) = (row.try_get("attempts")?, row.try_get("max_attempts")?);
    let state = match row.try_get("locked")? {
        true => TaskState::Running,
        false if attempts >= max_attempts => TaskState::Failed,
        false => TaskState::Waiting,
    };
    Ok(QueuedTask {
        id: row.try_get("id")?,
        task,
        state,
        attempts: attempts.unsigned_abs().into(),
        max_attempts: max_attempts.unsigned_abs().into(),
        due_at: row.try_get("run_at")?,
        added_at: row.try_get("created_at")?,
        last_error: row.try_get("last_error")?,
    })
}

fn no_task(id: i64) -> StoreError {
    StoreError::NotFound(format!("There is no task {id} that waits, runs or has failed; `jobs list` shows them."))
}
