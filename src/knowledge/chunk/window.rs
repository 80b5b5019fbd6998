//! Windows: passages cut once more, for what reads only so many words at once.

use super::Size;
use super::split::{size_of, split};

/// Words a window is filled up to, and has at most. Chosen by measurement on public meeting transcripts.
const WINDOW: Size = Size { target: 80, max: 110 };

/// The text of a passage in order, in pieces of a few sentences. None is blank.
#[must_use]
pub fn windows(text: &str) -> Vec<String> {
    let mut windows: Vec<String> = Vec::new();
    let mut filled = 0;
    for piece in text.lines().flat_map(|line| split(line, WINDOW)) {
        let weight = size_of(piece);
        match windows.last_mut() {
            Some(last) if filled + weight <= WINDOW.target => {
                last.push('\n');
                last.push_str(piece);
                filled += weight;
            }
            _ => {
                windows.push(piece.to_owned());
                filled = weight;
            }
        }
    }
    windows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn windows_hold_every_word_in_order_and_none_is_large_or_blank(text in "([A-Za-zäß.,?]{1,12}[ \n]{1,2}){0,300}") {
            let windows = windows(&text);
            let words: Vec<&str> = windows.iter().flat_map(|window| window.split_whitespace()).collect();
            prop_assert_eq!(words, text.split_whitespace().collect::<Vec<_>>());
            for window in &windows {
                prop_assert!((1..=WINDOW.max).contains(&size_of(window)), "{}", window);
            }
        }
    }
}
