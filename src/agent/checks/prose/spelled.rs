//! Abbreviations as they are spoken.

/// Abbreviations that were spoken letter by letter: `S L A`.
pub(super) fn spelled(text: &str) -> Vec<String> {
    let (mut found, mut letters) = (Vec::new(), String::new());
    for word in text.split_whitespace().chain([""]) {
        let letter = word.trim_end_matches(['.', ',']);
        let single = letter.len() == 1 && letter.starts_with(|letter: char| letter.is_ascii_uppercase());
        if single {
            letters.push_str(&letter.to_ascii_lowercase());
        }
        if single && !word.ends_with(',') {
            continue;
        }
        if letters.len() > 1 {
            found.push(std::mem::take(&mut letters));
        } else {
            letters.clear();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beside_each_other_are_an_abbreviation() {
        assert_eq!(spelled("the S L A and a P.O. and A S A, I think"), ["sla", "asa"]);
    }
}
