//! What people think of accounts, 1 to 5.

use sqlx::query;

use super::change::Changed;
use super::put::without_nul;
use super::{Result, Store, account, row};
use crate::domain::account::Rating;
use crate::domain::id::WorkspaceId;

/// The latest of the account `a`, if there is one. Plan: the primary key backwards.
pub(super) const OF_ACCOUNT: &str = "
    select t.rating, t.note, t.rated_by as by, t.at from ratings t
    where t.workspace_id = a.workspace_id and t.account_id = a.id order by t.at desc limit 1";

impl Store {
    /// Keeps a rating; the ones before it stay on record.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) naming the account.
    pub async fn put_rating(&self, workspace: WorkspaceId, account: &str, rating: &Rating) -> Result<()> {
        let domain = row::key(account);
        let mut change = self.write(workspace).await?;
        let id = account::id_of(&mut change, workspace, &domain).await?;
        query(
            "insert into ratings (workspace_id, account_id, at, rating, note, rated_by) values ($1, $2, $3, $4, $5, $6)
             on conflict on constraint ratings_pkey do update set
                 rating = excluded.rating, note = excluded.note, rated_by = excluded.rated_by",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .bind(rating.at)
        .bind(i16::from(rating.rating))
        .bind(rating.note.as_deref().map(without_nul))
        .bind(without_nul(&rating.by))
        .execute(&mut *change)
        .await?;
        change.commit(Changed::account(&domain)).await
    }
}
