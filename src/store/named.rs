//! Accounts and people by what they are called: the few that a text can name, each found by index whatever the size of the
//! workspace. Plans: `account_names_key`, `name_words_remains_idx`, `customers_keys_idx`, `colleagues_keys_idx`, and the
//! key of `accounts` by domain.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, FromRow, Row};

use super::names::{by_address, by_name, hashes};
use super::{Result, Store, row, state};
use crate::domain::account::AccountRecord;
use crate::domain::activity::Side;
use crate::domain::id::WorkspaceId;
use crate::domain::tool::account::{AccountBrief, Person};

/// Accounts looked at for one name, at most: a first word may be that of thousands.
const OF_ONE_NAME: i64 = 50;

/// People looked at, at most.
const PEOPLE: i64 = 500;

/// Words looked at that a slip of the keyboard may have meant, at most.
const SLIPS: i64 = 500;

/// What an account is shown by in a line.
pub(super) const BRIEF: &str = "a.domain, a.name as account_name,
    coalesce(o.decision -> 'value' ->> 'owner', a.owner_email) as owner_email, s.level";

/// What that is read from, beside `accounts a`.
pub(super) const JOINED: &str = "left join decisions o
        on o.workspace_id = a.workspace_id and o.account = a.domain and o.key = 'owner'
    left join account_state s on s.workspace_id = a.workspace_id and s.account_id = a.id";

pub(super) fn brief(row: &PgRow) -> sqlx::Result<AccountBrief> {
    Ok(AccountBrief {
        domain: row.try_get("domain")?,
        name: row.try_get("account_name")?,
        owner_email: row.try_get("owner_email")?,
        level: row.try_get::<Option<i16>, _>("level")?.map(state::level),
    })
}

struct Brief(AccountBrief);

impl FromRow<'_, PgRow> for Brief {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self(brief(row)?))
    }
}

/// An account with its other names.
#[derive(Clone, Debug)]
pub struct CalledAccount {
    /// In a line.
    pub brief: AccountBrief,
    /// Other names people use for it.
    pub aliases: Vec<String>,
}

/// The accounts and the people that are called by some names.
#[derive(Clone, Debug, Default)]
pub struct Called {
    /// The accounts, by domain.
    pub accounts: Vec<CalledAccount>,
    /// The people: see [`Store::called`].
    pub people: Vec<Person>,
}

/// What an account is shown by in a line, as a row of JSON.
#[derive(Deserialize)]
struct BriefRow {
    domain: String,
    account_name: String,
    owner_email: Option<String>,
    level: Option<i16>,
}

#[derive(Deserialize)]
struct AccountRow {
    #[serde(flatten)]
    brief: BriefRow,
    attributes: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct CustomerRow {
    name: String,
    title: Option<String>,
    email: Option<String>,
    #[serde(flatten)]
    account: BriefRow,
}

#[derive(Deserialize)]
struct ColleagueRow {
    name: String,
    email: String,
    owner: bool,
}

impl From<BriefRow> for AccountBrief {
    fn from(row: BriefRow) -> Self {
        let BriefRow { domain, account_name, owner_email, level } = row;
        Self { domain, name: account_name, owner_email, level: level.map(state::level) }
    }
}

impl From<AccountRow> for CalledAccount {
    fn from(row: AccountRow) -> Self {
        let named = AccountRecord { attributes: row.attributes, ..AccountRecord::default() };
        let aliases = named.aliases().into_iter().map(str::to_owned).collect();
        Self { brief: row.brief.into(), aliases }
    }
}

impl From<CustomerRow> for Person {
    fn from(row: CustomerRow) -> Self {
        let CustomerRow { name, title, email, account } = row;
        Self { name, email, title, side: Side::Customer, accounts: vec![account.into()], owner: false }
    }
}

impl From<ColleagueRow> for Person {
    fn from(row: ColleagueRow) -> Self {
        let ColleagueRow { name, email, owner } = row;
        let email = Some(email).filter(|email| !email.is_empty());
        Self { name, email, title: None, side: Side::Team, accounts: Vec::new(), owner }
    }
}

/// ($1 workspace, $2 names of accounts, $3 accounts of one name at most, $4 keys of people, $5 people at most.) People are found
/// first, key by key, and only then looked up: for all keys at once so many are expected that a plan hopes to meet them on a
/// walk through all accounts, and walks to the end. Of very many those come first who are called by most of the names: a
/// first name is that of thousands, a whole one of few.
static CALLED: LazyLock<String> = LazyLock::new(|| {
    let list = |rows: &str| format!("(select coalesce(json_agg(r), '[]') from ({rows}) r)");
    let accounts = list(&format!(
        "with called as (
             select distinct n.account_id from unnest($2::text[]) as k (name)
             cross join lateral (
                 select n.account_id from account_names n
                 where n.workspace_id = $1 and n.name = k.name and n.strength > 0
                 order by n.strength desc, n.account_name limit $3) n
         )
         select {BRIEF}, a.attributes from called c join accounts a on a.id = c.account_id {JOINED}
         where a.workspace_id = $1 order by a.domain"
    ));
    let customers = list(&format!(
        "with called as materialized (
             select f.account_id, f.place from unnest($4::int4[]) as k (key)
             cross join lateral (
                 select account_id, place from customers where workspace_id = $1 and keys @> array[k.key] offset 0
             ) f
             group by f.account_id, f.place order by count(*) desc, f.account_id, f.place limit $5
         )
         select c.name, c.title, c.email, {BRIEF}
         from called f
         join customers c on c.workspace_id = $1 and c.account_id = f.account_id and c.place = f.place
         join accounts a on a.id = c.account_id {JOINED}
         where a.workspace_id = $1 order by a.domain, c.place"
    ));
    let colleagues = list(
        "select name, email, owner from colleagues
         where cardinality($4::int4[]) > 0 and workspace_id = $1 and keys && $4
         order by owner desc, email collate \"C\", name collate \"C\" limit $5",
    );
    format!("select {accounts} as accounts, {customers} as customers, {colleagues} as colleagues")
});

