//! The words promises, requests and days are put in, by language, read from `german.tsv`, `french.tsv` and `spanish.tsv`.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::kind::Kind;
use super::verb::regular;
use crate::language::{Language, composed, folded, words};

/// A word of a text, with what it is compared by.
#[derive(Clone, Debug)]
pub(in super::super) struct Token<'a> {
    /// As written.
    pub text: &'a str,
    /// In small letters.
    pub lower: String,
    /// Without accents.
    pub key: String,
    /// Where it starts in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Token<'_> {
    /// The number it is, where it is written in figures.
    pub fn figure(&self) -> Option<u32> {
        self.lower.parse().ok()
    }
}

/// A phrase of a list.
#[derive(Clone, Debug)]
pub(in super::super) struct Phrase {
    pub kind: Kind,
    /// The number it stands for, where its kind has one.
    pub value: u32,
    /// Its words: as they are written, and without accents. In parts where other words may stand between: `sie hören … von
    /// mir`.
    parts: Vec<Vec<(String, String)>>,
}

/// Words that may stand in a gap of a phrase, at most.
const WIDEST_GAP: usize = 7;

impl Phrase {
    /// How many words it takes at the beginning of `tokens`; none where they do not begin with it.
    pub fn begins(&self, tokens: &[Token<'_>]) -> Option<usize> {
        let mut end = 0;
        for (number, part) in self.parts.iter().enumerate() {
            let widest = if number == 0 { 0 } else { WIDEST_GAP };
            end += (0..=widest).find(|gap| tokens.get(end + gap..).is_some_and(|rest| starts(part, rest)))?;
            end += part.len();
        }
        Some(end)
    }
}

/// Whether `tokens` begin with these words. A word written with accents is compared with them: without, two forms of a verb
/// would be one.
fn starts(words: &[(String, String)], tokens: &[Token<'_>]) -> bool {
    tokens.len() >= words.len()
        && words
            .iter()
            .zip(tokens)
            .all(|((lower, key), token)| *lower == token.lower || token.lower.is_ascii() && *key == token.key)
}

/// The words of one language.
pub(in super::super) struct Lexicon {
    pub language: Language,
    /// By the first word, without accents.
    phrases: FxHashMap<String, Vec<Phrase>>,
    infinitives: FxHashSet<String>,
    states: FxHashSet<String>,
    /// Verbs in the present of the first person.
    present: FxHashSet<String>,
    /// Without accents: what is joined to a command moves its accent.
    orders: FxHashSet<String>,
    whole: FxHashSet<String>,
}

static LEXICONS: LazyLock<[Lexicon; 3]> = LazyLock::new(|| {
    [
        Lexicon::new(Language::German, include_str!("german.tsv")),
        Lexicon::new(Language::French, include_str!("french.tsv")),
        Lexicon::new(Language::Spanish, include_str!("spanish.tsv")),
    ]
});

/// The words of a language, where promises and requests are read in it.
pub(super) fn lexicon(language: Language) -> Option<&'static Lexicon> {
    LEXICONS.iter().find(|lexicon| lexicon.language == language)
}

impl Lexicon {
    fn new(language: Language, lists: &str) -> Self {
        let mut lexicon = Self {
            language,
            phrases: FxHashMap::default(),
            infinitives: FxHashSet::default(),
            states: FxHashSet::default(),
            present: FxHashSet::default(),
            orders: FxHashSet::default(),
            whole: FxHashSet::default(),
        };
        let lines =
            || lists.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect::<Vec<_>>());
        // Words are cut by these, so they are known first.
        for fields in lines().filter(|fields| fields[0] == "whole") {
            lexicon.whole.extend(fields.last().into_iter().flat_map(|all| all.split('|')).map(str::to_owned));
        }
        let listed = |kind: &str| lines().find(|fields| fields[0] == kind).and_then(|fields| fields.last().copied());
        let prefixes: Vec<&str> = listed("prefix").into_iter().flat_map(|all| all.split('|')).collect();
        for fields in lines() {
            if fields[0] == "verb" {
                for (kind, forms) in Kind::OF_VERB.iter().zip(&fields[1..]) {
                    lexicon.add(*kind, 0, forms);
                }
                for infinitive in fields[1].split('|').filter(|infinitive| !infinitive.contains(' ')) {
                    for (kind, form) in regular(language, infinitive, &prefixes) {
                        lexicon.add(kind, 0, &form);
                    }
                }
            } else if let [name, value, phrases] = fields[..]
                && let Some((_, kind)) = Kind::NAMED.iter().find(|(known, _)| *known == name)
            {
                lexicon.add(*kind, value.parse().unwrap_or_default(), phrases);
            }
        }
        lexicon
    }

