//! Who asked for what shipped, for the surfaces that list it.

use super::{App, AppError};
use crate::agent::ledger::Ledger;
use crate::domain::evidence::Evidence;
use crate::domain::tool::close_loop::{CloseLoop, LoopList};

impl App {
    /// Who asked for what shipped and whom to tell of it now, with the evidence in the order of its numbers, from 1.
    ///
    /// # Errors
    /// [`AppError::NotFound`] naming an account or a release that does not exist.
    pub async fn close_loop(&self, wanted: CloseLoop) -> Result<(LoopList, Vec<Evidence>), AppError> {
        let account = match wanted.account.as_deref().map(str::trim).filter(|account| !account.is_empty()) {
            Some(account) => Some(self.account(account).await?),
            None => None,
        };
        let mut ledger = Ledger::default();
        let list = self.tool_with(&mut ledger, CloseLoop { account, ..wanted }).await?;
        Ok((list, ledger.entries().to_vec()))
    }
}
