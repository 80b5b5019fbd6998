//! What a language model saw in the words of customers.

use sqlx::FromRow;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::types::Json;
use sqlx::{Row, query};

use super::put::storable;
use super::{Result, Store, known, row};
use crate::domain::activity::{Noticed, SignalKind};
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::record::RecordRef;
use crate::domain::time::Window;

impl FromRow<'_, PgRow> for Noticed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            kind: row::word(row, "kind")?,
            who: row.try_get("who")?,
            quote: row.try_get("quote")?,
            occurred_at: row.try_get("occurred_at")?,
            source: RecordRef { kind: row::word(row, "source_kind")?, id: row.try_get("source_id")? },
            at_seconds: row.try_get("at_seconds")?,
            by: row.try_get("model")?,
        })
    }
}

/// Keeps what was noticed around an account.
pub(super) async fn insert(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: AccountId,
    noticed: &[Noticed],
) -> Result<()> {
    if noticed.is_empty() {
        return Ok(());
    }
    // An id is there already when its call or e-mail moved here from another account.
    query(
        "insert into noticed (workspace_id, id, account_id, kind, who, quote, occurred_at, source_kind, source_id,
                              at_seconds, model, utc_offset)
         select distinct on (r.id) $1, r.id, $2, r.kind, r.who, r.quote, r.occurred_at::timestamptz, r.source ->> 'kind',
                r.source ->> 'id', r.at_seconds, r.by, own_offset(r.occurred_at)
         from jsonb_to_recordset($3) as r (id text, kind text, who text, quote text, occurred_at text,
                                           source jsonb, at_seconds double precision, by text)
         order by r.id
         on conflict on constraint noticed_pkey do update set
            account_id = excluded.account_id, kind = excluded.kind, who = excluded.who, quote = excluded.quote,
            occurred_at = excluded.occurred_at, source_kind = excluded.source_kind, source_id = excluded.source_id,
            at_seconds = excluded.at_seconds, model = excluded.model,
            utc_offset = excluded.utc_offset",
    )
    .bind(workspace.uuid())
    .bind(account.uuid())
    .bind(Json(storable(&noticed)?))
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// What a language model saw in the words of an account's people, newest first; only `kinds`, all when empty.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn noticed(
        &self,
        workspace: WorkspaceId,
        account: &str,
        kinds: &[SignalKind],
        window: &Window,
    ) -> Result<Vec<Noticed>> {
        let mut connection = self.read().await?;
        let noticed = sqlx::query_as(
            "select a.domain as account, t.id, t.kind, t.who, t.quote, told(t.occurred_at, t.utc_offset) as occurred_at, t.source_kind, t.source_id,
                    t.at_seconds, t.model
             from noticed t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 and a.domain = $2 and (cardinality($3::text[]) = 0 or t.kind = any($3))
             and ($4::date is null or told_day(t.occurred_at, t.utc_offset) >= $4)
             and ($5::date is null or told_day(t.occurred_at, t.utc_offset) < $5)
             order by t.occurred_at desc, t.id",
        )
        .bind(workspace.uuid())
        .bind(row::key(account))
        .bind(kinds.iter().map(|kind| kind.wire()).collect::<Vec<_>>())
        .bind(window.since)
        .bind(window.end())
        .fetch_all(&mut *connection)
        .await?;
        known(&mut connection, workspace, Some(account), noticed).await
    }
}
