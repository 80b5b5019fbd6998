//! Promises, requests, departures and notices read from calls and e-mails, and which accounts are to be read again.

use std::collections::BTreeMap;

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::change::Changed;
use super::promise::any_of;
use super::put::storable;
use super::{Result, Store, account as accounts, heard_of, known, noticed, row};
use crate::domain::action::Decision;
use crate::domain::activity::{Commitment, LaterWords, Request};
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::record::RecordRef;
use crate::domain::time::Window;
use crate::model::reader::{Mark, Reading};

/// An account whose calls, e-mails or contacts changed since promises and requests were last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToRead {
    /// Its identifier.
    pub account: AccountId,
    /// Its domain.
    pub domain: String,
    /// The version that a reading begun now is of.
    pub version: i64,
}

macro_rules! commitments {
    ($rest:literal) => {
        concat!(
            "select a.domain as account, t.id, t.who, t.side, t.what, t.due, t.due_text, t.quote, told(t.occurred_at, t.utc_offset) as occurred_at,
                    t.source_kind, t.source_id, t.at_seconds, t.kept_by, t.unclear_by,
                    d.decision as marked
             from commitments t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             left join decisions d
             on d.workspace_id = t.workspace_id and d.account = a.domain and d.key = 'commitment/' || t.id
             and d.decision -> 'value' -> 'marked' ->> 'quote' = t.quote
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

macro_rules! requests {
    ($rest:literal) => {
        concat!(
            "select a.domain as account, t.id, t.who, t.what, t.quote, told(t.occurred_at, t.utc_offset) as occurred_at, t.source_kind, t.source_id,
                    t.at_seconds
             from requests t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

impl FromRow<'_, PgRow> for Commitment {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            who: row.try_get("who")?,
            side: row::word(row, "side")?,
            what: row.try_get("what")?,
            due: row.try_get("due")?,
            due_text: row.try_get("due_text")?,
            quote: row.try_get("quote")?,
            occurred_at: row.try_get("occurred_at")?,
            source: RecordRef { kind: row::word(row, "source_kind")?, id: row.try_get("source_id")? },
            at_seconds: row.try_get("at_seconds")?,
            kept_by: later(row, "kept_by")?,
            unclear_by: later(row, "unclear_by")?,
            marked: row.try_get::<Option<Json<Decision>>, _>("marked")?.map(|marked| marked.0),
        })
    }
}

/// Later words in a column.
fn later(row: &PgRow, column: &str) -> sqlx::Result<Option<LaterWords>> {
    Ok(row.try_get::<Option<Json<LaterWords>>, _>(column)?.map(|words| words.0))
}

/// What became of a promise, by its key.
struct MarkRow {
    mark_key: String,
    mark: Mark,
}

impl FromRow<'_, PgRow> for MarkRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let mark =
            Mark { due: row.try_get("due")?, kept_by: later(row, "kept_by")?, unclear_by: later(row, "unclear_by")? };
        Ok(Self { mark_key: row.try_get("mark_key")?, mark })
    }
}

impl FromRow<'_, PgRow> for Request {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            who: row.try_get("who")?,
            what: row.try_get("what")?,
            quote: row.try_get("quote")?,
            occurred_at: row.try_get("occurred_at")?,
            source: RecordRef { kind: row::word(row, "source_kind")?, id: row.try_get("source_id")? },
            at_seconds: row.try_get("at_seconds")?,
        })
    }
}

/// Promises by their ids.
pub(super) async fn commitments_by_id(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[String],
) -> Result<Vec<Commitment>> {
    let query = sqlx::query_as(commitments!("and t.id = any($2)"));
    Ok(query.bind(workspace.uuid()).bind(ids).fetch_all(connection).await?)
}

/// Requests by their ids.
pub(super) async fn requests_by_id(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[String],
) -> Result<Vec<Request>> {
    let query = sqlx::query_as(requests!("and t.id = any($2)"));
    Ok(query.bind(workspace.uuid()).bind(ids).fetch_all(connection).await?)
}

/// Promises of `account`, newest first.
pub(super) async fn commitments(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: &str,
    window: &Window,
) -> Result<Vec<Commitment>> {
    let commitments = sqlx::query_as(commitments!(
        "and a.domain = $2
         and ($3::date is null or told_day(t.occurred_at, t.utc_offset) >= $3)
         and ($4::date is null or told_day(t.occurred_at, t.utc_offset) < $4)
         order by t.occurred_at desc, t.at_seconds desc nulls last, t.id"
    ))
    .bind(workspace.uuid())
    .bind(row::key(account))
    .bind(window.since)
    .bind(window.end())
    .fetch_all(connection)
    .await?;
    Ok(commitments)
}

