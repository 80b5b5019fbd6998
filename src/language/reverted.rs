//! Lines that say that something is gone again which was there.

use super::word::words;

/// Words that open a line which takes something back, in small letters. `|` parts alternatives.
const OPENINGS: [&str; 9] =
    ["reverted", "revert", "reverts", "reverting", "rollback", "rolled back", "roll back", "backed out", "back out"];

/// Words anywhere in a line that say of its subject that it was taken back.
const SAYINGS: [&str; 8] = [
    "was reverted",
    "were reverted",
    "been reverted",
    "was rolled back",
    "were rolled back",
    "been rolled back",
    "we reverted",
    "we rolled back",
];

/// Whether a line says that something was taken back.
#[must_use]
pub fn takes_back(line: &str) -> bool {
    // Every way of saying it holds one of these, and hardly a line does.
    let small = line.to_ascii_lowercase();
    if !small.contains("revert") && !small.contains("back") {
        return false;
    }
    let said: Vec<String> = words(line).into_iter().map(|word| word.lower.into_owned()).collect();
    let said = format!(" {} ", said.join(" "));
    OPENINGS.iter().any(|opening| said.starts_with(&format!(" {opening} ")))
        || SAYINGS.iter().any(|saying| said.contains(&format!(" {saying} ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_takes_something_back_says_so_at_its_start_or_of_its_subject() {
        for line in ["Revert: dark mode", "Rolled back the new editor", "The new editor was rolled back for now"] {
            assert!(takes_back(line), "{line}");
        }
    }

    #[test]
    fn lines_about_reverting_something_else_take_nothing_back() {
        for line in ["You can revert a page to an earlier version", "Fixed a crash when a deploy is reverted"] {
            assert!(!takes_back(line), "{line}");
        }
    }
}
