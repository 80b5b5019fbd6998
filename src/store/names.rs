//! What accounts and people are called: written down for each account that is due, and looked up by index.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::{Result, Store, row};
use crate::domain::account::{AccountRecord, Contact};
use crate::domain::activity::mailbox;
use crate::domain::id::WorkspaceId;
use crate::domain::person::name_in;
use crate::language::naming::{
    self, SHORTEST_MISSPELLED, Strength, company_names, person_names, plain_name, slips_allowed,
};

/// Where an e-mail was sent from.
const SENDER_DOMAIN: &str = "lower(split_part(rtrim(e.sender, '> '), '@', 2))";

/// An account that is due.
struct Due {
    id: Uuid,
    domain: String,
    name: String,
    aliases: Vec<String>,
    contacts: Vec<Contact>,
    imported_owner: Option<String>,
    owner: Option<String>,
}

impl FromRow<'_, PgRow> for Due {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let named = AccountRecord { attributes: row::json(row, "attributes")?, ..AccountRecord::default() };
        Ok(Self {
            id: row.try_get("id")?,
            domain: row.try_get("domain")?,
            name: row.try_get("name")?,
            aliases: named.aliases().into_iter().map(str::to_owned).collect(),
            contacts: row::json(row, "contacts")?,
            imported_owner: row.try_get("imported_owner")?,
            owner: row.try_get("owner")?,
        })
    }
}

/// Somebody of our own side, as an account shows them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Colleague {
    name: String,
    /// Empty where it is not known.
    email: String,
    owner: bool,
}

/// The hash by which a name is found in one workspace.
fn hashed(workspace: WorkspaceId, name: &str) -> i32 {
    let digest = Sha256::new_with_prefix(workspace.uuid().as_bytes()).chain_update(name.as_bytes()).finalize();
    i32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// The hashes of names in one workspace.
pub(super) fn hashes<'a>(workspace: WorkspaceId, names: impl IntoIterator<Item = &'a str>) -> Vec<i32> {
    let all: BTreeSet<i32> = names.into_iter().map(|name| hashed(workspace, name)).collect();
    all.into_iter().collect()
}

/// What a customer or a colleague is found by: the names they are called, their address, and their whole name, by which
/// two records are told to be of the same person.
fn person_keys(workspace: WorkspaceId, team: bool, name: &str, email: Option<&str>) -> Vec<i32> {
    let mut names = person_names(name, email);
    names.insert(by_name(team, name));
    names.extend(email.map(by_address));
    hashes(workspace, names.iter().map(String::as_str))
}

/// The key of everybody with this address.
pub(super) fn by_address(email: &str) -> String {
    format!("@{}", email.to_ascii_lowercase())
}

/// The key of everybody on one side who is called exactly so.
pub(super) fn by_name(team: bool, name: &str) -> String {
    format!("={}{}", if team { "team " } else { "customer " }, name.to_ascii_lowercase())
}

impl Store {
    /// Writes down what up to `most` accounts that are due are called, and who is seen in them; gives their number. Those
    /// that somebody is changing at the moment are left for later.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn refresh_names(&self, workspace: WorkspaceId, most: u32) -> Result<u64> {
        let mut transaction = self.begin().await?;
        let due: Vec<Due> = sqlx::query_as(
            "select a.id, a.domain, a.name, a.attributes, a.contacts, a.owner_email as imported_owner,
                    coalesce(o.decision -> 'value' ->> 'owner', a.owner_email) as owner
             from accounts a
             left join decisions o on o.workspace_id = a.workspace_id and o.account = a.domain and o.key = 'owner'
             where a.workspace_id = $1 and a.names_due
             limit $2 for no key update of a skip locked",
        )
        .bind(workspace.uuid())
        .bind(i64::from(most))
        .fetch_all(&mut *transaction)
        .await?;
        if due.is_empty() {
            return Ok(0);
        }
        let ids: Vec<Uuid> = due.iter().map(|due| due.id).collect();
        let seen = seen_in(&mut transaction, workspace, &due, &ids).await?;
        let mut written = write_accounts(&mut transaction, workspace, &due, &ids).await?;
        written += write_customers(&mut transaction, workspace, &due, &ids).await?;
        written += write_colleagues(&mut transaction, workspace, &seen, &ids).await?;
        sqlx::query("update accounts set names_due = false where id = any($1)")
            .bind(&ids)
            .execute(&mut *transaction)
            .await?;
        // Most calls and e-mails name nobody new.
        if written > 0 {
            move_on(&mut transaction, workspace).await?;
        }
        transaction.commit().await?;
        Ok(due.len() as u64)
    }
}

