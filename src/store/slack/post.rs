//! What is sent: written down before it is sent, so that a crash in between is settled by looking, never by sending
//! twice.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};

use crate::domain::id::WorkspaceId;
use crate::domain::task::Task;
use crate::domain::time::Moment;
use crate::store::{Result, Store, task};

/// A message that is to be sent.
#[derive(Clone, Copy, Debug)]
pub struct NewPost<'a> {
    /// Its own key: the same message has the same key however often it is tried.
    pub key: &'a str,
    /// The team.
    pub team: &'a str,
    /// The channel.
    pub channel: &'a str,
    /// The thread.
    pub thread_ts: Option<&'a str>,
    /// The proposal or draft it shows, to bring it up to date.
    pub shows: Option<&'a str>,
}

/// What is known of a message before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimedPost {
    /// Nobody tried it before.
    New,
    /// It was tried, and nobody knows what came of it.
    Unknown,
    /// Slack took it as this message.
    Sent(String),
}

/// A message Slack took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRow {
    /// Its key.
    pub key: String,
    /// The team.
    pub team: String,
    /// The channel.
    pub channel: String,
    /// The thread.
    pub thread_ts: Option<String>,
    /// The message.
    pub ts: String,
    /// What it shows.
    pub shows: Option<String>,
}

impl FromRow<'_, PgRow> for PostRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            key: row.try_get("key")?,
            team: row.try_get("team")?,
            channel: row.try_get("channel")?,
            thread_ts: row.try_get("thread_ts")?,
            ts: row.try_get("ts")?,
            shows: row.try_get("shows")?,
        })
    }
}

/// Writes down, with the change of a proposal or a draft, that the messages which show it are to be brought up to date,
/// where there are any: whoever decides may do so anywhere.
pub(in crate::store) async fn enqueue_cards(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    subject: &str,
) -> Result<()> {
    let shown: bool =
        sqlx::query_scalar("select exists (select 1 from slack_posts where workspace_id = $1 and shows = $2)")
            .bind(workspace.uuid())
            .bind(subject)
            .fetch_one(&mut *connection)
            .await?;
    if shown {
        let refresh = Task::RefreshCards { workspace, subject: subject.to_owned() };
        task::enqueue(connection, &refresh, None).await?;
    }
    Ok(())
}

impl Store {
    /// Writes down that a message is about to be sent; tells what is known of it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn claim_slack_post(
        &self,
        workspace: WorkspaceId,
        post: &NewPost<'_>,
        at: impl Into<Moment>,
    ) -> Result<ClaimedPost> {
        let at = at.into();
        let inserted = sqlx::query(
            "insert into slack_posts (workspace_id, key, team, channel, thread_ts, state, shows, at)
             values ($1, $2, $3, $4, $5, 'sending', $6, $7) on conflict on constraint slack_posts_pkey do nothing",
        )
        .bind(workspace.uuid())
        .bind(post.key)
        .bind(post.team)
        .bind(post.channel)
        .bind(post.thread_ts)
        .bind(post.shows)
        .bind(at)
        .execute(&self.pool)
        .await?
        .rows_affected();
        if inserted > 0 {
            return Ok(ClaimedPost::New);
        }
        let ts: Option<String> = sqlx::query_scalar("select ts from slack_posts where workspace_id = $1 and key = $2")
            .bind(workspace.uuid())
            .bind(post.key)
            .fetch_one(&self.pool)
            .await?;
        Ok(ts.map_or(ClaimedPost::Unknown, ClaimedPost::Sent))
    }

    /// Slack took it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn mark_slack_post_sent(&self, workspace: WorkspaceId, key: &str, ts: &str) -> Result<()> {
        sqlx::query("update slack_posts set ts = $3, state = 'sent' where workspace_id = $1 and key = $2")
            .bind(workspace.uuid())
            .bind(key)
            .bind(ts)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Slack refused it, or it is certain that it never arrived: it may be sent.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn release_slack_post(&self, workspace: WorkspaceId, key: &str) -> Result<()> {
        sqlx::query("delete from slack_posts where workspace_id = $1 and key = $2 and ts is null")
            .bind(workspace.uuid())
            .bind(key)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The message with this key, once Slack took it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn slack_post(&self, workspace: WorkspaceId, key: &str) -> Result<Option<PostRow>> {
        Ok(sqlx::query_as(
            "select key, team, channel, thread_ts, ts, shows from slack_posts
             where workspace_id = $1 and key = $2 and ts is not null",
        )
        .bind(workspace.uuid())
        .bind(key)
        .fetch_optional(&self.pool)
        .await?)
    }

    /// The messages that show a proposal or a draft.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn slack_posts_showing(&self, workspace: WorkspaceId, shows: &str) -> Result<Vec<PostRow>> {
        Ok(sqlx::query_as(
            "select key, team, channel, thread_ts, ts, shows from slack_posts
             where workspace_id = $1 and shows = $2 and ts is not null order by at limit 50",
        )
        .bind(workspace.uuid())
        .bind(shows)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Messages that show one proposal show another from now on, which took its place.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn repoint_slack_posts(&self, workspace: WorkspaceId, before: &str, now: &str) -> Result<()> {
        sqlx::query("update slack_posts set shows = $3 where workspace_id = $1 and shows = $2")
            .bind(workspace.uuid())
            .bind(before)
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Messages of the agent that are recorded for a thread, of these.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn known_slack_posts(
        &self,
        workspace: WorkspaceId,
        team: &str,
        channel: &str,
        among: &[String],
    ) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar(
            "select ts from slack_posts where workspace_id = $1 and team = $2 and channel = $3 and ts = any($4)",
        )
        .bind(workspace.uuid())
        .bind(team)
        .bind(channel)
        .bind(among)
        .fetch_all(&self.pool)
        .await?)
    }
}
