//! Slack teams, each of which belongs to one workspace.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::domain::id::WorkspaceId;
use crate::domain::time::Moment;
use crate::store::{Result, Store, StoreError};

/// A team the app is installed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamRow {
    /// Its identifier in Slack; of an installation for a whole enterprise, the enterprise's.
    pub team: String,
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
    /// The enterprise it is part of.
    pub enterprise: Option<String>,
    /// The app's identifier.
    pub app: Option<String>,
    /// The user the agent is.
    pub bot_user: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Who installed it.
    pub installed_by: Option<String>,
    /// Since when it may do nothing any more.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A team's tokens, encrypted.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tokens {
    /// The bot token. None: it stands in the configuration.
    pub token: Option<Vec<u8>>,
    /// What a new one is got with, where tokens expire.
    pub refresh_token: Option<Vec<u8>>,
    /// When it expires.
    pub expires_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl FromRow<'_, PgRow> for TeamRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            team: row.try_get("team")?,
            workspace: row.try_get::<Uuid, _>("workspace_id")?.into(),
            name: row.try_get("name")?,
            enterprise: row.try_get("enterprise")?,
            app: row.try_get("app")?,
            bot_user: row.try_get("bot_user")?,
            scopes: row.try_get("scopes")?,
            installed_by: row.try_get("installed_by")?,
            revoked_at: row.try_get("revoked_at")?,
        })
    }
}

const COLUMNS: &str = "select team, workspace_id, name, enterprise, app, bot_user, scopes, installed_by, revoked_at
    from slack_teams";

impl Store {
    /// Keeps a team, installed anew or for the first time.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it belongs to another workspace.
    pub async fn put_slack_team(&self, team: &TeamRow, tokens: &Tokens, at: impl Into<Moment>) -> Result<()> {
        let at = at.into();
        let put = sqlx::query(
            "insert into slack_teams (team, workspace_id, name, enterprise, app, bot_user, token, refresh_token,
                                      token_expires_at, scopes, installed_by, installed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             on conflict on constraint slack_teams_pkey do update set
                name = excluded.name, enterprise = excluded.enterprise, app = excluded.app,
                bot_user = excluded.bot_user, token = excluded.token, refresh_token = excluded.refresh_token,
                token_expires_at = excluded.token_expires_at, scopes = excluded.scopes,
                installed_by = coalesce(excluded.installed_by, slack_teams.installed_by), revoked_at = null
             where slack_teams.workspace_id = excluded.workspace_id",
        )
        .bind(&team.team)
        .bind(team.workspace.uuid())
        .bind(&team.name)
        .bind(&team.enterprise)
        .bind(&team.app)
        .bind(&team.bot_user)
        .bind(&tokens.token)
        .bind(&tokens.refresh_token)
        .bind(tokens.expires_at)
        .bind(&team.scopes)
        .bind(&team.installed_by)
        .bind(at)
        .execute(&self.pool)
        .await?;
        if put.rows_affected() == 0 {
            return Err(StoreError::Conflict(format!(
                "The Slack team {} belongs to another workspace already; uninstall it there first.",
                team.name
            )));
        }
        Ok(())
    }

    /// The team, whichever workspace it belongs to: this is how the workspace is told.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn slack_team(&self, team: &str) -> Result<Option<(TeamRow, Tokens)>> {
        let query = "select team, workspace_id, name, enterprise, app, bot_user, scopes, installed_by, revoked_at,
                            token, refresh_token, token_expires_at
                     from slack_teams where team = $1";
        let Some(row) = sqlx::query(query).bind(team).fetch_optional(&self.pool).await? else { return Ok(None) };
        let tokens = Tokens {
            token: row.try_get("token")?,
            refresh_token: row.try_get("refresh_token")?,
            expires_at: row.try_get("token_expires_at")?,
        };
        Ok(Some((TeamRow::from_row(&row)?, tokens)))
    }

    /// The teams of a workspace.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn slack_teams(&self, workspace: WorkspaceId) -> Result<Vec<TeamRow>> {
        let query = sqlx::AssertSqlSafe(format!("{COLUMNS} where workspace_id = $1 order by team"));
        Ok(sqlx::query_as(query).bind(workspace.uuid()).fetch_all(&self.pool).await?)
    }

    /// A team took the app away, or its tokens: they are forgotten.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn revoke_slack_team(&self, workspace: WorkspaceId, team: &str, at: impl Into<Moment>) -> Result<()> {
        let at = at.into();
        sqlx::query(
            "update slack_teams set revoked_at = $3, token = null, refresh_token = null
             where workspace_id = $1 and team = $2",
        )
        .bind(workspace.uuid())
        .bind(team)
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
