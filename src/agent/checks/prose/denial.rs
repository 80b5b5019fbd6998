//! What a text denies: the word that "not", "nobody" or "without" takes back, and whether a sentence takes back what the record
//! says or says what the record takes back.

use super::reading::Reading;
use crate::language::{Word, is_stop_word, stem};

/// Words that deny what follows.
const NOT: [&str; 12] =
    ["no", "not", "never", "nobody", "nothing", "none", "neither", "nor", "without", "cannot", "no-one", "hardly"];

/// Verbs that take back what they are about: "please drop the quote", "they stopped using it".
const ENDED: [&str; 20] = [
    "drop",
    "drops",
    "dropped",
    "dropping",
    "stop",
    "stops",
    "stopped",
    "stopping",
    "cancel",
    "cancels",
    "cancelled",
    "canceled",
    "decline",
    "declines",
    "declined",
    "refuse",
    "refused",
    "rejected",
    "missing",
    "lacks",
];

/// Words that end what a denial reaches.
const ENDS: [&str; 19] = [
    "in", "on", "at", "for", "with", "by", "from", "about", "of", "until", "till", "since", "before", "after", "but",
    "because", "if", "as", "than",
];

/// Words that end what is denied of a verb: "what I don't like is the price".
const VERBS: [&str; 12] =
    ["is", "are", "was", "were", "i'm", "it's", "that's", "he's", "she's", "we're", "they're", "you're"];

/// Words that say nothing about what they are denied of.
const EMPTY: [&str; 25] = [
    "since", "day", "days", "week", "month", "months", "year", "yearly", "monthly", "yet", "only", "just", "longer",
    "more", "say", "says", "said", "record", "records", "know", "known", "name", "named", "one", "new",
];

/// How far a denial reaches, in words.
const REACH: usize = 5;

fn denies(word: &Word<'_>) -> bool {
    NOT.contains(&word.lower.as_ref()) || word.lower.ends_with("n't")
}

/// Whether what stands at a word is denied.
pub(super) fn is_denied(reading: &Reading<'_>, at: usize) -> bool {
    let mut verb = false;
    for back in (at.saturating_sub(REACH)..at).rev() {
        if !reading.together(back, at) {
            return false;
        }
        let word = &reading.words[back];
        // "A yes or no" denies nothing.
        let either = back.checked_sub(1).is_some_and(|before| reading.words[before].lower == "or");
        if denies(word) && !either {
            return !(verb && word.lower.ends_with("n't"));
        }
        if ENDED.contains(&word.lower.as_ref()) {
            return true;
        }
        let again = back
            .checked_sub(1)
            .is_some_and(|before| denies(&reading.words[before]) && reading.words[before].lower != "no");
        if ENDS.contains(&word.lower.as_ref()) && !again {
            return false;
        }
        verb |= VERBS.contains(&word.lower.as_ref());
    }
    false
}

/// Whether what stands at a word is taken back behind it: "the quote was dropped", "the report is still missing".
fn is_ended(reading: &Reading<'_>, at: usize) -> bool {
    let behind = (at + 1..reading.words.len()).take(REACH).take_while(|other| reading.together(*other, at));
    let mut words = behind.map(|other| reading.words[other].lower.as_ref());
    words.any(|word| ENDED.contains(&word) && word != "drop" && word != "stop")
}

/// What a text says of a word.
struct Told<'r> {
    word: &'r Word<'r>,
    stem: String,
    denied: bool,
    /// Whether anything is denied in its sentence, or asked: then who says it in other words may mean the same.
    open: bool,
    /// Whether its sentence hedges what it says or denies.
    hedged: bool,
}

/// Words besides those that deny by which a sentence may say that something is not so.
const OTHERWISE: [&str; 11] =
    ["instead", "rather", "until", "unless", "before", "yet", "if", "whether", "should", "would", "could"];

