//! Acting on accounts: proposals people approve, decline, edit and undo; commands that are their own approval; the audit.

use std::sync::Arc;

use super::{App, AppError};
use crate::agent::scope::TurnScope;
use crate::domain::action::{Action, AuditEntry, AuditQuery, Decision, Deed, Preview, Proposal, Refusal, State};
use crate::domain::actor::Actor;
use crate::domain::card::Card;
use crate::domain::id::ProposalId;
use crate::store::{Act, Settled};

/// Proposals listed at most.
const LISTED: u32 = 100;

/// Decisions named at most, where they made a proposal out of date.
const DECIDED: u32 = 50;

/// Who wants something, and with which HTTP request.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Who, and where.
    pub by: Actor,
    /// The request.
    pub request: Option<String>,
    /// The words of what was asked for, where it is not told by the name of the account alone: kept in the audit beside
    /// what was taken.
    pub typed: Option<String>,
}

/// What came of acting on a proposal.
#[derive(Clone, Debug)]
pub struct Acted {
    /// The proposal as it is now; the one that took its place where the account had changed.
    pub proposal: Proposal,
    /// Whether this changed anything: not when the same person had done the same before.
    pub changed: bool,
    /// Why it could not be.
    pub refusal: Option<String>,
    /// What is different from what was shown, where that is why.
    pub differences: Vec<String>,
}

impl App {
    /// Proposes an action on an account.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when it cannot be or is so already, [`AppError::NotFound`] naming what does not exist.
    pub async fn propose(&self, account: &str, action: Action, origin: &Origin) -> Result<Proposal, AppError> {
        let typed = origin.typed.clone().unwrap_or_else(|| account.to_owned());
        let account = self.account_to_change(account).await?;
        let by = self.identified(&origin.by).await?;
        let proposal = self.proposed(&account, action, by, Some(typed)).await?;
        self.intake.store.propose(self.workspace, &proposal, origin.request.clone()).await?;
        Ok(proposal)
    }

    /// What an action would change, and how many people it takes. Nothing is proposed or kept.
    ///
    /// # Errors
    /// See [`App::propose`].
    pub async fn preview(&self, account: &str, action: Action) -> Result<(Preview, u8), AppError> {
        let account = self.account_to_change(account).await?;
        let scope = TurnScope::looking(self.workspace, None);
        let known = self.agent.tools.known(self.workspace).await?;
        Ok(self.agent.tools.preview(&scope, &known, &account, action).await?)
    }

    /// Does what a person typed as a command: that is its own approval. It may still wait for a second person.
    ///
    /// # Errors
    /// See [`App::propose`].
    pub async fn command(&self, account: &str, action: Action, origin: &Origin) -> Result<Acted, AppError> {
        let proposal = self.propose(account, action, origin).await?;
        self.approve(proposal.id, Some(&proposal.digest), origin).await
    }

    /// Approves a proposal, as it was seen (`seen` is its digest), and does it once enough people have. When the account
    /// has changed since, nothing is done and a new proposal takes its place.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such proposal. Refusals are in what is given back.
    pub async fn approve(&self, id: ProposalId, seen: Option<&str>, origin: &Origin) -> Result<Acted, AppError> {
        let act = self.act(origin).await?;
        let settled = self.intake.store.approve(self.workspace, id, seen, act, &self.agent.tools.actions).await?;
        if matches!(settled.refusal, Some(Refusal::Outdated(_))) {
            return self.renewed(settled, origin).await;
        }
        self.follow_up(&settled).await;
        Ok(told(settled))
    }

    /// Declines a proposal.
    ///
    /// # Errors
    /// See [`App::approve`].
    pub async fn decline(&self, id: ProposalId, origin: &Origin) -> Result<Acted, AppError> {
        let act = self.act(origin).await?;
        Ok(told(self.intake.store.decline(self.workspace, id, act, &self.agent.tools.actions).await?))
    }

    /// Undoes what was done, as long as nothing else was decided since.
    ///
    /// # Errors
    /// See [`App::approve`].
    pub async fn undo(&self, id: ProposalId, origin: &Origin) -> Result<Acted, AppError> {
        let act = self.act(origin).await?;
        let settled = self.intake.store.undo(self.workspace, id, act, &self.agent.tools.actions).await?;
        self.follow_up(&settled).await;
        Ok(told(settled))
    }

