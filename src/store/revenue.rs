//! Contracts and subscriptions.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};

use super::put::Imported;
use super::{Result, Store, known, row};
use crate::domain::id::WorkspaceId;
use crate::domain::revenue::RevenueSource;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select a.domain as account, t.id, t.system, t.product, t.status, t.interval, t.amount_minor,
            t.currency, t.mrr_minor,
                    t.quantity, t.starts_on, t.renews_on, t.cancel_at_period_end,
                    t.discount_percent::text as discount_percent, t.discount_minor, t.discount_until, t.url
             from revenue_sources t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 ",
            $rest
        )
    };
}

impl Imported for RevenueSource {
    const EXISTING: &'static str =
        "select id as key, account_id, digest from revenue_sources where workspace_id = $1 and id = any($2)";
    const UPSERT: &'static str = "
        insert into revenue_sources (workspace_id, id, account_id, system, product, status, interval, amount_minor,
            currency, mrr_minor, quantity, starts_on,
            renews_on, cancel_at_period_end, discount_percent, discount_minor, discount_until, url, digest)
        select $1, t.key, t.account_id, r.system, r.product, r.status, r.interval, r.amount_minor, r.currency,
               r.mrr_minor, r.quantity,
            r.starts_on, r.renews_on, coalesce(r.cancel_at_period_end, false), r.discount_percent, r.discount_minor,
            r.discount_until, r.url, t.digest
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (system text, product text, status text, interval text,
                              amount_minor bigint, currency text, mrr_minor
                 bigint, quantity bigint, starts_on date, renews_on date, cancel_at_period_end boolean,
                 discount_percent numeric, discount_minor bigint, discount_until date, url text)
        on conflict on constraint revenue_sources_pkey do update set
            account_id = excluded.account_id, system = excluded.system, product = excluded.product,
            status = excluded.status, interval =
            excluded.interval, amount_minor = excluded.amount_minor, currency = excluded.currency, mrr_minor =
            excluded.mrr_minor, quantity = excluded.quantity, starts_on = excluded.starts_on, renews_on =
            excluded.renews_on, cancel_at_period_end = excluded.cancel_at_period_end, discount_percent =
            excluded.discount_percent, discount_minor = excluded.discount_minor, discount_until =
            excluded.discount_until, url = excluded.url, digest = excluded.digest";
    const BY_KEYS: &'static str = select!("and t.id = any($2)");
}

impl FromRow<'_, PgRow> for RevenueSource {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            system: row::word(row, "system")?,
            product: row.try_get("product")?,
            status: row::word(row, "status")?,
            interval: row.try_get("interval")?,
            amount_minor: row.try_get("amount_minor")?,
            currency: row.try_get("currency")?,
            mrr_minor: row.try_get("mrr_minor")?,
            quantity: row::optional_count(row, "quantity")?,
            starts_on: row.try_get("starts_on")?,
            renews_on: row.try_get("renews_on")?,
            cancel_at_period_end: row.try_get("cancel_at_period_end")?,
            discount_percent: row::optional_decimal(row, "discount_percent")?,
            discount_minor: row.try_get("discount_minor")?,
            discount_until: row.try_get("discount_until")?,
            url: row.try_get("url")?,
        })
    }
}

/// Contracts and subscriptions of `account` or of the whole workspace, the next to renew first.
pub(super) async fn list(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: Option<&str>,
) -> Result<Vec<RevenueSource>> {
    let sources =
        sqlx::query_as(select!("and ($2::text is null or a.domain = $2) order by t.renews_on nulls last, t.id"))
            .bind(workspace.uuid())
            .bind(account.map(row::key))
            .fetch_all(connection)
            .await?;
    Ok(sources)
}

/// Contracts and subscriptions of the account `a` as they are imported, the next to renew first.
pub(super) const OF_ACCOUNT: &str = "
    select t.id, a.domain as account, t.system, t.product, t.status, t.interval, t.amount_minor, t.currency, t.mrr_minor,
           t.quantity, t.starts_on, t.renews_on, t.cancel_at_period_end, t.discount_percent, t.discount_minor,
           t.discount_until, t.url
    from revenue_sources t where t.workspace_id = a.workspace_id and t.account_id = a.id
    order by t.renews_on nulls last, t.id";

impl Store {
    /// The contracts and subscriptions of an account (of all accounts when none is named), the next to renew first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn revenue_sources(&self, workspace: WorkspaceId, account: Option<&str>) -> Result<Vec<RevenueSource>> {
        let mut connection = self.read().await?;
        let sources = list(&mut connection, workspace, account).await?;
        known(&mut connection, workspace, account, sources).await
    }
}
