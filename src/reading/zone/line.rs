//! The lines of a mail, each with the marks of quotation before it told apart from its words.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::language::folded;

/// Counts looks at lines, so that a test can hold that they do not grow faster than the text.
pub(super) fn look() {
    #[cfg(test)]
    LOOKS.with(|looks| looks.set(looks.get() + 1));
}

#[cfg(test)]
thread_local! {
    /// How often a line was looked at.
    pub(super) static LOOKS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The longest line that is compared with what programs write, in bytes.
const LONGEST: usize = 4_000;

/// A line of a text.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// Where it stands, with its line break.
    pub range: Range<usize>,
    /// Where its words stand.
    pub words: Range<usize>,
    /// Its words, without marks of quotation and space around them.
    pub text: &'a str,
    /// The same as they are compared; nothing for a line of a length that no program writes.
    pub plain: String,
    /// How many marks of quotation stand before it.
    pub depth: usize,
    /// Whether it is the line `-- ` that the standard puts before a signature.
    pub rfc_dashes: bool,
}

impl Line<'_> {
    /// Whether there are no words in it.
    pub fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it is a row of signs.
    pub fn is_row(&self) -> bool {
        !self.is_blank() && !self.text.chars().any(|sign| sign.is_alphanumeric() && sign != 'ᐧ')
    }

    /// Whether it is a row that divides: the same few signs, at least `least` of them.
    pub fn is_divider(&self, least: usize) -> bool {
        let signs = self.text.chars().filter(|sign| !sign.is_whitespace());
        self.text.len() >= least
            && signs.clone().count() >= least
            && self.text.chars().all(|sign| "-_=*~#–— ".contains(sign))
    }
}

/// The lines of `text`; their ranges follow each other and cover it.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|whole| {
            let range = at..at + whole.len();
            at = range.end;
            let line = whole.trim_end_matches(['\n', '\r']);
            let (depth, rest) = quotation(line);
            let text = rest.trim_matches(is_space);
            let start = range.start + line.len() - rest.trim_start_matches(is_space).len();
            let words = start..start + text.len();
            // No program writes lines of such length; they are somebody's words and compared with nothing.
            let plain = if text.len() > LONGEST { String::new() } else { plain(text) };
            Line { range, words, text, plain, depth, rfc_dashes: rest == "-- " }
        })
        .collect()
}

/// The number of marks of quotation before a line, and what follows them.
fn quotation(line: &str) -> (usize, &str) {
    // Mailboxes of Unix put a mark before a line that begins with `From`, which is nobody's quotation.
    if line.starts_with(">From ") {
        return (0, &line[1..]);
    }
    let (mut depth, mut rest) = (0, line);
    loop {
        let trimmed = rest.trim_start_matches(is_space);
        match trimmed.strip_prefix('>') {
            Some(after) if rest.len() - trimmed.len() <= 3 => {
                depth += 1;
                rest = after;
            }
            _ => return (depth, if depth == 0 { line } else { rest }),
        }
    }
}

/// Space, and signs that take none.
fn is_space(sign: char) -> bool {
    sign.is_whitespace()
        || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// A text as it is compared: small letters without accents, one kind of space and of apostrophe, nothing invisible.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in folded(text).chars() {
        match letter {
            letter if is_space(letter) => {
                if letter.is_whitespace() && !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            '’' | '‘' | '´' | '`' => plain.push('\''),
            letter => plain.push(letter),
        }
    }
    plain.trim().to_owned()
}

/// How many words a text has.
pub(super) fn word_count(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// Whether a line reads as part of a sentence rather than as a name, a title or an address.
pub(super) fn is_prose(text: &str) -> bool {
    let count = word_count(text);
    text.contains(['?', '¿'])
        || count >= 13
        || count >= 5 && text.trim_end_matches(['"', '”', ')']).ends_with(['.', '!', '…', ';'])
}

/// An address of mail in a text.
pub(super) fn address(text: &str) -> Option<Range<usize>> {
    static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\w.+%'/=&-]+@[\w-]+(?:\.[\w-]+)+").ok());
    ADDRESS.as_ref()?.find(text).map(|found| found.range())
}

/// Whether a time of the day stands in a text.
pub(super) fn has_time(plain: &str) -> bool {
    static TIME: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\b\d{1,2}(?:[:.h]| h )[0-5]\d\b|\b\d{1,2} ?(?:am|pm|uhr)\b").ok());
    TIME.as_ref().is_some_and(|time| time.is_match(plain))
}

/// Whether a text points to a page.
pub(super) fn has_link(plain: &str) -> bool {
    plain.contains("http://") || plain.contains("https://") || plain.contains("www.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_quotation_are_counted_and_taken_off() {
        let told: Vec<_> = lines("Hi\r\n> a\n>> b\n> > c\n>From here\n  -> d\n-- \n")
            .iter()
            .map(|line| (line.depth, line.text.to_owned(), line.rfc_dashes))
            .collect();
        let line = |depth, text: &str| (depth, text.to_owned(), false);
        let dashes = (0, "--".to_owned(), true);
        assert_eq!(
            told,
            [line(0, "Hi"), line(1, "a"), line(2, "b"), line(2, "c"), line(0, "From here"), line(0, "-> d"), dashes]
        );
    }

    #[test]
    fn a_text_is_compared_without_accents_and_what_cannot_be_seen() {
        assert_eq!(plain("\u{feff}L’Été\u{a0}\u{200e}à  Łódź "), "l'ete a lodz");
        assert!(has_time("le 3 mars a 14 h 05") && has_time("um 8.47") && !has_time("3.2026"));
    }
}
