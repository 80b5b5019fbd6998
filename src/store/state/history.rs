//! The health of each account over time: a row for each refresh that gave something else than the one before, with the
//! receipt that says why.
//!
//! Plans: the newest row of an account, and those of a window, by the primary key backwards; the rules by their hash.

use std::collections::HashMap;

use chrono::TimeDelta;
use serde::Serialize;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::written::level_of;
use crate::domain::health::{Alert, AlertKind, Change, Health, HealthConfig, Receipt, Refresh, alert, assess};
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::revenue::arr;
use crate::domain::state::STATE_VERSION;
use crate::domain::time::{Moment, Window};
use crate::store::put::storable;
use crate::store::{AccountData, Result, Store, row};

/// A refresh to be kept.
#[derive(Clone, Debug)]
pub struct NewRefresh {
    /// The account.
    pub account: AccountId,
    /// When the one before it was, which it is told against.
    pub previous: Option<Moment>,
    /// The refresh.
    pub refresh: Refresh,
    /// What began with it.
    pub begun: Vec<Alert>,
    /// Which alerts go on.
    pub standing: Vec<AlertKind>,
}

/// The newest refresh of an account, and the rules it was computed by where they are others than now.
pub(super) struct Newest {
    refresh: Refresh,
    earlier_rules: Option<HealthConfig>,
    same_rules: bool,
    /// The highest score of the days a sharp fall happens within.
    best: u32,
}

const COLUMNS: &str = "h.at::text as at, h.health, h.data_version, h.program, h.receipt";

impl FromRow<'_, PgRow> for Refresh {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            at: row.try_get("at")?,
            health: row.try_get::<Json<Health>, _>("health")?.0,
            data_version: row.try_get("data_version")?,
            program: u32::try_from(row.try_get::<i64, _>("program")?).unwrap_or_default(),
            receipt: row.try_get::<Option<Json<Receipt>>, _>("receipt")?.map(|receipt| receipt.0),
        })
    }
}

impl Store {
    /// The newest refresh of each of these accounts, where there is one.
    pub(super) async fn newest_refreshes(
        &self,
        workspace: WorkspaceId,
        accounts: &[AccountId],
        rules: i64,
        since: Moment,
    ) -> Result<HashMap<AccountId, Newest>> {
        let mut lent = self.warm.lend().await?;
        let query = sqlx::AssertSqlSafe(format!(
            "select w.id, {COLUMNS}, h.rules = $3 as same_rules, case when h.rules <> $3 then r.rules end as earlier_rules,
                    greatest(h.score, (select max(e.score) from health_history e where e.workspace_id = $1
                                       and e.account_id = w.id and e.at > $4),
                             (select e.score from health_history e where e.workspace_id = $1
                              and e.account_id = w.id and e.at <= $4 order by e.at desc limit 1)) as best
             from unnest($2::uuid[]) as w (id)
             cross join lateral (select * from health_history h where h.workspace_id = $1 and h.account_id = w.id
                                 order by h.at desc limit 1) h
             left join health_rules r on r.workspace_id = $1 and r.hash = h.rules"
        ));
        let rows = sqlx::query(query)
            .bind(workspace.uuid())
            .bind(accounts.iter().map(|account| account.uuid()).collect::<Vec<_>>())
            .bind(rules)
            .bind(since)
            .fetch_all(&mut *lent)
            .await?;
        lent.give_back();
        let newest = |row: &PgRow| -> Result<(AccountId, Newest)> {
            let earlier_rules: Option<Json<serde_json::Value>> = row.try_get("earlier_rules")?;
            let newest = Newest {
                refresh: Refresh::from_row(row)?,
                // Rules of another release may have other fields; what cannot be read cannot be computed by.
                earlier_rules: earlier_rules.and_then(|rules| serde_json::from_value(rules.0).ok()),
                same_rules: row.try_get("same_rules")?,
                best: row.try_get::<i16, _>("best")?.unsigned_abs().into(),
            };
            Ok((row.try_get::<Uuid, _>("id")?.into(), newest))
        };
        rows.iter().map(newest).collect()
    }

    /// How the health of an account moved in a window, the oldest refresh first, with the last one before it; the latest
    /// `most` of them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](crate::store::StoreError::NotFound) naming the account.
    pub async fn health_history(
        &self,
        workspace: WorkspaceId,
        account: &str,
        window: &Window,
        most: u32,
    ) -> Result<Vec<Refresh>> {
        let domain = row::key(account);
        let id = self.account_id(workspace, &domain).await?;
        let query = sqlx::AssertSqlSafe(format!(
            "select {COLUMNS} from health_history h
             where h.workspace_id = $1 and h.account_id = $2 and h.at < coalesce($4::date::timestamptz, 'infinity')
               and h.at >= coalesce((select max(e.at) from health_history e
                                     where e.workspace_id = $1 and e.account_id = $2 and e.at < $3::date::timestamptz),
                                    '-infinity')
             order by h.at desc limit $5"
        ));
        let mut found: Vec<Refresh> = sqlx::query_as(query)
            .bind(workspace.uuid())
            .bind(id.uuid())
            .bind(window.since)
            .bind(window.end())
            .bind(i64::from(most))
            .fetch_all(&self.pool)
            .await?;
        found.reverse();
        Ok(found)
    }
}

