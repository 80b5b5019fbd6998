//! The turns under way in this process, so that whoever asked can stop theirs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::domain::id::{ConversationId, TurnId};

/// The turns under way. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Running(Arc<Mutex<HashMap<TurnId, Entry>>>);

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
        self.entries().insert(turn, Entry { conversation, stop: stop.clone() });
        Underway { running: self.clone(), turn, stop }
    }

    /// Stops this turn, or all turns, of a conversation. Whether there was one to stop.
    pub(super) fn stop(&self, conversation: ConversationId, turn: Option<TurnId>) -> bool {
        let entries = self.entries();
        let meant = entries
            .iter()
            .filter(|(id, entry)| entry.conversation == conversation && turn.is_none_or(|turn| turn == **id));
        meant.map(|(_, entry)| entry.stop.cancel()).count() > 0
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<TurnId, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Underway {
    /// Ends the turn; whether it was stopped. From here on it cannot be any more: what a wish to stop was told, and what
    /// becomes of the turn, is decided in one place, so that there are never two outcomes.
    pub(super) fn end(self) -> bool {
        let mut entries = self.running.entries();
        entries.remove(&self.turn).is_some_and(|entry| entry.stop.is_cancelled())
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.running.entries().remove(&self.turn);
    }
}

#[cfg(test)]
mod tests {
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
}
