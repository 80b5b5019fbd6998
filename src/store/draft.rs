//! Drafts of e-mails and their versions. Whoever changes a draft names the version they saw; only one of two wins.

use std::collections::HashMap;

use serde_json::json;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::put::{storable, without_nul};
use super::{Result, Store, StoreError, audit, row, slack};
use crate::domain::action::{AuditEntry, Deed};
use crate::domain::actor::Actor;
use crate::domain::draft::{Decided, Draft, DraftState, Letter, Version};
use crate::domain::id::{ConversationId, DraftId, WorkspaceId};
use crate::domain::time::Moment;

struct DraftRow {
    id: Uuid,
    account: String,
    account_name: String,
    conversation: Option<Uuid>,
    state: DraftState,
    decided: Option<Decided>,
    trouble: Option<String>,
}

impl FromRow<'_, PgRow> for DraftRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let decided = match row.try_get::<Option<Moment>, _>("decided")? {
            Some(at) => Some(Decided {
                by: Actor {
                    who: row.try_get("decided_by")?,
                    surface: row::word(row, "decided_on")?,
                    ..Actor::default()
                },
                at,
            }),
            None => None,
        };
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            account_name: row.try_get("account_name")?,
            conversation: row.try_get("conversation_id")?,
            state: row::word(row, "state")?,
            decided,
            trouble: row.try_get("trouble")?,
        })
    }
}

struct VersionRow {
    draft: Uuid,
    version: Version,
}

impl FromRow<'_, PgRow> for VersionRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let letter: Letter = row::json(row, "letter")?;
        let version = Version {
            number: row::count(row, "number")?,
            change: row::word(row, "change")?,
            by: Actor { who: row.try_get("made_by")?, surface: row::word(row, "made_on")?, ..Actor::default() },
            at: row.try_get("made_at")?,
            letter,
        };
        Ok(Self { draft: row.try_get("draft_id")?, version })
    }
}

/// What becomes of a draft.
#[derive(Clone, Debug)]
pub struct DraftMove<'a> {
    /// The version that was seen.
    pub version: u32,
    /// Where it has to stand.
    pub from: &'a [DraftState],
    /// Where it stands then.
    pub to: DraftState,
    /// Who decided; none leaves what was decided.
    pub decided: Option<Decided>,
    /// What went wrong.
    pub trouble: Option<String>,
    /// The HTTP request it came with.
    pub request: Option<&'a str>,
}

/// The name of the action in the audit.
const ACTION: &str = "draft_email";

impl Store {
    /// Keeps a new draft.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is there already.
    pub async fn insert_draft(&self, workspace: WorkspaceId, draft: &Draft, request: Option<&str>) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "insert into drafts (workspace_id, id, account, account_name, conversation_id, created_at, version, state)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(workspace.uuid())
        .bind(draft.id.uuid())
        .bind(row::key(&draft.account))
        .bind(&draft.account_name)
        .bind(draft.conversation.map(ConversationId::uuid))
        .bind(draft.first.at)
        .bind(i64::from(draft.current().number))
        .bind(draft.state.wire())
        .execute(&mut *transaction)
        .await?;
        for version in draft.versions() {
            insert_version(&mut transaction, workspace, draft.id, version).await?;
        }
        let version = draft.current();
        let entry =
            AuditEntry { request: request.map(str::to_owned), ..entry(draft, Deed::Proposed, &version.by, version.at) };
        audit::append(&mut transaction, workspace, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The draft `id`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming it.
    pub async fn draft(&self, workspace: WorkspaceId, id: DraftId) -> Result<Draft> {
        let mut connection = self.read().await?;
        one(&mut connection, workspace, id).await
    }

    /// The drafts of an account, or of all, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn drafts(&self, workspace: WorkspaceId, account: Option<&str>, limit: u32) -> Result<Vec<Draft>> {
        let mut connection = self.read().await?;
        let rows: Vec<DraftRow> = sqlx::query_as(
            "select *, decided_at::text as decided from drafts where workspace_id = $1 and ($2::text is null or account = $2)
             order by created_at desc, id desc limit $3",
        )
        .bind(workspace.uuid())
        .bind(account.map(row::key))
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        with_versions(&mut connection, workspace, rows).await
    }