/// Refreshes of a path, at most.
const PATH: u32 = 400;

/// The clocks of two processes differ by no more.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);

impl Store {
    /// How the health of an account moved in a window up to `now`, the oldest refresh first, with the last one before
    /// it. What would come out now, by these rules, is the last where the window holds it, kept or not.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn health_path(
        &self,
        workspace: WorkspaceId,
        data: &AccountData,
        window: &Window,
        now: Moment,
        rules: &HealthConfig,
    ) -> Result<Vec<Refresh>> {
        let mut path = self.health_history(workspace, &data.account.record.domain, window, PATH).await?;
        if window.contains(now.day()) {
            let id = data.account.id;
            let (hash, since) = (super::hash(self.zone, rules)?, lately(now, rules));
            let mut newest = self.newest_refreshes(workspace, &[id], hash, since).await?;
            let newest = newest.remove(&id);
            let health = assess(&data.health_input(), now, rules);
            path.extend(refreshed(data, &health, newest.as_ref(), now, rules).map(|new| new.refresh));
        }
        Ok(path)
    }
}

/// From when on a fall counts as sharp.
pub(super) fn lately(now: Moment, rules: &HealthConfig) -> Moment {
    now - TimeDelta::days(rules.alerts.drop_days.into())
}

/// The refresh of an account whose health is this now; none where it is what it was.
pub(super) fn refreshed(
    data: &AccountData,
    health: &Health,
    newest: Option<&Newest>,
    now: Moment,
    rules: &HealthConfig,
) -> Option<NewRefresh> {
    let new = |at, previous, receipt, (begun, standing)| NewRefresh {
        account: data.account.id,
        previous,
        begun,
        standing,
        refresh: Refresh { at, health: health.clone(), data_version: data.version, program: STATE_VERSION, receipt },
    };
    let Some(Newest { refresh: before, earlier_rules, same_rules, best }) = newest else {
        return Some(new(now, None, None, (Vec::new(), Vec::new())));
    };
    // Two in one instant are told apart; a clock that was put back waits until it is past what is on record.
    let at = now.max(before.at + TimeDelta::microseconds(1));
    if at - now > CLOCKS_DIFFER || (*same_rules && !before.differs(health)) {
        return None;
    }
    let change = Change {
        before,
        earlier_rules: earlier_rules.as_ref().unwrap_or(rules),
        input: &data.health_input(),
        now: health,
        at: now,
        rules,
        program: STATE_VERSION,
    };
    let receipt = Receipt::of(&change);
    let alerts = (
        alert::begun(&before.health, health, &receipt, *best, &arr(&data.revenue), &rules.alerts),
        alert::standing(health, *best, &rules.alerts),
    );
    Some(new(at, Some(before.at), Some(receipt), alerts))
}

#[derive(Serialize)]
struct HistoryRow<'a> {
    account_id: Uuid,
    at: Moment,
    score: u32,
    level: i16,
    health: &'a Health,
    data_version: i64,
    receipt: Option<&'a Receipt>,
    previous: Option<Moment>,
}

/// ($1 workspace, $2 rows, $3 hash of the rules, $4 the way of computing). What was told against another row than
/// the newest is left out: somebody else was quicker, and the next refresh sees what they left.
const INSERT: &str = "
    insert into health_history (workspace_id, account_id, at, score, level, health, data_version, rules, program, receipt)
    select $1, r.account_id, r.at, r.score, r.level, r.health, r.data_version, $3, $4, r.receipt
    from jsonb_to_recordset($2) as r (
        account_id uuid, at timestamptz, score smallint, level smallint, health jsonb, data_version bigint, receipt jsonb,
        previous timestamptz)
    where r.previous is not distinct from
        (select max(h.at) from health_history h where h.workspace_id = $1 and h.account_id = r.account_id)
    on conflict on constraint health_history_pkey do nothing";

/// Keeps refreshes at `now` by these rules, of accounts that this connection holds.
pub(super) async fn keep(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    now: Moment,
    (hash, rules): (i64, &HealthConfig),
    refreshes: &[&NewRefresh],
) -> Result<()> {
    if refreshes.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into health_rules (workspace_id, hash, rules, first_used_at) values ($1, $2, $3, $4)
         on conflict on constraint health_rules_pkey do nothing",
    )
    .bind(workspace.uuid())
    .bind(hash)
    .bind(Json(rules))
    .bind(now)
    .execute(&mut *connection)
    .await?;
    let rows = refreshes.iter().map(|new| {
        let Refresh { health, data_version, receipt, .. } = &new.refresh;
        storable(&HistoryRow {
            account_id: new.account.uuid(),
            at: new.refresh.at,
            score: health.score,
            level: level_of(health.level),
            health,
            data_version: *data_version,
            receipt: receipt.as_ref(),
            previous: new.previous,
        })
    });
    sqlx::query(INSERT)
        .bind(workspace.uuid())
        .bind(Json(rows.collect::<Result<Vec<_>>>()?))
        .bind(hash)
        .bind(i64::from(STATE_VERSION))
        .execute(&mut *connection)
        .await?;
    super::alert::keep(connection, workspace, (now, lately(now, rules)), refreshes).await
}
