//! Which account somebody names: generously where it is read, exactly where it is changed.

use super::{App, AppError};
use crate::agent::directory::Directory;
use crate::store::Opening;

impl App {
    /// The domain of the account, where one is named.
    pub(super) async fn account_or_all(&self, account: Option<&str>) -> Result<Option<String>, AppError> {
        match named(account) {
            Some(account) => self.account(account).await.map(Some),
            None => Ok(None),
        }
    }

    /// The domain of an account named by its domain, or by a name that only one account has.
    pub(super) async fn account(&self, named: &str) -> Result<String, AppError> {
        let opening = Opening { account: Some(named), ..Opening::default() };
        let (known, _) = self.agent.tools.opened(self.workspace, opening).await?;
        Self::account_in(&known.directory, named).await
    }

    /// See [`App::account`].
    pub(super) async fn account_in(directory: &Directory, named: &str) -> Result<String, AppError> {
        let domain = named.trim().to_lowercase();
        if directory.account(&domain).await?.is_some() {
            return Ok(domain);
        }
        let found = directory.mentions(named).await?;
        let candidates = found.accounts.first().map(|mention| mention.candidates.as_slice()).unwrap_or_default();
        match candidates {
            [only] if found.accounts[0].exact => Ok(only.domain.clone()),
            [] => Err(AppError::NotFound(format!(
                "There is no account `{named}` in this workspace; `success-agent accounts` lists them."
            ))),
            several => {
                let names = several.iter().map(|account| account.domain.as_str()).collect::<Vec<_>>().join(", ");
                Err(AppError::NotFound(format!("There is no account `{named}`; did you mean {names}?")))
            }
        }
    }

    /// The domain of an account that is to be changed, drafted for or linked: named by its domain, its full name or
    /// another name of its own. A guess is never taken for it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] saying who may have been meant.
    pub async fn account_to_change(&self, named: &str) -> Result<String, AppError> {
        let directory = self.agent.tools.known(self.workspace).await?.directory;
        if let [only] = directory.exactly(named).await?.as_slice() {
            return Ok(only.domain.clone());
        }
        let mentioned = directory.mentions(named).await?.accounts;
        let candidates = mentioned.first().map(|mention| mention.candidates.as_slice()).unwrap_or_default();
        let listed: Vec<String> =
            candidates.iter().take(5).map(|account| format!("{} (`{}`)", account.name, account.domain)).collect();
        Err(AppError::NotFound(if listed.is_empty() {
            format!("There is no account `{named}` in this workspace; `success-agent accounts` lists them.")
        } else {
            format!(
                "There is no account called `{named}`. Did you mean {}? Name it by its full name or its domain.",
                listed.join(" or ")
            )
        }))
    }
}

/// What is named, if anything is.
pub(super) fn named(account: Option<&str>) -> Option<&str> {
    account.map(str::trim).filter(|account| !account.is_empty())
}
