//! The tasks: work that is written down with the change that makes it necessary, and done by whichever process is free.
//!
//! A task holds identifiers only; what it needs is read when it runs. Each may run again after a crash, so each is
//! written to end the same however often it starts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::id::{ConnectionId, DigestId, WorkspaceId};

/// A piece of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Read, score and index what changed in a workspace.
    CatchUp {
        /// The workspace.
        workspace: WorkspaceId,
    },
    /// Compute the embeddings a workspace is behind on.
    EmbedPassages {
        /// The workspace.
        workspace: WorkspaceId,
    },
    /// Have the language model read calls and e-mails, and name conversations.
    ReadAlong {
        /// The workspace.
        workspace: WorkspaceId,
    },
    /// Compute the states of accounts that are out of date.
    RefreshStates {
        /// The workspace.
        workspace: WorkspaceId,
    },
    /// Fetch what is new from a connected system.
    SyncSource {
        /// The workspace.
        workspace: WorkspaceId,
        /// The connection.
        connection: ConnectionId,
    },
    /// Answer what waits in a Slack thread.
    AnswerThread {
        /// The workspace.
        workspace: WorkspaceId,
        /// The thread's row.
        thread: Uuid,
    },
    /// Do what a command, a button, a modal or an event of Slack asks for.
    HandleSlack {
        /// The workspace.
        workspace: WorkspaceId,
        /// The row of what was received.
        inbox: Uuid,
    },
    /// Bring the messages in Slack that show a proposal or a draft up to date.
    RefreshCards {
        /// The workspace.
        workspace: WorkspaceId,
        /// The proposal or the draft.
        subject: String,
    },
    /// Say what began sharply, in the places where digests on it go.
    SendAlerts {
        /// The workspace.
        workspace: WorkspaceId,
    },
    /// Make the edition of a digest that is due, and deliver it.
    SendDigest {
        /// The workspace.
        workspace: WorkspaceId,
        /// The digest.
        digest: DigestId,
    },
    /// Make the brief of a meeting that begins soon, and deliver it.
    SendBrief {
        /// The workspace.
        workspace: WorkspaceId,
        /// The id of the meeting.
        meeting: String,
    },
}

/// How urgent a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Somebody waits, and it takes moments.
    Quick,
    /// It may take minutes: a language model thinks, or a workspace is read.
    Slow,
}

