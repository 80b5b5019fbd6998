//! Signals.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};

use super::put::Imported;
use super::{Result, Store, known, row};
use crate::domain::activity::{Signal, SignalKind};
use crate::domain::id::WorkspaceId;
use crate::domain::time::Window;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select a.domain as account, t.id, t.kind, told(t.occurred_at, t.utc_offset) as occurred_at, t.text, t.quote, t.score, t.sentiment,
            t.call_id, t.url
             from signals t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

impl Imported for Signal {
    const EXISTING: &'static str =
        "select id as key, account_id, digest from signals where workspace_id = $1 and id = any($2)";
    const UPSERT: &'static str = "
        insert into signals (workspace_id, id, account_id, kind, occurred_at, text, quote, score, sentiment,
            call_id, url, digest, utc_offset)
        select $1, t.key, t.account_id, r.kind, r.occurred_at, r.text, r.quote, r.score, r.sentiment, r.call_id,
               r.url, t.digest,
               own_offset(t.document::json ->> 'occurred_at')
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (kind text, occurred_at timestamptz, text text, quote text,
                              score double precision, sentiment double
                 precision, call_id text, url text)
        on conflict on constraint signals_pkey do update set
            account_id = excluded.account_id, kind = excluded.kind, occurred_at = excluded.occurred_at,
            text = excluded.text, quote =
            excluded.quote, score = excluded.score, sentiment = excluded.sentiment, call_id = excluded.call_id,
            url = excluded.url, digest = excluded.digest,
            utc_offset = excluded.utc_offset,
            revision = signals.revision + 1";
    const BY_KEYS: &'static str = select!("and t.id = any($2)");
}

impl FromRow<'_, PgRow> for Signal {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            kind: row::word(row, "kind")?,
            occurred_at: row.try_get("occurred_at")?,
            text: row.try_get("text")?,
            quote: row.try_get("quote")?,
            score: row.try_get("score")?,
            sentiment: row.try_get("sentiment")?,
            call_id: row.try_get("call_id")?,
            url: row.try_get("url")?,
        })
    }
}

/// Signals of `account`, newest first.
pub(super) async fn list(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: &str,
    kinds: &[SignalKind],
    window: &Window,
) -> Result<Vec<Signal>> {
    let signals = sqlx::query_as(select!(
        "and a.domain = $2 and (cardinality($3::text[]) = 0 or t.kind = any($3))
         and ($4::date is null or told_day(t.occurred_at, t.utc_offset) >= $4)
             and ($5::date is null or told_day(t.occurred_at, t.utc_offset) < $5)
         order by t.occurred_at desc, t.id"
    ))
    .bind(workspace.uuid())
    .bind(row::key(account))
    .bind(kinds.iter().map(|kind| kind.wire()).collect::<Vec<_>>())
    .bind(window.since)
    .bind(window.end())
    .fetch_all(connection)
    .await?;
    Ok(signals)
}

/// Signals of the account `a` as they are imported, newest first.
pub(super) const OF_ACCOUNT: &str = "
    select t.id, a.domain as account, t.kind, told(t.occurred_at, t.utc_offset) as occurred_at, t.text, t.quote, t.score, t.sentiment, t.call_id, t.url
    from signals t where t.workspace_id = a.workspace_id and t.account_id = a.id
    order by t.occurred_at desc, t.id";

impl Store {
    /// The signals of an account, newest first; only `kinds`, all when empty.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn signals(
        &self,
        workspace: WorkspaceId,
        account: &str,
        kinds: &[SignalKind],
        window: &Window,
    ) -> Result<Vec<Signal>> {
        let mut connection = self.read().await?;
        let signals = list(&mut connection, workspace, account, kinds, window).await?;
        known(&mut connection, workspace, Some(account), signals).await
    }

    /// The latest signals of a kind of all accounts, at most so many, newest first: a range of `signals_kind_idx`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn latest_signals(
        &self,
        workspace: WorkspaceId,
        kind: SignalKind,
        window: &Window,
        most: u32,
    ) -> Result<Vec<Signal>> {
        let signals = sqlx::query_as(select!(
            "and t.kind = $2 and t.occurred_at >= coalesce($3 - 1, '-infinity') and t.occurred_at < coalesce($4 + 1, 'infinity')
             and told_day(t.occurred_at, t.utc_offset) >= coalesce($3, '-infinity')
             and told_day(t.occurred_at, t.utc_offset) < coalesce($4, 'infinity')
             order by t.occurred_at desc, t.id limit $5"
        ));
        let signals = signals.bind(workspace.uuid()).bind(kind.wire()).bind(window.since).bind(window.end());
        Ok(signals.bind(i64::from(most)).fetch_all(&self.pool).await?)
    }
}
