//! Our own side: who it is, by what people say, and what follows when they say otherwise.

use std::sync::Arc;

use super::{App, AppError};
use crate::domain::team::{Member, Team};

impl App {
    /// Who is of our side.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn team(&self) -> Result<Team, AppError> {
        Ok(self.intake.store.team(self.workspace).await?)
    }

    /// Adds domains and people to our side and takes others off; gives the team as it is then, and how many of those
    /// changed. What was said and written is read again, which takes a moment in a large workspace.
    ///
    /// # Errors
    /// [`AppError::Invalid`] naming what is neither a domain nor an address.
    pub async fn change_team(&self, add: &[String], remove: &[String]) -> Result<(Team, usize), AppError> {
        let parse = |texts: &[String]| texts.iter().map(|text| Member::parse(text)).collect::<Result<Vec<_>, _>>();
        let (add, remove) = (parse(add).map_err(AppError::Invalid)?, parse(remove).map_err(AppError::Invalid)?);
        let store = &self.intake.store;
        let mut changed = 0;
        if !add.is_empty() {
            changed += store.add_to_team(self.workspace, &add, self.intake.clock.now()).await?.len();
        }
        if !remove.is_empty() {
            changed += store.remove_from_team(self.workspace, &remove).await?.len();
        }
        if changed > 0 {
            self.intake.settle(&(Arc::new(|_| {}) as super::ProgressSink)).await?;
        }
        Ok((self.team().await?, changed))
    }
}