impl Task {
    /// The name on the wire and in lists.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CatchUp { .. } => "catch_up",
            Self::EmbedPassages { .. } => "embed_passages",
            Self::ReadAlong { .. } => "read_along",
            Self::RefreshStates { .. } => "refresh_states",
            Self::SyncSource { .. } => "sync_source",
            Self::AnswerThread { .. } => "answer_thread",
            Self::HandleSlack { .. } => "handle_slack",
            Self::RefreshCards { .. } => "refresh_cards",
            Self::SendAlerts { .. } => "send_alerts",
            Self::SendDigest { .. } => "send_digest",
            Self::SendBrief { .. } => "send_brief",
        }
    }

    /// The workspace it works in.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        match self {
            Self::CatchUp { workspace }
            | Self::EmbedPassages { workspace }
            | Self::ReadAlong { workspace }
            | Self::RefreshStates { workspace }
            | Self::SendAlerts { workspace }
            | Self::SyncSource { workspace, .. }
            | Self::AnswerThread { workspace, .. }
            | Self::HandleSlack { workspace, .. }
            | Self::RefreshCards { workspace, .. }
            | Self::SendDigest { workspace, .. }
            | Self::SendBrief { workspace, .. } => *workspace,
        }
    }

    /// Its key: of tasks with the same key at most one waits.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::AnswerThread { workspace, thread } => format!("answer_thread/{workspace}/{thread}"),
            Self::SyncSource { workspace, connection } => format!("sync_source/{workspace}/{connection}"),
            Self::HandleSlack { workspace, inbox } => format!("handle_slack/{workspace}/{inbox}"),
            Self::RefreshCards { workspace, subject } => format!("refresh_cards/{workspace}/{subject}"),
            Self::SendDigest { workspace, digest } => format!("send_digest/{workspace}/{digest}"),
            Self::SendBrief { workspace, meeting } => format!("send_brief/{workspace}/{meeting}"),
            Self::CatchUp { .. }
            | Self::EmbedPassages { .. }
            | Self::ReadAlong { .. }
            | Self::RefreshStates { .. }
            | Self::SendAlerts { .. } => {
                format!("{}/{}", self.name(), self.workspace())
            }
        }
    }

    /// Tasks of the same queue run one after the other. There are few queues: whoever takes a task locks every queue
    /// that is free. Work on a Slack thread is kept apart by holding the thread.
    #[must_use]
    pub fn queue(&self) -> Option<String> {
        match self {
            Self::HandleSlack { .. } | Self::AnswerThread { .. } => None,
            // One queue for all digests of a workspace, and one for all briefs: whoever finds one half delivered knows that nobody is at it.
            Self::SendDigest { workspace, .. } | Self::SendBrief { workspace, .. } => {
                Some(format!("{}/{workspace}", self.name()))
            }
            _ => Some(self.key()),
        }
    }

    /// Whether a new time goes before the one it waits for already; else the earlier word on it holds.
    #[must_use]
    pub fn moves(&self) -> bool {
        matches!(self, Self::SendDigest { .. } | Self::SendBrief { .. })
    }

    /// How urgent it is.
    #[must_use]
    pub fn lane(&self) -> Lane {
        match self {
            Self::HandleSlack { .. } | Self::RefreshCards { .. } => Lane::Quick,
            _ => Lane::Slow,
        }
    }

    /// Lower numbers are started first.
    #[must_use]
    pub fn priority(&self) -> i16 {
        match self {
            Self::HandleSlack { .. } => -10,
            Self::RefreshCards { .. } => -7,
            Self::AnswerThread { .. } => -5,
            Self::CatchUp { .. } => 0,
            Self::SendAlerts { .. } | Self::SendDigest { .. } | Self::SendBrief { .. } => 1,
            Self::RefreshStates { .. } => 2,
            Self::SyncSource { .. } => 3,
            Self::EmbedPassages { .. } => 5,
            Self::ReadAlong { .. } => 10,
        }
    }

    /// How often it is tried before a person has to look at it.
    #[must_use]
    pub fn attempts(&self) -> i16 {
        match self {
            // Somebody waits: after a minute and a half they hear that it did not work.
            Self::AnswerThread { .. } | Self::HandleSlack { .. } => 5,
            Self::RefreshCards { .. } | Self::SendAlerts { .. } | Self::SendDigest { .. } | Self::SendBrief { .. } => 8,
            Self::CatchUp { .. }
            | Self::EmbedPassages { .. }
            | Self::ReadAlong { .. }
            | Self::RefreshStates { .. }
            | Self::SyncSource { .. } => 16,
        }
    }
}

/// A task as it stands in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedTask {
    /// Its number.
    pub id: i64,
    /// What is to be done.
    pub task: Task,
    /// Where it stands.
    pub state: TaskState,
    /// How often it was tried.
    pub attempts: u32,
    /// How often it may be.
    pub max_attempts: u32,
    /// When it is due.
    pub due_at: crate::domain::time::Moment,
    /// When it was written down.
    pub added_at: crate::domain::time::Moment,
    /// Why it failed the last time.
    pub last_error: Option<String>,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// It waits for its turn, or for its next try.
    Waiting,
    /// A process works on it.
    Running,
    /// It failed as often as it may; a person decides.
    Failed,
}

impl TaskState {
    /// The name people read and on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_reads_back_what_was_written_down() {
        let workspace = WorkspaceId::new();
        let task = Task::AnswerThread { workspace, thread: Uuid::now_v7() };
        let written = serde_json::to_value(&task).unwrap();
        assert_eq!(written["task"], "answer_thread");
        assert_eq!(serde_json::from_value::<Task>(written).unwrap(), task);
    }

    #[test]
    fn work_on_one_workspace_never_runs_twice_at_once() {
        let workspace = WorkspaceId::new();
        assert_eq!(Task::CatchUp { workspace }.queue(), Task::CatchUp { workspace }.queue());
        assert_ne!(Task::CatchUp { workspace }.queue(), Task::CatchUp { workspace: WorkspaceId::new() }.queue());
        let send = || Task::SendDigest { workspace, digest: DigestId::new() };
        assert!(send().queue().is_some() && send().queue() == send().queue());
    }
}
