//! What surfaces look up beside asking: accounts by name, tools by their arguments, a turn that was answered.

use std::time::Duration;

use super::{App, AppError};
use crate::agent::ledger::Ledger;
use crate::agent::scope::TurnScope;
use crate::agent::tools::Toolbox;
use crate::domain::conversation::Turn;
use crate::domain::evidence::Citation;
use crate::domain::id::{ConversationId, TurnId};
use crate::domain::tool::ToolArgs;
use crate::domain::tool::account::{AccountBrief, FoundAccounts};
use crate::domain::tool::portfolio::PortfolioRow;

/// How long a page waits to learn what something means before it goes by its words.
const PATIENCE: Duration = Duration::from_millis(500);

impl App {
    /// What a tool gives, over all accounts.
    ///
    /// # Errors
    /// What the tool refuses or cannot reach.
    pub async fn look_up<T: ToolArgs>(&self, arguments: T) -> Result<T::Output, AppError> {
        self.tool_with(&mut Ledger::default(), arguments).await
    }

    /// The tools a page is made with: it does not wait long to learn what requests, reasons and releases mean.
    pub(super) fn page_tools(&self) -> Toolbox {
        Toolbox { patience: PATIENCE, ..self.agent.tools.clone() }
    }

    /// An account with its state, tracked or not, by its domain.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such account.
    pub async fn account_state(&self, domain: &str) -> Result<PortfolioRow, AppError> {
        let scope = TurnScope::looking(self.workspace, None);
        Ok(self.agent.tools.account_row(&scope, domain).await?)
    }

    /// The accounts and people a text mentions.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn find_accounts(&self, text: &str) -> Result<FoundAccounts, AppError> {
        Ok(self.agent.tools.known(self.workspace).await?.directory.find(text).await?)
    }

    /// The account that is called exactly so, by domain, full name or another name of its own.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn exactly(&self, named: &str) -> Result<Option<AccountBrief>, AppError> {
        let directory = self.agent.tools.known(self.workspace).await?.directory;
        Ok(match directory.exactly(named).await?.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        })
    }

    /// Accounts whose name or domain begins with what somebody types, or has a word that does; by name.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn suggest_accounts(&self, typed: &str, most: u32) -> Result<Vec<AccountBrief>, AppError> {
        Ok(self.agent.tools.known(self.workspace).await?.directory.beginning(typed, most).await?)
    }

    /// A turn that was answered, with its conversation.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn turn(&self, turn: TurnId) -> Result<Option<(ConversationId, Turn)>, AppError> {
        Ok(self.intake.store.turn(self.workspace, turn).await?)
    }

    /// What stands behind mark `n` of a turn.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn citation(&self, turn: TurnId, n: u32) -> Result<Option<Citation>, AppError> {
        let turn = self.turn(turn).await?;
        Ok(turn.and_then(|(_, turn)| turn.answer.citations.into_iter().find(|citation| citation.n == n)))
    }
}
