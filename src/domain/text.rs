//! Text made short, lists in words, and how a name, points and an address are written.

use std::fmt::Write;

/// At most `max` characters, cut at a word with an ellipsis; line breaks become spaces.
#[must_use]
pub fn clipped(text: &str, max: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= max {
        return flat;
    }
    let cut: String = flat.chars().take(max).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{}…", cut.trim_end_matches([',', ';', ':', '.', ' ']))
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn listed<T: AsRef<str>>(words: &[T]) -> String {
    in_a_row(words, "and")
}

/// `a`, `a or b`, `a, b or c`.
#[must_use]
pub fn either<T: AsRef<str>>(words: &[T]) -> String {
    in_a_row(words, "or")
}

fn in_a_row<T: AsRef<str>>(words: &[T], before_the_last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [head @ .., last] => {
            let head = head.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
            format!("{head} {before_the_last} {}", last.as_ref())
        }
    }
}

/// The text with its first letter as a capital.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Points as people write them: `−8`, `+5`.
#[must_use]
pub fn signed(points: impl Into<i64>) -> String {
    let points: i64 = points.into();
    if points < 0 { format!("−{}", points.unsigned_abs()) } else { format!("+{points}") }
}

/// Percent-encoded, as a part of an address: all but letters and digits of ASCII, `-_.~` and what is `kept`.
#[must_use]
pub fn percent_encoded(text: &str, kept: &str) -> String {
    let mut written = String::with_capacity(text.len() * 3 / 2);
    for byte in text.bytes() {
        let letter = char::from(byte);
        if letter.is_ascii_alphanumeric() || "-_.~".contains(letter) || kept.contains(letter) {
            written.push(letter);
        } else {
            // Writing to a string does not fail.
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_quotes_are_cut_at_a_word() {
        assert_eq!(clipped("one two three four", 12), "one two…");
        assert_eq!(clipped("short\n text", 40), "short text");
    }
}
