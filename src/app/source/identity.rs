//! Which account something is, as people say it: accounts that are one company, domains, companies nobody could place.

use super::LISTED;
use crate::app::{App, AppError};
use crate::domain::actor::Actor;
use crate::domain::connection::WaitingItem;
use crate::store::AccountAlias;

impl App {
    /// What waits for a person: companies nobody can place for certain, and what could not be read.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn waiting_items(&self) -> Result<Vec<WaitingItem>, AppError> {
        Ok(self.intake.store.waiting_items(self.workspace, LISTED).await?)
    }

    /// Makes one account of two.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when one of them is not there.
    pub async fn merge_accounts(&self, from: &str, into: &str, by: &Actor) -> Result<u64, AppError> {
        let moved = self.intake.store.merge_accounts(self.workspace, (from, into), by, self.now()).await?;
        self.intake.enqueue_again().await?;
        self.sync_all_soon().await?;
        Ok(moved)
    }

    /// Says that an account is known by a domain as well.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when the domain is an account of its own or another's.
    pub async fn alias_account(&self, domain: &str, account: &str, by: &Actor) -> Result<(), AppError> {
        let store = &self.intake.store;
        let added = store.add_aliases(self.workspace, account, &[domain], (&by.who, self.now())).await?;
        if added.is_empty() {
            return Err(AppError::Conflict(format!(
                "`{domain}` is an account of its own, or another account is known by it; `success-agent accounts merge \
                 {domain} {account}` makes one of two."
            )));
        }
        self.sync_all_soon().await
    }

    /// Takes a domain from the account that was known by it; what came in under it finds its own account.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when no account is known by it.
    pub async fn split_account(&self, domain: &str) -> Result<String, AppError> {
        let account = self.intake.store.remove_alias(self.workspace, domain).await?;
        self.sync_all_soon().await?;
        Ok(account)
    }

    /// Says which account a company of a connection is.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such company or account.
    pub async fn confirm_company(&self, prefix: &str, company: &str, account: &str) -> Result<(), AppError> {
        let connection = self.connection_called(prefix).await?;
        let store = &self.intake.store;
        store.account_id(self.workspace, account).await?;
        store.choose_account(self.workspace, (connection.id, company), account).await?;
        self.sync_soon(connection.id).await
    }

    /// Domains accounts are known by besides their own.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn account_aliases(&self, account: Option<&str>) -> Result<Vec<AccountAlias>, AppError> {
        Ok(self.intake.store.account_aliases(self.workspace, account, LISTED).await?)
    }
}
