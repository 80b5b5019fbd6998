//! What a worker does with what came in beside questions: commands, buttons, dialogs, the Home tab, links, stop.

mod back;
mod cards;
mod click;
mod dialog;
mod home;
mod links;
mod submit;
mod talk;

use uuid::Uuid;

use super::client::CallError;
use super::intake::Item;
use super::service::{Slack, SlackError, Team};
use crate::domain::id::WorkspaceId;
use crate::store::StoreError;

pub use back::Back;
pub use dialog::{only_shows, opens_a_dialog};

impl Slack {
    /// Does what was written down. `last` says that it is not tried again: whoever waits is told.
    ///
    /// # Errors
    /// Why it is not done; it is tried again.
    pub async fn handle(&self, workspace: WorkspaceId, inbox: Uuid, last: bool) -> Result<(), SlackError> {
        let row = match self.store().slack_item(workspace, inbox).await {
            Ok(row) if row.done => return Ok(()),
            Ok(row) => row,
            Err(StoreError::NotFound(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let Ok(item) = serde_json::from_value::<Item>(row.body) else {
            tracing::error!(
                kind = row.kind,
                "what came from Slack was written down by another version and cannot be read"
            );
            return Ok(self.store().finish_slack_item(workspace, inbox).await?);
        };
        match Box::pin(self.do_item(&item, inbox)).await {
            Ok(()) => {}
            Err(error) if error.is_final() => {
                tracing::warn!(%error, kind = row.kind, "something from Slack cannot be done");
            }
            Err(error) if last => {
                tracing::error!(%error, kind = row.kind, request = %inbox, "something from Slack could not be done");
                self.say_item_failed(&item, inbox).await;
                // It stays among the failed tasks, as it was written down, for a person to have it tried again.
                return Err(error);
            }
            Err(error) => return Err(error),
        }
        Ok(self.store().finish_slack_item(workspace, inbox).await?)
    }

    async fn do_item(&self, item: &Item, inbox: Uuid) -> Result<(), SlackError> {
        match item {
            Item::Command(command) => {
                let team = self.team(command.team.as_deref(), command.enterprise.as_deref()).await?;
                Box::pin(self.run_command(&team, command, inbox)).await
            }
            Item::Click(clicked) => {
                let place = &clicked.place;
                let team = self.team(place.team.as_deref(), place.enterprise.as_deref()).await?;
                Box::pin(self.clicked(&team, clicked, inbox)).await
            }
            Item::Submit(submission) => {
                let place = &submission.place;
                let team = self.team(place.team.as_deref(), place.enterprise.as_deref()).await?;
                Box::pin(self.submitted(&team, submission, inbox)).await
            }
            Item::Home { team, user } => {
                let team = self.team(Some(team), None).await?;
                Box::pin(self.publish_home(&team, user)).await
            }
            Item::Messages { team, user, channel } => {
                let team = self.team(Some(team), None).await?;
                self.suggest_prompts(&team, user, channel).await
            }
            Item::Stop { team, channel, thread_ts, .. } => {
                let team = self.team(Some(team), None).await?;
                self.stop_thread(&team, channel, thread_ts).await
            }
            Item::Links { team, channel, ts, links, unfurl } => {
                let team = self.team(Some(team), None).await?;
                self.unfurl(&team, channel, ts, links, unfurl.as_ref()).await
            }
            Item::Joined { team, channel } => {
                let team = self.team(Some(team), None).await?;
                self.suggest_link(&team, channel, inbox).await
            }
            Item::Revoked { team } => {
                let team = self.team(Some(team), None).await?;
                self.store().revoke_slack_team(team.workspace(), &team.id, self.now()).await?;
                self.forget_team(&team.id);
                tracing::info!(team = team.id, "a Slack team took the agent away");
                Ok(())
            }
        }
    }

    async fn say_item_failed(&self, item: &Item, inbox: Uuid) {
        let (place, back) = match item {
            Item::Command(command) => {
                ((command.team.as_deref(), command.enterprise.as_deref()), Back::of_command(command, inbox))
            }
            Item::Click(clicked) => {
                let place = &clicked.place;
                ((place.team.as_deref(), place.enterprise.as_deref()), Back::of_place(place, inbox))
            }
            Item::Submit(submission) => {
                let place = &submission.place;
                ((place.team.as_deref(), place.enterprise.as_deref()), Back::of_place(place, inbox))
            }
            _ => return,
        };
        let message = super::render::note::failed(
            "I could not do this.",
            "Try again in a moment; if it goes on, tell whoever runs me.",
            &inbox.to_string(),
        );
        let said = async {
            let team = self.team(place.0, place.1).await?;
            self.answer(&team, &Back { key: format!("item/{inbox}/failed"), ..back }, &message).await
        };
        if let Err(error) = said.await {
            tracing::error!(%error, request = %inbox, "nor could that be said");
        }
    }

    /// Somebody pressed stop: what is being answered in the thread is stopped, wherever it is.
    async fn stop_thread(&self, team: &Team, channel: &str, thread_ts: &str) -> Result<(), SlackError> {
        let store = self.store();
        let Some(thread) = store.slack_thread_at(team.workspace(), &team.id, channel, thread_ts).await? else {
            return Ok(());
        };
        let stopped = store.wish_slack_stop(team.workspace(), thread.id).await?;
        if let (false, Some(conversation)) = (stopped.is_empty(), thread.conversation) {
            team.stop(conversation, None).await?;
        }
        let status = serde_json::json!({"channel_id": channel, "thread_ts": thread_ts, "status": "active"});
        match self.api().write(&team.caller, "agents.sessions.setStatus", &status).await {
            Ok(_) | Err(CallError::Refused { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
