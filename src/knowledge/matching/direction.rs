//! The other direction than the one asked for: what comes from a program does not go to it.

use crate::language::{Word, words};

const INTO: [&str; 3] = ["to", "into", "onto"];
const FROM: [&str; 2] = ["from", "of"];
const BOTH: [&str; 4] = ["both", "two-way", "bidirectional", "bidirectionally"];

/// The program a wish names one direction to, or from, where the line names only the other.
pub fn opposite(wish: &str, line: &str) -> Option<String> {
    let (wish, line) = (words(wish), words(line));
    if line.iter().any(|word| BOTH.contains(&word.lower.as_ref())) {
        return None;
    }
    let names = line.iter().enumerate().filter(|(at, word)| *at > 0 && word.text.starts_with(char::is_uppercase));
    names.map(|(_, word)| word).find_map(|name| {
        let (wanted_to, wanted_from) = (follows(&wish, name, &INTO), follows(&wish, name, &FROM[..1]));
        let (told_to, told_from) = (follows(&line, name, &INTO), follows(&line, name, &FROM));
        let opposite =
            wanted_to && !wanted_from && told_from && !told_to || wanted_from && !wanted_to && told_to && !told_from;
        opposite.then(|| name.text.to_owned())
    })
}

/// Whether `name` stands right behind one of `small`, or behind one and an article.
fn follows(text: &[Word<'_>], name: &Word<'_>, small: &[&str]) -> bool {
    const BETWEEN: [&str; 5] = ["the", "a", "our", "your", "their"];
    let is_small =
        |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|word| small.contains(&word.lower.as_ref()));
    text.iter().enumerate().filter(|(_, word)| word.lower == name.lower).any(|(at, _)| {
        let before = at.checked_sub(1);
        let article = before.is_some_and(|before| BETWEEN.contains(&text[before].lower.as_ref()));
        is_small(if article { at.checked_sub(2) } else { before })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_line_of_the_other_direction_is_told_whatever_the_program_is_called(name in "[A-Z][a-z]{3,8}") {
            let to = format!("please sync our grades to {name}");
            let from = format!("please import everything from our {name}");
            prop_assert_eq!(opposite(&to, &format!("Lists are read from {name} every night.")), Some(name.clone()));
            prop_assert_eq!(opposite(&to, &format!("Grades go to {name} every night.")), None);
            prop_assert_eq!(opposite(&from, &format!("Pages can be sent to {name}.")), Some(name.clone()));
            prop_assert_eq!(opposite(&from, &format!("Import whole spaces from {name}.")), None);
            prop_assert_eq!(opposite(&to, &format!("Sync with {name}, to and from it.")), None);
            prop_assert_eq!(opposite(&to, &format!("From {name} and to {name}, both ways.")), None);
        }
    }
}
