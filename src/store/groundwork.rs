//! Which systems records came from.

use super::{Result, Store};
use crate::domain::id::WorkspaceId;
use crate::domain::revenue::BillingSystem;

impl Store {
    /// The systems that hold contracts of the workspace. Plan: from one to the next by `revenue_sources_system_idx`, as many
    /// steps as there are systems.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn billing_systems(&self, workspace: WorkspaceId) -> Result<Vec<BillingSystem>> {
        let systems: Vec<String> = sqlx::query_scalar(
            "with recursive found as (
                 (select system from revenue_sources where workspace_id = $1 order by system limit 1)
                 union all
                 select (select t.system from revenue_sources t
                         where t.workspace_id = $1 and t.system > f.system order by t.system limit 1)
                 from found f where f.system is not null
             )
             select system from found where system is not null",
        )
        .bind(workspace.uuid())
        .fetch_all(&self.pool)
        .await?;
        systems.into_iter().map(|system| Ok(serde_json::from_value(system.into())?)).collect()
    }

    /// Whether any account of the workspace has a link into a CRM. Plan: `accounts_in_crm_idx`, which stops at the first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn any_in_crm(&self, workspace: WorkspaceId) -> Result<bool> {
        let query =
            sqlx::query_scalar("select exists (select from accounts where workspace_id = $1 and crm_url is not null)");
        Ok(query.bind(workspace.uuid()).fetch_one(&self.pool).await?)
    }
}
