//! Releases, which belong to the workspace and to no account.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};

use super::change::Changed;
use super::put::Imported;
use super::{Result, Store};
use crate::domain::activity::Release;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Window;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select t.id, t.title, t.body, t.shipped_at::text, t.version, t.draft, t.prerelease, t.url
             from releases t
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

impl Imported for Release {
    const EXISTING: &'static str =
        "select id as key, null::uuid as account_id, digest from releases where workspace_id = $1 and id = any($2)";
    const UPSERT: &'static str = "
        insert into releases (workspace_id, id, title, body, shipped_at, version, draft, prerelease, url, digest)
        select $1, t.key, r.title, r.body, r.shipped_at, r.version, coalesce(r.draft, false),
               coalesce(r.prerelease, false), r.url, t.digest
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (title text, body text, shipped_at timestamptz, version text,
                              draft boolean, prerelease boolean, url text)
        on conflict on constraint releases_pkey do update set
            title = excluded.title, body = excluded.body, shipped_at = excluded.shipped_at, version =
            excluded.version, draft = excluded.draft, prerelease = excluded.prerelease, url = excluded.url, digest = excluded.digest,
            revision = releases.revision + 1";
    const BY_KEYS: &'static str = select!("and t.id = any($2)");
}

impl FromRow<'_, PgRow> for Release {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            title: row.try_get("title")?,
            body: row.try_get("body")?,
            shipped_at: row.try_get("shipped_at")?,
            version: row.try_get("version")?,
            draft: row.try_get("draft")?,
            prerelease: row.try_get("prerelease")?,
            url: row.try_get("url")?,
        })
    }
}

impl Store {
    /// The releases of the workspace, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn releases(&self, workspace: WorkspaceId, window: &Window) -> Result<Vec<Release>> {
        let releases = sqlx::query_as(select!(
            "and ($2::timestamptz is null or t.shipped_at >= $2) and ($3::timestamptz is null or t.shipped_at < $3)
             order by t.shipped_at desc, t.id"
        ))
        .bind(workspace.uuid())
        .bind(window.since)
        .bind(window.end())
        .fetch_all(&self.pool)
        .await?;
        Ok(releases)
    }

    /// Deletes releases by id; returns how many there were. Their passages stay in the vector index until the caller
    /// removes them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn delete_releases(&self, workspace: WorkspaceId, ids: &[&str]) -> Result<u64> {
        let mut transaction = self.write(workspace).await?;
        let deleted = sqlx::query("delete from releases where workspace_id = $1 and id = any($2)")
            .bind(workspace.uuid())
            .bind(ids)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        transaction.commit(Changed::nothing().and_releases(deleted > 0)).await?;
        Ok(deleted)
    }
}
