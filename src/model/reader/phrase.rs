//! Phrases inside a sentence: matching tables of words, cutting a verb phrase, finding what a pronoun stands for.

use super::lexicon::PARTICLES;
use crate::language::{Word, is_stop_word, words};

/// A sentence with its words.
#[derive(Clone, Debug)]
pub(super) struct Phrase<'a> {
    /// The sentence, verbatim.
    pub text: &'a str,
    /// Its words.
    pub words: Vec<Word<'a>>,
}

impl<'a> Phrase<'a> {
    /// Cuts a sentence into words.
    pub fn new(text: &'a str) -> Self {
        Self { text, words: words(text) }
    }

    /// The word at `at` in lower case; empty past the end.
    pub fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.lower.as_ref())
    }

    /// The number of words of `pattern` when it stands at `at`.
    pub fn at(&self, at: usize, pattern: &str) -> Option<usize> {
        let word = self.word(at);
        if word.is_empty() || !pattern.starts_with(word) {
            return None;
        }
        let mut length = 0;
        for part in pattern.split(' ') {
            if self.word(at + length) != part {
                return None;
            }
            length += 1;
        }
        Some(length)
    }

    /// The longest pattern of a table that stands at `at`: its number of words.
    pub fn any_at(&self, at: usize, table: &[&str]) -> Option<usize> {
        // Nearly every pattern fails at its first letter, and nearly all others where their first word ends.
        let word = self.word(at).as_bytes();
        let first = word.first()?;
        let begins = |pattern: &&&str| {
            let pattern = pattern.as_bytes();
            pattern.first() == Some(first) && pattern.get(word.len()).is_none_or(|next| *next == b' ')
        };
        table.iter().filter(begins).filter_map(|pattern| self.at(at, pattern)).max()
    }

    /// Where a pattern of a table stands first, and its number of words.
    pub fn find(&self, table: &[&str]) -> Option<(usize, usize)> {
        (0..self.words.len()).find_map(|at| Some((at, self.any_at(at, table)?)))
    }

    /// Whether a pattern of the table stands anywhere before word `end`.
    pub fn has_before(&self, end: usize, table: &[&str]) -> bool {
        (0..end.min(self.words.len())).any(|at| self.any_at(at, table).is_some())
    }

    /// Whether a pattern of the table stands anywhere.
    pub fn has(&self, table: &[&str]) -> bool {
        self.find(table).is_some()
    }

    /// What stands between word `at` and the word before it; nothing before the first.
    pub fn gap(&self, at: usize) -> &'a str {
        match (at.checked_sub(1).and_then(|before| self.words.get(before)), self.words.get(at)) {
            (Some(before), Some(word)) => &self.text[before.end..word.start],
            _ => "",
        }
    }

    /// Whether the sentence asks.
    pub fn is_question(&self) -> bool {
        self.text.trim_end_matches(['"', '”', ')', ' ']).ends_with('?')
    }

    /// The word where the clause of word `at` begins.
    pub fn clause_start(&self, at: usize) -> usize {
        (1..=at).rev().find(|at| self.gap(*at).contains([',', ';', ':', '—', '–', '(', '"', '“'])).unwrap_or(0)
    }

    /// The first word past the verb phrase that begins at `verb`. `is_name` tells names that begin a new clause.
    pub fn verb_phrase_end(&self, verb: usize, is_name: &dyn Fn(&str) -> bool) -> usize {
        const CONJUNCTIONS: [&str; 23] = [
            "because",
            "but",
            "if",
            "unless",
            "though",
            "although",
            "since",
            "whereas",
            "so i",
            "so you",
            "so we",
            "so that",
            "so they",
            "so it",
            "and i",
            "and i'll",
            "and we'll",
            "and we",
            "and then",
            "and you can",
            "and you will",
            "and you'll",
            "otherwise",
        ];
        let limit = self.words.len().min(verb + 20);
        for at in verb + 1..limit {
            let gap = self.gap(at);
            if gap.contains([';', '—', '–', ':', '"', '“', '(', '!', '…']) || gap.contains(" - ") {
                return at;
            }
            if gap.contains(',') && !self.goes_on_as_list(at, is_name) {
                return at;
            }
            // "find out if you can": what is to be found out, no condition.
            let wondered = || {
                matches!(self.word(at), "if")
                    && (verb..at).any(|at| {
                        matches!(self.word(at), "find" | "see" | "check" | "ask" | "know" | "tell" | "confirm")
                    })
            };
            if self.any_at(at, &CONJUNCTIONS).is_some() && !wondered() {
                return at;
            }
            let goes_on = |at: usize| {
                matches!(self.word(at), "will" | "can") || self.word(at).ends_with('s') && self.word(at).len() > 3
            };
            if self.word(at) == "so" && at > verb + 2 && begins_clause(self.word(at + 1)) {
                return at;
            }
            let told = self.word(at) == "and" && matches!(self.word(at + 1), "you" | "they" | "she" | "he");
            if told && !is_stop_word(self.word(at + 2)) && at + 2 < self.words.len() {
                return at;
            }
            if self.word(at) == "and"
                && self
                    .words
                    .get(at + 1)
                    .is_some_and(|word| is_name(word.text) && (word.lower.ends_with("'ll") || goes_on(at + 2)))
            {
                return at;
            }
        }
        limit
    }

    /// Whether the words after a comma at `at` continue a list of things: `the report, the plan and the numbers`.
    fn goes_on_as_list(&self, at: usize, is_name: &dyn Fn(&str) -> bool) -> bool {
        let next = self.word(at);
        let listed = if next == "and" { self.word(at + 1) } else { next };
        let determiner = matches!(listed, "the" | "a" | "an" | "your" | "our" | "all" | "both" | "plus");
        // "and the report's live" tells something, it lists nothing.
        let from = at + usize::from(next == "and");
        let tells = (from + 1..(from + 4).min(self.words.len())).any(|at| {
            matches!(self.word(at), "is" | "are" | "was") || self.word(at).ends_with("'s") && at + 2 >= self.words.len()
        });
        determiner && !tells && self.words.get(at + usize::from(next == "and")).is_none_or(|word| !is_name(word.text))
    }

    /// The text from word `from` to before word `to`, without the bytes of `without`, tidied.
    pub fn cut(&self, from: usize, to: usize, without: Option<(usize, usize)>) -> String {
        let kept = self.words.get(from..to.min(self.words.len())).unwrap_or_default();
        let mut text = String::new();
        let mut last_end: Option<usize> = None;
        for word in kept {
            if without.is_some_and(|(start, end)| word.start >= start && word.end <= end) {
                continue;
            }
            if matches!(word.lower.as_ref(), "uh" | "um" | "er" | "just" | "also" | "probably" | "actually") {
                continue;
            }
            if let Some(end) = last_end {
                let between = &self.text[end..word.start];
                let symbol: String = between.chars().filter(|mark| "$€£%,".contains(*mark)).collect();
                let comma = symbol.contains(',') && without.is_none_or(|(start, _)| end < start || word.start < start);
                text.push_str(if comma { ", " } else { " " });
                text.extend(symbol.chars().filter(|mark| *mark != ','));
            } else if let Some(mark) = self.text[..word.start].chars().next_back().filter(|mark| "$€£".contains(*mark))
            {
                text.push(mark);
            }
            text.push_str(word.text);
            if self.text[word.end..].starts_with('%') {
                text.push('%');
            }
            last_end = Some(word.end);
        }
        text.replace("%%", "%").trim().to_owned()
    }
}