/// What accounts and people were found by, or shown as in a line, is out of date. It is the last that a transaction does:
/// nobody waits for anything else while they hold this.
pub(super) async fn move_on(connection: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    sqlx::query(
        "insert into name_versions as n (workspace_id, version) values ($1, 1)
         on conflict on constraint name_versions_pkey do update set version = n.version + 1",
    )
    .bind(workspace.uuid())
    .execute(connection)
    .await?;
    Ok(())
}

/// Who of our side is seen in the accounts: as owners, in calls, and by e-mails from where we write.
async fn seen_in(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    due: &[Due],
    ids: &[Uuid],
) -> Result<BTreeSet<(Uuid, Colleague)>> {
    let in_calls: Vec<(Uuid, String, Option<String>)> = sqlx::query_as(
        "select distinct c.account_id, person ->> 'name', person ->> 'email'
         from calls c cross join jsonb_array_elements(c.participants) person
         where c.workspace_id = $1 and c.account_id = any($2)
           and person ->> 'side' = 'team' and person ->> 'name' is not null",
    )
    .bind(workspace.uuid())
    .bind(ids)
    .fetch_all(&mut *connection)
    .await?;
    let owners = due.iter().filter_map(|due| due.imported_owner.as_deref());
    let addresses = in_calls.iter().filter_map(|(_, _, email)| email.as_deref()).chain(owners);
    let domains: BTreeSet<String> = addresses
        .filter_map(|email| email.split('@').nth(1))
        .map(str::to_lowercase)
        .filter(|d| !d.is_empty())
        .collect();
    add_domains(connection, workspace, &domains, ids).await?;
    let sent: Vec<(Uuid, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "select distinct e.account_id, e.sender from emails e
         join team_domains d on d.workspace_id = e.workspace_id and d.domain = {SENDER_DOMAIN}
         where e.workspace_id = $1 and e.account_id = any($2)"
    )))
    .bind(workspace.uuid())
    .bind(ids)
    .fetch_all(&mut *connection)
    .await?;
    let owners = due.iter().filter_map(|due| {
        let email = due.owner.clone()?;
        Some((due.id, Colleague { name: name_in(&email), email, owner: true }))
    });
    let in_calls = in_calls
        .into_iter()
        .map(|(account, name, email)| (account, Colleague { name, email: email.unwrap_or_default(), owner: false }));
    let sent = sent.into_iter().map(|(account, sender)| {
        let (name, email) = mailbox(&sender);
        (account, Colleague { name, email, owner: false })
    });
    Ok(owners.chain(in_calls).chain(sent).collect())
}

/// Learns where our side writes from. Accounts with e-mails from a place nobody knew of are due again.
pub(super) async fn add_domains(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    domains: &BTreeSet<String>,
    but: &[Uuid],
) -> Result<()> {
    let new: Vec<String> = sqlx::query_scalar(
        "insert into team_domains (workspace_id, domain) select $1, d from unnest($2::text[]) d
         on conflict on constraint team_domains_pkey do nothing returning domain",
    )
    .bind(workspace.uuid())
    .bind(domains.iter().map(String::as_str).collect::<Vec<_>>())
    .fetch_all(&mut *connection)
    .await?;
    if new.is_empty() {
        return Ok(());
    }
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "update accounts a set names_due = true
         where a.workspace_id = $1 and not a.names_due and not a.id = any($3)
           and a.id in (select e.account_id from emails e where e.workspace_id = $1 and {SENDER_DOMAIN} = any($2))"
    )))
    .bind(workspace.uuid())
    .bind(new)
    .bind(but)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// The names of an account, each with the best it is good for.
