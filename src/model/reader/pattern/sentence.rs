//! A sentence as it is looked through: its words, and which patterns stand where.

use std::ops::Range;

use super::day;
use super::lexicon::{Kind, Token, patterns};
use crate::domain::account::AccountRecord;
use crate::language::naming::{Piece, Strength, company_names, pieces};
use crate::model::reader::said_on::SaidOn;

/// Words of any kind that a gap takes, at most.
const LONGEST_GAP: usize = 6;

/// Words of a name, at most.
const LONGEST_NAME: usize = 4;

/// What a company and its account are called.
#[derive(Clone, Debug, Default)]
pub(in crate::model::reader) struct Firms {
    names: Vec<Vec<String>>,
}

impl Firms {
    /// Of an account.
    pub(in crate::model::reader) fn of(account: &AccountRecord) -> Self {
        let names = company_names(&account.domain, &account.name, account.aliases());
        let names = names.into_iter().filter(|(_, strength)| *strength > Strength::Opening);
        let mut names: Vec<Vec<String>> = names.map(|(name, _)| name.split(' ').map(str::to_owned).collect()).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.dedup();
        Self { names }
    }
}

/// Where a pattern stands in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::model::reader) struct Found {
    /// Its first word.
    pub at: usize,
    /// The word after its last.
    pub end: usize,
    /// The words of the name within it.
    pub name: Option<Range<usize>>,
}

/// A sentence with its words.
pub(in crate::model::reader) struct Sentence<'t> {
    /// Verbatim.
    pub text: &'t str,
    /// Its words.
    pub words: Vec<Piece>,
    firms: &'t Firms,
    said: SaidOn,
}

impl<'t> Sentence<'t> {
    pub(in crate::model::reader) fn new(text: &'t str, firms: &'t Firms, said: impl Into<SaidOn>) -> Self {
        Self { text, words: pieces(text), firms, said: said.into() }
    }

    /// Whether dates in figures begin with the day.
    pub(in crate::model::reader) fn day_first(&self) -> bool {
        self.said.day_first
    }

