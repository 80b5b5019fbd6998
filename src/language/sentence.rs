//! Cuts text into sentences.

use std::cell::Cell;
use std::sync::LazyLock;

use rustc_hash::FxHashSet;

thread_local! {
    static CUT: Cell<u64> = const { Cell::new(0) };
}

/// How many sentences this thread has cut.
#[must_use]
pub fn sentences_cut() -> u64 {
    CUT.get()
}

/// Abbreviations whose dot does not end a sentence, and words before which the dot of a number does not: "3. Dezember".
static LISTED: LazyLock<(FxHashSet<&str>, FxHashSet<&str>)> = LazyLock::new(|| {
    let of = |name: &str| {
        let lines = include_str!("abbreviations.tsv").lines().filter_map(|line| line.split_once('\t'));
        lines.filter(|(kind, _)| *kind == name).flat_map(|(_, words)| words.split(' ')).collect()
    };
    (of("abbreviation"), of("numbered"))
});

/// The sentences of `text`, trimmed, in order, none empty. A line break ends a sentence when a blank line or a list
/// follows; a dot inside a number, a domain or after an abbreviation or an initial does not. They can be of any length: of
/// what records say, take [`statements`].
#[must_use]
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        let rest = &text[end..];
        let ends = match letter {
            '.' => ends_at_dot(&text[start..at], rest),
            '!' | '?' | '…' => !rest.starts_with(['!', '?', '.', ')', '"', '”', '\'']),
            '"' | '”' | ')' => {
                text[start..at].ends_with(['.', '!', '?']) && (rest.is_empty() || rest.starts_with(char::is_whitespace))
            }
            '\n' => breaks_line(rest),
            _ => false,
        };
        if ends {
            push(&mut found, &text[start..end]);
            start = end;
        }
    }
    push(&mut found, &text[start..]);
    CUT.set(CUT.get() + found.len() as u64);
    found
}

/// Words and bytes of a statement, at most. The longest sentence anybody says has some sixty words.
const LONGEST_STATEMENT: (usize, usize) = (120, 1_200);

/// The sentences of `text` as far as one can be understood as a whole: one that goes on and on (a text without full stops,
/// a log, a table, markup, data on a single line) in parts of at most 120 words and 1,200 bytes, cut where its clauses part
/// if they do. None is empty, and no letter is lost: what follows the first part is only no longer of the same sentence.
/// Whoever works on them does a bounded amount of work for each.
#[must_use]
pub fn statements(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for sentence in sentences(text) {
        let mut rest = sentence;
        while let Some(cut) = cut_at(rest) {
            push(&mut found, &rest[..cut]);
            rest = &rest[cut..];
        }
        push(&mut found, rest);
    }
    found
}

/// Where the first statement of a sentence ends that has too many words or bytes for one: after a mark between clauses in
/// its last half, else after a word, else anywhere.
fn cut_at(sentence: &str) -> Option<usize> {
    let (most_words, most_bytes) = LONGEST_STATEMENT;
    let (mut words, mut within) = (0, false);
    let (mut clause, mut word) = (None, None);
    for (at, letter) in sentence.char_indices() {
        let end = at + letter.len_utf8();
        let begins = letter.is_alphanumeric() && !within;
        if end > most_bytes || begins && words == most_words {
            return Some(clause.or(word).unwrap_or(at));
        }
        within = letter.is_alphanumeric();
        words += usize::from(begins);
        let far = 2 * words > most_words || 2 * end > most_bytes;
        match letter {
            ',' | ';' | ':' | '|' | '—' | '>' | '}' | '\n' if far => clause = Some(end),
            _ if letter.is_whitespace() => word = Some(end),
            _ => {}
        }
    }
    None
}

fn push<'a>(found: &mut Vec<&'a str>, piece: &'a str) {
    let piece = piece.trim();
    if piece.chars().any(char::is_alphanumeric) {
        found.push(piece);
    }
}

