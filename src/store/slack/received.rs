//! What comes in: one row each, with the task it makes necessary, written down before it is acknowledged and sorted right
//! afterwards. Several at a time take one statement, and one wait for the disk.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::domain::id::WorkspaceId;
use crate::domain::task::Task;
use crate::domain::time::Moment;
use crate::store::put::storable;
use crate::store::task::flags;
use crate::store::{Result, Store, StoreError};

/// Messages that follow on each other so closely in a direct message are one burst: whoever types three in a row asks
/// once.
const BURST: Duration = Duration::from_secs(3);

/// How soon what could not be sorted is tried again; what was all right otherwise does not wait behind it.
const AGAIN_AFTER: Duration = Duration::from_mins(1);

/// Something as it is received. `key` is what two deliveries of it share.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Received {
    /// A message.
    Message(ReceivedMessage),
    /// A message says something else now.
    Changed {
        /// The key of the message.
        key: String,
        /// What it says now.
        text: String,
        /// Whether it is for the agent, should it not be there yet.
        addressed: bool,
    },
    /// A message was taken back.
    Deleted {
        /// The key of the message.
        key: String,
    },
    /// Anything else: a command, a button, a dialog, an event.
    Item {
        /// Its key.
        key: String,
        /// What sort it is.
        kind: String,
        /// What was received.
        body: Value,
    },
}

/// A message as it is received.
#[derive(Clone, Debug, Serialize)]
pub struct ReceivedMessage {
    /// What two deliveries of it share.
    pub key: String,
    /// Where it was said.
    pub team: String,
    /// The channel.
    pub channel: String,
    /// The thread; the message itself where it begins one.
    pub thread_ts: String,
    /// Whether it was said to the agent alone.
    pub direct: bool,
    /// Whether it begins a thread.
    pub begins: bool,
    /// Whether it names the agent. Others count only in threads the agent is in.
    pub addressed: bool,
    /// Who said it.
    pub user: String,
    /// The message.
    pub body: Value,
}

/// What became of something received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It will be done.
    New,
    /// It was delivered before.
    Repeated,
    /// Nobody spoke to the agent.
    NotForUs,
}

/// Something that was sorted.
#[derive(Clone, Debug)]
pub struct Sorted {
    /// What became of it.
    pub outcome: Outcome,
    /// The team, channel and thread of a message, and the message, where it was said to the agent.
    pub asked: Option<[String; 4]>,
    /// Whether it was said to the agent alone.
    pub direct: bool,
}

impl FromRow<'_, PgRow> for Sorted {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let outcome = match row.try_get::<String, _>("outcome")?.as_str() {
            "new" => Outcome::New,
            "repeated" => Outcome::Repeated,
            _ => Outcome::NotForUs,
        };
        let direct = row.try_get::<Option<bool>, _>("direct")?.unwrap_or(false);
        let addressed = direct || row.try_get::<Option<bool>, _>("addressed")?.unwrap_or(false);
        let field = |name| row.try_get::<Option<String>, _>(name);
        let asked = match (field("team")?, field("channel")?, field("thread_ts")?, field("ts")?) {
            (Some(team), Some(channel), Some(thread), Some(ts)) if addressed => Some([team, channel, thread, ts]),
            _ => None,
        };
        Ok(Self { outcome, asked, direct })
    }
}

/// The row, with the identifier it will have.
#[derive(Serialize)]
struct Written<'a> {
    id: Uuid,
    #[serde(flatten)]
    received: &'a Received,
    job: Option<Job>,
}

/// The task it makes necessary.
#[derive(Serialize)]
struct Job {
    /// What the task names: the thread, unless there is one already, or the row itself.
    subject: Uuid,
    key: String,
    attempts: i16,
    priority: i16,
    flags: Vec<String>,
    task: Task,
}

