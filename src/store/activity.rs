//! The timeline of an account: everything dated that happened on it, merged.

use chrono::NaiveDate;
use sqlx::FromRow;
use sqlx::postgres::PgConnection;

use super::{Result, Store, StoreError, record, row};
use crate::domain::id::WorkspaceId;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::time::{Moment, Window};
use crate::domain::tool::activity::Place;

#[derive(FromRow)]
struct MomentRow {
    kind: Option<String>,
    id: Option<String>,
    at: Option<Moment>,
}

/// ($1 workspace, $2 domain of the account, $3 kinds, $4 from, $5 to, $6 person, $7 limit). A contract happens on its first day, a deal
/// when it closes; those without such a day are left out. An account on which nothing happened is a row without a moment.
macro_rules! timeline {
    ($also:literal) => {
        concat!(
            "
    select t.kind, t.id, told(t.at, t.own) as at from accounts a left join lateral (
    select kind, id, at, own from (
        select 'call' as kind, id, started_at as at, utc_offset as own from calls
        where workspace_id = $1 and account_id = a.id and 'call' = any($3)
        and ($6::text is null or strpos(
            person_words(jsonb_path_query_array(participants, '$[*].name')::text), person_words($6)) > 0)
        union all
        select 'email', id, sent_at, utc_offset from emails
        where workspace_id = $1 and account_id = a.id and 'email' = any($3)
        and ($6::text is null or strpos(person_words(sender || ' ' || recipients::text), person_words($6)) > 0)
        union all
        select 'note', id, written_at, utc_offset from notes
        where workspace_id = $1 and account_id = a.id and 'note' = any($3)
        and ($6::text is null or strpos(person_words(author), person_words($6)) > 0)
        union all
        select 'signal', id, occurred_at, utc_offset from signals
        where workspace_id = $1 and account_id = a.id and 'signal' = any($3) and $6::text is null
        union all
        select 'project', id, updated_at, null from projects
        where workspace_id = $1 and account_id = a.id and 'project' = any($3) and $6::text is null
        union all
        select 'payment_event', id, occurred_at, null from payment_events
        where workspace_id = $1 and account_id = a.id and 'payment_event' = any($3) and $6::text is null
        union all
        select 'revenue_source', id, starts_on::timestamptz, null from revenue_sources
        where workspace_id = $1 and account_id = a.id and 'revenue_source' = any($3) and $6::text is null
        and starts_on is not null
        union all
        select 'deal', id, closed_at, null from deals
        where workspace_id = $1 and account_id = a.id and 'deal' = any($3) and $6::text is null
        and closed_at is not null
    ) moment
    where ($4::date is null or told_day(at, own) >= $4) and ($5::date is null or told_day(at, own) < $5)",
            $also,
            "
    order by at desc, kind, id
    limit $7) t on true where a.workspace_id = $1 and a.domain = $2
    order by t.at desc, t.kind, t.id"
        )
    };
}

const TIMELINE: &str = timeline!("");

/// The same after ($8 moment, $9 kind, $10 id) in its order.
const TIMELINE_AFTER: &str =
    timeline!(" and at <= $8::timestamptz and (at < $8::timestamptz or (kind, id) > ($9, $10))");

/// What a timeline is made of.
const DATED: [RecordKind; 8] = [
    RecordKind::Call,
    RecordKind::Email,
    RecordKind::Note,
    RecordKind::Signal,
    RecordKind::Project,
    RecordKind::PaymentEvent,
    RecordKind::RevenueSource,
    RecordKind::Deal,
];

impl Store {
    /// What happened on an account, newest first, at most `limit`: calls, e-mails, notes, signals, projects, payments,
    /// contracts (by their first day, which may lie ahead) and closed deals. Only `kinds`; all when empty. With `person`,
    /// only calls, e-mails and notes somebody of that name (full, first or last) took part in.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn activity(
        &self,
        workspace: WorkspaceId,
        account: &str,
        kinds: &[RecordKind],
        window: &Window,
        person: Option<&str>,
        limit: u32,
    ) -> Result<Vec<(Moment, Record)>> {
        let domain = row::key(account);
        let mut connection = self.read().await?;
        let rows: Vec<MomentRow> = sqlx::query_as(TIMELINE)
            .bind(workspace.uuid())
            .bind(&domain)
            .bind(wired(kinds))
            .bind(window.since)
            .bind(window.end())
            .bind(person)
            .bind(i64::from(limit))
            .fetch_all(&mut *connection)
            .await?;
        of_rows(&mut connection, workspace, &domain, rows).await
    }

    /// The same from a place in the timeline on: what comes after it, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn activity_after(
        &self,
        workspace: WorkspaceId,
        account: &str,
        kinds: &[RecordKind],
        after: &Place,
        limit: u32,
    ) -> Result<Vec<(Moment, Record)>> {
        let domain = row::key(account);
        let mut connection = self.read().await?;
        let rows: Vec<MomentRow> = sqlx::query_as(TIMELINE_AFTER)
            .bind(workspace.uuid())
            .bind(&domain)
            .bind(wired(kinds))
            .bind(None::<NaiveDate>)
            .bind(None::<NaiveDate>)
            .bind(None::<&str>)
            .bind(i64::from(limit))
            .bind(after.at)
            .bind(after.record.as_ref().map_or("", |record| record.kind.wire()))
            .bind(after.record.as_ref().map_or("", |record| record.id.as_str()))
            .fetch_all(&mut *connection)
            .await?;
        of_rows(&mut connection, workspace, &domain, rows).await
    }
}

fn wired(kinds: &[RecordKind]) -> Vec<&'static str> {
    let kinds = if kinds.is_empty() { &DATED } else { kinds };
    kinds.iter().map(|kind| kind.wire()).collect()
}

/// The records of a timeline, in its order.
async fn of_rows(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    domain: &str,
    rows: Vec<MomentRow>,
) -> Result<Vec<(Moment, Record)>> {
    if rows.is_empty() {
        return Err(StoreError::no_account(domain));
    }
    let moments: Vec<(RecordRef, Moment)> = rows
        .into_iter()
        .filter_map(|row| Some((RecordRef { kind: RecordKind::parse(&row.kind?)?, id: row.id? }, row.at?)))
        .collect();
    let references = moments.iter().map(|(reference, _)| reference);
    let mut records = record::by_refs(connection, workspace, references).await?;
    Ok(moments.into_iter().filter_map(|(reference, at)| Some((at, records.remove(&reference)?))).collect())
}