fn ends_at_dot(before: &str, rest: &str) -> bool {
    if rest.starts_with('.') || !(rest.is_empty() || rest.starts_with(char::is_whitespace)) {
        return false;
    }
    let last = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let last = last.trim_start_matches(['(', '"', '“', '\'']).to_lowercase();
    let initial = last.chars().count() == 1 && last.chars().all(char::is_alphabetic) && last != "i";
    let (abbreviations, _) = &*LISTED;
    if abbreviations.contains(last.as_str()) || initial || is_numbered(&last, rest) {
        // An abbreviation ends a sentence only when the text ends with it.
        return rest.trim().is_empty();
    }
    true
}

/// Whether the dot after `number` says which one: "am 3. Dezember", "im 2. Quartal", "der 3. und der 4."
fn is_numbered(number: &str, rest: &str) -> bool {
    let short = number.len() <= 2 && !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    let (_, numbered) = &*LISTED;
    let next = || rest.trim_start().split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    // A break of lines after the dot is the end of an item.
    short && !rest.starts_with('\n') && numbered.contains(next().to_lowercase().as_str())
}

/// A line break separates when the next line is blank, an item of a list, a quotation or a header line.
fn breaks_line(rest: &str) -> bool {
    let line = rest.split('\n').next().unwrap_or_default().trim();
    line.is_empty()
        || line.starts_with(['-', '*', '•', '>', '#'])
        || line.chars().next().is_some_and(|first| first.is_ascii_digit())
            && line.trim_start_matches(|letter: char| letter.is_ascii_digit()).starts_with(['.', ')'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_end_where_a_reader_would_stop() {
        assert_eq!(
            sentences("We pay $1.5k to hooli.com. Mr. Chen agreed! Really? Yes"),
            ["We pay $1.5k to hooli.com.", "Mr. Chen agreed!", "Really?", "Yes"]
        );
        assert_eq!(
            sentences("Hi Dana,\n\nI will send it.\n- one\n- two"),
            ["Hi Dana,", "I will send it.", "- one", "- two"]
        );
    }

    #[test]
    fn a_dot_after_a_number_ends_a_sentence_only_where_it_counts_nothing() {
        assert_eq!(
            sentences("Wir liefern am 3. Dezember. Die 2. Woche passt z. B. gut. Wir sind 12. Danach gehen wir."),
            ["Wir liefern am 3. Dezember.", "Die 2. Woche passt z. B. gut.", "Wir sind 12.", "Danach gehen wir."]
        );
        assert_eq!(sentences("We have 3. Then we go."), ["We have 3.", "Then we go."]);
        assert_eq!(
            sentences("Sra. Gil, le llamo mañana. M. Roux vient."),
            ["Sra. Gil, le llamo mañana.", "M. Roux vient."]
        );
    }

    fn alphanumerics(text: &str) -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).collect()
    }

    #[test]
    fn a_sentence_without_an_end_is_parted_between_its_clauses() {
        let row = "seven crates of cork, ".repeat(60);
        let parts = statements(&row);
        assert!(parts.len() > 1 && parts.iter().all(|part| part.ends_with("cork,")), "{parts:?}");
        let plain = "If the crates come before noon, we unload them at once; if not, on the next day.";
        assert_eq!(statements(plain), [plain]);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_or_made_up(text in ".{0,200}") {
            prop_assert_eq!(alphanumerics(&sentences(&text).concat()), alphanumerics(&text));
        }

        #[test]
        fn a_statement_is_bounded_and_no_letter_is_lost(text in "(\\PC{1,9}[ ,]|[a-zß一]{0,90}|, |\\. ){0,400}") {
            let parts = statements(&text);
            prop_assert_eq!(alphanumerics(&parts.concat()), alphanumerics(&text));
            let (most_words, most_bytes) = LONGEST_STATEMENT;
            for part in parts {
                prop_assert!(part.len() <= most_bytes, "{} bytes", part.len());
                let words = part.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).count();
                prop_assert!(words <= most_words, "{words} words");
            }
        }
    }
}
