//! Notes.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};

use super::put::Imported;
use super::{Result, Store, known, row};
use crate::domain::activity::Note;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Window;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select a.domain as account, t.id, told(t.written_at, t.utc_offset) as written_at, t.author, t.text, t.url
             from notes t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

impl Imported for Note {
    const EXISTING: &'static str =
        "select id as key, account_id, digest from notes where workspace_id = $1 and id = any($2)";
    const UPSERT: &'static str = "
        insert into notes (workspace_id, id, account_id, written_at, author, text, url, digest, utc_offset)
        select $1, t.key, t.account_id, r.written_at, r.author, r.text, r.url, t.digest,
               own_offset(t.document::json ->> 'written_at')
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (written_at timestamptz, author text, text text, url text)
        on conflict on constraint notes_pkey do update set
            account_id = excluded.account_id, written_at = excluded.written_at, author = excluded.author,
            text = excluded.text, url = excluded.url, digest = excluded.digest,
            utc_offset = excluded.utc_offset,
            revision = notes.revision + 1";
    const BY_KEYS: &'static str = select!("and t.id = any($2)");
}

impl FromRow<'_, PgRow> for Note {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            written_at: row.try_get("written_at")?,
            author: row.try_get("author")?,
            text: row.try_get("text")?,
            url: row.try_get("url")?,
        })
    }
}

impl Store {
    /// The notes of an account, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn notes(&self, workspace: WorkspaceId, account: &str, window: &Window) -> Result<Vec<Note>> {
        let mut connection = self.read().await?;
        let found = sqlx::query_as(select!(
            "and a.domain = $2
             and ($3::date is null or told_day(t.written_at, t.utc_offset) >= $3)
             and ($4::date is null or told_day(t.written_at, t.utc_offset) < $4)
             order by t.written_at desc, t.id"
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
