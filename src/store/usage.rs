//! Days of product usage.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};

use super::put::Imported;
use super::{Result, Store, known, row};
use crate::domain::id::WorkspaceId;
use crate::domain::revenue::UsageDay;
use crate::domain::time::Window;

impl Imported for UsageDay {
    // Key by key, so that it is looked up by index also while the database does not know yet how much there is.
    const EXISTING: &'static str = "
        select k.key, t.account_id, t.digest
        from unnest($2::text[]) as k (key)
        cross join lateral (
            select a.id from accounts a where a.workspace_id = $1 and a.domain = split_part(k.key, '/', 1) offset 0
        ) a
        cross join lateral (
            select d.account_id, d.digest from usage_days d
            where d.workspace_id = $1 and d.account_id = a.id and d.day = split_part(k.key, '/', 2)::date offset 0
        ) t";
    const UPSERT: &'static str = "
        insert into usage_days (workspace_id, account_id, day, active_users, licensed_seats, digest)
        select $1, t.account_id, r.day, r.active_users, r.licensed_seats, t.digest
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (day date, active_users bigint, licensed_seats bigint)
        on conflict on constraint usage_days_pkey do update set
            active_users = excluded.active_users, licensed_seats = excluded.licensed_seats, digest = excluded.digest";
    const BY_KEYS: &'static str = "
        select a.domain as account, t.day, t.active_users, t.licensed_seats
        from unnest($2::text[]) as k (key)
        join accounts a on a.workspace_id = $1 and a.domain = split_part(k.key, '/', 1)
        join usage_days t on t.workspace_id = $1 and t.account_id = a.id and t.day::text = split_part(k.key, '/', 2)";
}

impl FromRow<'_, PgRow> for UsageDay {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            account: row.try_get("account")?,
            day: row.try_get("day")?,
            active_users: row::count(row, "active_users")?,
            licensed_seats: row::optional_count(row, "licensed_seats")?,
        })
    }
}

/// Usage of `account` or of the whole workspace, the oldest day first.
pub(super) async fn list(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: Option<&str>,
    window: &Window,
) -> Result<Vec<UsageDay>> {
    let days = sqlx::query_as(
        "select a.domain as account, t.day, t.active_users, t.licensed_seats
         from usage_days t
         join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
         where t.workspace_id = $1 and ($2::text is null or a.domain = $2)
         and ($3::date is null or t.day >= $3) and ($4::date is null or t.day <= $4)
         order by t.day",
    )
    .bind(workspace.uuid())
    .bind(account.map(row::key))
    .bind(window.since)
    .bind(window.until)
    .fetch_all(connection)
    .await?;
    Ok(days)
}

/// Days of usage of the account `a` as they are imported, the oldest first. As of the day `$3` they begin 90 days before the
/// last one that was on record by then: figures are computed from no more.
pub(super) const OF_ACCOUNT: &str = "
    select a.domain as account, t.day, t.active_users, t.licensed_seats
    from usage_days t where t.workspace_id = a.workspace_id and t.account_id = a.id
      and t.day > coalesce((
          select max(m.day) from usage_days m
          where m.workspace_id = a.workspace_id and m.account_id = a.id and m.day <= $3
      ), '-infinity'::date) - 90
    order by t.day";

impl Store {
    /// The usage of an account (of all accounts when none is named), the oldest day first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn usage(&self, workspace: WorkspaceId, account: Option<&str>, window: &Window) -> Result<Vec<UsageDay>> {
        let mut connection = self.read().await?;
        let days = list(&mut connection, workspace, account, window).await?;
        known(&mut connection, workspace, account, days).await
    }
}
