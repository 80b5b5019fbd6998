//! Cuts text into words and reduces them to stems.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::{FxHashMap, FxHashSet};

/// A word where it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// As written.
    pub text: &'a str,
    /// In lower case, typographic apostrophes made plain.
    pub lower: Cow<'a, str>,
    /// Where it starts, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
}

/// The words of `text` in lower case.
#[must_use]
pub fn lower_words(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.lower.into_owned()).collect()
}

/// Cuts `text` into words. A word keeps inner apostrophes, dots, hyphens, underscores, slashes and `@` that join
/// letters or digits (`don't`, `4.2`, `hooli.com`, `close-the-loop`), and currency or percent signs that touch a
/// number are left out.
#[must_use]
pub fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut start: Option<usize> = None;
    let mut end = 0;
    while let Some((at, letter)) = chars.next() {
        let next = chars.peek().map(|(_, letter)| *letter);
        let inside = letter.is_alphanumeric()
            || (start.is_some()
                && matches!(letter, '\'' | '’' | '.' | '-' | '_' | '/' | '@' | ',')
                && next.is_some_and(|next| joins(letter, text[..at].chars().next_back(), next)));
        if inside {
            start.get_or_insert(at);
            end = at + letter.len_utf8();
        } else if let Some(begin) = start.take() {
            found.push(word(text, begin, end));
        }
    }
    if let Some(begin) = start {
        found.push(word(text, begin, end));
    }
    found
}

/// Whether `mark` joins the letters around it into one word; a comma does so only between digits (`1,200`).
fn joins(mark: char, before: Option<char>, after: char) -> bool {
    match mark {
        ',' => before.is_some_and(|before| before.is_ascii_digit()) && after.is_ascii_digit(),
        _ => after.is_alphanumeric(),
    }
}

fn word(text: &str, start: usize, end: usize) -> Word<'_> {
    let slice = &text[start..end];
    // Nearly all words of a text are in lower case already.
    let plain = slice.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    let lower = if plain { Cow::Borrowed(slice) } else { Cow::Owned(slice.to_lowercase().replace('’', "'")) };
    Word { text: slice, lower, start, end }
}

/// Stems kept by each thread; texts say the same words again and again.
const KEPT_STEMS: usize = 20_000;

/// The stem of a lower-case English word (`renewals` → `renew`).
#[must_use]
pub fn stem(lower: &str) -> String {
    static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));
    thread_local! {
        static KEPT: RefCell<FxHashMap<String, String>> = RefCell::default();
    }
    KEPT.with_borrow_mut(|kept| {
        if let Some(stem) = kept.get(lower) {
            return stem.clone();
        }
        if kept.len() >= KEPT_STEMS {
            kept.clear();
        }
        let stem = STEMMER.stem(lower.trim_end_matches("'s")).into_owned();
        kept.insert(lower.to_owned(), stem.clone());
        stem
    })
}

/// The stems of the words that carry meaning, in order, repeats kept. Words joined by a hyphen or slash count one by
/// one too, so that `close-the-loop` meets `close the loop`.
#[must_use]
pub fn content_stems(text: &str) -> Vec<String> {
    stems_of(&words(text))
}

/// The same of words cut before.
#[must_use]
pub fn stems_of(words: &[Word<'_>]) -> Vec<String> {
    let mut stems = Vec::new();
    for word in words {
        for part in word.lower.split(['-', '/', '_']) {
            if !part.is_empty() && !is_stop_word(part) {
                stems.push(stem(part));
            }
        }
        // `add-on` is `addon` to many.
        if let Some((left, right)) = word.lower.split_once('-').filter(|(_, right)| !right.contains('-')) {
            stems.push(stem(&format!("{left}{right}")));
        }
    }
    stems
}

/// Whether a lower-case word is too common to carry meaning.
#[must_use]
pub fn is_stop_word(lower: &str) -> bool {
    STOP_WORDS.contains(lower)
}

static STOP_WORDS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    "a about above after again against all also am an and any anyone anything are aren't as at be because been before \
     being below between both but by can can't cannot could couldn't d did didn't do does doesn't doing don't down \
     during each else even ever every few for from further get gets getting go goes going gonna got had hadn't has \
     hasn't have haven't having he her here hers him his how however i i'd i'll i'm i've if in into is isn't it it's \
     its itself just know let let's like ll m me might more most much must my no nor not now of off ok okay on once \
     one only or other our ours out over own please re really s said same say says she should shouldn't so some \
     something still such sure t tell than that that's the their theirs them then there there's these they they'll \
     they're they've thing things think this those though through to too uh um under until up us ve very was wasn't we \
     we'd we'll we're we've well were weren't what what's when where whether which while who whom whose why will with \
     won't would wouldn't yeah yes yet you you'd you'll you're you've your yours"
        .split_ascii_whitespace()
        .collect()
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_keep_what_joins_their_letters() {
        assert_eq!(
            texts("Don't ask hooli.com, ask 4.2 or $1,200!"),
            ["Don't", "ask", "hooli.com", "ask", "4.2", "or", "1,200"]
        );
        assert_eq!(texts("e-mail dana@hooli.com."), ["e-mail", "dana@hooli.com"]);
    }

    #[test]
    fn only_words_with_meaning_are_kept_and_they_are_stemmed() {
        assert_eq!(content_stems("What did they say about renewals?"), ["renew"]);
        assert_eq!(content_stems("close-the-loop"), ["close", "loop"]);
    }

    proptest! {
        #[test]
        fn words_lie_in_the_text_in_order(text in ".{0,200}") {
            let mut last = 0;
            for word in words(&text) {
                prop_assert!(word.start >= last && word.end > word.start);
                prop_assert_eq!(&text[word.start..word.end], word.text);
                last = word.end;
            }
        }
    }
}
