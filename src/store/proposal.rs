//! Proposals. Each step is one transaction that holds the workspace: the machine runs on the row as it is, the decision
//! and the audit are written with it, or nothing is.

use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;
use sqlx::types::Json;

use super::change::{Change, Changed};
use super::put::storable;
use super::{Result, Store, StoreError, account, audit, decision, row, slack};
use crate::domain::action::{Action, ActionPolicy, Approved, AuditEntry, Decision, Deed, Proposal, Refusal, State};
use crate::domain::actor::Actor;
use crate::domain::id::{ProposalId, WorkspaceId};
use crate::domain::time::Moment;

/// Who acts on a proposal, when, and with which request.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who, and where.
    pub by: Actor,
    /// When.
    pub at: Moment,
    /// The HTTP request.
    pub request: Option<String>,
}

/// What came of acting on a proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// The proposal as it is now.
    pub proposal: Proposal,
    /// Whether this changed anything: not when the same person had done the same before.
    pub changed: bool,
    /// Why it could not be.
    pub refusal: Option<Refusal>,
}

/// The hash an approval is bound to: of the account and of all that is to be done to it.
#[must_use]
pub fn digest(account: &str, action: &Action) -> String {
    let said = serde_json::json!({ "account": account, "action": action }).to_string();
    hex::encode(Sha256::digest(said))
}

/// A proposal's row, held until the transaction ends.
struct Held {
    transaction: Change,
    changed: Changed,
    workspace: WorkspaceId,
    proposal: Proposal,
    replaced: Option<Decision>,
    act: Act,
}

impl Held {
    /// Adds to the audit what happened.
    async fn note(
        &mut self,
        deed: Deed,
        change: Option<(Option<&Decision>, Option<&Decision>)>,
        detail: Option<String>,
    ) -> Result<()> {
        let json = |decision: Option<&Decision>| decision.map(serde_json::to_value).transpose();
        let (before, after) = change.unwrap_or_default();
        let mut entry = entry(&self.proposal, &self.act, deed)?;
        (entry.before, entry.after, entry.detail) = (json(before)?, json(after)?, detail);
        audit::append(&mut self.transaction, self.workspace, &entry).await
    }

    /// Ends it with what came of it.
    async fn end(mut self, changed: bool, refusal: Option<Refusal>) -> Result<Settled> {
        // That it has expired is kept too: it does not wait again when a clock is put back.
        if changed || self.proposal.state == State::Expired {
            sqlx::query("update proposals set proposal = $3, replaced = $4 where workspace_id = $1 and id = $2")
                .bind(self.workspace.uuid())
                .bind(self.proposal.id.uuid())
                .bind(storable(&self.proposal)?)
                .bind(self.replaced.as_ref().map(storable).transpose()?)
                .execute(&mut *self.transaction)
                .await?;
            let subject = self.proposal.id.to_string();
            slack::enqueue_cards(&mut self.transaction, self.workspace, &subject).await?;
        }
        self.transaction.commit(self.changed).await?;
        Ok(Settled { proposal: self.proposal, changed, refusal })
    }

    /// Ends it with a refusal, which is kept too.
    async fn refuse(mut self, refusal: Refusal) -> Result<Settled> {
        self.note(Deed::Refused, None, Some(refusal.to_string())).await?;
        self.end(false, Some(refusal)).await
    }

    /// Puts `after` in the place of the decision that holds, and tells everybody who reads the account.
    async fn decide(&mut self, before: Option<&Decision>, after: Option<&Decision>, deed: Deed) -> Result<()> {
        let (domain, key) = (self.proposal.account.clone(), self.proposal.action.key(self.proposal.id));
        decision::set(&mut self.transaction, self.workspace, &domain, &key, after).await?;
        self.changed = Changed::account(&domain);
        // A note may show that a promise was kept.
        let talk = i64::from(key.starts_with(decision::NOTE));
        sqlx::query(
            "update accounts set data_version = data_version + 1, talk_version = talk_version + $3,
                    names_due = names_due or $4
             where workspace_id = $1 and domain = $2",
        )
        .bind(self.workspace.uuid())
        .bind(&domain)
        .bind(talk)
        .bind(key == decision::OWNER)
        .execute(&mut *self.transaction)
        .await?;
        self.note(deed, Some((before, after)), None).await
    }

    /// Does what was approved.
    async fn carry_out(&mut self) -> Result<()> {
        let (domain, key) = (self.proposal.account.clone(), self.proposal.action.key(self.proposal.id));
        let current = account::list(&mut self.transaction, self.workspace, Some(&domain)).await?.pop();
        let (current, _) = current.ok_or_else(|| StoreError::no_account(&domain))?;
        let after = Decision {
            value: self.proposal.action.value(current.section),
            reason: self.proposal.action.reason().map(str::to_owned),
            by: self.act.by.who.clone(),
            at: self.act.at,
            proposal: self.proposal.id,
        };
        self.replaced = decision::get(&mut self.transaction, self.workspace, &domain, &key).await?;
        let before = self.replaced.clone();
        self.decide(before.as_ref(), Some(&after), Deed::Done).await
    }
}

