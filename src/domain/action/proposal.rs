//! The proposal: from being made to being done, declined, replaced or undone. A pure machine; the store runs it on the
//! row it holds, so that of several people who act at once exactly one is first.

use serde::{Deserialize, Serialize};

use super::{Action, ActionPolicy, Decision};
use crate::domain::actor::Actor;
use crate::domain::id::ProposalId;
use crate::domain::time::Moment;

/// A change of an account that waits for approval, or what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its identifier.
    pub id: ProposalId,
    /// Domain of the account.
    pub account: String,
    /// What the account is called.
    pub account_name: String,
    /// What is to be done.
    pub action: Action,
    /// Hash of the account and the action: an approval holds for exactly these.
    pub digest: String,
    /// The account's version it was shown on: an approval holds for exactly this.
    pub version: i64,
    /// What it would change.
    pub preview: Preview,
    /// The words it was asked for with: what was typed, beside what was taken for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
    /// Who wanted it.
    pub proposed_by: Actor,
    /// When.
    pub proposed_at: Moment,
    /// Until when it can be approved.
    pub expires_at: Moment,
    /// How many people have to approve it.
    pub approvals_needed: u8,
    /// Who has.
    pub approvals: Vec<Approval>,
    /// What became of it.
    pub state: State,
}

/// What a proposal would change, told from the records at the time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// What is to be done: `Route Hooli to Pipeline`.
    pub title: String,
    /// What changes, from what to what.
    pub rows: Vec<Row>,
    /// What follows from it, a sentence each.
    pub consequences: Vec<String>,
}

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What: `Section`.
    pub label: String,
    /// What it is.
    pub before: String,
    /// What it would be.
    pub after: String,
}

/// A person's approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who, and where.
    #[serde(flatten)]
    pub actor: Actor,
    /// When.
    pub at: Moment,
}

/// What became of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// It waits.
    Pending,
    /// It was done.
    Done {
        /// By whose approval.
        by: String,
        /// When.
        at: Moment,
        /// Until when it can be undone.
        undo_until: Moment,
    },
    /// Somebody did not want it.
    Declined {
        /// Who.
        by: String,
        /// When.
        at: Moment,
    },
    /// It was done and undone.
    Undone {
        /// Who undid it.
        by: String,
        /// When.
        at: Moment,
    },
    /// Another proposal took its place.
    Replaced {
        /// Which.
        with: ProposalId,
    },
    /// Nobody approved it in time.
    Expired,
}

/// What an approval led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approved {
    /// It is to be done now.
    Done,
    /// It waits for another person.
    Waiting,
    /// The same person had approved it before; nothing is to be done again.
    Already,
}

/// Why a person cannot have what they want of a proposal; the text is for them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// They are not among the approvers.
    #[error("{0} may not approve, decline or undo actions; ask one of the approvers named in the settings.")]
    NotAllowed(String),
    /// It was not approved in time.
    #[error("The proposal has expired; propose it again to see what it would change now.")]
    Expired,
    /// It is not what they have seen.
    #[error("What was approved is not what this proposal says; read it again.")]
    OtherArguments,
    /// The account has changed since it was shown.
    #[error("{0} has changed since this was proposed; look at what is different and approve the new proposal.")]
    Outdated(String),
    /// It takes another person.
    #[error("{0} has approved it already; it takes a second person.")]
    SamePerson(String),
    /// It takes another person, and nobody knows whether this is one.
    #[error(
        "It takes a second person, and nobody knows who `{0}` is; approve it under your e-mail address, or in Slack."
    )]
    PerhapsSamePerson(String),
    /// Somebody was first.
    #[error("{0}")]
    Settled(String),
    /// It was done too long ago.
    #[error("It was done too long ago to be undone; propose the opposite instead.")]
    TooLate,
    /// Something else was decided since.
    #[error("It cannot be undone: {by} has decided otherwise since. Propose what you want instead.")]
    DecidedSince {
        /// Who.
        by: String,
    },
}

impl Proposal {
    /// What became of it by `now`: a proposal nobody approved in time has expired.
    #[must_use]
    pub fn state_at(&self, now: Moment) -> State {
        match &self.state {
            State::Pending if now >= self.expires_at => State::Expired,
            state => state.clone(),
        }
    }

