//! Conversations: a question is answered in the light of those before it, and kept with its answer.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

use super::naming::named;
use super::{App, AppError, Origin, Question};
use crate::agent::driver::Asked;
use crate::agent::scope::TurnScope;
use crate::domain::answer::{AgentEvent, Answer};
use crate::domain::conversation::{Conversation, Focus, Opening, Turn};
use crate::domain::id::{ConversationId, TurnId};
use crate::domain::time::milliseconds;
use crate::model::analyst::asks_for_change;
use crate::model::chat::PastTurn;
use crate::store::StoreError;
use crate::telemetry::work::counted;

/// Earlier turns a new one sees.
const REMEMBERED: u32 = 6;

/// What is said of an answer that could not be kept.
const NOT_KEPT: &str = "This answer could not be kept, because the database was out of reach: it is not in the \
    conversation afterwards, and a question that goes on from it will not know it.";

/// Conversations listed at most.
const LISTED: u32 = 20;

/// Turns of a conversation that are shown.
const SHOWN: u32 = 200;

impl App {
    /// Answers a question. Events arrive on `events` while it works; a closed receiver does not stop the answer, only
    /// [`App::stop`] does.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for an empty question; [`AppError::NotFound`] for an account or a conversation that does
    /// not exist; [`AppError::Unavailable`] when the database is out of reach.
    pub async fn ask(&self, question: Question, events: mpsc::Sender<AgentEvent>) -> Result<Answer, AppError> {
        let started = Instant::now();
        let _asking = self.bell.asking();
        let request = question.origin.request.clone();
        // Boxed: the future of a turn is large.
        let (answered, work) = counted(Box::pin(self.answer(question, &events))).await;
        let (conversation, mut turn) = answered?;
        turn.answer.work = work;
        let saving = self.save(&conversation, &mut turn, request.as_deref(), started);
        let (saved, work) = counted(Box::pin(saving)).await;
        saved?;
        let mut answer = turn.answer;
        answer.work.add(work);
        if !events.is_closed() {
            let _ = events.send(AgentEvent::Answer(Box::new(answer.clone()))).await;
        }
        Ok(answer)
    }

    /// Answers a question that nobody typed; it is kept only where it says something with evidence.
    pub(super) async fn answer_unasked(&self, question: Question) -> Result<Answer, AppError> {
        let started = Instant::now();
        let (events, _) = mpsc::channel(1);
        let (conversation, mut turn) = Box::pin(self.answer(question, &events)).await?;
        if turn.answer.citations.is_empty() {
            return Err(AppError::Unavailable(turn.answer.answer));
        }
        Box::pin(self.save(&conversation, &mut turn, None, started)).await?;
        Ok(turn.answer)
    }

    /// The latest conversations somebody began on an account, the newest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] naming an account that does not exist.
    pub async fn conversations_on(&self, account: &str, origin: &Origin) -> Result<Vec<Conversation>, AppError> {
        let account = self.account(account).await?;
        let by = self.identified(&origin.by).await?;
        Ok(self.intake.store.conversations_on(self.workspace, &account, &by.who, LISTED).await?)
    }