impl Job {
    fn of(subject: Uuid, task: Task) -> Self {
        Self {
            subject,
            key: task.key(),
            attempts: task.attempts(),
            priority: task.priority(),
            flags: flags(&task).unwrap_or_default(),
            task,
        }
    }
}

/// Something received, ready to be written down.
#[derive(Clone, Debug)]
pub struct Writable {
    workspace: WorkspaceId,
    what: String,
    at: DateTime<Utc>,
}

impl Received {
    /// As it is written down.
    ///
    /// # Errors
    /// When it cannot be told in JSON.
    pub fn writable(&self, workspace: WorkspaceId, at: impl Into<Moment>) -> Result<Writable> {
        let at: Moment = at.into();
        let id = Uuid::now_v7();
        let job = match self {
            Self::Message(_) => {
                let thread = Uuid::now_v7();
                Some(Job::of(thread, Task::AnswerThread { workspace, thread }))
            }
            Self::Item { .. } => Some(Job::of(id, Task::HandleSlack { workspace, inbox: id })),
            Self::Changed { .. } | Self::Deleted { .. } => None,
        };
        let written = Written { id, received: self, job };
        let mut what = serde_json::to_string(&written)?;
        if what.contains("\\u0000") {
            what = storable(&written)?.to_string();
        }
        Ok(Writable { workspace, what, at: at.utc() })
    }
}

impl Store {
    /// Writes down what came in: all of it, or nothing. It waits to be sorted ([`Store::sort_slack`]).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached; it is then to be delivered again.
    pub async fn receive_slack(&self, received: &[Writable]) -> Result<()> {
        let workspaces: Vec<Uuid> = received.iter().map(|one| one.workspace.uuid()).collect();
        let whats: Vec<&str> = received.iter().map(|one| one.what.as_str()).collect();
        let at: Vec<DateTime<Utc>> = received.iter().map(|one| one.at).collect();
        sqlx::query(
            "insert into slack_received (workspace_id, what, received_at)
             select workspace, what::jsonb, at from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as x (workspace, what, at)",
        )
        .bind(workspaces)
        .bind(whats)
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Sorts what was written down, the oldest first, at most so many: what was delivered before is dropped, messages are
    /// put into their threads, and the workers are given the tasks.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached; what is there still waits then.
    pub async fn sort_slack(&self, most: u32) -> Result<Vec<Sorted>> {
        let sorted = match self.sort(None, most).await {
            Err(StoreError::Internal(cause)) => {
                tracing::error!(error = ?cause, "what came from Slack could not be sorted; it is tried one by one");
                self.sort_one_by_one(most).await?
            }
            sorted => sorted?,
        };
        if sorted.iter().any(|one| one.outcome == Outcome::New) {
            self.waker.wake();
        }
        Ok(sorted)
    }

    async fn sort(&self, only: Option<i64>, most: u32) -> Result<Vec<Sorted>> {
        let sorted = sqlx::query_as("select * from sort_slack_received($1, $2, $3)")
            .bind(only)
            .bind(i32::try_from(most).unwrap_or(i32::MAX))
            .bind(BURST)
            // Should the commit be lost with the machine, the rows are there again, unsorted.
            .fetch_all(&self.relaxed)
            .await?;
        Ok(sorted)
    }

    /// So that one that fails does not keep the others from being done. It stays, and is tried again.
    async fn sort_one_by_one(&self, most: u32) -> Result<Vec<Sorted>> {
        let due: Vec<i64> = sqlx::query_scalar(
            "select id from slack_received where try_at is null or try_at <= now() order by id limit $1",
        )
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        let mut sorted = Vec::new();
        for id in due {
            match self.sort(Some(id), 1).await {
                Ok(one) => sorted.extend(one),
                Err(StoreError::Internal(_)) => {
                    sqlx::query("update slack_received set try_at = now() + $2 where id = $1")
                        .bind(id)
                        .bind(AGAIN_AFTER)
                        .execute(&self.pool)
                        .await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(sorted)
    }
}