fn told<'r>(reading: &'r Reading<'r>) -> Vec<Told<'r>> {
    let speaks = |word: &Word<'_>| {
        let lower = word.lower.as_ref();
        let meant = !is_stop_word(lower) || matches!(lower, "ok");
        meant && !EMPTY.contains(&lower) && !lower.starts_with(|letter: char| letter.is_ascii_digit())
    };
    let mut found: Vec<Told<'r>> = Vec::new();
    let (mut begin, mut open, mut hedged) = (0, false, false);
    let close = |found: &mut [Told<'r>], open: bool, hedged: bool| {
        for told in found {
            (told.open, told.hedged) = (open, hedged);
        }
    };
    for (at, word) in reading.words.iter().enumerate() {
        let before = reading.words.get(at.wrapping_sub(1)).map_or(0, |before| before.end);
        let between = &reading.text[before..word.start];
        if between.contains(['.', '!', '?', '·', '|', '”', ':', ';']) {
            let open = open || between.contains('?');
            close(&mut found[begin..], open, hedged);
            begin = found.len();
        }
        if begin == found.len() {
            (open, hedged) = (false, false);
        }
        let lower = word.lower.as_ref();
        hedged |= matches!(lower, "yet" | "but" | "only" | "just" | "longer" | "until" | "unless");
        open |= denies(word) || ENDED.contains(&lower) || OTHERWISE.contains(&lower);
        if speaks(word) {
            let denied = is_denied(reading, at) || is_ended(reading, at);
            found.push(Told { word, stem: stem(lower), denied, open: false, hedged: false });
        }
    }
    let open = open || reading.text.trim_end().ends_with('?');
    close(&mut found[begin..], open, hedged);
    found
}

/// The word a sentence takes back though the text says it, or says though the text takes it back.
pub(super) fn reversed<'s>(sentence: &'s Reading<'_>, texts: &[&Reading<'_>]) -> Option<&'s str> {
    taken_back(sentence, texts, true)
}

/// The word a sentence says though the text takes it back.
pub(super) fn unsaid<'s>(sentence: &'s Reading<'_>, texts: &[&Reading<'_>]) -> Option<&'s str> {
    taken_back(sentence, texts, false)
}

fn taken_back<'s>(sentence: &'s Reading<'_>, texts: &[&Reading<'_>], either: bool) -> Option<&'s str> {
    let heard: Vec<Told<'_>> = texts.iter().flat_map(|text| told(text)).collect();
    let ours = told(sentence);
    for word in ours.iter().filter(|word| is_said_of(word) && (either || !word.denied)) {
        let twice = ours.iter().any(|other| other.stem == word.stem && other.denied != word.denied);
        let same: Vec<&Told<'_>> = heard.iter().filter(|told| told.word.lower == word.word.lower).collect();
        let like: Vec<&Told<'_>> = heard.iter().filter(|told| told.stem == word.stem).collect();
        let found = if same.is_empty() { like } else { same };
        let other = |told: &&Told<'_>| told.denied != word.denied && !(if word.denied { told } else { word }).open;
        if !twice && !word.hedged && !found.is_empty() && found.iter().all(other) {
            return sentence.words.iter().find(|other| other.start == word.word.start).map(|word| word.text);
        }
    }
    None
}

/// Whether it is a verb or an adjective: what is only the name of a thing may be denied here and named there.
fn is_said_of(word: &Told<'_>) -> bool {
    let lower = word.word.lower.as_ref();
    let named = word.word.text.starts_with(char::is_uppercase) && lower != "ok";
    !named && !ENDED.contains(&lower) && !lower.ends_with("ment") && !lower.ends_with("tion")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_reversed(sentence: &str, text: &str) -> bool {
        reversed(&Reading::of(sentence), &[&Reading::of(text)]).is_some()
    }

    #[test]
    fn what_the_record_takes_back_cannot_be_said() {
        assert!(is_reversed("She wants to move the kennels.", "I don't want to move the kennels."));
        assert!(is_reversed("She will leave.", "I won't leave."));
        assert!(is_reversed("The kennels do not leak.", "The kennels leak."));
    }

    #[test]
    fn what_is_denied_on_both_sides_or_on_none_is_the_same() {
        assert!(!is_reversed("She does not want to move.", "I don't want to move."));
        assert!(!is_reversed("Nothing is agreed, she asks.", "Asking, not agreeing."));
        assert!(!is_reversed("The move is set.", "We don't wait, the move is set."));
    }
}
