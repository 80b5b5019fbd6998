//! Patterns of words, which are data, and where they stand in a sentence: what departures and notices are heard by.

pub(super) mod day;
pub(super) mod lexicon;
pub(super) mod sentence;

use std::ops::Range;

use self::lexicon::Kind;
use self::sentence::{Firms, Sentence};
use super::said_on::SaidOn;
use crate::language::statements;

/// The sentences of a text; a day like `31. Mai` ends none.
pub(super) fn sentences<'t>(text: &'t str, firms: &Firms, said: SaidOn) -> Vec<&'t str> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    for sentence in statements(text) {
        let Some(at) = text.get(from..).and_then(|rest| rest.find(sentence)).map(|at| from + at) else { continue };
        from = at + sentence.len();
        let month = || {
            let next = Sentence::new(sentence, firms, said);
            (1..=12).any(|number| next.at(Kind::Month(number), 0).is_some())
        };
        match parts.last_mut() {
            Some(last) if ends_in_a_day(text.get(last.clone()).unwrap_or_default()) && month() => last.end = from,
            _ => parts.push(at..from),
        }
    }
    parts.into_iter().filter_map(|part| text.get(part)).collect()
}

/// Whether a sentence ends like `31.`
fn ends_in_a_day(sentence: &str) -> bool {
    let last = sentence.strip_suffix('.').and_then(|text| text.split_whitespace().next_back());
    last.is_some_and(|last| last.len() <= 2 && last.chars().all(|letter| letter.is_ascii_digit()))
}