    /// The last draft of a conversation.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn last_draft(&self, workspace: WorkspaceId, conversation: ConversationId) -> Result<Option<Draft>> {
        let mut connection = self.read().await?;
        let rows: Vec<DraftRow> = sqlx::query_as(
            "select *, decided_at::text as decided from drafts where workspace_id = $1 and conversation_id = $2
             order by created_at desc, id desc limit 1",
        )
        .bind(workspace.uuid())
        .bind(conversation.uuid())
        .fetch_all(&mut *connection)
        .await?;
        Ok(with_versions(&mut connection, workspace, rows).await?.pop())
    }

    /// Adds a version, whose number says which one it follows; the draft waits for a person again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another version came in between, or the draft is sent; [`StoreError::NotFound`].
    pub async fn add_draft_version(
        &self,
        workspace: WorkspaceId,
        id: DraftId,
        version: &Version,
        request: Option<&str>,
    ) -> Result<Draft> {
        let mut transaction = self.begin().await?;
        let found = locked(&mut transaction, workspace, id).await?;
        found.may_change().map_err(StoreError::Conflict)?;
        seen(&found, version.number - 1)?;
        insert_version(&mut transaction, workspace, id, version).await?;
        sqlx::query(
            "update drafts set version = $3, state = 'draft', decided_by = null, decided_on = null, decided_at = null,
             trouble = null where workspace_id = $1 and id = $2",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .bind(i64::from(version.number))
        .execute(&mut *transaction)
        .await?;
        let changed = one(&mut transaction, workspace, id).await?;
        let entry = AuditEntry {
            before: Some(told(&found)),
            after: Some(told(&changed)),
            request: request.map(str::to_owned),
            ..entry(&changed, Deed::Edited, &version.by, version.at)
        };
        audit::append(&mut transaction, workspace, &entry).await?;
        slack::enqueue_cards(&mut transaction, workspace, &id.to_string()).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// Moves a draft from one state to another. One that stands there already is left as it is: whoever clicks twice
    /// gets the same outcome. Gives the draft, and whether it was moved.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another version came in between, or it stands elsewhere; [`StoreError::NotFound`].
    pub async fn move_draft(
        &self,
        workspace: WorkspaceId,
        id: DraftId,
        change: DraftMove<'_>,
    ) -> Result<(Draft, bool)> {
        let mut transaction = self.begin().await?;
        let found = locked(&mut transaction, workspace, id).await?;
        seen(&found, change.version)?;
        if found.state == change.to && change.trouble.is_none() {
            return Ok((found, false));
        }
        if !change.from.contains(&found.state) {
            return Err(StoreError::Conflict(stands_elsewhere(&found)));
        }
        let decided = change.decided.or_else(|| found.decided.clone());
        sqlx::query(
            "update drafts set state = $3, decided_by = $4, decided_on = $5, decided_at = $6, trouble = $7
             where workspace_id = $1 and id = $2",
        )
        .bind(workspace.uuid())
        .bind(id.uuid())
        .bind(change.to.wire())
        .bind(decided.as_ref().map(|decided| without_nul(&decided.by.who)))
        .bind(decided.as_ref().map(|decided| decided.by.surface.wire()))
        .bind(decided.as_ref().map(|decided| decided.at))
        .bind(change.trouble)
        .execute(&mut *transaction)
        .await?;
        let changed = one(&mut transaction, workspace, id).await?;
        let deed = match change.to {
            DraftState::Approved if found.state == DraftState::Draft => Some(Deed::Approved),
            // A server that did not take it.
            DraftState::Approved => Some(Deed::Refused),
            DraftState::Declined => Some(Deed::Declined),
            DraftState::Sent => Some(Deed::Sent),
            DraftState::Draft | DraftState::Sending => None,
        };
        if let (Some(deed), Some(decided)) = (deed, &changed.decided) {
            let entry = AuditEntry {
                before: Some(told(&found)),
                after: Some(told(&changed)),
                detail: changed.trouble.clone(),
                request: change.request.map(str::to_owned),
                ..entry(&changed, deed, &decided.by, decided.at)
            };
            audit::append(&mut transaction, workspace, &entry).await?;
        }
        slack::enqueue_cards(&mut transaction, workspace, &id.to_string()).await?;
        transaction.commit().await?;
        Ok((changed, true))
    }
}

/// What happened to a draft.
fn entry(draft: &Draft, deed: Deed, by: &Actor, at: Moment) -> AuditEntry {
    let letter = draft.letter();
    AuditEntry {
        number: 0,
        at,
        actor: by.clone(),
        deed,
        account: draft.account.clone(),
        subject: draft.id.to_string(),
        action: ACTION.to_owned(),
        arguments: json!({ "version": draft.current().number, "goal": letter.goal, "to": letter.recipient.email }),
        typed: None,
        before: None,
        after: None,
        detail: None,
        request: None,
    }
}

/// Where a draft stands, for the audit.
fn told(draft: &Draft) -> serde_json::Value {
    json!({ "version": draft.current().number, "state": draft.state, "subject": draft.letter().subject })
}

/// Refuses who saw another version than the last one.
fn seen(draft: &Draft, version: u32) -> Result<()> {
    let current = draft.current();
    if current.number == version {
        return Ok(());
    }
    Err(StoreError::Conflict(format!(
        "This draft was changed meanwhile: version {} by {} is the last one, and you saw version {version}. Look at it again first.",
        current.number, current.by.who
    )))
}

fn stands_elsewhere(draft: &Draft) -> String {
    let who = draft.decided.as_ref().map(|decided| format!(" by {}", decided.by.who)).unwrap_or_default();
    match draft.state {
        DraftState::Draft => "This draft is not approved yet; approve its text first.".to_owned(),
        DraftState::Approved => format!("This draft was approved{who} already."),
        DraftState::Declined => format!("This draft was declined{who}; change its text to take it up again."),
        DraftState::Sending => format!(
            "This draft is being sent{who}, or the program stopped while it was: then nobody knows whether it went out. Look into the mailbox before writing again, then say whether it was sent; it is not sent a second time by itself."
        ),
        DraftState::Sent => format!("This draft was sent{who} already."),
    }
}

async fn insert_version(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    id: DraftId,
    version: &Version,
) -> Result<()> {
    sqlx::query(
        "insert into draft_versions (workspace_id, draft_id, number, change, made_by, made_on, made_at, letter)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(workspace.uuid())
    .bind(id.uuid())
    .bind(i64::from(version.number))
    .bind(version.change.wire())
    .bind(without_nul(&version.by.who))
    .bind(version.by.surface.wire())
    .bind(version.at)
    .bind(Json(storable(&version.letter)?))
    .execute(connection)
    .await?;
    Ok(())
}

/// The draft, held until the transaction ends.
async fn locked(connection: &mut PgConnection, workspace: WorkspaceId, id: DraftId) -> Result<Draft> {
    sqlx::query("select 1 from drafts where workspace_id = $1 and id = $2 for update")
        .bind(workspace.uuid())
        .bind(id.uuid())
        .fetch_optional(&mut *connection)
        .await?;
    one(connection, workspace, id).await
}

async fn one(connection: &mut PgConnection, workspace: WorkspaceId, id: DraftId) -> Result<Draft> {
    let rows: Vec<DraftRow> =
        sqlx::query_as("select *, decided_at::text as decided from drafts where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(id.uuid())
            .fetch_all(&mut *connection)
            .await?;
    with_versions(connection, workspace, rows)
        .await?
        .pop()
        .ok_or_else(|| StoreError::NotFound(format!("There is no draft `{id}` in this workspace.")))
}

async fn with_versions(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    rows: Vec<DraftRow>,
) -> Result<Vec<Draft>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let versions: Vec<VersionRow> = sqlx::query_as(
        "select draft_id, number, change, made_by, made_on, made_at::text, letter from draft_versions
         where workspace_id = $1 and draft_id = any($2) order by draft_id, number",
    )
    .bind(workspace.uuid())
    .bind(ids)
    .fetch_all(connection)
    .await?;
    let mut of: HashMap<Uuid, Vec<Version>> = HashMap::new();
    for row in versions {
        of.entry(row.draft).or_default().push(row.version);
    }
    let drafts = rows.into_iter().filter_map(|row| {
        let mut versions = of.remove(&row.id).unwrap_or_default().into_iter();
        Some(Draft {
            id: row.id.into(),
            account: row.account,
            account_name: row.account_name,
            conversation: row.conversation.map(ConversationId::from),
            state: row.state,
            decided: row.decided,
            trouble: row.trouble,
            first: versions.next()?,
            later: versions.collect(),
        })
    });
    Ok(drafts.collect())
}
