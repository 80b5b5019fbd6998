//! What a turn may see, and for whom: one workspace, and one account of it when the chat was opened on one. Never taken
//! from a model.

use super::tools::ToolError;
use crate::domain::actor::Actor;
use crate::domain::evidence::Evidence;
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{AccountScope, Scope};

/// The scope of a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnScope {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Domain of the account the chat was opened on.
    pub pinned: Option<String>,
    /// Who asks. None where nobody does; then nothing can be proposed.
    pub asker: Option<Actor>,
    /// Whether their question asks for a change; only then one is proposed.
    pub wants_change: bool,
    /// The words it was asked with, for the audit.
    pub typed: Option<String>,
}

impl TurnScope {
    /// Of looking, for nobody in particular: of an account, or of all.
    #[must_use]
    pub fn looking(workspace: WorkspaceId, pinned: Option<String>) -> Self {
        Self { workspace, pinned, asker: None, wants_change: false, typed: None }
    }

    /// Who asks, where they may change something or have something drafted.
    ///
    /// # Errors
    /// [`ToolError::Refused`] when nobody asks, or somebody who may only read.
    pub fn acting(&self) -> Result<Actor, ToolError> {
        match &self.asker {
            None => Err(ToolError::Refused("Nobody asks, so nothing can be proposed.".to_owned())),
            Some(asker) if !asker.may_act() => Err(ToolError::Refused(format!(
                "{} may read and ask, and may not change or draft anything; an admin can give them another role.",
                asker.who
            ))),
            Some(asker) => Ok(asker.clone()),
        }
    }

    /// The domain of an account a tool was asked for, if the turn may see it.
    ///
    /// # Errors
    /// [`ToolError::Refused`] when the chat is open on another account.
    pub fn account(&self, asked: &str) -> Result<String, ToolError> {
        let asked = asked.trim().to_lowercase();
        match &self.pinned {
            Some(pinned) if *pinned != asked => {
                Err(ToolError::Refused(format!("This chat is open on {pinned}; switch to {asked} to ask about it.")))
            }
            _ => Ok(asked),
        }
    }

    /// The domain a tool may see when it was asked for one account or for all of them.
    ///
    /// # Errors
    /// [`ToolError::Refused`] when the chat is open on another account.
    pub fn account_or_all(&self, asked: Option<&str>) -> Result<Option<String>, ToolError> {
        match asked.map(str::trim).filter(|asked| !asked.is_empty()) {
            Some(asked) => self.account(asked).map(Some),
            None => Ok(self.pinned.clone()),
        }
    }

    /// Refuses tools over all accounts in a chat that is open on one.
    ///
    /// # Errors
    /// [`ToolError::Refused`] when the chat is open on an account.
    pub fn all(&self) -> Result<(), ToolError> {
        match &self.pinned {
            Some(pinned) => Err(ToolError::Refused(format!(
                "This chat is open on {pinned}; ask across all accounts in a chat that is not."
            ))),
            None => Ok(()),
        }
    }

    /// Whether an answer may cite a piece of evidence: in a chat that is open on an account only its own, and what
    /// belongs to no account.
    #[must_use]
    pub fn may_cite(&self, evidence: &Evidence) -> bool {
        self.pinned.is_none() || evidence.account.is_none() || evidence.account == self.pinned
    }

    /// The scope of a search for `account`, or for all accounts.
    #[must_use]
    pub fn search(&self, account: Option<&str>) -> Scope {
        let accounts = match account {
            Some(domain) => AccountScope::Only(vec![domain.to_owned()]),
            None => AccountScope::All,
        };
        Scope { workspace: self.workspace, accounts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pinned() -> TurnScope {
        TurnScope {
            workspace: WorkspaceId::new(),
            pinned: Some("hooli.com".to_owned()),
            asker: None,
            wants_change: false,
            typed: None,
        }
    }

    #[test]
    fn a_chat_opened_on_an_account_never_leaves_it() {
        assert_eq!(pinned().account(" Hooli.com ").unwrap(), "hooli.com");
        assert!(pinned().account("aviato.com").is_err());
        assert!(pinned().all().is_err());
        assert_eq!(pinned().account_or_all(None).unwrap().as_deref(), Some("hooli.com"));
    }
}
