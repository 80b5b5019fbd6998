//! The lists of sections: the accounts of a page with everything their section shows, and the figures above them. It reads
//! the accounts of the page and no others; what all come to is counted by the database.

mod ledger;
mod pipeline;
mod release;

use super::{App, AppError};
use crate::agent::scope::TurnScope;
pub use crate::agent::tools::Refreshing;
use crate::agent::tools::{Known, SinceLost};
use crate::domain::account::Section;
use crate::domain::health::{Likelihood, RiskFactor, assess};
use crate::domain::id::AccountId;
use crate::domain::record::RecordKind;
use crate::domain::revenue::{Deal, DealStatus};
use crate::domain::section::{SectionFigures, SectionWanted};
use crate::domain::state::AccountState;
use crate::domain::tool::portfolio::RoutedFrom;
use crate::store::{AccountData, PortfolioTotals};
pub use pipeline::{Board, CLOSED_DAYS};
pub use release::ReleaseEntry;

/// A page of a list.
#[derive(Clone, Debug)]
pub struct SectionList {
    /// The accounts of the page, in their order.
    pub rows: Vec<SectionRow>,
    /// What all that match come to.
    pub totals: PortfolioTotals,
    /// How many accounts the workspace holds.
    pub accounts: u64,
    /// What became of scores that were out of date as it was asked for.
    pub refreshed: Refreshing,
}

/// An account of a list.
#[derive(Clone, Debug)]
pub struct SectionRow {
    /// How it stands.
    pub state: AccountState,
    /// How it came into its section, where people put it there.
    pub routed: Option<RoutedFrom>,
    /// What lowers its score, the heaviest first.
    pub risks: Vec<RiskFactor>,
    /// How likely it is to convert, or to come back; what was shipped since counts in the list of Re-engage.
    pub likelihood: Option<Likelihood>,
    /// Its open deals, those worth most first.
    pub open: Vec<Deal>,
    /// The deal that was lost last.
    pub lost: Option<Deal>,
    /// What was shipped since, of a lost account in the list of Re-engage.
    pub since: SinceLost,
}

impl App {
    /// A page of a list, of accounts as they stand now.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn section_list(&self, wanted: &SectionWanted) -> Result<SectionList, AppError> {
        let refreshed = self.agent.tools.fresh_states(self.workspace, &self.intake.rules().await?).await?;
        let (store, now) = (&self.intake.store, self.now());
        let chosen = store.section_list(self.workspace, wanted, now).await?;
        let lost = wanted.accounts.sections == [Section::Reengage];
        let rows = self.section_rows(&chosen.accounts, lost).await?;
        let accounts = store.workspace_counts(self.workspace, &[RecordKind::Account]).await?;
        let accounts = accounts.first().map_or(0, |(_, count)| *count);
        Ok(SectionList { rows, totals: chosen.totals, accounts, refreshed })
    }

    /// These accounts, in their order; `lost`: with what was shipped since.
    async fn section_rows(&self, accounts: &[AccountId], lost: bool) -> Result<Vec<SectionRow>, AppError> {
        let (known, now) = (self.agent.tools.known(self.workspace).await?, self.now());
        let data = known.records.account_data_of(accounts, now.day()).await?;
        let since = if lost { self.since_lost(&known, &data).await? } else { vec![SinceLost::default(); data.len()] };
        let row = |(data, since): (&AccountData, &SinceLost)| {
            let input = data.health_input();
            let health = assess(&input, now, &known.rules);
            let state = AccountState::with(&health, &data.state_input(), now, &known.rules);
            let of = |status| move |deal: &&Deal| deal.status == status;
            let mut open: Vec<Deal> = data.deals.iter().filter(of(DealStatus::Open)).cloned().collect();
            open.sort_by(|left, right| (right.value_minor, &right.id).cmp(&(left.value_minor, &left.id)));
            let lost = data.deals.iter().filter(of(DealStatus::Lost)).max_by_key(|deal| (deal.closed_at, &deal.id));
            SectionRow {
                routed: RoutedFrom::of(&data.account),
                risks: health.factors.into_iter().filter(|factor| factor.magnitude < 0).collect(),
                likelihood: Likelihood::of(&input, &since.shipped, now, &known.rules),
                lost: lost.cloned(),
                since: since.clone(),
                state,
                open,
            }
        };
        let of = |id: &AccountId| data.iter().zip(&since).find(|(data, _)| data.account.id == *id);
        let found = accounts.iter().filter_map(of);
        Ok(found.map(row).collect())
    }

    /// What was shipped since these accounts were lost.
    async fn since_lost(&self, known: &Known, accounts: &[AccountData]) -> Result<Vec<SinceLost>, AppError> {
        let scope = TurnScope::looking(self.workspace, None);
        Ok(self.page_tools().since_lost(&scope, known, accounts).await?)
    }

    /// What the tracked accounts of a section come to.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn section_figures(&self, section: Section) -> Result<SectionFigures, AppError> {
        Ok(self.intake.store.section_figures(self.workspace, section, self.now()).await?)
    }
}
