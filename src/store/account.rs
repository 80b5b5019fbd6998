//! Accounts, and the directory that names are resolved with.

use std::collections::{BTreeMap, HashMap};

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::change::Changed;
use super::put::Imported;
use super::{Result, Store, StoreError, names, row};
use crate::domain::account::{Account, AccountRecord, Decided};
use crate::domain::action::Decision;
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::revenue::{BillingStatus, DealStatus};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select a.id as account_id, a.domain, a.name, a.owner_email, a.segment, a.contacts, a.licensed_seats,
            a.crm_url,
                    a.attributes, a.data_version,
                    (select coalesce(jsonb_object_agg(d.key, d.decision), '{}') from decisions d
                     where d.workspace_id = a.workspace_id and d.account = a.domain
                     and d.key in ('section', 'tracked', 'snoozed', 'owner')) as decided,
                    array(select distinct r.status from revenue_sources r
                          where r.workspace_id = a.workspace_id and r.account_id = a.id) as billing,
                    array(select distinct d.status from deals d
                          where d.workspace_id = a.workspace_id and d.account_id = a.id) as deal_statuses
             from accounts a
             where a.workspace_id = $1 ",
            $rest
        )
    };
}

impl Imported for AccountRecord {
    const EXISTING: &'static str =
        "select domain as key, id as account_id, digest from accounts where workspace_id = $1 and domain = any($2)";
    const UPSERT: &'static str = "
        insert into accounts (id, workspace_id, domain, name, owner_email, segment, contacts, licensed_seats, crm_url,
                              attributes, digest)
        select t.account_id, $1, t.key, r.name, r.owner_email, r.segment, r.contacts, r.licensed_seats, r.crm_url,
               r.attributes, t.digest
        from unnest($2::text[], $3::uuid[], $4::bytea[], $5::text[]) as t (key, account_id, digest, document),
             json_to_record(t.document::json) as r (name text, owner_email text, segment text, contacts jsonb,
                                                    licensed_seats bigint, crm_url text, attributes jsonb)
        on conflict on constraint accounts_workspace_id_domain_key do update set
            name = excluded.name, owner_email = excluded.owner_email, segment = excluded.segment,
            contacts = excluded.contacts, licensed_seats = excluded.licensed_seats, crm_url = excluded.crm_url,
            attributes = excluded.attributes, digest = excluded.digest, talk_version = accounts.talk_version + 1";
    const BY_KEYS: &'static str = select!("and a.domain = any($2)");
}

impl FromRow<'_, PgRow> for AccountRecord {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            domain: row.try_get("domain")?,
            name: row.try_get("name")?,
            owner_email: row.try_get("owner_email")?,
            segment: row.try_get("segment")?,
            contacts: row::json(row, "contacts")?,
            licensed_seats: row::optional_count(row, "licensed_seats")?,
            crm_url: row.try_get("crm_url")?,
            attributes: row::json(row, "attributes")?,
        })
    }
}

impl FromRow<'_, PgRow> for Account {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let billing: Vec<BillingStatus> = row::words(row, "billing")?;
        let deals: Vec<DealStatus> = row::words(row, "deal_statuses")?;
        read(row, row::json(row, "decided")?, &billing, &deals)
    }
}

/// The account of a row, with what people decided about it laid over what was imported.
pub(super) fn read(
    row: &PgRow,
    decisions: BTreeMap<String, Decision>,
    billing: &[BillingStatus],
    deals: &[DealStatus],
) -> sqlx::Result<Account> {
    let mut record = AccountRecord::from_row(row)?;
    let decided = Decided::from(decisions);
    decided.lay_over(&mut record);
    let section = record.section(billing, deals);
    Ok(Account { id: row.try_get::<Uuid, _>("account_id")?.into(), record, section, decided })
}

/// Adds to the number of accounts a workspace has, whose row the transaction has changed already.
pub(super) async fn count_accounts(connection: &mut PgConnection, workspace: WorkspaceId, more: i64) -> Result<()> {
    sqlx::query("update workspaces set accounts = accounts + $2 where id = $1")
        .bind(workspace.uuid())
        .bind(more)
        .execute(connection)
        .await?;
    Ok(())
}

/// The identifier of the account `domain`.
pub(super) async fn id_of(connection: &mut PgConnection, workspace: WorkspaceId, domain: &str) -> Result<AccountId> {
    let domain = row::key(domain);
    sqlx::query_scalar::<_, Uuid>("select id from accounts where workspace_id = $1 and domain = $2")
        .bind(workspace.uuid())
        .bind(&domain)
        .fetch_optional(connection)
        .await?
        .map(AccountId::from)
        .ok_or_else(|| StoreError::no_account(&domain))
}

/// The identifiers of the accounts behind those of `domains` that exist: their own domains, and those they are known by
/// besides.
pub(super) async fn ids_of(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    domains: &[String],
) -> Result<HashMap<String, Uuid>> {
    let rows: Vec<(String, Uuid)> = sqlx::query_as(
        "select domain, id from accounts where workspace_id = $1 and domain = any($2)
             union all
             select l.domain, a.id from account_aliases l
             join accounts a on a.workspace_id = l.workspace_id and a.domain = l.account
             where l.workspace_id = $1 and l.domain = any($2)",
    )
    .bind(workspace.uuid())
    .bind(domains)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Accounts with the version of their data: `domain`'s, or all of the workspace by name.
pub(super) async fn list(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    domain: Option<&str>,
) -> Result<Vec<(Account, i64)>> {
    let rows = sqlx::query(select!("and ($2::text is null or a.domain = $2) order by lower(a.name), a.domain"))
        .bind(workspace.uuid())
        .bind(domain.map(row::key))
        .fetch_all(connection)
        .await?;
    let with_version = |row: &PgRow| Ok((Account::from_row(row)?, row.try_get("data_version")?));
    rows.iter().map(with_version).collect::<sqlx::Result<_>>().map_err(StoreError::from)
}

impl Store {
    /// The account `domain`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming it.
    pub async fn account(&self, workspace: WorkspaceId, domain: &str) -> Result<Account> {
        let mut connection = self.read().await?;
        let found = list(&mut connection, workspace, Some(domain)).await?.pop();
        found.map(|(account, _)| account).ok_or_else(|| StoreError::no_account(&row::key(domain)))
    }

    /// The identifier of the account `domain`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming it.
    pub async fn account_id(&self, workspace: WorkspaceId, domain: &str) -> Result<AccountId> {
        id_of(&mut *self.read().await?, workspace, domain).await
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn accounts(&self, workspace: WorkspaceId) -> Result<Vec<Account>> {
        let accounts = list(&mut *self.read().await?, workspace, None).await?;
        Ok(accounts.into_iter().map(|(account, _)| account).collect())
    }

    /// Deletes accounts with everything that belongs to them; returns how many there were. Their passages stay in the
    /// vector index until the caller removes them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn delete_accounts(&self, workspace: WorkspaceId, domains: &[&str]) -> Result<u64> {
        let domains: Vec<String> = domains.iter().copied().map(row::key).collect();
        let mut transaction = self.write(workspace).await?;
        let deleted = sqlx::query("delete from accounts where workspace_id = $1 and domain = any($2)")
            .bind(workspace.uuid())
            .bind(&domains)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        if deleted > 0 {
            names::forget_unseen(&mut transaction, workspace).await?;
            names::move_on(&mut transaction, workspace).await?;
            count_accounts(&mut transaction, workspace, -deleted.cast_signed()).await?;
        }
        transaction.commit(Changed::accounts(domains.iter().map(String::as_str))).await?;
        Ok(deleted)
    }
}
