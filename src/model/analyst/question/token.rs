//! The words of a question, with typing mistakes mended against the words the analyst knows.

use crate::language;

use super::lexicon;

/// A word of the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// As typed.
    pub text: String,
    /// In lower case, a known misspelling mended.
    pub fixed: String,
    /// The stem of `fixed`.
    pub stem: String,
    /// Where it starts in the question, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
}

impl Token {
    /// Whether it is this word, mended or by its stem.
    #[must_use]
    pub fn is(&self, word: &[u8]) -> bool {
        self.fixed.as_bytes() == word || self.stem.as_bytes() == word
    }
}

/// The words of `question` outside the byte ranges in `names` (accounts and people that were recognised).
#[must_use]
pub fn tokens(question: &str, names: &[(usize, usize)]) -> Vec<Token> {
    language::words(question)
        .into_iter()
        .filter(|word| !names.iter().any(|(start, end)| word.start < *end && word.end > *start))
        .map(|word| {
            let lower = word.lower.strip_suffix("'s").unwrap_or(&word.lower).to_owned();
            let lower = spelled_out(&lower).map_or(lower, str::to_owned);
            let fixed = mend(&lower).unwrap_or(lower);
            Token { text: word.text.to_owned(), stem: language::stem(&fixed), fixed, start: word.start, end: word.end }
        })
        .collect()
}

/// Whether `typed` can be a slip of the finger for `known`: letters left out, doubled or swapped, or a vowel mistaken.
/// Another consonant in the middle is another word (`slipped` is not `shipped`).
fn slip(known: &str, typed: &str) -> bool {
    let vowel = |letter: char| "aeiouy".contains(letter);
    let (left, right): (Vec<char>, Vec<char>) = (known.chars().collect(), typed.chars().collect());
    if left.len() != right.len() {
        return true;
    }
    let mut sorted = (left.clone(), right.clone());
    sorted.0.sort_unstable();
    sorted.1.sort_unstable();
    sorted.0 == sorted.1
        || left
            .iter()
            .zip(&right)
            .filter(|(left, right)| left != right)
            .all(|(left, right)| vowel(*left) && vowel(*right))
}

/// What people type in a hurry: the word, and the ways it is typed.
const SPELLINGS: [(&str, &str); 47] = [
    ("what", "wat wht wut whats"),
    ("about", "abt"),
    ("why", "y whys"),
    ("you", "u"),
    ("your", "ur"),
    ("are", "r"),
    ("when", "wen whn whens"),
    ("how", "hows"),
    ("who", "whos"),
    ("where", "wheres"),
    ("they", "theyre theyve theyd theyll"),
    ("we", "weve"),
    ("he", "hes"),
    ("she", "shes"),
    ("that", "thats"),
    ("there", "theres"),
    ("i", "ive im"),
    ("didn't", "didnt"),
    ("don't", "dont"),
    ("doesn't", "doesnt"),
    ("hasn't", "hasnt"),
    ("haven't", "havent"),
    ("isn't", "isnt"),
    ("aren't", "arent"),
    ("wasn't", "wasnt"),
    ("weren't", "werent"),
    ("can't", "cant"),
    ("couldn't", "couldnt"),
    ("wouldn't", "wouldnt"),
    ("shouldn't", "shouldnt"),
    ("won't", "wont"),
    ("the", "teh hte"),
    ("and", "adn"),
    ("people", "ppl"),
    ("please", "pls plz"),
    ("thanks", "thx ty"),
    ("tomorrow", "tmrw tmr"),
    ("yesterday", "yday"),
    ("account", "acct acc"),
    ("accounts", "accts"),
    ("meeting", "mtg mtgs"),
    ("customer", "cust"),
    ("now", "rn atm"),
    ("with", "w"),
    ("message", "msg msgs"),
    ("requests", "req reqs"),
    ("birthday", "bday"),
];

fn spelled_out(lower: &str) -> Option<&'static str> {
    SPELLINGS.iter().find(|(_, typed)| typed.split(' ').any(|typed| typed == lower)).map(|(word, _)| *word)
}

/// Words up to this rank among the most frequent are taken as typed.
const CORRECT: usize = 12_000;

/// The known word that `lower` is a slip of, if there is one within a letter (two in long words).
fn mend(lower: &str) -> Option<String> {
    let length = lower.chars().count();
    let spelled_right = lexicon::knows(lower) || language::rank(lower).is_some_and(|rank| rank < CORRECT);
    if length < 4 || !lower.chars().all(|letter| letter.is_ascii_alphabetic()) || spelled_right {
        return None;
    }
    let allowed = if length >= 8 { 2 } else { 1 };
    lexicon::words()
        .filter(|known| known.len() >= 4 && known.chars().next() == lower.chars().next())
        .filter(|known| slip(known, lower))
        .map(|known| (strsim::osa_distance(known, lower), known))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, known)| known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_keyboard_are_mended_and_names_are_left_out() {
        let question = "sumarize the lsat calls with Hooli, renewel?";
        let hooli = question.find("Hooli").unwrap();
        let fixed: Vec<String> = tokens(question, &[(hooli, hooli + 5)]).into_iter().map(|token| token.fixed).collect();
        assert_eq!(fixed, ["summarize", "the", "last", "calls", "with", "renewal"]);
    }

    #[test]
    fn words_of_the_customer_are_left_alone() {
        let fixed: Vec<String> = tokens("restore benchmark Okta latency", &[]).into_iter().map(|t| t.fixed).collect();
        assert_eq!(fixed, ["restore", "benchmark", "okta", "latency"]);
    }
}