fn names_of(due: &Due) -> BTreeMap<String, i16> {
    let mut names: BTreeMap<String, i16> = BTreeMap::new();
    let words = naming::key(&due.name);
    let ends = (0..words.len()).map(|from| (words[from..].join(" "), 0));
    let called = company_names(&due.domain, &due.name, due.aliases.iter().map(String::as_str));
    for (name, strength) in called.into_iter().map(|(name, strength)| (name, rank(strength))).chain(ends) {
        let best = names.entry(name).or_insert(strength);
        *best = strength.max(*best);
    }
    names
}

/// How a strength is written down.
fn rank(strength: Strength) -> i16 {
    match strength {
        Strength::Opening => 1,
        Strength::Short => 2,
        Strength::Full => 3,
    }
}

/// Writes down what accounts are called; gives the number of rows that came or went.
async fn write_accounts(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    due: &[Due],
    ids: &[Uuid],
) -> Result<u64> {
    let (mut names, mut strengths, mut called, mut accounts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut words: BTreeSet<String> = BTreeSet::new();
    for one in due {
        for (name, strength) in names_of(one) {
            let letters = name.chars().count();
            if strength > 0 && letters >= SHORTEST_MISSPELLED && !name.contains(' ') {
                words.insert(name.clone());
            }
            names.push(name);
            strengths.push(strength);
            called.push(one.name.as_str());
            accounts.push(one.id);
        }
    }
    let gone = sqlx::query(
        "delete from account_names o where o.workspace_id = $1 and o.account_id = any($2) and not exists (
            select from unnest($3::text[], $4::int2[], $5::text[], $6::uuid[]) as n (name, strength, called, id)
            where n.id = o.account_id and n.name = o.name and n.strength = o.strength and n.called = o.account_name)",
    )
    .bind(workspace.uuid())
    .bind(ids)
    .bind(&names)
    .bind(&strengths)
    .bind(&called)
    .bind(&accounts)
    .execute(&mut *connection)
    .await?;
    let come = sqlx::query(
        "insert into account_names (workspace_id, name, strength, account_name, account_id)
         select $1, n.* from unnest($2::text[], $3::int2[], $4::text[], $5::uuid[]) as n (name, strength, called, id)
         order by n.name collate \"C\" on conflict do nothing",
    )
    .bind(workspace.uuid())
    .bind(names)
    .bind(strengths)
    .bind(called)
    .bind(accounts)
    .execute(&mut *connection)
    .await?;
    let known: Vec<String> =
        sqlx::query_scalar("select word from name_words where workspace_id = $1 and word = any($2)")
            .bind(workspace.uuid())
            .bind(words.iter().map(String::as_str).collect::<Vec<_>>())
            .fetch_all(&mut *connection)
            .await?;
    for word in known {
        words.remove(&word);
    }
    let rows: Vec<serde_json::Value> = words
        .iter()
        .map(|word| {
            // Whoever types a longer word may slip twice, also where the name is a little shorter.
            let remains = naming::remains(word, slips_allowed(word.chars().count() + 2));
            serde_json::json!({"word": word, "remains": hashes(workspace, remains.iter().map(String::as_str))})
        })
        .collect();
    let words = sqlx::query(
        "insert into name_words (workspace_id, word, remains)
         select $1, r.word, r.remains from jsonb_to_recordset($2) as r (word text, remains int4[])
         on conflict on constraint name_words_pkey do nothing",
    )
    .bind(workspace.uuid())
    .bind(serde_json::Value::Array(rows))
    .execute(&mut *connection)
    .await?;
    Ok(gone.rows_affected() + come.rows_affected() + words.rows_affected())
}

