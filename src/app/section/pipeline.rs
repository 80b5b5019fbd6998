//! The pipeline: deals as a table, and by stage.

use chrono::Duration;

use crate::app::{App, AppError};
use crate::domain::pipeline::{Closed, DealPage, DealRow, DealsWanted, Stage};
use crate::domain::revenue::DealStatus;

/// Days back in which deals count as closed lately.
pub const CLOSED_DAYS: i64 = 90;

/// Open deals of a stage that a board shows, at most.
const CARDS: u32 = 8;

/// Stages a board shows, at most.
const STAGES: usize = 12;

/// The open deals by stage.
#[derive(Clone, Debug)]
pub struct Board {
    /// All stages with what they come to.
    pub stages: Vec<Stage>,
    /// The first deals of each of the first stages, stage by stage.
    pub cards: Vec<Vec<DealRow>>,
    /// Won lately.
    pub won: Closed,
    /// Lost lately.
    pub lost: Closed,
}

impl App {
    /// Deals that match, those after one of them, `limit` at most.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the deal to begin after is gone.
    pub async fn deals(&self, wanted: &DealsWanted, after: Option<&str>, limit: u32) -> Result<DealPage, AppError> {
        Ok(self.intake.store.deal_page(self.workspace, wanted, after, limit).await?)
    }

    /// The open deals by stage, and what was closed lately.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn deal_board(&self) -> Result<Board, AppError> {
        let (store, workspace) = (&self.intake.store, self.workspace);
        let since = self.now() - Duration::days(CLOSED_DAYS);
        let (stages, won, lost) = tokio::try_join!(
            store.deal_stages(workspace),
            store.deals_closed(workspace, DealStatus::Won, since),
            store.deals_closed(workspace, DealStatus::Lost, since)
        )?;
        let shown: Vec<String> = stages.iter().take(STAGES).map(|stage| stage.name.clone()).collect();
        let mut cards: Vec<Vec<DealRow>> = shown.iter().map(|_| Vec::new()).collect();
        for row in store.deal_board(workspace, &shown, CARDS).await? {
            if let Some(place) = shown.iter().position(|stage| is_stage(&row.deal.stage, stage)) {
                cards[place].push(row);
            }
        }
        Ok(Board { stages, cards, won, lost })
    }
}

/// Whether a deal's stage is this one, as far as stages are told apart.
fn is_stage(of_deal: &str, stage: &str) -> bool {
    of_deal.chars().take(crate::domain::pipeline::STAGE_LETTERS).eq(stage.chars())
}
