//! The people of our own side, as calls and e-mails name them.

use super::{Result, Store};
use crate::domain::activity::mailbox;
use crate::domain::id::WorkspaceId;

impl Store {
    /// Names and addresses of everybody who took part in a call on our side, or wrote an e-mail from an address our side
    /// is known to use in calls or as an owner.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn team(&self, workspace: WorkspaceId) -> Result<Vec<(String, Option<String>)>> {
        let mut people: Vec<(String, Option<String>)> = sqlx::query_as(
            "select distinct person->>'name', person->>'email'
             from calls c cross join jsonb_array_elements(c.participants) person
             where c.workspace_id = $1 and person->>'side' = 'team' and person->>'name' is not null",
        )
        .bind(workspace.uuid())
        .fetch_all(&self.pool)
        .await?;
        let senders: Vec<String> = sqlx::query_scalar(
            "select distinct e.sender from emails e
             where e.workspace_id = $1 and lower(split_part(rtrim(e.sender, '> '), '@', 2)) in (
                 select lower(split_part(person->>'email', '@', 2))
                 from calls c cross join jsonb_array_elements(c.participants) person
                 where c.workspace_id = $1 and person->>'side' = 'team'
                 union select lower(split_part(owner_email, '@', 2)) from accounts where workspace_id = $1)",
        )
        .bind(workspace.uuid())
        .fetch_all(&self.pool)
        .await?;
        people.extend(senders.iter().map(|sender| mailbox(sender)).map(|(name, address)| (name, Some(address))));
        Ok(people)
    }
}
