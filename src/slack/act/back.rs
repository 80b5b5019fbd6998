//! The way back to whoever typed a command, pressed a button or sent a dialog: for them alone, once, and where that is
//! not to be had, in their direct messages.

use uuid::Uuid;

use crate::slack::client::CallError;
use crate::slack::payload::{Command, Place};
use crate::slack::render::Message;
use crate::slack::service::{Slack, SlackError, Team};
use crate::store::slack::{ClaimedPost, NewPost};

/// The way back.
#[derive(Clone, Debug)]
pub struct Back {
    /// The key of what is said.
    pub key: String,
    /// To whom.
    pub user: String,
    /// Where they are; none in the Home tab.
    pub channel: Option<String>,
    /// The thread they are in.
    pub thread_ts: Option<String>,
    /// The address Slack gave for answering.
    pub response_url: Option<String>,
    /// Whether what is said takes the place of what the button stands in.
    pub instead: bool,
}

impl Back {
    /// Back to who typed a command.
    #[must_use]
    pub fn of_command(command: &Command, inbox: Uuid) -> Self {
        Self {
            key: format!("item/{inbox}"),
            user: command.user.clone(),
            channel: Some(command.channel.clone()),
            thread_ts: None,
            response_url: command.response_url.clone(),
            instead: false,
        }
    }

    /// Back to who did something in a place.
    #[must_use]
    pub fn of_place(place: &Place, inbox: Uuid) -> Self {
        Self {
            key: format!("item/{inbox}"),
            user: place.user.clone(),
            channel: place.channel.clone(),
            thread_ts: place.thread_ts.clone(),
            response_url: place.response_url.clone(),
            instead: false,
        }
    }

    /// The same, in the place of what only this person saw.
    #[must_use]
    pub fn instead(self) -> Self {
        Self { instead: true, ..self }
    }
}

impl Slack {
    /// Says something to one person. What only one person sees cannot be looked for later, so where a crash leaves it
    /// open whether it was said, it is said in their direct messages, where that can be seen.
    pub(in crate::slack) async fn answer(&self, team: &Team, back: &Back, message: &Message) -> Result<(), SlackError> {
        let said = (message.text.as_str(), message.blocks.as_slice());
        let channel = back.channel.as_deref().unwrap_or_default();
        let post = NewPost { key: &back.key, team: &team.id, channel, thread_ts: None, shows: None };
        match self.store().claim_slack_post(team.workspace(), &post, self.now()).await? {
            ClaimedPost::Sent(_) => return Ok(()),
            ClaimedPost::Unknown => return self.in_direct_messages(team, back, message).await,
            ClaimedPost::New => {}
        }
        let by_address = match &back.response_url {
            Some(url) => self.sender().respond(url, said, back.instead).await,
            None => Err(CallError::Unreachable),
        };
        let told = match (by_address, &back.channel) {
            (Ok(()), _) => Ok(()),
            (Err(CallError::Unknown { .. }), _) => Err(CallError::Unknown { method: "response_url" }),
            // The address is used up or too old.
            (Err(_), Some(channel)) => {
                let place = (channel.as_str(), back.thread_ts.as_deref());
                self.sender().whisper(&team.caller, place, &back.user, said).await
            }
            (Err(error), None) => Err(error),
        };
        match told {
            Ok(()) => Ok(self.store().mark_slack_post_sent(team.workspace(), &back.key, "shown").await?),
            Err(_) => self.in_direct_messages(team, back, message).await,
        }
    }

    async fn in_direct_messages(&self, team: &Team, back: &Back, message: &Message) -> Result<(), SlackError> {
        let channel = self.sender().direct_message(&team.caller, &back.user).await?;
        let said = (message.text.as_str(), message.blocks.as_slice());
        let key = format!("{}/direct", back.key);
        self.sender().post_once(&team.place(&channel, None), &key, said, None, self.now()).await?;
        Ok(self.store().mark_slack_post_sent(team.workspace(), &back.key, "shown").await?)
    }
}