impl Store {
    /// The accounts that are called by one of `names`, as `language::naming` writes them; of very many that begin alike, the
    /// first by name. And everybody who is called by one of `persons`, with whoever may be the same person: by address, or by
    /// the whole name. Customers come before colleagues; each account a customer is seen in, and each way a colleague is
    /// written, is an entry of its own.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn called(&self, workspace: WorkspaceId, names: &[String], persons: &[String]) -> Result<Called> {
        if names.is_empty() && persons.is_empty() {
            return Ok(Called::default());
        }
        let mut keys = hashes(workspace, persons.iter().map(String::as_str));
        let mut found = self.called_with(workspace, names, &keys).await?;
        loop {
            let same = found.people.iter().flat_map(|person| {
                let name = by_name(person.side == Side::Team, &person.name);
                person.email.as_deref().map(by_address).into_iter().chain([name])
            });
            let same: Vec<String> = same.collect();
            let more = hashes(workspace, same.iter().map(String::as_str));
            let before = keys.len();
            keys.extend(more);
            keys.sort_unstable();
            keys.dedup();
            if keys.len() == before || found.people.is_empty() {
                return Ok(found);
            }
            found.people = self.called_with(workspace, &[], &keys).await?.people;
        }
    }

    async fn called_with(&self, workspace: WorkspaceId, names: &[String], keys: &[i32]) -> Result<Called> {
        let mut lent = self.warm.lend().await?;
        let row = sqlx::query(AssertSqlSafe(CALLED.as_str()))
            .bind(workspace.uuid())
            .bind(names)
            .bind(OF_ONE_NAME)
            .bind(keys)
            .bind(PEOPLE)
            .fetch_one(&mut *lent)
            .await?;
        lent.give_back();
        let accounts: Vec<AccountRow> = row::json(&row, "accounts")?;
        let customers: Vec<CustomerRow> = row::json(&row, "customers")?;
        let colleagues: Vec<ColleagueRow> = row::json(&row, "colleagues")?;
        let people = customers.into_iter().map(Person::from).chain(colleagues.into_iter().map(Person::from));
        Ok(Called { accounts: accounts.into_iter().map(CalledAccount::from).collect(), people: people.collect() })
    }

    /// The single words among the names of accounts that may be meant by words with slips of the keyboard in them, whose
    /// remains these are: a few too many rather than too few.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn words_alike(&self, workspace: WorkspaceId, remains: &[String]) -> Result<Vec<String>> {
        if remains.is_empty() {
            return Ok(Vec::new());
        }
        // Remain by remain: for all of them at once so many words are expected that all are read instead.
        let alike = "select distinct a.word from unnest($2::int4[]) as k (remain)
                     cross join lateral (
                         select word from name_words where workspace_id = $1 and remains @> array[k.remain] offset 0
                     ) a
                     limit $3";
        let mut lent = self.warm.lend().await?;
        let words = sqlx::query_scalar(alike)
            .bind(workspace.uuid())
            .bind(hashes(workspace, remains.iter().map(String::as_str)))
            .bind(SLIPS)
            .fetch_all(&mut *lent)
            .await?;
        lent.give_back();
        Ok(words)
    }

    /// Accounts with a name that begins with what was typed, or has a word that does; by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn accounts_beginning(
        &self,
        workspace: WorkspaceId,
        typed: &str,
        most: u32,
    ) -> Result<Vec<AccountBrief>> {
        let query = if typed.is_empty() {
            format!(
                "select {BRIEF} from (select * from accounts where workspace_id = $1 order by domain limit $3) a {JOINED}
                 where $2 = '' order by a.name collate \"C\", a.domain"
            )
        } else {
            // An account has several names that begin alike.
            format!(
                "select {BRIEF} from (
                    select account_id from (
                        select account_id, name from account_names
                        where workspace_id = $1 and name >= $2 and name < $2 || U&'\\+10FFFF'
                        order by name limit 4 * $3) n
                    group by account_id order by min(name) limit $3) n
                 join accounts a on a.id = n.account_id {JOINED}
                 where a.workspace_id = $1 order by a.name collate \"C\", a.domain"
            )
        };
        let found: Vec<Brief> = sqlx::query_as(AssertSqlSafe(query))
            .bind(workspace.uuid())
            .bind(typed)
            .bind(i64::from(most))
            .fetch_all(&self.pool)
            .await?;
        Ok(found.into_iter().map(|found| found.0).collect())
    }

    /// The accounts with these domains.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn briefs(&self, workspace: WorkspaceId, domains: &[String]) -> Result<HashMap<String, AccountBrief>> {
        if domains.is_empty() {
            return Ok(HashMap::new());
        }
        let query = AssertSqlSafe(format!(
            "select {BRIEF} from accounts a {JOINED} where a.workspace_id = $1 and a.domain = any($2)"
        ));
        let found: Vec<Brief> =
            sqlx::query_as(query).bind(workspace.uuid()).bind(domains).fetch_all(&self.pool).await?;
        Ok(found.into_iter().map(|found| (found.0.domain.clone(), found.0)).collect())
    }

    /// How many accounts a workspace has.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn known_accounts(&self, workspace: WorkspaceId) -> Result<u64> {
        let count: Option<i64> = sqlx::query_scalar("select accounts from workspaces where id = $1")
            .bind(workspace.uuid())
            .fetch_optional(&self.pool)
            .await?;
        Ok(count.unwrap_or_default().unsigned_abs())
    }

    /// An account worth asking about: of those that stand worst, the first by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn example_account(&self, workspace: WorkspaceId) -> Result<Option<AccountBrief>> {
        let query = AssertSqlSafe(format!(
            "select {BRIEF} from accounts a {JOINED} where a.workspace_id = $1 and a.id = coalesce(
                 (select account_id from account_state where workspace_id = $1 order by level, name, domain limit 1),
                 (select id from accounts where workspace_id = $1 order by name collate \"C\", domain limit 1))"
        ));
        let example: Option<Brief> = sqlx::query_as(query).bind(workspace.uuid()).fetch_optional(&self.pool).await?;
        Ok(example.map(|example| example.0))
    }

    /// The person with this address, and whoever may be the same: see [`Store::called`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn people_at(&self, workspace: WorkspaceId, email: &str) -> Result<Vec<Person>> {
        Ok(self.called(workspace, &[], &[by_address(email.trim())]).await?.people)
    }

    /// The people known to be an account's, and whoever may be the same: see [`Store::called`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn customers_of(&self, workspace: WorkspaceId, domain: &str) -> Result<Vec<Person>> {
        let names: Vec<(String, Option<String>)> = sqlx::query_as(
            "select c.name, c.email from customers c join accounts a on a.id = c.account_id
             where c.workspace_id = $1 and a.workspace_id = $1 and a.domain = $2 order by c.place",
        )
        .bind(workspace.uuid())
        .bind(row::key(domain))
        .fetch_all(&self.pool)
        .await?;
        let keys = names
            .iter()
            .flat_map(|(name, email)| email.as_deref().map(by_address).into_iter().chain([by_name(false, name)]));
        let keys: Vec<String> = keys.collect();
        Ok(self.called(workspace, &[], &keys).await?.people)
    }
}
