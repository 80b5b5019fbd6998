//! The turns under way in this process, so that whoever asked can stop theirs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::domain::conversation::Conversation;
use crate::domain::id::{ConversationId, TurnId};

/// The turns under way. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Running(Arc<Mutex<HashMap<TurnId, Entry>>>);

struct Entry {
    conversation: Conversation,
    stop: CancellationToken,
    /// Whether there is an answer, which only has to be kept.
    ended: bool,
}

/// A turn under way, until it is dropped.
pub(super) struct Underway {
    running: Running,
    /// The turn.
    pub(super) turn: TurnId,
    /// Cancelled when the turn is to stop.
    pub(super) stop: CancellationToken,
}

impl Running {
    /// A turn of a conversation begins.
    pub(super) fn begin(&self, conversation: &Conversation, turn: TurnId) -> Underway {
        let stop = CancellationToken::new();
        self.entries().insert(turn, Entry { conversation: conversation.clone(), stop: stop.clone(), ended: false });
        Underway { running: self.clone(), turn, stop }
    }

    /// Stops this turn, or all turns, of a conversation. Whether there was one to stop.
    pub(super) fn stop(&self, conversation: ConversationId, turn: Option<TurnId>) -> bool {
        let entries = self.entries();
        let meant = entries
            .iter()
            .filter(|(id, entry)| entry.conversation.id == conversation && turn.is_none_or(|turn| turn == **id))
            .filter(|(_, entry)| !entry.ended);
        meant.map(|(_, entry)| entry.stop.cancel()).count() > 0
    }

    /// The conversation, while a turn of it is under way: until its first is kept, it is known nowhere else.
    pub(super) fn conversation(&self, id: ConversationId) -> Option<Conversation> {
        self.entries().values().find(|entry| entry.conversation.id == id).map(|entry| entry.conversation.clone())
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<TurnId, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Underway {
    /// Ends the turn; whether it was stopped. From here on it cannot be any more: what a wish to stop was told, and what
    /// becomes of the turn, is decided in one place, so that there are never two outcomes.
    pub(super) fn end(&self) -> bool {
        let mut entries = self.running.entries();
        entries.get_mut(&self.turn).is_some_and(|entry| {
            entry.ended = true;
            entry.stop.is_cancelled()
        })
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.running.entries().remove(&self.turn);
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn a_turn_is_stopped_or_ended_and_never_both() {
        let (running, begun) = (Running::default(), Conversation::begun(None, DateTime::UNIX_EPOCH));
        let ([first, second], conversation) = ([TurnId::new(), TurnId::new()], begun.id);
        let (stopped, ended) = (running.begin(&begun, first), running.begin(&begun, second));
        assert!(!running.stop(ConversationId::new(), Some(first)), "another conversation's");
        assert!(running.stop(conversation, Some(first)) && stopped.stop.is_cancelled());
        assert!(stopped.end());
        assert_eq!(running.conversation(conversation), Some(begun));
        assert!(!ended.end());
        assert!(!running.stop(conversation, None), "both have their answers");
        drop((stopped, ended));
        assert_eq!(running.conversation(conversation), None, "both are kept");
    }
}