/// Whether a word after "so" begins a clause of its own.
fn begins_clause(word: &str) -> bool {
    let subject = word.split('\'').next().unwrap_or_default();
    matches!(
        subject,
        "i" | "you" | "we" | "they" | "it" | "he" | "she" | "that" | "there" | "the" | "nobody" | "everybody"
    )
}

/// Words that stand for something said before.
pub(super) fn is_pronoun(lower: &str) -> bool {
    matches!(lower, "it" | "that" | "this" | "them" | "those" | "these" | "one" | "both" | "so")
}

/// The last thing a sentence names, as `the …`: a determiner and the words that describe it.
pub(super) fn last_thing(text: &str) -> Option<String> {
    let phrase = Phrase::new(text);
    let mut found = None;
    for at in 0..phrase.words.len() {
        if let Some((thing, _)) = thing_at(&phrase, at) {
            found = Some(thing);
        }
    }
    found
}

/// The thing named at word `at`, and the word after it.
pub(super) fn thing_at(phrase: &Phrase<'_>, at: usize) -> Option<(String, usize)> {
    const DETERMINERS: [&str; 14] =
        ["a", "an", "the", "your", "our", "my", "two", "three", "some", "another", "any", "four", "those", "these"];
    const NO_THINGS: [&str; 60] = [
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
        "hour",
        "hours",
        "minute",
        "minutes",
        "time",
        "morning",
        "afternoon",
        "evening",
        "bit",
        "lot",
        "way",
        "moment",
        "end",
        "same",
        "one",
        "ones",
        "other",
        "first",
        "second",
        "third",
        "last",
        "next",
        "best",
        "worst",
        "point",
        "people",
        "team",
        "call",
        "meeting",
        "question",
        "side",
        "idea",
        "reason",
        "floor",
        "room",
        "door",
        "dog",
        "weather",
        "quarter",
        "yesterday",
        "world",
        "fact",
        "problem",
        "half",
        "half-hour",
        "kind",
        "sort",
        "few",
        "terabytes",
        "gigs",
        "percent",
        "dollars",
    ];
    let determiner = phrase.word(at);
    if !DETERMINERS.contains(&determiner) {
        return None;
    }
    let mut end = at + 1;
    while end < phrase.words.len() && end - at <= 5 {
        let word = phrase.word(end);
        if (end > at + 1 && !phrase.gap(end).trim().is_empty()) || is_stop_word(word) || is_verbish(word) {
            break;
        }
        end += 1;
    }
    // "the list of orders": one level of "of".
    if phrase.word(end) == "of" && end > at + 1 {
        let mut far = end + 1 + usize::from(matches!(phrase.word(end + 1), "the" | "your" | "our" | "all"));
        let start = far;
        while far < phrase.words.len() && far - start < 3 && phrase.gap(far).trim().is_empty() {
            if is_stop_word(phrase.word(far)) || is_verbish(phrase.word(far)) {
                break;
            }
            far += 1;
        }
        if far > start {
            end = far;
        }
    }
    let head = phrase.word(end.checked_sub(1)?);
    if end == at + 1 || NO_THINGS.contains(&head) || NO_THINGS.contains(&phrase.word(at + 1)) {
        return None;
    }
    let words = phrase.cut(at + 1, end, None);
    Some((format!("the {words}"), end))
}

fn is_verbish(word: &str) -> bool {
    matches!(
        word,
        "says"
            | "said"
            | "goes"
            | "went"
            | "comes"
            | "came"
            | "runs"
            | "ran"
            | "works"
            | "worked"
            | "needs"
            | "takes"
            | "asked"
            | "asks"
            | "looks"
            | "looked"
            | "happened"
            | "gets"
            | "makes"
            | "made"
            | "shows"
            | "covers"
            | "thinks"
            | "wants"
            | "knows"
            | "already"
    )
}

/// Whether a word after a verb belongs to it (`set up`, `find out`).
pub(super) fn is_particle(lower: &str) -> bool {
    PARTICLES.contains(&lower)
}
