//! What was heard around an account beside promises and requests: who left, notices, meetings, and promises nobody can tell whose they
//! are.

use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use sqlx::types::Json;

use super::Result;
use super::put::storable;
use crate::domain::commitment::Unattributed;
use crate::domain::departure::Departure;
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::meeting::MeetingNews;
use crate::domain::notice::Notice;
use crate::model::reader::Reading;

/// Departures of the account `a`, the latest news first.
pub(super) const DEPARTURES_OF_ACCOUNT: &str = "
    select d.departure from departures d
    where d.workspace_id = a.workspace_id and d.account_id = a.id order by d.place";

/// Promises of nobody knows whom of the account `a`, the latest first.
pub(super) const UNATTRIBUTED_OF_ACCOUNT: &str = "
    select u.promise from unattributed u
    where u.workspace_id = a.workspace_id and u.account_id = a.id order by u.place";

/// Notices of the account `a`, the latest first.
pub(super) const NOTICES_OF_ACCOUNT: &str = "
    select n.notice from notices n
    where n.workspace_id = a.workspace_id and n.account_id = a.id order by n.place";

/// What calendars say of meetings of the account `a`, the latest first.
pub(super) const MEETINGS_OF_ACCOUNT: &str = "
    select m.news from meetings m
    where m.workspace_id = a.workspace_id and m.account_id = a.id order by m.place";

/// A row of meetings.
#[derive(Deserialize)]
pub(super) struct MeetingRow {
    pub(super) news: MeetingNews,
}

/// A row of notices.
#[derive(Deserialize)]
pub(super) struct NoticeRow {
    pub(super) notice: Notice,
}

/// A row of departures.
#[derive(Deserialize)]
pub(super) struct DepartureRow {
    pub(super) departure: Departure,
}

/// A row of promises.
#[derive(Deserialize)]
pub(super) struct PromiseRow {
    pub(super) promise: Unattributed,
}

/// Writes down what was heard, in place of what was heard before.
pub(super) async fn replace(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: AccountId,
    reading: &Reading,
) -> Result<()> {
    const DEPARTED: [&str; 2] = [
        "delete from departures where workspace_id = $1 and account_id = $2",
        "insert into departures (workspace_id, account_id, place, departure)
         select $1, $2, h.place::int, h.heard from jsonb_array_elements($3) with ordinality as h (heard, place)",
    ];
    const PROMISED: [&str; 2] = [
        "delete from unattributed where workspace_id = $1 and account_id = $2",
        "insert into unattributed (workspace_id, account_id, place, promise)
         select $1, $2, h.place::int, h.heard from jsonb_array_elements($3) with ordinality as h (heard, place)",
    ];
    const NOTICED: [&str; 2] = [
        "delete from notices where workspace_id = $1 and account_id = $2",
        "insert into notices (workspace_id, account_id, place, notice)
         select $1, $2, h.place::int, h.heard from jsonb_array_elements($3) with ordinality as h (heard, place)",
    ];
    const MET: [&str; 2] = [
        "delete from meetings where workspace_id = $1 and account_id = $2",
        "insert into meetings (workspace_id, account_id, place, news)
         select $1, $2, h.place::int, h.heard from jsonb_array_elements($3) with ordinality as h (heard, place)",
    ];
    write(connection, workspace, account, MET, &reading.meetings).await?;
    write(connection, workspace, account, DEPARTED, &reading.departures).await?;
    write(connection, workspace, account, NOTICED, &reading.notices).await?;
    write(connection, workspace, account, PROMISED, &reading.unattributed).await
}

async fn write(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: AccountId,
    [delete, insert]: [&'static str; 2],
    heard: &[impl Serialize],
) -> Result<()> {
    sqlx::query(delete).bind(workspace.uuid()).bind(account.uuid()).execute(&mut *connection).await?;
    if !heard.is_empty() {
        let heard = Json(storable(&heard)?);
        sqlx::query(insert).bind(workspace.uuid()).bind(account.uuid()).bind(heard).execute(&mut *connection).await?;
    }
    Ok(())
}
