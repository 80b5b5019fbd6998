//! Names in a sentence: whether the cited items name them, and whether it was they of whom the items say so.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::item::Item;
use super::reading::{Reading, begins};
use crate::language::{MONTHS, Word, is_stop_word, rank, stems_of};

/// The fields in which people are named, alone or in a list.
const FIELDS: [&str; 8] = ["who", "speaker", "from", "people", "participants", "contacts", "author", "owner"];

/// Everybody who is named in what was looked up, by each part of their names.
#[derive(Default)]
pub(super) struct People {
    names: Vec<Vec<String>>,
    by_part: FxHashMap<String, Vec<usize>>,
}

impl People {
    /// Adds everybody named in the fields of a value.
    pub fn add_value(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add_value(item)),
            Value::Object(fields) => {
                for (name, field) in fields {
                    if FIELDS.contains(&name.as_str()) {
                        self.add_named(field);
                    }
                    self.add_value(field);
                }
            }
            _ => {}
        }
    }

    fn add_named(&mut self, field: &Value) {
        match field {
            Value::String(name) => self.add(name),
            Value::Array(items) => items.iter().for_each(|item| self.add_named(item)),
            Value::Object(fields) => fields.get("name").into_iter().for_each(|name| self.add_named(name)),
            _ => {}
        }
    }

    /// Adds a name.
    pub fn add(&mut self, name: &str) {
        let parts: Vec<String> = crate::language::lower_words(name)
            .into_iter()
            .filter(|part| part.chars().count() > 2 && part != "team")
            .collect();
        if parts.is_empty() || parts.len() > 4 || name.contains('@') || self.names.contains(&parts) {
            return;
        }
        for part in &parts {
            self.by_part.entry(part.clone()).or_default().push(self.names.len());
        }
        self.names.push(parts);
    }

    /// Somebody's whole name, of whom these are parts.
    pub fn whole(&self, parts: &FxHashSet<String>) -> String {
        let person = self.names.iter().position(|name| name.iter().all(|part| parts.contains(part)));
        person.map_or_else(String::new, |at| self.name(&Share { people: vec![at], at: 0, stems: FxHashSet::default() }))
    }

    /// All parts of the names of those who are called so, in part.
    pub fn parts(&self, lower: &str) -> impl Iterator<Item = &str> {
        let plain = lower.trim_end_matches("'s");
        self.by_part.get(plain).into_iter().flatten().flat_map(|person| &self.names[*person]).map(String::as_str)
    }

    /// Whether somebody is called so, in part.
    pub fn is_part(&self, lower: &str) -> bool {
        self.by_part.contains_key(lower)
    }

    /// Who may be meant by a word.
    fn meant(&self, word: &Word<'_>) -> &[usize] {
        if !word.text.starts_with(char::is_uppercase) {
            return &[];
        }
        let plain = word.lower.strip_suffix("'s").or_else(|| word.lower.strip_suffix('\'')).unwrap_or(&word.lower);
        self.by_part.get(plain).map_or(&[], Vec::as_slice)
    }

    /// Whether another part of the name of somebody called so stands in `words`.
    fn is_called(&self, word: &Word<'_>, stands: &dyn Fn(&str) -> bool) -> bool {
        self.meant(word).iter().any(|person| self.names[*person].iter().any(|part| stands(part)))
    }

    /// What a text says behind each name in it; the first is whose words they are.
    fn shares(&self, reading: &Reading<'_>, speaker: Option<&[usize]>) -> Vec<Share> {
        let mut shares: Vec<Share> = Vec::new();
        if let Some(people) = speaker {
            shares.push(Share {
                people: people.to_vec(),
                at: 0,
                stems: stems_of(&reading.words).into_iter().collect(),
            });
        }
        let mut last = usize::MAX;
        let mut open = false;
        for (at, word) in reading.words.iter().enumerate() {
            let meant = self.meant(word);
            let addressed = at > 0 && BEFORE_OTHERS.contains(&reading.words[at - 1].lower.as_ref());
            if meant.is_empty() {
                if open && let Some(share) = shares.last_mut() {
                    share.stems.extend(stems_of(std::slice::from_ref(word)));
                }
            } else if last != usize::MAX && last + 1 == at && open {
                if let Some(share) = shares.last_mut() {
                    share.people.retain(|person| meant.contains(person));
                    if share.people.is_empty() {
                        share.people = meant.to_vec();
                    }
                }
                last = at;
            } else if !addressed {
                shares.push(Share { people: meant.to_vec(), at, stems: FxHashSet::default() });
                (open, last) = (true, at);
            }
        }
        shares
    }
}

/// Behind these a name is not of whom something is said.
const BEFORE_OTHERS: [&str; 14] =
    ["to", "with", "for", "of", "by", "from", "and", "told", "at", "not", "mr", "ms", "mrs", "dr"];

/// Somebody in a text, with the stems of what is said of them.
#[derive(Debug)]
struct Share {
    people: Vec<usize>,
    at: usize,
    stems: FxHashSet<String>,
}

/// Capitals that stand for themselves.
static COMMON: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("capitals.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| line.split(' ')).chain(MONTHS).collect()
});

/// Whether a common word is part of what a line begins with: "Next Step: …".
fn is_label(sentence: &Reading<'_>, at: usize) -> bool {
    let word = &sentence.words[at];
    let colon =
        sentence.text[word.end..].find(':').map(|colon| sentence.text[word.end..][..colon].split_whitespace().count());
    at < 5 && colon.is_some_and(|words| words < 4) && rank(&word.lower).is_some_and(|rank| rank < 5_000)
}

