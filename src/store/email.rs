//! E-mails, alone and in their threads.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};

use super::put::Imported;
use super::{Result, Store, known, row};
use crate::domain::activity::Email;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Window;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select a.domain as account, t.id, told(t.sent_at, t.utc_offset) as sent_at, t.sender, t.recipients, t.subject, t.body, t.thread_id,
            t.url
             from emails t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

impl Imported for Email {
    const EXISTING: &'static str =
        "select id as key, account_id, digest from emails where workspace_id = $1 and id = any($2)";
    const UPSERT: &'static str = "
        insert into emails (workspace_id, id, account_id, sent_at, sender, recipients, subject, body, thread_id,
            url, digest, utc_offset)
        select $1, t.key, t.account_id, r.sent_at, r.\"from\", r.\"to\", r.subject, r.body, r.thread_id, r.url,
               t.digest,
               own_offset(t.document::json ->> 'sent_at')
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (sent_at timestamptz, \"from\" text, \"to\" jsonb, subject text,
                              body text, thread_id text, url text)
        on conflict on constraint emails_pkey do update set
            account_id = excluded.account_id, sent_at = excluded.sent_at, sender = excluded.sender,
            recipients = excluded.recipients, subject =
            excluded.subject, body = excluded.body, thread_id = excluded.thread_id, url = excluded.url,
            digest = excluded.digest,
            utc_offset = excluded.utc_offset,
            revision = emails.revision + 1";
    const BY_KEYS: &'static str = select!("and t.id = any($2)");
}

impl FromRow<'_, PgRow> for Email {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            sent_at: row.try_get("sent_at")?,
            from: row.try_get("sender")?,
            to: row::json(row, "recipients")?,
            subject: row.try_get("subject")?,
            body: row.try_get("body")?,
            thread_id: row.try_get("thread_id")?,
            url: row.try_get("url")?,
        })
    }
}

impl Store {
    /// The e-mails of an account, newest first, at most `limit`; with `person`, only those from or to somebody of that
    /// name (full, first or last).
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn emails(
        &self,
        workspace: WorkspaceId,
        account: &str,
        window: &Window,
        person: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Email>> {
        let mut connection = self.read().await?;
        let emails = sqlx::query_as(select!(
            "and a.domain = $2
             and ($3::date is null or told_day(t.sent_at, t.utc_offset) >= $3)
             and ($4::date is null or told_day(t.sent_at, t.utc_offset) < $4)
             and ($5::text is null
                  or strpos(person_words(t.sender || ' ' || t.recipients::text), person_words($5)) > 0)
             order by t.sent_at desc, t.id limit $6"
        ))
        .bind(workspace.uuid())
        .bind(row::key(account))
        .bind(window.since)
        .bind(window.end())
        .bind(person)
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        known(&mut connection, workspace, Some(account), emails).await
    }

    /// The e-mails of one exchange of an account, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn thread(&self, workspace: WorkspaceId, account: &str, thread_id: &str) -> Result<Vec<Email>> {
        let mut connection = self.read().await?;
        let emails = sqlx::query_as(select!("and a.domain = $2 and t.thread_id = $3 order by t.sent_at, t.id"))
            .bind(workspace.uuid())
            .bind(row::key(account))
            .bind(thread_id)
            .fetch_all(&mut *connection)
            .await?;
        known(&mut connection, workspace, Some(account), emails).await
    }
}
