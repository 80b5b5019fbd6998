//! The ledger of contracts.

use crate::app::{App, AppError};
use crate::domain::ledger::{LedgerPage, LedgerTotals, LedgerWanted};

impl App {
    /// Contracts that match, those after one of them, `limit` at most.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the contract to begin after is gone.
    pub async fn ledger(&self, wanted: &LedgerWanted, after: Option<&str>, limit: u32) -> Result<LedgerPage, AppError> {
        Ok(self.intake.store.ledger(self.workspace, wanted, after, limit, self.now()).await?)
    }

    /// What all contracts come to that match, whatever their status.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn ledger_totals(&self, wanted: &LedgerWanted) -> Result<LedgerTotals, AppError> {
        Ok(self.intake.store.ledger_totals(self.workspace, wanted, self.now()).await?)
    }
}
