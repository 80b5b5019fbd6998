//! A question in a thread, from being taken up to being shown.
//!
//! Each step is written down before the next one is taken, so that whoever goes on after a crash knows where: what is
//! asked ([`TurnRow`]), what is answered, and each message that is sent, under a key of its own. Between taking the
//! question up and showing the answer nothing holds a connection of the database.

mod addressed;
mod ask;
mod hold;
mod live;
mod show;

use chrono::{DateTime, Utc};
use std::time::Duration;

use uuid::Uuid;

use super::people::Asker;
use super::render::note;
use super::service::{Slack, SlackError, Team};
use crate::domain::id::WorkspaceId;
use crate::store::slack::{SaidInThread, ThreadRow, TurnRow, TurnState};
use addressed::{Addressed, Manner};
use live::Live;

pub use addressed::plain_words;

/// How long is waited for the rest of a burst of messages.
const BURST: Duration = Duration::from_millis(500);

/// Times the wait is repeated while more comes in.
const BURSTS: u32 = 4;

impl Slack {
    /// Answers what waits in a thread. `last` says that it is not tried again: whoever asked is told.
    ///
    /// # Errors
    /// Why it is not done; it is tried again.
    pub async fn answer_thread(&self, workspace: WorkspaceId, thread: Uuid, last: bool) -> Result<(), SlackError> {
        self.alone_in(workspace, thread, Box::pin(self.answer_what_waits(workspace, thread, last))).await
    }