/// Whether a name only says what something is not: "rather than Acme".
fn is_contrast(sentence: &Reading<'_>, at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map_or("", |at| sentence.words[at].lower.as_ref());
    matches!((before(2), before(1)), ("rather", "than") | ("instead", "of") | (_, "unlike" | "not"))
}

/// Whether a part of a word that is joined is known: both of `Smith-Jones`, the first of `Leeds-based`.
fn is_known_part(part: &str, words: &dyn Fn(&str) -> bool) -> bool {
    let lower = part.to_lowercase();
    let plain = lower.trim_end_matches("'s").trim_end_matches("’s");
    words(plain) || COMMON.contains(plain)
}

/// Whether a word is the number of a version: "7.1.1".
fn is_version(lower: &str) -> bool {
    let mut parts = 0;
    let numbers = lower.split('.').all(|part| {
        parts += 1;
        !part.is_empty() && part.len() < 4 && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    numbers && parts > 2
}

/// A name in a sentence that stands nowhere among `words`.
pub(super) fn unknown<'s>(
    sentence: &'s Reading<'_>,
    words: &dyn Fn(&str) -> bool,
    people: &People,
    cited: Option<&dyn Fn(&str) -> bool>,
    is_name: &dyn Fn(&str) -> bool,
) -> Option<&'s str> {
    for (at, word) in sentence.words.iter().enumerate() {
        if is_version(&word.lower) && !words(&word.lower) {
            return Some(word.text);
        }
        let begins = at == 0 || begins(sentence.text, word.start);
        let capital = word.text.starts_with(char::is_uppercase);
        let plain = word.lower.strip_suffix("'s").or_else(|| word.lower.strip_suffix('\'')).unwrap_or(&word.lower);
        if !capital || sentence.is_value(at) || COMMON.contains(plain) || is_stop_word(&word.lower) {
            continue;
        }
        if people.meant(word).is_empty()
            && (begins && !is_name(plain) || is_label(sentence, at) || is_contrast(sentence, at))
        {
            continue;
        }
        let known = words(&word.lower)
            || words(plain)
            || word
                .text
                .split(['-', '/', '.'])
                .all(|part| !part.starts_with(char::is_uppercase) || is_known_part(part, words))
            || plain.strip_suffix('s').is_some_and(&words)
            || cited.is_some_and(|cited| people.is_called(word, cited));
        if !known {
            return Some(word.text);
        }
    }
    None
}

/// Somebody in a sentence of whom the items do not say what they say of somebody else; and whom they say it of.
pub(super) fn mistaken<'s>(
    sentence: &'s Reading<'_>,
    items: &[&Item<'_>],
    people: &People,
) -> Option<(&'s str, String)> {
    let ours = people.shares(sentence, None);
    if ours.is_empty() {
        return None;
    }
    let mut theirs = Vec::new();
    for item in items {
        let speaker = item.speaker().map(|name| people.exactly(name)).filter(|people| !people.is_empty());
        for text in &item.texts {
            theirs.extend(people.shares(text, speaker.as_deref()));
        }
        for part in &item.parts {
            people.in_value(part.object, &mut theirs);
        }
    }
    let is = |share: &Share, other: &Share| share.people.iter().any(|person| other.people.contains(person));
    for share in &ours {
        let said = |other: &&Share| share.stems.intersection(&other.stems).count();
        let own = theirs.iter().filter(|other| is(share, other)).map(|other| said(&other)).max();
        let other = theirs.iter().filter(|other| !is(share, other) && !ours.iter().any(|mine| is(mine, other)));
        let foreign = theirs.iter().filter(|other| !is(share, other)).max_by_key(said);
        let unnamed = other.max_by_key(said);
        let foreign = foreign.filter(|other| !ours.iter().any(|mine| is(mine, other)));
        let wrong = match (own, foreign, unnamed) {
            (None, _, Some(other)) => said(&other) >= 1,
            (Some(own), Some(other), _) => own == 0 && said(&other) >= 2 || own <= 1 && said(&other) >= own + 3,
            _ => false,
        };
        if wrong && let Some(other) = unnamed.or(foreign) {
            return Some((sentence.words[share.at].text, people.name(other)));
        }
    }
    None
}

impl People {
    /// Those whose whole name it is.
    fn exactly(&self, name: &str) -> Vec<usize> {
        let parts = crate::language::lower_words(name);
        let parts: Vec<&String> = parts.iter().filter(|part| part.chars().count() > 2).collect();
        self.names
            .iter()
            .enumerate()
            .filter(|(_, own)| own.iter().eq(parts.iter().copied()))
            .map(|(at, _)| at)
            .collect()
    }

    /// Who says what in the parts of a value that name a speaker.
    fn in_value(&self, value: &Value, found: &mut Vec<Share>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.in_value(item, found)),
            Value::Object(fields) => {
                let speaker = ["who", "speaker", "from"].iter().find_map(|name| fields.get(*name)?.as_str());
                if let Some(people) = speaker.map(|name| self.exactly(name)).filter(|people| !people.is_empty()) {
                    let texts = fields.values().filter_map(Value::as_str).flat_map(crate::language::content_stems);
                    found.push(Share { people, at: 0, stems: texts.collect() });
                }
                fields.values().for_each(|field| self.in_value(field, found));
            }
            _ => {}
        }
    }

    fn name(&self, share: &Share) -> String {
        let capital = |part: &String| {
            let mut letters = part.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
        };
        share
            .people
            .first()
            .map_or_else(String::new, |at| self.names[*at].iter().map(capital).collect::<Vec<_>>().join(" "))
    }
}