    /// A word in small letters without accents; empty past the end.
    pub(in crate::model::reader) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.lower.as_str())
    }

    /// What stands between a word and the one before it; all that follows the last.
    pub(in crate::model::reader) fn gap(&self, at: usize) -> &'t str {
        let from = at.checked_sub(1).and_then(|before| self.words.get(before)).map_or(0, |word| word.end);
        let to = self.words.get(at).map_or(self.text.len(), |word| word.start);
        &self.text[from..to.max(from)]
    }

    /// Words as they are written.
    pub(in crate::model::reader) fn written(&self, words: &Range<usize>) -> &'t str {
        match (self.words.get(words.start), words.end.checked_sub(1).and_then(|last| self.words.get(last))) {
            (Some(first), Some(last)) if first.start <= last.end => &self.text[first.start..last.end],
            _ => "",
        }
    }

    /// Whether it asks.
    pub(in crate::model::reader) fn asks(&self) -> bool {
        self.text.trim_end_matches(['"', '”', ')', ' ']).ends_with('?')
    }

    /// Whether a pattern of a kind stands anywhere.
    pub(in crate::model::reader) fn has(&self, kind: Kind) -> bool {
        self.find(kind).next().is_some()
    }

    /// Whether a pattern of a kind begins in a stretch of words.
    pub(in crate::model::reader) fn has_in(&self, kind: Kind, mut words: Range<usize>) -> bool {
        words.any(|at| self.at(kind, at).is_some())
    }

    /// Where patterns of a kind stand.
    pub(in crate::model::reader) fn find(&self, kind: Kind) -> impl Iterator<Item = Found> {
        (0..self.words.len()).filter_map(move |at| self.at(kind, at))
    }

    /// The longest pattern of a kind at a word.
    pub(in crate::model::reader) fn at(&self, kind: Kind, at: usize) -> Option<Found> {
        let all = patterns(kind)?.beginning(self.word(at));
        let found =
            all.iter().filter_map(|pattern| self.matches(pattern, at, None).map(|(end, name)| Found { at, end, name }));
        found.max_by_key(|found| found.end)
    }

    fn matches(
        &self,
        tokens: &[Token],
        at: usize,
        name: Option<Range<usize>>,
    ) -> Option<(usize, Option<Range<usize>>)> {
        let Some((token, rest)) = tokens.split_first() else { return Some((at, name)) };
        match token {
            Token::Word(words) => {
                let fits = words.iter().any(|word| word == self.word(at)) && at < self.words.len();
                if fits { self.matches(rest, at + 1, name) } else { None }
            }
            Token::Gap => {
                let most = LONGEST_GAP.min(self.words.len().saturating_sub(at));
                (0..=most).find_map(|length| self.matches(rest, at + length, name.clone()))
            }
            Token::Firm => {
                let named = self.firms.names.iter().find(|named| self.stands(named, at)).map(|named| at + named.len());
                let end = self.at(Kind::Firm, at).map(|found| found.end).max(named)?;
                self.matches(rest, end, name)
            }
            Token::Contract => {
                let end = self.at(Kind::Contract, at)?.end;
                self.matches(rest, end, name)
            }
            Token::Name => {
                let most = LONGEST_NAME.min(self.words.len().saturating_sub(at));
                let named = |length: &usize| self.is_name(&(at..at + length));
                (1..=most).rev().filter(named).find_map(|length| self.matches(rest, at + length, Some(at..at + length)))
            }
            Token::End if self.ends(at) || self.at(Kind::When, at).is_some() => self.matches(rest, at, name),
            Token::Stop if self.ends(at) => self.matches(rest, at, name),
            Token::Date => {
                let mut led = (at..self.words.len().min(at + 5))
                    .take_while(|next| *next == at || self.at(Kind::DateLead, next - 1).is_some());
                let dated = led.find_map(|at| day::date_at(self, at, self.said.day, false))?;
                self.matches(rest, dated.end, name)
            }
            Token::End | Token::Stop => None,
        }
    }

    /// Whether the clause is over before a word.
    fn ends(&self, at: usize) -> bool {
        at >= self.words.len() || self.gap(at).contains([',', ';', ':', '.', '!', '—', '–', '(', ')', '\n'])
    }

    /// Whether the name of a company ends before a word.
    pub(in crate::model::reader) fn firm_ends(&self, end: usize) -> bool {
        let named = |name: &Vec<String>| end.checked_sub(name.len()).is_some_and(|at| self.stands(name, at));
        let shared = (0..end).any(|at| self.at(Kind::Firm, at).is_some_and(|found| found.end == end));
        shared || self.firms.names.iter().any(named)
    }

    fn stands(&self, words: &[String], at: usize) -> bool {
        words.iter().enumerate().all(|(offset, word)| self.word(at + offset) == word)
    }

    /// Whether words are written as a name, with nothing between them that no name has.
    pub(in crate::model::reader) fn is_name(&self, words: &Range<usize>) -> bool {
        let capital = |at: usize| self.words[at].capital;
        let joined = |at: usize| matches!(self.gap(at), " " | "-" | ". " | "'" | "’");
        !words.is_empty()
            && words.end <= self.words.len()
            && capital(words.start)
            && capital(words.end - 1)
            && words.clone().skip(1).all(joined)
            && words.clone().all(|at| capital(at) || is_particle(self.word(at)))
    }

    /// The word where the clause of a word begins.
    pub(in crate::model::reader) fn clause_start(&self, at: usize) -> usize {
        let parts = |at: &usize| {
            self.gap(*at).contains([',', ';', ':', '—', '–', '(', '\n'])
                || matches!(self.word(*at), "but" | "aber" | "mais" | "pero")
        };
        (1..=at).rev().find(parts).unwrap_or(0)
    }
}

fn is_particle(word: &str) -> bool {
    matches!(
        word,
        "de" | "da" | "la" | "van" | "von" | "der" | "den" | "del" | "di" | "du" | "le" | "bin" | "al" | "el"
    )
}
