//! The accounts of a digest, in what little has to be known of each.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::domain::health::Level;
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::record::RecordKind;
use crate::domain::time::Moment;
use crate::domain::tool::portfolio::Portfolio;
use crate::store::portfolio::order;
use crate::store::state::level;
use crate::store::{Result, Store};

/// The newest moment in a table, one step in its index for each account.
macro_rules! newest_in {
    ($table:literal, $column:literal) => {
        concat!(
            "select max(newest.at)::date from unnest($2::uuid[]) as wanted (id), lateral (select t.",
            $column,
            " as at from ",
            $table,
            " t where t.workspace_id = $1 and t.account_id = wanted.id order by t.",
            $column,
            " desc limit 1) newest"
        )
    };
}

/// Accounts a digest follows at most: those with the lowest scores.
pub const FOLLOWED: u32 = 1_000;

/// An account of a digest.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchedAccount {
    /// Which.
    pub id: AccountId,
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// 0 to 100.
    pub score: u32,
    /// The colour.
    pub level: Level,
    /// Its largest recurring revenue in minor units: what it counts for in an order.
    pub worth: i64,
    /// When it renews, or its contract ends.
    pub renews_on: Option<NaiveDate>,
    /// When its contract ends for good.
    pub ends_on: Option<NaiveDate>,
    /// The last call or e-mail.
    pub last_contact: Option<Moment>,
    /// The first day it is in digests again.
    pub snoozed_until: Option<NaiveDate>,
}

impl FromRow<'_, PgRow> for WatchedAccount {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get::<Uuid, _>("account_id")?.into(),
            domain: row.try_get("domain")?,
            name: row.try_get("name")?,
            score: row.try_get::<i16, _>("score")?.unsigned_abs().into(),
            level: level(row.try_get("level")?),
            worth: row.try_get("arr_top")?,
            renews_on: row.try_get("renews_on")?,
            ends_on: row.try_get("ends_on")?,
            last_contact: row.try_get("last_contact")?,
            snoozed_until: row.try_get("snoozed_until")?,
        })
    }
}

impl Store {
    /// The tracked accounts that match at `now`, in the order asked for, at most [`FOLLOWED`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn watched(
        &self,
        workspace: WorkspaceId,
        wanted: &Portfolio,
        now: Moment,
    ) -> Result<Vec<WatchedAccount>> {
        let conditions = self.conditions(workspace, wanted, now).await?;
        let mut query = conditions.query(
            "select s.account_id, s.domain, s.name, s.score, s.level, s.arr_top, s.renews_on, s.ends_on,
                    s.last_contact::text, s.snoozed_until",
        );
        conditions.tracked_only(&mut query);
        order::push(&mut query, wanted, now);
        let most = wanted.limit.unwrap_or(FOLLOWED).min(FOLLOWED);
        query.push(" limit ").push_bind(i64::from(most));
        Ok(query.build_query_as().fetch_all(&self.pool).await?)
    }

    /// The domains of accounts, by identifier; those that are gone are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn domains_of(
        &self,
        workspace: WorkspaceId,
        accounts: &[AccountId],
    ) -> Result<BTreeMap<AccountId, String>> {
        let ids: Vec<Uuid> = accounts.iter().map(|account| account.uuid()).collect();
        let query = sqlx::query_as("select id, domain from accounts where workspace_id = $1 and id = any($2)");
        let rows: Vec<(Uuid, String)> = query.bind(workspace.uuid()).bind(ids).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(id, domain)| (id.into(), domain)).collect())
    }

    /// The day of the newest record of each kind that some of these accounts have.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn newest_of(
        &self,
        workspace: WorkspaceId,
        accounts: &[AccountId],
    ) -> Result<BTreeMap<RecordKind, NaiveDate>> {
        let ids: Vec<Uuid> = accounts.iter().map(|account| account.uuid()).collect();
        let mut newest = BTreeMap::new();
        // One step in an index for each account and kind.
        for (kind, statement) in [
            (RecordKind::Call, newest_in!("calls", "started_at")),
            (RecordKind::Email, newest_in!("emails", "sent_at")),
            (RecordKind::Signal, newest_in!("signals", "occurred_at")),
            (RecordKind::PaymentEvent, newest_in!("payment_events", "occurred_at")),
            (RecordKind::Usage, newest_in!("usage_days", "day")),
        ] {
            let day: Option<NaiveDate> =
                sqlx::query_scalar(statement).bind(workspace.uuid()).bind(&ids).fetch_one(&self.pool).await?;
            newest.extend(day.map(|day| (kind, day)));
        }
        Ok(newest)
    }
}
