//! The people of our own side.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::{Result, Store, StoreError};
use crate::domain::id::{PersonId, WorkspaceId};
use crate::domain::person::{Person, Role, SlackUser};
use crate::domain::time::Moment;

const COLUMNS: &str = "select id, name, email, role, slack_team, slack_user from people where workspace_id = $1";

/// Whether accounts of a workspace belong to an address in small letters. Plan: `accounts_owner_idx`, `decisions_owner_idx`.
macro_rules! owns_accounts {
    ($workspace:literal, $address:literal) => {
        concat!(
            "(exists (select from accounts where workspace_id = ",
            $workspace,
            " and lower(owner_email) = ",
            $address,
            ") or exists (select from decisions where workspace_id = ",
            $workspace,
            " and key = 'owner' and lower(decision -> 'value' ->> 'owner') = ",
            $address,
            "))"
        )
    };
}
pub(super) use owns_accounts;

impl FromRow<'_, PgRow> for Person {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let role: String = row.try_get("role")?;
        let team: Option<String> = row.try_get("slack_team")?;
        let user: Option<String> = row.try_get("slack_user")?;
        Ok(Self {
            id: row.try_get::<Uuid, _>("id")?.into(),
            name: row.try_get("name")?,
            email: row.try_get("email")?,
            role: Role::parse(&role).unwrap_or(Role::Viewer),
            slack: team.zip(user).map(|(team, user)| SlackUser { team, user }),
        })
    }
}

/// What is said of a person, to find or to add them by.
#[derive(Clone, Debug)]
pub struct PersonSeen<'a> {
    /// Full name.
    pub name: &'a str,
    /// E-mail address.
    pub email: Option<&'a str>,
    /// Who they are in Slack.
    pub slack: Option<&'a SlackUser>,
    /// The role of somebody who was not known.
    pub role: Role,
}

