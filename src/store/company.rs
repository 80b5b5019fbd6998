//! Companies as connected systems say them: to which account each belongs, what an account is made of, and what waits for
//! a person's word. Plans: `source_items_company_idx`, `source_items_account_idx`, `source_items_waiting_idx`.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row};

use super::{Result, Store, StoreError, row};
use crate::domain::connection::WaitingItem;
use crate::domain::id::{ConnectionId, WorkspaceId};

/// A company, or people at one, as one connection says it.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountFact {
    /// Domain of the account.
    pub account: String,
    /// The connection's system and what it is called.
    pub connection: (String, String),
    /// What it says of the company.
    pub company: Option<Value>,
    /// The people it names.
    pub contacts: Option<Value>,
}

impl FromRow<'_, PgRow> for AccountFact {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let value =
            |column: &str| Ok::<_, sqlx::Error>(row.try_get::<Option<Json<Value>>, _>(column)?.map(|json| json.0));
        Ok(Self {
            account: row.try_get("account")?,
            connection: (row.try_get("vendor")?, row.try_get("prefix")?),
            company: value("company")?,
            contacts: value("contacts")?,
        })
    }
}

impl Store {
    /// The accounts of these companies of a connection, by the company's identifier.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn company_accounts(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        ids: &[&str],
    ) -> Result<HashMap<String, String>> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "select id, account from source_items where workspace_id = $1 and connection_id = $2 and id = any($3)
               and company is not null and account is not null",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(ids)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().collect())
    }

    /// The accounts of companies of any connection to these systems, by system and identifier.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn companies_elsewhere(
        &self,
        workspace: WorkspaceId,
        companies: &[(&str, &str)],
    ) -> Result<HashMap<(String, String), String>> {
        if companies.is_empty() {
            return Ok(HashMap::new());
        }
        let (vendors, ids): (Vec<&str>, Vec<&str>) = companies.iter().copied().unzip();
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "select c.vendor, i.id, i.account from unnest($2::text[], $3::text[]) as w (vendor, id)
             join connections c on c.workspace_id = $1 and c.vendor = w.vendor
             join source_items i on i.workspace_id = $1 and i.connection_id = c.id and i.id = w.id
                  and i.company is not null and i.account is not null",
        )
        .bind(workspace.uuid())
        .bind(vendors)
        .bind(ids)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(vendor, id, account)| ((vendor, id), account)).collect())
    }

    /// All that connections say of these accounts themselves: companies, and people at them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn account_facts(&self, workspace: WorkspaceId, accounts: &[&str]) -> Result<Vec<AccountFact>> {
        Ok(sqlx::query_as(
            "select i.account, c.vendor, c.prefix, i.company, i.contacts from source_items i
             join connections c on c.workspace_id = i.workspace_id and c.id = i.connection_id
             where i.workspace_id = $1 and i.account = any($2) and (i.company is not null or i.contacts is not null)
             order by c.prefix, i.stream, i.id",
        )
        .bind(workspace.uuid())
        .bind(accounts)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Says which account an item belongs to, in the name of a person; it is looked at anew.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such item.
    pub async fn choose_account(
        &self,
        workspace: WorkspaceId,
        (connection, id): (ConnectionId, &str),
        account: &str,
    ) -> Result<()> {
        let changed = sqlx::query(
            "update source_items set chosen = $4, due = true, digest = ''
             where workspace_id = $1 and connection_id = $2 and id = $3 and company is not null and raw is not null",
        )
        .bind(workspace.uuid())
        .bind(connection.uuid())
        .bind(id)
        .bind(row::key(account))
        .execute(&self.pool)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound(format!("There is no company `{id}` in this connection.")));
        }
        Ok(())
    }

    /// Companies that wait for a person's word, and what could not be read, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn waiting_items(&self, workspace: WorkspaceId, limit: u32) -> Result<Vec<WaitingItem>> {
        let rows = sqlx::query(
            "select c.prefix, i.stream, i.id, i.company, i.waiting from source_items i
             join connections c on c.workspace_id = i.workspace_id and c.id = i.connection_id
             where i.workspace_id = $1 and i.waiting is not null and i.set_aside
             order by c.prefix, i.stream, i.id limit $2",
        )
        .bind(workspace.uuid())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        let of = |row: &PgRow| {
            let company: Option<Json<Value>> = row.try_get("company")?;
            let company = company.map(|json| json.0);
            let texts = |value: &Value| -> Vec<String> {
                value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
            };
            Ok(WaitingItem {
                connection: row.try_get("prefix")?,
                stream: row.try_get("stream")?,
                id: row.try_get("id")?,
                name: company.as_ref().and_then(|company| company["name"].as_str()).map(str::to_owned),
                domains: company.as_ref().map(|company| texts(&company["domains"])).unwrap_or_default(),
                reason: row.try_get("waiting")?,
            })
        };
        rows.iter().map(of).collect()
    }
}
