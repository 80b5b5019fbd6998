//! Payments that happened or failed.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};

use super::put::Imported;
use super::{Result, Store, known, row};
use crate::domain::id::WorkspaceId;
use crate::domain::revenue::PaymentEvent;
use crate::domain::time::Window;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select a.domain as account, t.id, t.occurred_at::text, t.kind, t.amount_minor, t.currency, t.invoice, t.url
             from payment_events t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

impl Imported for PaymentEvent {
    const EXISTING: &'static str =
        "select id as key, account_id, digest from payment_events where workspace_id = $1 and id = any($2)";
    const UPSERT: &'static str = "
        insert into payment_events (workspace_id, id, account_id, occurred_at, kind, amount_minor, currency, invoice, url,
            digest)
        select $1, t.key, t.account_id, r.occurred_at, r.kind, r.amount_minor, r.currency, r.invoice, r.url, t.digest
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (occurred_at timestamptz, kind text, amount_minor bigint,
                              currency text, invoice text, url text)
        on conflict on constraint payment_events_pkey do update set
            account_id = excluded.account_id, occurred_at = excluded.occurred_at, kind = excluded.kind,
            amount_minor = excluded.amount_minor,
            currency = excluded.currency, invoice = excluded.invoice, url = excluded.url, digest = excluded.digest";
    const BY_KEYS: &'static str = select!("and t.id = any($2)");
}

impl FromRow<'_, PgRow> for PaymentEvent {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            occurred_at: row.try_get("occurred_at")?,
            kind: row::word(row, "kind")?,
            amount_minor: row.try_get("amount_minor")?,
            currency: row.try_get("currency")?,
            invoice: row.try_get("invoice")?,
            url: row.try_get("url")?,
        })
    }
}

/// Payments of `account` or of the whole workspace, newest first.
pub(super) async fn list(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: Option<&str>,
    window: &Window,
) -> Result<Vec<PaymentEvent>> {
    let payments = sqlx::query_as(select!(
        "and ($2::text is null or a.domain = $2)
         and ($3::timestamptz is null or t.occurred_at >= $3) and ($4::timestamptz is null or t.occurred_at < $4)
         order by t.occurred_at desc, t.id"
    ))
    .bind(workspace.uuid())
    .bind(account.map(row::key))
    .bind(window.since)
    .bind(window.end())
    .fetch_all(connection)
    .await?;
    Ok(payments)
}

/// Payments of the account `a` as they are imported, newest first.
pub(super) const OF_ACCOUNT: &str = "
    select t.id, a.domain as account, t.occurred_at, t.kind, t.amount_minor, t.currency, t.invoice, t.url
    from payment_events t where t.workspace_id = a.workspace_id and t.account_id = a.id
    order by t.occurred_at desc, t.id";

impl Store {
    /// The payments of an account (of all accounts when none is named), newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn payments(
        &self,
        workspace: WorkspaceId,
        account: Option<&str>,
        window: &Window,
    ) -> Result<Vec<PaymentEvent>> {
        let mut connection = self.read().await?;
        let payments = list(&mut connection, workspace, account, window).await?;
        known(&mut connection, workspace, account, payments).await
    }
}
