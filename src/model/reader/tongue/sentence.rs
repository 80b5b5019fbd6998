//! A sentence with the phrases of its language marked in it.

use std::ops::Range;

use super::kind::Kind;
use super::lexicon::{Lexicon, Token, lexicon};
use crate::language::Language;

/// Where a phrase of a list stands.
#[derive(Clone, Copy, Debug)]
struct Mark {
    kind: Kind,
    words: usize,
    value: u32,
}

/// A sentence cut into words, each with the phrases that begin at it.
pub(in super::super) struct Sentence<'a> {
    pub text: &'a str,
    pub lexicon: &'static Lexicon,
    pub tokens: Vec<Token<'a>>,
    marks: Vec<Vec<Mark>>,
    /// Where a clause begins.
    clauses: Vec<usize>,
    /// Whether its record writes dates in figures with the month first, which is not the way of its language.
    pub month_first: bool,
}

/// Words of a sentence that are looked at, at most.
const LONGEST: usize = 160;

impl<'a> Sentence<'a> {
    /// Of a sentence in `language`; none where its words are not known.
    pub fn new(language: Language, text: &'a str) -> Option<Self> {
        lexicon(language).map(|lexicon| Self::with(lexicon, text))
    }

    fn with(lexicon: &'static Lexicon, text: &'a str) -> Self {
        let mut tokens = lexicon.tokens(text);
        tokens.truncate(LONGEST);
        let marks = (0..tokens.len()).map(|at| marks(lexicon, &tokens[at..])).collect();
        let mut sentence = Self { text, lexicon, tokens, marks, clauses: Vec::new(), month_first: false };
        sentence.clauses = (0..sentence.tokens.len()).filter(|at| sentence.begins_clause(*at)).collect();
        sentence
    }

    /// How many words it has.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The word at a place, without accents; nothing beyond the end.
    pub fn key(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.key.as_str())
    }

    /// The word at a place in small letters.
    pub fn lower(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.lower.as_str())
    }

    /// How many words the longest phrase of a kind has that begins at a place, and its number.
    pub fn value(&self, at: usize, kind: Kind) -> Option<(usize, u32)> {
        let marks = self.marks.get(at)?.iter().filter(|mark| mark.kind == kind);
        marks.max_by_key(|mark| mark.words).map(|mark| (mark.words, mark.value))
    }

    /// How many words the longest phrase of a kind has that begins at a place.
    pub fn at(&self, at: usize, kind: Kind) -> Option<usize> {
        self.value(at, kind).map(|(words, _)| words)
    }

    /// How many words the longest phrase of a kind has that ends before a place.
    pub fn before(&self, at: usize, kind: Kind) -> Option<usize> {
        const LONGEST_PHRASE: usize = 6;
        let ends = |words: &usize| {
            let begin = at.checked_sub(*words);
            let marks = begin.and_then(|begin| self.marks.get(begin));
            marks.is_some_and(|marks| marks.iter().any(|mark| mark.kind == kind && mark.words == *words))
        };
        (1..=LONGEST_PHRASE).rev().find(ends)
    }

    /// Whether a word belongs to a phrase of a kind.
    pub fn within(&self, at: usize, kind: Kind) -> bool {
        const LONGEST_PHRASE: usize = 6;
        (at.saturating_sub(LONGEST_PHRASE)..=at).any(|from| self.at(from, kind).is_some_and(|words| from + words > at))
    }

    /// The first place of a range where a phrase of a kind begins, and how many words it has.
    pub fn find(&self, range: Range<usize>, kind: Kind) -> Option<(usize, usize)> {
        range.into_iter().find_map(|at| Some((at, self.at(at, kind)?)))
    }

    /// Whether a phrase of a kind begins in a range.
    pub fn has(&self, range: Range<usize>, kind: Kind) -> bool {
        self.find(range, kind).is_some()
    }

    /// Whether a phrase of a kind stands anywhere.
    pub fn says(&self, kind: Kind) -> bool {
        self.has(0..self.len(), kind)
    }

    /// The first place after the phrases of these kinds that follow each other from `at` on.
    pub fn past(&self, mut at: usize, kinds: &[Kind]) -> usize {
        while let Some(words) = kinds.iter().filter_map(|kind| self.at(at, *kind)).max() {
            at += words;
        }
        at
    }

    /// What stands between a word and the one before it.
    pub fn gap(&self, at: usize) -> &'a str {
        let from = at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, |token| token.end);
        let to = self.tokens.get(at).map_or(self.text.len(), |token| token.start);
        self.text.get(from..to).unwrap_or_default()
    }

    /// Whether it asks.
    pub fn is_question(&self) -> bool {
        self.text
            .trim_end_matches(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '”' | '»' | ')'))
            .ends_with('?')
    }

    /// The clause a word belongs to.
    pub fn clause(&self, at: usize) -> Range<usize> {
        let next = self.clauses.partition_point(|begin| *begin <= at);
        let begin = next.checked_sub(1).map_or(0, |before| self.clauses[before]);
        begin..self.clauses.get(next).copied().unwrap_or(self.len())
    }

    /// Whether a clause opens with a word of a kind.
    pub fn opens(&self, clause: &Range<usize>, kind: Kind) -> bool {
        let first = self.past(clause.start, &[Kind::Filler]).min(clause.end);
        self.at(clause.start, kind).is_some() || self.at(first, kind).is_some()
    }

    /// The clauses, in order.
    pub fn clauses(&self) -> impl Iterator<Item = Range<usize>> {
        self.clauses.iter().map(|begin| self.clause(*begin))
    }

    fn begins_clause(&self, at: usize) -> bool {
        at == 0
            || self.gap(at).contains([',', ';', ':', '—', '–', '(', ')', '"', '“', '«', '\n'])
            || [Kind::If, Kind::When, Kind::That].iter().any(|kind| self.at(at, *kind).is_some())
    }
}

