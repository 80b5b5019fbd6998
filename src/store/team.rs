//! Our own side, as the workspace says.

use std::collections::BTreeSet;

use sqlx::postgres::PgConnection;

use super::change::Changed;
use super::{Result, Store, names, row};
use crate::domain::id::WorkspaceId;
use crate::domain::team::{Member, Team};
use crate::domain::time::Moment;

/// ($1 workspace.) The team as JSON.
pub(super) const OF_WORKSPACE: &str = "
    select json_build_object(
        'domains', coalesce(json_agg(m.member) filter (where strpos(m.member, '@') = 0), '[]'),
        'people', coalesce(json_agg(m.member) filter (where strpos(m.member, '@') > 0), '[]'),
        'seen', (select coalesce(json_agg(d.domain), '[]') from team_domains d where d.workspace_id = $1))
    from team_members m where m.workspace_id = $1";

impl Store {
    /// Our own side: what was said of it, and where our people were seen to write from.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn team(&self, workspace: WorkspaceId) -> Result<Team> {
        let query = sqlx::AssertSqlSafe(format!("select ({OF_WORKSPACE}) as team"));
        let found = sqlx::query(query).bind(workspace.uuid()).fetch_one(&self.pool).await?;
        Ok(row::json(&found, "team")?)
    }

    /// Adds domains and people to the team; gives those that were not there. What was heard anywhere is heard again where
    /// it makes a difference.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn add_to_team(
        &self,
        workspace: WorkspaceId,
        members: &[Member],
        at: Moment,
    ) -> Result<BTreeSet<Member>> {
        let mut transaction = self.write(workspace).await?;
        let added = add(&mut transaction, workspace, members, at).await?;
        if !added.is_empty() {
            transaction.commit(Changed::everything()).await?;
        }
        Ok(added)
    }

    /// Takes domains and people off the team; gives those that were there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn remove_from_team(&self, workspace: WorkspaceId, members: &[Member]) -> Result<BTreeSet<String>> {
        let mut transaction = self.write(workspace).await?;
        let removed: Vec<String> = sqlx::query_scalar(
            "delete from team_members where workspace_id = $1 and member = any($2) returning member",
        )
        .bind(workspace.uuid())
        .bind(members.iter().map(Member::text).collect::<Vec<_>>())
        .fetch_all(&mut *transaction)
        .await?;
        if !removed.is_empty() {
            hear_again(&mut transaction, workspace).await?;
            transaction.commit(Changed::everything()).await?;
        }
        Ok(removed.into_iter().collect())
    }
}

/// Adds them; gives those that were not there.
pub(super) async fn add(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    members: &[Member],
    at: Moment,
) -> Result<BTreeSet<Member>> {
    let added: Vec<String> = sqlx::query_scalar(
        "insert into team_members (workspace_id, member, added_at) select $1, m, $3 from unnest($2::text[]) m
         on conflict on constraint team_members_pkey do nothing returning member",
    )
    .bind(workspace.uuid())
    .bind(members.iter().map(Member::text).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>())
    .bind(at)
    .fetch_all(&mut *connection)
    .await?;
    let added: BTreeSet<Member> =
        members.iter().filter(|member| added.iter().any(|text| text == member.text())).cloned().collect();
    if !added.is_empty() {
        let domain = |member: &Member| if let Member::Domain(domain) = member { Some(domain.clone()) } else { None };
        let domains: BTreeSet<String> = added.iter().filter_map(domain).collect();
        names::add_domains(connection, workspace, &domains, &[]).await?;
        hear_again(connection, workspace).await?;
    }
    Ok(added)
}

/// Puts all accounts on the list of those to be read: what nobody's side makes a difference to is known to be the same by
/// its key.
async fn hear_again(connection: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    sqlx::query("update accounts set talk_version = talk_version + 1 where workspace_id = $1")
        .bind(workspace.uuid())
        .execute(connection)
        .await?;
    Ok(())
}
