//! Whom the words around a departure mean: somebody of the customer's, never one of ours, and nobody where it may be two.

use std::ops::Range;

use crate::domain::account::AccountRecord;
use crate::domain::activity::Side;
use crate::language::naming::key;
use crate::language::{is_stop_word, rank};
use crate::model::reader::pattern::lexicon::Kind;
use crate::model::reader::pattern::sentence::Sentence;
use crate::model::reader::people::People;
use crate::reading::people::{Name, Sides};

/// Words before a verb among which its subject is looked for.
const NEAR: usize = 14;

/// Words up to this rank are no names of their own.
const EVERYDAY: usize = 6_000;

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Who {
    pub name: String,
    pub email: Option<String>,
    /// Whether they are known apart from these words.
    pub known: bool,
}

impl Who {
    /// Whether two can only be one person.
    pub(super) fn is(&self, other: &Self) -> bool {
        let name = |who: &Self| Name::read(&who.name).at(who.email.as_deref());
        name(self).is(&name(other))
    }
}

/// Those who are known around an account.
pub(super) struct Cast<'s> {
    pub account: &'s AccountRecord,
    pub people: &'s People,
    pub sides: &'s Sides,
}

impl Cast<'_> {
    /// Who writes from a mailbox, where they are the customer's.
    pub(super) fn writer(&self, mailbox: &str) -> Option<Who> {
        let theirs = self.sides.of(mailbox) == Some(Side::Customer);
        let email = Name::read(mailbox).address().map(str::to_owned);
        theirs.then(|| Who { name: self.sides.writer(mailbox), email, known: true })
    }

    /// Who is called so, where they are the customer's; with `new` also somebody nobody knows of, by a whole name.
    pub(super) fn named(&self, text: &str, new: bool) -> Option<Who> {
        let name = Name::read(text);
        if let Some((known, side, email)) = self.people.meant(&name) {
            let theirs = side == Some(Side::Customer);
            return theirs.then(|| Who { name: known.to_owned(), email: email.map(str::to_owned), known: true });
        }
        let words = key(name.shown());
        let everyday = |word: &String| is_stop_word(word) || rank(word).is_some_and(|rank| rank <= EVERYDAY);
        let of_account = |word: &String| key(&self.account.name).contains(word);
        let whole = words.len() > 1 && !words.iter().all(everyday) && !words.iter().any(of_account);
        let plain = !is_stop_word(words.first().map_or("", String::as_str));
        let free = || !self.people.may_be_several(&name) && !self.sides.may_be_ours(&name);
        (new && whole && plain && free()).then(|| Who {
            name: name.shown().to_owned(),
            email: name.address().map(str::to_owned),
            known: false,
        })
    }

    /// Whom the words before a verb name as those who do it: `Dana`, `Dana and Pat`, `Dana, our buyer,`.
    pub(super) fn subjects(&self, sentence: &Sentence<'_>, verb: usize) -> Vec<Who> {
        let verb = outside(sentence, verb);
        let Some((range, who)) = self.last_named(sentence, verb) else {
            return self.by_title(sentence, verb).into_iter().collect();
        };
        let mut all = vec![who];
        let mut start = range.start;
        while let Some(before) = start.checked_sub(1) {
            let joined = sentence.at(Kind::And, before).is_some();
            let listed = sentence.gap(start).trim() == ",";
            let end = if joined { before } else { start };
            let named = if joined || listed { self.name_ending(sentence, end, true) } else { None };
            let Some((range, who)) = named else { break };
            start = range.start;
            all.push(who);
        }
        all
    }

    /// The last name that stands before a word, near it.
    fn last_named(&self, sentence: &Sentence<'_>, before: usize) -> Option<(Range<usize>, Who)> {
        let from = before.saturating_sub(NEAR);
        (from + 1..=before).rev().find_map(|end| self.name_ending(sentence, end, end == before))
    }

    /// The name that ends before a word; `new` also of somebody nobody knows of.
    pub(super) fn name_ending(&self, sentence: &Sentence<'_>, end: usize, new: bool) -> Option<(Range<usize>, Who)> {
        let from = end.saturating_sub(4);
        (from..end).find_map(|start| {
            let range = start..end;
            let small = range.len() == 1 && is_small_name(sentence.word(start));
            if !sentence.is_name(&range) && !small {
                return None;
            }
            self.named(sentence.written(&range), new).map(|who| (range, who))
        })
    }

    /// The name that begins at a word, the longest.
    pub(super) fn name_at(&self, sentence: &Sentence<'_>, at: usize, new: bool) -> Option<(Range<usize>, Who)> {
        (at + 1..=(at + 4).min(sentence.words.len())).rev().find_map(|end| {
            let range = at..end;
            if !sentence.is_name(&range) {
                return None;
            }
            self.named(sentence.written(&range), new).map(|who| (range, who))
        })
    }

    /// The contact whose title ends right before the verb: `our head of purchasing has left`.
    fn by_title(&self, sentence: &Sentence<'_>, verb: usize) -> Option<Who> {
        let ends = |title: &str| {
            let title = key(title);
            let stands = |title: &[String]| {
                !title.is_empty()
                    && title.len() <= verb
                    && title.iter().rev().enumerate().all(|(back, word)| sentence.word(verb - 1 - back) == word)
            };
            stands(&title) || title.iter().any(|word| word.len() == 3 && stands(std::slice::from_ref(word)))
        };
        let mut held = self.account.contacts.iter().filter(|contact| contact.title.as_deref().is_some_and(ends));
        let contact = held.next().filter(|_| held.next().is_none())?;
        Some(Who { name: contact.name.clone(), email: contact.email.clone(), known: true })
    }

    /// Everybody of the customer's who is named in a sentence before a word.
    pub(super) fn all_before(&self, sentence: &Sentence<'_>, end: usize) -> Vec<Who> {
        let (mut found, mut at): (Vec<Who>, usize) = (Vec::new(), 0);
        while at < end {
            match self.name_at(sentence, at, false) {
                Some((range, who)) => {
                    at = range.end;
                    if !found.iter().any(|known| known.is(&who)) {
                        found.push(who);
                    }
                }
                None => at += 1,
            }
        }
        found
    }
}

/// Whether a word in small letters, as speech recognition writes them, may be a name: it is no other word.
fn is_small_name(word: &str) -> bool {
    word.chars().count() > 2 && rank(word).is_none_or(|rank| rank > EVERYDAY) && !is_stop_word(word)
}

/// The word before which the subject of a verb stands, where a comma parts them: `Dana, our buyer, has left`.
fn outside(sentence: &Sentence<'_>, verb: usize) -> usize {
    if !sentence.gap(verb).contains([',', ')', '—', '–']) {
        return verb;
    }
    (1..verb).rev().find(|at| sentence.gap(*at).contains([',', '(', '—', '–'])).unwrap_or(verb)
}
