//! What is written down of what came in, before it is acknowledged: the same for signed HTTP and for Socket Mode.
//!
//! What opens a dialog is the exception: Slack gives three seconds for that, so it is done at once beside the
//! acknowledgement and is not worth anything later.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::act;
use super::command::{self, Typed};
use super::payload::{Clicked, Command, Delivery, Event, Interaction, Message, Shortcut, Submission, text};
use super::render::action_id;
use super::service::{Slack, SlackError, Team};
use crate::store::slack::{Received, ReceivedMessage};

/// For how long Slack brings again what it could not deliver, about.
const COMES_AGAIN: chrono::Duration = chrono::Duration::hours(1);

/// What Slack gets back with the acknowledgement; nothing where there is nothing to say.
pub type Reply = Option<Value>;

/// Something that is written down to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "item", rename_all = "snake_case")]
pub enum Item {
    /// A slash command.
    Command(Command),
    /// A button or a menu.
    Click(Clicked),
    /// A dialog that was sent.
    Submit(Submission),
    /// The Home tab was opened.
    Home {
        /// The team.
        team: String,
        /// Who.
        user: String,
    },
    /// The tab with the agent's messages was opened.
    Messages {
        /// The team.
        team: String,
        /// Who.
        user: String,
        /// The direct message.
        channel: String,
    },
    /// Stop was pressed.
    Stop {
        /// The team.
        team: String,
        /// Who.
        user: Option<String>,
        /// Where.
        channel: String,
        /// The thread.
        thread_ts: String,
    },
    /// Links to us were written.
    Links {
        /// The team.
        team: String,
        /// Where.
        channel: String,
        /// The message.
        ts: String,
        /// The links.
        links: Vec<String>,
        /// What names the message while it is being written.
        unfurl: Option<(String, String)>,
    },
    /// The agent came into a channel.
    Joined {
        /// The team.
        team: String,
        /// The channel.
        channel: String,
    },
    /// The app was taken away.
    Revoked {
        /// The team.
        team: String,
    },
}

impl Item {
    fn kind(&self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Click(_) => "click",
            Self::Submit(_) => "submit",
            Self::Home { .. } => "home",
            Self::Messages { .. } => "messages",
            Self::Stop { .. } => "stop",
            Self::Links { .. } => "links",
            Self::Joined { .. } => "joined",
            Self::Revoked { .. } => "revoked",
        }
    }
}