fn marks(lexicon: &Lexicon, tokens: &[Token<'_>]) -> Vec<Mark> {
    let Some(first) = tokens.first() else { return Vec::new() };
    let marked = lexicon.beginning(first).iter().filter_map(|phrase| {
        let words = phrase.begins(tokens)?;
        Some(Mark { kind: phrase.kind, words, value: phrase.value })
    });
    let mut marks: Vec<Mark> = marked.collect();
    // "enviarles", "mandárnoslo": what is joined to a verb is taken off.
    if lexicon.language == Language::Spanish && marks.iter().all(|mark| mark.kind != Kind::Deed) {
        if let Some(verb) = bare(&first.key).filter(|verb| lexicon.is_deed(verb) || lexicon.is_state(verb)) {
            let kind = if lexicon.is_deed(verb) { Kind::Deed } else { Kind::State };
            marks.push(Mark { kind, words: 1, value: 0 });
        } else if let Some(verb) = commanded(&first.key)
            && lexicon.is_order(verb)
        {
            marks.push(Mark { kind: Kind::Order, words: 1, value: 1 });
        }
    }
    marks
}

/// Pronouns that Spanish joins to a verb, without accents, the longest first.
const JOINED: [&str; 18] = [
    "noslos", "noslas", "selos", "selas", "noslo", "nosla", "melo", "mela", "telo", "selo", "sela", "nos", "les",
    "los", "las", "me", "le", "lo",
];

/// The infinitive that pronouns are joined to; none where there are none.
pub(in super::super) fn bare(word: &str) -> Option<&str> {
    let others = ["te", "os", "se", "la"];
    let verbs = JOINED.iter().chain(&others).filter_map(|joined| word.strip_suffix(joined));
    verbs.into_iter().find(|verb| verb.len() > 3 && verb.ends_with(['r']))
}

/// The command that a pronoun of the first person is joined to: "envíenos", "mándame".
fn commanded(word: &str) -> Option<&str> {
    let own = JOINED.iter().filter(|joined| joined.starts_with("nos") || joined.starts_with("me"));
    own.filter_map(|joined| word.strip_suffix(joined)).find(|verb| verb.len() > 2)
}
