//! What was heard around an account beside promises and requests: who left, notices, meetings, and promises nobody can tell
//! whose they are.

use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use sqlx::types::Json;

use super::Result;
use super::put::storable;
use crate::domain::id::{AccountId, WorkspaceId};
use crate::model::reader::Reading;

/// A table of what was heard, in the order it was written down, the latest first.
pub(super) struct Table {
    /// Its rows of the account `a`, each a [`Row`].
    pub(super) of_account: &'static str,
    delete: &'static str,
    insert: &'static str,
}

/// The table called so, with what was heard in this column.
macro_rules! table {
    ($table:literal, $column:literal) => {
        Table {
            of_account: concat!(
                "select h.",
                $column,
                " as heard from ",
                $table,
                " h where h.workspace_id = a.workspace_id and h.account_id = a.id order by h.place"
            ),
            delete: concat!("delete from ", $table, " where workspace_id = $1 and account_id = $2"),
            insert: concat!(
                "insert into ",
                $table,
                " (workspace_id, account_id, place, ",
                $column,
                ") select $1, $2, h.place::int, h.heard from jsonb_array_elements($3) with ordinality as h (heard, place)"
            ),
        }
    };
}

/// Who left.
pub(super) const DEPARTURES: Table = table!("departures", "departure");

/// Promises of nobody knows whom.
pub(super) const UNATTRIBUTED: Table = table!("unattributed", "promise");

/// Notices that a contract ends.
pub(super) const NOTICES: Table = table!("notices", "notice");

/// What calendars say of meetings.
pub(super) const MEETINGS: Table = table!("meetings", "news");

/// A row of such a table.
#[derive(Deserialize)]
pub(super) struct Row<T> {
    heard: T,
}

/// What the rows of such a table hold.
pub(super) fn heard<T>(rows: Vec<Row<T>>) -> Vec<T> {
    rows.into_iter().map(|row| row.heard).collect()
}

/// Writes down what was heard, in place of what was heard before.
pub(super) async fn replace(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: AccountId,
    reading: &Reading,
) -> Result<()> {
    write(connection, workspace, account, MEETINGS, &reading.meetings).await?;
    write(connection, workspace, account, DEPARTURES, &reading.departures).await?;
    write(connection, workspace, account, NOTICES, &reading.notices).await?;
    write(connection, workspace, account, UNATTRIBUTED, &reading.unattributed).await
}

async fn write(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    account: AccountId,
    Table { delete, insert, .. }: Table,
    heard: &[impl Serialize],
) -> Result<()> {
    sqlx::query(delete).bind(workspace.uuid()).bind(account.uuid()).execute(&mut *connection).await?;
    if !heard.is_empty() {
        let heard = Json(storable(&heard)?);
        sqlx::query(insert).bind(workspace.uuid()).bind(account.uuid()).bind(heard).execute(&mut *connection).await?;
    }
    Ok(())
}
