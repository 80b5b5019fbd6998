//! The audit: entries are added in the transaction of what they tell of, and never changed; the database sees to that.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::types::Json;
use sqlx::{FromRow, Row};

use super::put::{storable, without_nul};
use super::{Result, Store, row};
use crate::domain::action::{AuditEntry, AuditQuery};
use crate::domain::actor::Actor;
use crate::domain::id::{DraftId, ProposalId, WorkspaceId};

/// Entries given at most.
const MOST: u32 = 100_000;

impl FromRow<'_, PgRow> for AuditEntry {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let json = |column| Ok::<_, sqlx::Error>(row.try_get::<Option<Json<_>>, _>(column)?.map(|json| json.0));
        Ok(Self {
            number: row.try_get("number")?,
            at: row.try_get("at")?,
            actor: Actor { who: row.try_get("who")?, surface: row::word(row, "surface")?, ..Actor::default() },
            deed: row::word(row, "deed")?,
            account: row.try_get("account")?,
            subject: row.try_get("subject")?,
            action: row.try_get("action")?,
            arguments: row::json(row, "arguments")?,
            typed: row.try_get("typed")?,
            before: json("before")?,
            after: json("after")?,
            detail: row.try_get("detail")?,
            request: row.try_get("request")?,
        })
    }
}

/// Adds an entry; its number is given by the database.
pub(super) async fn append(connection: &mut PgConnection, workspace: WorkspaceId, entry: &AuditEntry) -> Result<()> {
    sqlx::query(
        "insert into audit (workspace_id, at, who, surface, deed, account, subject, action, arguments, before, after,
                            detail, request, typed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(workspace.uuid())
    .bind(entry.at)
    .bind(without_nul(&entry.actor.who))
    .bind(entry.actor.surface.wire())
    .bind(entry.deed.wire())
    .bind(&entry.account)
    .bind(&entry.subject)
    .bind(&entry.action)
    .bind(storable(&entry.arguments)?)
    .bind(entry.before.as_ref().map(storable).transpose()?)
    .bind(entry.after.as_ref().map(storable).transpose()?)
    .bind(entry.detail.as_deref().map(without_nul))
    .bind(entry.request.as_deref())
    .bind(entry.typed.as_deref().map(without_nul))
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// The entries wanted, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn audit(&self, workspace: WorkspaceId, wanted: &AuditQuery) -> Result<Vec<AuditEntry>> {
        let entries = sqlx::query_as(
            "select number, at::text, who, surface, deed, account, subject, action, arguments, before, after, detail, request,
                    typed
             from audit
             where workspace_id = $1
             and ($2::text is null or account = $2) and ($3::text is null or lower(who) = lower($3))
             and ($4::text is null or subject = $4) and ($5::text is null or action = $5)
             and ($6::timestamptz is null or at >= $6)
             order by number desc limit $7",
        )
        .bind(workspace.uuid())
        .bind(wanted.account.as_deref().map(row::key))
        .bind(wanted.who.as_deref().map(str::trim))
        .bind(wanted.subject.as_deref())
        .bind(wanted.action.as_deref())
        .bind(wanted.since)
        .bind(i64::from(wanted.limit.min(MOST)))
        .fetch_all(&self.pool)
        .await?;
        Ok(entries)
    }

    /// The proposal made with a request, if one was.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn proposal_of_request(&self, workspace: WorkspaceId, request: &str) -> Result<Option<ProposalId>> {
        Ok(self.subject_of_request(workspace, request).await?.and_then(|subject| subject.parse().ok()))
    }

    /// The draft made with a request, if one was.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn draft_of_request(&self, workspace: WorkspaceId, request: &str) -> Result<Option<DraftId>> {
        Ok(self.subject_of_request(workspace, request).await?.and_then(|subject| subject.parse().ok()))
    }

    async fn subject_of_request(&self, workspace: WorkspaceId, request: &str) -> Result<Option<String>> {
        Ok(sqlx::query_scalar(
            "select subject from audit where workspace_id = $1 and request = $2 and deed = 'proposed'
             order by number limit 1",
        )
        .bind(workspace.uuid())
        .bind(request)
        .fetch_optional(&self.pool)
        .await?)
    }
}