/// Promises of the account `a`, newest first.
pub(super) const COMMITMENTS_OF_ACCOUNT: &str = "
    select t.id, a.domain as account, t.who, t.side, t.what, t.due, t.due_text, t.quote,
           told(t.occurred_at, t.utc_offset) as occurred_at,
           json_build_object('kind', t.source_kind, 'id', t.source_id) as source, t.at_seconds, t.kept_by,
           t.unclear_by, d.decision as marked
    from commitments t
    left join decisions d
    on d.workspace_id = t.workspace_id and d.account = a.domain and d.key = 'commitment/' || t.id
    and d.decision -> 'value' -> 'marked' ->> 'quote' = t.quote
    where t.workspace_id = a.workspace_id and t.account_id = a.id
    order by t.occurred_at desc, t.at_seconds desc nulls last, t.id";

/// What promises and requests were not read in of the account `a`.
pub(super) const UNHEARD_OF_ACCOUNT: &str = "
    select t.kind, t.language, t.records from unheard t
    where t.workspace_id = a.workspace_id and t.account_id = a.id
    order by t.kind, t.language";

/// Puts the accounts on the list of accounts to read whose promises these releases may show to be kept: promises made
/// before, within the year that [`marks`](Store::marks) look ahead, that are open, or were kept by something later, or by
/// one of these as it was. What it was kept by is compared as text that tells its own zone, so with some hours to spare.
/// Plans: `commitments_open_idx`, `commitments_kept_idx`, `commitments_shipped_idx`.
pub(super) async fn mark_unread_by(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    releases: &[String],
) -> Result<()> {
    sqlx::query(
        "with shipped as (
            select id, shipped_at, to_char(shipped_at at time zone 'UTC' - interval '15 hours', 'YYYY-MM-DD\"T\"HH24:MI:SS') as written
            from releases where workspace_id = $1 and id = any($2)
         )
         update accounts a set talk_version = talk_version + 1
         where a.workspace_id = $1 and a.id in (
            select t.account_id from shipped r join commitments t on t.workspace_id = $1 and t.kept_by is null
                and t.occurred_at < r.shipped_at
                and greatest(t.occurred_at, t.due::timestamptz) > r.shipped_at - interval '366 days'
            union
            select t.account_id from shipped r join commitments t on t.workspace_id = $1 and t.kept_by is not null
                and t.kept_by ->> 'occurred_at' >= r.written and t.occurred_at < r.shipped_at
            union
            select t.account_id from commitments t where t.workspace_id = $1
                and t.kept_by -> 'source' ->> 'kind' = 'release' and t.kept_by -> 'source' ->> 'id' = any($2)
         )",
    )
    .bind(workspace.uuid())
    .bind(releases)
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// The promises to and from an account, newest first. See [`Store::promises`] for those of all.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn commitments(&self, workspace: WorkspaceId, account: &str, window: &Window) -> Result<Vec<Commitment>> {
        let mut connection = self.read().await?;
        let found = commitments(&mut connection, workspace, account, window).await?;
        known(&mut connection, workspace, Some(account), found).await
    }

    /// The requests of an account, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn requests(&self, workspace: WorkspaceId, account: &str, window: &Window) -> Result<Vec<Request>> {
        let mut connection = self.read().await?;
        let requests = sqlx::query_as(requests!(
            "and a.domain = $2
             and ($3::date is null or told_day(t.occurred_at, t.utc_offset) >= $3)
         and ($4::date is null or told_day(t.occurred_at, t.utc_offset) < $4)
             order by t.occurred_at desc, t.at_seconds desc nulls last, t.id"
        ))
        .bind(workspace.uuid())
        .bind(row::key(account))
        .bind(window.since)
        .bind(window.end())
        .fetch_all(&mut *connection)
        .await?;
        known(&mut connection, workspace, Some(account), requests).await
    }

    /// The latest requests of all accounts, at most so many, newest first; where stems are given, of those with one of them
    /// in their words. Plan: `requests_occurred_idx` until there are enough, or `requests_words_idx`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn latest_requests(
        &self,
        workspace: WorkspaceId,
        window: &Window,
        stems: &[String],
        most: u32,
    ) -> Result<Vec<Request>> {
        const LATEST: &str = requests!(
            "and t.occurred_at >= coalesce($2 - 1, '-infinity') and t.occurred_at < coalesce($3 + 1, 'infinity')
             and told_day(t.occurred_at, t.utc_offset) >= coalesce($2, '-infinity')
             and told_day(t.occurred_at, t.utc_offset) < coalesce($3, 'infinity')
             order by t.occurred_at desc, t.at_seconds desc nulls last, t.id limit $4"
        );
        const NAMING: &str = requests!(
            "and t.occurred_at >= coalesce($2 - 1, '-infinity') and t.occurred_at < coalesce($3 + 1, 'infinity')
             and told_day(t.occurred_at, t.utc_offset) >= coalesce($2, '-infinity')
             and told_day(t.occurred_at, t.utc_offset) < coalesce($3, 'infinity')
             and to_tsvector('english', t.what || ' ' || t.quote) @@ to_tsquery('simple', $5)
             order by t.occurred_at desc, t.at_seconds desc nulls last, t.id limit $4"
        );
        let stems = any_of(stems);
        let query = sqlx::query_as(if stems.is_some() { NAMING } else { LATEST });
        let query = query.bind(workspace.uuid()).bind(window.since).bind(window.end()).bind(i64::from(most));
        let query = if let Some(stems) = stems { query.bind(stems) } else { query };
        Ok(query.fetch_all(&self.pool).await?)
    }

    /// The next accounts, by domain, whose calls, e-mails or contacts changed since promises and requests were last read
    /// from them: those that come `after` a domain, at most so many (`accounts_unread_idx`). Take the
    /// version from here before reading the calls, and give it to [`Store::replace_reading`]: what changes meanwhile
    /// puts the account on this list again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn accounts_to_read(
        &self,
        workspace: WorkspaceId,
        after: Option<&str>,
        most: u32,
    ) -> Result<Vec<ToRead>> {
        let rows: Vec<(Uuid, String, i64)> = sqlx::query_as(
            "select id, domain, talk_version from accounts
             where workspace_id = $1 and read_version < talk_version and domain > coalesce($2, '')
             order by domain limit $3",
        )
        .bind(workspace.uuid())
        .bind(after)
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(account, domain, version)| ToRead { account: account.into(), domain, version })
            .collect())
    }

    /// How many accounts are on the list of [`Store::accounts_to_read`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn count_to_read(&self, workspace: WorkspaceId) -> Result<u64> {
        let count: i64 =
            sqlx::query_scalar("select count(*) from accounts where workspace_id = $1 and read_version < talk_version")
                .bind(workspace.uuid())
                .fetch_one(&self.pool)
                .await?;
        Ok(count.unsigned_abs())
    }

    /// Puts every account on the list of [`Store::accounts_to_read`] again, for a reader that reads differently.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn mark_all_unread(&self, workspace: WorkspaceId) -> Result<()> {
        let mut transaction = self.write_derived(workspace).await?;
        sqlx::query("update accounts set talk_version = talk_version + 1 where workspace_id = $1")
            .bind(workspace.uuid())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What became of the promises of an account when they were last read, by [`Marked::mark_key`](crate::model::reader::Marked::mark_key).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn marks(&self, workspace: WorkspaceId, account: &str) -> Result<BTreeMap<String, Mark>> {
        let marks: Vec<MarkRow> = sqlx::query_as(
            "select t.mark_key, t.due, t.kept_by, t.unclear_by
             from commitments t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 and a.domain = $2 and t.mark_key is not null",
        )
        .bind(workspace.uuid())
        .bind(row::key(account))
        .fetch_all(&self.pool)
        .await?;
        Ok(marks.into_iter().map(|row| (row.mark_key, row.mark)).collect())
    }

    /// Replaces what was read from the calls and e-mails of an account. `read_version` is the [`ToRead::version`] the
    /// reading began with; a reading of more that was kept meanwhile stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) when the account was deleted meanwhile.
    pub async fn replace_reading(
        &self,
        workspace: WorkspaceId,
        account: &str,
        reading: &Reading,
        read_version: i64,
    ) -> Result<()> {
        let Reading { commitments, requests, noticed, unheard, .. } = reading;
        let mut transaction = self.write(workspace).await?;
        let account = accounts::id_of(&mut transaction, workspace, account).await?;
        let newest = sqlx::query(
            "update accounts set read_version = $3, data_version = data_version + 1
             where workspace_id = $1 and id = $2 and read_version <= $3",
        )
        .bind(workspace.uuid())
        .bind(account.uuid())
        .bind(read_version)
        .execute(&mut *transaction)
        .await?;
        if newest.rows_affected() == 0 {
            return Ok(());
        }
        for delete in [
            "delete from commitments where workspace_id = $1 and account_id = $2",
            "delete from requests where workspace_id = $1 and account_id = $2",
            "delete from noticed where workspace_id = $1 and account_id = $2",
            "delete from unheard where workspace_id = $1 and account_id = $2",
        ] {
            sqlx::query(delete).bind(workspace.uuid()).bind(account.uuid()).execute(&mut *transaction).await?;
        }
        noticed::insert(&mut transaction, workspace, account, noticed).await?;
        heard_of::replace(&mut transaction, workspace, account, reading).await?;
        if !commitments.is_empty() {
            sqlx::query(INSERT_COMMITMENTS)
                .bind(workspace.uuid())
                .bind(account.uuid())
                .bind(Json(storable(&commitments)?))
                .execute(&mut *transaction)
                .await?;
        }
        if !requests.is_empty() {
            sqlx::query(INSERT_REQUESTS)
                .bind(workspace.uuid())
                .bind(account.uuid())
                .bind(Json(storable(&requests)?))
                .execute(&mut *transaction)
                .await?;
        }
        if !unheard.is_empty() {
            sqlx::query(INSERT_UNHEARD)
                .bind(workspace.uuid())
                .bind(account.uuid())
                .bind(Json(unheard))
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit(Changed::of([account])).await?;
        Ok(())
    }
}

