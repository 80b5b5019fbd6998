//! Pages of long lists: the row after which one begins.

use sqlx::postgres::Postgres;
use sqlx::{AssertSqlSafe, PgConnection, QueryBuilder};

use super::{Result, StoreError};
use crate::domain::id::WorkspaceId;

/// A list of rows `t` that is read a page at a time.
pub(super) struct Listed<'a> {
    /// The table whose rows they are.
    pub table: &'a str,
    /// What its order reads: the table `t` with what is joined to it.
    pub from: &'a str,
    /// The order, which no two rows share.
    pub keys: &'a str,
    /// What a row is called.
    pub what: &'a str,
}

impl Listed<'_> {
    /// Has `query` give the page after a row, with one row more than `limit` where there are more. Plan: the row by its key,
    /// and the list's own index from there on.
    pub(super) async fn page(
        &self,
        connection: &mut PgConnection,
        query: &mut QueryBuilder<Postgres>,
        workspace: WorkspaceId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<()> {
        let Self { table, from, keys, what } = self;
        if let Some(after) = after {
            let known: Option<i32> =
                sqlx::query_scalar(AssertSqlSafe(format!("select 1 from {table} where workspace_id = $1 and id = $2")))
                    .bind(workspace.uuid())
                    .bind(after)
                    .fetch_optional(connection)
                    .await?;
            if known.is_none() {
                let gone = format!("The {what} this page begins after is gone; begin with the first page.");
                return Err(StoreError::NotFound(gone));
            }
            query.push(format_args!(" and ({keys}) > (select {keys} from {from} where t.workspace_id = "));
            query.push_bind(workspace.uuid()).push(" and t.id = ").push_bind(after.to_owned()).push(")");
        }
        query.push(format_args!(" order by {keys} limit ")).push_bind(i64::from(limit) + 1);
        Ok(())
    }
}
