//! Domains an account is known by besides its own, accounts that become one, and what an account is made of where several
//! say what it is. Plans: primary keys, and `account_aliases_account_idx`.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::types::Json;

use super::change::Changed;
use super::put::{Touched, storable};
use super::source_item::{domain_key, wake};
use super::take_away::table;
use super::{Result, Store, StoreError, account, audit, names, row};
use crate::domain::account::AccountRecord;
use crate::domain::action::{AuditEntry, Deed};
use crate::domain::actor::Actor;
use crate::domain::id::WorkspaceId;
use crate::domain::record::RecordKind;
use crate::domain::time::Moment;

/// A domain an account is known by besides its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountAlias {
    /// The domain.
    pub domain: String,
    /// The account's own.
    pub account: String,
    /// Who said so: a person, or the system a company came from.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// What an account is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Composed {
    /// The record as it stands, where there is one.
    pub record: Option<AccountRecord>,
    /// What files said of it before a connection did.
    pub base: Option<AccountRecord>,
    /// What it came to the last time.
    pub composed: Option<AccountRecord>,
}

/// Kinds of records that move when accounts become one, with what is indexed.
const MOVING: [(RecordKind, bool); 9] = [
    (RecordKind::Call, true),
    (RecordKind::Email, true),
    (RecordKind::Signal, true),
    (RecordKind::Note, true),
    (RecordKind::Project, true),
    (RecordKind::RevenueSource, false),
    (RecordKind::PaymentEvent, false),
    (RecordKind::Deal, false),
    (RecordKind::Meeting, false),
];

