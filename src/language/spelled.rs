//! Names that programs go by, spelled out as words.

/// `text` with the parts of joined names set apart (`PodTopologySpread`, `max_rows`), without addresses of pages and
/// without the marks around code. A name with one small letter before its capital stays whole: `iPad`.
#[must_use]
pub fn spelled_out(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len() + text.len() / 8);
    for word in text.split_inclusive(char::is_whitespace) {
        if word.contains("://") {
            spelled.push(' ');
            continue;
        }
        let letters: Vec<char> = word.chars().collect();
        let mut small = 0_usize;
        for (at, letter) in letters.iter().copied().enumerate() {
            let next = letters.get(at + 1).copied();
            let before = at.checked_sub(1).and_then(|before| letters.get(before).copied());
            let opens = letter.is_uppercase()
                && (small > 1
                    || before.is_some_and(char::is_uppercase)
                        && next.is_some_and(char::is_lowercase)
                        && !plural(&letters, at));
            if opens {
                spelled.push(' ');
            }
            small = if letter.is_lowercase() || letter.is_ascii_digit() { small + 1 } else { 0 };
            match letter {
                '`' => {}
                '_' => spelled.push(' '),
                letter => spelled.push(letter),
            }
        }
    }
    spelled
}

/// Whether the capital at `at` is the last of an abbreviation in the plural: `RFIs`.
fn plural(letters: &[char], at: usize) -> bool {
    letters.get(at + 1) == Some(&'s') && !letters.get(at + 2).is_some_and(|letter| letter.is_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn joined_names_are_set_apart_and_everyday_ones_are_not() {
        assert_eq!(spelled_out("`PodTopologySpread` and max_rows"), "Pod Topology Spread and max rows");
        assert_eq!(spelled_out("CSIMigration on iPads, RFIs"), "CSI Migration on iPads, RFIs");
        assert_eq!(spelled_out("see https://example.com/NotThis now"), "see  now");
    }

    proptest! {
        #[test]
        fn no_letter_is_lost(text in "[a-zA-Z ]{0,80}") {
            let bare = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            prop_assert_eq!(bare(&spelled_out(&text)), bare(&text));
        }
    }
}
