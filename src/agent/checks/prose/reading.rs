//! A text as the checks read it: its words, numbers, days and amounts, and which of its words stand in one clause.

use std::ops::Range;

use super::amount::{Amount, amounts};
use super::calendar::{Mention, mentions};
use super::number::{Number, numbers};
use crate::language::{Word, stem, words};

/// A text, cut once.
#[derive(Clone, Debug)]
pub(super) struct Reading<'t> {
    /// The text.
    pub text: &'t str,
    /// Its words.
    pub words: Vec<Word<'t>>,
    /// The days it names.
    pub days: Vec<Mention>,
    /// The amounts it names.
    pub amounts: Vec<Amount>,
    /// The places in a row it names, each with the stem of the word behind it: "the third date".
    pub places: Vec<(f64, String)>,
    /// By word, the number of the clause it stands in.
    clauses: Vec<u32>,
}

/// Words that begin a clause.
const OPENERS: [&str; 6] = ["and", "but", "while", "whereas", "because", "although"];

impl<'t> Reading<'t> {
    /// Of a text.
    pub fn of(text: &'t str) -> Self {
        let words = words(text);
        let numbers = numbers(&words);
        let days = mentions(text, &words, &numbers);
        let amounts = amounts(text, &words, &numbers, &days);
        let clauses = clauses(text, &words, &numbers);
        let behind = |number: &Number| words.get(number.words.end).map_or_else(String::new, |word| stem(&word.lower));
        let places =
            numbers.iter().filter(|number| number.place).map(|number| (number.value, behind(number))).collect();
        Self { text, words, days, amounts, places, clauses }
    }

    /// Whether two words stand in one clause.
    pub fn together(&self, one: usize, other: usize) -> bool {
        self.clauses.get(one) == self.clauses.get(other)
    }

    /// The words of the clause that a word stands in.
    pub fn clause(&self, at: usize) -> impl Iterator<Item = &Word<'t>> {
        let clause = self.clauses.get(at).copied();
        self.words.iter().zip(&self.clauses).filter(move |(_, of)| Some(**of) == clause).map(|(word, _)| word)
    }

    /// Whether a word is part of a day or begins an amount.
    pub fn is_value(&self, at: usize) -> bool {
        self.days.iter().any(|day| day.words.contains(&at)) || self.amounts.iter().any(|amount| amount.at == at)
    }

    /// Some of its words, as they are written.
    pub fn words_of(&self, words: &Range<usize>) -> &'t str {
        let part = self.words.get(words.clone()).unwrap_or_default();
        part.first().zip(part.last()).map_or("", |(first, last)| &self.text[first.start..last.end])
    }

    /// All places where `phrase`, words in lower case, stands.
    pub fn stands<'p>(&'p self, phrase: &'p [&'p str]) -> impl Iterator<Item = usize> + 'p {
        (0..self.words.len()).filter(move |at| self.stands_at(*at, phrase))
    }

    /// Whether `phrase` stands in that place.
    pub fn stands_at(&self, at: usize, phrase: &[&str]) -> bool {
        let same = |(word, wanted): (&Word<'_>, &&str)| {
            word.lower == **wanted || word.lower.strip_suffix("'s") == Some(wanted)
        };
        at + phrase.len() <= self.words.len() && self.words[at..].iter().zip(phrase).all(same)
    }
}

/// Whether a word that stands there begins something, so that its capital says nothing.
pub(super) fn begins(text: &str, start: usize) -> bool {
    let before = text[..start].trim_end();
    before.is_empty()
        || before.ends_with([
            ':', ';', '“', '„', '«', '"', '‘', '(', ')', '[', '/', '—', '–', '|', '*', '.', '…', '!', '?', '→', '·',
            '•', '+', '=', '>',
        ])
}

fn clauses(text: &str, words: &[Word<'_>], numbers: &[Number]) -> Vec<u32> {
    let mut clause = 0;
    let mut end = 0;
    let mut numbered = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        let in_number = numbers.iter().any(|number| number.words.start < at && at < number.words.end);
        let between = &text[end..word.start];
        let parts = between.contains([',', ';', ':', '.', '!', '?', '(', ')', '|', '—', '–', '·', '\n', '“', '”', '"']);
        if parts || OPENERS.contains(&word.lower.as_ref()) && !in_number {
            clause += 1;
        }
        numbered.push(clause);
        end = word.end;
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_part_at_marks_and_conjunctions() {
        let reading = Reading::of("The board meets on June 24, and Helen answers by 1,200 days");
        assert!(reading.together(0, 5) && !reading.together(0, 7));
        assert_eq!(
            reading.clause(7).map(|word| word.text).collect::<Vec<_>>().join(" "),
            "and Helen answers by 1,200 days"
        );
        assert_eq!(reading.stands(&["helen", "answers"]).next(), Some(7));
    }
}