    /// Takes a person's approval of what they have seen (`digest`), while the account is at `version`. Whoever calls does
    /// what it leads to.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn approve(
        &mut self,
        by: &Actor,
        digest: Option<&str>,
        version: i64,
        now: Moment,
        policy: &ActionPolicy,
    ) -> Result<Approved, Refusal> {
        let theirs = self.approvals.iter().any(|approval| by.same(&approval.actor));
        if theirs && matches!(self.state, State::Done { .. }) {
            return Ok(Approved::Already);
        }
        self.open(by, now, policy)?;
        if digest.is_some_and(|digest| digest != self.digest) {
            return Err(Refusal::OtherArguments);
        }
        if theirs {
            return Err(Refusal::SamePerson(by.who.clone()));
        }
        if self.approvals.iter().any(|approval| !by.is_another(&approval.actor)) {
            return Err(Refusal::PerhapsSamePerson(by.who.clone()));
        }
        if version != self.version {
            return Err(Refusal::Outdated(self.account_name.clone()));
        }
        self.approvals.push(Approval { actor: by.clone(), at: now });
        if self.approvals.len() < usize::from(self.approvals_needed) {
            // The second person gets as long as the first had.
            self.expires_at = now + policy.to_approve();
            return Ok(Approved::Waiting);
        }
        self.state = State::Done { by: by.who.clone(), at: now, undo_until: now + policy.to_undo() };
        Ok(Approved::Done)
    }

    /// Takes a person's no. False when the same person had said so before.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn decline(&mut self, by: &Actor, now: Moment, policy: &ActionPolicy) -> Result<bool, Refusal> {
        if matches!(&self.state, State::Declined { by: earlier, .. } if by.is(earlier)) {
            return Ok(false);
        }
        self.open(by, now, policy)?;
        self.state = State::Declined { by: by.who.clone(), at: now };
        Ok(true)
    }

    /// Gives its place to another proposal.
    ///
    /// # Errors
    /// When it does not wait any more. One that has only expired may be replaced.
    pub fn replace(&mut self, with: ProposalId) -> Result<(), Refusal> {
        if !matches!(self.state, State::Pending | State::Expired) {
            return Err(Refusal::Settled(self.told()));
        }
        self.state = State::Replaced { with };
        Ok(())
    }

    /// Takes it back, as long as nothing else was decided since: `current` is the decision that holds now. False when the
    /// same person had undone it before.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn undo(
        &mut self,
        by: &Actor,
        current: Option<&Decision>,
        now: Moment,
        policy: &ActionPolicy,
    ) -> Result<bool, Refusal> {
        match &self.state {
            State::Undone { by: earlier, .. } if by.is(earlier) => return Ok(false),
            State::Done { undo_until, .. } => {
                if !policy.allows(by) {
                    return Err(Refusal::NotAllowed(by.who.clone()));
                }
                if now > *undo_until {
                    return Err(Refusal::TooLate);
                }
            }
            _ => return Err(Refusal::Settled(self.told())),
        }
        match current {
            Some(decision) if decision.proposal == self.id => {}
            Some(decision) => return Err(Refusal::DecidedSince { by: decision.by.clone() }),
            None => return Err(Refusal::DecidedSince { by: "Somebody".to_owned() }),
        }
        self.state = State::Undone { by: by.who.clone(), at: now };
        Ok(true)
    }

    /// Whether `by` may settle it now. Once it is seen to have expired it stays so, whatever the clock says later.
    fn open(&mut self, by: &Actor, now: Moment, policy: &ActionPolicy) -> Result<(), Refusal> {
        match self.state_at(now) {
            State::Pending if policy.allows(by) => Ok(()),
            State::Pending => Err(Refusal::NotAllowed(by.who.clone())),
            State::Expired => {
                self.state = State::Expired;
                Err(Refusal::Expired)
            }
            _ => Err(Refusal::Settled(self.told())),
        }
    }

    /// What became of it, in a sentence.
    #[must_use]
    pub fn told(&self) -> String {
        match &self.state {
            State::Pending => "It still waits for approval.".to_owned(),
            State::Done { by, .. } => format!("{by} has approved it already; it is done."),
            State::Declined { by, .. } => format!("{by} has declined it."),
            State::Undone { by, .. } => format!("It was done, and {by} has undone it."),
            State::Replaced { with } => format!("It was changed; the proposal {with} took its place."),
            State::Expired => Refusal::Expired.to_string(),
        }
    }
}