    async fn answer_what_waits(&self, workspace: WorkspaceId, thread: Uuid, last: bool) -> Result<(), SlackError> {
        let _answering = self.answering();
        let thread = self.store().slack_thread(workspace, thread).await?;
        let team = match self.team(Some(&thread.team), None).await {
            Ok(team) => team,
            // Whoever took the app away does not wait for an answer.
            Err(SlackError::UnknownTeam(_)) => return self.drop_what_waits(workspace, &thread).await,
            Err(error) => return Err(error),
        };
        while let Some(turn) = self.next_turn(&team, &thread).await? {
            let thread = self.store().slack_thread(workspace, thread.id).await?;
            match Box::pin(self.do_turn(&team, &thread, &turn)).await {
                Ok(()) => {}
                Err(error) if error.is_final() => {
                    tracing::warn!(%error, turn = %turn.id, "a question in Slack cannot be answered in its place");
                    self.store().end_slack_turn(workspace, &turn, TurnState::Failed, None, self.now()).await?;
                }
                Err(error) if last => {
                    tracing::error!(%error, turn = %turn.id, "a question in Slack could not be answered");
                    self.say_failed(&team, &thread, &turn).await?;
                    // The turn stays open: a person may have the failed task tried again, or the next question does.
                    return Err(error);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn drop_what_waits(&self, workspace: WorkspaceId, thread: &ThreadRow) -> Result<(), SlackError> {
        let said = self.store().said_in_slack_thread(workspace, thread.id).await?;
        let waiting: Vec<Uuid> = said.iter().filter(|said| said.waiting).map(|said| said.id).collect();
        Ok(self.store().keep_as_slack_context(workspace, &waiting).await?)
    }

    /// The turn to go on with, or a new one for what waits; none when nothing does.
    async fn next_turn(&self, team: &Team, thread: &ThreadRow) -> Result<Option<TurnRow>, SlackError> {
        let (store, workspace) = (self.store(), team.workspace());
        if let Some(open) = store.open_slack_turn(workspace, thread.id).await? {
            return Ok(Some(open));
        }
        let mut said = store.said_in_slack_thread(workspace, thread.id).await?;
        if !said.iter().any(|said| said.waiting) {
            return Ok(None);
        }
        for _ in 0..BURSTS {
            let before = said.len();
            // Where many questions wait for their turn, nobody has to wait for the rest of a burst as well.
            let newest = said.iter().filter(|said| said.waiting).map(|said| said.received_at).max();
            let age =
                newest.and_then(|newest| self.now().signed_duration_since(newest).to_std().ok()).unwrap_or_default();
            let rest = BURST.saturating_sub(age);
            if rest.is_zero() {
                break;
            }
            tokio::time::sleep(rest).await;
            said = store.said_in_slack_thread(workspace, thread.id).await?;
            if said.len() == before {
                break;
            }
        }
        self.begin_turn(team, thread, &said).await
    }

    async fn begin_turn(
        &self,
        team: &Team,
        thread: &ThreadRow,
        said: &[SaidInThread],
    ) -> Result<Option<TurnRow>, SlackError> {
        let (store, workspace) = (self.store(), team.workspace());
        // Everything is looked at as it is now: a thread may have been made quiet a moment ago.
        let thread = store.slack_thread(workspace, thread.id).await?;
        let addressed = Addressed::of(&thread, said, &team.bot_user);
        store.keep_as_slack_context(workspace, &addressed.aside).await?;
        let Some(question) = addressed.question else { return Ok(None) };
        let turn = TurnRow {
            id: Uuid::now_v7(),
            thread: thread.id,
            asker: question.asker,
            question: question.words,
            context: addressed.context,
            message_ts: question.message_ts,
            state: TurnState::Open,
            elsewhere: None,
            answer: None,
            stop_wished: false,
        };
        store.begin_slack_turn(workspace, &turn, &question.messages, self.now()).await?;
        Ok(Some(turn))
    }

    async fn do_turn(&self, team: &Team, thread: &ThreadRow, turn: &TurnRow) -> Result<(), SlackError> {
        let asker = match self.asker(team, &turn.asker).await {
            Ok(asker) => asker,
            Err(SlackError::NotAllowed(sentence)) => {
                return self.say_and_end(team, thread, turn, note::not_allowed(&sentence), true).await;
            }
            Err(error) => return Err(error),
        };
        if let Some(manner) = Manner::read(&turn.question) {
            let quiet = manner == Manner::WhenMentioned;
            self.store().set_slack_quiet(team.workspace(), thread.id, quiet).await?;
            let told = if quiet { note::Manner::WhenMentioned } else { note::Manner::Talks };
            return self.say_and_end(team, thread, turn, note::manner(told), false).await;
        }
        if turn.question.trim().is_empty() {
            let hint = self.hint(team).await;
            return self.say_and_end(team, thread, turn, note::plain(&hint), false).await;
        }
        if let Some(until) = self.limited(team, turn).await? {
            return self.say_and_end(team, thread, turn, note::rate_limited(until.into()), true).await;
        }
        Box::pin(self.answer_turn(team, thread, turn, &asker)).await
    }

    /// Until when the asker has to wait, who asks faster than anybody reads.
    async fn limited(&self, team: &Team, turn: &TurnRow) -> Result<Option<DateTime<Utc>>, SlackError> {
        if turn.answer.is_some() {
            return Ok(None);
        }
        // The question itself is one of them.
        let most = self.config().questions_per_minute + 1;
        let before = self.store().slack_question_before(team.workspace(), &turn.asker, most).await?;
        let free = before.map(|before| before + chrono::Duration::minutes(1));
        Ok(free.filter(|free| *free > self.now().utc()))
    }

    /// What to say to somebody who only called.
    async fn hint(&self, team: &Team) -> String {
        let example = team.app.find_accounts("").await.ok().and_then(|found| found.example);
        let name = example.map_or_else(|| "that account".to_owned(), |account| account.name);
        format!(
            "What would you like to know? For example: why is {name} critical? Type /success help for all I can do."
        )
    }

    async fn answer_turn(
        &self,
        team: &Team,
        thread: &ThreadRow,
        turn: &TurnRow,
        asker: &Asker,
    ) -> Result<(), SlackError> {
        let hidden = if thread.direct { None } else { self.outsiders(team, &thread.channel).await };
        let mut live = Live::begin(self, team, thread, turn, hidden.is_none()).await?;
        let answered = match turn.answer.clone() {
            Some(answer) => answer,
            None => self.ask_for_turn(team, thread, turn, asker, &mut live).await?,
        };
        Box::pin(self.show_answer(team, thread, turn, asker, live, answered)).await
    }

    /// Says one thing and ends the turn; `alone` shows it to the asker only.
    async fn say_and_end(
        &self,
        team: &Team,
        thread: &ThreadRow,
        turn: &TurnRow,
        message: super::render::Message,
        alone: bool,
    ) -> Result<(), SlackError> {
        let said = (message.text.as_str(), message.blocks.as_slice());
        let ts = if alone && !thread.direct {
            let place = (thread.channel.as_str(), Some(thread.thread_ts.as_str()));
            self.sender().whisper(&team.caller, place, &turn.asker, said).await?;
            None
        } else {
            let place = team.place(&thread.channel, Some(&thread.thread_ts));
            Some(self.sender().post_once(&place, &format!("turn/{}/said", turn.id), said, None, self.now()).await?.ts)
        };
        let ended = self.store().end_slack_turn(team.workspace(), turn, TurnState::Done, ts.as_deref(), self.now());
        Ok(ended.await?)
    }

    async fn say_failed(&self, team: &Team, thread: &ThreadRow, turn: &TurnRow) -> Result<(), SlackError> {
        let message = note::failed(
            "I could not answer this.",
            "Ask again in a moment; if it goes on, tell whoever runs me.",
            &turn.id.to_string(),
        );
        let key = Live::key(turn);
        let said = (message.text.as_str(), message.blocks.as_slice());
        let sent = match self.store().slack_post(team.workspace(), &key).await? {
            Some(post) => {
                let stopped = serde_json::json!({"channel": post.channel, "ts": post.ts});
                if thread.direct {
                    // A stream that is open would go on for minutes.
                    let _ = self.api().write(&team.caller, "chat.stopStream", &stopped).await;
                }
                self.sender().update(&team.caller, &post.channel, &post.ts, said, &key).await
            }
            None => {
                let place = team.place(&thread.channel, Some(&thread.thread_ts));
                let key = format!("turn/{}/failed", turn.id);
                let sent = self.sender().post_once(&place, &key, said, None, self.now());
                sent.await.map(drop).map_err(|_| super::client::CallError::Unreachable)
            }
        };
        if let Err(error) = sent {
            tracing::error!(%error, turn = %turn.id, "nor could that be said");
        }
        Ok(())
    }
}
