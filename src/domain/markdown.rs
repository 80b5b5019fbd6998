//! Text of records inside Markdown that the product writes: it reads as it was written, and is never markup.
//!
//! An answer is Markdown. Whatever a record says in it is escaped by [`escaped`], so that it can be no heading, bold
//! sentence, table, link or citation; whoever shows an answer undoes that with [`plain`] or by reading Markdown.

/// Characters that are markup wherever they stand in a line.
const MARKUP: [char; 7] = ['\\', '`', '*', '[', ']', '<', '|'];

/// The most digits of a citation.
const CITE_DIGITS: usize = 4;

/// `text` as one line that Markdown shows as it is. Line breaks and runs of blanks become a blank; characters that
/// are not seen or turn the direction of writing, and what looks like a citation (`[12]`), are dropped.
#[must_use]
pub fn escaped(text: &str) -> String {
    let line = folded(&without_citations(text));
    let bare = line.trim_start();
    let mut escaped = String::with_capacity(line.len() + 8);
    escaped.push_str(&line[..line.len() - bare.len()]);
    let mut rest = bare;
    if let Some(mark) = opening(bare) {
        escaped.push_str(&bare[..mark]);
        escaped.push('\\');
        let mut letters = bare[mark..].chars();
        escaped.extend(letters.next());
        rest = letters.as_str();
    }
    let mut before = escaped.chars().next_back().unwrap_or(' ');
    let mut letters = rest.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied().unwrap_or(' ');
        let is_markup = match letter {
            // Inside a word it is part of it: `old_name`.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '~' => before == '~' || after == '~',
            letter => MARKUP.contains(&letter),
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(letter);
        before = letter;
    }
    escaped
}

/// Markdown of one line without its marks: bold type, code and escapes.
#[must_use]
pub fn plain(line: &str) -> String {
    pieces(line).filter_map(|piece| if let Piece::Letter(letter) = piece { Some(letter) } else { None }).collect()
}

/// A piece of a line of Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A letter that is shown.
    Letter(char),
    /// Bold type begins or ends.
    Bold,
    /// Code begins or ends.
    Code,
}

/// What a line of Markdown is made of: letters, without the escapes before them, and the marks between them.
pub fn pieces(line: &str) -> impl Iterator<Item = Piece> {
    let mut letters = line.chars().peekable();
    std::iter::from_fn(move || {
        let letter = letters.next()?;
        Some(match letter {
            '\\' => match letters.next_if(char::is_ascii_punctuation) {
                Some(literal) => Piece::Letter(literal),
                None => Piece::Letter('\\'),
            },
            '*' | '_' if letters.next_if_eq(&letter).is_some() => Piece::Bold,
            '`' => Piece::Code,
            letter => Piece::Letter(letter),
        })
    })
}

/// Whether a character is seen, or moves what is seen on: none that turn the direction of writing, none of control.
#[must_use]
pub fn is_seen(letter: char) -> bool {
    let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !turns && (!letter.is_control() || matches!(letter, '\n' | '\t'))
}

/// The text on one line, without characters that are not seen. A blank at either end stays one: templates join values by
/// them.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_whitespace() {
            if !line.ends_with(' ') {
                line.push(' ');
            }
        } else if is_seen(letter) {
            line.push(letter);
        }
    }
    line
}

fn without_citations(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let inside = &rest[open + 1..];
        let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
        kept.push_str(&rest[..open]);
        if (1..=CITE_DIGITS).contains(&digits) && inside[digits..].starts_with(']') {
            rest = &inside[digits + 1..];
        } else {
            kept.push('[');
            rest = inside;
        }
    }
    kept.push_str(rest);
    kept
}

/// Where a character stands that would make the beginning of a line a heading, a list, a quote or a rule.
fn opening(line: &str) -> Option<usize> {
    let first = line.chars().next()?;
    let run = line.chars().take_while(|letter| *letter == first).count();
    let rest = &line[first.len_utf8() * run..];
    let ends = rest.is_empty() || rest.starts_with(' ');
    match first {
        '>' => Some(0),
        '#' if ends => Some(0),
        '-' | '+' | '=' if ends || run > 2 => Some(0),
        // The rule of a table.
        ':' if rest.starts_with('-') => Some(0),
        '0'..='9' => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            let rest = line[digits..].strip_prefix(['.', ')'])?;
            (digits <= CITE_DIGITS && (rest.is_empty() || rest.starts_with(' '))).then_some(digits)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_be_markup_is_escaped_and_all_else_stays() {
        for (text, line) in [
            ("Quarz*Werk_Nord", r"Quarz\*Werk_Nord"),
            ("**All is settled**", r"\*\*All is settled\*\*"),
            ("# Settled\nEverything is paid", r"\# Settled Everything is paid"),
            ("- [ ] sign", r"\- \[ \] sign"),
            ("4. Phase", r"4\. Phase"),
            ("> they agreed", r"\> they agreed"),
            ("paid [3][12] in full", "paid in full"),
            ("[here](https://foreign.example)", r"\[here\](https://foreign.example)"),
            ("a | b\n---|---", r"a \| b ---\|---"),
            ("red\u{1b}[31m\u{202e}turned", r"red\[31mturned"),
            ("4.2 is out, ~20 seats, $3, 5 > 3 & first_last@quarz.example", ""),
            ("#1 of 3 - and -4% since 2026-05-04", ""),
        ] {
            assert_eq!(escaped(text), if line.is_empty() { text } else { line });
        }
    }

    proptest! {
        #[test]
        fn escaped_text_reads_as_it_was_written(text in "[a-zé0-9 *_`\\[\\]|~<>#.\\\\-]{0,40}") {
            let line = escaped(&text);
            prop_assert!(pieces(&line).all(|piece| matches!(piece, Piece::Letter(_))), "{line}");
            prop_assert_eq!(plain(&line), folded(&without_citations(&text)));
        }
    }

    #[test]
    fn marks_go_and_escapes_become_what_they_stand_for() {
        assert_eq!(plain(r"**Quarz\*Werk** is `late` \[so\] C:\dir"), r"Quarz*Werk is late [so] C:\dir");
    }
}
