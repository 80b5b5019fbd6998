//! The schedules of the demo workspace, so that a newcomer can preview and send one at once.

use super::DigestWanted;
use crate::app::{App, AppError, Origin};
use crate::domain::actor::{Actor, Surface};

/// Under which name it is kept that they were added: who took one away does not get it again.
const META: &str = "demo digests";

/// Whose critical accounts, and when.
const SCHEDULES: [(&str, &str); 2] =
    [("monica@piedpiper.com", "Mondays 8:30"), ("jared@piedpiper.com", "weekdays 9:00")];

impl App {
    /// Adds the schedules of the demo workspace, once: they go to the page of digests and, where there is a Slack, one to
    /// its channel #general.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn add_demo_digests(&self, slack: bool) -> Result<(), AppError> {
        let store = &self.intake.store;
        let added: Option<bool> = store.meta(self.workspace, META).await?;
        if added.is_some_and(|with_slack| with_slack || !slack) {
            return Ok(());
        }
        let wanted = |owner: &str, to: &str, schedule: &str| DigestWanted {
            owner: Some(owner.to_owned()),
            to: Some(to.to_owned()),
            schedule: Some(schedule.to_owned()),
            ..DigestWanted::default()
        };
        let mut all = Vec::new();
        if added.is_none() {
            all.extend(SCHEDULES.map(|(owner, schedule)| (owner, wanted(owner, "web", schedule))));
        }
        if slack {
            let everybody = wanted("all", "slack:#general", "Mondays 8:45");
            let name = Some("Critical accounts of everybody".to_owned());
            all.push((SCHEDULES[0].0, DigestWanted { name, ..everybody }));
        }
        for (owner, wanted) in all {
            let origin = Origin { by: Actor::new(owner, Surface::Api), request: None, typed: None };
            self.add_digest(&wanted, &origin).await?;
        }
        Ok(store.put_meta(self.workspace, META, &slack).await?)
    }
}
