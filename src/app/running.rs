//! The turns under way in this process, so that whoever asked can stop theirs.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

use crate::domain::conversation::Conversation;
use crate::domain::id::{ConversationId, TurnId};

/// Conversations that begun and are not kept, at most; the oldest are forgotten.
const MOST_BEGUN: usize = 1_000;

/// Work in the background waits for the questions under way, though no longer than this: with many people asking there is
/// always one.
const LONGEST: Duration = Duration::from_millis(250);

/// The turns under way. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Running(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Tells that no turn is under way any more.
    quiet: Notify,
    background: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    turns: HashMap<TurnId, Entry>,
    /// Conversations whose first turn is not kept yet, or could not be: known nowhere else.
    begun: VecDeque<Conversation>,
}

struct Entry {
    conversation: ConversationId,
    stop: CancellationToken,
}

/// A turn under way, until it is ended or dropped.
pub(super) struct Underway {
    running: Running,
    /// The turn.
    pub(super) turn: TurnId,
    /// Cancelled when the turn is to stop.
    pub(super) stop: CancellationToken,
}

impl Running {
    /// A turn of a conversation begins.
    pub(super) fn begin(&self, conversation: ConversationId, turn: TurnId) -> Underway {
        let stop = CancellationToken::new();
        self.state().turns.insert(turn, Entry { conversation, stop: stop.clone() });
        Underway { running: self.clone(), turn, stop }
    }

    /// Stops this turn, or all turns, of a conversation. Whether there was one to stop.
    pub(super) fn stop(&self, conversation: ConversationId, turn: Option<TurnId>) -> bool {
        let state = self.state();
        let meant = state
            .turns
            .iter()
            .filter(|(id, entry)| entry.conversation == conversation && turn.is_none_or(|turn| turn == **id));
        meant.map(|(_, entry)| entry.stop.cancel()).count() > 0
    }

    /// A conversation begins, which is kept with its first turn.
    pub(super) fn begin_conversation(&self, conversation: Conversation) {
        let mut state = self.state();
        if state.begun.len() >= MOST_BEGUN {
            state.begun.pop_front();
        }
        state.begun.push_back(conversation);
    }

    /// A conversation that began and is not kept.
    pub(super) fn begun(&self, id: ConversationId) -> Option<Conversation> {
        self.state().begun.iter().find(|begun| begun.id == id).cloned()
    }

    /// A conversation is kept.
    pub(super) fn kept(&self, id: ConversationId) {
        self.state().begun.retain(|begun| begun.id != id);
    }

    /// The turn to do a piece of work in the background: one at a time, and after the questions under way.
    pub(super) async fn background(&self) -> OwnedMutexGuard<()> {
        let turn = Arc::clone(&self.0.background).lock_owned().await;
        let _ = tokio::time::timeout(LONGEST, async {
            loop {
                let quiet = self.0.quiet.notified();
                if self.state().turns.is_empty() {
                    break;
                }
                quiet.await;
            }
        })
        .await;
        turn
    }

    /// A turn is over; whether it was stopped.
    fn over(&self, turn: TurnId) -> bool {
        let mut state = self.state();
        let stopped = state.turns.remove(&turn).is_some_and(|entry| entry.stop.is_cancelled());
        if state.turns.is_empty() {
            self.0.quiet.notify_waiters();
        }
        stopped
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Underway {
    /// Ends the turn; whether it was stopped. From here on it cannot be any more: what a wish to stop was told, and what
    /// becomes of the turn, is decided in one place, so that there are never two outcomes.
    pub(super) fn end(self) -> bool {
        self.running.over(self.turn)
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.running.over(self.turn);
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn a_turn_is_stopped_or_ended_and_never_both() {
        let (running, conversation) = (Running::default(), ConversationId::new());
        let [first, second] = [TurnId::new(), TurnId::new()];
        let (stopped, ended) = (running.begin(conversation, first), running.begin(conversation, second));
        assert!(!running.stop(ConversationId::new(), Some(first)), "another conversation's");
        assert!(running.stop(conversation, Some(first)) && stopped.stop.is_cancelled());
        assert!(stopped.end());
        assert!(!ended.end());
        assert!(!running.stop(conversation, None), "nothing is under way any more");
    }

    #[tokio::test]
    async fn work_in_the_background_is_done_one_at_a_time_after_the_questions_under_way() {
        let running = Running::default();
        let asked = running.begin(ConversationId::new(), TurnId::new());
        assert!(running.background().now_or_never().is_none(), "somebody waits for an answer");
        asked.end();
        let first = running.background().await;
        assert!(running.background().now_or_never().is_none(), "another is at work");
        drop(first);
        let _asked = running.begin(ConversationId::new(), TurnId::new());
        running.background().await;
    }

    #[test]
    fn a_conversation_is_known_from_its_beginning_until_it_is_kept() {
        let (running, begun) = (Running::default(), Conversation::begun(None, DateTime::UNIX_EPOCH.into()));
        running.begin_conversation(begun.clone());
        assert_eq!(running.begun(begun.id), Some(begun.clone()));
        assert_eq!(running.begun(ConversationId::new()), None);
        running.kept(begun.id);
        assert_eq!(running.begun(begun.id), None);
        running.begin_conversation(begun.clone());
        for _ in 0..MOST_BEGUN {
            running.begin_conversation(Conversation::begun(None, DateTime::UNIX_EPOCH.into()));
        }
        assert_eq!(running.begun(begun.id), None, "of very many the oldest is forgotten");
    }
}
