//! What people hear of a source that fails: on the home page and in digests always, in Slack and the log once an hour.

use crate::app::{App, AppError};
use crate::domain::connection::Connection;
use crate::domain::time::{Moment, relative_text};

/// How often people are alerted to the same failure.
const ALERTED_EVERY: chrono::Duration = chrono::Duration::hours(1);

impl App {
    /// Connected systems that fail, a sentence each with what to do. Plan: the few connections there are.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn source_problems(&self) -> Result<Vec<String>, AppError> {
        let connections = self.intake.store.connections(self.workspace).await?;
        Ok(connections.iter().filter_map(|connection| problem(connection, self.now())).collect())
    }

    /// What people are to be alerted to now: systems that fail of which nobody was alerted within the hour. Whoever asks
    /// alerts them.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn source_alerts(&self) -> Result<Vec<SourceAlert>, AppError> {
        let (store, now) = (&self.intake.store, self.now());
        let claimed = store.claim_source_alerts(self.workspace, now, now - ALERTED_EVERY).await?;
        let mut alerts = Vec::new();
        for id in claimed {
            let Some(connection) = store.connection(self.workspace, id).await? else { continue };
            let Some(text) = problem(&connection, now) else { continue };
            alerts.push(SourceAlert { key: format!("source/{id}/{}", now.format("%Y-%m-%dT%H")), text });
        }
        Ok(alerts)
    }
}

/// A failure people are to be alerted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAlert {
    /// What it is said once by.
    pub key: String,
    /// What to say.
    pub text: String,
}

/// What is wrong with a connection, in a sentence with what to do.
fn problem(connection: &Connection, now: Moment) -> Option<String> {
    let failure = connection.failure.as_ref()?;
    let name = connection.vendor.label();
    let fetched = match connection.succeeded_at {
        Some(at) => format!("was last fetched from {}", relative_text(at.day(), now.day())),
        None => "was never fetched from".to_owned(),
    };
    Some(format!("{name} ({}) {fetched}: {} {}", connection.prefix, failure.reason, failure.remedy))
}