    /// Begins a conversation with what the agent said by itself, so that what is asked below it means its accounts.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn begin_with(&self, opening: Opening) -> Result<ConversationId, AppError> {
        let now = self.now();
        let conversation = Conversation::begun(None, now);
        self.intake.store.append_turn(self.workspace, &conversation, &opening.turn(conversation.id, now)).await?;
        Ok(conversation.id)
    }

    /// The turn that answers a question, with its conversation. Neither is kept yet.
    async fn answer(
        &self,
        question: Question,
        events: &mpsc::Sender<AgentEvent>,
    ) -> Result<(Conversation, Turn), AppError> {
        let started = Instant::now();
        let text = question.question.trim().to_owned();
        if text.is_empty() {
            return Err(AppError::Invalid("The question is empty; type what you want to know.".to_owned()));
        }
        let store = &self.intake.store;
        let asked_account = named(question.account.as_deref());
        let (mut known, asker) = self.opened(asked_account, &question.origin.by).await?;
        let asked_account = match asked_account {
            Some(account) => Some(Self::account_in(&known.directory, account).await?),
            None => None,
        };
        let (conversation, mut turns) = match question.conversation {
            Some(id) => self.turns(id).await?,
            None => {
                let begun = Conversation::begun(asked_account.clone(), self.intake.clock.now());
                (Conversation { asked_by: Some(asker.who.clone()), ..begun }, Vec::new())
            }
        };
        // A conversation opened on an account stays on it; asking it on another account is a mix-up worth telling.
        if let (Some(pinned), Some(asked)) = (&conversation.pinned, &asked_account)
            && pinned != asked
        {
            return Err(AppError::Invalid(format!(
                "This conversation is about {pinned}; start a new one to ask about {asked}."
            )));
        }
        let pinned = conversation.pinned.clone().or(asked_account);
        let scope = TurnScope {
            workspace: self.workspace,
            pinned,
            asker: Some(asker),
            wants_change: asks_for_change(&text, self.intake.clock.today()),
            typed: Some(text.clone()),
        };
        let asked_at = self.intake.clock.now();
        if question.conversation.is_none() {
            self.running.begin_conversation(conversation.clone());
        }
        let underway = self.running.begin(conversation.id, TurnId::new());
        let _ = events.send(AgentEvent::Started { conversation: conversation.id, turn: underway.turn }).await;
        if question.conversation.is_some() {
            known.draft = store.last_draft(self.workspace, conversation.id).await?.map(Arc::new);
        }
        if let (true, Some(before)) = (turns.is_empty() && scope.pinned.is_none(), question.just_before) {
            turns = store.turns(self.workspace, before, 1).await?;
        }
        // A question that was stopped is as if it had not been asked.
        turns.retain(|turn| !turn.answer.stopped);
        let turns = turns.split_off(turns.len().saturating_sub(REMEMBERED as usize));
        let looked_at: Vec<String> = turns.iter().flat_map(|turn| turn.focus.accounts.iter().cloned()).collect();
        let looked_at = known.directory.accounts(&looked_at).await?;
        let history = turns
            .into_iter()
            .map(|turn| PastTurn {
                accounts: turn.focus.accounts.iter().filter_map(|domain| looked_at.get(domain).cloned()).collect(),
                question: turn.question,
                answer: turn.answer.answer,
                focus: turn.focus,
            })
            .collect();
        let (turn, stop) = (underway.turn, underway.stop.clone());
        let asked = Asked {
            scope,
            question: text.clone(),
            conversation: conversation.id,
            turn,
            stop,
            talk: question.talk,
            place: question.place,
            history,
            known,
        };
        let preparing = started.elapsed();
        let (mut answer, mut focus) = self.agent.answer(asked, events).await;
        answer.timings.prepare_ms += milliseconds(preparing);
        if underway.end() {
            (answer, focus) = (answer.stopped(), Focus::default());
        }
        Ok((conversation, Turn { id: turn, asked_at, question: text, answer, focus, feedback: None }))
    }

    /// Keeps a turn that began at `started`, with what its answer proposes and drafts.
    async fn save(
        &self,
        conversation: &Conversation,
        turn: &mut Turn,
        request: Option<&str>,
        started: Instant,
    ) -> Result<(), AppError> {
        let saving = Instant::now();
        self.keep(&turn.answer.cards, request).await?;
        self.keep_drafts(&mut turn.answer, conversation.id, request).await;
        turn.answer.elapsed_ms = whole_milliseconds(started);
        match self.intake.store.append_turn(self.workspace, conversation, turn).await {
            Ok(()) => self.running.kept(conversation.id),
            // The reader has the answer; only the memory of it is lost, and they are told.
            Err(error) => {
                let said = turn.answer.notice.take().map(|said| format!("{said} ")).unwrap_or_default();
                turn.answer.notice = Some(format!("{said}{NOT_KEPT}"));
                tracing::warn!(error = &error as &dyn std::error::Error, "a turn was answered but could not be kept");
            }
        }
        // A first answer makes a name possible.
        self.read_along_later().await;
        turn.answer.timings.save_ms = milliseconds(saving.elapsed());
        turn.answer.elapsed_ms = whole_milliseconds(started);
        Ok(())
    }

    /// Stops this turn, or whatever turns are under way, of a conversation. Whether there was one to stop: an answer
    /// that is finished stands.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such conversation.
    pub async fn stop(&self, conversation: ConversationId, turn: Option<TurnId>) -> Result<bool, AppError> {
        if self.running.stop(conversation, turn) {
            return Ok(true);
        }
        if self.running.begun(conversation).is_none() {
            self.intake.store.conversation(self.workspace, conversation).await?;
        }
        Ok(false)
    }

    /// A conversation with its turns, the oldest first; what can be acted on in them as it is now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn conversation(&self, id: ConversationId) -> Result<(Conversation, Vec<Turn>), AppError> {
        let (conversation, mut turns) = self.turns(id).await?;
        for turn in &mut turns {
            self.refresh(&mut turn.answer.cards).await?;
        }
        Ok((conversation, turns))
    }

    /// Domain of the account a conversation is about: the one it was opened on, or that of its last answer about one. None
    /// as well where there is no such conversation.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn account_of_conversation(&self, id: ConversationId) -> Result<Option<String>, AppError> {
        match self.turns(id).await {
            Ok((conversation, turns)) => {
                Ok(conversation.pinned.or_else(|| turns.into_iter().rev().find_map(|turn| turn.answer.account)))
            }
            Err(AppError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A conversation with its turns as they were kept.
    async fn turns(&self, id: ConversationId) -> Result<(Conversation, Vec<Turn>), AppError> {
        let store = &self.intake.store;
        // Looked at first: what is not in there any more is kept.
        let begun = self.running.begun(id);
        let conversation = match (store.conversation(self.workspace, id).await, begun) {
            (Err(StoreError::NotFound(_)), Some(begun)) => begun,
            (found, _) => found?,
        };
        Ok((conversation, store.turns(self.workspace, id, SHOWN).await?))
    }
}

fn whole_milliseconds(since: Instant) -> u64 {
    since.elapsed().as_millis().try_into().unwrap_or(u64::MAX)
}
