//! Cuts text into sentences.

/// Abbreviations whose dot does not end a sentence.
const ABBREVIATIONS: [&str; 20] = [
    "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "vs", "etc", "e.g", "i.e", "approx", "no", "inc", "ltd", "corp",
    "co", "dept", "fig",
];

/// The sentences of `text`, trimmed, in order, none empty. A line break ends a sentence when a blank line or a list
/// follows; a dot inside a number, a domain or after an abbreviation or an initial does not.
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
    found
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
    if ABBREVIATIONS.contains(&last.as_str()) || initial {
        // An abbreviation ends a sentence only when the text ends with it.
        return rest.trim().is_empty();
    }
    true
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

    proptest! {
        #[test]
        fn no_word_is_lost_or_made_up(text in ".{0,200}") {
            let joined: String = sentences(&text).concat();
            let alphanumerics = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
            prop_assert_eq!(alphanumerics(&joined), alphanumerics(&text));
        }
    }
}
