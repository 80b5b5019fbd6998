//! Asks the application for a turn: with the account the channel or the talk is about, showing what is looked up, and
//! stopping when the asker wants it.

use std::time::Duration;

use tokio::sync::mpsc;

use super::live::Live;
use crate::app::{AppError, Question};
use crate::domain::answer::{AgentEvent, Answer};
use crate::domain::id::{ConversationId, TurnId};
use crate::slack::people::Asker;
use crate::slack::service::{Slack, SlackError, Team};
use crate::store::slack::{ThreadRow, TurnRow};

/// How often is looked whether the asker wants it to stop: they may have pressed the button at another process.
const LOOK: Duration = Duration::from_secs(1);

impl Slack {
    /// The answer of a turn, kept before it is shown.
    pub(super) async fn ask_for_turn(
        &self,
        team: &Team,
        thread: &ThreadRow,
        turn: &TurnRow,
        asker: &Asker,
        live: &mut Live,
    ) -> Result<Answer, SlackError> {
        let account = self.account_of_turn(team, thread, turn).await?;
        let question = Question {
            question: turn.question.clone(),
            account,
            conversation: thread.conversation,
            origin: asker.origin(&format!("slack/{}", turn.id)),
        };
        let asked = match self.asked(team, thread, turn, question.clone(), live).await {
            // The conversation was taken away; the question is not worth less for that.
            Err(AppError::NotFound(_)) if question.conversation.is_some() => {
                let anew = Question { conversation: None, ..question };
                self.asked(team, thread, turn, anew, live).await
            }
            asked => asked,
        };
        let answer = match asked {
            Ok(answer) => answer,
            Err(AppError::Invalid(sentence) | AppError::NotFound(sentence)) => sentence_as_answer(sentence, thread),
            Err(error) => return Err(error.into()),
        };
        self.store().keep_slack_answer(team.workspace(), turn.id, &answer, None).await?;
        Ok(answer)
    }

    async fn asked(
        &self,
        team: &Team,
        thread: &ThreadRow,
        turn: &TurnRow,
        question: Question,
        live: &mut Live,
    ) -> Result<Answer, AppError> {
        let (send, mut events) = mpsc::channel(64);
        let app = team.app.clone();
        let asking = tokio::spawn(async move { app.ask(question, send).await });
        let mut look = tokio::time::interval(LOOK);
        let mut began: Option<(ConversationId, TurnId)> = None;
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Some(AgentEvent::Started { conversation, turn }) => {
                        began = Some((conversation, turn));
                        if thread.conversation.is_none() {
                            self.store().set_slack_conversation(team.workspace(), thread.id, conversation).await?;
                        }
                    }
                    Some(event) => live.step(self, &event).await,
                    None => break,
                },
                _ = look.tick() => {
                    let kept = self.store().slack_turn(team.workspace(), turn.id).await?;
                    if let (Some((conversation, turn)), true) = (began, kept.is_some_and(|kept| kept.stop_wished)) {
                        team.app.stop(conversation, Some(turn)).await?;
                    }
                }
            }
        }
        asking.await.map_err(|error| AppError::Internal {
            public: "Something went wrong on our side; the log of the service says more.".to_owned(),
            source: error.into(),
        })?
    }

    /// The account a question is about where it names none: the channel's, else the one people in the thread just spoke
    /// of, or looked at.
    async fn account_of_turn(
        &self,
        team: &Team,
        thread: &ThreadRow,
        turn: &TurnRow,
    ) -> Result<Option<String>, SlackError> {
        let named = team.app.find_accounts(&turn.question).await?;
        if !named.accounts.is_empty() || !named.people.is_empty() {
            return Ok(None);
        }
        let spoken_of = team.app.find_accounts(&turn.context).await?;
        if let [only] = spoken_of.accounts.as_slice()
            && let [account] = only.candidates.as_slice()
            && only.exact
            && only.other_name.is_none()
        {
            return Ok(Some(account.domain.clone()));
        }
        // A conversation goes on with what it is about.
        if thread.conversation.is_some() || asks_over_all(&turn.question) {
            return Ok(None);
        }
        let channel =
            if thread.direct { self.looked_at(team, &turn.asker).await? } else { Some(thread.channel.clone()) };
        let Some(channel) = channel else { return Ok(None) };
        let link = self.store().slack_link(team.workspace(), &team.id, &channel).await?;
        Ok(link.map(|link| link.account))
    }
}

/// Whether a question is about many accounts: then the channel's account is not meant.
fn asks_over_all(question: &str) -> bool {
    const MANY: [&str; 9] =
        ["accounts", "customers", "everyone", "everybody", "anyone", "anybody", "portfolio", "who", "all"];
    let lower = question.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.any(|word| MANY.contains(&word)) && !lower.contains("this account")
}

/// What the application says instead of an answer, as one.
fn sentence_as_answer(sentence: String, thread: &ThreadRow) -> Answer {
    Answer {
        answer: sentence,
        citations: Vec::new(),
        account: None,
        conversation: thread.conversation.unwrap_or_default(),
        turn: None,
        stopped: false,
        tools_used: Vec::new(),
        not_seen: Vec::new(),
        checks: crate::domain::answer::Checks::default(),
        model: String::new(),
        notice: None,
        usage: crate::domain::answer::Usage::default(),
        offers: Vec::new(),
        cards: Vec::new(),
        elapsed_ms: 0,
    }
}
