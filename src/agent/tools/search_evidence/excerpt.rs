//! What is said around a statement, so that it is understood without opening the record.

use crate::domain::activity::{Call, SpokenTurn};
use crate::domain::tool::activity::Reply;
use crate::language;

/// Words a statement is shown with, at most.
const WORDS: usize = 65;

/// Turns that follow a statement, and their words, at most.
const TURNS: usize = 4;
const FOLLOWED: usize = 55;

/// Words of a reply that are shown, at most.
const REPLY_WORDS: usize = 40;

/// Words that are worth following up with what was said next.
const FEW: usize = 30;

/// The sentences `from..=to` with what follows them, then with what comes before, as far as there is room.
pub fn around(sentences: &[&str], mut from: usize, mut to: usize) -> String {
    let words = |at: usize| sentences[at].split_whitespace().count();
    let mut room = WORDS.saturating_sub((from..=to).map(words).sum());
    while to + 1 < sentences.len() && words(to + 1) <= room {
        to += 1;
        room -= words(to);
    }
    while from > 0 && words(from - 1) <= room {
        from -= 1;
        room -= words(from);
    }
    sentences[from..=to].join(" ")
}

/// What was said next, where the words ask or are few: the answer, and what came of it.
pub fn then(call: &Call, at: usize, excerpt: &str) -> Vec<Reply> {
    let Some(turn) = call.transcript.get(at) else { return Vec::new() };
    let ends_turn = turn.text.trim_end().ends_with(excerpt.trim_end());
    let few = excerpt.split_whitespace().count() <= FEW;
    if !(ends_turn && (few || excerpt.trim_end().ends_with('?'))) {
        return Vec::new();
    }
    let mut shown = Vec::new();
    let mut room = FOLLOWED;
    for next in call.transcript[at + 1..].iter().take(TURNS) {
        let text = opening(next);
        let words = text.split_whitespace().count();
        // An answer belongs to its question, however long it is.
        let answers = shown.last().is_none_or(|before: &Reply| before.text.ends_with('?'));
        if words > room && !answers {
            break;
        }
        room = room.saturating_sub(words);
        shown.push(Reply { speaker: next.speaker.clone(), text });
    }
    // A question without its answer leaves the reader with nothing.
    while shown.len() > 1 && shown.last().is_some_and(|last| last.text.ends_with('?')) {
        shown.pop();
    }
    shown
}

/// What was said right before the turn at this place, where the turn answers it or points at it.
pub fn before(call: &Call, at: usize, excerpt: &str) -> Option<Reply> {
    let turn = call.transcript.get(at)?;
    let before = call.transcript.get(at.checked_sub(1)?).filter(|before| before.speaker != turn.speaker)?;
    let asks = before.text.trim_end().ends_with('?');
    (asks || turn.text.starts_with(excerpt) && points_back(excerpt))
        .then(|| Reply { speaker: before.speaker.clone(), text: closing(before) })
}

/// Whether one of the first sentences says "it" or "that" of something said before.
fn points_back(excerpt: &str) -> bool {
    const POINTERS: [&str; 12] =
        ["it", "it's", "that", "that's", "this", "those", "these", "they", "they're", "he", "she", "which"];
    language::statements(excerpt)
        .iter()
        .take(2)
        .any(|sentence| language::words(sentence).iter().take(2).any(|word| POINTERS.contains(&word.lower.as_ref())))
}

/// The last sentences of a turn, as many as are shown; at least one.
fn closing(turn: &SpokenTurn) -> String {
    let sentences = language::statements(&turn.text);
    let words = |sentence: &&str| sentence.split_whitespace().count();
    let mut from = sentences.len().saturating_sub(1);
    let mut room = REPLY_WORDS.saturating_sub(sentences.last().map_or(0, words));
    while from > 0 && words(&sentences[from - 1]) <= room {
        from -= 1;
        room -= words(&sentences[from]);
    }
    sentences[from..].join(" ")
}

/// The first sentences of a turn, as many as are shown; at least one.
fn opening(turn: &SpokenTurn) -> String {
    let mut shown = String::new();
    let mut room = REPLY_WORDS;
    for sentence in language::statements(&turn.text) {
        let words = sentence.split_whitespace().count();
        if !shown.is_empty() {
            if words > room {
                break;
            }
            shown.push(' ');
        }
        shown.push_str(sentence);
        room = room.saturating_sub(words);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_comes_along_before_what_went_before() {
        let long = "word ".repeat(60);
        let sentences = ["First.", "The barcode.", "We do not need it any more.", "The new one has it.", &long];
        assert_eq!(around(&sentences, 1, 1), "First. The barcode. We do not need it any more. The new one has it.");
        let sentences = [long.as_str(), "The barcode.", "Not needed."];
        assert_eq!(around(&sentences, 1, 1), format!("{long} The barcode. Not needed."));
        let sentences = [long.as_str(), long.as_str(), "The barcode."];
        assert!(around(&sentences, 2, 2).split_whitespace().count() <= WORDS);
    }
}
