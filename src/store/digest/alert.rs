//! Alerts: what began sharply of late, what is to be said of it where, and what became of that.
//!
//! Plans: `account_alerts_at_idx` for the latest, `alert_posts_open_idx` for what is to be said, `alert_posts_destination_idx`
//! for what was said in a place of late; the primary keys for everything else.

use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::edition::EditionState;
use crate::domain::digest::{AccountAlert, AlertPost, Destination};
use crate::domain::id::{AccountId, DigestId, WorkspaceId};
use crate::domain::time::Moment;
use crate::store::put::storable;
use crate::store::{Result, Store};

/// An alert, and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptAlert {
    /// Its identifier.
    pub id: Uuid,
    /// The account.
    pub account: AccountId,
    /// What it says.
    pub alert: AccountAlert,
}

impl FromRow<'_, PgRow> for KeptAlert {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get::<Uuid, _>("account_id")?.into(),
            alert: AccountAlert {
                domain: row.try_get("domain")?,
                name: row.try_get("name")?,
                kind: row.try_get("kind")?,
                text: row.try_get("text")?,
                at: row.try_get("at")?,
                cleared_at: row.try_get("cleared_at")?,
            },
        })
    }
}

impl Store {
    /// What began sharply since an instant, the latest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn alerts(&self, workspace: WorkspaceId, since: Moment, most: u32) -> Result<Vec<KeptAlert>> {
        Ok(sqlx::query_as(
            "select t.id, t.account_id, a.domain, a.name, t.kind, t.text, t.at::text, t.cleared_at::text
             from account_alerts t join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             where t.workspace_id = $1 and t.at > $2 order by t.at desc, t.id limit $3",
        )
        .bind(workspace.uuid())
        .bind(since)
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?)
    }

    /// Writes down that these alerts are to be said in a place, those that were not yet: `most_a_day` in the 24 hours before
    /// `now`; what is more is held back for good. Gives how many are to be said.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn plan_alerts(
        &self,
        workspace: WorkspaceId,
        (digest, to): (DigestId, &Destination),
        alerts: &[KeptAlert],
        most_a_day: u32,
        now: Moment,
    ) -> Result<usize> {
        let mut transaction = self.begin().await?;
        // One at a time for a digest: two that plan at once would each count what the other is about to say.
        let there = sqlx::query("select from digests where workspace_id = $1 and id = $2 for no key update")
            .bind(workspace.uuid())
            .bind(digest.uuid())
            .fetch_optional(&mut *transaction)
            .await?;
        if there.is_none() {
            return Ok(0);
        }
        let place = to.to_string();
        let said: i64 = sqlx::query_scalar(
            "select coalesce(sum(jsonb_array_length(alerts)), 0)::bigint from alert_posts
             where workspace_id = $1 and destination = $2 and made_at > $3",
        )
        .bind(workspace.uuid())
        .bind(&place)
        .bind(now - chrono::TimeDelta::days(1))
        .fetch_one(&mut *transaction)
        .await?;
        let left = usize::try_from(i64::from(most_a_day) - said).unwrap_or(0);
        let ids: Vec<Uuid> = alerts.iter().map(|alert| alert.id).collect();
        let new: Vec<Uuid> = sqlx::query_scalar(
            "insert into alert_deliveries (workspace_id, alert_id, destination)
             select $1, t.id, $3 from account_alerts t where t.workspace_id = $1 and t.id = any($2)
             on conflict on constraint alert_deliveries_pkey do nothing returning alert_id",
        )
        .bind(workspace.uuid())
        .bind(&ids)
        .bind(&place)
        .fetch_all(&mut *transaction)
        .await?;
        let chosen: Vec<&KeptAlert> = alerts.iter().filter(|alert| new.contains(&alert.id)).take(left).collect();
        if !chosen.is_empty() {
            let post = Uuid::now_v7();
            let said: Vec<serde_json::Value> =
                chosen.iter().map(|alert| storable(&alert.alert)).collect::<Result<_>>()?;
            sqlx::query(
                "insert into alert_posts (workspace_id, id, digest_id, destination, alerts, made_at, state)
                 values ($1, $2, $3, $4, $5, $6, 'made')",
            )
            .bind(workspace.uuid())
            .bind(post)
            .bind(digest.uuid())
            .bind(&place)
            .bind(Json(said))
            .bind(now)
            .execute(&mut *transaction)
            .await?;
            sqlx::query(
                "update alert_deliveries set post_id = $4
                 where workspace_id = $1 and alert_id = any($2) and destination = $3",
            )
            .bind(workspace.uuid())
            .bind(chosen.iter().map(|alert| alert.id).collect::<Vec<_>>())
            .bind(&place)
            .bind(post)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(chosen.len())
    }

    /// What is to be said, the longest waiting first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn alert_posts_to_say(&self, workspace: WorkspaceId, most: u32) -> Result<Vec<AlertPost>> {
        let rows = sqlx::query(
            "select id, digest_id, alerts, state from alert_posts
             where workspace_id = $1 and state in ('made', 'sending') order by made_at, id limit $2",
        )
        .bind(workspace.uuid())
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        let post = |row: &PgRow| -> sqlx::Result<AlertPost> {
            Ok(AlertPost {
                id: row.try_get("id")?,
                digest: row.try_get::<Uuid, _>("digest_id")?.into(),
                alerts: row.try_get::<Json<Vec<AccountAlert>>, _>("alerts")?.0,
                tried: row.try_get::<&str, _>("state")? == "sending",
            })
        };
        Ok(rows.iter().map(post).collect::<sqlx::Result<_>>()?)
    }

    /// Says what became of a post.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn settle_alerts(
        &self,
        workspace: WorkspaceId,
        post: Uuid,
        (state, note): (EditionState, Option<&str>),
    ) -> Result<()> {
        sqlx::query("update alert_posts set state = $3, note = $4 where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(post)
            .bind(state.wire())
            .bind(note)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
