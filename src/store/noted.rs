//! What a language model noted in calls and e-mails, and which of them it has still to read.
//!
//! A record is read once by each model and each wording of what it is asked: the key of its notes changes with both and
//! with the record. A record is claimed before it is read, so that one that brings the program down is not tried without
//! end, and two programs on one database do not read the same.

use std::collections::HashMap;

use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row};

use super::change::Changed;
use super::put::{storable, without_nul};
use super::{Result, Store, row};
use crate::domain::answer::Usage;
use crate::domain::id::WorkspaceId;
use crate::domain::record::RecordRef;
use crate::model::reader::Noted;

/// A record to be read now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The call or e-mail.
    pub source: RecordRef,
    /// Its account.
    pub account: String,
    /// Of what its notes will be.
    pub key: Vec<u8>,
    /// How often it was tried, this time included.
    pub attempt: u64,
}

/// What a model made of a record.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// What it noted.
    pub noted: Noted,
    /// What it wrote about a call, as far as that holds.
    pub summary: Option<String>,
}

/// The notes on one record.
#[derive(Clone, Debug, PartialEq)]
pub struct NotesOf {
    /// The model.
    pub model: String,
    /// The notes.
    pub noted: Noted,
}

/// How far a model is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadingState {
    /// Calls and e-mails it has read.
    pub read: u64,
    /// Those it has still to read.
    pub waiting: u64,
    /// Those it failed on too often.
    pub given_up: u64,
    /// What all readings of what is on record cost, whichever model they were by.
    pub usage: Usage,
}

/// ($1 workspace, $2 what tells the reader from any other) → all that can be read, with its key.
macro_rules! readable {
    ($rest:literal) => {
        concat!(
            "with readable as (
                select 'call' as kind, id, account_id, started_at as at, sha256($2 || digest) as key
                from calls where workspace_id = $1
                union all
                select 'email', id, account_id, sent_at, sha256($2 || digest) from emails where workspace_id = $1
             ) ",
            $rest
        )
    };
}

impl FromRow<'_, PgRow> for Claimed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            source: RecordRef { kind: row::word(row, "source_kind")?, id: row.try_get("source_id")? },
            account: row.try_get("account")?,
            key: row.try_get("tried")?,
            attempt: u64::from(row::count(row, "failures")?),
        })
    }
}

