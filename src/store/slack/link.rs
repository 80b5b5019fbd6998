//! Which account a channel is about.

use crate::domain::id::WorkspaceId;
use crate::domain::time::Moment;
use crate::store::{Result, Store};

/// A channel that is about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelLink {
    /// Domain of the account.
    pub account: String,
    /// Who said so.
    pub linked_by: String,
}

impl Store {
    /// The account a channel is about, where somebody said so.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn slack_link(&self, workspace: WorkspaceId, team: &str, channel: &str) -> Result<Option<ChannelLink>> {
        let found: Option<(String, String)> = sqlx::query_as(
            "select account, linked_by from slack_links where workspace_id = $1 and team = $2 and channel = $3",
        )
        .bind(workspace.uuid())
        .bind(team)
        .bind(channel)
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.map(|(account, linked_by)| ChannelLink { account, linked_by }))
    }

    /// Says which account a channel is about; with none, that it is about none in particular.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) when the database cannot be reached.
    pub async fn set_slack_link(
        &self,
        workspace: WorkspaceId,
        (team, channel): (&str, &str),
        account: Option<&str>,
        by: &str,
        at: impl Into<Moment>,
    ) -> Result<()> {
        let at = at.into();
        let change = match account {
            Some(account) => sqlx::query(
                "insert into slack_links (workspace_id, team, channel, account, linked_by, linked_at)
                 values ($1, $2, $3, $4, $5, $6)
                 on conflict on constraint slack_links_pkey do update set
                    account = excluded.account, linked_by = excluded.linked_by, linked_at = excluded.linked_at",
            )
            .bind(workspace.uuid())
            .bind(team)
            .bind(channel)
            .bind(account)
            .bind(by)
            .bind(at),
            None => sqlx::query("delete from slack_links where workspace_id = $1 and team = $2 and channel = $3")
                .bind(workspace.uuid())
                .bind(team)
                .bind(channel),
        };
        change.execute(&self.pool).await?;
        Ok(())
    }
}
