//! Sales opportunities.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};

use super::put::Imported;
use super::{Result, Store, known, row};
use crate::domain::id::WorkspaceId;
use crate::domain::revenue::Deal;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select a.domain as account, t.id, t.name, t.stage, t.status, t.value_minor, t.currency, t.lost_reason,
            t.closed_at::text, t.url
             from deals t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

impl Imported for Deal {
    const EXISTING: &'static str =
        "select id as key, account_id, digest from deals where workspace_id = $1 and id = any($2)";
    const UPSERT: &'static str = "
        insert into deals (workspace_id, id, account_id, name, stage, status, value_minor, currency, lost_reason,
            closed_at, url, digest)
        select $1, t.key, t.account_id, r.name, r.stage, r.status, r.value_minor, r.currency, r.lost_reason,
               r.closed_at, r.url, t.digest
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (name text, stage text, status text, value_minor bigint,
                              currency text, lost_reason text, closed_at
                 timestamptz, url text)
        on conflict on constraint deals_pkey do update set
            account_id = excluded.account_id, name = excluded.name, stage = excluded.stage,
            status = excluded.status, value_minor =
            excluded.value_minor, currency = excluded.currency, lost_reason = excluded.lost_reason, closed_at =
            excluded.closed_at, url = excluded.url, digest = excluded.digest";
    const BY_KEYS: &'static str = select!("and t.id = any($2)");
}

impl FromRow<'_, PgRow> for Deal {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            name: row.try_get("name")?,
            stage: row.try_get("stage")?,
            status: row::word(row, "status")?,
            value_minor: row.try_get("value_minor")?,
            currency: row.try_get("currency")?,
            lost_reason: row.try_get("lost_reason")?,
            closed_at: row.try_get("closed_at")?,
            url: row.try_get("url")?,
        })
    }
}

/// Deals of `account` or of the whole workspace: open ones first, then the last closed.
pub(super) async fn list(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: Option<&str>,
) -> Result<Vec<Deal>> {
    let deals = sqlx::query_as(select!(
        "and ($2::text is null or a.domain = $2) order by t.status <> 'open', t.closed_at desc nulls first, t.id"
    ))
    .bind(workspace.uuid())
    .bind(account.map(row::key))
    .fetch_all(connection)
    .await?;
    Ok(deals)
}

/// Deals of the account `a` as they are imported: open ones first, then the last closed.
pub(super) const OF_ACCOUNT: &str = "
    select t.id, a.domain as account, t.name, t.stage, t.status, t.value_minor, t.currency, t.lost_reason, t.closed_at, t.url
    from deals t where t.workspace_id = a.workspace_id and t.account_id = a.id
    order by t.status <> 'open', t.closed_at desc nulls first, t.id";

impl Store {
    /// The deals of an account (of all accounts when none is named): open ones first, then the last closed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn deals(&self, workspace: WorkspaceId, account: Option<&str>) -> Result<Vec<Deal>> {
        let mut connection = self.read().await?;
        let deals = list(&mut connection, workspace, account).await?;
        known(&mut connection, workspace, account, deals).await
    }
}