impl Store {
    /// Everybody, by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn people(&self, workspace: WorkspaceId) -> Result<Vec<Person>> {
        let query = sqlx::AssertSqlSafe(format!("{COLUMNS} order by lower(name), id limit 10000"));
        Ok(sqlx::query_as(query).bind(workspace.uuid()).fetch_all(&self.pool).await?)
    }

    /// The addresses of colleagues somebody means by a name or a first name: people who use the program and owners of
    /// accounts. Plans: `people_name_idx` for a whole name, the owners one by one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn colleagues_called(&self, workspace: WorkspaceId, name: &str) -> Result<Vec<String>> {
        let mut called = self.owners_called(workspace, name).await?;
        let people: Vec<String> = sqlx::query_scalar(
            "select lower(email) from people
             where workspace_id = $1 and email is not null
               and (lower(name) = lower($2) or lower(split_part(name, ' ', 1)) = lower($2))
             order by 1 limit 20",
        )
        .bind(workspace.uuid())
        .bind(name.trim())
        .fetch_all(&self.pool)
        .await?;
        called.extend(people);
        called.sort();
        called.dedup();
        Ok(called)
    }

    /// The person with this address.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn person_by_email(&self, workspace: WorkspaceId, email: &str) -> Result<Option<Person>> {
        let query = sqlx::AssertSqlSafe(format!("{COLUMNS} and email = $2"));
        Ok(sqlx::query_as(query)
            .bind(workspace.uuid())
            .bind(email.trim().to_lowercase())
            .fetch_optional(&self.pool)
            .await?)
    }

    /// A person. Plan: the primary key.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn person(&self, workspace: WorkspaceId, id: PersonId) -> Result<Option<Person>> {
        let query = sqlx::AssertSqlSafe(format!("{COLUMNS} and id = $2"));
        Ok(sqlx::query_as(query).bind(workspace.uuid()).bind(id.uuid()).fetch_optional(&self.pool).await?)
    }

    /// Whether anybody is an admin. Plan: the people of the workspace up to the first one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn has_admin(&self, workspace: WorkspaceId) -> Result<bool> {
        let query = "select exists (select from people where workspace_id = $1 and role = 'admin')";
        Ok(sqlx::query_scalar(query).bind(workspace.uuid()).fetch_one(&self.pool).await?)
    }

    /// The person behind a user of Slack.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn person_in_slack(&self, workspace: WorkspaceId, slack: &SlackUser) -> Result<Option<Person>> {
        let query = sqlx::AssertSqlSafe(format!("{COLUMNS} and slack_team = $2 and slack_user = $3"));
        Ok(sqlx::query_as(query)
            .bind(workspace.uuid())
            .bind(&slack.team)
            .bind(&slack.user)
            .fetch_optional(&self.pool)
            .await?)
    }

    /// The person who was seen, added when nobody has their address or their Slack user yet. Whoever is known by the
    /// address is joined with the Slack user; names follow what was seen last, roles stay. Where one person was known
    /// twice, by the address and as a Slack user without one, the Slack user goes on, in the role the address had.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the Slack user belongs to a person with another address.
    pub async fn put_person(&self, workspace: WorkspaceId, seen: &PersonSeen<'_>, at: Moment) -> Result<Person> {
        let email = seen.email.map(|email| email.trim().to_lowercase()).filter(|email| !email.is_empty());
        let (team, user) = seen.slack.map(|slack| (slack.team.as_str(), slack.user.as_str())).unzip();
        let mut transaction = self.begin().await?;
        // One after the other, so that two surfaces that meet a newcomer at the same moment add one person.
        sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 1))")
            .bind(workspace.to_string())
            .execute(&mut *transaction)
            .await?;
        // Tokens go on in the name of whoever goes on.
        sqlx::query(
            "update api_tokens t set person_id = s.id from people a, people s
             where t.workspace_id = $1 and t.person_id = a.id
             and a.workspace_id = $1 and a.email = $2 and a.slack_user is null
             and s.workspace_id = $1 and s.slack_team = $3 and s.slack_user = $4 and s.email is null",
        )
        .bind(workspace.uuid())
        .bind(&email)
        .bind(team)
        .bind(user)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "with joined as (
                delete from people a using people s
                where a.workspace_id = $1 and a.email = $2 and a.slack_user is null
                and s.workspace_id = $1 and s.slack_team = $3 and s.slack_user = $4 and s.email is null
                returning a.role
             )
             update people s set role = joined.role from joined
             where s.workspace_id = $1 and s.slack_team = $3 and s.slack_user = $4",
        )
        .bind(workspace.uuid())
        .bind(&email)
        .bind(team)
        .bind(user)
        .execute(&mut *transaction)
        .await?;
        let known: Option<Uuid> = sqlx::query_scalar(
            "select id from people where workspace_id = $1
               and (email = $2 or (slack_team = $3 and slack_user = $4))
             order by (slack_user is not distinct from $4) desc limit 1",
        )
        .bind(workspace.uuid())
        .bind(&email)
        .bind(team)
        .bind(user)
        .fetch_optional(&mut *transaction)
        .await?;
        let row = match known {
            Some(id) => sqlx::query_as(
                "update people set name = $3, email = coalesce(email, $4), slack_team = coalesce($5, slack_team),
                        slack_user = coalesce($6, slack_user)
                 where workspace_id = $1 and id = $2 returning id, name, email, role, slack_team, slack_user",
            )
            .bind(workspace.uuid())
            .bind(id)
            .bind(seen.name)
            .bind(&email)
            .bind(team)
            .bind(user),
            None => sqlx::query_as(
                "insert into people (workspace_id, id, name, email, slack_team, slack_user, role, added_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8) returning id, name, email, role, slack_team, slack_user",
            )
            .bind(workspace.uuid())
            .bind(PersonId::new().uuid())
            .bind(seen.name)
            .bind(&email)
            .bind(team)
            .bind(user)
            .bind(seen.role.wire())
            .bind(at),
        };
        let person = row.fetch_one(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(person)
    }

    /// Gives a person another role.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such person.
    pub async fn set_role(&self, workspace: WorkspaceId, person: PersonId, role: Role) -> Result<()> {
        let changed = sqlx::query("update people set role = $3 where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(person.uuid())
            .bind(role.wire())
            .execute(&self.pool)
            .await?
            .rows_affected();
        if changed == 0 {
            return Err(StoreError::NotFound(format!("There is no person `{person}` in this workspace.")));
        }
        Ok(())
    }

    /// Whether somebody with this address owns an account of the workspace.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn owns_accounts(&self, workspace: WorkspaceId, email: &str) -> Result<bool> {
        Ok(sqlx::query_scalar(concat!("select ", owns_accounts!("$1", "$2")))
            .bind(workspace.uuid())
            .bind(email.trim().to_lowercase())
            .fetch_one(&self.pool)
            .await?)
    }
}
