//! Who is logged in, and the links by which people log in. Secrets come in as their SHA-256. Plans: the primary keys; what
//! has expired is taken away in passing, by `sessions_expires_idx` and `login_links_expires_idx`.

use serde_json::Value;
use sqlx::Row;

use super::{Result, Store, StoreError, row};
use crate::domain::access::SecretHash;
use crate::domain::id::{PersonId, WorkspaceId};
use crate::domain::person::Person;
use crate::domain::time::Moment;

impl Store {
    /// Keeps a new session; false where there is one with this identifier.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn add_session(
        &self,
        workspace: WorkspaceId,
        id: SecretHash,
        data: &Value,
        until: Moment,
        now: Moment,
    ) -> Result<bool> {
        let added = sqlx::query(
            "with expired as (delete from sessions where workspace_id = $1 and expires_at <= $5)
             insert into sessions (workspace_id, id, data, expires_at) values ($1, $2, $3, $4)
             on conflict on constraint sessions_pkey do nothing",
        )
        .bind(workspace.uuid())
        .bind(id.bytes())
        .bind(data)
        .bind(until)
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(added.rows_affected() > 0)
    }

    /// Keeps what is in a session, in place of what was.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn put_session(&self, workspace: WorkspaceId, id: SecretHash, data: &Value, until: Moment) -> Result<()> {
        sqlx::query(
            "insert into sessions (workspace_id, id, data, expires_at) values ($1, $2, $3, $4)
             on conflict on constraint sessions_pkey do update set data = excluded.data, expires_at = excluded.expires_at",
        )
        .bind(workspace.uuid())
        .bind(id.bytes())
        .bind(data)
        .bind(until)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// What is in a session, and until when it lasts; none where there is none or it has expired.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn session(
        &self,
        workspace: WorkspaceId,
        id: SecretHash,
        now: Moment,
    ) -> Result<Option<(Value, Moment)>> {
        let found = sqlx::query(
            "select data, expires_at::text from sessions where workspace_id = $1 and id = $2 and expires_at > $3",
        )
        .bind(workspace.uuid())
        .bind(id.bytes())
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        match found {
            Some(found) => Ok(Some((row::json(&found, "data")?, found.try_get("expires_at")?))),
            None => Ok(None),
        }
    }

    /// Ends a session; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn end_session(&self, workspace: WorkspaceId, id: SecretHash) -> Result<bool> {
        let ended = sqlx::query("delete from sessions where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(id.bytes())
            .execute(&self.pool)
            .await?;
        Ok(ended.rows_affected() > 0)
    }

    /// Keeps a link by which a person can log in once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such person.
    pub async fn add_login_link(
        &self,
        workspace: WorkspaceId,
        id: SecretHash,
        person: PersonId,
        until: Moment,
        now: Moment,
    ) -> Result<()> {
        let added = sqlx::query(
            "with expired as (delete from login_links where workspace_id = $1 and expires_at <= $5)
             insert into login_links (workspace_id, id, person_id, expires_at)
             select workspace_id, $2, id, $4 from people where workspace_id = $1 and id = $3",
        )
        .bind(workspace.uuid())
        .bind(id.bytes())
        .bind(person.uuid())
        .bind(until)
        .bind(now)
        .execute(&self.pool)
        .await?;
        if added.rows_affected() == 0 {
            return Err(StoreError::NotFound(format!("There is no person `{person}` in this workspace.")));
        }
        Ok(())
    }

    /// Whom a link that was not used yet logs in.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn login_link(&self, workspace: WorkspaceId, id: SecretHash, now: Moment) -> Result<Option<Person>> {
        Ok(sqlx::query_as(
            "select p.id, p.name, p.email, p.role, p.slack_team, p.slack_user
             from login_links l join people p on p.workspace_id = l.workspace_id and p.id = l.person_id
             where l.workspace_id = $1 and l.id = $2 and l.expires_at > $3",
        )
        .bind(workspace.uuid())
        .bind(id.bytes())
        .bind(now)
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Uses up a link; whom it logs in, once.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn use_login_link(&self, workspace: WorkspaceId, id: SecretHash, now: Moment) -> Result<Option<Person>> {
        Ok(sqlx::query_as(
            "with used as (
                delete from login_links where workspace_id = $1 and id = $2 and expires_at > $3 returning person_id
             )
             select p.id, p.name, p.email, p.role, p.slack_team, p.slack_user
             from used u join people p on p.workspace_id = $1 and p.id = u.person_id",
        )
        .bind(workspace.uuid())
        .bind(id.bytes())
        .bind(now)
        .fetch_optional(&self.pool)
        .await?)
    }
}