impl Store {
    /// The accounts behind these domains, by domain: an account's own, and those it is known by besides.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn accounts_behind(&self, workspace: WorkspaceId, domains: &[&str]) -> Result<HashMap<String, String>> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "select domain, domain from accounts where workspace_id = $1 and domain = any($2)
             union all
             select domain, account from account_aliases where workspace_id = $1 and domain = any($2)",
        )
        .bind(workspace.uuid())
        .bind(domains)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().collect())
    }

    /// The domains accounts are known by besides their own: of one account, or of all, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn account_aliases(
        &self,
        workspace: WorkspaceId,
        account: Option<&str>,
        limit: u32,
    ) -> Result<Vec<AccountAlias>> {
        let rows: Vec<(String, String, String, Moment)> = sqlx::query_as(
            "select domain, account, by_whom, at::text from account_aliases
             where workspace_id = $1 and ($2::text is null or account = $2) order by account, domain limit $3",
        )
        .bind(workspace.uuid())
        .bind(account.map(row::key))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(domain, account, by, at)| AccountAlias { domain, account, by, at }).collect())
    }

    /// Says that an account is known by these domains as well; gives those that are new. One that is an account of its own,
    /// or known as another's, stays what it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn add_aliases(
        &self,
        workspace: WorkspaceId,
        account: &str,
        domains: &[&str],
        (by, at): (&str, Moment),
    ) -> Result<Vec<String>> {
        let mut transaction = self.write(workspace).await?;
        let id = account::id_of(&mut transaction, workspace, account).await?;
        let added: Vec<String> = sqlx::query_scalar(
            "insert into account_aliases (workspace_id, domain, account, by_whom, at)
             select $1, d, $2, $4, $5 from unnest($3::text[]) d
             where not exists (select from accounts a where a.workspace_id = $1 and a.domain = d)
             on conflict on constraint account_aliases_pkey do nothing returning domain",
        )
        .bind(workspace.uuid())
        .bind(row::key(account))
        .bind(domains.iter().copied().map(row::key).collect::<Vec<_>>())
        .bind(by)
        .bind(at)
        .fetch_all(&mut *transaction)
        .await?;
        let keys: Vec<String> = added.iter().map(|domain| domain_key(domain)).collect();
        wake(&mut transaction, workspace, &keys).await?;
        let changed = if added.is_empty() { Changed::nothing() } else { Changed::of([id]) };
        transaction.commit(changed).await?;
        Ok(added)
    }

    /// Takes a domain away by which an account was known besides its own. What came in under it and is still known as it was
    /// said is looked at anew.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when no account is known by it.
    pub async fn remove_alias(&self, workspace: WorkspaceId, domain: &str) -> Result<String> {
        let domain = row::key(domain);
        let mut transaction = self.write(workspace).await?;
        let account: Option<String> =
            sqlx::query_scalar("delete from account_aliases where workspace_id = $1 and domain = $2 returning account")
                .bind(workspace.uuid())
                .bind(&domain)
                .fetch_optional(&mut *transaction)
                .await?;
        let Some(account) = account else {
            return Err(StoreError::NotFound(format!(
                "No account is known as `{domain}` besides its own domain; `success-agent accounts aliases` lists them."
            )));
        };
        // Companies under the domain, and what belongs to those companies.
        sqlx::query(
            "with companies as (
                 update source_items set due = true, digest = '', account = null
                 where workspace_id = $1 and keys @> array[$2] and raw is not null
                 returning connection_id, id
             )
             update source_items i set due = true, digest = '', account = null from companies c
             where i.workspace_id = $1 and i.raw is not null and i.keys @> array['company:' || c.connection_id || ':' || c.id]",
        )
        .bind(workspace.uuid())
        .bind(domain_key(&domain))
        .execute(&mut *transaction)
        .await?;
        transaction.commit(Changed::account(&account)).await?;
        Ok(account)
    }

    /// Makes one account of two: the records of `from` become those of `into`, which is known by its domain from then on.
    /// What was decided about `from` ends with it. Plan: the records of `from` by the index of its account.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one of them is not there; [`StoreError::Invalid`] when they are the same.
    pub async fn merge_accounts(
        &self,
        workspace: WorkspaceId,
        (from, into): (&str, &str),
        by: &Actor,
        at: Moment,
    ) -> Result<u64> {
        let (from, into) = (row::key(from), row::key(into));
        let mut transaction = self.write(workspace).await?;
        let old = account::id_of(&mut transaction, workspace, &from).await?;
        let new = account::id_of(&mut transaction, workspace, &into).await?;
        if old == new {
            return Err(StoreError::Invalid(format!("`{from}` and `{into}` are the same account.")));
        }
        let mut moved = 0;
        let mut touched = Touched::default();
        for (kind, indexed) in MOVING {
            let Some(table) = table(kind) else { continue };
            let again = if indexed { ", revision = revision + 1" } else { "" };
            let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
                "update {table} set account_id = $3{again} where workspace_id = $1 and account_id = $2"
            )))
            .bind(workspace.uuid())
            .bind(old.uuid())
            .bind(new.uuid())
            .execute(&mut *transaction)
            .await?;
            if rows.rows_affected() > 0 {
                moved += rows.rows_affected();
                touched.note(kind, Some(new.uuid()));
            }
        }
        // A day both have is the account's that stays.
        moved += sqlx::query(
            "insert into usage_days (workspace_id, account_id, day, active_users, licensed_seats, digest)
             select workspace_id, $3, day, active_users, licensed_seats, digest from usage_days
             where workspace_id = $1 and account_id = $2
             on conflict on constraint usage_days_pkey do nothing",
        )
        .bind(workspace.uuid())
        .bind(old.uuid())
        .bind(new.uuid())
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        for text in [
            "update account_aliases set account = $3 where workspace_id = $1 and account = $2",
            "update source_items set account = $3 where workspace_id = $1 and account = $2",
        ] {
            sqlx::query(text).bind(workspace.uuid()).bind(&from).bind(&into).execute(&mut *transaction).await?;
        }
        sqlx::query("delete from accounts where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(old.uuid())
            .execute(&mut *transaction)
            .await?;
        account::count_accounts(&mut transaction, workspace, -1).await?;
        names::forget_unseen(&mut transaction, workspace).await?;
        names::move_on(&mut transaction, workspace).await?;
        sqlx::query(
            "insert into account_aliases (workspace_id, domain, account, by_whom, at) values ($1, $2, $3, $4, $5)
             on conflict on constraint account_aliases_pkey do update set account = excluded.account",
        )
        .bind(workspace.uuid())
        .bind(&from)
        .bind(&into)
        .bind(&by.who)
        .bind(at)
        .execute(&mut *transaction)
        .await?;
        wake(&mut transaction, workspace, &[domain_key(&from)]).await?;
        let entry = AuditEntry {
            number: 0,
            at,
            actor: by.clone(),
            deed: Deed::Done,
            account: into.clone(),
            subject: from.clone(),
            action: "merge_accounts".to_owned(),
            arguments: serde_json::json!({"from": from, "into": into}),
            typed: None,
            before: None,
            after: None,
            detail: None,
            request: None,
        };
        audit::append(&mut transaction, workspace, &entry).await?;
        touched.note(RecordKind::Account, Some(new.uuid()));
        touched.save(&mut transaction, workspace).await?;
        transaction.commit(Changed::accounts([from.as_str(), into.as_str()])).await?;
        Ok(moved)
    }

    /// What these accounts are made of, by domain.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn composed_accounts(
        &self,
        workspace: WorkspaceId,
        domains: &[&str],
    ) -> Result<HashMap<String, Composed>> {
        let mut found: HashMap<String, Composed> =
            domains.iter().map(|domain| ((*domain).to_owned(), Composed::default())).collect();
        let records: Vec<AccountRecord> = sqlx::query_as(
            "select domain, name, owner_email, segment, contacts, licensed_seats, crm_url, attributes
             from accounts where workspace_id = $1 and domain = any($2)",
        )
        .bind(workspace.uuid())
        .bind(domains)
        .fetch_all(&self.pool)
        .await?;
        for record in records {
            if let Some(composed) = found.get_mut(&record.domain) {
                composed.record = Some(record);
            }
        }
        let kept: Vec<(String, Option<Json<AccountRecord>>, Json<AccountRecord>)> = sqlx::query_as(
            "select domain, base, composed from composed_accounts where workspace_id = $1 and domain = any($2)",
        )
        .bind(workspace.uuid())
        .bind(domains)
        .fetch_all(&self.pool)
        .await?;
        for (domain, base, last) in kept {
            if let Some(composed) = found.get_mut(&domain) {
                composed.base = base.map(|json| json.0);
                composed.composed = Some(last.0);
            }
        }
        Ok(found)
    }

    /// Keeps what accounts were made of: what files had said, and what it came to.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn keep_composed(
        &self,
        workspace: WorkspaceId,
        composed: &[(Option<AccountRecord>, AccountRecord)],
    ) -> Result<()> {
        let rows = composed.iter().map(|(base, last)| {
            storable(&serde_json::json!({"domain": row::key(&last.domain), "base": base, "composed": last}))
        });
        let rows = rows.collect::<Result<Vec<Value>>>()?;
        sqlx::query(
            "insert into composed_accounts (workspace_id, domain, base, composed)
             select $1, r.domain, r.base, r.composed
             from jsonb_to_recordset($2) as r (domain text, base jsonb, composed jsonb)
             join accounts a on a.workspace_id = $1 and a.domain = r.domain
             on conflict on constraint composed_accounts_pkey do update set
                 base = excluded.base, composed = excluded.composed",
        )
        .bind(workspace.uuid())
        .bind(Json(rows))
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
