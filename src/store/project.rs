//! Projects.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};

use super::put::Imported;
use super::{Result, Store, known, row};
use crate::domain::activity::Project;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Window;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select a.domain as account, t.id, t.title, t.status, t.updated_at::text, t.url
             from projects t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

impl Imported for Project {
    const EXISTING: &'static str =
        "select id as key, account_id, digest from projects where workspace_id = $1 and id = any($2)";
    const UPSERT: &'static str = "
        insert into projects (workspace_id, id, account_id, title, status, updated_at, url, digest)
        select $1, t.key, t.account_id, r.title, r.status, r.updated_at, r.url, t.digest
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (title text, status text, updated_at timestamptz, url text)
        on conflict on constraint projects_pkey do update set
            account_id = excluded.account_id, title = excluded.title, status = excluded.status,
            updated_at = excluded.updated_at, url =
            excluded.url, digest = excluded.digest,
            revision = projects.revision + 1";
    const BY_KEYS: &'static str = select!("and t.id = any($2)");
}

impl FromRow<'_, PgRow> for Project {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            title: row.try_get("title")?,
            status: row.try_get("status")?,
            updated_at: row.try_get("updated_at")?,
            url: row.try_get("url")?,
        })
    }
}

impl Store {
    /// The projects of an account, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn projects(&self, workspace: WorkspaceId, account: &str, window: &Window) -> Result<Vec<Project>> {
        let mut connection = self.read().await?;
        let found = sqlx::query_as(select!(
            "and a.domain = $2
             and ($3::timestamptz is null or t.updated_at >= $3) and ($4::timestamptz is null or t.updated_at < $4)
             order by t.updated_at desc, t.id"
        ))
        .bind(workspace.uuid())
        .bind(row::key(account))
        .bind(window.since)
        .bind(window.end())
        .fetch_all(&mut *connection)
        .await?;
        known(&mut connection, workspace, Some(account), found).await
    }
}
