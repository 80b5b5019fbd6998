//! What was made of some words, kept while the same words come again: a turn reads its question at every step, and people
//! send what a button offers.

use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxBuildHasher, FxHashMap};

/// Texts kept; with more, all are forgotten.
const MOST: usize = 500;

/// Bytes of a text that is kept, at most: what is longer is hardly written twice.
const LONGEST: usize = 400;

/// What was made of texts, each in the circumstances it came in last.
pub struct Kept<C, M>(Mutex<FxHashMap<String, (C, M)>>);

impl<C: PartialEq, M: Clone> Kept<C, M> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(Mutex::new(FxHashMap::with_hasher(FxBuildHasher)))
    }

    /// What `make` gives, which has to be the same for the same text in the same circumstances.
    pub fn made(&self, text: &str, circumstances: C, make: impl FnOnce() -> M) -> M {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, made)) = known().get(text).filter(|(before, _)| *before == circumstances) {
            return made.clone();
        }
        let made = make();
        if text.len() <= LONGEST {
            let mut known = known();
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(text.to_owned(), (circumstances, made.clone()));
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_come_again_in_the_same_circumstances_are_not_read_again() {
        let kept = Kept::new();
        let mut readings = 0;
        for (text, day) in [("a", 1), ("a", 1), ("b", 1), ("a", 1), ("a", 2), ("a", 2)] {
            let made = kept.made(text, day, || {
                readings += 1;
                format!("{text} on {day}")
            });
            assert_eq!(made, format!("{text} on {day}"));
        }
        assert_eq!(readings, 3);
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let kept = Kept::new();
        for number in 0..2 * MOST {
            kept.made(&number.to_string(), (), || number);
        }
        kept.made(&"long ".repeat(LONGEST), (), || 0);
        assert!(kept.0.lock().unwrap().len() <= MOST);
    }
}