fn entry(proposal: &Proposal, act: &Act, deed: Deed) -> Result<AuditEntry> {
    Ok(AuditEntry {
        number: 0,
        at: act.at,
        actor: act.by.clone(),
        deed,
        account: proposal.account.clone(),
        subject: proposal.id.to_string(),
        action: proposal.action.name().to_owned(),
        arguments: serde_json::to_value(&proposal.action)?,
        typed: proposal.typed.clone(),
        before: None,
        after: None,
        detail: None,
        request: act.request.clone(),
    })
}

/// The same does not wait twice: a proposal takes the place of those that ask for the same and that nobody approved yet.
async fn replace_alike(connection: &mut PgConnection, workspace: WorkspaceId, new: &Proposal) -> Result<()> {
    let alike: Vec<Json<Proposal>> = sqlx::query_scalar(
        "select proposal from proposals
         where workspace_id = $1 and account = $2 and id <> $3 and proposal ->> 'digest' = $4
           and proposal -> 'state' ->> 'state' = 'pending' and jsonb_array_length(proposal -> 'approvals') = 0
         for update",
    )
    .bind(workspace.uuid())
    .bind(&new.account)
    .bind(new.id.uuid())
    .bind(&new.digest)
    .fetch_all(&mut *connection)
    .await?;
    for Json(mut old) in alike {
        old.state = if old.expires_at <= new.proposed_at { State::Expired } else { State::Replaced { with: new.id } };
        sqlx::query("update proposals set proposal = $3 where workspace_id = $1 and id = $2")
            .bind(workspace.uuid())
            .bind(old.id.uuid())
            .bind(storable(&old)?)
            .execute(&mut *connection)
            .await?;
        if old.state != State::Expired {
            let act = Act { by: new.proposed_by.clone(), at: new.proposed_at, request: None };
            let entry = AuditEntry { detail: Some(new.id.to_string()), ..entry(&old, &act, Deed::Edited)? };
            audit::append(connection, workspace, &entry).await?;
        }
        slack::enqueue_cards(connection, workspace, &old.id.to_string()).await?;
    }
    Ok(())
}

