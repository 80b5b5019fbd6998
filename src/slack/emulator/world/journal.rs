//! Logs of what happened, with a bounded length.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::{Value, json};

/// A log whose entries are numbered from 1 and whose oldest are dropped.
#[derive(Debug)]
pub struct Journal<T> {
    entries: VecDeque<T>,
    dropped: u64,
    most: usize,
}

impl<T> Journal<T> {
    /// An empty log that keeps `most` entries.
    pub fn new(most: usize) -> Self {
        Self { entries: VecDeque::new(), dropped: 0, most }
    }

    /// Adds what `make` makes of its number.
    pub fn add(&mut self, make: impl FnOnce(u64) -> T) -> u64 {
        let number = self.dropped + self.entries.len() as u64 + 1;
        self.entries.push_back(make(number));
        if self.entries.len() > self.most {
            self.entries.pop_front();
            self.dropped += 1;
        }
        number
    }

    /// The entry of this number, while it is kept.
    pub fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        self.entries.get_mut(number.checked_sub(self.dropped + 1)? as usize)
    }

    /// What is kept, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.iter()
    }
}

/// A call of the Web API.
#[derive(Clone, Debug)]
pub struct CallEntry {
    /// Its number.
    pub n: u64,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// The method.
    pub method: String,
    /// The arguments as JSON, without the token: ten thousand of them as values would take several times the memory.
    pub arguments: String,
    /// Whether it was done.
    pub ok: bool,
    /// Why not.
    pub error: Option<String>,
}

impl CallEntry {
    /// As the driver shows it.
    pub fn json(&self) -> Value {
        let arguments: Value = serde_json::from_str(&self.arguments).unwrap_or_default();
        json!({
            "n": self.n, "at_ms": self.at_ms, "method": self.method, "arguments": arguments, "ok": self.ok,
            "error": self.error
        })
    }
}

/// Something that was brought to the app.
#[derive(Clone, Debug, Serialize)]
pub struct DeliveryEntry {
    /// Its number.
    pub n: u64,
    /// An event's id, a command, an interaction's type.
    pub event_id: String,
    /// `event`, `command`, `interaction` or `options`.
    pub kind: String,
    /// Its type: `message`, `block_actions`.
    pub name: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was first tried, in milliseconds since 1970.
    pub at_ms: u64,
    /// How long the app took to acknowledge it, in milliseconds; from the start of the attempt that was acknowledged.
    pub acked_ms: Option<u64>,
    /// `waiting`, `acknowledged`, or why the last attempt failed.
    pub status: String,
    /// Why attempts failed, in order.
    pub failures: Vec<String>,
    /// When the next attempt is due, in milliseconds since 1970; none while one is under way, and where none follows.
    pub next_ms: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entries_go_and_numbers_stay() {
        let mut journal = Journal::new(2);
        for _ in 0..3 {
            journal.add(|number| number);
        }
        assert_eq!(journal.iter().copied().collect::<Vec<_>>(), [2, 3]);
        assert_eq!(journal.get_mut(1), None);
        assert_eq!(journal.get_mut(3), Some(&mut 3));
    }
}
