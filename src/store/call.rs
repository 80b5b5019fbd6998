//! Calls with their transcripts.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};

use super::put::Imported;
use super::{Result, Store, known, row};
use crate::domain::activity::Call;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Window;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select a.domain as account, t.id, t.title, told(t.started_at, t.utc_offset) as started_at, t.duration_seconds, t.participants,
            t.transcript, t.summary, t.url
             from calls t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

impl Imported for Call {
    const EXISTING: &'static str =
        "select id as key, account_id, digest from calls where workspace_id = $1 and id = any($2)";
    const UPSERT: &'static str = "
        insert into calls (workspace_id, id, account_id, title, started_at, duration_seconds, participants,
            transcript, summary, url, digest, utc_offset)
        select $1, t.key, t.account_id, r.title, r.started_at, r.duration_seconds, r.participants, r.transcript,
               r.summary, r.url, t.digest,
               own_offset(t.document::json ->> 'started_at')
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (title text, started_at timestamptz, duration_seconds bigint,
                              participants jsonb, transcript jsonb,
                 summary text, url text)
        on conflict on constraint calls_pkey do update set
            account_id = excluded.account_id, title = excluded.title, started_at = excluded.started_at,
            duration_seconds =
            excluded.duration_seconds, participants = excluded.participants, transcript = excluded.transcript,
            summary = excluded.summary, url = excluded.url, digest = excluded.digest,
            utc_offset = excluded.utc_offset,
            revision = calls.revision + 1";
    const BY_KEYS: &'static str = select!("and t.id = any($2)");
}

impl FromRow<'_, PgRow> for Call {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            title: row.try_get("title")?,
            started_at: row.try_get("started_at")?,
            duration_seconds: row::count(row, "duration_seconds")?,
            participants: row::json(row, "participants")?,
            transcript: row::json(row, "transcript")?,
            summary: row.try_get("summary")?,
            url: row.try_get("url")?,
        })
    }
}

impl Store {
    /// The calls of an account, newest first, at most `limit`; with `person`, only those a participant of that name (full,
    /// first or last) took part in.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn calls(
        &self,
        workspace: WorkspaceId,
        account: &str,
        window: &Window,
        person: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Call>> {
        let mut connection = self.read().await?;
        let calls = sqlx::query_as(select!(
            "and a.domain = $2
             and ($3::date is null or told_day(t.started_at, t.utc_offset) >= $3)
             and ($4::date is null or told_day(t.started_at, t.utc_offset) < $4)
             and ($5::text is null or strpos(
                 person_words(jsonb_path_query_array(t.participants, '$[*].name')::text), person_words($5)) > 0)
             order by t.started_at desc, t.id limit $6"
        ))
        .bind(workspace.uuid())
        .bind(row::key(account))
        .bind(window.since)
        .bind(window.end())
        .bind(person)
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        known(&mut connection, workspace, Some(account), calls).await
    }
}