const INSERT_UNHEARD: &str = "
    insert into unheard (workspace_id, account_id, kind, language, records)
    select $1, $2, u.kind, u.language, u.records
    from jsonb_to_recordset($3) as u (kind text, language text, records bigint)";

// An id is there already when its call or e-mail moved here from another account, or when a reader gave it twice.
const INSERT_COMMITMENTS: &str = "
    insert into commitments (workspace_id, id, account_id, who, side, what, due, due_text, quote, occurred_at,
                             source_kind, source_id, at_seconds, kept_by, unclear_by, mark_key,
                             utc_offset)
    select distinct on (r.id) $1, r.id, $2, r.who, r.side, r.what, r.due, r.due_text, r.quote, r.occurred_at::timestamptz,
           r.source ->> 'kind', r.source ->> 'id', r.at_seconds, r.kept_by, r.unclear_by,
           r.mark_key,
           own_offset(r.occurred_at)
    from jsonb_to_recordset($3) as r (id text, who text, side text, what text, due date, due_text text, quote text,
                                      occurred_at text, source jsonb, at_seconds double precision, kept_by jsonb,
                                      unclear_by jsonb, mark_key text)
    order by r.id
    on conflict on constraint commitments_pkey do update set
        account_id = excluded.account_id, who = excluded.who, side = excluded.side, what = excluded.what,
        due = excluded.due, due_text = excluded.due_text, quote = excluded.quote, occurred_at = excluded.occurred_at,
        source_kind = excluded.source_kind, source_id = excluded.source_id, at_seconds = excluded.at_seconds,
        kept_by = excluded.kept_by, unclear_by = excluded.unclear_by, mark_key = excluded.mark_key, utc_offset = excluded.utc_offset";

const INSERT_REQUESTS: &str = "
    insert into requests (workspace_id, id, account_id, who, what, quote, occurred_at, source_kind, source_id,
                          at_seconds, utc_offset)
    select distinct on (r.id) $1, r.id, $2, r.who, r.what, r.quote, r.occurred_at::timestamptz, r.source ->> 'kind',
           r.source ->> 'id', r.at_seconds, own_offset(r.occurred_at)
    from jsonb_to_recordset($3) as r (id text, who text, what text, quote text, occurred_at text, source jsonb,
                                      at_seconds double precision)
    order by r.id
    on conflict on constraint requests_pkey do update set
        account_id = excluded.account_id, who = excluded.who, what = excluded.what, quote = excluded.quote,
        occurred_at = excluded.occurred_at, source_kind = excluded.source_kind, source_id = excluded.source_id,
        at_seconds = excluded.at_seconds, utc_offset = excluded.utc_offset";