impl Store {
    /// The next record that `reader` has not read, the newest of those tried least; none when all are read or were tried
    /// `most` times. It counts as tried until it is told what came of it. Plan: the first of `unread_records_next_idx`, and
    /// the record by its key.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn claim_unread(&self, workspace: WorkspaceId, reader: &[u8], most: u32) -> Result<Option<Claimed>> {
        if !self.lists_for(workspace, reader).await? {
            self.list_unread(workspace, reader).await?;
        }
        let claimed = sqlx::query_as(
            "with next as (
                select kind, id from unread_records where workspace_id = $1 and failures < $3
                order by failures, at desc, id limit 1 for update skip locked
             ), tried as (
                update unread_records u set failures = u.failures + 1 from next n
                where u.workspace_id = $1 and u.kind = n.kind and u.id = n.id
                returning u.kind, u.id, u.failures
             )
             insert into model_notes as t (workspace_id, source_kind, source_id, account_id, tried, failures)
             select $1, n.kind, n.id, r.account_id, sha256($2 || r.digest), n.failures
             from tried n cross join lateral (
                select account_id, digest from calls where workspace_id = $1 and id = n.id and n.kind = 'call'
                union all
                select account_id, digest from emails where workspace_id = $1 and id = n.id and n.kind = 'email'
             ) r
             on conflict on constraint model_notes_pkey do update set
                account_id = excluded.account_id, tried = excluded.tried, failures = excluded.failures
             returning source_kind, source_id, tried, failures,
                (select domain from accounts a where a.workspace_id = $1 and a.id = t.account_id) as account",
        )
        .bind(workspace.uuid())
        .bind(reader)
        .bind(i64::from(most))
        .fetch_optional(&self.pool)
        .await?;
        Ok(claimed)
    }

    /// Whether what is listed as unread is what this reader has not read.
    async fn lists_for(&self, workspace: WorkspaceId, reader: &[u8]) -> Result<bool> {
        let listed: Option<Vec<u8>> = sqlx::query_scalar("select reader from readers where workspace_id = $1")
            .bind(workspace.uuid())
            .fetch_optional(&self.pool)
            .await?;
        Ok(listed.as_deref() == Some(reader))
    }

    /// Lists what a reader has not read, in place of what another one has not: once, when it begins.
    async fn list_unread(&self, workspace: WorkspaceId, reader: &[u8]) -> Result<()> {
        let mut transaction = self.write_derived(workspace).await?;
        sqlx::query("delete from unread_records where workspace_id = $1")
            .bind(workspace.uuid())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "insert into readers (workspace_id, reader) values ($1, $2)
             on conflict on constraint readers_pkey do update set reader = excluded.reader",
        )
        .bind(workspace.uuid())
        .bind(reader)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(readable!(
            "insert into unread_records (workspace_id, kind, id, at, failures)
             select $1, r.kind, r.id, r.at, case when n.tried = r.key then n.failures else 0 end
             from readable r
             left join model_notes n on n.workspace_id = $1 and n.source_kind = r.kind and n.source_id = r.id
             where n.key is distinct from r.key or n.account_id <> r.account_id"
        ))
        .bind(workspace.uuid())
        .bind(reader)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes back that a record was tried: nobody was there to read it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn unclaim(&self, workspace: WorkspaceId, claimed: &Claimed) -> Result<()> {
        sqlx::query(
            "with taken_back as (
                update model_notes set failures = greatest(failures - 1, 0)
                where workspace_id = $1 and source_kind = $2 and source_id = $3 and tried = $4
                returning source_kind, source_id, failures
             )
             update unread_records u set failures = t.failures from taken_back t
             where u.workspace_id = $1 and u.kind = t.source_kind and u.id = t.source_id",
        )
        .bind(workspace.uuid())
        .bind(claimed.source.kind.wire())
        .bind(&claimed.source.id)
        .bind(&claimed.key)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Counts what a reading cost that came to nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn count_reading(&self, workspace: WorkspaceId, source: &RecordRef, usage: Usage) -> Result<()> {
        sqlx::query(
            "update model_notes set requests = requests + $4, prompt_tokens = prompt_tokens + $5,
                    completion_tokens = completion_tokens + $6, cost_micros = coalesce(cost_micros + $7, cost_micros, $7)
             where workspace_id = $1 and source_kind = $2 and source_id = $3",
        )
        .bind(workspace.uuid())
        .bind(source.kind.wire())
        .bind(&source.id)
        .bind(i64::from(usage.requests))
        .bind(count(usage.prompt_tokens))
        .bind(count(usage.completion_tokens))
        .bind(usage.cost_micros.map(count))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Keeps what a model made of a claimed record, in place of what was there. Where its notes are others than before,
    /// its account is read again. Nothing is kept when the record changed or went meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn put_notes(&self, workspace: WorkspaceId, claimed: &Claimed, model: &str, read: &Read) -> Result<()> {
        let mut transaction = self.write(workspace).await?;
        sqlx::query(
            "with before as (
                select notes from model_notes where workspace_id = $1 and source_kind = $2 and source_id = $3
             ), kept as (
                update model_notes n set key = $4, digest = r.digest, model = $5, notes = $6, summary = $7, failures = 0
                from (
                    select 'call' as kind, id, account_id, digest from calls where workspace_id = $1 and id = $3
                    union all
                    select 'email', id, account_id, digest from emails where workspace_id = $1 and id = $3
                ) r
                where n.workspace_id = $1 and n.source_kind = $2 and n.source_id = $3 and n.tried = $4
                and r.kind = n.source_kind and r.account_id = n.account_id
                returning n.account_id, n.notes
             ), taken_off as (
                delete from unread_records u using kept
                -- One that changed meanwhile begins anew, with no failures.
                where u.workspace_id = $1 and u.kind = $2 and u.id = $3 and u.failures > 0
             )
             update accounts a set talk_version = talk_version + 1
             from kept, before
             where a.workspace_id = $1 and a.id = kept.account_id
             and kept.notes is distinct from coalesce(before.notes, $8)",
        )
        .bind(workspace.uuid())
        .bind(claimed.source.kind.wire())
        .bind(&claimed.source.id)
        .bind(&claimed.key)
        .bind(without_nul(model))
        .bind(Json(storable(&read.noted)?))
        .bind(read.summary.as_deref().map(without_nul))
        .bind(Json(storable(&Noted::default())?))
        .execute(&mut *transaction)
        .await?;
        transaction.commit(Changed::account(&claimed.account)).await?;
        Ok(())
    }

    /// What models noted in the calls and e-mails of an account, by the record.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn notes_on(&self, workspace: WorkspaceId, account: &str) -> Result<HashMap<RecordRef, NotesOf>> {
        let rows: Vec<PgRow> = sqlx::query(
            "select t.source_kind, t.source_id, t.model, t.notes
             from model_notes t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 and a.domain = $2 and t.notes is not null",
        )
        .bind(workspace.uuid())
        .bind(row::key(account))
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| {
            let source = RecordRef { kind: row::word(row, "source_kind")?, id: row.try_get("source_id")? };
            Ok((source, NotesOf { model: row.try_get("model")?, noted: row::json(row, "notes")? }))
        };
        Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
    }

    /// What models wrote about calls, by the call: the summary, and the model. None of a call that changed since.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn summaries(
        &self,
        workspace: WorkspaceId,
        calls: &[String],
    ) -> Result<HashMap<String, (String, String)>> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "select t.source_id, t.summary, t.model
             from model_notes t
             join calls c on c.workspace_id = t.workspace_id and c.id = t.source_id and c.digest = t.digest
             where t.workspace_id = $1 and t.source_kind = 'call' and t.source_id = any($2) and t.summary is not null",
        )
        .bind(workspace.uuid())
        .bind(calls)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(call, summary, model)| (call, (summary, model))).collect())
    }

    /// How far `reader` is, which gives a record up after `most` failures. Plan: ranges of `unread_records_next_idx`; all is
    /// looked at only until that reader begins.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn reading_state(&self, workspace: WorkspaceId, reader: &[u8], most: u32) -> Result<ReadingState> {
        const LISTED: &str = "
            select (select coalesce(sum(records), 0)::bigint from record_counts
                    where workspace_id = $1 and kind in ('call', 'email')) as total,
                   (select count(*) from unread_records where workspace_id = $1 and failures < $3) as waiting,
                   (select count(*) from unread_records where workspace_id = $1 and failures >= $3) as given_up
            where $2::bytea is not null";
        const COUNTED: &str = readable!(
            "select count(*) as total,
                    count(*) filter (where n.key is distinct from r.key
                                     and (n.tried is distinct from r.key or n.failures < $3)) as waiting,
                    count(*) filter (where n.key is distinct from r.key and n.tried = r.key and n.failures >= $3) as given_up
             from readable r
             left join model_notes n on n.workspace_id = $1 and n.source_kind = r.kind and n.source_id = r.id"
        );
        let listed = self.lists_for(workspace, reader).await?;
        let (total, waiting, given_up): (i64, i64, i64) = sqlx::query_as(if listed { LISTED } else { COUNTED })
            .bind(workspace.uuid())
            .bind(reader)
            .bind(i64::from(most))
            .fetch_one(&self.pool)
            .await?;
        let cost = sqlx::query(
            "select coalesce(sum(requests), 0)::bigint as requests, coalesce(sum(prompt_tokens), 0)::bigint as prompt_tokens,
                    coalesce(sum(completion_tokens), 0)::bigint as completion_tokens, sum(cost_micros)::bigint as cost_micros
             from model_notes n where n.workspace_id = $1 and (
                n.source_kind = 'call' and exists (select from calls c where c.workspace_id = $1 and c.id = n.source_id)
                or n.source_kind = 'email' and exists (select from emails e where e.workspace_id = $1 and e.id = n.source_id))",
        )
        .bind(workspace.uuid())
        .fetch_one(&self.pool)
        .await?;
        let sum = |column: &str| cost.try_get::<i64, _>(column).map(|sum| sum.max(0).cast_unsigned());
        let usage = Usage {
            repairs: 0,
            requests: u32::try_from(sum("requests")?).unwrap_or(u32::MAX),
            prompt_tokens: sum("prompt_tokens")?,
            completion_tokens: sum("completion_tokens")?,
            cost_micros: cost.try_get::<Option<i64>, _>("cost_micros")?.map(|micros| micros.max(0).cast_unsigned()),
        };
        let [total, waiting, given_up] = [total, waiting, given_up].map(i64::unsigned_abs);
        Ok(ReadingState { read: total.saturating_sub(waiting + given_up), given_up, waiting, usage })
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
