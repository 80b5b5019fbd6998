//! Asks the application for a turn: with what was said in between and the account of the channel, showing what is looked
//! up, and stopping when the asker wants it.

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

/// How long after a message in a direct message the next one may point back to it.
const BELONGS_TOGETHER: Duration = Duration::from_mins(30);

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
        let question = Question {
            question: turn.question.clone(),
            account: None,
            conversation: thread.conversation,
            talk: turn.context.clone(),
            place: self.account_of_place(team, thread, turn).await?,
            just_before: self.just_before(team, thread).await?,
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
            Err(AppError::Invalid(sentence) | AppError::NotFound(sentence)) => {
                Answer::plain(sentence, thread.conversation.unwrap_or_default())
            }
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
                        if thread.conversation != Some(conversation) {
                            self.store().set_slack_conversation(team.workspace(), thread.id, conversation).await?;
                        }
                    }
                    Some(event) => live.step(self, &event).await,
                    None => break,
                },
                _ = look.tick() => {
                    let kept = self.store().slack_turn(team.workspace(), turn.id).await?;
                    if let (Some((conversation, turn)), true) = (began, kept.is_some_and(|kept| kept.stop_wished)) {
                        team.stop(conversation, Some(turn)).await?;
                    }
                }
            }
        }
        asking.await.map_err(|error| AppError::Internal {
            public: "Something went wrong on our side; the log of the service says more.".to_owned(),
            source: error.into(),
        })?
    }

    /// In a direct message people type below each other what belongs together, and each begins a thread.
    async fn just_before(&self, team: &Team, thread: &ThreadRow) -> Result<Option<ConversationId>, SlackError> {
        if !thread.direct || thread.conversation.is_some() {
            return Ok(None);
        }
        let begun = thread.thread_ts.split('.').next().and_then(|seconds| seconds.parse::<i64>().ok());
        let since = (begun.unwrap_or_default() - BELONGS_TOGETHER.as_secs().cast_signed()).to_string();
        Ok(self.store().slack_conversation_before(team.workspace(), thread, &since).await?)
    }

    /// The account of the channel; in a direct message, of the channel the asker looks at.
    async fn account_of_place(
        &self,
        team: &Team,
        thread: &ThreadRow,
        turn: &TurnRow,
    ) -> Result<Option<String>, SlackError> {
        let channel =
            if thread.direct { self.looked_at(team, &turn.asker).await? } else { Some(thread.channel.clone()) };
        let Some(channel) = channel else { return Ok(None) };
        let link = self.store().slack_link(team.workspace(), &team.id, &channel).await?;
        Ok(link.map(|link| link.account))
    }
}
