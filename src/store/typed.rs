//! People at customers by what somebody types of their names. Plans: `customers_name_idx`, `customers_last_name_idx`.

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{Result, Store};
use crate::domain::id::WorkspaceId;

/// Somebody at a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerFound {
    /// Full name.
    pub name: String,
    /// Job title.
    pub title: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Domain of the account.
    pub domain: String,
    /// Name of the account.
    pub account: String,
}

impl Store {
    /// People at customers whose name, or last name, begins with what was typed; by name. Two ranges of an index, up to
    /// `most` each.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn customers_beginning(
        &self,
        workspace: WorkspaceId,
        typed: &str,
        most: u32,
    ) -> Result<Vec<CustomerFound>> {
        let found = sqlx::query(
            "with begins as (
                (select * from customers where workspace_id = $1 and lower(name) collate \"C\" >= $2
                     and lower(name) collate \"C\" < $2 || U&'\\+10FFFF' order by lower(name) collate \"C\" limit $3)
                union
                (select * from customers where workspace_id = $1
                     and lower(substring(name from '[^ ]+$')) collate \"C\" >= $2
                     and lower(substring(name from '[^ ]+$')) collate \"C\" < $2 || U&'\\+10FFFF'
                 order by lower(substring(name from '[^ ]+$')) collate \"C\" limit $3)
             )
             select c.name, c.title, c.email, a.domain, a.name as account
             from begins c join accounts a on a.workspace_id = $1 and a.id = c.account_id
             order by lower(c.name) collate \"C\", a.domain limit $3",
        )
        .bind(workspace.uuid())
        .bind(typed.trim().to_lowercase())
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> sqlx::Result<CustomerFound> {
            Ok(CustomerFound {
                name: row.try_get("name")?,
                title: row.try_get("title")?,
                email: row.try_get("email")?,
                domain: row.try_get("domain")?,
                account: row.try_get("account")?,
            })
        };
        Ok(found.iter().map(read).collect::<sqlx::Result<_>>()?)
    }
}
