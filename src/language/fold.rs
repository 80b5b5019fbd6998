//! Letters as they are compared: one form for all the ways a word can be stored and typed.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The word in small letters without accents, whether they were stored with their letter or beside it: `É`, `é` and
/// `e` with a combining accent are all `e`.
#[must_use]
pub fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(word.len());
    for letter in word.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            // Lower case of some capitals ends in a mark again.
            mark if is_combining_mark(mark) => {}
            other => folded.push(other),
        }
    }
    folded
}

/// The text with each accent joined to its letter.
#[must_use]
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// Whether a character belongs to the letter before it.
#[must_use]
pub fn is_mark(letter: char) -> bool {
    is_combining_mark(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_same_however_it_is_stored() {
        for word in ["Crème", "CRÈME", "cre\u{300}me", "creme"] {
            assert_eq!(folded(word), "creme", "{word}");
        }
        assert_eq!(folded("Straße"), "strasse");
        assert_eq!(folded("İzmir"), "izmir");
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_changes_nothing(word in "\\PC{0,12}") {
            proptest::prop_assert_eq!(folded(&folded(&word)), folded(&word));
        }

        #[test]
        fn both_forms_of_a_word_fold_alike(word in "[a-zA-Zàâçéèêëîïôûüäöåñ]{0,12}") {
            let apart: String = unicode_normalization::UnicodeNormalization::nfd(word.as_str()).collect();
            proptest::prop_assert_eq!(folded(&apart), folded(&word));
        }
    }
}