    /// Puts another proposal of the same kind in its place, told from the records of now: with other arguments, or the
    /// same ones when it has expired.
    ///
    /// # Errors
    /// See [`App::propose`].
    pub async fn edit(&self, id: ProposalId, action: Option<Action>, origin: &Origin) -> Result<Acted, AppError> {
        let old = self.proposal(id).await?;
        let action = action.unwrap_or_else(|| old.action.clone());
        if action.name() != old.action.name() {
            return Err(AppError::Invalid(format!(
                "The proposal is to {}; propose something else anew.",
                old.action.name()
            )));
        }
        let act = self.act(origin).await?;
        if !act.by.may_act() {
            return Err(AppError::Invalid(Refusal::NotAllowed(act.by.who).to_string()));
        }
        let new = self.proposed(&old.account, action, act.by.clone(), old.typed.clone()).await?;
        let settled = self.intake.store.replace(self.workspace, id, &new, act).await?;
        let proposal = if settled.refusal.is_none() { new } else { settled.proposal.clone() };
        Ok(Acted { proposal, ..told(settled) })
    }

    /// A proposal as it is now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn proposal(&self, id: ProposalId) -> Result<Proposal, AppError> {
        let mut proposal = self.intake.store.proposal(self.workspace, id).await?;
        self.as_of_now(std::slice::from_mut(&mut proposal)).await?;
        Ok(proposal)
    }

    /// The latest proposals, newest first: of an account, or of all.
    ///
    /// # Errors
    /// [`AppError::NotFound`] naming an account that does not exist.
    pub async fn proposals(&self, account: Option<&str>) -> Result<Vec<Proposal>, AppError> {
        let account = self.account_or_all(account).await?;
        let mut proposals = self.intake.store.proposals(self.workspace, account.as_deref(), LISTED).await?;
        self.as_of_now(&mut proposals).await?;
        Ok(proposals)
    }

    /// Changes that wait for approval, the newest first, at most so many: of an account, or of all.
    pub(super) async fn waiting(&self, account: Option<&str>, most: usize) -> Result<Vec<Proposal>, AppError> {
        let mut proposals = self.proposals(account).await?;
        proposals.retain(|proposal| matches!(proposal.state, State::Pending));
        proposals.truncate(most);
        Ok(proposals)
    }

    /// Tells proposals as they stand now. What has expired is kept as expired.
    async fn as_of_now(&self, proposals: &mut [Proposal]) -> Result<(), AppError> {
        let now = self.intake.clock.now();
        let mut expired = Vec::new();
        for proposal in proposals {
            let state = proposal.state_at(now);
            if state == State::Expired && proposal.state != State::Expired {
                expired.push(proposal.id);
            }
            proposal.state = state;
        }
        if !expired.is_empty() {
            self.intake.store.expire_proposals(self.workspace, &expired, now).await?;
        }
        Ok(())
    }

    /// Entries of the audit, newest first. An account is named as everywhere; one that is gone, by its domain.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn audit(&self, mut wanted: AuditQuery) -> Result<Vec<AuditEntry>, AppError> {
        if let Some(named) = &wanted.account
            && let Ok(domain) = self.account(named).await
        {
            wanted.account = Some(domain);
        }
        Ok(self.intake.store.audit(self.workspace, &wanted).await?)
    }

    /// Keeps what an answer puts before its reader, so that it can be acted on.
    pub(super) async fn keep(&self, cards: &[Card], request: Option<&str>) -> Result<(), AppError> {
        for card in cards {
            match card {
                Card::Proposal(proposal) => {
                    self.intake.store.propose(self.workspace, proposal, request.map(str::to_owned)).await?;
                }
                // See `keep_drafts`.
                Card::Draft(_) => {}
            }
        }
        Ok(())
    }

    /// Shows cards as they are now; one that was replaced, as what took its place.
    pub(super) async fn refresh(&self, cards: &mut [Card]) -> Result<(), AppError> {
        for card in cards {
            match card {
                Card::Proposal(proposal) => {
                    **proposal = self.proposal(proposal.id).await?;
                    while let State::Replaced { with } = proposal.state {
                        **proposal = self.proposal(with).await?;
                    }
                }
                Card::Draft(draft) => **draft = self.draft(draft.id).await?,
            }
        }
        Ok(())
    }

    async fn act(&self, origin: &Origin) -> Result<Act, AppError> {
        let by = self.identified(&origin.by).await?;
        Ok(Act { by, at: self.intake.clock.now(), request: origin.request.clone() })
    }

    async fn proposed(
        &self,
        account: &str,
        action: Action,
        by: Actor,
        typed: Option<String>,
    ) -> Result<Proposal, AppError> {
        let scope = TurnScope { workspace: self.workspace, pinned: None, asker: Some(by), wants_change: true, typed };
        let known = self.agent.tools.known(self.workspace).await?;
        Ok(self.agent.tools.proposal(&scope, &known, account, action).await?)
    }

    /// The account has changed since the proposal was shown: what is different, and a new proposal in its place.
    async fn renewed(&self, settled: Settled, origin: &Origin) -> Result<Acted, AppError> {
        let old = settled.proposal.clone();
        let refused = told(settled);
        let new =
            match self.proposed(&old.account, old.action.clone(), old.proposed_by.clone(), old.typed.clone()).await {
                Ok(new) => new,
                // What was wanted is so already, or cannot be any more.
                Err(AppError::Invalid(reason) | AppError::NotFound(reason)) => {
                    return Ok(Acted { differences: vec![reason], ..refused });
                }
                Err(error) => return Err(error),
            };
        let replaced = self.intake.store.replace(self.workspace, old.id, &new, self.act(origin).await?).await?;
        if replaced.refusal.is_some() {
            return Ok(told(replaced));
        }
        let mut differences = self.decided_since(&old).await?;
        differences.extend(self::differences(&old, &new));
        if differences.is_empty() {
            differences
                .push("New records arrived for the account; nothing the proposal shows is different.".to_owned());
        }
        Ok(Acted { proposal: new, differences, ..refused })
    }

    /// What people decided about the account since a proposal was made, a sentence each.
    async fn decided_since(&self, old: &Proposal) -> Result<Vec<String>, AppError> {
        let wanted = AuditQuery {
            account: Some(old.account.clone()),
            since: Some(old.proposed_at),
            limit: DECIDED,
            ..AuditQuery::default()
        };
        let today = self.intake.clock.today();
        let entries = self.intake.store.audit(self.workspace, &wanted).await?;
        let told = |entry: &AuditEntry| {
            let (decision, undone) = match entry.deed {
                Deed::Done => (entry.after.clone()?, ""),
                Deed::Undone => (entry.before.clone()?, ", which was undone"),
                _ => return None,
            };
            let decision: Decision = serde_json::from_value(decision).ok()?;
            Some(format!("{} was {} by {}{undone}.", old.account_name, decision.value.told(today), decision.by))
        };
        Ok(entries.iter().rev().filter_map(told).collect())
    }

    /// What follows from a change: scores, promises and the index are told anew.
    async fn follow_up(&self, settled: &Settled) {
        if !settled.changed {
            return;
        }
        let followed = self.intake.settle(&(Arc::new(|_| {}) as super::ProgressSink)).await;
        if let Err(error) = followed {
            // It is done all the same; what follows is done with the next import or start.
            tracing::warn!(error = &error as &dyn std::error::Error, "what follows from an action could not be told");
        }
        self.read_along_later().await;
    }
}

fn told(settled: Settled) -> Acted {
    Acted {
        refusal: settled.refusal.map(|refusal| refusal.to_string()),
        proposal: settled.proposal,
        changed: settled.changed,
        differences: Vec::new(),
    }
}

/// What a proposal shows that the one before did not.
fn differences(old: &Proposal, new: &Proposal) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for row in &new.preview.rows {
        match old.preview.rows.iter().find(|other| other.label == row.label) {
            Some(other) if other == row => {}
            Some(other) => told.push(format!("{}: {} then, {} now.", row.label, other.before, row.before)),
            None => told.push(format!("{}: {} now.", row.label, row.before)),
        }
    }
    let new_sentences = new.preview.consequences.iter().filter(|said| !old.preview.consequences.contains(said));
    told.extend(new_sentences.map(|said| format!("Now: {said}")));
    told
}
