//! Meetings as calendars have them.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};

use super::put::Imported;
use super::{Result, Store, known, row};
use crate::domain::calendar::CalendarMeeting;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Moment;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select a.domain as account, t.id, t.title, told(t.starts_at, t.utc_offset) as starts_at,
                    told(t.ends_at, t.utc_offset) as ends_at, t.participants, t.canceled, t.url
             from calendar_meetings t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

impl Imported for CalendarMeeting {
    const EXISTING: &'static str =
        "select id as key, account_id, digest from calendar_meetings where workspace_id = $1 and id = any($2)";
    const UPSERT: &'static str = "
        insert into calendar_meetings (workspace_id, id, account_id, title, starts_at, ends_at, participants, emails,
            canceled, url, digest, utc_offset)
        select $1, t.key, t.account_id, r.title, r.starts_at, r.ends_at, r.participants,
               array(select lower(person ->> 'email') from jsonb_array_elements(r.participants) person
                     where person ->> 'email' is not null),
               r.canceled, r.url, t.digest, own_offset(t.document::json ->> 'starts_at')
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (title text, starts_at timestamptz, ends_at timestamptz,
                              participants jsonb, canceled boolean, url text)
        on conflict on constraint calendar_meetings_pkey do update set
            account_id = excluded.account_id, title = excluded.title, starts_at = excluded.starts_at,
            ends_at = excluded.ends_at, participants = excluded.participants, emails = excluded.emails,
            canceled = excluded.canceled, url = excluded.url, digest = excluded.digest,
            utc_offset = excluded.utc_offset";
    const BY_KEYS: &'static str = select!("and t.id = any($2)");
}

impl FromRow<'_, PgRow> for CalendarMeeting {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            starts_at: row.try_get("starts_at")?,
            ends_at: row.try_get("ends_at")?,
            title: row.try_get("title")?,
            participants: row::json(row, "participants")?,
            url: row.try_get("url")?,
            canceled: row.try_get("canceled")?,
        })
    }
}

impl Store {
    /// The meetings with an account that are not over at `from`, the soonest first, at most `limit`; those that were called
    /// off too. A meeting of which no end is told is over once it began an hour ago.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn calendar_meetings(
        &self,
        workspace: WorkspaceId,
        account: &str,
        from: Moment,
        limit: u32,
    ) -> Result<Vec<CalendarMeeting>> {
        let mut connection = self.read().await?;
        let found = sqlx::query_as(select!(
            "and a.domain = $2 and t.starts_at >= $3::timestamptz - interval '1 day'
             and coalesce(t.ends_at, t.starts_at + interval '1 hour') > $3
             order by t.starts_at, t.id limit $4"
        ))
        .bind(workspace.uuid())
        .bind(row::key(account))
        .bind(from)
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        known(&mut connection, workspace, Some(account), found).await
    }

    /// The meetings of a workspace that are not over at `from` and were not called off, the soonest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn meetings_ahead(
        &self,
        workspace: WorkspaceId,
        from: Moment,
        limit: u32,
    ) -> Result<Vec<CalendarMeeting>> {
        let found = sqlx::query_as(select!(
            "and t.starts_at >= $2::timestamptz - interval '1 day' and not t.canceled
             and coalesce(t.ends_at, t.starts_at + interval '1 hour') > $2
             order by t.starts_at, t.id limit $3"
        ))
        .bind(workspace.uuid())
        .bind(from)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.read().await?)
        .await?;
        Ok(found)
    }

    /// The meetings that somebody has, by their address: those they are invited to, and those with the accounts they own.
    /// Of those that are not over at `from` and were not called off, the soonest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn meetings_of(
        &self,
        workspace: WorkspaceId,
        email: &str,
        from: Moment,
        limit: u32,
    ) -> Result<Vec<CalendarMeeting>> {
        let found = sqlx::query_as(select!(
            "and (t.id in (
                 select m.id from calendar_meetings m
                 where m.workspace_id = $1 and m.emails @> array[lower($2)]
                   and m.starts_at >= $3::timestamptz - interval '1 day'
                 union all
                 select m.id from account_state s
                 join calendar_meetings m on m.workspace_id = s.workspace_id and m.account_id = s.account_id
                 where s.workspace_id = $1 and s.owner_key = lower($2)
                   and m.starts_at >= $3::timestamptz - interval '1 day'))
             and not t.canceled and coalesce(t.ends_at, t.starts_at + interval '1 hour') > $3
             order by t.starts_at, t.id limit $4"
        ))
        .bind(workspace.uuid())
        .bind(email)
        .bind(from)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.read().await?)
        .await?;
        Ok(found)
    }
}
