//! Tokens of programs. Plans: the primary key and `api_tokens_hash_key`; lists are of the few tokens there are.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::{Result, Store, StoreError, row};
use crate::domain::access::{ApiToken, SecretHash};
use crate::domain::id::{PersonId, TokenId, WorkspaceId};
use crate::domain::person::Person;
use crate::domain::time::Moment;

/// Tokens listed, at most.
const LISTED: i64 = 1_000;

impl FromRow<'_, PgRow> for ApiToken {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get::<Uuid, _>("token_id")?.into(),
            person: row.try_get::<Uuid, _>("person_id")?.into(),
            name: row.try_get("token_name")?,
            scope: row::word(row, "scope")?,
            made_at: row.try_get("made_at")?,
            expires_at: row.try_get("expires_at")?,
            last_used: row.try_get("last_used")?,
        })
    }
}

/// A token and whose it is, as [`token_of`] reads them.
const COLUMNS: &str =
    "t.id as token_id, t.person_id, t.name as token_name, t.scope, t.made_at::text, t.expires_at::text, t.last_used,
    p.id, p.name, p.email, p.role, p.slack_team, p.slack_user";

fn token_of(row: &PgRow) -> sqlx::Result<(ApiToken, Person)> {
    Ok((ApiToken::from_row(row)?, Person::from_row(row)?))
}

impl Store {
    /// Keeps a token.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the person has one of this name, [`StoreError::NotFound`] when there is no such person.
    pub async fn add_api_token(&self, workspace: WorkspaceId, token: &ApiToken, hash: SecretHash) -> Result<()> {
        if self.person(workspace, token.person).await?.is_none() {
            return Err(StoreError::NotFound(format!("There is no person `{}` in this workspace.", token.person)));
        }
        let added = sqlx::query(
            "insert into api_tokens (workspace_id, id, hash, person_id, name, scope, made_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict on constraint api_tokens_name_key do update
             set id = excluded.id, hash = excluded.hash, scope = excluded.scope, made_at = excluded.made_at,
                 expires_at = excluded.expires_at, last_used = null
             where api_tokens.expires_at <= excluded.made_at",
        )
        .bind(workspace.uuid())
        .bind(token.id.uuid())
        .bind(hash.bytes())
        .bind(token.person.uuid())
        .bind(&token.name)
        .bind(token.scope.wire())
        .bind(token.made_at)
        .bind(token.expires_at)
        .execute(&self.pool)
        .await?;
        if added.rows_affected() == 0 {
            let name = &token.name;
            return Err(StoreError::Conflict(format!(
                "There is a token called `{name}`; give this one another name, or remove that with \
                 `success-agent token remove {name}`."
            )));
        }
        Ok(())
    }

    /// Tokens with whose they are, the newest first: of one person or of everybody.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn api_tokens(
        &self,
        workspace: WorkspaceId,
        person: Option<PersonId>,
    ) -> Result<Vec<(ApiToken, Person)>> {
        let query = sqlx::AssertSqlSafe(format!(
            "select {COLUMNS} from api_tokens t join people p on p.workspace_id = t.workspace_id and p.id = t.person_id
             where t.workspace_id = $1 and ($2::uuid is null or t.person_id = $2)
             order by t.made_at desc, t.id limit $3"
        ));
        let found = sqlx::query(query)
            .bind(workspace.uuid())
            .bind(person.map(PersonId::uuid))
            .bind(LISTED)
            .fetch_all(&self.pool)
            .await?;
        Ok(found.iter().map(token_of).collect::<sqlx::Result<_>>()?)
    }

    /// The token with this hash that has not expired, and whose it is. The day is kept, once a day.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn use_api_token(
        &self,
        workspace: WorkspaceId,
        hash: SecretHash,
        now: Moment,
    ) -> Result<Option<(ApiToken, Person)>> {
        let query = sqlx::AssertSqlSafe(format!(
            "with used as (
                update api_tokens set last_used = $4
                where workspace_id = $1 and hash = $2 and expires_at > $3 and last_used is distinct from $4
             )
             select {COLUMNS} from api_tokens t join people p on p.workspace_id = t.workspace_id and p.id = t.person_id
             where t.workspace_id = $1 and t.hash = $2 and t.expires_at > $3"
        ));
        let found = sqlx::query(query)
            .bind(workspace.uuid())
            .bind(hash.bytes())
            .bind(now)
            .bind(now.day())
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.as_ref().map(token_of).transpose()?)
    }

    /// Takes a token away: of one person, or whosever it is. Whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn remove_api_token(
        &self,
        workspace: WorkspaceId,
        id: TokenId,
        person: Option<PersonId>,
    ) -> Result<bool> {
        let removed = sqlx::query(
            "delete from api_tokens where workspace_id = $1 and id = $2 and ($3::uuid is null or person_id = $3)",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .bind(person.map(PersonId::uuid))
        .execute(&self.pool)
        .await?;
        Ok(removed.rows_affected() > 0)
    }
}
