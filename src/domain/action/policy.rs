//! Who may approve, how many it takes, and how long things hold.

use chrono::Duration;
use rust_decimal::Decimal;

use super::Action;
use crate::domain::actor::Actor;
use crate::domain::money::Money;

/// The rules of approving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionPolicy {
    /// Who may approve, decline and undo: e-mail addresses, `*@example.com` for a whole domain. Empty: everybody.
    pub approvers: Vec<String>,
    /// An account with more annual recurring revenue than this, in whole units of any one currency, takes two people to
    /// untrack.
    pub second_person_above: u64,
    /// Minutes a proposal can be approved.
    pub minutes_to_approve: u32,
    /// Minutes what was done can be undone.
    pub minutes_to_undo: u32,
    /// Whether only people who are known may approve, decline and undo: in Slack, behind a proxy that names them, or by
    /// an address that is on record. Else a typed name will do.
    pub known_people_only: bool,
}

impl Default for ActionPolicy {
    fn default() -> Self {
        Self {
            approvers: Vec::new(),
            second_person_above: 100_000,
            minutes_to_approve: 15,
            minutes_to_undo: 10,
            known_people_only: false,
        }
    }
}

impl ActionPolicy {
    /// Whether `actor` may approve, decline and undo.
    #[must_use]
    pub fn allows(&self, actor: &Actor) -> bool {
        let fits = |pattern: &String| match pattern.strip_prefix('*') {
            Some(ending) => actor.who.len() > ending.len() && actor.who.ends_with(ending),
            None => actor.is(pattern),
        };
        let known = actor.person.is_some() || !self.known_people_only;
        if !known || !actor.may_act() {
            return false;
        }
        self.approvers.is_empty() || self.approvers.iter().any(fits)
    }

    /// How many people have to approve `action` on an account with this annual recurring revenue, what somebody left out of
    /// it counted in.
    #[must_use]
    pub fn approvals_needed(&self, action: &Action, arr: &[Money]) -> u8 {
        let large = arr.iter().any(|amount| amount.major() > Decimal::from(self.second_person_above));
        if large && matches!(action, Action::UntrackAccount { .. }) { 2 } else { 1 }
    }

    /// How long a proposal can be approved.
    #[must_use]
    pub fn to_approve(&self) -> Duration {
        Duration::minutes(self.minutes_to_approve.into())
    }

    /// How long what was done can be undone.
    #[must_use]
    pub fn to_undo(&self) -> Duration {
        Duration::minutes(self.minutes_to_undo.into())
    }
}