impl Slack {
    /// Takes an event in.
    ///
    /// # Errors
    /// When it could not be written down: it is not acknowledged then, and Slack sends it again.
    pub async fn take_event(&self, payload: &Value) -> Result<(), SlackError> {
        let Some(delivery) = Delivery::read(payload) else {
            self.ignore("an event without a name");
            return Ok(());
        };
        let team = match self.team(delivery.team.as_deref(), delivery.enterprise.as_deref()).await {
            Ok(team) => team,
            Err(SlackError::UnknownTeam(_)) => {
                self.ignore("an event of a team that is not installed");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let id = format!("event/{}", delivery.id);
        let of_team = team.id.clone();
        let item = match delivery.event {
            Event::Said(message) => return self.take_message(&team, &message).await,
            Event::Changed(message) => {
                let for_us = message.direct() || mentions(&message.text, &team.bot_user);
                let addressed =
                    for_us && message.said_at().is_some_and(|at| self.now().signed_duration_since(at) < COMES_AGAIN);
                let changed = Received::Changed { key: message.key(&team.id), text: message.text, addressed };
                return self.receive(&team, &changed).await;
            }
            Event::Deleted { channel, ts } => {
                let key = super::payload::message_key(&team.id, &channel, &ts);
                return self.receive(&team, &Received::Deleted { key }).await;
            }
            Event::MembersChanged { channel, user, joined } => {
                self.audience_changed(&team, &channel).await?;
                if !joined || user.as_deref() != Some(team.bot_user.as_str()) {
                    return Ok(());
                }
                Item::Joined { team: of_team, channel }
            }
            Event::OutOfDate { id } => {
                self.out_of_date(&team, &id).await?;
                return Ok(());
            }
            Event::ContextChanged { user, channel } => {
                if let Some(user) = user {
                    self.looks_at(&team, &user, channel.as_deref()).await?;
                }
                return Ok(());
            }
            Event::DetailsRequested { user, trigger, url } => {
                let (slack, team) = (self.clone(), team.clone());
                tokio::spawn(async move { slack.show_details(&team, &user, &trigger, &url).await });
                return Ok(());
            }
            Event::RateLimited => {
                tracing::warn!("Slack holds events back, because there are too many");
                return Ok(());
            }
            Event::Other(kind) => {
                self.ignore(&kind);
                return Ok(());
            }
            Event::HomeOpened { user, tab, channel } => match (tab.as_str(), channel) {
                ("messages", Some(channel)) => Item::Messages { team: of_team, user, channel },
                ("messages", None) => return Ok(()),
                _ => Item::Home { team: of_team, user },
            },
            Event::StopPressed { user, channel, thread_ts } => Item::Stop { team: of_team, user, channel, thread_ts },
            Event::LinkShared { channel, ts, links, unfurl } => {
                Item::Links { team: of_team, channel, ts, links, unfurl }
            }
            Event::Uninstalled | Event::TokensRevoked { bot: true } => Item::Revoked { team: of_team },
            Event::TokensRevoked { bot: false } => return Ok(()),
        };
        self.write_down(&team, &id, &item).await
    }

    async fn take_message(&self, team: &Team, message: &Message) -> Result<(), SlackError> {
        let Some(user) = message.user.as_deref().filter(|user| message.by_a_person() && *user != team.bot_user) else {
            self.ignore("what a program said");
            return Ok(());
        };
        let (direct, addressed) = (message.direct(), mentions(&message.text, &team.bot_user));
        // In a group of people and in channels, what begins a thread without naming the agent is none of its business.
        if !direct && !addressed && message.thread_ts.is_none() {
            return Ok(());
        }
        let received = Received::Message(ReceivedMessage {
            key: message.key(&team.id),
            team: team.id.clone(),
            channel: message.channel.clone(),
            thread_ts: message.thread().to_owned(),
            direct,
            begins: message.thread_ts.is_none(),
            addressed,
            user: user.to_owned(),
            body: message.to_body(),
        });
        self.receive(team, &received).await
    }

    /// Writes something down, to be sorted and done.
    pub(super) async fn receive(&self, team: &Team, received: &Received) -> Result<(), SlackError> {
        self.inbox().put(received.writable(team.workspace(), self.now())?).await
    }

    /// Shows that a question has come in: a status in a direct message, a reaction elsewhere.
    pub(super) async fn show_that_it_waits(&self, [team, channel, thread, ts]: &[String; 4], direct: bool) {
        let (method, arguments) = if direct {
            let status = json!({"channel_id": channel, "thread_ts": thread, "status": "processing"});
            ("agents.sessions.setStatus", status)
        } else {
            ("reactions.add", json!({"channel": channel, "timestamp": ts, "name": "eyes"}))
        };
        let shown = async {
            let team = self.team(Some(team), None).await?;
            self.api().write(&team.caller, method, &arguments).await?;
            Ok::<(), SlackError>(())
        };
        // It is only a sign; the answer comes all the same.
        if let Err(error) = shown.await {
            tracing::debug!(%error, "that a question waits could not be shown");
        }
    }

    /// Takes a slash command in.
    ///
    /// # Errors
    /// When it could not be written down.
    pub async fn take_command(&self, fields: &Value) -> Result<Reply, SlackError> {
        if text(fields, "/ssl_check") == Some("1") {
            return Ok(None);
        }
        let Some(command) = Command::read(fields) else {
            return Ok(Some(said("I could not read this command; type `/success help`.")));
        };
        let team = match self.team(command.team.as_deref(), command.enterprise.as_deref()).await {
            Ok(team) => team,
            Err(error @ SlackError::UnknownTeam(_)) => return Ok(Some(said(&error.to_string()))),
            Err(error) => return Err(error),
        };
        let typed = command::read(&command.command, &command.text);
        if let (true, Some(trigger)) = (typed.is_incomplete(), command.trigger.clone()) {
            let slack = self.clone();
            tokio::spawn(async move { Box::pin(slack.complete(&team, &command, &typed, &trigger)).await });
            return Ok(None);
        }
        if let Typed::Help(topic) = &typed {
            let help = super::render::help::help(topic);
            return Ok(Some(json!({ "response_type": "ephemeral", "text": help.text, "blocks": help.blocks })));
        }
        let key = command.key().unwrap_or_else(|| format!("command/{}", uuid::Uuid::now_v7()));
        self.write_down(&team, &key, &Item::Command(command)).await?;
        Ok(None)
    }

    /// Takes an interaction in.
    ///
    /// # Errors
    /// When it could not be written down.
    pub async fn take_interaction(&self, payload: &Value) -> Result<Reply, SlackError> {
        let Some(interaction) = Interaction::read(payload) else {
            self.ignore("an interaction that names nobody");
            return Ok(None);
        };
        let Some(place) = interaction.place() else { return Ok(None) };
        let team = match self.team(place.team.as_deref(), place.enterprise.as_deref()).await {
            Ok(team) => team,
            Err(SlackError::UnknownTeam(_)) => {
                self.ignore("an interaction of a team that is not installed");
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let key = interaction.key();
        match interaction {
            Interaction::Clicked(clicked) if act::opens_a_dialog(&clicked.action_id) => {
                let slack = self.clone();
                tokio::spawn(async move { slack.open_dialog(&team, &clicked).await });
                Ok(None)
            }
            Interaction::Clicked(clicked) if action_id::kind_of(&clicked.action_id) == action_id::LINK_OPEN => Ok(None),
            Interaction::Shortcut(shortcut) => {
                self.take_shortcut(team, shortcut);
                Ok(None)
            }
            Interaction::Suggest { place, typed, .. } => self.suggest(&team, &place.user, &typed).await.map(Some),
            Interaction::Submitted(submission) => {
                if let Some(errors) = self.faults(&team, &submission).await? {
                    return Ok(Some(errors));
                }
                if act::only_shows(&submission.callback_id) {
                    return Ok(None);
                }
                self.write_down(&team, &key.unwrap_or_default(), &Item::Submit(submission)).await?;
                Ok(None)
            }
            Interaction::Clicked(clicked) => {
                self.write_down(&team, &key.unwrap_or_default(), &Item::Click(clicked)).await?;
                Ok(None)
            }
            Interaction::Closed | Interaction::Other(_) => Ok(None),
        }
    }

    fn take_shortcut(&self, team: Team, shortcut: Shortcut) {
        let slack = self.clone();
        tokio::spawn(async move { slack.open_for_shortcut(&team, &shortcut).await });
    }

    async fn write_down(&self, team: &Team, key: &str, item: &Item) -> Result<(), SlackError> {
        let body = serde_json::to_value(item).map_err(crate::store::StoreError::from)?;
        self.receive(team, &Received::Item { key: key.to_owned(), kind: item.kind().to_owned(), body }).await
    }
}

/// Whether a text names a user.
#[must_use]
pub fn mentions(text: &str, user: &str) -> bool {
    text.match_indices("<@").any(|(at, _)| {
        let rest = &text[at + 2..];
        rest.strip_prefix(user).is_some_and(|rest| rest.starts_with(['>', '|']))
    })
}

/// A sentence of ours as an answer only its reader sees.
fn said(sentence: &str) -> Value {
    json!({ "response_type": "ephemeral", "text": super::render::escape::mrkdwn(sentence) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_user_who_is_named_is_mentioned() {
        assert!(mentions("hi <@U1>, look", "U1"));
        assert!(mentions("hi <@U1|agent>", "U1"));
        assert!(!mentions("hi <@U12>", "U1"));
        assert!(!mentions("hi @U1", "U1"));
    }
}