    fn add(&mut self, kind: Kind, value: u32, phrases: &str) {
        for phrase in phrases.split('|') {
            let words = |part: &str| self.tokens(part).into_iter().map(|token| (token.lower, token.key)).collect();
            let parts: Vec<Vec<(String, String)>> = phrase.split('…').map(words).collect();
            let Some((lower, first)) = parts.first().and_then(|part| part.first()).cloned() else { continue };
            let known = match kind {
                Kind::Deed | Kind::Stem => Some((&mut self.infinitives, lower)),
                Kind::State => Some((&mut self.states, lower)),
                Kind::Does => Some((&mut self.present, lower)),
                Kind::Order => Some((&mut self.orders, first.clone())),
                _ => None,
            };
            let single = parts.len() == 1 && parts.first().is_some_and(|part| part.len() == 1);
            if let Some((known, word)) = known.filter(|_| single) {
                known.insert(word);
            }
            let known = self.phrases.entry(first).or_default();
            if !known.iter().any(|other| other.kind == kind && other.value == value && other.parts == parts) {
                known.push(Phrase { kind, value, parts });
            }
        }
    }

    /// The phrases that begin with a word.
    pub fn beginning(&self, token: &Token<'_>) -> &[Phrase] {
        self.phrases.get(&token.key).map_or(&[], Vec::as_slice)
    }

    /// Whether it is the infinitive of a deed, or what its future is made of.
    pub fn is_deed(&self, infinitive: &str) -> bool {
        self.infinitives.contains(infinitive)
    }

    /// Whether it is a verb in the present of the first person.
    pub fn is_present(&self, verb: &str) -> bool {
        self.present.contains(verb)
    }

    /// Whether it tells a state.
    pub fn is_state(&self, verb: &str) -> bool {
        self.states.contains(verb)
    }

    /// Whether it is a command, without accents.
    pub fn is_order(&self, key: &str) -> bool {
        self.orders.contains(key)
    }

    /// Cuts a text into words as the lists are cut.
    pub fn tokens<'a>(&self, text: &'a str) -> Vec<Token<'a>> {
        let mut tokens = Vec::new();
        for word in words(text) {
            let lower = composed(&word.lower);
            // "l'offre" and "pourriez-vous" are two words, "rendez-vous" is one.
            let parts = self.language == Language::French && !self.whole.contains(lower.as_str());
            if !parts {
                tokens.push(self.token(&text[word.start..word.end], word.start));
                continue;
            }
            let mut start = word.start;
            for part in word.text.split(['\'', '’', '-']) {
                if !part.is_empty() {
                    tokens.push(self.token(part, start));
                }
                // The mark between two parts has one byte, or three.
                let end = start + part.len();
                start = end + text[end..].chars().next().map_or(0, char::len_utf8);
            }
        }
        tokens
    }

    fn token<'a>(&self, text: &'a str, start: usize) -> Token<'a> {
        let lower = composed(&text.to_lowercase());
        let key = self.key(&lower);
        Token { text, lower, key, start, end: start + text.len() }
    }

    /// A word without accents, as it is typed where the keyboard has none: "fuer" for "für", "envie" for "envíe".
    fn key(&self, lower: &str) -> String {
        if lower.is_ascii() {
            return lower.to_owned();
        }
        if self.language == Language::German {
            return folded(&lower.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue"));
        }
        folded(lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_read_and_every_language_has_the_lists_it_needs() {
        for (language, lists) in [
            (Language::German, include_str!("german.tsv")),
            (Language::French, include_str!("french.tsv")),
            (Language::Spanish, include_str!("spanish.tsv")),
        ] {
            let mut kinds = FxHashSet::default();
            for line in lists.lines().filter(|line| !line.starts_with('#')) {
                let fields: Vec<&str> = line.split('\t').collect();
                assert_eq!(fields.len(), if fields[0] == "verb" { 6 } else { 3 }, "{line}");
                assert!(fields[0] == "verb" || Kind::NAMED.iter().any(|(name, _)| *name == fields[0]), "{line}");
                kinds.insert(fields[0]);
            }
            for (name, kind) in Kind::NAMED {
                let own = matches!(
                    kind,
                    Kind::Clitic
                        | Kind::Prefix
                        | Kind::MayAsk
                        | Kind::Object
                        | Kind::Subject
                        | Kind::Whole
                        | Kind::Stem
                        | Kind::Article
                        | Kind::Ends
                        | Kind::After
                );
                assert!(own || kinds.contains(name), "{name} of {language:?}");
            }
        }
    }

    #[test]
    fn words_are_cut_as_their_language_joins_them() {
        let cut = |language, text| {
            let tokens = lexicon(language).unwrap().tokens(text);
            tokens.into_iter().map(|token| token.key).collect::<Vec<_>>()
        };
        assert_eq!(
            cut(Language::French, "Pourriez-vous m’envoyer l'été ?"),
            ["pourriez", "vous", "m", "envoyer", "l", "ete"]
        );
        assert_eq!(cut(Language::French, "Le rendez-vous"), ["le", "rendez-vous"]);
        assert_eq!(cut(Language::German, "Für die E-Mail"), ["fuer", "die", "e-mail"]);
        assert_eq!(cut(Language::Spanish, "Envíenoslo mañana"), ["envienoslo", "manana"]);
    }

    #[test]
    fn an_accent_that_is_written_tells_two_forms_apart() {
        let spanish = lexicon(Language::Spanish).unwrap();
        let does = |text: &str| {
            let tokens = spanish.tokens(text);
            spanish
                .beginning(&tokens[0])
                .iter()
                .any(|phrase| phrase.kind == Kind::Does && phrase.begins(&tokens).is_some())
        };
        assert_eq!(["envío", "envio", "envió"].map(does), [true, true, false]);
    }
}