/// Writes down who is known at accounts; gives the number of rows that came or went.
async fn write_customers(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    due: &[Due],
    ids: &[Uuid],
) -> Result<u64> {
    let mut rows = Vec::new();
    for one in due {
        for (place, contact) in one.contacts.iter().enumerate() {
            let name = plain_name(&contact.name);
            let keys = person_keys(workspace, false, &name, contact.email.as_deref());
            rows.push(serde_json::json!({
                "account_id": one.id, "place": place, "name": name, "title": contact.title, "email": contact.email,
                "keys": keys,
            }));
        }
    }
    let rows = serde_json::Value::Array(rows);
    let gone = sqlx::query(
        "delete from customers c where c.workspace_id = $1 and c.account_id = any($2) and not exists (
            select from jsonb_to_recordset($3)
                as r (account_id uuid, place int, name text, title text, email text, keys int4[])
            where r.account_id = c.account_id and r.place = c.place
            and (r.name, r.title, r.email, r.keys) is not distinct from (c.name, c.title, c.email, c.keys))",
    )
    .bind(workspace.uuid())
    .bind(ids)
    .bind(&rows)
    .execute(&mut *connection)
    .await?;
    let come = sqlx::query(
        "insert into customers (workspace_id, account_id, place, name, title, email, keys)
         select $1, r.account_id, r.place, r.name, r.title, r.email, r.keys
         from jsonb_to_recordset($2) as r (account_id uuid, place int, name text, title text, email text, keys int4[])
         on conflict on constraint customers_pkey do nothing",
    )
    .bind(workspace.uuid())
    .bind(&rows)
    .execute(&mut *connection)
    .await?;
    Ok(gone.rows_affected() + come.rows_affected())
}

/// Writes down who of our side is seen in accounts; gives how many people came or went.
async fn write_colleagues(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    seen: &BTreeSet<(Uuid, Colleague)>,
    ids: &[Uuid],
) -> Result<u64> {
    let everybody: BTreeSet<&Colleague> = seen.iter().map(|(_, colleague)| colleague).collect();
    let rows: Vec<serde_json::Value> = everybody
        .iter()
        .map(|one| {
            let email = Some(one.email.as_str()).filter(|email| !email.is_empty());
            let keys = person_keys(workspace, true, &one.name, email);
            serde_json::json!({"name": one.name, "email": one.email, "owner": one.owner, "keys": keys})
        })
        .collect();
    let come = sqlx::query(
        "insert into colleagues (workspace_id, name, email, owner, keys)
         select $1, r.name, r.email, r.owner, r.keys
         from jsonb_to_recordset($2) as r (name text, email text, owner boolean, keys int4[])
         on conflict on constraint colleagues_pkey do nothing",
    )
    .bind(workspace.uuid())
    .bind(serde_json::Value::Array(rows))
    .execute(&mut *connection)
    .await?;
    let accounts: Vec<Uuid> = seen.iter().map(|(account, _)| *account).collect();
    let names: Vec<&str> = seen.iter().map(|(_, one)| one.name.as_str()).collect();
    let emails: Vec<&str> = seen.iter().map(|(_, one)| one.email.as_str()).collect();
    let owners: Vec<bool> = seen.iter().map(|(_, one)| one.owner).collect();
    let gone: Vec<(String, String, bool)> = sqlx::query_as(
        "with now as (select * from unnest($3::uuid[], $4::text[], $5::text[], $6::bool[]) as n (id, name, email, owner))
         delete from colleagues_seen s where s.workspace_id = $1 and s.account_id = any($2)
           and not exists (select from now n where n.id = s.account_id and n.name = s.name and n.email = s.email
                           and n.owner = s.owner)
         returning s.name, s.email, s.owner",
    )
    .bind(workspace.uuid())
    .bind(ids)
    .bind(&accounts)
    .bind(&names)
    .bind(&emails)
    .bind(&owners)
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query(
        "insert into colleagues_seen (workspace_id, account_id, name, email, owner)
         select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::bool[])
         on conflict on constraint colleagues_seen_pkey do nothing",
    )
    .bind(workspace.uuid())
    .bind(&accounts)
    .bind(&names)
    .bind(&emails)
    .bind(&owners)
    .execute(&mut *connection)
    .await?;
    let left = if gone.is_empty() { 0 } else { forget_unseen(connection, workspace).await? };
    Ok(come.rows_affected() + left)
}

/// Forgets colleagues no account shows any more; gives how many these are.
pub(super) async fn forget_unseen(connection: &mut PgConnection, workspace: WorkspaceId) -> Result<u64> {
    let forgotten = sqlx::query(
        "delete from colleagues c where c.workspace_id = $1 and not exists (
            select from colleagues_seen s where s.workspace_id = c.workspace_id and s.name = c.name
              and s.email = c.email and s.owner = c.owner)",
    )
    .bind(workspace.uuid())
    .execute(connection)
    .await?;
    Ok(forgotten.rows_affected())
}
