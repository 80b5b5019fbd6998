//! Search everywhere: accounts, people and what was said, by what somebody types.

use super::{App, AppError, FeedItem};
use crate::domain::passage::{AccountScope, PassageQuery, Scope};
use crate::domain::tool::account::AccountBrief;
use crate::store::CustomerFound;

/// Accounts and people found, at most.
const NAMED: u32 = 6;

/// Records found, at most, and passages looked at for them.
const RECORDS: usize = 6;
const PASSAGES: usize = 20;

/// Letters that are too few to look for in records.
const TOO_FEW: usize = 3;

/// What there is that somebody may mean.
#[derive(Clone, Debug, Default)]
pub struct Finds {
    /// Accounts whose name or domain begins so, or has a word that does.
    pub accounts: Vec<AccountBrief>,
    /// People at customers whose name or last name begins so.
    pub people: Vec<CustomerFound>,
    /// Records that say it, the best first, each with the domain of its account.
    pub records: Vec<(FeedItem, Option<String>)>,
}

impl App {
    /// What there is in the workspace that somebody may mean by what they type. Names are found by index; records by the
    /// index of their words and their meaning.
    ///
    /// # Errors
    /// When the database or the index is out of reach.
    pub async fn find_everywhere(&self, typed: &str) -> Result<Finds, AppError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(Finds::default());
        }
        let accounts = self.suggest_accounts(typed, NAMED).await?;
        let people = self.intake.store.customers_beginning(self.workspace, typed, NAMED).await?;
        let mut finds = Finds { accounts, people, records: Vec::new() };
        if typed.chars().count() < TOO_FEW {
            return Ok(finds);
        }
        let scope = Scope { workspace: self.workspace, accounts: AccountScope::All };
        let query = PassageQuery { text: typed.to_owned(), limit: PASSAGES, ..PassageQuery::default() };
        for hit in self.intake.knowledge.search(&scope, &query).await? {
            let account = hit.passage.account.clone();
            let item = FeedItem::from(hit);
            if finds.records.len() < RECORDS && finds.records.iter().all(|(other, _)| other.titled != item.titled) {
                finds.records.push((item, account));
            }
        }
        Ok(finds)
    }
}
