//! The pipeline: deals a page at a time, and what each stage comes to.

use std::collections::BTreeMap;

use sqlx::postgres::{PgRow, Postgres};
use sqlx::{AssertSqlSafe, FromRow, QueryBuilder, Row};

use super::place::Listed;
use super::row::wire;
use super::state::{amount, health};
use super::{Result, Store};
use crate::domain::id::WorkspaceId;
use crate::domain::money::{Money, totals};
use crate::domain::pipeline::{Closed, DealOrder, DealPage, DealRow, DealsWanted, STAGE_LETTERS, Stage};
use crate::domain::revenue::{Deal, DealStatus};
use crate::domain::time::Moment;

type Query = QueryBuilder<Postgres>;

/// Stages a board shows, at most.
const STAGES: i64 = 12;

/// The columns of a deal with its account's.
const DEAL: &str = "a.domain as account, a.name as account_name, a.owner_email, a.crm_url,
    t.id, t.name, t.stage, t.status, t.value_minor, t.currency, t.lost_reason, t.closed_at, t.url,
    s.tracked, s.score, s.level";

/// A deal `t`, its account `a`, and how that stands. In the order of accounts, whoever has no state yet comes with the next
/// refresh.
fn from(order: DealOrder) -> String {
    let state = if order == DealOrder::Account { "join" } else { "left join" };
    format!(
        "deals t
         join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
         {state} account_state s on s.workspace_id = t.workspace_id and s.account_id = t.account_id"
    )
}

struct Line(DealRow);

impl FromRow<'_, PgRow> for Line {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self(DealRow {
            deal: Deal::from_row(row)?,
            account_name: row.try_get("account_name")?,
            owner_email: row.try_get("owner_email")?,
            crm_url: row.try_get("crm_url")?,
            tracked: row.try_get::<Option<bool>, _>("tracked")?.unwrap_or(true),
            health: health(row)?,
        }))
    }
}

/// What tells a stage from others.
fn stage_key(stage: &str) -> String {
    stage.chars().take(STAGE_LETTERS).collect()
}

impl Store {
    /// Deals that match, those after one of them, `limit` at most. Plan: by value `deals_value_idx`, by stage
    /// `deals_stage_idx`, by account `account_state_name_idx` and each account's deals; all stop at the limit.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) when the deal to begin after is gone.
    pub async fn deal_page(
        &self,
        workspace: WorkspaceId,
        wanted: &DealsWanted,
        after: Option<&str>,
        limit: u32,
    ) -> Result<DealPage> {
        let from = from(wanted.order);
        let mut query = Query::new(format!("select {DEAL} from {from} where t.workspace_id = "));
        query.push_bind(workspace.uuid());
        query.push(" and t.status = ").push_bind(wire(&wanted.status.unwrap_or(DealStatus::Open)));
        if let Some(stage) = &wanted.stage {
            query.push(" and left(t.stage, 100) = ").push_bind(stage_key(stage));
        }
        if let Some(text) = wanted.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            query.push(" and (position(").push_bind(text.to_lowercase()).push(" in lower(t.name)) > 0");
            query.push(" or position(").push_bind(text.to_lowercase()).push(" in s.found_by) > 0)");
        }
        let keys = match wanted.order {
            DealOrder::Value => "~t.value_minor, t.id",
            DealOrder::Stage => "left(t.stage, 100), ~t.value_minor, t.id",
            DealOrder::Account => "s.name, s.domain, t.id",
        };
        let mut connection = self.read().await?;
        let listed = Listed { table: "deals", from: &from, keys, what: "deal" };
        listed.page(&mut connection, &mut query, workspace, after, limit).await?;
        let lines: Vec<Line> = query.build_query_as().fetch_all(&mut *connection).await?;
        let more = lines.len() > limit as usize;
        let rows: Vec<DealRow> = lines.into_iter().take(limit as usize).map(|line| line.0).collect();
        let next = rows.last().filter(|_| more).map(|row| row.deal.id.clone());
        Ok(DealPage { rows, next })
    }

    /// The stages of open deals by name, with what each comes to; the first twelve where there are more. Plan:
    /// `deals_stage_idx` alone.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn deal_stages(&self, workspace: WorkspaceId) -> Result<Vec<Stage>> {
        let mut lent = self.lists.lend().await?;
        let groups: Vec<(String, String, i64, Option<String>)> = sqlx::query_as(
            "select left(stage, 100), currency, count(*), sum(value_minor)::text
             from deals where workspace_id = $1 and status = 'open' group by 1, 2",
        )
        .bind(workspace.uuid())
        .fetch_all(&mut *lent)
        .await?;
        lent.give_back();
        let mut stages: BTreeMap<String, Stage> = BTreeMap::new();
        for (name, currency, deals, value) in groups {
            let stage = stages.entry(name.clone()).or_insert_with(|| Stage { name, ..Stage::default() });
            stage.deals += deals.unsigned_abs();
            let worth = Money::new(amount(value.as_deref()), &currency);
            stage.value = totals(stage.value.drain(..).chain([worth]));
        }
        Ok(stages.into_values().collect())
    }

    /// The open deals worth most of each stage, `each` at most, of twelve stages. Plan: for each stage `deals_stage_idx`,
    /// which stops at the limit.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn deal_board(&self, workspace: WorkspaceId, stages: &[String], each: u32) -> Result<Vec<DealRow>> {
        let lines: Vec<Line> = sqlx::query_as(AssertSqlSafe(format!(
            "select {DEAL} from unnest($2::text[]) with ordinality as w (stage, place)
             cross join lateral (
                 select * from deals d where d.workspace_id = $1 and d.status = 'open' and left(d.stage, 100) = w.stage
                 order by ~d.value_minor, d.id limit $3
             ) t
             join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
             left join account_state s on s.workspace_id = t.workspace_id and s.account_id = t.account_id
             where w.place <= $4
             order by w.place, ~t.value_minor, t.id"
        )))
        .bind(workspace.uuid())
        .bind(stages.iter().map(|stage| stage_key(stage)).collect::<Vec<_>>())
        .bind(i64::from(each))
        .bind(STAGES)
        .fetch_all(&self.pool)
        .await?;
        Ok(lines.into_iter().map(|line| line.0).collect())
    }

    /// How many deals ended with `status` since an instant, and what they were worth. Plan: `deals_status_idx` from that
    /// instant on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn deals_closed(&self, workspace: WorkspaceId, status: DealStatus, since: Moment) -> Result<Closed> {
        let groups: Vec<(String, i64, Option<String>)> = sqlx::query_as(
            "select currency, count(*), sum(value_minor)::text from deals
             where workspace_id = $1 and status = $2 and closed_at >= $3 group by 1",
        )
        .bind(workspace.uuid())
        .bind(wire(&status))
        .bind(since)
        .fetch_all(&self.pool)
        .await?;
        let worth = groups.iter().map(|(currency, _, value)| Money::new(amount(value.as_deref()), currency));
        let deals = groups.iter().map(|(_, deals, _)| deals.unsigned_abs()).sum();
        Ok(Closed { deals, value: totals(worth) })
    }
}
