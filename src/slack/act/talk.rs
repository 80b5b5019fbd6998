//! Questions that do not begin as a message: from a command, a dialog, a shortcut or a button. They begin a thread, with
//! what was asked for all to see, and go on there as any other.

use serde_json::json;
use uuid::Uuid;

use crate::domain::health::Level;
use crate::domain::tool::portfolio::Portfolio;
use crate::slack::client::CallError;
use crate::slack::payload::{Clicked, Command};
use crate::slack::people::Asker;
use crate::slack::render::action_id::{ModalMeta, OfferValue};
use crate::slack::render::note;
use crate::slack::service::{Slack, SlackError, Team};
use crate::store::slack::{Received, ReceivedMessage};

/// Minutes that what somebody looks at counts for what they ask.
const LOOKED_AT_MINUTES: i64 = 30;

impl Slack {
    /// A question typed behind a command: in the channel where the agent is in it, else in the asker's direct messages.
    pub(in crate::slack) async fn ask_from_command(
        &self,
        team: &Team,
        asker: &Asker,
        command: &Command,
        question: &str,
        inbox: Uuid,
    ) -> Result<(), SlackError> {
        self.begin_thread(team, asker, Some(&command.channel), None, question, inbox).await
    }

    /// A question from a dialog: below the message it was opened on, else as one from a command.
    pub(super) async fn ask_from_dialog(
        &self,
        team: &Team,
        asker: &Asker,
        meta: &ModalMeta,
        account: Option<&str>,
        question: &str,
        inbox: Uuid,
    ) -> Result<(), SlackError> {
        let question = match account {
            Some(domain) => about(team, domain, question).await?,
            None => question.to_owned(),
        };
        self.begin_thread(team, asker, meta.channel.as_deref(), meta.thread.as_deref(), &question, inbox).await
    }

    /// A question an answer offered: in the thread of that answer.
    pub(super) async fn ask_offer(
        &self,
        team: &Team,
        clicked: &Clicked,
        asker: &Asker,
        value: &OfferValue,
        inbox: Uuid,
    ) -> Result<(), SlackError> {
        let place = &clicked.place;
        let question = match &value.account {
            Some(domain) => about(team, domain, &value.question).await?,
            None => value.question.clone(),
        };
        let thread = place.thread_ts.as_deref().or(place.message_ts.as_deref());
        self.begin_thread(team, asker, place.channel.as_deref(), thread, &question, inbox).await
    }

    async fn begin_thread(
        &self,
        team: &Team,
        asker: &Asker,
        channel: Option<&str>,
        thread: Option<&str>,
        question: &str,
        inbox: Uuid,
    ) -> Result<(), SlackError> {
        let asked = note::asked(asker.person.first_name(), question);
        let said = (asked.text.as_str(), asked.blocks.as_slice());
        let key = format!("item/{inbox}/asked");
        let here = match channel {
            // A command is for its sender alone: it is not told to outsiders what was asked.
            Some(channel) if !channel.starts_with('D') && self.outsiders(team, channel).await.is_some() => None,
            Some(channel) => {
                let place = team.place(channel, thread);
                match self.sender().post_once(&place, &key, said, None, self.now()).await.map_err(SlackError::from) {
                    Ok(sent) => {
                        Some((channel.to_owned(), thread.map_or_else(|| sent.ts.clone(), str::to_owned), sent.ts))
                    }
                    // The agent is not in the channel, or nobody may write there.
                    Err(SlackError::Call(error)) if error.place_is_gone() => None,
                    Err(error) => return Err(error),
                }
            }
            None => None,
        };
        let (channel, thread_ts, ts) = match here {
            Some(here) => here,
            // A thread of its own: the one it was asked in is elsewhere.
            None => {
                let channel = self.sender().direct_message(&team.caller, &asker.user).await?;
                let place = team.place(&channel, None);
                let sent = self.sender().post_once(&place, &key, said, None, self.now()).await?;
                (channel, sent.ts.clone(), sent.ts)
            }
        };
        let direct = channel.starts_with('D');
        // Named, so that it counts as said to the agent wherever it stands.
        let text = format!("<@{}> {}", team.bot_user, escaped(question));
        let message = ReceivedMessage {
            key: format!("asked/{inbox}"),
            team: team.id.clone(),
            channel,
            thread_ts,
            direct,
            begins: false,
            addressed: true,
            user: asker.user.clone(),
            body: json!({ "ts": ts, "user": asker.user, "text": text, "files": false }),
        };
        self.receive(team, &Received::Message(message)).await?;
        Ok(())
    }

    /// Prompts for the tab with the agent's messages, from the person's own critical accounts.
    pub(super) async fn suggest_prompts(&self, team: &Team, user: &str, channel: &str) -> Result<(), SlackError> {
        let asker = match self.asker(team, user).await {
            Ok(asker) => asker,
            Err(SlackError::NotAllowed(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let of = |owner: Option<String>| Portfolio {
            levels: vec![Level::Critical],
            owner,
            limit: Some(2),
            ..Portfolio::default()
        };
        let mut critical = team.app.accounts(of(Some(asker.person.who().to_owned()))).await?;
        if critical.rows.is_empty() {
            critical = team.app.accounts(of(None)).await?;
        }
        let mut prompts: Vec<(String, String)> = critical
            .rows
            .iter()
            .map(|row| {
                (format!("Why is {} critical?", row.name), format!("Why is {} ({}) critical?", row.name, row.domain))
            })
            .collect();
        prompts
            .push(("Renewals ahead".to_owned(), "Who is renewing in the next 30 days and looks unhappy?".to_owned()));
        prompts.push(("What we owe".to_owned(), "Which commitments of ours are overdue?".to_owned()));
        let prompts: Vec<_> = prompts
            .into_iter()
            .take(4)
            .map(|(title, message)| json!({ "title": crate::domain::text::clipped(&title, 70), "message": message }))
            .collect();
        let arguments = json!({ "channel_id": channel, "title": "What would you like to know?", "prompts": prompts });
        match self.api().write(&team.caller, "assistant.threads.setSuggestedPrompts", &arguments).await {
            Ok(_) | Err(CallError::Refused { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Somebody looks at a channel: what they ask without a name may be about its account.
    pub(in crate::slack) async fn looks_at(
        &self,
        team: &Team,
        user: &str,
        channel: Option<&str>,
    ) -> Result<(), SlackError> {
        let key = format!("_looks_at:{user}");
        let store = self.store();
        match channel {
            Some(channel) => {
                store.put_slack_known(team.workspace(), &team.id, &key, &channel.to_owned(), self.now()).await?;
            }
            None => store.forget_slack_known(team.workspace(), &team.id, &key).await?,
        }
        Ok(())
    }

    /// The channel somebody looked at last.
    pub(in crate::slack) async fn looked_at(&self, team: &Team, user: &str) -> Result<Option<String>, SlackError> {
        let since = self.now() - chrono::Duration::minutes(LOOKED_AT_MINUTES);
        let key = format!("_looks_at:{user}");
        Ok(self.store().slack_known(team.workspace(), &team.id, &key, since).await?)
    }
}

/// A question with the account it is about in its words, unless it names it already.
async fn about(team: &Team, domain: &str, question: &str) -> Result<String, SlackError> {
    let named = team.app.find_accounts(question).await?.accounts;
    let names_it = named.iter().any(|mention| mention.candidates.iter().any(|account| account.domain == domain));
    Ok(if names_it { question.to_owned() } else { format!("{domain}: {question}") })
}

/// Words of a person as Slack would have sent them.
fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