async fn insert(connection: &mut PgConnection, workspace: WorkspaceId, proposal: &Proposal) -> Result<bool> {
    let inserted = sqlx::query(
        "insert into proposals (workspace_id, id, account, proposal) values ($1, $2, $3, $4) on conflict do nothing",
    )
    .bind(workspace.uuid())
    .bind(proposal.id.uuid())
    .bind(&proposal.account)
    .bind(storable(proposal)?)
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

impl Store {
    /// Keeps a proposal, so that it can be approved. Keeping it again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn propose(&self, workspace: WorkspaceId, proposal: &Proposal, request: Option<String>) -> Result<()> {
        let mut transaction = self.begin().await?;
        if insert(&mut transaction, workspace, proposal).await? {
            let act = Act { by: proposal.proposed_by.clone(), at: proposal.proposed_at, request };
            let entry = entry(proposal, &act, Deed::Proposed)?;
            audit::append(&mut transaction, workspace, &entry).await?;
            replace_alike(&mut transaction, workspace, proposal).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// A proposal.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn proposal(&self, workspace: WorkspaceId, id: ProposalId) -> Result<Proposal> {
        let found: Option<Json<Proposal>> =
            sqlx::query_scalar("select proposal from proposals where workspace_id = $1 and id = $2")
                .bind(workspace.uuid())
                .bind(id.uuid())
                .fetch_optional(&self.pool)
                .await?;
        found.map(|proposal| proposal.0).ok_or_else(|| no_proposal(id))
    }

    /// The latest proposals on an account, or on all accounts; newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn proposals(&self, workspace: WorkspaceId, account: Option<&str>, limit: u32) -> Result<Vec<Proposal>> {
        let found: Vec<Json<Proposal>> = sqlx::query_scalar(
            "select proposal from proposals where workspace_id = $1 and ($2::text is null or account = $2)
             order by id desc limit $3",
        )
        .bind(workspace.uuid())
        .bind(account.map(row::key))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        Ok(found.into_iter().map(|proposal| proposal.0).collect())
    }

    /// Keeps that these of the proposals that wait have expired by `now`, so that they stay so.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn expire_proposals(&self, workspace: WorkspaceId, ids: &[ProposalId], now: Moment) -> Result<()> {
        let mut transaction = self.write(workspace).await?;
        sqlx::query(
            "update proposals set proposal = jsonb_set(proposal, '{state}', $4)
             where workspace_id = $1 and id = any($2) and proposal -> 'state' ->> 'state' = 'pending'
             and (proposal ->> 'expires_at')::timestamptz <= $3",
        )
        .bind(workspace.uuid())
        .bind(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>())
        .bind(now)
        .bind(storable(&State::Expired)?)
        .execute(&mut *transaction)
        .await?;
        transaction.commit(Changed::nothing()).await?;
        Ok(())
    }

    /// Takes a person's approval of what they have seen (`digest`), and does what was approved once enough have.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such proposal; refusals are in what is given back.
    pub async fn approve(
        &self,
        workspace: WorkspaceId,
        id: ProposalId,
        seen: Option<&str>,
        act: Act,
        policy: &ActionPolicy,
    ) -> Result<Settled> {
        let mut held = self.hold(workspace, id, act).await?;
        if digest(&held.proposal.account, &held.proposal.action) != held.proposal.digest {
            return held.refuse(Refusal::OtherArguments).await;
        }
        let version: Option<i64> =
            sqlx::query_scalar("select data_version from accounts where workspace_id = $1 and domain = $2")
                .bind(workspace.uuid())
                .bind(&held.proposal.account)
                .fetch_optional(&mut *held.transaction)
                .await?;
        let (by, at) = (held.act.by.clone(), held.act.at);
        // An account that is gone has no version that could have been shown.
        match held.proposal.approve(&by, seen, version.unwrap_or(-1), at, policy) {
            Ok(Approved::Already) => held.end(false, None).await,
            Ok(Approved::Waiting) => {
                held.note(Deed::Approved, None, None).await?;
                held.end(true, None).await
            }
            Ok(Approved::Done) => {
                held.note(Deed::Approved, None, None).await?;
                held.carry_out().await?;
                held.end(true, None).await
            }
            Err(refusal) => held.refuse(refusal).await,
        }
    }

    /// Takes a person's no.
    ///
    /// # Errors
    /// See [`Store::approve`].
    pub async fn decline(
        &self,
        workspace: WorkspaceId,
        id: ProposalId,
        act: Act,
        policy: &ActionPolicy,
    ) -> Result<Settled> {
        let mut held = self.hold(workspace, id, act).await?;
        let (by, at) = (held.act.by.clone(), held.act.at);
        match held.proposal.decline(&by, at, policy) {
            Ok(changed) => {
                if changed {
                    held.note(Deed::Declined, None, None).await?;
                }
                held.end(changed, None).await
            }
            Err(refusal) => held.refuse(refusal).await,
        }
    }

    /// Puts the decision back that held before, as long as nothing else was decided since.
    ///
    /// # Errors
    /// See [`Store::approve`].
    pub async fn undo(
        &self,
        workspace: WorkspaceId,
        id: ProposalId,
        act: Act,
        policy: &ActionPolicy,
    ) -> Result<Settled> {
        let mut held = self.hold(workspace, id, act).await?;
        let (by, at) = (held.act.by.clone(), held.act.at);
        let (domain, key) = (held.proposal.account.clone(), held.proposal.action.key(id));
        let current = decision::get(&mut held.transaction, workspace, &domain, &key).await?;
        match held.proposal.undo(&by, current.as_ref(), at, policy) {
            Ok(changed) => {
                if changed {
                    let back = held.replaced.clone();
                    held.decide(current.as_ref(), back.as_ref(), Deed::Undone).await?;
                }
                held.end(changed, None).await
            }
            Err(refusal) => held.refuse(refusal).await,
        }
    }

    /// Puts `new` in the place of a proposal that waits or has expired.
    ///
    /// # Errors
    /// See [`Store::approve`].
    pub async fn replace(&self, workspace: WorkspaceId, id: ProposalId, new: &Proposal, act: Act) -> Result<Settled> {
        let mut held = self.hold(workspace, id, act).await?;
        match held.proposal.replace(new.id) {
            Ok(()) => {
                insert(&mut held.transaction, workspace, new).await?;
                held.note(Deed::Edited, None, Some(new.id.to_string())).await?;
                let entry = entry(new, &held.act, Deed::Proposed)?;
                audit::append(&mut held.transaction, workspace, &entry).await?;
                held.end(true, None).await
            }
            Err(refusal) => held.refuse(refusal).await,
        }
    }

    async fn hold(&self, workspace: WorkspaceId, id: ProposalId, act: Act) -> Result<Held> {
        let mut transaction = self.write(workspace).await?;
        let found: Option<(Json<Proposal>, Option<Json<Decision>>)> =
            sqlx::query_as("select proposal, replaced from proposals where workspace_id = $1 and id = $2 for update")
                .bind(workspace.uuid())
                .bind(id.uuid())
                .fetch_optional(&mut *transaction)
                .await?;
        let (Json(proposal), replaced) = found.ok_or_else(|| no_proposal(id))?;
        let replaced = replaced.map(|decision| decision.0);
        Ok(Held { transaction, changed: Changed::nothing(), workspace, proposal, replaced, act })
    }
}

fn no_proposal(id: ProposalId) -> StoreError {
    StoreError::NotFound(format!("There is no proposal `{id}`; `success-agent audit` lists what was proposed."))
}
